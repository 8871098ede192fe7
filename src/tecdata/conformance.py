"""Conformance of an output: CORE is run or its report read, and merged with what the study waived."""

from __future__ import annotations

import dataclasses
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tecdata.errors import UsageError

if TYPE_CHECKING:
    from tecdata.conform import CoreReport
    from tecdata.finding import Findings
    from tecdata.study import Study

__all__ = ["Conformance", "conform"]

FOLDER = "conformance"


@dataclasses.dataclass(frozen=True, slots=True)
class Conformance:
    """What came of it: the report, the findings, and the folder they were written to."""

    report: CoreReport
    findings: Findings
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
        A JSON report of CORE that exists already: it is read, and nothing is run.

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
    from tecdata.conform import find_core, findings_of_report, read_report, run_core, write_summary
    from tecdata.export import write_findings
    from tecdata.spec.policy import load_waivers
    from tecdata.validate import apply_policy

    if not (out / "trace").is_dir():
        raise UsageError(
            "this is not an output of tecdata run: it has no trace",
            place=str(out),
            next_step="Name the folder given as --out",
        )
    if report is None:
        with tempfile.TemporaryDirectory() as folder:
            made = Path(folder) / "core.json"
            run_core(find_core(core), out, study.specs.study, made)
            read = read_report(made)
    else:
        read = read_report(report)
    waivers = [w for w in load_waivers(study.folder) if w.check.startswith("core.")]
    findings = apply_policy(findings_of_report(read, out), study.specs.policy, waivers)
    target = out / FOLDER
    target.mkdir(mode=0o700, exist_ok=True)
    write_findings(findings, target)
    write_summary(read, list(findings), target, study.specs.submission.explanations)
    return Conformance(read, findings, target)
