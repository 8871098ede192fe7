"""Dates as hospitals write them, to whole or partial ISO 8601 (SDTMIG 3.4 section 4.4.1).

A pattern is made of the tokens ``yyyy yy mmm mm dd HH MM SS``; anything else in it stands for
itself. ISO dates (``2024-04-03``, ``2024-04``, ``2024-04-03T09:30``) are always understood, because that
is how intake writes typed dates. What the source leaves out stays out: ``04/2024`` is ``2024-04``.
"""

from __future__ import annotations

import calendar
import dataclasses
import functools
import itertools
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Parsed", "compile_pattern", "is_time_pattern", "join_time", "parse_date", "parse_time"]

_TOKEN = re.compile(r"yyyy|yy|mmm|mm|dd|HH|MM|SS")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januar january jän jänner januari",
            "feb februar february",
            "mar mär mrz märz march marts maerz",
            "apr april",
            "may mai maj",
            "jun juni june",
            "jul juli july",
            "aug august",
            "sep sept september",
            "okt oct oktober october",
            "nov november",
            "dez dec dezember december",
        ),
        start=1,
    )
    for name in names.split()
}
_NOT_A_DATE = "mapping.not_a_date"
_IMPOSSIBLE = "mapping.impossible_date"
_TWO_DIGITS = "mapping.two_digit_year"
_YEARS = range(1800, 2200)
_ISO = re.compile(
    r"(?P<yyyy>\d{4})-(?P<mm>\d\d)(?:-(?P<dd>\d\d)(?:[T ](?P<HH>\d\d):(?P<MM>\d\d)"
    r"(?::(?P<SS>\d\d)(?:[.,]0*)?)?)?)?",
    re.ASCII,
)
_ISO_TIME = re.compile(r"(?P<HH>\d{1,2}):(?P<MM>\d\d)(?::(?P<SS>\d\d)(?:[.,]0*)?)?", re.ASCII)
_SHORT_YEAR = re.compile(r"\d{1,2}([./-])\s?(?:\d{1,2}\1\s?)?'?\d\d(?!\d|\s?[./-]\s?\d)", re.ASCII)


@dataclasses.dataclass(frozen=True, slots=True)
class Parsed:
    """ISO 8601 text, or the check that failed."""

    iso: str | None = None
    problem: str | None = None


@functools.cache
def compile_pattern(pattern: str) -> re.Pattern[str]:
    """Regular expression of a date pattern.

    Days, months and hours may be written with one digit unless tokens touch (``ddmmyyyy``).
    Raises ``ValueError`` saying what is wrong with the pattern.
    """
    tokens = _TOKEN.findall(pattern)
    rest = _TOKEN.sub("", pattern)
    if unknown := re.search(r"[A-Za-z]+", rest.replace("T", "")):
        raise ValueError(f"'{unknown.group()}' is not a token of date pattern '{pattern}'")
    _require_parts(pattern, tokens)
    found = list(_TOKEN.finditer(pattern))
    glued = any(a.end() == b.start() for a, b in itertools.pairwise(found))
    parts: list[str] = []
    end = 0
    for match in found:
        parts.append(_literal(pattern[end : match.start()]))
        parts.append(_group(match.group(), glued=glued))
        end = match.end()
    parts.append(_literal(pattern[end:]))
    return re.compile("".join(parts))


def parse_date(
    text: str,
    patterns: Sequence[str] = (),
    pivot_year: int | None = None,
    *,
    drop_zero_seconds: bool = False,
) -> Parsed:
    """Read one date or date-time under the first pattern that fits.

    Parameters
    ----------
    text
        The cell, outer blanks removed.
    patterns
        Tried in order, after ISO 8601.
    pivot_year
        Last year a two-digit year may mean: 2030 reads 30 as 2030 and 31 as 1931.
    drop_zero_seconds
        For typed cells, whose seconds say nothing about what was observed.

    Returns
    -------
    Parsed
        ``problem`` is ``mapping.not_a_date``, ``mapping.impossible_date`` (31.02.2024) or
        ``mapping.two_digit_year`` (no ``pivot_year`` is declared).

    >>> parse_date("04/2024", ["dd.mm.yyyy", "mm/yyyy"]).iso
    '2024-04'
    >>> parse_date("31.02.2024", ["dd.mm.yyyy"]).problem
    'mapping.impossible_date'
    """
    text = text.strip()
    problem = None
    if match := _ISO.fullmatch(text):
        outcome = _assemble(match.groupdict(), pivot_year, drop_zero_seconds=drop_zero_seconds)
        if outcome.iso is not None:
            return outcome
        problem = outcome.problem
    for pattern in patterns:
        if match := compile_pattern(pattern).fullmatch(text):
            outcome = _assemble(match.groupdict(), pivot_year)
            if outcome.iso is not None:
                return outcome
            problem = problem or outcome.problem
    short = problem is None and not any("yy" in compile_pattern(p).groupindex for p in patterns)
    if short and _SHORT_YEAR.match(text):
        problem = _TWO_DIGITS
    return Parsed(problem=problem or _NOT_A_DATE)


