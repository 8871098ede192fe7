"""What of a delivery could not be read: told as findings, with the checks that have not looked at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tecdata.finding import Finding
from tecdata.unrun import OF_A_FILE, not_run, of_rooms

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from tecdata.intake.partial import Problem
    from tecdata.spec import CentreMapping

__all__ = ["domains_lost", "unread"]


def unread(problem: Problem, centre: str) -> Iterator[Finding]:
    """The finding of a file, sheet or table that could not be read, and one for each check that needs it."""
    yield _told(problem, centre)
    yield from not_run(
        of_rooms(OF_A_FILE),
        f"{problem.file}, '{problem.expected}'" if problem.expected else problem.file,
        f"the {problem.kind} could not be read",
        centre=centre,
        file=problem.file,
        sheet=problem.expected,
    )


def _told(problem: Problem, centre: str) -> Finding:
    if problem.kind == "sheet":
        near = ", ".join(f"'{name}'" for name in problem.near)
        return Finding.of(
            "file.sheet_missing",
            centre=centre,
            file=problem.file,
            expected=problem.expected,
            nearest=f" (sheets there: {near})" if near else "",
        )
    return Finding.of(
        "file.unreadable" if problem.kind == "file" else "file.table_unreadable",
        centre=centre,
        file=problem.file,
        sheet=problem.expected,
        problem=str(problem.error),
    )


def domains_lost(mapping: CentreMapping, given: Collection[str], read: Collection[str]) -> set[str]:
    """The domains made from tables of the files ``given`` (by name or pattern) that are not among those ``read``."""
    gone = {
        name
        for name, table in mapping.source.tables.items()
        if table.file in given and name not in read
    }
    return {
        code
        for code, domain in mapping.domains.items()
        if gone & {block.from_ for block in domain.blocks}
    }
