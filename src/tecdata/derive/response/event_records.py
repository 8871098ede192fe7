"""Records of ADTTE: weeks from the first dose to each tier and to relapse, or to censoring."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from tecdata.spec.response import TIERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tecdata.derive.response.outcome import Outcome

__all__ = ["CENSORED", "DIED", "EVENT", "event_records"]

#: CNSR: the event, the end of follow-up, death before the event.
EVENT, CENSORED, DIED = 0, 1, 2

Row = dict[str, Any]

#: PARAMCD and PARAM of the time to each tier.
_TO_TIER = {
    "MINIMAL": ("TTMIN", "Weeks to at Least Minimal Response"),
    "MODERATE": ("TTMOD", "Weeks to at Least Moderate Response"),
    "MAJOR": ("TTMAJ", "Weeks to Major Response"),
}


def event_records(outcome: Outcome, subject: Row, records: Sequence[Row]) -> Iterator[Row]:
    """The time to each tier, and for subjects with a response the time to relapse.

    Parameters
    ----------
    outcome
        Of the subject.
    subject
        Its record of ADSL.
    records
        Its records of ADRS, which SRCSEQ refers to.

    Notes
    -----
    All times count from the first dose. A subject without the event is censored at the end of follow-up
    (CNSR 1); death before the event is a competing event (CNSR 2).
    """
    for tier, (code, label) in _TO_TIER.items():
        day = outcome.first.get(tier)
        source = _sequence(records, "TIER", day)
        yield _record(outcome, subject, (code, label, f"{tier} RESPONSE"), day, source)
    if TIERS[1] in outcome.first:
        source = _sequence(records, "RELAPSE", outcome.relapse)
        names = ("TTREL", "Weeks to Relapse after Response", "RELAPSE")
        yield _record(outcome, subject, names, outcome.relapse, source)


def _sequence(records: Sequence[Row], code: str, day: int | None) -> int | None:
    if day is None:
        return None
    for record in records:
        if record["PARAMCD"] == code and record.get("ADY") == day + 1:
            return int(record["ASEQ"])
    return None


def _record(
    outcome: Outcome,
    subject: Row,
    names: tuple[str, str, str],
    day: int | None,
    source: int | None,
) -> Row:
    code, label, event = names
    followed = outcome.followed
    end = followed.days if day is None else day
    start: datetime.date = subject["TRTSDT"]
    record: Row = {
        "STUDYID": subject["STUDYID"],
        "USUBJID": followed.usubjid,
        "SITEID": subject["SITEID"],
        "DISEASE": followed.disease,
        "PARAM": label,
        "PARAMCD": code,
        "STARTDT": start,
        "ADT": start + datetime.timedelta(days=end),
        "ADY": end + 1,
        "AVAL": end / 7,
    }
    if day is not None:
        told: Row = {"CNSR": EVENT, "EVNTDESC": event, "SRCDOM": "ADRS", "SRCVAR": "ADT"}
        return {**record, **told, "CNSDTDSC": None, "SRCSEQ": source}
    if followed.died:
        told = {"CNSR": DIED, "EVNTDESC": "DEATH", "CNSDTDSC": "DATE OF DEATH", "SRCVAR": "DTHDT"}
    else:
        told = {
            "CNSR": CENSORED,
            "EVNTDESC": "END OF FOLLOW-UP",
            "CNSDTDSC": "LAST CONTACT",
            "SRCVAR": "EOSDT",
        }
    return {**record, **told, "SRCDOM": "ADSL", "SRCSEQ": None}
