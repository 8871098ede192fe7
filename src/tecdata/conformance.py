"""Conformance of an output: CORE is run or its report read, and merged with what the study waived."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tecdata.errors import UsageError
from tecdata.leftovers import work_folder

if TYPE_CHECKING:
    import polars as pl

    from tecdata.conform import CoreReport, Explanations, Issue
    from tecdata.finding import Findings
    from tecdata.spec.submission import Explanation
    from tecdata.study import Study

__all__ = ["Conformance", "conform"]

FOLDER = "conformance"


@dataclasses.dataclass(frozen=True, slots=True)
class Conformance:
    """What came of it: the report, the findings, what explains them, the folder they were written to."""

    report: CoreReport
    findings: Findings
    explanations: Explanations
    folder: Path

    @property
    def exit_code(self) -> int:
        """1 with an issue that nobody waived or a rule the engine could not decide, else 0."""
        return int(any(f.status in ("failed", "not_run") for f in self.findings))


def conform(
    study: Study, out: Path, *, core: Path | None = None, report: Path | None = None
) -> Conformance:
    """Check ``out/sdtm/xpt`` by CDISC CORE and write findings, report and summary to ``out/conformance``.

    Parameters
    ----------
    study
        Gives the standard and the waivers; a waiver names ``check: core.CORE-000701``.
    out
        The folder that ``tecdata run`` wrote.
    core
        The engine: an executable or a checkout; None looks on the search path.
    report
        A JSON report of CORE that exists already: it is read, and nothing is run. A workbook of the
        same name beside it (``.xlsx``) is explained too.

    Raises
    ------
    UsageError
        No engine, no output, no report; each says what to do next.

    Examples
    --------
    >>> import tecdata
    >>> study = tecdata.open_study(".")  # doctest: +SKIP
    >>> conform(study, Path("out"), report=Path("core.json")).exit_code  # doctest: +SKIP
    1
    """
    from tecdata.conform import find_core, run_core

    if not (out / "trace").is_dir():
        raise UsageError(
            "this is not an output of tecdata run: it has no trace",
            place=str(out),
            next_step="Name the folder given as --out",
        )
    with work_folder() as folder:
        made = folder / "core.json" if report is None else report
        if report is None:
            run_core(find_core(core), out, study.specs.study, made)
        return _explained(study, out, made)


def _explained(study: Study, out: Path, report: Path) -> Conformance:
    """Read a report, merge it with waivers and explanations, and write what came of it."""
    from tecdata.conform import (
        explain_workbook,
        explanations_of,
        findings_of_report,
        read_report,
        write_summary,
    )
    from tecdata.export import write_findings
    from tecdata.spec.policy import load_waivers
    from tecdata.validate import apply_policy

    read = read_report(report)
    waivers = [w for w in load_waivers(study.folder) if w.check.startswith("core.")]
    findings = apply_policy(findings_of_report(read, out), study.specs.policy, waivers)
    known = study.specs.submission.explanations
    told = explanations_of(read, findings, known, _covered(read, known, out))
    target = out / FOLDER
    target.mkdir(mode=0o700, exist_ok=True)
    write_findings(findings, target)
    write_summary(read, list(findings), told, target)
    workbook = report.with_suffix(".xlsx")
    if workbook.is_file():
        explain_workbook(workbook, target / "core-report.xlsx", told.text)
    return Conformance(read, findings, told, target)


def _covered(report: CoreReport, known: Mapping[str, Explanation], out: Path) -> Iterator[Issue]:
    """The issues of which the explanation of their rule is true, by the records of the output."""
    true: dict[tuple[str, str], pl.DataFrame] = {}
    for issue in report.issues:
        explanation = known.get(issue.rule)
        if explanation is None:
            continue
        if not explanation.holds:
            yield issue
            continue
        key = (issue.rule, issue.dataset)
        if key not in true:
            true[key] = _fulfilling(issue.dataset, explanation, out)
        if _among(issue, true[key]):
            yield issue


def _fulfilling(dataset: str, explanation: Explanation, out: Path) -> pl.DataFrame:
    """Number (``row``, from 1), subject and --SEQ of the records that fulfil an explanation."""
    import polars as pl

    from tecdata.validate import holds

    # A dataset in parts (LB1, LB2) is explained as the whole is.
    whole = next((n for n in (dataset, dataset[:2]) if n in explanation.holds), "")
    path = out / "sdtm" / "parquet" / f"{whole.lower()}.parquet"
    if not whole or not path.is_file():
        return pl.DataFrame(schema={"row": pl.Int64, "subject": pl.String, "seq": pl.Int64})
    table = pl.read_parquet(path)
    conditions = explanation.holds[whole]
    absent = {v for c in conditions for v in c.variables()} - set(table.columns)
    table = table.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in sorted(absent))
    subject = "USUBJID" if "USUBJID" in table.columns else None
    seq = f"{whole}SEQ" if f"{whole}SEQ" in table.columns else None
    return (
        table.with_row_index("row", offset=1)
        .filter(holds(conditions, table.schema))
        .select(
            pl.col("row").cast(pl.Int64),
            (pl.col(subject) if subject else pl.lit("")).alias("subject"),
            (pl.col(seq).cast(pl.Int64) if seq else pl.lit(0, pl.Int64)).alias("seq"),
        )
    )


def _among(issue: Issue, records: pl.DataFrame) -> bool:
    if issue.usubjid and issue.seq is not None:
        return not records.filter(subject=issue.usubjid, seq=issue.seq).is_empty()
    return issue.row is not None and not records.filter(row=issue.row).is_empty()
