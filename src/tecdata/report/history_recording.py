"""One run written down: what it makes of each query, compared with the run before."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Final

from tecdata.report.history_file import append, entries, reach
from tecdata.report.history_thread import add_step, as_text, threads_of
from tecdata.report.queries import Mark, State, Transition, finding_from, finding_text
from tecdata.report.query_identity import query_id, query_key

if TYPE_CHECKING:
    from tecdata.finding import Finding

__all__ = ["UNDER_WAY", "Recording"]

UNDER_WAY: Final = ("Candidate", "Open", "Answered")
_WAIVED: Final = "accepted by a waiver"
_FIRST: Final = "first seen"
_AGAIN: Final = "found again"
_GONE: Final = "no longer found"


class Recording:
    """One run being written down: the queries as they stood before it.

    What is new, reopened or resolved is so by the centre's delivery, not by the run: the same files
    read once more give the same marks.
    """

    def __init__(self, database: sqlite3.Connection, when: str, who: str) -> None:
        self.database, self.when, self.who = database, when, who
        self.last = {name: thread[-1] for name, thread in threads_of(database).items()}
        self.moved = reach(database, "transition")
        self.delivered = {centre: last for centre, (_, last) in reach(database, "delivery").items()}
        self.found = {e.query: e.body for e in entries(database, "finding", latest=True)}

    def see(self, finding: Finding) -> Mark:
        """Write down what is new about a finding, and say how its query stands."""
        name = query_id(finding)
        body = {**json.loads(finding_text(finding)), "key": query_key(finding)}
        if self.found.get(name) != body:
            append(self.database, "finding", name, self.when, self.who, as_text(body))
        last = self.last.get(name)
        before: State | None = last.new if last else None
        begin: State = "Candidate" if finding.severity == "notice" else "Open"
        if finding.status == "accepted":
            if before != "Closed":
                self.move(finding, before, "Closed", f"{_WAIVED}: {finding.message}")
            return "closed"
        if last is None or before is None:
            self.move(finding, None, begin, _FIRST)
            return "new"
        if before in ("Closed", "Cancelled"):
            return self._ended(finding, last, begin)
        if before == "Resolved":
            self.move(finding, before, begin, _AGAIN)
            return "reopened"
        if before == "Candidate" and begin == "Open":
            self.move(finding, before, begin, f"now of severity {finding.severity}")
        if before == "Answered":
            return "answered"
        if last.reason in (_FIRST, _AGAIN) and self._of_this_delivery(finding, name):
            return "new" if last.reason == _FIRST else "reopened"
        return "open"

    def _of_this_delivery(self, finding: Finding, name: str) -> bool:
        """Whether the query was last moved since the centre's files were first read as they are."""
        since = (
            self.delivered.get(finding.centre, 0)
            if finding.centre
            else max(self.delivered.values(), default=0)
        )
        return self.moved[name][1] > since

    def _ended(self, finding: Finding, last: Transition, begin: State) -> Mark:
        """A query a person ended stays so until its value changes or its waiver is withdrawn."""
        withdrawn = last.reason.startswith(_WAIVED)
        if not withdrawn and last.value == finding.value:
            return "closed"
        why = (
            "the waiver was withdrawn" if withdrawn else "the value has changed since it was closed"
        )
        self.move(finding, last.new, begin, why)
        return "reopened"

    def resolve(
        self,
        seen: Collection[str],
        read: Collection[str],
        missed: Sequence[Finding],
        *,
        whole: bool,
    ) -> dict[str, Mark]:
        """Resolve the queries under way that could have been found again and were not."""
        marks: dict[str, Mark] = {}
        for name, last in self.last.items():
            if name in seen or last.new not in (*UNDER_WAY, "Resolved"):
                continue
            finding = finding_from(self.found[name])
            in_scope = finding.centre in read if finding.centre else whole
            if not in_scope:
                continue
            if last.new == "Resolved":
                if last.reason == _GONE and self._of_this_delivery(finding, name):
                    marks[name] = "resolved"
            elif not any(_covers(f, finding) for f in missed):
                self.move(finding, last.new, "Resolved", _GONE)
                marks[name] = "resolved"
        return marks

    def move(self, finding: Finding, old: State | None, new: State, reason: str) -> None:
        """One transition of the query of a finding."""
        step = Transition(
            query=query_id(finding), at=self.when, who=self.who, old=old or "", new=new,
            reason=reason, value=finding.value,
        )  # fmt: skip
        add_step(self.database, step)


def _covers(missed: Finding, finding: Finding) -> bool:
    """Whether a check that was not run could have found this."""
    return (
        missed.check == finding.check
        and missed.centre in ("", finding.centre)
        and missed.domain in ("", finding.domain)
    )
