"""One question for one trouble: queries that a centre would answer in the same breath share a row.

A cell that cannot be read breaks several variables and leaves gaps that further checks report; a
subject that is missing is missing in every row. All of these stay queries of their own in the
history; in the workbook the first of them speaks for the others, and its answer is theirs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from tecdata.finding import SEVERITY_ORDER

if TYPE_CHECKING:
    from tecdata.report.queries import Query

__all__ = ["fold"]

#: Rooms that look at the cell itself, and rooms that look at what became of it.
_CAUSES: Final = ("mapping", "intake")
_CONSEQUENCES: Final = ("suite", "validate", "harmonise")
_GRAVE: Final = ("reject", "error")


def fold(
    queries: Sequence[Query],
    texts: Mapping[str, Mapping[str, str]],
    about_subject: frozenset[str],
) -> dict[str, str]:
    """Which query speaks for which: an id for each id, often its own.

    Parameters
    ----------
    queries
        In the order of the log.
    texts
        The texts of their rows, by id.
    about_subject
        Ids of queries put to the cell of a subject's id: they are about the subject, whichever of
        its rows they stand at.
    """
    speaker: dict[str, str] = {}
    same_words: dict[tuple[str, ...], str] = {}
    causes = _causes(queries)
    for query in queries:
        cause = causes.get(_cell(query))
        room = query.finding.check.partition(".")[0]
        if cause is not None and room in _CONSEQUENCES and _as_grave(cause, query):
            speaker[query.id] = cause.id
    for query in queries:
        if query.id in speaker:
            continue
        told = texts[query.id]
        place = (told["subject"],) if query.id in about_subject else _cell(query)
        key = (query.state, query.finding.check, told["form"], told["question"], *place)
        speaker[query.id] = same_words.setdefault(key, query.id)
    # The one that speaks for a cause speaks for its consequences.
    return {name: speaker.get(first, first) for name, first in speaker.items()}


def _causes(queries: Sequence[Query]) -> dict[tuple[str, ...], Query]:
    """The first query of each cell that says it cannot be read."""
    causes: dict[tuple[str, ...], Query] = {}
    for query in queries:
        finding = query.finding
        room = finding.check.partition(".")[0]
        if finding.cell and room in _CAUSES and finding.severity in _GRAVE:
            causes.setdefault(_cell(query), query)
    return causes


def _as_grave(cause: Query, query: Query) -> bool:
    """Whether a query can stand for another: it is at least as grave and in the same state."""
    rank = SEVERITY_ORDER.index
    same_state = cause.state == query.state
    return same_state and rank(cause.finding.severity) <= rank(query.finding.severity)


def _cell(query: Query) -> tuple[str, ...]:
    """The cell of a query."""
    finding = query.finding
    # Without a cell a query stands for itself.
    return (finding.file, finding.sheet, finding.cell or query.id)
