"""Which new column is the one that is missing: by its name, what it holds, and where it stands."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from tecdata.validate.identifiers_words import fold_header

__all__ = ["Likely", "likely_names", "numbered_shape"]

#: Points for contents, place and unit, added to the likeness of the names (0-100); all but the
#: name being equal is enough.
_CONTENTS, _PLACE, _UNIT, _BOTH, _ENOUGH = 25, 15, 10, 35, 75
#: So alike must names be where nothing else is known of the missing column.
_NAME_ALONE: Final = 65

Shape = Mapping[str, Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Likely:
    """A new column that may be the missing one, and why."""

    name: str
    why: str


def numbered_shape(name: str) -> str:
    """A name without its numbers: columns of one repeated group have the same.

    >>> numbered_shape("v12_igg") == numbered_shape("v1_igg")
    True
    """
    return re.sub(r"\d+", "#", name)


def likely_names(
    missing: Collection[str], new: Sequence[Shape], before: Mapping[str, Shape]
) -> dict[str, Likely]:
    """For each missing column the new one it has most likely become; each new one is named once.

    Parameters
    ----------
    missing
        Names that are expected.
    new
        Shapes of the columns that are there and not expected.
    before
        Shapes of the columns of the last delivery, by name.
    """
    from rapidfuzz import fuzz

    scored = []
    for name in missing:
        for shape in new:
            likeness = fuzz.ratio(_folded(name), _folded(shape["name"]))
            score, why = _score(likeness, before.get(name), shape)
            if score >= (_ENOUGH if name in before else _NAME_ALONE):
                scored.append((-score, name, shape["name"], why))
    found: dict[str, Likely] = {}
    for _, name, candidate, why in sorted(scored):
        if name not in found and all(f.name != candidate for f in found.values()):
            found[name] = Likely(candidate, why)
    return found


def _folded(name: str) -> str:
    """A header as it is compared: letters folded, digits kept."""
    return fold_header(name) + "".join(re.findall(r"\d+", name))


def _score(likeness: float, old: Shape | None, new: Shape) -> tuple[float, str]:
    """How well a new column fits a missing one (0 and more), and why, in words."""
    reasons = [f"their names are {likeness:.0f} % alike"]
    score = likeness
    if old is not None:
        if _signature(old) == _signature(new):
            score += _CONTENTS
            reasons.append("their cells are of the same kind")
        if old["position"] == new["position"]:
            score += _PLACE
            reasons.append("they stand in the same place")
            score += _BOTH * (_signature(old) == _signature(new))
        if old["unit"] and old["unit"] == new["unit"]:
            score += _UNIT
            reasons.append("they have the same unit")
    return score, " and ".join(reasons)


def _signature(shape: Shape) -> tuple[object, ...]:
    """What kind of cells a column has, whatever their number."""
    return (
        sorted(set(shape["kinds"]) - {"blank"}),
        sorted(shape["decimal"]),
        sorted(shape["dates"]),
        sorted(shape["labels"]),
    )
