"""Parsers that are not ours, in a process of their own with bounds on memory and time.

A damaged or hostile file can make a parser abort its process, ask for 500 GB, or never end. Here it
does so in a child: the caller gets a :class:`ParserError` and goes on with the next file. What the
child sends back is JSON, texts and numbers (:mod:`tecdata.sandbox.wire`), nothing that could run.
"""

from __future__ import annotations

from tecdata.sandbox.glance import any_clock, any_number_from, any_text_beyond
from tecdata.sandbox.process import (
    Answer,
    Limits,
    ParserError,
    Parsers,
    memory_is_bounded,
    parsers,
)

__all__ = [
    "Answer",
    "Limits",
    "ParserError",
    "Parsers",
    "any_clock",
    "any_number_from",
    "any_text_beyond",
    "memory_is_bounded",
    "parsers",
]
