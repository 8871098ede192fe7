"""A regular expression that is compiled when it is first needed: most deliveries need few of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["LazyPattern"]


class LazyPattern:
    """As ``re.compile(pattern, flags)``, but at no cost until it is used.

    >>> LazyPattern("b+").search("abbc").group()
    'bb'
    """

    __slots__ = ("_compiled", "_flags", "_pattern")

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self._pattern, self._flags = pattern, flags
        self._compiled: re.Pattern[str] | None = None

    def _get(self) -> re.Pattern[str]:
        """The pattern, compiled when it is first needed."""
        if self._compiled is None:
            self._compiled = re.compile(self._pattern, self._flags)
        return self._compiled

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """All matches."""
        return self._get().finditer(text)

    def search(self, text: str) -> re.Match[str] | None:
        """The first match."""
        return self._get().search(text)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """A match of the whole text."""
        return self._get().fullmatch(text)
