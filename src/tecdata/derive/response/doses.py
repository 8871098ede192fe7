"""Daily doses and events of a subject on given days, from CM and AE."""

from __future__ import annotations

import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from tecdata.derive.response.amounts import UNIT, Whole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tecdata.derive.response.records import Sdtm
    from tecdata.spec.response import DoseMeasure, EventMeasure

__all__ = ["DoseSpan", "compute_daily_dose", "dose_spans", "event_days", "review_records"]

_FAR = 10**6


class DoseSpan:
    """A dose taken daily from one day to another, both included; days count from the first dose."""

    __slots__ = ("dose", "first", "last", "seq")

    def __init__(self, first: int, last: int, dose: Fraction, seq: int) -> None:
        """A daily dose from one day to another, with its record."""
        self.first, self.last, self.dose, self.seq = first, last, dose, seq


def compute_daily_dose(
    spans: Sequence[DoseSpan], days: Sequence[int], weight: Mapping[int, Fraction] | None = None
) -> Whole:
    """The sum of the doses running on each day, in millionths; per kg where weights are given.

    ``weight`` is by day of weighing; the last one on or before a day counts, else the first there is.
    """
    found = []
    for day in days:
        dose = sum((s.dose for s in spans if s.first <= day <= s.last), Fraction(0))
        if weight is not None:
            dose = dose / _weight_on(weight, day) if dose else dose
        found.append(round(dose * UNIT))
    return np.array(found, dtype=np.int64)


def _weight_on(weight: Mapping[int, Fraction], day: int) -> Fraction:
    """The last weight up to a day; the first one where there is none before."""
    before = [d for d in weight if d <= day]
    return weight[max(before)] if before else weight[min(weight)]


def dose_spans(sdtm: Sdtm, wanted: DoseMeasure) -> dict[str, list[DoseSpan]]:
    """By subject, the doses of a class of drugs in the reference drug's equivalents.

    A start before the study without a day (a month, or none at all) lies before everything, an end that is not known
    after everything. A drug or frequency without a factor, and a record without a dose, are left out.
    """
    spans: dict[str, list[DoseSpan]] = {}
    frame = sdtm.frames.get("CM")
    if frame is None:
        return spans
    starts = _first_days(sdtm)
    rows = frame.filter(_text(frame, "CMCAT").is_in(list(wanted.categories)))
    for row in rows.iter_rows(named=True):
        factor = wanted.factors.get(str(row.get("CMDECOD")))
        often = wanted.per_day.get(str(row.get("CMDOSFRQ")))
        if row.get("CMDOSE") is None or factor is None or often is None:
            continue
        dose = Fraction(str(row["CMDOSE"])) * factor * often
        zero = starts.get(row["USUBJID"])
        first = _day(row.get("CMSTDTC"), zero, -_FAR)
        last = _day(row.get("CMENDTC"), zero, _FAR, late=True)
        spans.setdefault(row["USUBJID"], []).append(DoseSpan(first, last, dose, row["CMSEQ"]))
    return spans


def event_days(sdtm: Sdtm, wanted: EventMeasure) -> dict[str, list[tuple[int, int]]]:
    """By subject, (day, --SEQ) of the events after the first dose, in order."""
    found: dict[str, list[tuple[int, int]]] = {}
    for row in _events(sdtm, wanted, wanted.terms):
        day = row.get(f"{wanted.domain}STDY")
        if day is not None and day > 1:
            found.setdefault(row["USUBJID"], []).append((day - 1, row[f"{wanted.domain}SEQ"]))
    return {subject: sorted(days) for subject, days in found.items()}


def review_records(sdtm: Sdtm, wanted: EventMeasure) -> list[dict[str, Any]]:
    """Records that may be the event and are not counted: a person should decide."""
    return list(_events(sdtm, wanted, wanted.review)) if wanted.review else []


def _events(sdtm: Sdtm, wanted: EventMeasure, terms: Sequence[str]) -> list[dict[str, Any]]:
    """The records of a domain that are an event of the measure."""
    frame: pl.DataFrame | None = sdtm.frames.get(wanted.domain)
    if frame is None:
        return []
    chosen = _text(frame, f"{wanted.domain}DECOD").is_in(list(terms))
    chosen &= ~_text(frame, f"{wanted.domain}CAT").is_in(list(wanted.categories_not))
    if wanted.hospital:
        chosen &= _text(frame, "AESHOSP") == "Y"
    return frame.filter(chosen).to_dicts()


def _text(frame: pl.DataFrame, name: str) -> pl.Expr:
    """A text variable, empty where nobody delivered it."""
    return pl.col(name).fill_null("") if name in frame.columns else pl.lit("")


def _first_days(sdtm: Sdtm) -> dict[str, datetime.date]:
    """By USUBJID the day of the first dose."""
    rows = sdtm.frames["DM"].select("USUBJID", "RFSTDTC").iter_rows()
    return {u: datetime.date.fromisoformat(d[:10]) for u, d in rows if d and len(d) >= 10}


def _day(text: str | None, zero: datetime.date | None, absent: int, *, late: bool = False) -> int:
    """Days from the first dose; a month or year counts from its first (``late``: its last) day."""
    if not text or zero is None:
        return absent
    year = int(text[:4])
    month = int(text[5:7]) if len(text) >= 7 else (12 if late else 1)
    if len(text) >= 10:
        date = datetime.date.fromisoformat(text[:10])
    elif late:
        following = datetime.date(year + month // 12, month % 12 + 1, 1)
        date = following - datetime.timedelta(days=1)
    else:
        date = datetime.date(year, month, 1)
    return (date - zero).days


def weights(sdtm: Sdtm, subjects: Sequence[str]) -> dict[int, dict[int, Fraction]]:
    """Body weight (kg) by number of the subject and day from the first dose."""
    from tecdata.derive.response.records import findings_of

    found: dict[int, dict[int, Fraction]] = {}
    if "WEIGHT" in sdtm.tests:
        weighed = findings_of(sdtm, {"WEIGHT": ""}, subjects).sort("subject", "day", "seq")
        for subject, day, value in weighed.select("subject", "day", "low").iter_rows():
            found.setdefault(subject, {})[day] = Fraction(str(value))
    return found
