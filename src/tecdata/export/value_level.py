"""Value-level metadata: what a result is, test by test."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import polars as pl

from tecdata.export.item_types import ItemType, type_of, type_of_text

if TYPE_CHECKING:
    from tecdata.spec import DomainSpec, Specs, SupplementalSpec

__all__ = ["ValueFacts", "values_of"]

#: Keys of a domain that say when, not what.
_WHEN: Final = ("DTC", "DY", "TPT")
_WHO: Final = ("STUDYID", "USUBJID", "VISITNUM", "VISIT", "EPOCH")
_ORIGINS: Final = {"DERIVED": "Derived", "ASSIGNED": "Assigned"}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ValueFacts:
    """One entry of a value list: the conditions (variable, value), all of which must hold.

    ``origin`` is a type of Define-XML where it differs from that of the variable, else empty.
    """

    conditions: tuple[tuple[str, str], ...]
    type: ItemType
    label: str
    codelist: str = ""
    origin: str = ""


def values_of(
    name: str, spec: DomainSpec, table: pl.DataFrame, specs: Specs
) -> dict[str, tuple[ValueFacts, ...]]:
    """Value lists by variable: --ORRES and --STRESN by test, QVAL by QNAM, TSVAL by TSPARMCD.

    A test is told by --TESTCD and those further keys (specimen, binding agent) that it has.
    """
    if name.startswith("SUPP") and {"QNAM", "QVAL"} <= set(table.columns):
        parent = specs.domains.get(name[4:])
        known = parent.supplemental_by_name if parent else {}
        return {"QVAL": tuple(_qualifiers(table, known))}
    if name == "TS":
        return {"TSVAL": tuple(_by(table, ["TSPARMCD"], "TSVAL", "TSPARM"))}
    code = f"{name}TESTCD"
    if code not in table.columns:
        return {}
    keys = [key for key in spec.keys if key not in _WHO and not key.endswith(_WHEN)]
    keys = [code, *(k for k in keys if k != code and k in table.columns and k[2:] != "CAT")]
    found: dict[str, tuple[ValueFacts, ...]] = {}
    for variable in (f"{name}ORRES", f"{name}STRESN"):
        if variable in table.columns:
            entries = tuple(_tests(name, table, keys, variable, spec, specs))
            if entries:
                found[variable] = entries
    return found


def _tests(
    name: str, table: pl.DataFrame, keys: list[str], variable: str, spec: DomainSpec, specs: Specs
) -> Iterator[ValueFacts]:
    """Definitions of one result variable, one for each test and specimen in the data."""
    numeric = spec.by_name[variable].is_numeric
    codelists = {
        t.testcd: t.codelist or ""
        for t in specs.tests.values()
        if t.domain == name and t.result == "ordinal"
    }
    unit = f"{name}STRESU" if numeric else f"{name}ORRESU"
    with_value = table.filter(pl.col(variable).is_not_null())
    for conditions, part in _groups(with_value, keys):
        values = part[variable]
        label = str(part[f"{name}TEST"][0]) if f"{name}TEST" in part.columns else conditions[0][1]
        units = part[unit].drop_nulls().unique().sort().to_list() if unit in part.columns else []
        said = f"{label} ({', '.join(units)})" if units else label
        if numeric:
            yield ValueFacts(
                conditions=conditions, type=type_of(spec.by_name[variable], values, 8), label=said
            )
        else:
            codelist = codelists.get(dict(conditions)[f"{name}TESTCD"], "")
            fits = (
                codelist in specs.codelists
                and values.is_in(list(specs.codelists[codelist].by_term)).all()
            )
            kind = type_of_text(values)
            yield ValueFacts(
                conditions=conditions, type=kind, label=said, codelist=codelist if fits else ""
            )


def _by(table: pl.DataFrame, keys: list[str], variable: str, label: str) -> Iterator[ValueFacts]:
    """Definitions of a text variable, one for each value of the keys."""
    for conditions, part in _groups(table, keys):
        said = part[label][0] if label in part.columns else conditions[0][1]
        yield ValueFacts(conditions=conditions, type=type_of_text(part[variable]), label=str(said))


def _qualifiers(table: pl.DataFrame, known: dict[str, SupplementalSpec]) -> Iterator[ValueFacts]:
    """Definitions of QVAL, one for each QNAM, with codelist and origin from the spec of the parent."""
    for entry in _by(table, ["QNAM"], "QVAL", "QLABEL"):
        spec = known.get(entry.conditions[0][1])
        if spec is None:
            yield dataclasses.replace(entry, origin="Assigned")
            continue
        origin = _ORIGINS.get(spec.origin, "Collected")
        yield dataclasses.replace(entry, codelist=spec.codelist or "", origin=origin)


def _groups(
    table: pl.DataFrame, keys: list[str]
) -> Iterator[tuple[tuple[tuple[str, str], ...], pl.DataFrame]]:
    """Conditions and records by test; a key that a test does not have is no condition."""
    for values, part in sorted(
        table.group_by(keys, maintain_order=True), key=lambda g: [str(v or "") for v in g[0]]
    ):
        yield (
            tuple((k, str(v)) for k, v in zip(keys, values, strict=True) if v is not None),
            part,
        )
