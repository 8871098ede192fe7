"""The wordings intake's errors share: the place, what is wrong, the closest choices, the next step.

No text made here holds the value of a cell: only names of files, sheets, columns and positions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tecdata.errors import IntakeError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tecdata.sandbox import Limits, ParserError

__all__ = [
    "SAVE_AGAIN",
    "closest",
    "locked",
    "missing",
    "no_column",
    "not_parsed",
    "unreadable",
]

#: How alike (0-100) a column's name must be to be shown.
LIKENESS = 60

#: How many of the names that do exist an error lists.
CHOICES_SHOWN = 8

SAVE_AGAIN = "Open the file in the program it came from, save it again and replace it"


def closest(name: str, names: Sequence[str], limit: int = CHOICES_SHOWN) -> tuple[str, ...]:
    """The names most like ``name``, most alike first; names equally alike in sorted order.

    >>> closest("Labor", ["Stammdaten", "Labore", "Scores"])[0]
    'Labore'
    """
    from rapidfuzz import fuzz, utils

    def rank(candidate: str) -> tuple[float, str]:
        score = fuzz.WRatio(name, candidate, processor=utils.default_process)
        return (-score, candidate)

    return tuple(sorted(names, key=rank)[:limit])


def missing(
    kind: str, name: str, names: Sequence[str], *, place: str, next_step: str
) -> IntakeError:
    """The error for a file, sheet or column that is not there.

    Parameters
    ----------
    kind
        What is missing, with its article where it reads better: ``no sheet``, ``no file``.
    name
        The name source.yaml gives.
    names
        The names that do exist.
    """
    return IntakeError(
        f"{kind} '{name}'", place=place, choices=closest(name, names), next_step=next_step
    )


def no_column(name: str, names: Sequence[str], *, place: str, setting: str) -> IntakeError:
    """The error for a column that a setting of source.yaml names.

    Only names much like it are shown: where the header is not where it is declared, what was
    read as names may be patients' values.
    """
    from rapidfuzz import fuzz, utils

    alike = [
        other
        for other in closest(name, names)
        if fuzz.ratio(name, other, processor=utils.default_process) >= LIKENESS
    ]
    return IntakeError(
        f"there is no column '{name}', which '{setting}' names",
        place=place,
        choices=alike,
        next_step=f"Correct '{setting}' in source.yaml, or 'header_rows' if the header stands "
        "elsewhere: see 'tecdata profile FILE'",
    )


def locked(place: str) -> IntakeError:
    """The error for a file that asks for a password."""
    return IntakeError(
        "the file is protected by a password and cannot be read",
        place=place,
        next_step="Open it with the password, save it without one, and replace it",
    )


def unreadable(place: str, kind: str) -> IntakeError:
    """The error for a file that starts as it should but cannot be read to its end."""
    return IntakeError(
        f"the file is damaged or truncated: it cannot be read as {kind}",
        place=place,
        next_step=f"{SAVE_AGAIN}, or ask the centre to send it again",
    )


def not_parsed(error: ParserError, place: str, kind: str, limits: Limits) -> IntakeError:
    """The error for a file that its parser refused, or that was too much for it."""
    if error.reason == "password":
        return locked(place)
    if error.reason == "encoding":
        return IntakeError(
            "its text is not in the encoding the file declares",
            place=place,
            next_step="Declare 'encoding' for this table in source.yaml, for instance cp1252",
        )
    if error.reason == "damaged":
        return unreadable(place, kind)
    again = f"{SAVE_AGAIN}, or ask the centre to send it again"
    if error.reason == "memory":
        gib = limits.memory / 1024**3
        what = f"refused: to read it takes more than {gib:g} GiB of memory"
    elif error.reason == "time":
        what = f"refused: to read it takes more than {limits.seconds:g} seconds"
    else:
        how = f" ({error.signal})" if error.signal else ""
        what = f"the file is damaged: the parser of {kind} broke off on it{how}"
    return IntakeError(what, place=place, next_step=again)
