"""Markup that cannot be injected: every text is escaped unless it is markup already."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Iterable
from typing import Any, Final

__all__ = ["Markup", "code", "el", "join", "json_island", "source_hash"]

_VOID: Final = frozenset({"input", "link", "meta"})


class Markup(str):
    """Text that is markup: it is not escaped again."""

    __slots__ = ()


def el(name: str, /, *children: str | int, **attributes: str | int | bool | None) -> Markup:
    """An element. Attribute names: ``class_`` is ``class``, ``data_x`` is ``data-x``.

    An attribute that is None or False is left out, one that is True has no value.

    >>> el("p", "a < b", class_="note", hidden=True)
    '<p class="note" hidden>a &lt; b</p>'
    """
    parts = [name]
    for key, value in attributes.items():
        label = key.rstrip("_").replace("_", "-")
        if value is True:
            parts.append(label)
        elif value is not None and value is not False:
            parts.append(f'{label}="{html.escape(str(value))}"')
    end = "" if name in _VOID else f"</{name}>"
    return Markup(f"<{' '.join(parts)}>{join(children)}{end}")


def join(children: Iterable[str | int]) -> Markup:
    """Texts and markup one after another."""
    return Markup(
        "".join(c if isinstance(c, Markup) else html.escape(str(c), quote=False) for c in children)
    )


def code(text: str) -> Markup:
    """A name such as a check's id, which breaks at its dots and underscores only.

    >>> code("a.b_c")
    '<code>a.<wbr>b_<wbr>c</code>'
    """
    parts = re.split(r"(?<=[._])", text)
    return el("code", Markup("<wbr>".join(html.escape(p) for p in parts)))


def json_island(identity: str, data: Any) -> Markup:
    r"""Data for the scripts of a page, as a script element that no browser runs.

    >>> json_island("d", {"a": "</script>"})
    '<script type="application/json" id="d">{"a":"\\u003c/script>"}</script>'
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    # A lone surrogate or a control character would not survive the way through UTF-8 and HTML.
    safe = text.encode("utf-8", "replace").decode()
    return Markup(f'<script type="application/json" id="{identity}">{safe}</script>')


def source_hash(text: str) -> str:
    """The hash by which a content security policy lets an inline script or style run."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
