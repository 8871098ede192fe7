"""``specs/expectations/<suite>.yaml``: what the data should be like, beyond their structure.

Each expectation is one rule of a closed set of kinds, with its message in three languages, the
reason and where the rule comes from. There is no code in it.
"""

from __future__ import annotations

import string
from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Any, Final, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from tecdata.checks import Check, Severity
from tecdata.spec import expectation_groups as groups
from tecdata.spec import expectation_rules as rules
from tecdata.spec.condition import Conditions
from tecdata.spec.model import ExactFactor, Flag, Model, TextList

__all__ = ["DETAILS", "KINDS", "Borrowed", "Expectation", "Kahn", "Suite", "Tmf"]

#: Kahn et al., eGEMs 2016;4:1244: category and subcategory.
Kahn = Literal[
    "conformance/value",
    "conformance/relational",
    "conformance/computational",
    "completeness",
    "plausibility/uniqueness",
    "plausibility/atemporal",
    "plausibility/temporal",
]
#: TMF guideline (3rd edition) and dataquieR: dimension and domain.
Tmf = Literal[
    "integrity/structure",
    "integrity/relations",
    "integrity/value_format",
    "completeness/crude_missingness",
    "completeness/qualified_missingness",
    "consistency/range_and_value",
    "consistency/contradictions",
    "accuracy/distributions",
    "accuracy/repeated_measurements",
]

#: The kinds of rule, by the key that names them.
KINDS: Final = (
    "present",
    "range",
    "allowed",
    "pattern",
    "compare",
    "when",
    "step",
    "limits",
    "unit",
    "product",
    "years",
    "unique",
    "total",
    "neighbours",
    "slip",
    "swapped",
    "ratio",
    "transition",
    "order",
    "exists",
)


def _kind(value: Any) -> str | None:
    keys = value if isinstance(value, dict) else type(value).model_fields
    # `step` and `unit` of one kind are no fields of another, so the first key found is the kind.
    return next((kind for kind in KINDS if kind in keys), None)


#: One rule of any kind.
AnyRule = Annotated[
    Annotated[rules.Present, Tag("present")]
    | Annotated[rules.Range, Tag("range")]
    | Annotated[rules.Allowed, Tag("allowed")]
    | Annotated[rules.Pattern, Tag("pattern")]
    | Annotated[rules.Compare, Tag("compare")]
    | Annotated[rules.Implies, Tag("when")]
    | Annotated[rules.Step, Tag("step")]
    | Annotated[rules.Limits, Tag("limits")]
    | Annotated[rules.Unit, Tag("unit")]
    | Annotated[rules.Product, Tag("product")]
    | Annotated[rules.Years, Tag("years")]
    | Annotated[groups.Unique, Tag("unique")]
    | Annotated[groups.Sum, Tag("total")]
    | Annotated[groups.Neighbours, Tag("neighbours")]
    | Annotated[groups.Slip, Tag("slip")]
    | Annotated[groups.Swapped, Tag("swapped")]
    | Annotated[groups.Ratio, Tag("ratio")]
    | Annotated[groups.Transition, Tag("transition")]
    | Annotated[groups.Order, Tag("order")]
    | Annotated[groups.Exists, Tag("exists")],
    Discriminator(
        _kind,
        custom_error_type="no_kind",
        custom_error_message=f"name one kind of rule; allowed: {', '.join(KINDS)}",
    ),
]

#: What every message may use, beside the variables its expectation reads.
DETAILS = (
    "where",
    "what",
    "usubjid",
    "centre",
    "domain",
    "variable",
    "value",
    "file",
    "sheet",
    "cell",
)


class Borrowed(Model):
    """A column taken from another dataset (or of other records of the same), beside the own ones.

    The record with equal ``match`` variables (own: theirs), of those where ``where`` holds. Of
    several the first along the date ``first_by``; with ``on_day`` (own date: their date) the one of
    the same day; with ``until`` the last one not after the own date; with ``related`` one that
    RELREC puts together with the own record.
    """

    from_: str = Field(alias="from")
    take: str
    match: dict[str, str] = Field(default_factory=lambda: {"USUBJID": "USUBJID"})
    where: Conditions = ()
    first_by: str = ""
    on_day: tuple[str, str] | None = None
    until: tuple[str, str] | None = None
    related: Flag = False

    def own_variables(self) -> Iterator[str]:
        """The variables read of the borrowing dataset."""
        yield from self.match
        for pair in filter(None, (self.on_day, self.until)):
            yield pair[0]

    def other_variables(self) -> Iterator[str]:
        """The variables read of the other dataset."""
        yield self.take
        yield from self.match.values()
        for condition in self.where:
            yield from condition.variables()
        for pair in filter(None, (self.on_day, self.until)):
            yield pair[1]
        if self.first_by:
            yield self.first_by


