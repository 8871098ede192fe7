"""Does every dataset have the structure its spec says? Each check reports how it went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import polars as pl

from tecdata.checks.validate import CHECKS as OWN
from tecdata.finding import Finding
from tecdata.validate.report import findings_of, status_of
from tecdata.validate.rules import NotRun, Rule, compile_rules
from tecdata.validate.schema import Verdict, judge

if TYPE_CHECKING:
    from tecdata.dataset import Dataset
    from tecdata.spec import DomainSpec, Specs

__all__ = ["check_structure"]

#: Checks on the columns, not on their values: they can always be run.
_COLUMNS: Final = (
    "validate.variable_missing",
    "validate.variable_unknown",
    "validate.variable_order",
    "validate.type",
)


def check_structure(datasets: Mapping[str, Dataset], specs: Specs) -> list[Finding]:
    """Check every dataset against its spec.

    Parameters
    ----------
    datasets
        By dataset name. Frames of any engine; provenance columns are not checked.
    specs
        Codelists come from ``specs.codelists``; each dataset brings its own DomainSpec.

    Returns
    -------
    list of Finding
        For each dataset and each check of this room either its failures, each with subject,
        --SEQ, variable, value and source cell, or one finding of status ``passed``,
        ``not_run`` (a variable it needs is absent or of the wrong type, or there is no
        record) or ``not_applicable`` (the spec gives it nothing to check). A check that ran on
        some variables only has a ``not_run`` beside its failures, and never passed.

    Notes
    -----
    Presence by core: Req and Exp variables must be there, Req never empty (SDTMIG 3.4 section
    4.1.5). Dates: section 4.4. Text of 200 bytes and more that may go on in SUPP-- is left to the export.
    """
    findings: list[Finding] = []
    for name in sorted(datasets):
        findings.extend(_check(name, datasets[name], specs))
    return findings


def _check(name: str, dataset: Dataset, specs: Specs) -> list[Finding]:
    """All structure checks of one dataset: failures, then the outcome of each check."""
    spec = dataset.spec
    frame = _without_null_columns(dataset.frame.to_polars(), spec)
    # Names of SDTM variables begin with a letter; provenance and the like with an underscore.
    shown = frame.select(name for name in frame.columns if not name.startswith("_"))
    rules, idle = compile_rules(name, spec, shown.schema, specs.codelists)
    verdict = judge(spec, shown, rules)
    findings = list(_column_findings(name, spec, shown, verdict))
    for rule in verdict.broken or ():
        findings.extend(findings_of(name, spec, frame, rule, dataset.origins))
    findings.extend(_statuses(name, frame, rules, idle, verdict, {f.check for f in findings}))
    return findings


def _without_null_columns(frame: pl.DataFrame, spec: DomainSpec) -> pl.DataFrame:
    """A column without any value may come without a type; it gets that of its spec."""
    untyped = {name for name, dtype in frame.schema.items() if dtype == pl.Null}
    return frame.with_columns(
        pl.col(v.name).cast(pl.Float64 if v.is_numeric else pl.String)
        for v in spec.variables
        if v.name in untyped
    )


def _column_findings(
    name: str, spec: DomainSpec, frame: pl.DataFrame, verdict: Verdict
) -> Iterator[Finding]:
    """What is wrong with the columns themselves: missing, unknown, out of order, of another type."""
    for missing in verdict.missing:
        core = {"Req": "required", "Exp": "expected"}[spec.by_name[missing].core]
        yield Finding.of("validate.variable_missing", domain=name, variable=missing, core=core)
    # pandera stops at the first column that is unknown or out of order: here are all of them.
    if verdict.misplaced:
        yield from _misplaced(name, spec, frame.columns)
    for variable in verdict.wrong_type:
        numeric = spec.by_name[variable].is_numeric
        yield Finding.of(
            "validate.type",
            domain=name,
            variable=variable,
            expected="numeric" if numeric else "text",
            found=str(frame.schema[variable]),
        )


def _misplaced(name: str, spec: DomainSpec, columns: Sequence[str]) -> Iterator[Finding]:
    """Columns the spec does not have, and those that stand in the wrong place."""
    for column in columns:
        if column not in spec.by_name:
            yield Finding.of("validate.variable_unknown", domain=name, variable=column)
    known = [c for c in columns if c in spec.by_name]
    wanted = [v.name for v in spec.variables if v.name in known]
    for found, right in zip(known, wanted, strict=True):
        if found != right:
            before = wanted.index(found)
            place = f"after {wanted[before - 1]}" if before else "first"
            yield Finding.of("validate.variable_order", domain=name, variable=found, wanted=place)


def _statuses(
    name: str,
    frame: pl.DataFrame,
    rules: Sequence[Rule],
    idle: Sequence[NotRun],
    verdict: Verdict,
    failed: set[str],
) -> Iterator[Finding]:
    """The outcome of each check that has no failure, and of each that could not run on everything."""
    ran = {rule.check for rule in rules}
    for check in (c.id for c in OWN):
        reasons = list(dict.fromkeys(i.reason for i in idle if i.check == check))
        if check in ran and verdict.broken is None:
            reasons.insert(0, f"the check stopped with {verdict.reason}")
        elif check in ran and not len(frame):
            reasons.insert(0, "there is no record")
        if reasons:
            yield status_of(check, name, "not_run", f"not checked: {'; '.join(reasons)}")
        elif check in failed:
            continue
        elif check in ran or check in _COLUMNS:
            yield status_of(check, name, "passed", f"{len(frame)} records checked")
        else:
            yield status_of(check, name, "not_applicable", "its spec asks for nothing to check")
