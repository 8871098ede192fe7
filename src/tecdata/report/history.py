"""A study's memory: what each delivery was, what was found, and what became of every query."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tecdata.errors import UsageError
from tecdata.report.history_file import HistoryFile, append, entries
from tecdata.report.history_recording import UNDER_WAY, Recording
from tecdata.report.history_thread import (
    add_deliveries,
    add_step,
    as_text,
    centres_of,
    files_digest,
    keys_of,
    step_of,
    threads_of,
)
from tecdata.report.queries import Answer, Mark, Query, State, Transition, finding_from
from tecdata.report.query_identity import distinguish, query_id

if TYPE_CHECKING:
    from tecdata.finding import Finding

__all__ = ["History"]


#: States that end when the trouble is no longer found.
class History:
    """The history of a study in one file, ``history.sqlite``.

    Nothing in it is ever changed: deliveries, findings and transitions are added, each row sealed
    to the one before (see :meth:`verify`). Several people may use it at once. It holds values of
    patients as far as queries quote them; the file is readable by its owner only. It looks at no
    clock: ``when`` (ISO 8601, UTC) and ``who`` are always given.

    Examples
    --------
    >>> import tempfile
    >>> from tecdata.finding import Finding
    >>> one = Finding(check="x.y", severity="error", message="wrong", centre="XX", record="r")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     history = History(Path(folder) / "history.sqlite")
    ...     first = history.record({"XX": {}}, [one], when="2025-03-01T10:00:00Z", who="kim")
    ...     later = history.record({"XX": {}}, [], when="2025-04-01T10:00:00Z", who="kim")
    >>> list(first.values()), list(later.values())
    (['new'], ['resolved'])
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self._file = HistoryFile(self.path)

    def record(
        self,
        deliveries: Mapping[str, Mapping[str, str]],
        findings: Iterable[Finding],
        *,
        when: str,
        who: str,
        snapshots: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> dict[str, Mark]:
        """Write down a run; say of each query whether it is new, open, answered, resolved, reopened.

        Parameters
        ----------
        deliveries
            The centres that were read, each with the SHA-256 of its files. Only queries of these
            centres can be resolved; those of no centre only when every centre was read that was
            ever read before.
        findings
            All of the run. Failed ones become queries (notices ``Candidate``, others ``Open``),
            accepted ones are closed; where a check was not run, its queries stay as they are.
        snapshots
            By centre, what the next delivery is to be compared with.

        Returns
        -------
        dict
            The mark of each query of this run and of each that it resolved, by id. ``closed``:
            a person has closed it, and the value has not changed since.
        """
        kept = list(findings)
        with self._file.writing() as database:
            run = {centre: files_digest(files) for centre, files in sorted(deliveries.items())}
            append(database, "run", "", when, who, as_text({"centres": run}))
            add_deliveries(database, deliveries, snapshots or {}, when, who)
            known = keys_of(database)
            named = distinguish((f for f in kept if f.status in ("failed", "accepted")), known)
            recording = Recording(database, when, who)
            marks = {query_id(finding): recording.see(finding) for finding in named}
            read = set(deliveries)
            whole = read >= centres_of(database)
            missed = [f for f in kept if f.status == "not_run"]
            marks |= recording.resolve(marks, read, missed, whole=whole)
            return marks

    def answer(self, answers: Iterable[Answer], *, when: str, who: str) -> dict[str, bool]:
        """Take over what a centre answered; the same answer is taken over once.

        Open queries become ``Answered``. Returns for each query answered whether that was new.
        Raises :class:`~tecdata.errors.UsageError` for a query this history does not know, before
        anything is written.
        """
        given = [answer for answer in answers if any(answer.said)]
        with self._file.writing() as database:
            threads = threads_of(database)
            unknown = sorted({a.query for a in given} - set(threads))
            if unknown:
                raise UsageError(
                    f"the history knows no query {', '.join(unknown[:5])}",
                    place=str(self.path),
                    next_step="Import the workbook in the study it was written for (--study DIR)",
                )
            taken: dict[str, bool] = {}
            for answer in given:
                thread = threads[answer.query]
                before = {(t.answer, t.response, t.responded_by, t.responded_on) for t in thread}
                taken[answer.query] = answer.said not in before
                if answer.said in before:
                    continue
                old = thread[-1].new
                step = Transition(
                    query=answer.query,
                    at=when,
                    who=who,
                    old=old,
                    new="Answered" if old in UNDER_WAY else old,
                    reason="answered by the centre",
                    value=thread[-1].value,
                    answer=answer.answer or "",
                    response=answer.response,
                    responded_by=answer.by,
                    responded_on=answer.on,
                )
                add_step(database, step)
            return taken

    def move(
        self, queries: Sequence[str], state: State, *, when: str, who: str, reason: str
    ) -> list[str]:
        """Bring queries into a state by hand, with the reason; returns those that were moved.

        Raises :class:`~tecdata.errors.UsageError` for an unknown query or an empty reason.
        """
        if not reason.strip():
            raise UsageError("a query is not moved without a reason", next_step="Give --reason")
        with self._file.writing() as database:
            threads = threads_of(database)
            for name in queries:
                if name not in threads:
                    raise UsageError(
                        f"the history knows no query '{name}'",
                        place=str(self.path),
                        choices=_like(name, threads),
                        next_step="List them: tecdata queries list",
                    )
            moved = [name for name in queries if threads[name][-1].new != state]
            for name in moved:
                last = threads[name][-1]
                step = Transition(
                    query=name, at=when, who=who, old=last.new, new=state, reason=reason,
                    value=last.value,
                )  # fmt: skip
                add_step(database, step)
            return moved

    def queries(
        self, *, centre: str | None = None, states: Collection[str] | None = None
    ) -> list[Query]:
        """Every query as it stands, by centre and then in the order they were first seen."""
        with self._file.reading() as database:
            threads = threads_of(database)
            latest = {e.query: e.body for e in entries(database, "finding", latest=True)}
        found = [
            Query(id=name, finding=finding_from(latest[name]), transitions=tuple(thread))
            for name, thread in threads.items()
        ]
        return sorted(
            (
                q
                for q in found
                if (centre is None or q.finding.centre == centre)
                and (states is None or q.state in states)
            ),
            key=lambda q: q.finding.centre,
        )

    def transitions(self, query: str = "") -> list[Transition]:
        """Every step of every query, or of one, oldest first."""
        with self._file.reading() as database:
            return [step_of(e.body) for e in entries(database, "transition", query)]

    def keys(self) -> dict[str, str]:
        """What stands behind each id in use (see :func:`~tecdata.report.query_identity.query_key`)."""
        with self._file.reading() as database:
            return keys_of(database)

    def snapshot(self, centre: str, files: Mapping[str, str]) -> dict[str, Any] | None:
        """The snapshot of the centre's latest delivery that was not these ``files``."""
        with self._file.reading() as database:
            before = [e.body for e in entries(database, "delivery") if e.body["centre"] == centre]
        other = (body for body in reversed(before) if body["files"] != dict(files))
        return next((body["snapshot"] for body in other), None)

    def deliveries(self, centre: str) -> list[tuple[str, dict[str, str]]]:
        """When each delivery of a centre was first recorded, and the SHA-256 of its files."""
        with self._file.reading() as database:
            return [
                (e.at, e.body["files"])
                for e in entries(database, "delivery")
                if e.body["centre"] == centre
            ]

    def verify(self) -> int:
        """Number of rows, after comparing every one with its seal.

        Raises :class:`~tecdata.errors.UsageError` that names the first row that was changed.
        """
        return self._file.verify()

    def head(self) -> tuple[int, str]:
        """Number and seal of the last row: kept elsewhere, they also show that rows were cut off."""
        with self._file.reading() as database:
            rows = database.execute("SELECT entry, digest FROM journal ORDER BY entry DESC LIMIT 1")
            number, digest = rows.fetchone() or (0, "")
            return number, digest


def _like(name: str, known: Collection[str]) -> list[str]:
    """The known ids most like a name."""
    import difflib

    return difflib.get_close_matches(name.upper(), list(known), 3)