class Expectation(Model):
    """One expectation.

    Parameters
    ----------
    on
        The dataset, or several: then ``--`` at the start of a variable stands for the domain code.
    where
        Which records it is about; all of them if left out.
    expect
        The rule, one of :data:`KINDS`.
    unless
        Ids of expectations of the same suite that say it better: records they report are left out.
    show
        Further variables whose cells and values a finding brings along.
    threshold
        Share of the records looked at that may break the rule and it still passes, with violations.
    message
        By language; ``en``, ``de`` and ``da`` are needed. Its last sentence says what is to be done.
    """

    id: str = Field(pattern=r"^suite\.[a-z_]+\.[a-z0-9_]+$")
    on: TextList
    severity: Severity
    where: Conditions = ()
    expect: AnyRule
    unless: TextList = ()
    show: TextList = ()
    threshold: ExactFactor | None = None
    kahn: Kahn
    tmf: Tmf
    reason: str
    reference: str
    message: dict[Literal["en", "de", "da"], str]

    @model_validator(mode="after")
    def _complete(self) -> Expectation:
        if lacking := [code for code in ("en", "de", "da") if code not in self.message]:
            raise ValueError(f"message: no wording in {', '.join(lacking)}")
        if self.threshold is not None and not 0 <= self.threshold <= 1:
            raise ValueError("threshold is a share from 0 to 1")
        known = {*DETAILS, *self.expect.DETAILS, *self.variables()}
        for code, text in self.message.items():
            if ". " not in text:
                raise ValueError(
                    f"message.{code}: say at its end, in a sentence, what is to be done"
                )
            used = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
            if unknown := sorted(used - known):
                raise ValueError(
                    f"message.{code}: unknown field {', '.join(unknown)}; "
                    f"allowed: {', '.join(sorted(known))}"
                )
        return self

    @property
    def kind(self) -> str:
        """The key that names the kind of rule."""
        return _kind(self.expect) or ""

    def variables(self) -> tuple[str, ...]:
        """Every variable read of the dataset, the one a finding points at first."""
        names = [*self.expect.variables()]
        for condition in self.where:
            names.extend(condition.variables())
        return tuple(dict.fromkeys([*names, *self.show]))

    @cached_property
    def check(self) -> Check:
        """The check as findings name it.

        In German and Danish it is a question to the centre, which is asked at the cell itself:
        there the place is left out.
        """
        what, _, next_step = self.message["en"].rpartition(". ")
        return Check(
            id=self.id,
            severity=self.severity,
            what=what,
            next_step=next_step,
            reason=self.reason,
            reference=self.reference,
            wordings={code: self.message[code].removeprefix("{where}: ") for code in ("de", "da")},
        )

    def bound(self, code: str) -> Expectation:
        """The expectation for one of its datasets: ``--`` replaced by the domain code."""
        if len(self.on) == 1:
            return self
        data = self.model_dump(by_alias=True, exclude_none=True)
        bound = _replaced({k: v for k, v in data.items() if k != "message"}, code)
        return Expectation.model_validate({**bound, "on": [code], "message": self.message})


def _replaced(value: Any, code: str) -> Any:
    if isinstance(value, str):
        return code + value[2:] if value.startswith("--") else value
    if isinstance(value, dict):
        return {_replaced(k, code): _replaced(v, code) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_replaced(v, code) for v in value]
    return value


class Suite(Model):
    """A file of expectations and the columns they borrow, by the name the rules use."""

    suite: str = Field(pattern=r"^[a-z_]+$")
    borrow: dict[str, dict[str, Borrowed]] = Field(default_factory=dict)
    expectations: tuple[Expectation, ...]

    @model_validator(mode="after")
    def _consistent(self) -> Suite:
        ids = [e.id for e in self.expectations]
        if twice := sorted({i for i in ids if ids.count(i) > 1}):
            raise ValueError(f"declared twice: {', '.join(twice)}")
        for expectation in self.expectations:
            if not expectation.id.startswith(f"suite.{self.suite}."):
                raise ValueError(f"{expectation.id}: the id begins with suite.{self.suite}.")
            if unknown := [i for i in expectation.unless if i not in ids]:
                raise ValueError(f"{expectation.id}: unless: no such id: {', '.join(unknown)}")
        return self
