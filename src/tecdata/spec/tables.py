"""``specs/tables/*.yaml``: what stands in each table, as data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field, model_validator

from tecdata.spec.association import AssociationTable
from tecdata.spec.model import ExactFactor, Flag, Model, TextList

__all__ = [
    "COMPARISON",
    "Among",
    "AssociationTable",
    "EventRow",
    "EventSection",
    "EventTable",
    "ListingColumn",
    "ListingTable",
    "RateRow",
    "RateTable",
    "ResponseRow",
    "ResponseTable",
    "Statistic",
    "SummaryRow",
    "SummarySection",
    "SummaryTable",
    "Table",
    "TableFile",
    "Where",
]

#: A comparison in a condition: ``>= 3``, ``< 0``, ``3 to 5`` (both ends taken in), ``present``, ``absent``.
COMPARISON = re.compile(
    r"(?P<operator><=|>=|<|>) (?P<limit>-?\d+(?:\.\d+)?)"
    r"|(?P<low>-?\d+(?:\.\d+)?) to (?P<high>-?\d+(?:\.\d+)?)"
    r"|(?P<word>present|absent)"
)

#: Conditions by variable, all of which must hold: permitted values, or one comparison.
Where = dict[str, TextList]


def _treated() -> Where:
    return {"SAFFL": ("Y",)}


class Among(Model):
    """Subjects who have a record of ``dataset`` with the conditions."""

    dataset: str
    where: Where = Field(default_factory=dict)


class _Table(Model):
    """What every table has: name of its files, title, population and notes.

    ``population`` are conditions on ADSL, ``population_label`` what they mean. ``footnotes`` are by their mark.
    """

    table: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    population: Where = Field(default_factory=_treated)
    population_label: str
    notes: tuple[str, ...] = ()
    footnotes: dict[str, str] = Field(default_factory=dict)


class EventRow(Model):
    """A row of an event table: adverse events of these ``terms``, or a laboratory abnormality of ADABN.

    ``grades`` (ATOXGR) and ``where`` narrow the events. ``denominator`` are the subjects of whom the percentage is taken, where
    not all. ``uncounted`` names the columns that are not applicable to the row.
    """

    label: str
    terms: TextList = ()
    grades: TextList = ()
    abnormality: str = ""
    where: Where = Field(default_factory=dict)
    denominator: Among | None = None
    uncounted: tuple[Literal["n_events", "n_events_hospitalised"], ...] = ()
    footnotes: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_source(self) -> EventRow:
        if bool(self.terms) == bool(self.abnormality):
            raise ValueError(f"{self.label}: give terms or abnormality, one of the two")
        return self


class EventSection(Model):
    """A category: its total counts the events of all its rows, each subject once."""

    category: str
    rows: tuple[EventRow, ...] = Field(min_length=1)


class EventTable(_Table):
    """Subjects, events and hospitalised events by category and event."""

    kind: Literal["events"]
    sections: tuple[EventSection, ...]
    total_label: str = "(category total)"
    not_counted: str = "n.a."

    @model_validator(mode="after")
    def _marks(self) -> EventTable:
        marks = {m for s in self.sections for r in s.rows for m in r.footnotes.values()}
        unknown = sorted(marks - self.footnotes.keys())
        if unknown:
            raise ValueError(f"footnotes that are not there: {', '.join(unknown)}")
        return self


Statistic = Literal[
    "subjects",
    "subjects_percent",
    "subjects_of",
    "subjects_of_percent",
    "events",
    "events_subjects",
    "events_percent",
    "events_percent_subjects",
    "median_range",
    "median_range_n",
    "median",
    "median_n",
    "mean",
    "sum",
    "range",
]
Pick = Literal["records", "first", "last", "sum", "count", "min", "max"]


class SummaryRow(Model):
    """A row of a summary table.

    ``dataset`` with the conditions ``where`` gives the records, of subjects of the population and ``among`` (conditions on ADSL).
    ``without`` leaves out the records of subjects who have such others. Statistics of subjects and events count them; ``of`` are the conditions of all events where a share of events is
    given. The other statistics take ``variable`` of the records: each (``pick: records``), or one value a subject: the first or
    last by the record's order, the smallest, largest, sum or count, or with ``closest`` the one whose study day (ADY, ASTDY) lies closest.
    ``per`` divides by a variable of ADSL, ``scale`` multiplies. ``digits`` are decimals; trailing zeros are dropped unless ``fixed``.
    """

    id: str = Field(pattern=r"^[A-Z][A-Z0-9_]*$")
    label: str
    statistic: Statistic
    dataset: str = "ADSL"
    where: Where = Field(default_factory=dict)
    among: Where = Field(default_factory=dict)
    without: Among | None = None
    of: Where = Field(default_factory=dict)
    variable: str = ""
    pick: Pick = "records"
    closest: int | None = None
    per: str = ""
    scale: ExactFactor = Fraction(1)
    digits: int = Field(default=1, ge=0, le=6)
    fixed: Flag = False

    @model_validator(mode="after")
    def _variable(self) -> SummaryRow:
        counting = self.statistic.startswith(("subjects", "events"))
        if counting == bool(self.variable) and self.pick != "count":
            raise ValueError(
                f"{self.id}: {self.statistic} {'has no' if counting else 'wants a'} variable"
            )
        return self


class SummarySection(Model):
    """A heading and its rows."""

    heading: str
    rows: tuple[SummaryRow, ...] = Field(min_length=1)


class SummaryTable(_Table):
    """One column of statistics under headings."""

    kind: Literal["summary"]
    column: str
    sections: tuple[SummarySection, ...]

    @model_validator(mode="after")
    def _ids(self) -> SummaryTable:
        ids = [row.id for section in self.sections for row in section.rows]
        twice = sorted({i for i in ids if ids.count(i) > 1})
        if twice:
            raise ValueError(f"ids given twice: {', '.join(twice)}")
        return self


class RateRow(Model):
    """Events of ADAE per patient-year, from ``from_day`` to ``to_day`` (study days, both taken in; without: to the end)."""

    id: str = Field(pattern=r"^[A-Z][A-Z0-9_]*$")
    label: str
    where: Where = Field(default_factory=dict)
    from_day: int = Field(default=1, ge=1)
    to_day: int | None = None


class RateTable(_Table):
    """Exposure-adjusted rates with exact Poisson confidence limits."""

    kind: Literal["rates"]
    confidence: ExactFactor = Field(gt=0, lt=1)
    rows: tuple[RateRow, ...] = Field(min_length=1)


class ListingColumn(Model):
    """A column of a listing by subject: a variable of ADSL, or the values of another dataset's records.

    ``words`` replace values (all of them must be there, or ``keep`` is true); ``within`` says into whose brackets a value goes.
    ``number`` takes the last digits of the value as a number. ``pick`` ``max`` takes the largest number of the records.
    """

    column: str
    label: str
    variable: str
    dataset: str = "ADSL"
    where: Where = Field(default_factory=dict)
    words: dict[str, str] = Field(default_factory=dict)
    within: dict[str, str] = Field(default_factory=dict)
    pick: Literal["all", "max"] = "all"
    number: Flag = False
    digits: int | None = None
    fixed: Flag = False
    empty: str = ""


class ListingTable(_Table):
    """One row a subject, sorted by the first column; with more than ``most`` subjects it is not made."""

    kind: Literal["listing"]
    most: int = Field(default=500, ge=1)
    columns: tuple[ListingColumn, ...] = Field(min_length=1)


class ResponseRow(Model):
    """A row of response: one of the results of ADRS and ADTTE (``BEST_MAJOR``, ``MAJOR_W12``, ``TTMAJ``).

    ``rate`` shows n of N, percent and its exact interval; ``time`` the median and range in weeks of those with the
    event; ``value`` median and range of a score; ``incidence`` the percent at ``week``, death competing.
    """

    result: str
    label: str
    show: Literal["rate", "time", "value", "incidence"]
    week: int | None = None


class ResponseSection(Model):
    """A heading and its rows."""

    heading: str
    rows: tuple[ResponseRow, ...] = Field(min_length=1)


class ResponseTable(_Table):
    """Results of response, a column a group: ``All``, or a disease."""

    kind: Literal["response"]
    groups: TextList = ("All",)
    sections: tuple[ResponseSection, ...]


Table = Annotated[
    EventTable | SummaryTable | RateTable | ListingTable | ResponseTable | AssociationTable,
    Field(discriminator="kind"),
]


class TableFile(Model):
    """A file under ``specs/tables``: one table or several."""

    tables: tuple[Table, ...] = Field(min_length=1)

    def named(self) -> Iterator[tuple[str, Table]]:
        """Tables by name."""
        for table in self.tables:
            yield table.table, table
