"""Small steps of which errors in a subject's truth are made."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Sequence
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any, TypeVar

from tecdata.demo.planting_model import Change, Path

if TYPE_CHECKING:
    from tecdata.demo.model import AdverseEvent, Dose, Medication, Result, Subject

__all__ = [
    "Free",
    "days_after",
    "days_between",
    "in_dose",
    "in_event",
    "in_medication",
    "in_person",
    "in_result",
    "moved",
    "one_of",
    "replaced",
    "shown",
]

Free = Callable[..., bool]
T = TypeVar("T")


def one_of(items: Sequence[T], pick: Random) -> T | None:
    """One of the items, None of none."""
    return items[pick.randrange(len(items))] if items else None


def moved(start: str, days: int) -> str:
    """A date, or date with time, some days later."""
    day = datetime.date.fromisoformat(start[:10]) + datetime.timedelta(days=days)
    return day.isoformat() + start[10:]


def days_between(first: str, second: str) -> int:
    """Whole days from one date to another."""
    dates = [datetime.date.fromisoformat(text[:10]) for text in (first, second)]
    return (dates[1] - dates[0]).days


def days_after(last: str, days: int) -> str:
    """A date some days after a date or date-time, without time."""
    return moved(last[:10], days)


def shown(value: object) -> str:
    """A value as the list of planted errors shows it."""
    return f"{value:f}" if isinstance(value, Decimal) else "" if value is None else str(value)


def replaced(items: Sequence[T], old: T, *new: T) -> tuple[T, ...]:
    """The items with one of them (the same object) replaced by none or several."""
    at = next(i for i, item in enumerate(items) if item is old)
    return (*items[:at], *new, *items[at + 1 :])


def in_result(
    subject: Subject,
    old: Result,
    *new: Result,
    domain: str,
    was: str = "",
    now: str = "",
    claims: tuple[Path, ...] = (),
    date: bool = True,
) -> Change:
    """A result replaced by one or several others; its test is claimed."""
    record = {f"{domain}TESTCD": old.test}
    if date:
        record[f"{domain}DTC"] = old.start
    values = [f"{r.operator}{shown(r.value)}" for r in (old, *new)]
    return Change(
        subject=dataclasses.replace(subject, results=replaced(subject.results, old, *new)),
        domains=(domain,),
        record=record,
        was=was or values[0],
        now=now or "; ".join(values[1:]) or "nothing",
        claims=claims or ((domain, old.test),),
    )


def in_event(
    subject: Subject,
    event: AdverseEvent,
    field: str,
    *,
    domains: tuple[str, ...] = ("AE",),
    claims: tuple[Path, ...] = (),
    **changes: Any,
) -> Change:
    """An event with other values; ``field`` is the one shown, the record goes by its number."""
    new = dataclasses.replace(event, **changes)
    return Change(
        subject=dataclasses.replace(subject, events=replaced(subject.events, event, new)),
        domains=domains,
        record={"AESPID": event.key, "AEDECOD": event.term, "AESTDTC": new.start},
        was=shown(getattr(event, field)),
        now=shown(getattr(new, field)),
        claims=(("AE", event.key), *claims),
    )


def in_medication(
    subject: Subject,
    given: Medication,
    field: str,
    *,
    domains: tuple[str, ...] = ("CM",),
    **changes: Any,
) -> Change:
    """A medication with other values."""
    new = dataclasses.replace(given, **changes)
    return Change(
        subject=dataclasses.replace(subject, medications=replaced(subject.medications, given, new)),
        domains=domains,
        record={"CMSPID": given.key, "CMDECOD": given.name, "CMSTDTC": new.start},
        was=shown(getattr(given, field)),
        now=shown(getattr(new, field)),
        claims=(("CM", given.key),),
    )


def in_person(
    subject: Subject,
    field: str,
    *,
    domains: tuple[str, ...] = ("DM",),
    claims: tuple[Path, ...] = (),
    **changes: Any,
) -> Change:
    """A subject with other baseline facts."""
    new = dataclasses.replace(subject, **changes)
    return Change(
        subject=new,
        domains=domains,
        record={},
        was=shown(getattr(subject, field)),
        now=shown(getattr(new, field)),
        claims=(("DM", field), *claims),
    )


def in_dose(
    subject: Subject,
    dose: Dose,
    field: str,
    *,
    domains: tuple[str, ...] = ("EX",),
    claims: tuple[Path, ...] = (),
    **changes: Any,
) -> Change:
    """A dose with other values."""
    new = dataclasses.replace(dose, **changes)
    return Change(
        subject=dataclasses.replace(subject, doses=replaced(subject.doses, dose, new)),
        domains=domains,
        record={"EXSTDTC": new.start},
        was=shown(getattr(dose, field)),
        now=shown(getattr(new, field)),
        claims=(("EX", dose.number), *claims),
    )
