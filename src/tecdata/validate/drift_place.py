"""Where a change stands: file, sheet and column as findings name them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tecdata.table import column_letter

if TYPE_CHECKING:
    from tecdata.table import RawTable

__all__ = ["column_fields", "column_place", "table_fields"]


def table_fields(table: RawTable) -> dict[str, Any]:
    """Fields of a finding that speaks of a whole table."""
    return {
        "centre": table.centre,
        "file": table.file,
        "sheet": table.sheet,
        "at": f", sheet '{table.sheet}'" if table.sheet else "",
    }


def column_place(table: RawTable, name: str) -> str:
    """The letter of a column, or its name in quotes where the file has no letters."""
    if table.addressing == "sheet":
        return column_letter(table.column(name).position)
    return f"'{name}'"


def column_fields(table: RawTable, name: str) -> dict[str, Any]:
    """Fields of a finding that speaks of a column; ``what`` is its name."""
    return {**table_fields(table), "cell": column_place(table, name), "what": name}
