"""The order of the stages from mapped centres to datasets: harmonise, validate, derive; then the policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tecdata.aside import Shared, aside
from tecdata.delivered import drop_recorded
from tecdata.errors import HarmoniseError, IntakeError, MappingError
from tecdata.finding import Finding, Findings
from tecdata.unrun import by_needs, lacking

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from tecdata.centre_run import CentreRun, Progress
    from tecdata.dataset import Dataset
    from tecdata.spec import Specs
    from tecdata.spec.policy import Contradiction

__all__ = [
    "begin_checks",
    "counted_centres",
    "derive_datasets",
    "harmonise_centres",
    "judge",
    "require_centres",
    "require_datasets",
]


def harmonise_centres(
    runs: Sequence[CentreRun],
    specs: Specs,
    findings: Findings,
    progress: Progress | None = None,
) -> dict[str, Dataset]:
    """Bring the mapped centres together."""
    from tecdata.harmonise import harmonise, in_polars

    if progress:
        progress("harmonise", counted_centres(sum(1 for run in runs if run.error is None)))
    mapped = [r.datasets for r in runs if r.error is None]
    own = Findings()
    # What follows reads Polars, whichever engine made the records.
    comments = [c for run in runs if run.error is None for c in run.comments]
    made = harmonise(mapped, specs, own, comments)
    datasets = {name: in_polars(d) for name, d in made.items()}
    if "CO" in datasets:
        drop_recorded(findings, datasets["CO"])
    findings.extend(_hidden(own, runs))
    return datasets


def counted_centres(number: int) -> str:
    """How many centres, in words.

    >>> counted_centres(1), counted_centres(5)
    ('1 centre', '5 centres')
    """
    return f"{number} centre{'' if number == 1 else 's'}"


def begin_checks(
    datasets: Mapping[str, Dataset],
    runs: Sequence[CentreRun],
    specs: Specs,
    progress: Progress | None = None,
    *,
    suites: bool = True,
) -> Callable[[Findings, Path], None]:
    """Begin to check the structure of harmonised datasets, and with ``suites`` what is expected of them.

    What is returned waits for the outcome, adds it to the findings, and applies to all of them what
    the study folder declares as contradictory, its policy and its waivers. Where there is a second
    process (see :mod:`tecdata.aside`) other work can go on meanwhile.
    """
    if progress:
        progress("check", f"{len(datasets)} datasets")
    expected = {*datasets, *_mapped_by(runs)}
    outcome = aside().submit(_check, datasets, Shared(specs), expected if suites else None)

    def complete(findings: Findings, folder: Path) -> None:
        own = Findings(outcome())
        judged = list(by_needs(findings, "harmonise", lacking(datasets), expected))
        findings.clear()
        findings.extend([*judged, *_hidden(own, runs)])
        judge(findings, folder, specs)

    return complete


def _check(
    datasets: Mapping[str, Dataset], specs: Specs, expected: set[str] | None
) -> list[Finding]:
    from tecdata.validate import check_structure, run_suites

    found = check_structure(datasets, specs)
    return found if expected is None else [*found, *run_suites(datasets, specs, expected=expected)]


def _mapped_by(runs: Sequence[CentreRun]) -> set[str]:
    """The domains that some centre maps, left out or not: what nobody maps cannot be missed."""
    mappings = [run.mapping for run in runs if run.mapping is not None]
    return {name for run in runs for name in run.records}.union(*(m.domains for m in mappings))


def _hidden(findings: Findings, runs: Sequence[CentreRun]) -> Findings:
    from tecdata.validate import mask_values

    return mask_values(findings, *(r.identifiers for r in runs if r.identifiers))


def derive_datasets(
    datasets: Mapping[str, Dataset],
    specs: Specs,
    findings: Findings,
    progress: Progress | None = None,
    parts: Sequence[str] | None = None,
    *,
    runs: Sequence[CentreRun] = (),
) -> dict[str, Dataset]:
    """The analysis datasets of harmonised ones; ``parts`` are names of ``tecdata.derive.PARTS``.

    A check that needs a dataset which is not there, though one of ``runs`` maps it, has not run.
    """
    from tecdata.derive import derive_study
    from tecdata.validate import apply_policy

    if progress:
        progress("derive", ", ".join(parts) if parts else "analysis datasets")
    own = Findings()
    adam = derive_study(datasets, specs, own, parts)
    if parts is None:
        gone = lacking(datasets, response=specs.response is not None)
        own = Findings(by_needs(own, "derive", gone, _mapped_by(runs)))
    findings.extend(apply_policy(own, specs.policy))
    return adam


def require_centres(runs: Sequence[CentreRun]) -> None:
    """Raise the error of the only centre, or one that tells all of them, where no centre is left."""
    errors = {run.name: run.error for run in runs if run.error is not None}
    if len(errors) == len(runs) == 1:
        raise next(iter(errors.values()))
    if len(errors) == len(runs):
        told = "\n  ".join(f"{name}: {type(e).__name__}: {e}" for name, e in errors.items())
        files = any(isinstance(error, IntakeError) for error in errors.values())
        raise (IntakeError if files else MappingError)(
            f"no centre is left:\n  {told}",
            next_step="Mend one centre at a time: tecdata map --centre NAME",
        )


def require_datasets(datasets: Mapping[str, Dataset], folder: Path) -> None:
    """Raise :class:`HarmoniseError` where no record came out at all."""
    if not datasets:
        raise HarmoniseError(
            "no record came out of any centre",
            place=str(folder),
            next_step="See the findings, or try one centre: tecdata map --centre NAME",
        )


def judge(findings: Findings, folder: Path, specs: Specs) -> None:
    """Add what the study declares as contradictory, and apply its policy and its waivers."""
    from tecdata.spec.policy import load_contradictions, load_waivers
    from tecdata.validate import apply_policy

    findings.extend(map(_contradiction, load_contradictions(folder)))
    judged = list(apply_policy(findings, specs.policy, load_waivers(folder)))
    findings.clear()
    findings.extend(judged)


def _contradiction(declared: Contradiction) -> Finding:
    """A notice with what is stated at each place."""
    return Finding.of(
        "run.sources_contradict",
        value=" / ".join(s.value for s in declared.stated),
        record=declared.id,
        about=declared.about,
        stated="; ".join(f"{s.place}: {s.value}" for s in declared.stated),
        followed=declared.followed,
    )
