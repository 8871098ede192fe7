"""Statistics of the Results text about B cells, immunoglobulins and autoantibodies."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

from tests.published.reading import course, day_of, follow_up_days, months, subjects
from tests.published.targets import count_percent, median, median_range, rounded

if TYPE_CHECKING:
    from tecdata.demo.model import Subject

DAYS_A_YEAR = 365


def _weeks(day: int) -> Fraction:
    return Fraction(day, 7)


def recovery_day(subject: Subject, limit: Fraction) -> int | None:
    """First day above the limit after CD19+ cells were below detection."""
    after = [(day, value) for day, value in course(subject, "CD19") if day > 0]
    assert after, "every subject has a count after treatment"
    assert after[0][1] < Fraction(1, 100), "the first count after treatment is below detection"
    return next((day for day, value in after if value > limit), None)


def _recoveries(limit: Fraction) -> list[Fraction]:
    days = (recovery_day(subject, limit) for subject in subjects().values())
    return [_weeks(day) for day in days if day is not None]


def _recovered() -> str:
    found = _recoveries(Fraction(1, 100))
    return f"{median_range(found, fixed=True)} / {len(found)}"


def _normal() -> str:
    found = _recoveries(Fraction(1, 10))
    return f"{rounded(median(found), 1)} / {len(found)}"


def first_low_igg(subject: Subject) -> int | None:
    return next((day for day, value in course(subject, "IGG") if day > 0 and value < 4), None)


def _low_igg() -> str:
    followed = [s for s in subjects().values() if any(day > 0 for day, _ in course(s, "IGG"))]
    found = [day for day in map(first_low_igg, followed) if day is not None]
    assert len(found) == len(followed)
    return f"{median_range((_weeks(day) for day in found), fixed=True)} / {len(found)}"


def infusions(subject: Subject) -> list[tuple[int, Fraction]]:
    return [
        (day_of(subject, given.start), Fraction(given.dose))
        for given in subject.medications
        if given.category == "IMMUNOGLOBULIN REPLACEMENT" and given.dose is not None
    ]


def _replaced() -> str:
    having = {s.number for s in subjects().values() if infusions(s)}
    long = {s.number for s in subjects().values() if months(s) > 3}
    assert len(long) == 13
    assert long <= having
    return count_percent(len(having), len(subjects()))


def monthly_doses() -> tuple[Fraction, Fraction]:
    """Grams a month: mean of the replaced subjects, and all grams over all months of follow-up."""
    grams = {s.number: sum(g for _, g in infusions(s)) for s in subjects().values()}
    times = {s.number: months(s) for s in subjects().values()}
    each = [grams[n] / times[n] for n in grams if grams[n]]
    return Fraction(sum(each)) / len(each), Fraction(sum(grams.values())) / sum(times.values())


def _monthly() -> str:
    each, pooled = monthly_doses()
    assert rounded(each, 1) == rounded(pooled, 1)
    return rounded(each, 1)


def _still_replaced() -> str:
    long = [s for s in subjects().values() if follow_up_days(s) >= DAYS_A_YEAR]
    still = [
        s
        for s in long
        if any(day <= DAYS_A_YEAR for day, _ in infusions(s))
        and any(day > DAYS_A_YEAR for day, _ in infusions(s))
    ]
    return f"{len(still)} of {len(long)}"


def _ana_normal() -> str:
    normal = 0
    for subject in subjects().values():
        titres = [r for r in subject.results if r.test == "ANA"]
        normal += titres[0].operator != "<" and titres[-1].operator == "<"
    return str(normal)


STATISTICS: dict[str, Callable[[], str]] = {
    "B_REC": _recovered,
    "B_NORM": _normal,
    "IGG_LOW": _low_igg,
    "IVIG_N": _replaced,
    "IVIG_DOSE": _monthly,
    "IVIG_1Y": _still_replaced,
    "ANA_NORM": _ana_normal,
}
