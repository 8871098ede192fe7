"""What a table looks like, as JSON: its columns, how they write numbers and dates, its subjects.

No value of a cell is kept but units, labels of codes and the numbers of subjects.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from tecdata.table import ROW
from tecdata.validate.identifiers_words import fold_header

if TYPE_CHECKING:
    from tecdata.spec.source import SourceSpec
    from tecdata.table import RawTable, SourceColumn

__all__ = [
    "VERSION",
    "column_shape",
    "same_unit",
    "subject_numbers",
    "table_shape",
    "unit_column",
    "units_by_test",
]

#: Changes with the meaning of the snapshot; one of another version is not compared.
VERSION: Final = 1

_DECIMAL: Final = re.compile(r"\s*[<>]?=?\s*[+-]?\d*([.,])(\d+)\s*")
#: 1.280 may have a decimal or a thousands separator; 0.280 and 1.28 cannot.
_OPEN: Final = re.compile(r"\s*[<>]?=?\s*[+-]?[1-9]\d{0,2}[.,]\d{3}\s*")
_DATES: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(r"\d{1,2}\.\d{1,2}\.\d{4}"), "dd.mm.yyyy"),
    (re.compile(r"\d{1,2}\.\d{1,2}\.\d{2}"), "dd.mm.yy"),
    (re.compile(r"\d{4}-\d{2}-\d{2}"), "yyyy-mm-dd"),
    (re.compile(r"\d{4}/\d{2}/\d{2}"), "yyyy/mm/dd"),
    (re.compile(r"(\d{1,2})([/-])(\d{1,2})\2\d{4}"), "?yyyy"),
    (re.compile(r"(\d{1,2})([/-])(\d{1,2})\2\d{2}"), "?yy"),
    (re.compile(r"\d{1,2}([./-])\d{4}"), "mm{}yyyy"),
)
_TIME: Final = re.compile(r"[ T]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*$")
_UNIT_HEADER: Final = re.compile(r"\b(?:einheit\w*|units?|enhed\w*|dim)\b")
_TEST_HEADER: Final = re.compile(
    r"\b(?:analyt\w*|parameter\w*|tests?|untersuchung\w*|laborwert\w*|npu|komponent\w*|component\w*)\b"
)


def table_shape(table: RawTable, source: SourceSpec | None) -> dict[str, Any]:
    """What one table looks like."""
    lists = table.frame.drop(ROW).to_dict(as_series=False)
    typed = table.number_cells.to_dict(as_series=False)
    return {
        "file": table.file,
        "sheet": table.sheet,
        "rows": table.frame.height,
        "columns": [
            column_shape(column, _written(lists[column.name], typed.get(column.name)))
            for column in table.columns
        ],
        "units": {test: sorted(units) for test, units in sorted(units_by_test(table).items())},
        "subjects": sorted(subject_numbers(lists, source)) if source else [],
    }


def _written(values: list[str | None], typed: list[bool | None] | None) -> list[str]:
    """The filled cells; a typed number is left out, for it was not written with a sign."""
    if typed is None:
        return [v for v in values if v is not None]
    return [v for v, number in zip(values, typed, strict=True) if v is not None and not number]


def column_shape(column: SourceColumn, written: list[str]) -> dict[str, Any]:
    """What one column looks like; ``decimal`` and ``dates`` count its different texts."""
    decimal: Counter[str] = Counter()
    dates: Counter[str] = Counter()
    if "text" in column.kinds:
        for text in set(written):
            if (match := _DECIMAL.fullmatch(text)) and not _OPEN.fullmatch(text):
                decimal["comma" if match[1] == "," else "point"] += 1
            elif pattern := _date_pattern(text):
                dates[pattern] += 1
    return {
        "name": column.name,
        "position": column.position,
        "unit": column.unit,
        "label": column.label,
        "kinds": sorted(column.kinds),
        "filled": len(written),
        "decimal": dict(sorted(decimal.items())),
        "dates": dict(sorted(dates.items())),
        "labels": dict(sorted(column.value_labels.items())),
    }


def _date_pattern(text: str) -> str:
    """The notation of a date in the tokens of source.yaml; "" for anything else.

    >>> _date_pattern("03.04.2024 10:30"), _date_pattern("25/12/2024"), _date_pattern("4,5")
    ('dd.mm.yyyy', 'dd/mm/yyyy', '')
    """
    if not 6 <= len(text) <= 30 or not text[:1].isdigit():
        return ""
    plain = _TIME.sub("", text).strip()
    for shape, name in _DATES:
        match = shape.fullmatch(plain)
        if match is None:
            continue
        if not name.startswith("?"):
            return name.format(*match.groups())
        _, mark, second = match.groups()
        order = "mm{0}dd{0}" if int(second) > 12 else "dd{0}mm{0}"
        return order.format(mark) + name[1:]
    return ""


def units_by_test(table: RawTable) -> dict[str, set[str]]:
    """The units that each test of a long table comes in, where headers tell test and unit."""
    tests, units = unit_column(table)
    if not units:
        return {}
    found: dict[str, set[str]] = {}
    for test, unit in table.frame.select(tests, units).unique().iter_rows():
        if test is not None and unit is not None and unit.strip():
            found.setdefault(test.strip(), set()).add(unit.strip())
    return found


def unit_column(table: RawTable) -> tuple[str, str]:
    """The columns of tests and of their units, by their headers; empty where one is not there."""
    tests, units = _first(table, _TEST_HEADER), _first(table, _UNIT_HEADER)
    return (tests, units) if tests and units else ("", "")


def _first(table: RawTable, shape: re.Pattern[str]) -> str:
    """The first column whose folded name fits a pattern; empty where none does."""
    return next((c.name for c in table.columns if shape.search(fold_header(c.name))), "")


def same_unit(one: str, other: str) -> bool:
    """Whether two spellings of a unit differ in blanks and capitals only."""
    return re.sub(r"\s", "", one).casefold() == re.sub(r"\s", "", other).casefold()


def subject_numbers(lists: Mapping[str, Iterable[str | None]], source: SourceSpec) -> set[str]:
    """Numbers of the subjects in the first column that holds ids as the centre declares them."""
    pattern = re.compile(source.subject.pattern)
    for values in lists.values():
        texts = {v.strip() for v in values if v is not None}
        matches = [m for text in sorted(texts) if (m := pattern.fullmatch(text))]
        if matches and len(matches) * 2 >= len(texts):
            return {m["number"].lstrip("0") or "0" for m in matches}
    return set()
