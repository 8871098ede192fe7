"""Disease scores with their components, questionnaires and lung function.

Tiers of response are nowhere stored: they follow from these values (``data/scores.csv``).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from tecdata.demo.lab_units import plain
from tecdata.demo.model import Result
from tecdata.demo.tables import noise, rows_of

if TYPE_CHECKING:
    from tecdata.demo.people import Person

__all__ = ["score_results"]

#: SLEDAI-2K weights in the order of the instrument.
_SLEDAI = (8,) * 8 + (4,) * 6 + (2,) * 7 + (1,) * 3
#: mRSS sites of subject 18 at baseline: face, chest, abdomen, then right and left of fingers,
#: hands, forearms, upper arms, thighs, lower legs, feet.
_SITES = {18: (2, 2, 1, 3, 3, 3, 3, 2, 2, 1, 1, 1, 1, 1, 1, 2, 2)}
_PLAIN = ("HAQDI", "PTGA", "MDGA", "FACITF", "EXMVAS", "PGA")
#: Predicted FVC (L) and DLCO (mmol/min/kPa) of a person of middle size.
_PREDICTED = {"F": (3.3, 7.9), "M": (4.5, 9.8)}


def score_results(person: Person) -> Iterator[Result]:
    """All score, questionnaire and lung function results of a subject, by day."""
    for row in sorted(rows_of("scores", person.number), key=lambda r: int(r["day"])):
        start = person.date(int(row["day"]))
        for test in _PLAIN:
            if row[test]:
                yield _score(test, start, row[test])
        if row["MRSS"]:
            yield from _skin(person, start, row["MRSS"])
        if row["MMT"]:
            yield _score("MMT8B" if person.centre == "HH" else "MMT8", start, row["MMT"])
        if person.indication in ("SLE", "UCTD"):
            yield from _sledai(start, row["SLEDAI"])
        if row["IGG4RI"]:
            yield from _igg4_index(start, row["IGG4RI"])
        yield from _lungs(person, start, row)


def _score(test: str, start: str, value: str | int) -> Result:
    return Result(test=test, start=start, value=plain(Decimal(value)))


def _skin(person: Person, start: str, total: str) -> Iterator[Result]:
    yield _score("MRSSTOT", start, total)
    for site, value in enumerate(_SITES.get(person.number, ()), 1):
        yield _score(f"MRSS{site:02}", start, value)


def _sledai(start: str, present: str) -> Iterator[Result]:
    items = set(map(int, present.split()))
    values = [weight if n in items else 0 for n, weight in enumerate(_SLEDAI, 1)]
    for n, value in enumerate(values, 1):
        yield _score(f"SLEDAI{n:02}", start, value)
    yield _score("SLEDAITOT", start, sum(values))


def _igg4_index(start: str, sites: str) -> Iterator[Result]:
    """Site scores 0 to 3, ``u`` for urgent, which doubles the score."""
    values = [int(site[0]) * (2 if site.endswith("u") else 1) for site in sites.split()]
    for n, value in enumerate(values, 1):
        yield _score(f"IGG4RI{n:02}", start, value)
    yield _score("IGG4RITOT", start, sum(values))


def _lungs(person: Person, start: str, row: dict[str, str]) -> Iterator[Result]:
    size = 1 + 0.08 * noise("size", person.number)
    volumes = dict(zip(("FVCPP", "DLCOPP"), _PREDICTED[person.sex], strict=True))
    for percent, litres, unit in (("FVCPP", "FVC", "L"), ("DLCOPP", "DLCO", "mmol/min/kPa")):
        if row[percent]:
            value = Decimal(repr(volumes[percent] * size * int(row[percent]) / 100))
            rounded = plain(value.quantize(Decimal("0.01")))
            yield Result(test=litres, start=start, value=rounded, unit=unit)
            yield Result(test=percent, start=start, value=Decimal(row[percent]), unit="%")
