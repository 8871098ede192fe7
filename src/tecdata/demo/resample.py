"""Larger cohorts of the same shapes: the 18 resampled, shifted in time and jittered."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import random
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal

from tecdata.demo.lab_units import plain
from tecdata.demo.model import Dose, Result, Subject
from tecdata.demo.people import DATA_CUT, Centre, local_id
from tecdata.demo.truth import cohort

__all__ = ["bootstrap"]

#: First doses of resampled subjects lie between these days, as those of the 18.
_EARLIEST = datetime.date(2024, 3, 1)
_LATEST = datetime.date(2025, 10, 31)
#: Share by which a laboratory value may move, in percent.
_JITTER = 6
_TENTH = Decimal("0.1")
#: What makes a year or a month a date in its middle, by the length of the text.
_MIDDLES = {4: "-07-01", 7: "-15"}


def bootstrap(n: int, seed: int) -> tuple[Subject, ...]:
    """A cohort of ``n`` subjects resampled with replacement from the 18.

    Parameters
    ----------
    n
        Number of subjects, 0 or more. The centres keep their proportions (largest remainder).
    seed
        The same seed gives the same cohort on every machine.

    Returns
    -------
    tuple of Subject
        Numbered 1 to ``n``, each with fresh identifiers, all dates moved by the same number of
        whole days, and laboratory values moved by a few percent.

    Raises
    ------
    ValueError
        For a negative ``n``.

    Examples
    --------
    >>> [subject.local_id for subject in bootstrap(3, seed=1)]
    ['TEC-B-001', 'TEC-B-002', 'UKE-003']
    """
    if n < 0:
        raise ValueError(f"a cohort has 0 or more subjects, not {n}")
    # Reproducible sampling of invented data, no secret.
    chance = random.Random(seed)  # noqa: S311
    donors: dict[Centre, list[Subject]] = {}
    for subject in cohort():
        donors.setdefault(subject.centre, []).append(subject)
    made: list[Subject] = []
    for centre in _centres(n, {code: len(part) for code, part in donors.items()}):
        donor = donors[centre][chance.randrange(len(donors[centre]))]
        made.append(_copy(donor, len(made) + 1, chance))
    return tuple(made)


def _centres(n: int, sizes: dict[Centre, int]) -> Iterator[Centre]:
    """Centre of each subject, in blocks, in proportion to ``sizes``."""
    total = sum(sizes.values())
    quotas = {code: divmod(n * size, total) for code, size in sizes.items()}
    left = n - sum(whole for whole, _ in quotas.values())
    by_remainder = sorted(quotas, key=lambda code: -quotas[code][1])
    extra = set(by_remainder[:left])
    for code, (whole, _) in quotas.items():
        yield from [code] * (whole + (code in extra))


def _copy(donor: Subject, number: int, chance: random.Random) -> Subject:
    shift = _shifter(_days_to_move(donor, chance))
    weight_change = Decimal(chance.randint(-60, 60)) / 10
    birth_shift = int(shift(donor.first_dose)[:4]) - int(donor.first_dose[:4])
    return dataclasses.replace(
        donor,
        number=number,
        local_id=local_id(donor.centre, number),
        birth_year=donor.birth_year + birth_shift,
        consent=shift(donor.consent),
        first_dose=shift(donor.first_dose),
        last_contact=shift(donor.last_contact),
        death=shift(donor.death),
        doses=tuple(_reweighed(dose, weight_change, shift) for dose in donor.doses),
        visits=tuple(map(shift, donor.visits)),
        results=tuple(_jittered(result, shift, chance) for result in donor.results),
        events=tuple(
            dataclasses.replace(event, start=shift(event.start), end=shift(event.end))
            for event in donor.events
        ),
        histories=tuple(
            dataclasses.replace(history, start=shift(history.start)) for history in donor.histories
        ),
        medications=tuple(
            dataclasses.replace(given, start=shift(given.start), end=shift(given.end))
            for given in donor.medications
        ),
    )


def _days_to_move(donor: Subject, chance: random.Random) -> int:
    """Days to move a subject by, so that it still begins and ends inside the study."""
    first = datetime.date.fromisoformat(donor.first_dose)
    last = datetime.date.fromisoformat(donor.last_contact)
    latest = min((_LATEST - first).days, (DATA_CUT - last).days)
    return chance.randint((_EARLIEST - first).days, latest)


def _shifter(days: int) -> Callable[[str], str]:
    """Move dates by days: complete ones with their time, partial ones from their middle."""
    delta = datetime.timedelta(days=days)

    @functools.cache
    def shift(text: str) -> str:
        if not text:
            return ""
        middle = text[:10] + _MIDDLES.get(len(text), "")
        date = datetime.date.fromisoformat(middle) + delta
        return date.isoformat()[: len(text)] + text[10:]

    return shift


def _reweighed(dose: Dose, change: Decimal, shift: Callable[[str], str]) -> Dose:
    weight = dose.weight_kg + change
    milligrams = (dose.mg_per_kg * weight).quantize(_TENTH, ROUND_HALF_UP)
    return dataclasses.replace(dose, start=shift(dose.start), weight_kg=weight, mg=milligrams)


def _jittered(result: Result, shift: Callable[[str], str], chance: random.Random) -> Result:
    # Scores, titres and percentages are steps of an instrument; only measured amounts move.
    value = result.value
    if value is not None and result.unit not in ("", "%") and not result.operator:
        value = _moved(value, int(chance.random() * (2 * _JITTER + 1)) - _JITTER)
    return Result(
        test=result.test,
        start=shift(result.start),
        value=value,
        operator=result.operator,
        text=result.text,
        unit=result.unit,
        low=result.low,
        high=result.high,
        not_done=result.not_done,
    )


@functools.cache
def _moved(value: Decimal, percent: int) -> Decimal:
    """The value moved by some percent, in its own decimals."""
    step = Decimal(1).scaleb(int(value.as_tuple().exponent))
    return plain((value * (100 + percent) / 100).quantize(step))