def parse_time(text: str, patterns: Sequence[str] = ()) -> Parsed:
    """Read a time of day: ``9:30``, ``09:30:15``, or a pattern such as ``HH.MM``.

    A date-time takes part with its time (spreadsheets keep times that way).

    >>> parse_time("9:30").iso
    '09:30'
    """
    text = text.strip()
    typed = _ISO.fullmatch(text)
    if typed and typed.group("HH"):
        text = text[11:]
    matches = [_ISO_TIME.fullmatch(text)]
    matches += [compile_pattern(p).fullmatch(text) for p in patterns if is_time_pattern(p)]
    for match in matches:
        if match:
            clock = _clock(match.groupdict())
            return Parsed(clock) if clock else Parsed(problem="mapping.impossible_time")
    return Parsed(problem="mapping.not_a_time")


def is_time_pattern(pattern: str) -> bool:
    """Whether a pattern is of a time alone.

    >>> is_time_pattern("HH.MM"), is_time_pattern("dd.mm.yyyy HH:MM")
    (True, False)
    """
    return not re.search("yy|mm|dd", pattern)


def join_time(date: str, time: str | None) -> Parsed:
    """Put a time behind a whole date; a time without a whole date is reported.

    >>> join_time("2024-04-03", "09:30").iso
    '2024-04-03T09:30'
    """
    if time is None:
        return Parsed(date)
    if "T" in date:
        agrees = date[11:16] == time[:5]
        return Parsed(date) if agrees else Parsed(date, "mapping.two_times")
    if len(date) != 10:
        return Parsed(date, "mapping.time_without_date")
    return Parsed(f"{date}T{time}")


def _require_parts(pattern: str, tokens: list[str]) -> None:
    kinds = [
        {"yyyy": "year", "yy": "year", "mmm": "month", "mm": "month"}.get(t, t) for t in tokens
    ]
    if twice := sorted({k for k in kinds if kinds.count(k) > 1}):
        raise ValueError(f"{', '.join(twice)} stands twice in date pattern '{pattern}'")
    needed = {"dd": "month", "month": "year", "MM": "HH", "SS": "MM"}
    for part, other in needed.items():
        if part in kinds and other not in kinds:
            raise ValueError(f"date pattern '{pattern}' has {part} but no {other}")
    if not tokens:
        raise ValueError(f"date pattern '{pattern}' has no token")
    if "HH" in kinds and {"year", "month"} & set(kinds) and "dd" not in kinds:
        raise ValueError(f"date pattern '{pattern}' has a time but no whole date")


def _literal(text: str) -> str:
    return r"\s+".join(re.escape(part) for part in re.split(r"\s+", text))


def _group(part: str, *, glued: bool) -> str:
    if part == "mmm":
        return r"(?P<mmm>[^\W\d_]+)\.?"
    lenient = part in ("dd", "mm", "HH") and not glued
    width = "1,2" if lenient else str(len(part))
    return f"(?P<{part}>[0-9]{{{width}}})"


def _assemble(
    parts: dict[str, str | None], pivot_year: int | None, *, drop_zero_seconds: bool = False
) -> Parsed:
    year = _year(parts, pivot_year)
    if year is None:
        return Parsed(problem=_TWO_DIGITS if parts.get("yy") else _NOT_A_DATE)
    if year not in _YEARS:
        return Parsed(problem=_IMPOSSIBLE)
    iso = f"{year:04d}"
    named = parts.get("mmm")
    if named is not None and named.casefold() not in _MONTHS:
        return Parsed(problem=_NOT_A_DATE)
    if named is None and parts.get("mm") is None:
        return Parsed(iso)
    month = _MONTHS[named.casefold()] if named is not None else int(parts["mm"] or 0)
    if not 1 <= month <= 12:
        return Parsed(problem=_IMPOSSIBLE)
    iso += f"-{month:02d}"
    if parts.get("dd") is None:
        return Parsed(iso)
    day = int(parts["dd"] or 0)
    if not 1 <= day <= calendar.monthrange(year, month)[1]:
        return Parsed(problem=_IMPOSSIBLE)
    iso += f"-{day:02d}"
    if parts.get("HH") is None:
        return Parsed(iso)
    if drop_zero_seconds and parts.get("SS") == "00":
        parts = {**parts, "SS": None}
    clock = _clock(parts)
    return Parsed(f"{iso}T{clock}") if clock else Parsed(problem=_IMPOSSIBLE)


def _year(parts: dict[str, str | None], pivot_year: int | None) -> int | None:
    if parts.get("yyyy"):
        return int(parts["yyyy"] or 0)
    if not parts.get("yy") or pivot_year is None:
        return None
    year = pivot_year - pivot_year % 100 + int(parts["yy"] or 0)
    return year if year <= pivot_year else year - 100


def _clock(parts: dict[str, str | None]) -> str | None:
    hour, minute, second = (parts.get(token) for token in ("HH", "MM", "SS"))
    if int(hour or 0) > 23 or int(minute or 0) > 59 or int(second or 0) > 59:
        return None
    return ":".join(f"{int(p):02d}" for p in (hour, minute, second) if p is not None)
