"""Plant errors into the synthetic exports and write down where they are.

Errors in a subject's truth come first, then the files are rendered, then come errors of columns,
sheets and files, last those of single cells. No error touches what another has touched, so that
none hides another; with too many errors for the cohort fewer are planted.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final

from tecdata.demo import (
    planting_cells,
    planting_doses,
    planting_events,
    planting_identity,
    planting_medication,
    planting_oddities,
    planting_people,
    planting_results,
    planting_scores,
    planting_tables,
)
from tecdata.demo.planting_delivery import Delivered
from tecdata.demo.planting_model import Claims, Kind, Planted, TruthKind, usubjid
from tecdata.demo.planting_places import PLACES, Slot, slots

if TYPE_CHECKING:
    from tecdata.demo.model import Subject
    from tecdata.demo.planting_cells import CellKind
    from tecdata.demo.planting_oddities import OddKind
    from tecdata.demo.planting_placed import Placed, Plan, TableKind

__all__ = ["KINDS", "PLANTED", "plant_errors"]

#: The file beside the centre folders that tells what was planted.
PLANTED: Final = "planted.json"

TRUTH_KINDS: Final[tuple[TruthKind, ...]] = (
    *planting_people.KINDS,
    *planting_doses.KINDS,
    *planting_events.KINDS,
    *planting_results.KINDS,
    *planting_scores.KINDS,
    *planting_medication.KINDS,
)
TABLE_KINDS: Final[tuple[TableKind, ...]] = planting_tables.KINDS
ODD_KINDS: Final[tuple[OddKind, ...]] = planting_oddities.KINDS
CELL_KINDS: Final[tuple[CellKind, ...]] = (*planting_cells.KINDS, *planting_identity.KINDS)
#: All kinds by name.
KINDS: Final[Mapping[str, Kind]] = {
    k.name: k for k in (*TRUTH_KINDS, *TABLE_KINDS, *ODD_KINDS, *CELL_KINDS)
}


def plant_errors(
    subjects: Sequence[Subject], out: Path, number: int, seed: int
) -> tuple[list[Path], tuple[Planted, ...]]:
    """Write the exports of all centres with errors in them, and ``planted.json`` beside them.

    Parameters
    ----------
    subjects
        The cohort, without errors.
    out
        Folder to write to.
    number
        How many errors; fewer where the cohort has no room for more.
    seed
        The same cohort, number and seed give the same files on every machine.

    Returns
    -------
    tuple
        The paths written, and the errors in the order they were planted.

    Raises
    ------
    ValueError
        For a negative number.
    """
    if number < 0:
        raise ValueError(f"0 or more errors can be planted, not {number}")
    work = _Planting(subjects, Random(seed))  # noqa: S311 (invented data, no secret)
    return work.run(out, number)


class _Planting:
    """The state of one planting: the subjects as they are now, what is taken, what is planted."""

    def __init__(self, subjects: Sequence[Subject], pick: Random) -> None:
        self.subjects = list(subjects)
        self.pick = pick
        self.claims = Claims()
        self.planted: list[Planted] = []
        self.cells: set[tuple[str, str, str, str]] = set()

    def run(self, out: Path, number: int) -> tuple[list[Path], tuple[Planted, ...]]:
        wanted = self._shares(number)
        plans = [
            (table, plan)
            for table in self.pick.sample(TABLE_KINDS, len(TABLE_KINDS))
            for _ in range(wanted[table.name])
            if (plan := self._planned(table)) is not None
        ]
        for truth in self._rarest_first():
            for _ in range(wanted[truth.name]):
                self._in_truth(truth)
        delivered = Delivered(self.subjects, out)
        for table, plan in plans:
            self._placed(table, plan.apply(delivered))
        for odd in ODD_KINDS:
            for _ in range(wanted[odd.name]):
                self._placed(odd, odd.put(delivered, self.pick, self.claims))
        for cell in CELL_KINDS:
            for _ in range(wanted[cell.name]):
                self._in_cell(cell, delivered)
        self._fill_up(number, delivered)
        paths = delivered.save()
        listed = out / PLANTED
        text = json.dumps(
            [dataclasses.asdict(p) for p in self.planted], ensure_ascii=False, indent=1
        )
        listed.write_text(text + "\n", encoding="utf-8", newline="\n")
        return [*paths, listed], tuple(self.planted)

    def _shares(self, number: int) -> dict[str, int]:
        """How many of each kind: the same for all, the rest for some drawn by lot."""
        names = self.pick.sample(list(KINDS), len(KINDS))
        each, rest = divmod(number, len(names))
        return {name: each + (at < rest) for at, name in enumerate(names)}

    def _rarest_first(self) -> list[TruthKind]:
        """Kinds that few subjects can have come first, or others would leave them no room."""

        def fitting(kind: TruthKind) -> int:
            lot = Random(0)  # noqa: S311
            return sum(
                s.centre in kind.centres and kind.make(s, lot, lambda *path: True) is not None
                for s in self.subjects[:60]
            )

        return sorted(self.pick.sample(TRUTH_KINDS, len(TRUTH_KINDS)), key=fitting)

    def _fill_up(self, number: int, delivered: Delivered) -> None:
        """Where kinds found no room, others take their place."""
        for _ in range(3):
            for kind in self.pick.sample(CELL_KINDS, len(CELL_KINDS)):
                if len(self.planted) >= number:
                    return
                self._in_cell(kind, delivered)

    def _in_truth(self, kind: TruthKind) -> None:
        for at in self.pick.sample(range(len(self.subjects)), len(self.subjects)):
            subject = self.subjects[at]
            if subject.centre not in kind.centres:
                continue
            base = (subject.centre, subject.number)

            def free(*path: str | int, base: tuple[str | int, ...] = base) -> bool:
                return self.claims.free((*base, *path))

            change = kind.make(subject, self.pick, free)
            paths = [(*base, *path) for path in change.claims] if change else []
            if change is None or not all(map(self.claims.free, paths)):
                continue
            self.claims.take(paths)
            self.subjects[at] = change.subject
            place = PLACES.get((subject.centre, kind.rows))
            self._note(
                kind,
                centre=subject.centre,
                usubjid=usubjid(subject),
                domains=change.domains,
                record=change.record,
                file=place.file if place else "",
                sheet=place.sheet if place else "",
                was=change.was,
                now=change.now,
            )
            return

    def _planned(self, kind: TableKind) -> Plan | None:
        plan = kind.decide(self.subjects, self.pick, self.claims)
        if plan is not None:
            self.claims.take(plan.claims)
        return plan

    def _placed(self, kind: Kind, placed: Placed | None) -> None:
        if placed is None:
            return
        self.claims.take(placed.claims)
        subject = f"TECAID-{placed.centre}-{placed.number:03}" if placed.number is not None else ""
        self._note(
            kind,
            centre=placed.centre,
            usubjid=subject,
            domains=placed.domains,
            file=placed.file,
            sheet=placed.sheet,
            cell=placed.cell,
            was=placed.was,
            now=placed.now,
        )

    def _in_cell(self, kind: CellKind, delivered: Delivered) -> None:
        for slot, rows in self._candidates(kind, delivered):
            paths = planting_cells.claims_of(slot, rows, kind.role, whole_row=kind.whole_row)
            if not all(map(self.claims.free, paths)):
                continue
            column = slot.place.subject if kind.role == "id" else slot.columns[kind.role]
            was = slot.grid.text(slot.row, column)
            now = kind.edit(slot, was, self.pick)
            if now is None or now == was:
                continue
            address = slot.grid.address(slot.row, column)
            sheet = (slot.centre, slot.place.file, slot.place.sheet)
            whose = slot.grid.address(slot.row, slot.place.subject)
            # Of a row whose subject is hidden nothing more can be said.
            if self.cells & {(*sheet, address), (*sheet, whose)}:
                continue
            self.cells.add((*sheet, address))
            delivered.grid(slot.centre, slot.place.file, slot.place.sheet).put(
                slot.row, column, now
            )
            self.claims.take(paths)
            self._note(
                kind,
                centre=slot.centre,
                usubjid=f"TECAID-{slot.centre}-{slot.number:03}",
                domains=planting_oddities.DOMAINS[rows],
                file=slot.place.file,
                sheet=slot.place.sheet,
                cell=address,
                was=was,
                now=now,
            )
            return

    def _candidates(self, kind: CellKind, delivered: Delivered) -> Iterator[tuple[Slot, str]]:
        """Slots of a kind in the order of a lot, centre by centre."""
        places = [(c, r) for c in kind.centres for r in kind.rows if (c, r) in PLACES]
        for centre, rows in self.pick.sample(places, len(places)):
            found = [
                s
                for s in slots(delivered, centre, rows)
                if (
                    kind.role == "id" and (rows != "labs" or planting_cells.usual(s, rows, "value"))
                )
                or (kind.role in s.columns and planting_cells.usual(s, rows, kind.role))
            ]
            for slot in self.pick.sample(found, min(len(found), 40)):
                yield slot, rows

    def _note(self, kind: Kind, **facts: object) -> None:
        self.planted.append(
            Planted(
                kind=kind.name,
                expected=kind.expected,
                follows=kind.follows,
                seen=not kind.unseen,
                reason=kind.unseen,
                **facts,  # type: ignore[arg-type]
            )
        )
