"""SE: which elements of the design a subject went through, and when (SDTMIG 3.4, section 5.3)."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import narwhals as nw

from tecdata.harmonise.report import plain
from tecdata.harmonise.trial_design import records_dataset

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tecdata.dataset import Dataset
    from tecdata.spec import Specs, StudySpec

__all__ = ["derive_subject_elements"]

#: A whole date as text.
_DATE = 10


def derive_subject_elements(
    dm: nw.DataFrame[Any], visits: nw.DataFrame[Any], specs: Specs
) -> Dataset | None:
    """One record for each element of the design that a subject reached.

    Elements start where their epochs do: at the first contact, at the first dose (RFXSTDTC, with
    its time), or ``lag_days`` after the last one. Each ends when the next one starts, the last one
    at the last contact (RFPENDTC). An element that would start after the last contact was not
    reached. Subjects without a whole date for an element go without it. None where the study has
    no design or no SE, or nobody reached anything.

    ``visits`` has a row a subject and visit day, with USUBJID, ``_date`` and ``_start_day``.
    """
    study = specs.study
    if study.design is None or "SE" not in specs.domains:
        return None
    earliest = _earliest_visits(visits, study)
    rows = [
        row
        for subject in dm.sort("USUBJID").iter_rows(named=True)
        for row in _elements(subject, earliest.get(subject["USUBJID"], ""), study)
    ]
    return records_dataset(specs.domains["SE"], rows, study, dm) if rows else None


def _earliest_visits(visits: nw.DataFrame[Any], study: StudySpec) -> dict[str, str]:
    """The first visit day within the window of any planned visit, by subject."""
    first = min((v.first_day for v in study.visits), default=None)
    if first is None or not len(visits):
        return {}
    within = visits.filter(nw.col("_start_day") >= first)
    return dict(within.group_by("USUBJID").agg(nw.col("_date").min()).iter_rows())


def _elements(subject: Mapping[str, Any], visit: str, study: StudySpec) -> Iterator[dict[str, Any]]:
    assert study.design is not None  # noqa: S101 - the caller has looked
    starts = _starts(subject, visit, study)
    end = plain(subject.get("RFPENDTC"))
    reached = [n for n, start in enumerate(starts) if start and not (end and start[:_DATE] > end)]
    reference = plain(subject.get("RFSTDTC"))
    for place, number in enumerate(reached):
        element = study.design.elements[number]
        following = reached[place + 1 : place + 2]
        start, finish = starts[number], starts[following[0]] if following else end
        yield {
            "USUBJID": subject["USUBJID"],
            "SESEQ": float(place + 1),
            "ETCD": element.code,
            "ELEMENT": element.element,
            "TAETORD": float(number + 1),
            "EPOCH": element.epoch,
            "SESTDTC": start,
            "SEENDTC": finish or None,
            "SESTDY": _day(start, reference),
            "SEENDY": _day(finish, reference),
        }


def _starts(subject: Mapping[str, Any], visit: str, study: StudySpec) -> list[str]:
    """When each element starts, as ISO 8601 text; empty where no whole date says so."""
    consent, dose = plain(subject.get("RFICDTC")), plain(subject.get("RFXSTDTC"))
    contact = min((d for d in (consent[:_DATE], visit) if len(d) == _DATE), default="")
    last = plain(subject.get("RFXENDTC"))
    starts = []
    for epoch in study.epochs:
        if epoch.starts == "after_last_dose":
            starts.append(_later(last, max(epoch.lag_days, 1)))
        elif epoch.lag_days:
            starts.append(_later(dose if epoch.starts == "first_dose" else contact, epoch.lag_days))
        else:
            given = dose if epoch.starts == "first_dose" else contact
            starts.append(given if len(given) >= _DATE else "")
    return starts


def _later(date: str, days: int) -> str:
    day = _parsed(date)
    return "" if day is None else (day + datetime.timedelta(days=days)).isoformat()


def _day(date: str, reference: str) -> float | None:
    """Study day: the reference is day 1, the day before it day -1."""
    day, first = _parsed(date), _parsed(reference)
    if day is None or first is None:
        return None
    difference = (day - first).days
    return float(difference + 1 if difference >= 0 else difference)


def _parsed(date: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(date[:_DATE])
    except ValueError:
        return None
