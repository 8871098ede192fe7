"""``mappings/<centre>/source.yaml``: what a centre sends and how its cells are to be read."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from tecdata.spec.model import Expression, Flag, Model, TextList

__all__ = ["ColumnReading", "Reading", "SkipRow", "SourceSpec", "SubjectRule", "TableSource"]

Decimal = Literal["point", "comma", "detect"]
Thousands = Literal["none", "point", "comma", "space", "apostrophe"]

#: Tokens a date pattern is made of. ``yy`` needs ``pivot_year``.
DATE_TOKENS = ("yyyy", "yy", "mmm", "mm", "dd", "HH", "MM", "SS")


class Reading(Model):
    """How the text of a cell becomes a number, a date or a missing value.

    ``decimal: detect`` decides over the whole column; where the column does not decide, each
    ambiguous cell is reported and left unread. ``dates`` are tried in order, for instance
    ``[dd.mm.yyyy, mm/yyyy, yyyy, "dd.mm.yy HH:MM"]``; typed dates are ISO already and always
    understood. ``pivot_year: 2030`` reads 30 as 2030 and 31 as 1931. ``missing`` tokens mean no
    value, ``not_done`` tokens that a planned measurement was not made; both are compared as
    written, outer blanks removed. Where nothing is declared numbers have a decimal point and no
    thousands separator; typed numbers of a spreadsheet or statistics file always do.
    """

    decimal: Decimal | None = None
    thousands: Thousands | None = None
    dates: TextList | None = None
    pivot_year: int | None = Field(default=None, ge=1950, le=2100)
    missing: TextList | None = None
    not_done: TextList | None = None
    value_labels: Literal["label", "code"] | None = None

    def over(self, other: Reading) -> Reading:
        """These settings where given, else those of ``other``."""
        own = {
            k: v
            for k, v in self.model_dump().items()
            if v is not None and k in Reading.model_fields
        }
        base = {k: v for k, v in other.model_dump().items() if k in Reading.model_fields}
        return Reading(**{**base, **own})


class ColumnReading(Reading):
    """Settings for one column of a table."""


class SkipRow(Model):
    """Rows that are not records, for instance a sum row at the foot, and why."""

    column: str
    matches: Expression
    reason: str


class TableSource(Model):
    """One table of the delivery: which file and sheet, where its header is, how it is read.

    ``file`` is a file name or a pattern such as ``*Labor*.csv`` that must fit exactly one file
    of the centre's folder. ``header_rows`` are 1-based; with more than one, headers are joined by ``" / "`` top
    down (a merged header cell counts for all columns it spans); ``units_row`` is one of them that holds units
    instead. Files without a header row of their own (sav, dta, xpt, sas7bdat, parquet) take none.
    ``encoding`` and ``delimiter`` hold for text files; where absent they are detected and reported.
    ``comments: records`` makes comments on cells of mapped records records of CO, where they hold no identifier; by
    default (``report``) they are remarks of the source and only reported. ``ignore`` names columns that are not mapped, with the reason; ``*`` in a name stands for
    anything (``"*_complete"``).
    """

    file: str
    sheet: str | None = None
    header_rows: tuple[Annotated[int, Field(ge=1)], ...] = (1,)
    units_row: int | None = None
    encoding: str | None = None
    delimiter: str | None = None
    skip_rows: tuple[SkipRow, ...] = ()
    fill_merged: Flag = False
    comments: Literal["report", "records"] = "report"
    reading: Reading = Reading()
    columns: dict[str, ColumnReading] = Field(default_factory=dict)
    ignore: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _units_within_header(self) -> TableSource:
        if self.units_row is not None and self.units_row not in self.header_rows:
            raise ValueError("units_row must be one of header_rows")
        return self


class SubjectRule(Model):
    """How a local id becomes the subject number of USUBJID.

    ``pattern`` is a regular expression over the whole id (outer blanks removed) with one named
    group ``number`` of digits; ids it does not fit are reported and their rows are not used.
    """

    pattern: str

    @field_validator("pattern")
    @classmethod
    def _one_number(cls, value: str) -> str:
        import re

        try:
            groups = re.compile(value).groupindex
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from None
        if "number" not in groups:
            raise ValueError("needs a named group (?P<number>\\d+)")
        return value


class SourceSpec(Model):
    """A centre: its site id, language, subject ids and tables."""

    centre: str = Field(pattern=r"^[A-Z0-9]{2,8}$")
    name: str
    country: str = Field(pattern=r"^[A-Z]{3}$")
    language: TextList
    folder: str
    subject: SubjectRule
    reading: Reading = Reading()
    tables: dict[str, TableSource]
    ignore_sheets: dict[str, str] = Field(default_factory=dict)
    ignore_files: dict[str, str] = Field(default_factory=dict)
