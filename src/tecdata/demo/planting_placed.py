"""What an error of a column, sheet or file is: where it was put, and how it is decided on."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from random import Random

from tecdata.demo.model import Subject
from tecdata.demo.planting_delivery import Delivered
from tecdata.demo.planting_model import Claims, Kind, Path

__all__ = ["Decide", "Placed", "Plan", "Put", "TableKind"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where an error was put, and what it takes for itself."""

    centre: str
    file: str
    sheet: str = ""
    cell: str = ""
    number: int | None = None
    domains: tuple[str, ...] = ()
    was: str
    now: str
    claims: tuple[Path, ...] = ()


#: Puts an error into the delivery, or returns None where nothing free fits.
Put = Callable[[Delivered, Random, Claims], Placed | None]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """An error that is decided on before the files are rendered: what it takes, how it is made."""

    claims: tuple[Path, ...]
    apply: Callable[[Delivered], Placed | None]


#: Decides on an error of whole columns, sheets or subjects; None where nothing free fits.
Decide = Callable[[Sequence[Subject], Random, Claims], Plan | None]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class TableKind(Kind):
    """A kind of error that needs room before any other, because it moves or spoils many cells."""

    decide: Decide
