"""Dose histories out of EX, VS and DM: when each subject got how many mg, and why a history cannot be used."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tecdata.derive.exposure.system import Doses, Entry
from tecdata.spec.pharmacokinetics import amount_factor

if TYPE_CHECKING:
    import polars as pl

    from tecdata.spec.pharmacokinetics import ExposureSpec

__all__ = ["Dose", "History", "doses_of", "histories"]

_DAY: Final = 10


@dataclasses.dataclass(frozen=True, slots=True)
class Dose:
    """One dose: days since the first, mg, where it goes, days it takes, its EXSEQ and date."""

    time: float
    mg: float
    entry: Entry
    duration: float
    sequence: int
    date: date


@dataclasses.dataclass(frozen=True, slots=True)
class History:
    """The doses of a subject in order; ``weight`` (kg) is the last one measured at or before the first dose.

    ``reason`` says why the history cannot be used; it is empty where it can.
    """

    subject: str
    doses: tuple[Dose, ...] = ()
    weight: float | None = None
    reason: str = ""

    @property
    def first(self) -> date | None:
        """Date of the first dose."""
        return self.doses[0].date if self.doses else None


def histories(
    subjects: Sequence[str],
    doses: pl.DataFrame,
    weights: pl.DataFrame,
    deaths: Mapping[str, str],
    spec: ExposureSpec,
) -> list[History]:
    """A history for each subject, in the order given.

    Parameters
    ----------
    subjects
        USUBJID.
    doses
        EX with USUBJID, EXSEQ, EXTRT, EXDOSE, EXDOSU, EXROUTE, EXSTDTC, EXENDTC. Doses of other treatments and doses of 0
        are left out.
    weights
        VS with USUBJID, VSTESTCD, VSSTRESN, VSSTRESU, VSDTC.
    deaths
        DTHDTC by USUBJID.
    spec
        Treatment, routes, name of the weight test.

    Notes
    -----
    A dose in mg/kg is multiplied with the weight last measured at or before it (last observation carried
    forward); a weight of the same day counts as before. Times of day count where every dose of the subject
    has one, else whole days do: a course of which some doses have a time of day would otherwise be
    stretched or shortened by hours nobody recorded.
    """
    given = doses.filter(
        (doses["EXTRT"] == spec.treatment) & (doses["EXDOSE"].is_null() | (doses["EXDOSE"] != 0))
    )
    by_subject = given.partition_by("USUBJID", as_dict=True, maintain_order=True)
    measured = weights.filter(
        (weights["VSTESTCD"] == spec.weight_test) & weights["VSSTRESN"].is_not_null()
    ).partition_by("USUBJID", as_dict=True, maintain_order=True)
    made = []
    for subject in subjects:
        own, kilograms = by_subject.get((subject,)), measured.get((subject,))
        rows = [] if own is None else own.to_dicts()
        known = [] if kilograms is None else _weights(kilograms.to_dicts())
        made.append(_history(subject, rows, known, deaths.get(subject) or "", spec))
    return made


def doses_of(group: Sequence[History]) -> Doses:
    """The doses of several usable histories, each at the times of its own.

    The k-th row has the k-th dose of each subject into the depot, or into the central compartment; a subject with
    fewer has 0 mg at its first dose.
    """
    rows: list[tuple[Entry, list[Dose | None]]] = []
    for entry in sorted({dose.entry for history in group for dose in history.doses}):
        own = [[dose for dose in history.doses if dose.entry == entry] for history in group]
        rows += [(entry, list(row)) for row in itertools.zip_longest(*own)]
    times = np.repeat([[history.doses[0].time for history in group]], len(rows), axis=0)
    amounts, durations = np.zeros((2, *times.shape))
    for i, (_, row) in enumerate(rows):
        for n, dose in enumerate(row):
            if dose is not None:
                times[i, n], amounts[i, n], durations[i, n] = dose.time, dose.mg, dose.duration
    return Doses(times, amounts, tuple(entry for entry, _ in rows), durations)


def _history(
    subject: str,
    rows: list[dict[str, Any]],
    weights: list[tuple[date, float]],
    death: str,
    spec: ExposureSpec,
) -> History:
    """The doses of one subject in milligrams and days, or the reason why they cannot be simulated."""
    reason = "NO DOSE RECORDED" if not rows else _unusable(rows, death, spec)
    if reason:
        return History(subject, reason=reason)
    moments = [_moment(row["EXSTDTC"]) for row in rows]
    exact = all(len(row["EXSTDTC"]) > _DAY for row in rows)
    start = min(moments)
    made = []
    for row, moment in zip(rows, moments, strict=True):
        weight = _last(weights, moment.date())
        factor = amount_factor(row["EXDOSU"].removesuffix("/kg"))
        per_kilogram = row["EXDOSU"].endswith("/kg")
        if per_kilogram and weight is None:
            return History(subject, reason="DOSE PER KG WITHOUT A BODY WEIGHT AT OR BEFORE IT")
        mg = row["EXDOSE"] * float(factor or 0) * ((weight or 0.0) if per_kilogram else 1.0)
        entry: Entry = spec.routes[row["EXROUTE"]]
        duration = _duration(row, moment) if entry == "central" else 0.0
        time = _days(start, moment, exact=exact)
        made.append(Dose(time, mg, entry, duration, int(row["EXSEQ"]), moment.date()))
    made.sort(key=lambda dose: (dose.time, dose.sequence))
    weight = _last(weights, start.date())
    if weight is None:
        return History(subject, tuple(made), reason="NO BODY WEIGHT AT OR BEFORE THE FIRST DOSE")
    return History(subject, tuple(made), weight)


def _unusable(rows: list[dict[str, Any]], death: str, spec: ExposureSpec) -> str:
    """Why doses cannot be simulated; empty where they can."""
    for row in rows:
        unit = row["EXDOSU"] or ""
        if _day(row["EXSTDTC"]) is None:
            return "DOSE WITHOUT A WHOLE DATE"
        if row["EXDOSE"] is None:
            return "DOSE WITHOUT AN AMOUNT"
        if row["EXDOSE"] < 0:
            return "DOSE BELOW 0"
        if amount_factor(unit.removesuffix("/kg")) is None:
            return f"DOSE UNIT IS NO AMOUNT: {unit}" if unit else "DOSE WITHOUT A UNIT"
        if row["EXROUTE"] not in spec.routes:
            return f"ROUTE IS NOT IN THE MODEL: {row['EXROUTE'] or 'NOT GIVEN'}"
        died = _day(death)
        if died is not None and _moment(row["EXSTDTC"]).date() > died:
            return "DOSE AFTER DEATH"
    return ""


def _weights(rows: list[dict[str, Any]]) -> list[tuple[date, float]]:
    """Whole-dated weights in kg, oldest first; records of one day in their order."""
    found = []
    for row in rows:
        day, factor = _day(row["VSDTC"]), {"kg": 1.0, "g": 0.001}.get(row["VSSTRESU"] or "")
        if day is not None and factor and row["VSSTRESN"] > 0:
            found.append((day, row["VSSTRESN"] * factor))
    return sorted(found, key=lambda weighed: weighed[0])


def _last(weights: list[tuple[date, float]], day: date) -> float | None:
    """The last weight up to a day."""
    before = [kilograms for when, kilograms in weights if when <= day]
    return before[-1] if before else None


def _day(text: str | None) -> date | None:
    """The day of an ISO 8601 text; none where it is not known to the day."""
    try:
        return date.fromisoformat((text or "")[:_DAY]) if len(text or "") >= _DAY else None
    except ValueError:
        return None


def _moment(text: str) -> datetime:
    """The moment of an ISO 8601 text, midnight where it has no time that can be read."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return datetime.fromisoformat(text[:_DAY])


def _days(start: datetime, moment: datetime, *, exact: bool) -> float:
    """Days from the start: to the second where all times are known, else whole ones."""
    if exact:
        return (moment - start).total_seconds() / 86400
    return float((moment.date() - start.date()).days)


def _duration(row: dict[str, Any], start: datetime) -> float:
    """Days an infusion took; 0 where its end or its start has no time."""
    end = row["EXENDTC"] or ""
    if len(end) <= _DAY or len(row["EXSTDTC"]) <= _DAY:
        return 0.0
    return max((_moment(end) - start).total_seconds() / 86400, 0.0)
