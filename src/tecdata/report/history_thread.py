"""Rows of the journal as what they mean: threads of queries, keys behind ids, deliveries."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from tecdata.report.history_file import append, entries
from tecdata.report.queries import Transition, state_of

__all__ = [
    "add_deliveries",
    "add_step",
    "as_text",
    "centres_of",
    "files_digest",
    "keys_of",
    "step_of",
    "threads_of",
]


def threads_of(database: sqlite3.Connection) -> dict[str, list[Transition]]:
    """The steps of every query, oldest first, by its id."""
    threads: dict[str, list[Transition]] = {}
    for entry in entries(database, "transition"):
        threads.setdefault(entry.query, []).append(step_of(entry.body))
    return threads


def keys_of(database: sqlite3.Connection) -> dict[str, str]:
    """What stands behind each id in use."""
    return {e.query: e.body["key"] for e in entries(database, "finding", latest=True)}


def add_step(database: sqlite3.Connection, step: Transition) -> None:
    """Write down one transition."""
    append(database, "transition", step.query, step.at, step.who, as_text(dataclasses.asdict(step)))


def step_of(body: Mapping[str, Any]) -> Transition:
    """A transition out of its row."""
    return Transition(**{**body, "new": state_of(body["new"])})


def add_deliveries(
    database: sqlite3.Connection,
    deliveries: Mapping[str, Mapping[str, str]],
    snapshots: Mapping[str, Mapping[str, Any]],
    when: str,
    who: str,
) -> None:
    """Write down each delivery that differs from the last one of its centre."""
    before = {e.query: e.body["files"] for e in entries(database, "delivery", latest=True)}
    for centre, files in sorted(deliveries.items()):
        if before.get(centre) != dict(files):
            body = {"centre": centre, "files": dict(files), "snapshot": snapshots.get(centre)}
            append(database, "delivery", centre, when, who, as_text(body))


def centres_of(database: sqlite3.Connection) -> set[str]:
    """Centres a delivery of which was ever recorded."""
    return {e.query for e in entries(database, "delivery", latest=True)}


def files_digest(files: Mapping[str, str]) -> str:
    """One SHA-256 for a set of files."""
    return hashlib.sha256(as_text(dict(files)).encode()).hexdigest()


def as_text(body: Mapping[str, Any]) -> str:
    """The body of a row."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True)
