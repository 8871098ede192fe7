"""The value rules of a domain, as Polars expressions compiled from its spec.

Each rule is one expression that is true where a record breaks it. All rules of a domain are run
in one pass; only the records of a rule that was broken are then fetched.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final

import polars as pl

from tecdata.validate.iso8601 import is_date_time, not_a_date_time, not_a_duration

if TYPE_CHECKING:
    from tecdata.spec import Codelist, DomainSpec, VariableSpec

__all__ = ["CONTROL", "NotRun", "Rule", "compile_rules", "fits"]

#: Characters no dataset should hold: an XPT file cannot, and nobody sees them.
CONTROL: Final = r"[\x00-\x1f\x7f-\x{9f}]"


@dataclasses.dataclass(frozen=True, slots=True)
class Rule:
    """One check on one variable, or on several together (then ``variable`` names the last).

    ``exempt`` has the last word on a value that ``broken`` points out: what is too rare to be
    worth an expression is decided in Python, once for each distinct value.
    """

    check: str
    variable: str
    broken: pl.Expr
    keys: tuple[str, ...] = ()
    codelist: Codelist | None = None
    exempt: Callable[[str], bool] | None = None

    def confirmed(self, frame: pl.DataFrame) -> Rule | None:
        """The rule without its exemptions in this frame; None where nothing else breaks it."""
        if self.exempt is None:
            return self
        values = frame.filter(self.broken).get_column(self.variable).unique().to_list()
        odd = sorted(value for value in values if self.exempt(value))
        if len(odd) == len(values):
            return None
        broken = self.broken & ~pl.col(self.variable).is_in(odd)
        return dataclasses.replace(self, broken=broken, exempt=None)


@dataclasses.dataclass(frozen=True, slots=True)
class NotRun:
    """A rule that cannot be run on this dataset, and why."""

    check: str
    variable: str
    reason: str


def fits(variable: VariableSpec, dtype: pl.DataType) -> bool:
    """Whether a column of that type can hold the variable."""
    if variable.is_numeric:
        return dtype.is_integer() or dtype.is_float()
    return dtype == pl.String


def compile_rules(
    name: str,
    spec: DomainSpec,
    schema: Mapping[str, pl.DataType],
    codelists: Mapping[str, Codelist],
) -> tuple[list[Rule], list[NotRun]]:
    """Every value rule of the spec, split into those that can and those that cannot be run.

    A variable that is absent though expected, or of the wrong type, cannot be checked; one that is
    permissible and absent needs no check.
    """
    rules: list[Rule] = []
    idle: list[NotRun] = []
    usable: set[str] = set()
    for variable in spec.variables:
        dtype = schema.get(variable.name)
        wanted = list(_of_variable(variable, codelists))
        if dtype is None:
            reason = "absent" if variable.core != "Perm" else ""
        else:
            reason = "" if fits(variable, dtype) else "of the wrong type"
            if not reason:
                usable.add(variable.name)
        if reason:
            idle.extend(
                NotRun(rule.check, variable.name, f"{variable.name} is {reason}") for rule in wanted
            )
        elif dtype is not None:
            for rule in wanted:
                if rule.check == "validate.codelist" and rule.codelist is None:
                    why = f"codelist {variable.codelist} is not among the specs"
                    idle.append(NotRun(rule.check, variable.name, why))
                else:
                    rules.append(rule)
    for check, keys in _of_records(name, spec):
        absent = [k for k in keys if k not in usable and _expected(spec, k, schema)]
        if absent:
            idle.append(NotRun(check, keys[-1], f"{', '.join(absent)} cannot be used"))
        else:
            present = tuple(k for k in keys if k in usable)
            broken = pl.struct(present).is_duplicated()
            rules.append(Rule(check, present[-1], broken, keys=present))
    return rules, idle


def _expected(spec: DomainSpec, name: str, schema: Mapping[str, pl.DataType]) -> bool:
    """Whether a variable must be there, or is."""
    return spec.by_name[name].core != "Perm" or name in schema


def _of_records(name: str, spec: DomainSpec) -> Iterable[tuple[str, tuple[str, ...]]]:
    """The checks on whole records and the variables that must be unique together."""
    keys = tuple(k for k in spec.keys if k in spec.by_name)
    if keys:
        yield "validate.key_duplicate", keys
    if f"{name}SEQ" in spec.by_name and "USUBJID" in spec.by_name:
        yield "validate.seq", ("USUBJID", f"{name}SEQ")


def _of_variable(variable: VariableSpec, codelists: Mapping[str, Codelist]) -> Iterable[Rule]:
    """The rules that one variable has by its spec."""
    name = variable.name
    column = pl.col(name)
    if variable.core == "Req":
        empty = column.is_null()
        yield Rule(
            "validate.required_null", name, empty if variable.is_numeric else empty | (column == "")
        )
    if variable.is_numeric:
        number = column.cast(pl.Float64)
        odd = ~number.is_finite()
        yield Rule(
            "validate.number",
            name,
            odd | (number != number.floor()) if variable.type == "integer" else odd,
        )
        return
    # Free text of the full 200 bytes goes on in SUPP-- when it is written: no error here.
    if variable.length < 200 or variable.codelist or variable.role in ("Identifier", "Timing"):
        yield Rule("validate.length", name, column.str.len_bytes() > variable.length)
    if variable.type == "datetime":
        yield Rule("validate.iso8601", name, not_a_date_time(name), exempt=is_date_time)
    elif variable.type == "duration":
        yield Rule("validate.iso8601", name, not_a_duration(name))
    elif variable.codelist:
        codelist = codelists.get(variable.codelist)
        extended = codelist is not None and codelist.extensible
        terms = list(codelist.by_term) if codelist else []
        yield Rule(
            "validate.codelist_extended" if extended else "validate.codelist",
            name,
            ~column.is_in(terms) & (column != ""),
            codelist=codelist,
        )
    else:
        yield Rule("validate.control_character", name, column.str.contains(CONTROL))
