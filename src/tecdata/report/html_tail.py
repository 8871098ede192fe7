"""The later parts of the report: completeness, the flow of cells, what ran, the files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from tecdata.report.html_charts import FLOWS, flow_chart, number
from tecdata.report.html_markup import Markup, code, el, join
from tecdata.report.html_sections import icon, many, section
from tecdata.report.layout import STATUS_ORDER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tecdata.report.completeness import Completeness, VisitCell
    from tecdata.report.facts import RunFacts
    from tecdata.report.layout import Outcome

__all__ = ["STATUS_WORDS", "cells_data", "completeness_map", "data_flow", "files", "what_ran"]

#: Lower limits of the classes of completeness, in percent; the class is the place in this row.
_CLASSES: Final = (100, 90, 75, 50, 25, 1, 0)
#: More subjects than these are too many to look at: the least complete are shown.
_SUBJECTS: Final = 200
#: Datasets of a check named one by one; of more their number is said.
_NAMED: Final = 8

STATUS_WORDS: Final = {
    "not_run": "not run",
    "failed": "failed",
    "passed_with_violations": "passed with violations",
    "accepted": "accepted",
    "passed": "passed",
    "not_applicable": "not applicable",
}


def completeness_map(found: Completeness) -> Markup:
    """Subjects down, visits across: the share of expected results that are there."""
    if not found.subjects:
        text = "No dataset has results by visit."
        return section("completeness", "Completeness", el("p", text, class_="quiet"))
    shown = _chosen(found)
    head = el(
        "tr",
        el("th", "Subject", scope="col"),
        el("th", "All", scope="col"),
        *[el("th", el("span", name.title()), scope="col") for _, name in found.visits],
    )
    rows = [
        el(
            "tr",
            el("th", subject, scope="row"),
            _overall(*found.of_subject(subject)),
            *[_square(found.cells.get((subject, v)), subject, v) for v, _ in found.visits],
        )
        for subject in shown
    ]
    table = el(
        "table",
        el("thead", head),
        el("tbody", join(rows)),
        class_="heat",
        aria_labelledby="completeness-title",
        id="heat",
        role="grid",
    )
    left_out = len(found.subjects) - len(shown)
    words = (
        "Percent of the expected results that are there, by subject and visit. A test is expected of "
        "a subject at every visit it reached if it is on record, done or not done, at two thirds or more "
        "of the visits at which that subject has any result; unscheduled records count for the planned "
        "visit in whose window they lie. The stronger the colour of a square, the more is missing."
    )
    if left_out:
        words += (
            f" Of {many(len(found.subjects), 'subject')} the {len(shown)} least complete are shown."
        )
    return section(
        "completeness",
        "Completeness",
        el("div", table, class_="wide"),
        el(
            "p",
            "Choose a square to see what is missing.",
            id="heat-said",
            class_="said",
            aria_live="polite",
        ),
        _legend(),
        intro=words,
    )


def cells_data(found: Completeness) -> dict[str, Any]:
    """What the scripts say of a square: tests missing and tests declared as not done."""
    shown = set(_chosen(found))
    tests = sorted(
        {t for (s, _), c in found.cells.items() if s in shown for t in (*c.missing, *c.not_done)}
    )
    index = {test: i for i, test in enumerate(tests)}
    return {
        "tests": tests,
        "visits": {str(v): name for v, name in found.visits},
        "cells": {
            f"{s}|{v}": [
                c.present,
                c.expected,
                [index[t] for t in c.missing],
                [index[t] for t in c.not_done],
            ]
            for (s, v), c in sorted(found.cells.items())
            if s in shown
        },
    }


def _chosen(found: Completeness) -> tuple[str, ...]:
    if len(found.subjects) <= _SUBJECTS:
        return found.subjects
    totals: dict[str, list[int]] = {}
    for (subject, _), cell in found.cells.items():
        sums = totals.setdefault(subject, [0, 0])
        sums[0] += cell.present
        sums[1] += cell.expected
    shares = {s: there / expected if expected else 1.0 for s, (there, expected) in totals.items()}
    return tuple(sorted(shares, key=lambda s: (shares[s], s))[:_SUBJECTS])


def _percent(present: int, expected: int) -> int:
    # Rounded down: 100 is said of what is complete only, 0 where there is nothing.
    whole = present * 100 // expected if expected else 100
    return max(whole, 1) if present else whole


def _class(percent: int) -> str:
    return f"h{next(i for i, limit in enumerate(_CLASSES) if percent >= limit)}"


def _overall(present: int, expected: int) -> Markup:
    percent = _percent(present, expected)
    return el("td", f"{percent}", class_=f"overall {_class(percent)}")


def _square(cell: VisitCell | None, subject: str, visit: int) -> Markup:
    if cell is None:
        return el("td", el("span", "not reached", class_="unseen"), class_="later")
    percent = _percent(cell.present, cell.expected)
    return el("td", percent, class_=_class(percent), data_cell=f"{subject}|{visit}", tabindex="-1")


def _legend() -> Markup:
    words = ("100 %", "90–99", "75–89", "50–74", "25–49", "1–24", "nothing")
    return el(
        "ul",
        *[el("li", el("span", "", class_=f"swatch h{i}"), w) for i, w in enumerate(words)],
        el("li", el("span", "", class_="swatch later"), "not reached"),
        class_="legend",
        aria_label="Classes of completeness",
    )


def data_flow(facts: RunFacts) -> Markup:
    """From cells read to cells mapped, ignored and unmapped, by centre; by table on request."""
    accounts = [(c.label, c.cells) for c in facts.centres if c.cells is not None]
    if not accounts:
        text = "No account of cells was kept."
        return section("flow", "Data flow", el("p", text, class_="quiet"))
    return section(
        "flow",
        "Data flow",
        el("div", flow_chart(accounts), class_="scroll"),
        _flow_table("Centre", accounts),
        *[_flow_details(centre, cells, facts.hide) for centre, cells in accounts],
        intro="Every filled source cell is mapped, ignored on purpose (declared with a reason), or "
        "unmapped, which is a finding.",
    )


def _flow_table(first: str, rows: Sequence[tuple[str, Mapping[str, Any]]]) -> Markup:
    head = el(
        "tr", *[el("th", n, scope="col") for n in (first, "Cells read", *(w for _, w in FLOWS))]
    )
    body = [
        el(
            "tr",
            el("th", name, scope="row"),
            el("td", number(int(cells.get("read", cells.get("cells_read", 0))))),
            *[
                el(
                    "td",
                    number(int(cells[k])),
                    class_="bad" if k == "unmapped" and cells[k] else None,
                )
                for k, _ in FLOWS
            ],
        )
        for name, cells in rows
    ]
    label = f"Cells by {first.lower()}"
    table = el(
        "table", el("thead", head), el("tbody", join(body)), class_="numbers", aria_label=label
    )
    return el("div", table, class_="scroll")


def _flow_details(centre: str, cells: Mapping[str, Any], hide: Callable[[str], str]) -> Markup:
    tables = [
        (hide(f"{t['table']} ({t['file']}{', ' + t['sheet'] if t['sheet'] else ''})"), t)
        for t in cells.get("tables", ())
    ]
    declared = [
        el(
            "li",
            el("code", hide(f"{d['table']}{'.' + d['column'] if d['column'] else ''}")),
            f" {number(int(d['cells']))}: {d['reason']}",
        )
        for d in cells.get("declared", ())
    ]
    return el(
        "details",
        el("summary", f"{centre}: by table, and what is ignored and why"),
        _flow_table("Table", tables),
        el("ul", *declared, class_="declared") if declared else "",
    )


def what_ran(found: Sequence[Outcome], silent: int) -> Markup:
    """Every check that has an outcome, those that did not run first."""
    head = el(
        "tr",
        el("th", "Check", scope="col"),
        el("th", "Severity", scope="col"),
        *[el("th", STATUS_WORDS[s], scope="col") for s in STATUS_ORDER],
        el("th", "Datasets", scope="col"),
    )
    rows = [
        el(
            "tr",
            el("th", code(o.check), scope="row"),
            el("td", icon(o.severity), o.severity),
            *[
                el("td", _count(o.counts[s]), class_=f"n {s}" if o.counts[s] else "n")
                for s in STATUS_ORDER
            ],
            el("td", _names(o.domains), class_="domains"),
        )
        for o in found
    ]
    rest = (
        f" {many(silent, 'further check')} only speak up when they find something, and found nothing."
        if silent
        else ""
    )
    return section(
        "ran",
        "What ran",
        el(
            "div",
            el(
                "table",
                el("thead", head),
                el("tbody", join(rows)),
                class_="ran",
                aria_labelledby="ran-title",
            ),
            class_="wide",
        ),
        intro=f"Outcomes by check; a structure check has one for each dataset.{rest}",
    )


def _names(domains: Sequence[str]) -> str:
    return ", ".join(domains) if len(domains) <= _NAMED else many(len(domains), "dataset")


def _count(count: int) -> str:
    return number(count) if count else ""


def files(facts: RunFacts) -> Markup:
    """The files the report speaks of, so that nobody confuses two deliveries."""
    rows = [
        el(
            "tr",
            el("th", c.label, scope="row"),
            el("td", facts.hide(str(f.get("path", "")))),
            el("td", number(int(f.get("bytes", 0))), class_="n"),
            el("td", el("code", str(f.get("sha256", "")))),
        )
        for c in facts.centres
        for f in c.files
    ]
    if not rows:
        return Markup("")
    head = el("tr", *[el("th", n, scope="col") for n in ("Centre", "File", "Bytes", "SHA-256")])
    return section(
        "files",
        "Files read",
        el(
            "div",
            el(
                "table",
                el("thead", head),
                el("tbody", join(rows)),
                class_="files",
                aria_labelledby="files-title",
            ),
            class_="wide",
        ),
    )
