"""What a planted error is: its kind, where it stands, what finds it, and what it leaves alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from random import Random
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from tecdata.demo.model import Subject

__all__ = [
    "Change",
    "Claims",
    "Kind",
    "MakeChange",
    "Path",
    "Planted",
    "Rows",
    "TruthKind",
    "usubjid",
]

#: What a planted error takes for itself, from the centre inwards: ``("BE", 4, "LB", "IGG")``.
Path = tuple[str | int, ...]


def usubjid(subject: Subject) -> str:
    """The subject's identifier in the study."""
    return f"TECAID-{subject.centre}-{subject.number:03}"


#: The lists that every delivery has, in whichever files.
Rows = Literal["patients", "doses", "labs", "scores", "lung", "events", "medications"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """One planted error, as ``planted.json`` lists it.

    ``record`` names the record as findings do (variable -> value), as far as the error leaves it
    recognisable. ``file``, ``sheet`` and ``cell`` are the place in the delivery; ``cell`` is empty
    where the error is known by its record. ``domains`` are the datasets it shows in. ``expected`` are checks of which one must
    report it (``*`` stands for any text); ``follows`` checks that may report it besides. ``seen`` is
    false for errors that no check can see, ``reason`` says why.
    """

    kind: str
    centre: str
    usubjid: str = ""
    domains: tuple[str, ...] = ()
    record: Mapping[str, str] = dataclasses.field(default_factory=dict)
    file: str = ""
    sheet: str = ""
    cell: str = ""
    was: str
    now: str
    expected: tuple[str, ...]
    follows: tuple[str, ...] = ()
    seen: bool = True
    reason: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of error: its name, what finds it, and why nothing does where it cannot be seen."""

    name: str
    expected: tuple[str, ...] = ()
    follows: tuple[str, ...] = ()
    unseen: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A subject's truth with one error in it.

    ``claims`` are the paths below the subject that no other error may touch.
    """

    subject: Subject
    domains: tuple[str, ...]
    record: Mapping[str, str]
    was: str
    now: str
    claims: tuple[Path, ...]


#: Makes an error in a subject; None where the subject has nothing to make it of. The last
#: argument says whether a path below the subject is still free.
MakeChange = Callable[["Subject", Random, Callable[..., bool]], Change | None]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class TruthKind(Kind):
    """A kind of error that is made in a subject's truth, before any file is written.

    ``rows`` says in which kind of table the record stands; ``centres`` where the shape of the
    files can carry it.
    """

    make: MakeChange
    rows: Rows
    centres: tuple[str, ...] = ("BE", "HH", "HD", "AH", "TU")


class Claims:
    """What is taken already; of two paths that begin alike the second is refused.

    >>> claims = Claims()
    >>> claims.take([("BE", 4, "LB", "IGG")])
    >>> claims.free(("BE", 4, "LB", "CK")), claims.free(("BE", 4))
    (True, False)
    """

    def __init__(self) -> None:
        self._taken: set[Path] = set()
        self._above: set[Path] = set()

    def free(self, path: Path) -> bool:
        """Whether neither the path, nor anything above or below it, is taken."""
        above = (path[:n] for n in range(1, len(path) + 1))
        return path not in self._above and not any(p in self._taken for p in above)

    def taken(self, path: Path) -> bool:
        """Whether just this path is taken."""
        return path in self._taken

    def take(self, paths: Iterable[Path]) -> None:
        """Take paths."""
        for path in paths:
            self._taken.add(path)
            self._above.update(path[:n] for n in range(1, len(path)))
