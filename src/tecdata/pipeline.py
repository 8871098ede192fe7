"""The order of the stages of each centre: intake, mapping. What follows is in :mod:`tecdata.datasets`.

Nothing here computes; it hands each stage what the one before it made, and keeps the account.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from tecdata.aside import Shared, aside
from tecdata.delivered import Landing, comments_to_record, take_delivery
from tecdata.errors import IntakeError, MappingError, SpecError, TecdataError, UsageError
from tecdata.finding import Finding, Findings
from tecdata.spec import CentreMapping, Specs, load_centre
from tecdata.unrun import OF_A_FILE, OF_MAPPED, not_run, of_rooms

if TYPE_CHECKING:
    from tecdata.aside import Later
    from tecdata.dataset import CellComment, Dataset
    from tecdata.engine import EngineName
    from tecdata.intake import Delivery
    from tecdata.mapping import CellAccount, MappedCentre
    from tecdata.table import RawTable
    from tecdata.validate import Identifiers

__all__ = [
    "Centre",
    "CentreRun",
    "Progress",
    "StudyRun",
    "centres_of",
    "kept_account",
    "left_out",
    "load_mappings",
    "map_centres",
]

#: Called with a stage's name and what it works on, for instance ``("map", "north")``.
Progress = Callable[[str, str], None]


@dataclasses.dataclass(frozen=True, slots=True)
class Centre:
    """A centre as its mapping folder declares it; ``name`` is the folder's name."""

    name: str
    mapping: CentreMapping


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CentreRun:
    """What came of one centre: its delivery and mapped datasets, or the error that stopped it."""

    name: str
    centre: str = ""
    delivery: Delivery | None = None
    datasets: Mapping[str, Dataset] = dataclasses.field(default_factory=dict)
    comments: tuple[CellComment, ...] = ()
    account: CellAccount | None = None
    mapping: CentreMapping | None = None
    identifiers: Identifiers | None = None
    error: TecdataError | None = None
    counts: Mapping[str, int] = dataclasses.field(default_factory=dict)

    @property
    def records(self) -> Mapping[str, int]:
        """Records that mapping made, by domain; ``counts`` where they are not on this machine."""
        return self.counts or {name: len(dataset) for name, dataset in self.datasets.items()}


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
    begun: list[_Begun] = []
    for centre in centres:
        one = _Begun(centre)
        begun.append(one)
        try:
            brought = (frames or {}).get(centre.name)
            one.finish = _begin(folder, one, specs, tell, brought, engine, landing)
        except TecdataError as error:
            one.error = error
            if not keep_going:
                break
    runs: list[CentreRun] = []
    for one in begun:
        runs.append(_finished(one, keep_going=keep_going))
        # What was found before a centre was left out holds its identifiers too.
        findings.extend(mask_values(one.findings, *one.known))
    return tuple(runs)


def left_out(centre: Centre, error: TecdataError) -> Iterator[Finding]:
    """A centre that could not be read, and which checks have not looked at it: who reads only the findings must see it."""
    lines = [" ".join(line.split()) for line in str(error).splitlines()]
    reason = "; ".join(filter(None, lines)).replace(":; ", ": ")
    code = centre.mapping.source.centre
    yield Finding.of("run.centre_left_out", centre=code, name=centre.name, reason=reason)
    read = not isinstance(error, IntakeError)
    why = "its mapping does not fit" if read else "a file could not be read"
    idle = of_rooms(OF_MAPPED if read else OF_A_FILE)
    yield from not_run(idle, f"centre {centre.name}", why, centre=code)


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


@dataclasses.dataclass(slots=True)
class _Begun:
    """A centre being mapped, or the error that stopped it, and what was found meanwhile."""

    centre: Centre
    findings: Findings = dataclasses.field(default_factory=Findings)
    known: list[Identifiers] = dataclasses.field(default_factory=list)
    finish: Later[CentreRun] | None = None
    error: TecdataError | None = None


def _begin(
    folder: Path,
    one: _Begun,
    specs: Specs,
    tell: Progress,
    frames: Mapping[str, Any] | None,
    engine: EngineName,
    landing: Landing | None,
) -> Later[CentreRun]:
    """Read a centre's tables and map them: aside where nothing else is being done there, or at once."""
    centre, source = one.centre, one.centre.mapping.source
    tell("read", centre.name)
    delivery, identifiers = take_delivery(
        folder, centre.name, source, one.findings, frames=frames, landing=landing
    )
    one.known.append(identifiers)
    tell("map", centre.name)

    def finish(made: tuple[MappedCentre | MappingError, Findings]) -> CentreRun:
        mapped, found = made
        one.findings.extend(found)
        if isinstance(mapped, MappingError):
            raise mapped
        return CentreRun(
            name=centre.name,
            centre=source.centre,
            delivery=delivery,
            mapping=centre.mapping,
            identifiers=identifiers,
            datasets=mapped.datasets,
            comments=comments_to_record(delivery, source, identifiers, one.findings),
            account=kept_account(mapped.account, delivery),
        )

    held: Literal["polars", "pandas"] = "pandas" if engine == "pandas" else "polars"
    if aside().idle:
        later = aside().submit(_map, centre.mapping, delivery.tables, Shared(specs), held)
        return lambda: finish(later())
    run = finish(_map(centre.mapping, delivery.tables, specs, held))
    return lambda: run


def _map(
    mapping: CentreMapping,
    tables: Mapping[str, RawTable],
    specs: Specs,
    held: Literal["polars", "pandas"],
) -> tuple[MappedCentre | MappingError, Findings]:
    """Map a centre; where its mapping does not fit, what had been found until then counts too."""
    from tecdata.mapping import map_centre

    found = Findings()
    try:
        return map_centre(mapping, tables, specs, found, engine=held), found
    except MappingError as error:
        return error, found


def _finished(one: _Begun, *, keep_going: bool) -> CentreRun:
    """The run of a centre; with ``keep_going`` an error becomes part of it and of the findings."""
    centre, error = one.centre, one.error
    if one.finish is not None:
        try:
            return one.finish()
        except TecdataError as late:
            error = late
    if error is None or not keep_going:
        raise error or AssertionError("a centre is being mapped or has an error")
    one.findings.extend(left_out(centre, error))
    code = centre.mapping.source.centre
    return CentreRun(name=centre.name, centre=code, mapping=centre.mapping, error=error)


def kept_account(account: CellAccount, delivery: Delivery) -> CellAccount:
    """The account of a centre's cells with those that intake left out by declaration."""
    from tecdata.mapping import Declared

    return account.with_declared(
        Declared(table=table, column="", reason=reason, cells=cells)
        for table, own in delivery.accounts.items()
        for reason, cells in own.cells_skipped.items()
    )
