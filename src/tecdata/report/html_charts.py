"""Charts as inline SVG: bars beside numbers, and the flow of source cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tecdata.report.html_markup import Markup, el, join

__all__ = ["FLOWS", "bar", "flow_chart", "number"]

#: Where cells go: key of the account, what people call it.
FLOWS: Final = (("mapped", "mapped"), ("ignored", "ignored on purpose"), ("unmapped", "unmapped"))

_WIDTH: Final = 760
_LEFT: Final = 250
_RIGHT: Final = 540
_NODE: Final = 12
_GAP: Final = 14
_HEIGHT: Final = 210


def number(value: int) -> str:
    """A number as the report writes it: thousands set apart by a narrow space.

    >>> number(1234567) == "1\u202f234\u202f567"
    True
    """
    return f"{value:,}".replace(",", "\u202f")


def bar(share: float, kind: str) -> Markup:
    """A horizontal bar over the share (0 to 1) of its width; hidden from screen readers."""
    width = f"{max(share * 100, 0.6):.2f}"
    return el(
        "svg",
        el("rect", class_=f"fill-{kind}", x="0", y="0", width=width, height="10", rx="0"),
        class_="bar",
        viewBox="0 0 100 10",
        preserveAspectRatio="none",
        aria_hidden="true",
    )


def flow_chart(centres: Sequence[tuple[str, Mapping[str, Any]]]) -> Markup:
    """Ribbons from each centre (as high as the cells read from it) to what became of its cells.

    Parameters
    ----------
    centres
        Code and account of cells (``read``, ``mapped``, ``ignored``, ``unmapped``) of each centre.
    """
    total = sum(int(cells["read"]) for _, cells in centres)
    if not total:
        return Markup("")
    space = _HEIGHT - _GAP * max(len(centres) - 1, len(FLOWS) - 1)
    scale = space / total
    sums = {key: sum(int(cells[key]) for _, cells in centres) for key, _ in FLOWS}
    tops: dict[str, float] = {}
    at = 0.0
    for key, _ in FLOWS:
        tops[key] = at
        at += sums[key] * scale + _GAP
    shapes: list[Markup] = []
    labels: list[Markup] = []
    left = 0.0
    used = dict(tops)
    for code, cells in centres:
        read = int(cells["read"])
        shapes.append(_node(_LEFT, left, read * scale, "read"))
        labels.append(_label(_LEFT - 10, left + read * scale / 2, code, number(read), end=True))
        start = left
        for key, _ in FLOWS:
            size = int(cells[key]) * scale
            if size:
                shapes.append(_ribbon(start, used[key], size, key))
            start += size
            used[key] += size
        left += read * scale + _GAP
    for key, words in FLOWS:
        size = sums[key] * scale
        shapes.append(_node(_RIGHT - _NODE, tops[key], size, key))
        labels.append(
            _label(_RIGHT + 10, tops[key] + size / 2, words, number(sums[key]), end=False)
        )
    bottom = max(left, at) - _GAP + 10
    said = ", ".join(f"{number(sums[key])} {words}" for key, words in FLOWS)
    return el(
        "svg",
        join(shapes),
        join(labels),
        class_="flow",
        viewBox=f"0 -10 {_WIDTH} {bottom + 10:.1f}",
        role="img",
        aria_label=f"Source cells: {number(total)} read; {said}. The table below has the numbers.",
    )


def _node(x: float, y: float, height: float, kind: str) -> Markup:
    """A bar of the flow."""
    return el(
        "rect",
        class_=f"fill-{kind}",
        x=f"{x:.1f}",
        y=f"{y:.1f}",
        width=_NODE,
        height=f"{max(height, 2):.1f}",
    )


def _ribbon(left: float, right: float, size: float, kind: str) -> Markup:
    """A band between two bars of the flow."""
    x0, x1 = _LEFT + _NODE, _RIGHT - _NODE
    middle = (x0 + x1) / 2
    path = (
        f"M{x0} {left:.1f}C{middle} {left:.1f} {middle} {right:.1f} {x1} {right:.1f}"
        f"V{right + size:.1f}C{middle} {right + size:.1f} {middle} {left + size:.1f} "
        f"{x0} {left + size:.1f}Z"
    )
    return el("path", class_=f"ribbon fill-{kind}", d=path)


def _label(x: float, y: float, name: str, count: str, *, end: bool) -> Markup:
    """A name and its number beside a bar."""
    return el(
        "text",
        el("tspan", name, class_="name"),
        " ",
        el("tspan", count, class_="count"),
        x=f"{x:.1f}",
        y=f"{y + 4:.1f}",
        text_anchor="end" if end else "start",
    )
