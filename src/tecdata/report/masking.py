"""An identifier that one finding hides is hidden in every finding about the same cell."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tecdata.finding import Cell, Finding

__all__ = ["MASK", "mask_findings"]

#: The sign that stands for a hidden letter or digit of an identifier.
MASK: Final = "•"

_Key = tuple[str, str, str, str]


def mask_findings(findings: Iterable[Finding]) -> list[Finding]:
    """The findings, in their order, with values of masked cells masked wherever they appear.

    A cell counts as masked when some finding gives its value with the sign :data:`MASK`. Another
    finding about that cell (a date that could not be read, say) may hold the text itself in its
    value, message, record, details or further cells: there the mask takes its place.
    """
    kept = list(findings)
    masks: dict[_Key, str] = {}
    for finding in kept:
        for cell in _cells(finding):
            if MASK in cell.value and cell.file and cell.cell:
                masks[_key(finding, cell)] = cell.value
    return [_mask(finding, masks) for finding in kept] if masks else kept


def _cells(finding: Finding) -> tuple[Finding | Cell, ...]:
    """All places of a finding."""
    return finding, *finding.cells


def _key(finding: Finding, cell: Finding | Cell) -> _Key:
    """What tells a source cell from all others."""
    return finding.centre, cell.file, cell.sheet, cell.cell


def _mask(finding: Finding, masks: dict[_Key, str]) -> Finding:
    """The finding with the values of masked cells masked, wherever they stand."""
    swaps: dict[str, str] = {}
    for cell in _cells(finding):
        mask = masks.get(_key(finding, cell))
        if mask is not None and cell.value and MASK not in cell.value:
            swaps[cell.value] = mask
    if not swaps:
        return finding

    def hide(text: str) -> str:
        # The longest first: one value may be a part of another.
        for raw in sorted(swaps, key=len, reverse=True):
            text = text.replace(raw, swaps[raw])
        return text

    return dataclasses.replace(
        finding,
        message=hide(finding.message),
        value=hide(finding.value),
        record=hide(finding.record),
        cells=tuple(dataclasses.replace(c, value=hide(c.value)) for c in finding.cells),
        details=tuple((name, hide(text)) for name, text in finding.details),
    )
