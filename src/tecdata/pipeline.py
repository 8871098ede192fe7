"""The order of the stages of each centre: intake, mapping. What follows is in :mod:`tecdata.datasets`.

Nothing here computes; it hands each stage what the one before it made, and keeps the account.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tecdata.centre_run import Centre, CentreRun, CentreWork
from tecdata.errors import SpecError, TecdataError, UsageError
from tecdata.spec import Specs, load_centre

if TYPE_CHECKING:
    from tecdata.centre_run import Progress
    from tecdata.dataset import Dataset
    from tecdata.delivered import Landing
    from tecdata.engine import EngineName
    from tecdata.finding import Findings

__all__ = ["StudyRun", "centres_of", "load_mappings", "map_centres", "require_known"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class StudyRun:
    """What came of a run: SDTM datasets, analysis datasets (``adam``), findings, and the centres.

    ``dropped`` are files below the output that were made from an earlier run and are gone.
    """

    centres: tuple[CentreRun, ...]
    datasets: Mapping[str, Dataset]
    findings: Findings
    adam: Mapping[str, Dataset] = dataclasses.field(default_factory=dict)
    dropped: tuple[str, ...] = ()

    @property
    def failed(self) -> tuple[CentreRun, ...]:
        """The centres that could not be read or mapped."""
        return tuple(c for c in self.centres if c.error is not None)

    @property
    def exit_code(self) -> int:
        """What the run comes to as an exit code.

        0 clean, 1 findings of severity error or reject or a check that could not run, 2 a centre
        could not be read.
        """
        if self.failed:
            return 2
        unclean = self.findings.count("error") + self.findings.count("reject")
        return 1 if unclean or any(f.status == "not_run" for f in self.findings) else 0


def centres_of(folder: Path, names: Sequence[str] = ()) -> tuple[Path, ...]:
    """The mapping folders of a study, all of them or those named (by folder name).

    Raises :class:`UsageError` for a study without mappings, a mapping folder without its
    ``source.yaml`` (it would be left out unseen), or a name that is not there.
    """
    found = {p.parent.name: p.parent for p in sorted((folder / "mappings").glob("*/source.yaml"))}
    for path in sorted({p.parent for p in (folder / "mappings").glob("*/*.y*ml")}):
        if path.name not in found:
            raise UsageError(
                "the mapping folder has no source.yaml, so its centre would be left out",
                place=str(path),
                choices=sorted(p.name for p in path.glob("*.y*ml")),
                next_step="Name the file source.yaml, or move the folder out of mappings/",
            )
    if not found:
        raise UsageError(
            "no centre is mapped: there is no mappings/<centre>/source.yaml",
            place=str(folder),
            next_step="Start from an example: tecdata init DIR",
        )
    wanted = {name.casefold(): name for name in names}
    unknown = [name for key, name in wanted.items() if key not in found]
    if unknown:
        raise UsageError(
            f"no centre is called {', '.join(unknown)}",
            place=str(folder / "mappings"),
            choices=tuple(found),
            next_step="Name the centre by its folder under mappings/",
        )
    return tuple(path for name, path in found.items() if not wanted or name in wanted)


def map_centres(
    folder: Path,
    specs: Specs,
    *,
    names: Sequence[str] = (),
    keep_going: bool = False,
    findings: Findings,
    progress: Progress | None = None,
    frames: Mapping[str, Mapping[str, Any]] | None = None,
    engine: EngineName = "polars",
    landing: Landing | None = None,
) -> tuple[CentreRun, ...]:
    """Read and map each centre. The mappings of all centres are checked before any file is read.

    With ``keep_going`` a centre that cannot be read or mapped is kept as an error and the others
    go on; without it the first error is raised. ``frames`` gives the tables of some centres (by
    folder name, then by table) in place of their files. ``engine`` runs the rules;
    ``landing`` takes the place of the files, or is written from them.
    """
    from tecdata.validate import mask_values

    tell = progress or (lambda stage, what: None)
    centres = load_mappings(folder, names, specs, engine)
    works: list[CentreWork] = []
    for centre in centres:
        work = CentreWork(centre)
        works.append(work)
        try:
            brought = (frames or {}).get(centre.name)
            work.begin(folder, specs, tell, brought, engine, landing)
        except TecdataError as error:
            work.error = error
            if not keep_going:
                break
    runs: list[CentreRun] = []
    for work in works:
        runs.append(work.run(keep_going=keep_going))
        # What was found before a centre was left out holds its identifiers too.
        findings.extend(mask_values(work.findings, *work.known))
    return tuple(runs)


def require_known(frames: Mapping[str, Any], folder: Path, names: Sequence[str]) -> None:
    """Raise :class:`UsageError` for frames of a centre that is none of the study's, or not among ``names``."""
    known = sorted(path.name for path in centres_of(folder, names))
    unknown = sorted(frames.keys() - set(known))
    if unknown:
        raise UsageError(
            f"frames are given for '{unknown[0]}', which is none of the centres",
            place=str(folder / "mappings"),
            choices=known,
            next_step="Name the centre by its folder under mappings/",
        )


def load_mappings(
    folder: Path, names: Sequence[str], specs: Specs, engine: EngineName
) -> list[Centre]:
    """The mappings of the centres; :class:`SpecError` with every problem of all of them."""
    centres, problems = _load(centres_of(folder, names), specs, engine)
    if problems:
        raise SpecError(problems)
    return centres


def _load(
    paths: Sequence[Path], specs: Specs, engine: EngineName
) -> tuple[list[Centre], list[str]]:
    from tecdata.mapping import check_centre

    centres: list[Centre] = []
    problems: list[str] = []
    for path in paths:
        try:
            centre = Centre(path.name, load_centre(path))
            check_centre(centre.mapping, specs, engine)
        except SpecError as error:
            problems.extend(error.problems)
        else:
            centres.append(centre)
    codes = [c.mapping.source.centre for c in centres]
    for centre in centres:
        code = centre.mapping.source.centre
        if codes.count(code) > 1:
            problems.append(
                f"mappings/{centre.name}/source.yaml: centre: '{code}' is the code of "
                "another centre too; each centre needs its own"
            )
    return centres, problems
