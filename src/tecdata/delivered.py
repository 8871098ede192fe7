"""What a centre sent, from its files, a caller's frames or a landing, and what in it names a person."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tecdata.dataset import BLOCK, COLUMN, ROW, CellComment
from tecdata.finding import Cell, Findings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tecdata.dataset import Dataset
    from tecdata.intake import Delivery
    from tecdata.spec.source import SourceSpec
    from tecdata.validate import Identifiers

__all__ = ["Landing", "comments_to_record", "drop_recorded", "land", "take_delivery"]

_IDENTIFIERS: Final = "identifiers.json"


@dataclasses.dataclass(frozen=True, slots=True)
class Landing:
    """A folder with what intake read, a folder a centre; ``taken``: it is read in place of the files.

    Otherwise it is written when the files have been read. It holds raw values of patients.
    """

    folder: Path
    taken: bool = False


def take_delivery(
    study: Path,
    name: str,
    source: SourceSpec,
    findings: Findings,
    *,
    frames: Mapping[str, Any] | None = None,
    landing: Landing | None = None,
    cells: bool = True,
) -> tuple[Delivery, Identifiers]:
    """The delivery of the centre that is mapped in ``mappings/<name>``, its identifiers looked for.

    ``findings`` gets what intake and the search report. Without ``cells`` the tables of a landing
    have no rows here.
    """
    from tecdata.intake import landed_tables, read_frames, read_landing
    from tecdata.validate import Identifiers

    if frames is not None:
        delivery = read_frames(source, frames, findings)
        identifiers = _search(delivery, source, findings)
    elif landing is not None and landing.taken:
        read = read_landing if cells else landed_tables
        delivery = read(source, landing.folder / name, findings)
        found = json.loads((landing.folder / name / _IDENTIFIERS).read_bytes())
        identifiers = Identifiers.of_record(found)
    else:
        delivery, identifiers = _read_files(study, name, source, findings, landing)
        return delivery, identifiers
    findings.extend(identifiers)
    return delivery, identifiers


def _read_files(
    study: Path, name: str, source: SourceSpec, findings: Findings, landing: Landing | None
) -> tuple[Delivery, Identifiers]:
    """Read a centre's files, look for identifiers, and lay down what was read where this is wanted."""
    from tecdata.intake import read_centre

    own = Findings()
    delivery = read_centre(source, study / source.folder, own)
    identifiers = _search(delivery, source, own)
    if landing is not None:
        land(delivery, name, source, identifiers, own, landing)
    findings.extend(own)
    findings.extend(identifiers)
    return delivery, identifiers


def land(
    delivery: Delivery,
    name: str,
    source: SourceSpec,
    identifiers: Identifiers,
    findings: Findings,
    landing: Landing,
) -> None:
    """Lay down a delivery in the centre's folder of a landing."""
    from tecdata.intake import write_landing

    landing.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = {_IDENTIFIERS: identifiers.to_record()}
    write_landing(delivery, source, findings, landing.folder / name, beside=beside)


def comments_to_record(
    delivery: Delivery, source: SourceSpec, identifiers: Identifiers, findings: Findings
) -> tuple[CellComment, ...]:
    """Comments on cells of tables with ``comments: records``; one that holds an identifier stays out."""
    tables = {
        (table.file, table.sheet): name
        for name, table in delivery.tables.items()
        if source.tables[name].comments == "records"
    }
    named = {
        (f.file, f.sheet, cell)
        for f in identifiers
        if f.status == "failed"
        for cell in (f.cell, *(c.cell for c in f.cells))
    }
    return tuple(
        CellComment(
            centre=f.centre,
            file=f.file,
            sheet=f.sheet,
            table=tables[f.file, f.sheet],
            cell=f.cell,
            text=f.value,
        )
        for f in findings
        if f.check == "intake.comment"
        and f.value
        and (f.file, f.sheet) in tables
        and (f.file, f.sheet, f.cell) not in named
    )


def drop_recorded(findings: Findings, comments: Dataset) -> None:
    """A comment that became a record needs no finding."""
    told = {
        (origin.centre, origin.file, origin.sheet, origin.cell("COVAL", int(row), column))
        for block, row, column in comments.frame.select(BLOCK, ROW, COLUMN).iter_rows()
        for origin in [comments.origins[block]]
    }
    kept = [
        f
        for f in findings
        if f.check != "intake.comment" or (f.centre, f.file, f.sheet, f.cell) not in told
    ]
    findings.clear()
    findings.extend(kept)


def _search(delivery: Delivery, source: SourceSpec, findings: Findings) -> Identifiers:
    from tecdata.validate import scan_identifiers

    comments = [
        Cell(file=f.file, sheet=f.sheet, cell=f.cell, variable="comment", value=f.value)
        for f in findings
        if f.check == "intake.comment"
    ]
    return scan_identifiers(delivery.tables, source, beside=comments)
