"""Response tiers and relapses from the score components, one small function a disease.

The case series' own definitions (Methods, Fig 3): rCRISS 3 of 5 in SSc, TIS in IIM, SLEDAI-2K
fall, SRI-4 and DORIS in SLE and UCTD, IgG4-RD RI; worsening from the best value so far.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

from tests.published.reading import course, day_of, prednisolone_mg

if TYPE_CHECKING:
    from tecdata.demo.model import Subject

NONE, MINIMAL, MODERATE, MAJOR = range(4)
Values = dict[str, Fraction]

#: Points of the total improvement score: bounds of percent (open below, closed above) -> points.
TIS = {
    "MDGA": ((5, 15, 25, 40), ("7.5", "15", "17.5", "20")),
    "PTGA": ((5, 15, 25, 40), ("2.5", "5", "7.5", "10")),
    "HAQDI": ((5, 15, 25, 40), ("5", "7.5", "7.5", "10")),
    "CK": ((5, 15, 25, 40), ("2.5", "5", "7.5", "7.5")),
    "EXMVAS": ((5, 15, 25, 40), ("7.5", "12.5", "15", "20")),
    "MMT": ((2, 10, 20, 30), ("10", "20", "27.5", "32.5")),
}
SKIN = ("MRSSTOT", "HAQDI", "PTGA", "MDGA")
MUSCLE = ("MDGA", "PTGA", "MMT", "HAQDI", "CK", "EXMVAS")


def scores(subject: Subject, tests: tuple[str, ...], *, carry: bool) -> dict[int, Values]:
    """Values by day; ``carry`` takes the last earlier value where a day has none."""
    table: dict[int, Values] = {}
    for test in tests:
        names = ("MMT8", "MMT8B") if test == "MMT" else (test,)
        for name in names:
            for day, value in course(subject, name):
                table.setdefault(day, {})[test] = value
    last: Values = {}
    for day in sorted(table):
        last |= table[day]
        if carry:
            table[day] = dict(last)
    return table


def _criss(subject: Subject, *, carry: bool) -> dict[int, int]:
    table = scores(subject, (*SKIN, "FVCPP"), carry=carry)
    days = sorted(day for day, values in table.items() if "MRSSTOT" in values)
    start = table[days[0]]
    found = {}
    for day in days[1:]:
        now = table[day]
        gains = [100 * (start[t] - now[t]) / start[t] for t in SKIN if t in now and start[t]]
        lungs = 100 * (now["FVCPP"] - start["FVCPP"]) / start["FVCPP"] if "FVCPP" in now else 0
        tier = NONE
        for level, limit in ((MINIMAL, 10), (MODERATE, 25), (MAJOR, 50)):
            if sum(gain >= limit for gain in gains) + (lungs >= 5) >= 3:
                tier = level
        found[day] = tier
    return found


def _upper_limit(subject: Subject, test: str) -> Fraction:
    return next(Fraction(r.high) for r in subject.results if r.test == test and r.high is not None)


def _tis(subject: Subject, *, carry: bool) -> dict[int, int]:
    table = scores(subject, MUSCLE, carry=carry)
    days = sorted(day for day, values in table.items() if "MDGA" in values)
    start = table[days[0]]
    unilateral = any(result.test == "MMT8" for result in subject.results)
    ranges = dict.fromkeys(("MDGA", "PTGA", "EXMVAS"), Fraction(10))
    ranges |= {"HAQDI": Fraction(3), "MMT": Fraction(80 if unilateral else 150)}
    ranges["CK"] = 15 * _upper_limit(subject, "CK")
    found = {}
    for day in days[1:]:
        total = Fraction(0)
        for test, value in table[day].items():
            change = start[test] - value if test != "MMT" else value - start[test]
            bounds, points = TIS[test]
            reached = sum(100 * change / ranges[test] > bound for bound in bounds)
            total += Fraction(points[reached - 1]) if reached else 0
        found[day] = sum(total >= limit for limit in (20, 40, 60))
    return found


def _lupus(subject: Subject, *, carry: bool) -> dict[int, int]:
    tests = ("SLEDAITOT", "SLEDAI20", "SLEDAI21", "PGA")
    table = scores(subject, tests, carry=carry)
    days = sorted(table)
    start = table[days[0]]
    found = {}
    for day in days[1:]:
        now = table[day]
        fall, worse = start["SLEDAITOT"] - now["SLEDAITOT"], now["PGA"] - start["PGA"]
        clinical = now["SLEDAITOT"] - now["SLEDAI20"] - now["SLEDAI21"]
        remission = clinical == 0 and now["PGA"] < Fraction(1, 2)
        if remission and prednisolone_mg(subject, day) <= 5:
            found[day] = MAJOR
        elif fall >= 4 and worse < Fraction(3, 10):
            found[day] = MODERATE
        else:
            found[day] = MINIMAL if fall >= 2 else NONE
    return found


def _igg4(subject: Subject, *, carry: bool) -> dict[int, int]:
    table = scores(subject, ("IGG4RITOT",), carry=carry)
    days = sorted(table)
    start = table[days[0]]["IGG4RITOT"]
    return {
        day: sum(start - table[day]["IGG4RITOT"] >= limit for limit in (2, 4, 6))
        for day in days[1:]
    }


def tiers(subject: Subject, *, carry: bool = False) -> dict[int, int]:
    """Tier of each day after the first dose on which the disease was scored."""
    disease = subject.indication.partition(" ")[0]
    rules: dict[str, Callable[..., dict[int, int]]] = {
        "SSc": _criss,
        "IIM": _tis,
        "SLE": _lupus,
        "UCTD": _lupus,
        "IgG4-RD": _igg4,
    }
    return rules[disease](subject, carry=carry)


def first_day(subject: Subject, tier: int) -> int | None:
    return next((day for day, found in sorted(tiers(subject).items()) if found >= tier), None)


def _risen(subject: Subject, test: str, limit: Fraction, *, relative: bool = False) -> int | None:
    """First day on which a score (high is bad) is ``limit`` above its best value so far."""
    best: Fraction | None = None
    for day, value in course(subject, test):
        if best is not None:
            rise = (value - best) / best if relative and best else value - best
            if rise >= limit:
                return day
        best = value if best is None else min(best, value)
    return None


def _fallen_twice(subject: Subject, test: str, limit: Fraction) -> int | None:
    """First of two consecutive values that are a share of ``limit`` below the best so far."""
    best, before = Fraction(0), None
    for day, value in course(subject, test):
        low = bool(best) and (best - value) / best >= limit
        if low and before is not None:
            return before
        before = day if low else None
        best = max(best, value)
    return None


def relapse_day(subject: Subject) -> int | None:
    """First worsening, by the rule of the disease; ``None`` without one."""
    disease = subject.indication.partition(" ")[0]
    found: list[int | None] = []
    if disease == "SSc":
        found += [_fallen_twice(subject, t, Fraction(1, 10)) for t in ("FVC", "FVCPP")]
        found += [_fallen_twice(subject, t, Fraction(15, 100)) for t in ("DLCO", "DLCOPP")]
        found.append(_risen(subject, "MRSSTOT", Fraction(1, 4), relative=True))
    elif disease == "IIM":
        found.append(_risen(subject, "MDGA", Fraction(2)))
        found += [_fallen_twice(subject, t, Fraction(1, 5)) for t in ("MMT8", "MMT8B")]
    elif disease == "IgG4-RD":
        found.append(_risen(subject, "IGG4RITOT", Fraction(4)))
    else:
        found.append(_risen(subject, "SLEDAITOT", Fraction(3)))
        found.append(_risen(subject, "PGA", Fraction(1)))
        found.append(_more_prednisolone(subject))
    return min((day for day in found if day is not None), default=None)


def _more_prednisolone(subject: Subject) -> int | None:
    starts = sorted(
        (day_of(subject, given.start), given.dose)
        for given in subject.medications
        if given.category == "GLUCOCORTICOID" and len(given.start) == 10 and given.dose is not None
    )
    for day, dose in starts:
        if day > 0 and dose > prednisolone_mg(subject, day - 1):
            return day
    return None
