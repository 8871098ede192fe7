"""How German hospitals write numbers, dates and titres, and a reproducible source of untidiness.

Nothing here changes a value: it only chooses between spellings of the same one. The choice
depends on what it is asked about (subject, date, column), never on the order of the questions,
so that one subject's rows look the same in a cohort of one and of a thousand.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from decimal import Decimal
from typing import TypeVar

__all__ = ["chance", "choose", "date_text", "number_text", "result_text", "split_start"]

T = TypeVar("T")


def chance(*key: object) -> float:
    """A number in [0, 1) that depends on ``key`` alone (BLAKE2b of its texts).

    >>> chance("TEC-B-001", "IgG") == chance("TEC-B-001", "IgG")
    True
    """
    text = "\x1f".join(str(part) for part in key)
    digest = hashlib.blake2b(text.encode(), digest_size=6).digest()
    return int.from_bytes(digest, "big") / 2**48


def choose(options: Sequence[T], *key: object) -> T:
    """One of ``options``, the first of them in about half of the cases."""
    at = chance(*key)
    if at < 0.5 or len(options) == 1:
        return options[0]
    return options[1 + int((at - 0.5) * 2 * (len(options) - 1))]


def number_text(value: Decimal, *, thousands: bool = False) -> str:
    """A number with decimal comma, with points between thousands where asked for.

    >>> number_text(Decimal("7.20")), number_text(Decimal("1280"), thousands=True)
    ('7,20', '1.280')
    """
    text = f"{value:,f}" if thousands else f"{value:f}"
    return text.translate(str.maketrans(",.", ".,"))


def date_text(iso: str, *, short_year: bool = False) -> str:
    """A whole or partial ISO date in German order; ``short_year`` writes two digits.

    >>> date_text("2024-04-03"), date_text("2024-04"), date_text("2024")
    ('03.04.2024', '04/2024', '2024')
    >>> date_text("2024-04-03", short_year=True)
    '03.04.24'
    """
    parts = iso.split("-")
    if len(parts) == 1:
        return iso
    year = parts[0][2:] if short_year else parts[0]
    if len(parts) == 2:
        return f"{parts[1]}/{parts[0]}"
    return f"{parts[2]}.{parts[1]}.{year}"


def split_start(iso: str) -> tuple[str, str]:
    """Date and time (``HH:MM``, or empty) of an ISO date-time."""
    date, _, time = iso.partition("T")
    return date, time[:5]


def result_text(value: Decimal, operator: str, *, titre: bool, key: tuple[object, ...]) -> str:
    """A measured value as typed by hand: ``<0,01``, ``1:1.280``, ``7,2``."""
    grouped = value >= 1000 and chance(*key, "thousands") < 0.5
    text = number_text(value, thousands=grouped)
    gap = " " if operator and chance(*key, "gap") < 0.3 else ""
    return f"{operator}{gap}{'1:' if titre else ''}{text}"
