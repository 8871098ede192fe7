"""Numbers that lead to their records, the drawer that shows them, and tables of records."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from tecdata.report.html_markup import Markup, el, join, json_island

if TYPE_CHECKING:
    from tecdata.report.evidence import Evidence

__all__ = ["RecordLinks", "drawer", "picture", "record_table"]


class RecordLinks:
    """Gives numbers of a page their buttons, and keeps which records each of them opens.

    Numbers with the same records share one list.
    """

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._lists: dict[tuple[int, ...], int] = {}

    def link(self, text: str, title: str, refs: Iterable[tuple[str, str, int | None]]) -> Markup:
        """A number as a button named ``title`` that opens its records; plain text where it has none."""
        records = tuple(self._evidence.of(refs))
        if not records or not text:
            return join([text])
        place = self._lists.setdefault(records, len(self._lists))
        return el(
            "button",
            text,
            type="button",
            class_="number",
            data_number=place,
            data_title=title,
            aria_expanded="false",
            aria_label=f"{title}: {text}. Show the records",
        )

    def island(self) -> Markup:
        """The page's data: records, source rows, and the records of each number."""
        data: dict[str, Any] = dict(self._evidence.data)
        return json_island("evidence-data", data | {"numbers": [list(k) for k in self._lists]})


def drawer() -> Markup:
    """Where the records of a number are shown."""
    return el("aside", id="drawer", hidden=True, aria_labelledby="drawer-title", aria_live="polite")


def picture(svg: bytes, alt: str, caption: str) -> Markup:
    """A figure as an image that is part of the page."""
    source = f"data:image/svg+xml;base64,{base64.b64encode(svg).decode()}"
    image = el("div", el("img", src=source, alt=alt), class_="paper")
    return el("figure", image, el("figcaption", caption) if caption else "")


def record_table(rows: Iterable[Mapping[str, Any]], label: str) -> Markup:
    """Records line by line: ``day``, ``date``, ``what``, ``value``, and ``number`` and ``place`` of the source cell."""
    heads = ("Study day", "Date", "What", "Value", "Source cell")
    body = [
        el(
            "tr",
            el("td", row["day"], class_="day"),
            el("td", row["date"]),
            el("td", row["what"]),
            el("td", row["value"]),
            el(
                "td",
                el(
                    "button",
                    row["place"] or "derived",
                    type="button",
                    class_="source",
                    data_source=row["number"],
                    aria_expanded="false",
                ),
            ),
        )
        for row in rows
    ]
    head = el("tr", *[el("th", name, scope="col") for name in heads])
    table = el(
        "table", el("thead", head), el("tbody", join(body)), class_="records", aria_label=label
    )
    return el("div", table, class_="wide", tabindex="0", role="group", aria_label=label)
