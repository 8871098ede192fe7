"""What spreadsheets and broken transfers do to single cells and rows."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from random import Random
from typing import TYPE_CHECKING, Final

from tecdata.demo.planting_cells import claims_of
from tecdata.demo.planting_model import Claims, Kind
from tecdata.demo.planting_placed import Placed, Put
from tecdata.demo.planting_places import Slot, slots
from tecdata.demo.planting_workbook import SheetGrid

if TYPE_CHECKING:
    from tecdata.demo.planting_delivery import Delivered

__all__ = ["DOMAINS", "KINDS", "OddKind"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class OddKind(Kind):
    """A kind of error that is made in a written delivery by a function of its own."""

    put: Put


def _slot(
    centre: str, kind: str, role: str, change: Callable[[Delivered, Slot, Random], str | None]
) -> Put:
    """An error in a record of one centre that is more than another text in a cell."""

    def put(delivered: Delivered, pick: Random, claims: Claims) -> Placed | None:
        fit = [
            s
            for s in slots(delivered, centre, kind)
            if s.text(role) and all(map(claims.free, claims_of(s, kind, role, whole_row=False)))
        ]
        for slot in pick.sample(fit, min(len(fit), 20)):
            was = slot.text(role)
            address = slot.grid.address(slot.row, slot.columns[role])
            now = change(delivered, slot, pick)
            if now is None:
                continue
            delivered.touched.add(centre)
            taken = [*claims_of(slot, kind, role, whole_row=False)]
            return Placed(
                centre=centre, file=slot.place.file, sheet=slot.place.sheet, cell=address,
                number=slot.number, domains=DOMAINS[kind], was=was, now=now, claims=tuple(taken),
            )  # fmt: skip
        return None

    return put


DOMAINS: Final[Mapping[str, tuple[str, ...]]] = {
    "patients": ("DM", "DS", "MH"),
    "doses": ("EX", "VS"),
    "labs": ("LB", "IS", "CP"),
    "scores": ("QS", "RS"),
    "lung": ("RE",),
    "events": ("AE",),
    "medications": ("CM",),
}


def _xml(
    role: str, attributes: str, inner: str, shown: str
) -> Callable[[Delivered, Slot, Random], str | None]:
    def change(delivered: Delivered, slot: Slot, pick: Random) -> str | None:
        assert isinstance(slot.grid, SheetGrid)  # noqa: S101
        slot.grid.put_xml(slot.row, slot.columns[role], attributes, inner)
        return shown

    return change


def _merge(delivered: Delivered, slot: Slot, pick: Random) -> str | None:
    grid = slot.grid
    assert isinstance(grid, SheetGrid)  # noqa: S101
    if slot.row + 1 >= grid.height or grid.numbers[slot.row + 1] != grid.numbers[slot.row] + 1:
        return None
    grid.merge_down(slot.row, slot.columns["note"])
    return "merged with the cell below"


def _hide_row(delivered: Delivered, slot: Slot, pick: Random) -> str | None:
    assert isinstance(slot.grid, SheetGrid)  # noqa: S101
    slot.grid.hide_row(slot.row)
    return "hidden"


def _row_again(delivered: Delivered, slot: Slot, pick: Random) -> str | None:
    slot.grid.repeat(slot.row)
    return "the row again at the end"


def _one_of(*puts: Put) -> Put:
    """One of several ways to place an error, whichever fits."""

    def put(delivered: Delivered, pick: Random, claims: Claims) -> Placed | None:
        for make in pick.sample(puts, len(puts)):
            placed = make(delivered, pick, claims)
            if placed is not None:
                return placed
        return None

    return put


def _comment(delivered: Delivered, slot: Slot, pick: Random) -> str | None:
    note = pick.choice(
        ("Rückruf bei Herrn Karl Petersen", "Tel. 040 7410-52318", "geb. 14.03.1961")
    )
    reference = slot.grid.address(slot.row, slot.columns["value"])
    return note if delivered.book.comment(reference, note) else None


_SEEN = ("mapping.*", "suite.*", "harmonise.*", "validate.*", "file.*", "intake.*")

KINDS: tuple[OddKind, ...] = (
    OddKind(name="error_cell", put=_slot("BE", "labs", "value", _xml("value", ' t="e"', "<v>#REF!</v>", "#REF!")), expected=("intake.error_cell",), follows=_SEEN),
    OddKind(name="formula_without_value", put=_slot("BE", "doses", "weight", _xml("weight", "", "<f>G5/E5</f>", "=G5/E5")), expected=("intake.formula_without_value",), follows=_SEEN),
    OddKind(name="date_among_numbers", put=_slot("BE", "labs", "crp", _xml("crp", ' s="6"', "<v>45781</v>", "04.05.2025")), expected=("intake.date_among_numbers",), follows=_SEEN),
    OddKind(name="data_cells_merged", put=_slot("BE", "medications", "note", _merge), expected=("intake.merged_cell",), follows=_SEEN),
    OddKind(name="row_hidden", put=_slot("BE", "medications", "text", _hide_row), expected=("intake.hidden_row",), follows=_SEEN),
    OddKind(name="result_row_again", put=_one_of(*(_slot(c, "labs", "value", _row_again) for c in ("HH", "AH", "TU"))), expected=("suite.lb.duplicate", "validate.key_duplicate"), follows=_SEEN),
    OddKind(name="identifier_in_comment", put=_slot("BE", "labs", "value", _comment), expected=("identifier.*",), follows=("intake.comment",)),
)  # fmt: skip
