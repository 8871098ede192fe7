"""Text before it is mapped: ``replace``, ``extract``, ``template`` and the parts of ``split``."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tecdata.mapping.tables import BLANKS

if TYPE_CHECKING:
    from tecdata.spec.rules import Rule

__all__ = ["rewriter", "split_parts", "template_columns", "template_filler"]

Rewrite = Callable[[str | None], str | None]

_PIECE = re.compile(r"\{([^{}]*)\}")


def rewriter(rule: Rule) -> Rewrite | None:
    """What a rule does to a text before its verb, or None where it does nothing.

    ``replace`` in order, then ``extract``; a text that ``extract`` does not match, or of which
    nothing is left, is empty.
    """
    if not rule.replace and rule.extract is None:
        return None
    replacements = [(re.compile(r.pattern), r.text) for r in rule.replace]
    extract = re.compile(rule.extract) if rule.extract is not None else None

    def rewrite(text: str | None) -> str | None:
        if text is None:
            return None
        for pattern, new in replacements:
            text = pattern.sub(new, text)
        if extract is not None:
            match = extract.search(text)
            if not match:
                return None
            text = match.group("value" if "value" in extract.groupindex else 0) or ""
        return text.strip(BLANKS) or None

    return rewrite


@functools.cache
def split_parts(text: str, separators: tuple[str, ...]) -> tuple[str, ...]:
    """The things a cell lists; separators inside parentheses do not count.

    A closing parenthesis without an opening one is an ordinary character; one left open counts
    as such to the end of the cell.

    >>> split_parts("ANA (1:80, fine), dsDNA;", (",", ";"))
    ('ANA (1:80, fine)', 'dsDNA')
    """
    parts: list[str] = []
    current: list[str] = []
    depth = 0
    position = 0
    while position < len(text):
        found = None
        if depth == 0:
            found = next((s for s in separators if s and text.startswith(s, position)), None)
        if found is not None:
            parts.append("".join(current))
            current = []
            position += len(found)
            continue
        character = text[position]
        depth += character in "(["
        depth -= character in ")]" and depth > 0
        current.append(character)
        position += 1
    parts.append("".join(current))
    return tuple(p for part in parts if (p := part.strip(BLANKS)))


def template_columns(template: str) -> tuple[str, ...]:
    """Columns a template reads, in order, each once.

    >>> template_columns("{A} ({B})[, {C}]")
    ('A', 'B', 'C')
    """
    return tuple(dict.fromkeys(_PIECE.findall(template)))


def template_filler(
    template: str, rewrite: Rewrite | None = None
) -> Callable[..., tuple[str | None]]:
    """A function of the template's columns, in the order of :func:`template_columns`.

    Empty where every column is empty; a part in ``[...]`` is left out where a column in it is.

    >>> template_filler("{A}[ ({B})]")("fever", None)
    ('fever',)
    """
    names = template_columns(template)
    segments = _segments(template)

    def fill(*texts: str | None) -> tuple[str | None]:
        given = [rewrite(t) for t in texts] if rewrite else list(texts)
        if names and all(t is None for t in given):
            return (None,)
        values = dict(zip(names, given, strict=True))
        pieces: list[str] = []
        for text, columns, optional in segments:
            if optional and any(values[c] is None for c in columns):
                continue
            pieces.append(_PIECE.sub(lambda m: values[m.group(1)] or "", text))
        return ("".join(pieces).strip(BLANKS) or None,)

    return fill


def _segments(template: str) -> Sequence[tuple[str, tuple[str, ...], bool]]:
    """Cut a template at its ``[...]`` parts; brackets inside ``{...}`` belong to a column's name."""
    shielded = _PIECE.sub(lambda m: m.group().replace("[", "\x01").replace("]", "\x02"), template)
    segments = []
    for piece in re.split(r"(\[[^\[\]]*\])", shielded):
        optional = piece.startswith("[") and piece.endswith("]")
        text = (piece[1:-1] if optional else piece).replace("\x01", "[").replace("\x02", "]")
        if text:
            segments.append((text, template_columns(text), optional))
    return segments
