"""The stages up to harmonised datasets on Spark: the same order, the shares in its executors."""

from __future__ import annotations

import contextlib
import dataclasses
from typing import TYPE_CHECKING, Any

import narwhals as nw
import polars as pl

from tecdata.centre_run import CentreRun, kept_account, left_out
from tecdata.dataset import PROVENANCE, Dataset
from tecdata.datasets import counted_centres, require_centres
from tecdata.delivered import Landing, comments_to_record, drop_recorded, land, take_delivery
from tecdata.errors import TecdataError
from tecdata.finding import Findings
from tecdata.leftovers import work_folder
from tecdata.pipeline import load_mappings
from tecdata.shares import CentreShare, Job, check_usubjid
from tecdata.spark import run_shares, spark_session

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from tecdata.centre_run import Centre, Progress
    from tecdata.dataset import CellComment
    from tecdata.intake import Delivery
    from tecdata.spark import Pieces
    from tecdata.spec import Specs
    from tecdata.validate import Identifiers

__all__ = ["Shared", "gather_mapped", "gather_study", "harmonise_shared", "share_study"]

#: Rows of a table that are looked at for columns that are not there.
_LOOKED_AT = 50


@dataclasses.dataclass(frozen=True, slots=True)
class Shared:
    """What the shares of a study gave, while Spark is at hand.

    ``runs`` are the centres without their records; ``findings`` are those of harmonising, masked
    already, like those of the centres.
    """

    runs: tuple[CentreRun, ...]
    pieces: Pieces
    findings: Findings
    spark: Any


@dataclasses.dataclass(frozen=True, slots=True)
class _Taken:
    centre: Centre
    delivery: Delivery
    identifiers: Identifiers
    findings: Findings

    @property
    def comments(self) -> tuple[CellComment, ...]:
        """Comments on cells that are to become records."""
        source = self.centre.mapping.source
        return comments_to_record(self.delivery, source, self.identifiers, self.findings)


@contextlib.contextmanager
def share_study(
    folder: Path,
    specs: Specs,
    *,
    names: Sequence[str] = (),
    keep_going: bool = False,
    findings: Findings,
    progress: Progress | None = None,
    frames: Mapping[str, Mapping[str, Any]] | None = None,
    landing: Landing | None = None,
    harmonised: bool = True,
    files: bool = False,
    cells: bool = True,
) -> Iterator[Shared]:
    """Read the centres, lay down what was read, and let Spark map it share by share.

    As :func:`tecdata.pipeline.map_centres`. ``harmonised``: the study's datasets are made, not
    those of the centres;
    ``files``: as the files will hold them. Without ``cells`` a landing's tables are not read on this machine.
    """
    centres = load_mappings(folder, names, specs, "spark")
    check_usubjid(specs)
    with contextlib.ExitStack() as stack:
        scratch = stack.enter_context(work_folder())
        # What executors read and write lies beside a landing that they can all reach.
        base = landing.folder if landing is not None else scratch
        base.mkdir(mode=0o700, parents=True, exist_ok=True)
        work = stack.enter_context(work_folder(base))
        laid = landing or Landing(work / "landing")
        taken: list[_Taken] = []
        runs: dict[str, CentreRun] = {}
        for centre in centres:
            own = Findings()
            known: list[Identifiers] = []
            if progress:
                progress("read", centre.name)
            try:
                brought = (frames or {}).get(centre.name)
                taken.append(_take(folder, centre, own, known, brought, laid, cells=cells))
            except TecdataError as error:
                if not keep_going:
                    raise
                mapping = centre.mapping
                runs[centre.name] = CentreRun(
                    name=centre.name, centre=mapping.source.centre, mapping=mapping, error=error
                )
                findings.extend(_masked(Findings([*own, *left_out(centre, error)]), *known))
        if not taken:
            require_centres(tuple(runs.values()))
        if progress:
            progress("map", f"{counted_centres(len(taken))} on Spark")
        shares = tuple(_share(one, laid.folder) for one in taken)
        noted = tuple(comment for one in taken for comment in one.comments)
        job = Job(specs=specs, centres=shares, comments=noted, harmonised=harmonised, files=files)
        spark = stack.enter_context(spark_session(scratch))
        pieces = run_shares(spark, job, laid.folder, work / "pieces")
        runs |= {one.centre.name: _run(one, pieces, findings) for one in taken}
        own = _masked(pieces.merged.findings, *(one.identifiers for one in taken))
        yield Shared(tuple(runs[c.name] for c in centres), pieces, own, spark)


