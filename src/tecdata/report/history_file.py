"""The file behind a study's history: one table that only grows, each row sealed to the one before.

Every row holds the SHA-256 of itself and of the row before, so that a row that was changed, taken out
or put in between is found. Triggers refuse changes made through SQL.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from tecdata.errors import UsageError

__all__ = ["Entry", "HistoryFile"]

#: How long a writer waits for another one, in seconds.
_PATIENCE: Final = 30.0
_APPLICATION: Final = 0x7EC_DA7A
_VERSION: Final = 1

_TRIGGERS: Final = {
    "journal_no_update": "CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal "
    "BEGIN SELECT RAISE(ABORT, 'the history is append-only: no row may be changed'); END",
    "journal_no_delete": "CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal "
    "BEGIN SELECT RAISE(ABORT, 'the history is append-only: no row may be deleted'); END",
    "journal_at_end": "CREATE TRIGGER journal_at_end BEFORE INSERT ON journal "
    "WHEN NEW.entry IS NOT (SELECT coalesce(max(entry), 0) + 1 FROM journal) "
    "BEGIN SELECT RAISE(ABORT, 'the history is append-only: rows are added at its end'); END",
}
_JOURNAL: Final = (
    "CREATE TABLE journal (entry INTEGER PRIMARY KEY, kind TEXT NOT NULL, query TEXT NOT NULL, "
    "at TEXT NOT NULL, who TEXT NOT NULL, body TEXT NOT NULL, previous TEXT NOT NULL, "
    "digest TEXT NOT NULL)"
)
_INDEX: Final = "CREATE INDEX journal_by_kind ON journal (kind, query, entry)"
#: For people with a database browser: the rows of one kind, and what of their bodies are columns.
_VIEWS: Final = {
    "transition": ("old", "new", "reason", "response"),
    "finding": ("severity", "check", "message", "file", "sheet", "cell"),
    "delivery": ("files",),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """A row of the journal."""

    entry: int
    kind: str
    query: str
    at: str
    who: str
    body: dict[str, Any]


class HistoryFile:
    """Opens the file for a moment at a time, to read or to add.

    The file is made on first writing, readable by its owner only. Its journal is write-ahead where
    the file system can do that (a network share cannot; SQLite then keeps its older way).
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection on one unchanging state of the file (empty where there is no file)."""
        if self.path.exists():
            with self._open() as database:
                database.execute("BEGIN")
                # Another run may have made the file just now and not yet written to it.
                if database.execute("PRAGMA user_version").fetchone()[0]:
                    yield database
                    return
        with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
            _create(database)
            yield database

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A connection that nobody else writes beside; all is kept, or nothing on an error."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # SQLite gives its side files the permissions of the main one.
        os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
        with self._open() as database:
            database.execute("BEGIN IMMEDIATE")
            try:
                if not database.execute("PRAGMA user_version").fetchone()[0]:
                    _create(database)
                yield database
            except BaseException:
                database.execute("ROLLBACK")
                raise
            database.execute("COMMIT")

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """The database, recognised as a history; closed in the end."""
        try:
            with contextlib.closing(
                sqlite3.connect(self.path, timeout=_PATIENCE, isolation_level=None)
            ) as database:
                _recognise(database, self.path)
                yield database
        except sqlite3.Error as error:
            raise _unusable(self.path, error) from error

    def verify(self) -> int:
        """Number of rows, all of them as they were written.

        Raises :class:`~tecdata.errors.UsageError` that names the first row that is not.
        """
        with self.reading() as database:
            previous, count = "", 0
            for row in database.execute(f"SELECT {_COLUMNS} FROM journal ORDER BY entry"):  # noqa: S608
                count += 1
                self._compare(row, count, previous)
                previous = row[7]
            found = dict(
                database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            )
            if found != _TRIGGERS:
                raise UsageError(
                    "every row is as it was written, but the triggers that refuse changes are gone",
                    place=str(self.path),
                    next_step="Find out who opened the file for writing; restore it from a copy",
                )
            return count

    def _compare(self, row: tuple[Any, ...], count: int, previous: str) -> None:
        """Raise :class:`UsageError` where a row is missing or was changed."""
        wrong = ""
        if row[0] != count:
            wrong = f"row {count} is missing (the next one is row {row[0]})"
        elif row[6] != previous or row[7] != _digest(row[:6], previous):
            about = f"{row[1]}{f' of {row[2]}' if row[2] else ''}, {row[3]}"
            wrong = f"row {row[0]} ({about}) is not as it was written"
        if wrong:
            raise UsageError(
                f"the history was changed: {wrong}",
                place=str(self.path),
                next_step="Restore the file from a copy made before; rows above it are sound",
            )


_COLUMNS: Final = "entry, kind, query, at, who, body, previous, digest"


def append(
    database: sqlite3.Connection, kind: str, query: str, at: str, who: str, body: str
) -> None:
    """Add one row at the end, inside a transaction of :meth:`HistoryFile.writing`."""
    last = database.execute("SELECT entry, digest FROM journal ORDER BY entry DESC LIMIT 1")
    number, previous = last.fetchone() or (0, "")
    row = (number + 1, kind, query, at, who, body)
    database.execute(
        f"INSERT INTO journal ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
        (*row, previous, _digest(row, previous)),
    )


def reach(database: sqlite3.Connection, kind: str) -> dict[str, tuple[int, int]]:
    """Numbers of the first and the last row of one kind, by query."""
    rows = database.execute(
        "SELECT query, min(entry), max(entry) FROM journal WHERE kind = ? GROUP BY query", (kind,)
    )
    return {query: (first, last) for query, first, last in rows}


def entries(
    database: sqlite3.Connection, kind: str, query: str = "", *, latest: bool = False
) -> Iterator[Entry]:
    """Rows of one kind, oldest first; with ``latest`` only the last of each query."""
    chosen = "WHERE kind = ?1 AND (?2 = '' OR query = ?2)"
    if latest:
        chosen = f"WHERE entry IN (SELECT max(entry) FROM journal {chosen} GROUP BY query)"  # noqa: S608
    rows = database.execute(
        f"SELECT entry, kind, query, at, who, body FROM journal {chosen} ORDER BY entry",  # noqa: S608
        (kind, query),
    )
    for number, kind_, query_, at, who, body in rows:
        yield Entry(number, kind_, query_, at, who, json.loads(body))


def _digest(row: tuple[Any, ...], previous: str) -> str:
    """The link of the chain: the digest of a row and of the one before."""
    return hashlib.sha256(json.dumps([previous, *row], ensure_ascii=False).encode()).hexdigest()


def _create(database: sqlite3.Connection) -> None:
    """Make journal, views and triggers in an empty database."""
    views = [_view(kind, names) for kind, names in _VIEWS.items()]
    for statement in (_JOURNAL, _INDEX, *views, *_TRIGGERS.values()):
        database.execute(statement)
    database.execute(f"PRAGMA application_id = {_APPLICATION}")
    database.execute(f"PRAGMA user_version = {_VERSION}")


def _view(kind: str, names: tuple[str, ...]) -> str:
    """The statement that makes the view of one kind of entries."""
    columns = ", ".join(f"json_extract(body, '$.{name}') AS \"{name}\"" for name in names)
    return (
        f"CREATE VIEW recorded_{kind} AS SELECT entry, at, who, query, {columns} "  # noqa: S608
        f"FROM journal WHERE kind = '{kind}'"
    )


def _recognise(database: sqlite3.Connection, path: Path) -> None:
    """Make a history of an empty database; refuse one that is something else."""
    # In one transaction: another process may just be making the file.
    database.execute("BEGIN")
    version = database.execute("PRAGMA user_version").fetchone()[0]
    application = database.execute("PRAGMA application_id").fetchone()[0]
    tables = database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    database.execute("COMMIT")
    ours = application == _APPLICATION and version == _VERSION
    if not ours and (tables or version or application):
        raise UsageError(
            "this is not a history that this version of tecdata can read",
            place=str(path),
            next_step="Update tecdata, or move the file away to begin a new history",
        )
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")


def _unusable(path: Path, error: sqlite3.Error) -> UsageError:
    """The error for a database that cannot be opened, read or written."""
    if "locked" in str(error) or "busy" in str(error):
        return UsageError(
            f"another run has been writing for more than {_PATIENCE:.0f} seconds",
            place=str(path),
            next_step="Wait until it has ended and try again; nothing was recorded",
        )
    return UsageError(
        f"the history cannot be used: {error}",
        place=str(path),
        next_step="Check the disk and the permissions, or restore the file from a copy",
    )
