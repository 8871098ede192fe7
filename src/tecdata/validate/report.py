"""From a broken rule to findings that name the source cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from tecdata.checks import CHECKS
from tecdata.dataset import BLOCK, COLUMN, ROW
from tecdata.finding import Finding, Status

if TYPE_CHECKING:
    import polars as pl

    from tecdata.dataset import Origin
    from tecdata.spec import Codelist, DomainSpec
    from tecdata.validate.rules import Rule

#: Keys that every record of a subject has; they name no record.
_OF_ALL = ("STUDYID", "DOMAIN", "USUBJID")

__all__ = ["findings_of", "record_of", "source_of", "status_of"]


def findings_of(
    name: str,
    spec: DomainSpec,
    frame: pl.DataFrame,
    rule: Rule,
    origins: Mapping[str, Origin],
) -> Iterator[Finding]:
    """One finding for each record that breaks the rule."""
    identity = ["USUBJID", f"{name}SEQ", "QNAM", *spec.keys, *rule.keys, rule.variable]
    wanted = dict.fromkeys([*identity, BLOCK, ROW, COLUMN])
    present = [column for column in wanted if column in frame.columns]
    rows = frame.filter(rule.broken).select(present)
    counts = rows.group_by(rule.keys).len() if rule.keys else None
    if counts is not None:
        rows = rows.join(
            counts, on=list(rule.keys), how="left", nulls_equal=True, maintain_order="left"
        )
    # Equal keys are a matter of the record, not of one of its values.
    variable = "" if rule.check == "validate.key_duplicate" else rule.variable
    closest: dict[str, str] = {}
    for row in rows.iter_rows(named=True):
        shown = _shown(row[rule.variable])
        if rule.codelist is not None and shown not in closest:
            closest[shown] = _closest(shown, rule.codelist)
        yield Finding.of(
            rule.check,
            domain=name,
            usubjid=row.get("USUBJID") or "",
            seq=_sequence(row.get(f"{name}SEQ")),
            variable=variable,
            value=shown if variable else "",
            record=record_of(spec, row),
            **source_of(row, variable, origins),
            **_details(rule, spec, row, shown, closest.get(shown, "")),
        )


def status_of(check: str, name: str, status: Status, message: str) -> Finding:
    """The finding of a check that passed, could not be run, or does not apply."""
    return Finding(
        check=check,
        severity=CHECKS[check].severity,
        status=status,
        domain=name,
        message=f"{name}: {message}",
    )


def _details(
    rule: Rule, spec: DomainSpec, row: Mapping[str, Any], shown: str, closest: str
) -> dict[str, Any]:
    """What the message of a rule's check needs beside the fields of a finding."""
    variable = spec.by_name[rule.variable]
    match rule.check:
        case "validate.number":
            return {"expected": "a whole number" if variable.type == "integer" else "a number"}
        case "validate.length":
            return {"bytes": len(shown.encode()), "limit": variable.length}
        case "validate.control_character":
            odd = next(c for c in shown if ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0)
            return {"character": f"U+{ord(odd):04X}"}
        case "validate.codelist" | "validate.codelist_extended" if rule.codelist is not None:
            return {"codelist": rule.codelist.codelist, "closest": closest}
        case "validate.iso8601":
            return {"kind": "duration" if variable.type == "duration" else "date"}
        case "validate.key_duplicate":
            return {"records": row["len"], "keys": ", ".join(rule.keys)}
        case "validate.seq":
            return {"records": row["len"]}
    return {}


def record_of(spec: DomainSpec, row: Mapping[str, Any]) -> str:
    """What a record is about, as findings name it: ``LBTESTCD=IGG; LBDTC=2025-03-01``.

    These are the keys of its domain without study and subject; they stay when records come or go.
    """
    told = [k for k in spec.keys if k not in _OF_ALL and row.get(k) not in (None, "")]
    return "; ".join(f"{k}={_shown(row[k])}" for k in told)


def source_of(
    row: Mapping[str, Any], variable: str, origins: Mapping[str, Origin]
) -> dict[str, Any]:
    """Centre, file, sheet and cell a variable of a record was read from; empty if unknown.

    ``row`` has the provenance columns beside the variables.
    """
    origin = origins.get(row.get(BLOCK) or "")
    if origin is None:
        return {}
    # The value of a supplemental qualifier was read under the qualifier's name.
    source = row.get("QNAM") or variable
    return {
        "centre": origin.centre,
        "file": origin.file,
        "sheet": origin.sheet,
        "cell": origin.cell(source, row.get(ROW), row.get(COLUMN) or ""),
    }


def _shown(value: object) -> str:
    """A value as messages show it: whole numbers without a fraction, nothing as empty text."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _sequence(value: object) -> int | None:
    """A --SEQ as a number; None where it is no whole one."""
    if isinstance(value, float) and not value.is_integer():
        return None
    return int(value) if isinstance(value, int | float) else None


def _closest(value: str, codelist: Codelist) -> str:
    """The three terms of a codelist most like a value, or the word none."""
    from rapidfuzz import process

    by_case = {term.casefold(): term for term in codelist.by_term}
    near = process.extract(value.casefold(), list(by_case), limit=3, score_cutoff=60)
    return ", ".join(by_case[term] for term, _, _ in near) or "none"