def gather_study(shared: Shared, specs: Specs, findings: Findings) -> dict[str, Dataset]:
    """The study's datasets on this machine."""
    from tecdata.harmonise import complete_study, spec_named, stack_shares

    pieces = shared.pieces
    datasets = {
        name: stack_shares(
            spec_named(name, specs), pieces.frames(name), pieces.merged.origins[name]
        )
        for name in pieces.counts
    }
    own = Findings()
    made = complete_study(datasets, mapped_records(shared), specs, own)
    findings.extend([*shared.findings, *own])
    if "CO" in made:
        drop_recorded(findings, made["CO"])
    return made


def harmonise_shared(
    folder: Path, specs: Specs, *, findings: Findings, **options: Any
) -> tuple[tuple[CentreRun, ...], dict[str, Dataset]]:
    """Map and harmonise on Spark; the centres, and the study's datasets on this machine.

    ``options`` are those of :func:`share_study`.
    """
    with share_study(folder, specs, findings=findings, **options) as shared:
        return shared.runs, gather_study(shared, specs, findings)


def mapped_records(shared: Shared) -> dict[str, int]:
    """How many records mapping made, by domain that some centre maps."""
    records: dict[str, int] = {}
    for run in shared.runs:
        for domain, count in run.records.items():
            records[domain] = records.get(domain, 0) + count
    return records


def gather_mapped(shared: Shared, specs: Specs) -> tuple[CentreRun, ...]:
    """The centres with the records that their mappings make, on this machine."""
    runs = []
    for run in shared.runs:
        datasets = {}
        for domain in run.records:
            name = f"{run.name}.{domain}"
            if name not in shared.pieces.counts:
                continue
            whole = pl.concat(shared.pieces.frames(name), how="diagonal").sort(*PROVENANCE)
            frame = nw.from_native(whole, eager_only=True)
            origins = shared.pieces.merged.origins[name]
            datasets[domain] = Dataset(spec=specs.domains[domain], frame=frame, origins=origins)
        runs.append(dataclasses.replace(run, datasets=datasets))
    return tuple(runs)


def _take(
    folder: Path,
    centre: Centre,
    findings: Findings,
    known: list[Identifiers],
    frames: Mapping[str, Any] | None,
    laid: Landing,
    *,
    cells: bool,
) -> _Taken:
    from tecdata.mapping import check_columns

    source = centre.mapping.source
    delivery, identifiers = take_delivery(
        folder, centre.name, source, findings, frames=frames, landing=laid, cells=cells
    )
    known.append(identifiers)
    if frames is not None:
        land(delivery, centre.name, source, identifiers, findings, laid)
    first = {
        name: dataclasses.replace(
            table,
            frame=table.frame.head(_LOOKED_AT),
            number_cells=table.number_cells.head(_LOOKED_AT),
        )
        for name, table in delivery.tables.items()
    }
    check_columns(centre.mapping, first)
    return _Taken(centre, delivery, identifiers, findings)


def _share(one: _Taken, landing: Path) -> CentreShare:
    from tecdata.intake import landed_tables, read_landing
    from tecdata.mapping import share_plan

    mapping = one.centre.mapping
    plan = share_plan(mapping)
    folder = landing / one.centre.name
    tables = dict(landed_tables(mapping.source, folder, Findings()).tables)
    if plan.copied:
        read = read_landing(mapping.source, folder, Findings(), only=plan.copied).tables
        tables |= {name: read[name] for name in plan.copied}
    return CentreShare(name=one.centre.name, mapping=mapping, tables=tables, subjects=plan.subjects)


def _run(one: _Taken, pieces: Pieces, findings: Findings) -> CentreRun:
    made = pieces.merged.centres[one.centre.name]
    own = Findings([*one.findings, *made.findings])
    findings.extend(_masked(own, one.identifiers))
    return CentreRun(
        name=one.centre.name,
        centre=one.centre.mapping.source.centre,
        delivery=one.delivery,
        mapping=one.centre.mapping,
        identifiers=one.identifiers,
        counts=made.records,
        account=kept_account(made.account, one.delivery),
    )


def _masked(found: Findings, *identifiers: Identifiers) -> Findings:
    from tecdata.validate import mask_values

    return mask_values(found, *identifiers)
