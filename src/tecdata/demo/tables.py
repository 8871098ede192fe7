"""The hand-authored facts of the cohort: small CSV files beside the generators."""

from __future__ import annotations

import csv
import functools
import hashlib
from collections.abc import Iterator
from importlib import resources

__all__ = ["noise", "pairs", "rows", "rows_of"]


@functools.cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """All rows of ``data/<name>.csv``, every cell as text."""
    source = resources.files("tecdata.demo").joinpath("data", f"{name}.csv")
    return tuple(csv.DictReader(source.read_text(encoding="utf-8").splitlines()))


@functools.cache
def _by_subject(name: str) -> dict[int, tuple[dict[str, str], ...]]:
    found: dict[int, list[dict[str, str]]] = {}
    for row in rows(name):
        found.setdefault(int(row["subject"]), []).append(row)
    return {number: tuple(part) for number, part in found.items()}


def rows_of(name: str, subject: int) -> tuple[dict[str, str], ...]:
    """The rows of a file about one subject (column ``subject``), in the order of the file."""
    return _by_subject(name).get(subject, ())


def pairs(text: str) -> Iterator[tuple[int, str]]:
    """Read ``"-9:412 13:<10"`` as (day, text) pairs.

    Examples
    --------
    >>> list(pairs("-9:412 13:<10"))
    [(-9, '412'), (13, '<10')]
    """
    for pair in text.split():
        day, value = pair.split(":")
        yield int(day), value


def noise(*key: object) -> float:
    """A number in [-1, 1) that depends on the key alone, the same on every machine."""
    digest = hashlib.blake2b("|".join(map(str, key)).encode(), digest_size=6).digest()
    return int.from_bytes(digest, "big") / 2**47 - 1.0
