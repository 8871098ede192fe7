"""A start for ``source.yaml`` from a file's profile: every line is for a person to check."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tecdata.intake.profile import TableProfile

__all__ = ["suggest_source"]

_PLAIN = re.compile(r"[A-Za-zÀ-ÿ0-9_][A-Za-zÀ-ÿ0-9_ .-]*[A-Za-zÀ-ÿ0-9_.]|[A-Za-z]")
_DELIMITERS = {"comma": '","', "semicolon": '";"', "tab": "tab", "vertical bar": '"|"'}


def suggest_source(file: str, encoding: str, delimiter: str, tables: Sequence[TableProfile]) -> str:
    """The ``tables:`` part of a source.yaml for one file, with the reading its texts suggest."""
    lines = ["tables:"]
    keys: Counter[str] = Counter()
    for table in tables:
        if not table.columns:
            continue
        key = _key(table.sheet or file.rsplit(".", 1)[0])
        keys[key] += 1
        lines.append(f"  {key}{keys[key] if keys[key] > 1 else ''}:")
        lines.append(f"    file: {_scalar(file)}")
        if table.sheet:
            lines.append(f"    sheet: {_scalar(table.sheet)}")
        if table.header_rows and table.header_rows != (1,):
            lines.append(f"    header_rows: [{', '.join(map(str, table.header_rows))}]")
        if table.units_row is not None:
            lines.append(f"    units_row: {table.units_row}")
        if encoding:
            lines.append(f"    encoding: {'utf-8' if encoding == 'ascii' else encoding}")
            lines.append(f"    delimiter: {_DELIMITERS[delimiter]}")
        lines += _reading(table)
    return "\n".join(lines) + "\n"


def _reading(table: TableProfile) -> list[str]:
    decimals = _sum(column.decimal for column in table.columns)
    dates = _sum(column.dates for column in table.columns)
    lines = []
    signs = [sign for sign in ("comma", "point") if decimals[sign]]
    if len(signs) == 1:
        lines.append(f"      decimal: {signs[0]}")
    elif signs:
        lines.append("      decimal: detect  # both signs occur: set it for each column")
    sure = [name for name in sorted(dates) if " or " not in name]
    if sure:
        lines.append(f"      dates: [{', '.join(_scalar(name) for name in sure)}]")
    lines += [f"      # undecided: {name}" for name in sorted(set(dates) - set(sure))]
    if any(re.search(r"(?<!y)yy(?!y)", name) for name in dates):
        lines.append("      pivot_year: 2030  # two-digit years: say where the century turns")
    return ["    reading:", *lines] if lines else []


def _sum(counts: Iterable[dict[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for count in counts:
        total.update(count)
    return total


def _key(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss").replace("ø", "o"))
    ascii_only = plain.encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "_", ascii_only).strip("_") or "table"


def _scalar(text: str) -> str:
    if _PLAIN.fullmatch(text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
