"""What a query is: a finding put to a centre, its state, and everything that was said of it.

States are those of the CDISC ODM 2.0 ``Query`` element.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any, Final, Literal, get_args

from tecdata.finding import Cell, Finding

__all__ = ["ANSWERS", "STATES", "Answer", "AnswerKind", "Mark", "Query", "State", "Transition"]

#: ODM 2.0 ``Query/@State``. ``Candidate`` is seen but not put to the centre (notices);
#: ``Resolved`` no longer found in the latest delivery; ``Closed`` and ``Cancelled`` by a person.
State = Literal["Candidate", "Open", "Answered", "Resolved", "Closed", "Cancelled"]
STATES: Final[tuple[State, ...]] = get_args(State)

#: What a run says of each query, compared with the run before.
Mark = Literal["new", "open", "answered", "resolved", "reopened", "closed"]

#: What a centre can answer beside its own words.
AnswerKind = Literal["corrected", "confirmed", "unavailable", "question"]
ANSWERS: Final[tuple[AnswerKind, ...]] = get_args(AnswerKind)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a centre answered to one query, and the cell of the workbook it was read from."""

    query: str
    centre: str = ""
    study: str = ""
    answer: AnswerKind | None = None
    response: str = ""
    by: str = ""
    on: str = ""
    cell: str = ""

    @property
    def said(self) -> tuple[str, str, str, str]:
        """What makes two answers the same."""
        return (self.answer or "", self.response, self.by, self.on)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One step in the life of a query: who moved it, when, from which state to which, and why.

    ``old`` is empty for the first one. ``value`` is the text of the cell at that time.
    """

    query: str
    at: str
    who: str
    old: State | Literal[""]
    new: State
    reason: str = ""
    value: str = ""
    answer: str = ""
    response: str = ""
    responded_by: str = ""
    responded_on: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A query as it stands: its finding as last seen, and its transitions, oldest first.

    ``query_type`` and ``source`` are ODM's ``Query/@Type`` and ``@Source``: tecdata opens no
    query by hand.
    """

    id: str
    finding: Finding
    transitions: tuple[Transition, ...]
    query_type: Literal["System"] = "System"
    source: Literal["System"] = "System"

    @property
    def state(self) -> State:
        """Where it stands now."""
        return self.transitions[-1].new

    @property
    def opened(self) -> Transition:
        """When it was opened, for the last time if it was reopened."""
        return next(
            (t for t in reversed(self.transitions) if t.new == "Open" and t.old != "Open"),
            self.transitions[0],
        )

    @property
    def answered(self) -> Transition | None:
        """The latest answer of the centre."""
        said = (t for t in reversed(self.transitions) if t.answer or t.response)
        return next(said, None)

    @property
    def closed(self) -> Transition | None:
        """The step that ended it; None as long as it is not ended."""
        ended = self.state in ("Resolved", "Closed", "Cancelled")
        if not ended:
            return None
        return next(t for t in reversed(self.transitions) if t.old != t.new)

    @property
    def last_update(self) -> str:
        """ODM's ``LastUpdateDate``."""
        return self.transitions[-1].at

    def days_open(self, as_of: str) -> int:
        """Whole days from its opening to its end, or to ``as_of`` (an ISO date or date-time)."""
        import datetime as dt

        end = self.closed.at if self.closed else as_of
        days = dt.date.fromisoformat(end[:10]) - dt.date.fromisoformat(self.opened.at[:10])
        return max(days.days, 0)

    def to_dict(self) -> dict[str, Any]:
        """JSON types only, under the names of ODM where it has one."""
        finding = dataclasses.asdict(self.finding)
        del finding["details"], finding["status"]
        return {
            "OID": self.id,
            "State": self.state,
            "Type": self.query_type,
            "Source": self.source,
            "LastUpdateDate": self.last_update,
            "finding": finding,
            "thread": [dataclasses.asdict(t) for t in self.transitions],
        }


def event_of(finding: Finding) -> str:
    """What the record of a finding says of visit or event: its values without their names."""
    named = finding.record.rpartition(": ")[2].split("; ")
    values = (part.partition("=")[2] for part in named)
    return ", ".join(value for value in values if value)


def finding_text(finding: Finding) -> str:
    """A finding as JSON text from which :func:`finding_from` makes it again."""
    return json.dumps(dataclasses.asdict(finding), ensure_ascii=False, sort_keys=True)


def finding_from(data: Mapping[str, Any]) -> Finding:
    """A finding out of its JSON."""
    known = {f.name for f in dataclasses.fields(Finding)}
    kept = {name: value for name, value in data.items() if name in known}
    kept["cells"] = tuple(Cell(**cell) for cell in kept.get("cells", ()))
    kept["details"] = tuple((name, text) for name, text in kept.get("details", ()))
    return Finding(**kept)


def state_of(text: str) -> State:
    """A state out of the history file."""
    if text not in STATES:
        raise ValueError(f"no state is called '{text}'; there are {', '.join(STATES)}")
    return text
