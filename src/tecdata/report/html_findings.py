"""The frame of the findings table; its rows are drawn by the scripts, as many as are in view."""

from __future__ import annotations

import collections
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from tecdata.finding import SEVERITY_ORDER
from tecdata.report.html_charts import number
from tecdata.report.html_markup import Markup, el
from tecdata.report.html_sections import icon, section
from tecdata.report.html_tail import STATUS_WORDS
from tecdata.report.layout import OPEN, STATUS_ORDER

if TYPE_CHECKING:
    from tecdata.finding import Finding

__all__ = ["findings_section"]

#: Columns of the table: key of the data it is sorted by, heading.
_COLUMNS: Final = (
    ("severity", "Severity"),
    ("centre", "Centre"),
    ("domain", "Domain"),
    ("usubjid", "Subject"),
    ("message", "Finding"),
    ("value", "Value"),
    ("cell", "Source"),
    ("check", "Check"),
    ("state", "Query"),
)

_FILTERS: Final = (("centre", "Centre"), ("domain", "Domain"), ("check", "Check"))


def findings_section(findings: Sequence[Finding], *, states: bool) -> Markup:
    """Search, filters, table and detail view. ``states``: there are query states to show."""
    open_count = sum(f.status in OPEN for f in findings)
    return section(
        "findings",
        "Findings",
        el(
            "noscript",
            el("p", "The table needs scripts; all findings are in findings.csv beside this file."),
        ),
        _toolbar(findings, states=states),
        el(
            "p",
            f"{number(open_count)} of {number(len(findings))} findings",
            id="shown",
            role="status",
        ),
        el(
            "div",
            el(
                "table",
                el("thead", el("tr", *[_heading(k, n) for k, n in _columns(states=states)])),
                el("tbody", ""),
                id="grid",
                role="grid",
                tabindex="0",
                aria_label="Findings. Arrow keys move, Enter opens",
                aria_rowcount=len(findings) + 1,
            ),
            el(
                "p",
                "No finding fits. Widen the search or reset the filters.",
                id="none",
                hidden=True,
            ),
            id="scroller",
        ),
        el("div", id="detail", role="region", aria_label="The chosen finding", hidden=True),
        intro="Worst first. A click, or Enter, shows the source row with the cell marked.",
    )


def _columns(*, states: bool) -> Sequence[tuple[str, str]]:
    """The columns of the table, the query's state only where there are states."""
    return _COLUMNS if states else _COLUMNS[:-1]


def _heading(key: str, name: str) -> Markup:
    """The heading of a column, a button that sorts."""
    return el(
        "th",
        el("button", name, type="button", data_sort=key),
        scope="col",
        class_=f"c-{key}",
        aria_sort="none",
    )


def _toolbar(findings: Sequence[Finding], *, states: bool) -> Markup:
    """Severities, filters and search above the table."""
    severities = collections.Counter(f.severity for f in findings if f.status in OPEN)
    chips = [
        el(
            "button",
            icon(s),
            s,
            " ",
            el("span", number(severities[s]), class_="count"),
            type="button",
            class_="chip",
            data_chip=s,
            aria_pressed="false",
        )
        for s in SEVERITY_ORDER
    ]
    present = {f.status for f in findings}
    status = [("open", "to be seen to"), ("", "all")]
    status += [(s, STATUS_WORDS[s]) for s in STATUS_ORDER if s in present]
    field = el(
        "input",
        type="search",
        id="search",
        autocomplete="off",
        spellcheck="false",
        placeholder="subject, value, cell, words of the message",
    )
    lists = [_select("status", "Status", status)]
    lists += [_select(key, name, []) for key, name in _FILTERS]
    if states:
        lists.append(_select("state", "Query", []))
    return el(
        "div",
        el("label", el("span", "Search", class_="name"), field, class_="search"),
        el("div", *chips, class_="chips", role="group", aria_label="Severity"),
        el("div", *lists, el("button", "Reset", type="button", id="reset"), class_="lists"),
        class_="toolbar",
        role="search",
    )


def _select(key: str, name: str, options: Sequence[tuple[str, str]]) -> Markup:
    """A filter with its choices."""
    made = [el("option", words, value=value) for value, words in options]
    return el(
        "label",
        el("span", name, class_="name"),
        el("select", *made, id=f"by-{key}", data_filter=key),
    )
