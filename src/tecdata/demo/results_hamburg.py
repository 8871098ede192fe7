"""Hamburg's long lists of results, and how its programme writes numbers, times and ids."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from string import ascii_letters
from typing import TYPE_CHECKING

from tecdata.demo.german import choose, date_text, number_text, result_text, split_start
from tecdata.demo.words_hamburg import ANALYTES, SCORES, UNITS

if TYPE_CHECKING:
    from tecdata.demo.model import Result, Subject

__all__ = ["LABS", "SCORE_LIST", "labs", "local_id", "moment", "number", "scores"]

_TITRE = "ANA"


def number(value: Decimal | None) -> str:
    """A number with decimal comma; nothing where there is none."""
    return "" if value is None else number_text(value)


def moment(iso: str) -> str:
    """A date, with its time where one is known."""
    day, time = split_start(iso)
    return f"{date_text(day, short_year=True)} {time}".strip() if day else ""


def local_id(subject: Subject, file: str) -> str:
    """The subject id as this file spells it: with a hyphen or a blank, or small letters."""
    digits = subject.local_id.lstrip(ascii_letters + "- ")
    letters = subject.local_id.removesuffix(digits).rstrip("- ")
    spellings = {"labs": f"{letters}{digits}", "events": f"{letters} {digits}"}
    return spellings.get(file, f"{letters.lower()}{digits}")


LABS = ("PatNr", "Abnahme", "Analyt", "Wert", "Einheit", "Referenz")


def labs(subjects: Sequence[Subject]) -> Iterable[tuple[str, ...]]:
    """Rows of the laboratory file, one a result, in the order of the truth."""
    for subject in subjects:
        for result in subject.results:
            if result.test not in ANALYTES:
                continue
            # The laboratory renames an analyte or a unit for everyone, from one month to the next.
            key = (result.test, result.start[:7])
            yield (
                local_id(subject, "labs"),
                moment(result.start),
                choose(ANALYTES[result.test], *key, "name"),
                _value(result, key),
                choose(UNITS.get(result.unit, (result.unit,)), *key, "unit"),
                _range(result),
            )


def _value(result: Result, key: tuple[object, ...]) -> str:
    if result.not_done:
        return "n.b."
    if result.value is None:
        return result.text
    return result_text(result.value, result.operator, titre=result.test == _TITRE, key=key)


def _range(result: Result) -> str:
    low, high = _limits(result)
    if low and high:
        return f"{low} - {high}"
    if high:
        titre = "1:" if result.test == _TITRE else ""
        return choose((f"< {titre}{high}", f"bis {titre}{high}"), result.test, "range")
    return f"> {low}" if low else ""


def _limits(result: Result) -> tuple[str, str]:
    """Both limits with the same number of decimals, small ones with at least one."""
    limits = [limit for limit in (result.low, result.high) if limit is not None]
    places = max((-int(limit.as_tuple().exponent) for limit in limits), default=0)
    if result.test != _TITRE and limits and max(limits) <= 20:
        places = max(places, 1)
    places = max(places, 0)
    texts = [
        "" if x is None else number_text(_padded(x, places)) for x in (result.low, result.high)
    ]
    return texts[0], texts[1]


def _padded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places))


SCORE_LIST = ("PatNr", "Datum", "Parameter", "Wert", "Einheit")


def scores(subjects: Sequence[Subject]) -> Iterable[tuple[str, ...]]:
    """Rows of the file of scores and lung function, one a result."""
    for subject in subjects:
        for result in subject.results:
            if result.test in SCORES:
                yield (
                    local_id(subject, "scores"),
                    moment(result.start),
                    SCORES[result.test],
                    _value(result, (subject.local_id, result.test, result.start)),
                    {"C": "°C", "L": "l"}.get(result.unit, result.unit),
                )
