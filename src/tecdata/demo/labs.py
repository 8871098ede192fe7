"""Which laboratory tests were made on which day, and their results."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tecdata.demo.blood import ROUTINE, excursions, routine
from tecdata.demo.events import crs_days
from tecdata.demo.immune import (
    b_cell_days,
    b_cells,
    first_low_igg,
    iga,
    igg,
    igm,
    t_cells,
)
from tecdata.demo.lab_units import measured, method
from tecdata.demo.model import Result
from tecdata.demo.tables import noise, pairs, rows_of

if TYPE_CHECKING:
    from tecdata.demo.people import Person

__all__ = ["contact_days", "lab_results"]

_TIMES = ("07:20", "07:45", "08:05", "08:30", "09:10", "10:40")
#: Severe early infections: IgG of these days is part of what the case series reports.
_IGG_DAYS = {3: (14,), 7: (10,), 8: (9,), 13: (11,)}
_IMMUNOGLOBULINS = {"IGG": igg, "IGA": iga, "IGM": igm}


def contact_days(person: Person) -> tuple[int, ...]:
    """All days on which the subject was seen, the days of CRS included."""
    days = {person.baseline_day, *person.dose_days, *person.visit_days, *crs_days(person)}
    return tuple(sorted(days))


def lab_results(person: Person) -> Iterator[Result]:
    """All laboratory results of a subject, by day."""
    planned = _planned(person)
    only_crs = set(crs_days(person)) - set(person.dose_days) - set(person.visit_days)
    for day in contact_days(person):
        start = _start(person, day)
        if day not in only_crs:
            yield from _panel(person, day, start)
        else:
            yield measured(person, "CREAT", start, routine(person, "CREAT", day))
        if day in crs_days(person):
            yield from _inflammation(person, day, start)
        for test, value in planned.get(day, ()):
            yield measured(person, test, start, value)


def _start(person: Person, day: int) -> str:
    date = person.date(day)
    if person.centre != "HH":
        return date
    turn = int((noise("time", person.number, day) + 1) * 3)
    return f"{date}T{_TIMES[turn]}"


def _planned(person: Person) -> dict[int, list[tuple[str, str | float]]]:
    found: dict[int, list[tuple[str, str | float]]] = {}
    for row in rows_of("courses", person.number):
        for day, text in pairs(row["points"]):
            as_printed = row["test"] not in ("C3", "C4", "IGG4", "PROTCRT", "CALPRO", "CK")
            value = text if as_printed or text[0] in "<>" else float(text)
            found.setdefault(day, []).append((row["test"], value))
    return found


def _panel(person: Person, day: int, start: str) -> Iterator[Result]:
    for test in ROUTINE:
        if test == "LDH" and day in person.dose_days[1:]:
            continue
        if test == "CRP" and day in crs_days(person):
            continue
        value = None if _missed(person, test, day) else routine(person, test, day)
        yield from _given(person, test, start, value)
    if _specials(person, day):
        for test, course in _IMMUNOGLOBULINS.items():
            missed = _missed(person, test, day)
            yield from _given(person, test, start, None if missed else course(person, day))
    if person.indication[:3] != "IIM" and day in (person.baseline_day, *person.visit_days[::4]):
        yield from _creatine_kinase(person, day, start)
    if _cells_counted(person, day):
        yield from _cells(person, day, start)


def _given(person: Person, test: str, start: str, value: float | None) -> Iterator[Result]:
    """The result; where it was missed now and then a record that says so, else nothing."""
    if value is not None:
        yield measured(person, test, start, value)
    # A REDCap form without a result is not saved: there is nothing to say "not done" in.
    elif person.centre != "AH" and noise("said", person.number, test, start) < -0.6:
        yield Result(test=test, start=start, not_done=True)


def _missed(person: Person, test: str, day: int) -> bool:
    if day == person.baseline_day or (test, day) in excursions(person.number):
        return False
    if test == "IGG" and day in (first_low_igg(person.number), *_IGG_DAYS.get(person.number, ())):
        return False
    if test == "WBC":
        return False
    return noise("missed", person.number, test, day) < -0.8


def _specials(person: Person, day: int) -> bool:
    """Immunoglobulins were measured at visits, rarely on dose days."""
    if first_low_igg(person.number) is None:
        return day == person.baseline_day
    return day == person.baseline_day or day in person.visit_days


def _cells_counted(person: Person, day: int) -> bool:
    if day == person.baseline_day or day in b_cell_days(person.number):
        return True
    first_count = min((d for d in contact_days(person) if d >= 6), default=None)
    return day == first_count or (
        day in person.visit_days and noise("cells", person.number, day) > -0.5
    )


def _cells(person: Person, day: int, start: str) -> Iterator[Result]:
    count = b_cells(person, day)
    below = "<0.01" if method(person, "CD19").unit == "10^9/L" else "<10"
    yield measured(person, "CD19", start, below if count is None else count)
    yield measured(person, "CD3", start, t_cells(person, day))


def _creatine_kinase(person: Person, day: int, start: str) -> Iterator[Result]:
    if not any(row["test"] == "CK" for row in rows_of("courses", person.number)):
        usual = 84 + 30 * noise("CK", person.number)
        yield measured(person, "CK", start, usual * (1 + 0.12 * noise("CK", person.number, day)))


def _inflammation(person: Person, day: int, start: str) -> Iterator[Result]:
    """CRP, interleukin-6 and ferritin on the first day of a cytokine release syndrome."""
    shake = noise("cytokines", person.number, day)
    excursion = excursions(person.number).get(("CRP", day))
    yield measured(person, "CRP", start, excursion or 24 + 14 * shake)
    yield measured(person, "INTLK6", start, 180 + 130 * shake)
    yield measured(person, "FERRITIN", start, 420 + 210 * shake)
