"""What the texts of a column tell about numbers and dates in it. Evidence only: nothing is decided."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["date_patterns", "decimal_evidence", "frequent"]

#: Digits with one separator that leaves open whether it marks decimals or thousands: 1.280, 1,280.
_OPEN = re.compile(r"[<>]?=?\s*[+-]?[1-9]\d{0,2}([.,])\d{3}")
_DECIMAL = re.compile(r"[<>]?=?\s*[+-]?\d*([.,])\d+")
_THOUSANDS = re.compile(r"[<>]?=?\s*[+-]?\d{1,3}(?:([.,' ])\d{3})+(?:([.,])\d+)?")

_TIME = r"(?:[ T](?P<time>\d{1,2}:\d{2}(?P<seconds>:\d{2})?))?"
_DATES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\d{1,2}\.\d{1,2}\.\d{4}" + _TIME), "dd.mm.yyyy"),
    (re.compile(r"\d{1,2}\.\d{1,2}\.\d{2}" + _TIME), "dd.mm.yy"),
    (re.compile(r"\d{4}-\d{2}-\d{2}" + _TIME), "yyyy-mm-dd"),
    (re.compile(r"(?P<a>\d{1,2})(?P<mark>[/-])(?P<b>\d{1,2})[/-]\d{4}" + _TIME), "?{mark}yyyy"),
    (re.compile(r"(?P<a>\d{1,2})(?P<mark>[/-])(?P<b>\d{1,2})[/-]\d{2}" + _TIME), "?{mark}yy"),
    (re.compile(r"\d{1,2}/\d{4}"), "mm/yyyy"),
    (re.compile(r"\d{1,2}-\d{4}"), "mm-yyyy"),
    (re.compile(r"\d{1,2}\.\d{4}"), "mm.yyyy"),
    (re.compile(r"\d{4}-\d{2}"), "yyyy-mm"),
    (re.compile(r"(?:19|20)\d{2}"), "yyyy"),
)


def decimal_evidence(texts: Iterable[str]) -> dict[str, int]:
    """How many texts speak for each decimal sign.

    ``open`` counts texts such as ``1.280`` that could be either.

    >>> decimal_evidence(["4,5", "1.280", "<0,01", "7"])
    {'comma': 2, 'open': 1}
    """
    names = {",": "comma", ".": "point"}
    counts: Counter[str] = Counter()
    for text in texts:
        plain = text.strip()
        if _OPEN.fullmatch(plain):
            counts["open"] += 1
        elif match := _DECIMAL.fullmatch(plain):
            counts[names[match[1]]] += 1
        elif (match := _THOUSANDS.fullmatch(plain)) and match[2]:
            counts[names[match[2]]] += 1
    return dict(sorted(counts.items()))


def date_patterns(texts: Sequence[str]) -> dict[str, int]:
    """Date patterns, in the tokens of source.yaml, and how many texts each fits.

    Day and month are told apart where any text decides it; else both readings are named. A bare
    year counts only beside other dates, for four digits alone may be anything.

    >>> date_patterns(["03.04.2024", "04/2024", "2019"])
    {'dd.mm.yyyy': 1, 'mm/yyyy': 1, 'yyyy': 1}
    """
    counts: Counter[str] = Counter()
    pairs: set[tuple[int, int]] = set()
    for text in texts:
        plain = text.strip()
        for pattern, name in _DATES:
            match = pattern.fullmatch(plain)
            if match is None:
                continue
            groups = match.groupdict()
            if "a" in groups:
                pairs.add((int(groups["a"]), int(groups["b"])))
                name = name.format(mark=groups["mark"])
            if groups.get("time"):
                name += " HH:MM:SS" if groups["seconds"] else " HH:MM"
            counts[name] += 1
            break
    if set(counts) <= {"yyyy", "mm.yyyy"}:
        return {}
    return {_ordered(name, pairs): count for name, count in sorted(counts.items())}


def _ordered(name: str, pairs: set[tuple[int, int]]) -> str:
    if not name.startswith("?"):
        return name
    mark, rest = name[1], name[2:]
    day_first = any(a > 12 for a, _ in pairs)
    month_first = any(b > 12 for _, b in pairs)
    readings = {
        "dd{0}mm{0}": not month_first or day_first,
        "mm{0}dd{0}": not day_first or month_first,
    }
    return " or ".join(form.format(mark) + rest for form, holds in readings.items() if holds)


def frequent(texts: Iterable[str], min_count: int, limit: int) -> tuple[tuple[str, int], ...]:
    """Values that occur at least ``min_count`` times, most frequent first, at most ``limit``."""
    counts: Mapping[str, int] = Counter(texts)
    often = [(text, count) for text, count in counts.items() if count >= min_count]
    return tuple(sorted(often, key=lambda pair: (-pair[1], pair[0]))[:limit])
