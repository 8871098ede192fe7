"""Where a collected variable was read from, in one sentence for Define-XML."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tecdata.dataset import Origin

__all__ = ["source_text"]

#: Columns of one table named one by one; beyond that their number is said.
_NAMED: Final = 3


def source_text(variable: str, origins: Iterable[Origin]) -> str:
    """The columns of the centres' files that a variable was read from; empty where none is known.

    >>> from tecdata.dataset import Origin
    >>> origin = Origin(centre="X", file="a.csv", sheet="", table="labs", addressing="lines",
    ...     columns={"LBORRES": "Wert"}, positions={"Wert": 3})
    >>> source_text("LBORRES", [origin])
    "X: a.csv, column 'Wert'"
    """
    columns: dict[tuple[str, str, str], list[str]] = {}
    for origin in origins:
        column = origin.columns.get(variable)
        if not column:
            continue
        found = columns.setdefault((origin.centre, origin.file, origin.sheet), [])
        shown = "the column of the test" if column == "$value" else f"column '{column}'"
        if shown not in found:
            found.append(shown)
    parts = []
    for (centre, file, sheet), named in sorted(columns.items()):
        place = f"{file}, {sheet}" if sheet else file
        told = ", ".join(named) if len(named) <= _NAMED else f"{len(named)} columns"
        parts.append(f"{centre}: {place}, {told}")
    return "; ".join(parts)
