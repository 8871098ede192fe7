"""Statistics of the Results text about response, relapse and patient-reported outcomes."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

from tests.published.reading import baseline, course, follow_up_days, subjects
from tests.published.response import MAJOR, MINIMAL, MODERATE, first_day, relapse_day, tiers
from tests.published.targets import count_percent, median_range, rounded

if TYPE_CHECKING:
    from tecdata.demo.model import Subject

WINDOW = range(140, 197)


def best(subject: Subject) -> int:
    return max(tiers(subject).values(), default=0)


def _best_count(*wanted: int) -> str:
    count = sum(best(subject) in wanted for subject in subjects().values())
    return count_percent(count, len(subjects()))


def _time_to(tier: int) -> str:
    days = (first_day(subject, tier) for subject in subjects().values())
    return median_range((Fraction(day, 7) for day in days if day is not None), fixed=True)


def _followed(weeks: int) -> list[Subject]:
    return [s for s in subjects().values() if follow_up_days(s) >= weeks * 7]


def _reached_by(subject: Subject, tier: int, weeks: int) -> bool:
    day = first_day(subject, tier)
    return day is not None and day <= weeks * 7


def _by(weeks: int, tier: int, *, percent: bool) -> str:
    followed = _followed(weeks)
    count = sum(_reached_by(subject, tier, weeks) for subject in followed)
    share = f" ({rounded(Fraction(count * 100, len(followed)))})" if percent else ""
    return f"{count} of {len(followed)}{share}"


def _maintained() -> str:
    followed = _followed(52)
    kept = []
    for subject in followed:
        relapse = relapse_day(subject)
        at_week_52 = [tier for day, tier in sorted(tiers(subject).items()) if day <= 372][-1]
        if _reached_by(subject, MAJOR, 52) and (relapse is None or relapse > 364):
            assert at_week_52 == MAJOR
            kept.append(subject)
    share = rounded(Fraction(len(kept) * 100, len(followed)))
    return f"{len(kept)} of {len(followed)} ({share})"


def _relapsed() -> str:
    found = {s.number: relapse_day(s) for s in subjects().values() if relapse_day(s) is not None}
    ((number, day),) = found.items()
    assert number == 1
    assert day is not None
    disease = subjects()[number].indication
    return f"{len(found)} subject ({disease}) at {rounded(Fraction(day, 7))} weeks"


def _relapsed_by_8_months() -> str:
    limit = 8 * Fraction("30.4375")
    followed = [s for s in subjects().values() if follow_up_days(s) >= limit]
    days = [relapse_day(subject) for subject in followed]
    count = sum(day is not None and day <= limit for day in days)
    return f"{count} of {len(followed)} ({rounded(Fraction(count * 100, len(followed)))})"


def _before_after(test: str) -> str:
    before, after = [], []
    for subject in subjects().values():
        start = baseline(subject, test)
        assert start is not None
        before.append(start)
        in_window = [(day, v) for day, v in course(subject, test) if day in WINDOW]
        if in_window:
            after.append(min(in_window, key=lambda found: abs(found[0] - 168))[1])
    return f"{median_range(before)} / {median_range(after)}"


STATISTICS: dict[str, Callable[[], str]] = {
    "R_MAJOR": lambda: _best_count(MAJOR),
    "R_MINMOD": lambda: _best_count(MINIMAL, MODERATE),
    "R_T_MOD": lambda: _time_to(MODERATE),
    "R_T_MAJ": lambda: _time_to(MAJOR),
    "R_W12": lambda: _by(12, MAJOR, percent=True),
    "R_W12_ANY": lambda: _by(12, MINIMAL, percent=False),
    "R_W24": lambda: _by(24, MAJOR, percent=True),
    "R_W52": _maintained,
    "R_RELAPSE": _relapsed,
    "R_RELAPSE_8M": _relapsed_by_8_months,
    "PTGA": lambda: _before_after("PTGA"),
    "FACIT": lambda: _before_after("FACITF"),
}
