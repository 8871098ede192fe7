"""Result tables, findings and methods as markup of the study report."""

from __future__ import annotations

import collections
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from tecdata.finding import SEVERITY_ORDER
from tecdata.report.html_charts import number
from tecdata.report.html_markup import Markup, code, el, join
from tecdata.report.html_sections import icon, many

if TYPE_CHECKING:
    from tecdata.finding import Finding
    from tecdata.report.html_evidence import RecordLinks
    from tecdata.report.results import ResultTable

#: A table of a label and a number is not drawn across the whole page.
_NARROW: Final = 2
#: A column with a text as long as this is one of words.
_WORDS: Final = 36

__all__ = ["findings_table", "result_markup", "settings_markup"]


def result_markup(table: ResultTable, links: RecordLinks) -> Markup:
    """A table with its heading and notes; every number that has records is a button."""
    if table.withheld:
        heading = el("h3", table.title, id=f"table-{table.name}")
        return join([heading, el("p", table.withheld, class_="quiet")])
    sides = [_side([row[i].text for row in table.rows]) for i in range(len(table.headings) - 1)]
    heads = [
        el("th", text, scope="col", class_=side)
        for text, side in zip(table.headings, (None, *sides), strict=True)
    ]
    bodies: list[Markup] = []
    rows: list[Markup] = []
    before = ""
    for place, (label, places) in enumerate(zip(table.labels, table.rows, strict=True)):
        group = table.groups[place] if table.groups else ""
        # A row that has the numbers of its group stands in the place of the group's heading.
        leads = place in table.bold
        if group != before:
            bodies += [el("tbody", join(rows))] if rows else []
            category = el("th", group, colspan=len(table.headings), scope="rowgroup")
            rows = [el("tr", category, class_="category")] if not leads else []
            before = group
        cells = [
            el(
                "td",
                links.link(p.text, _title(table, label, group, column), p.refs),
                class_=sides[column - 1],
            )
            for column, p in enumerate(places, start=1)
        ]
        name, scope = (group, "rowgroup") if leads else (label, "row")
        head = el("th", name, scope=scope, class_="indent" if group and not leads else None)
        rows.append(el("tr", head, *cells, class_="total" if leads else None))
    bodies.append(el("tbody", join(rows)))
    identity = f"table-{table.name}"
    drawn = el(
        "table", el("thead", el("tr", *heads)), *bodies, class_="result", aria_labelledby=identity
    )
    return join(
        [
            el("h3", table.title, id=identity),
            el(
                "div",
                drawn,
                class_="wide narrow" if len(table.headings) == _NARROW else "wide",
                tabindex="0",
                role="group",
                aria_label=table.title,
            ),
            el("ul", *[el("li", note) for note in table.notes], class_="notes")
            if table.notes
            else "",
        ]
    )


def _title(table: ResultTable, label: str, group: str, column: int) -> str:
    """What a number of a table is about."""
    heading = table.headings[column] if column < len(table.headings) else ""
    return ", ".join(part for part in (group, label, heading) if part)


def _side(texts: Sequence[str]) -> str | None:
    """A column of numbers, or of what stands for them, stands right; one of words left."""
    numbers = sum(text[:1].isdigit() or text[:1] in ("<", "-") for text in texts)
    short = max(map(len, texts), default=0) < _WORDS
    return "n" if short and 2 * numbers >= sum(map(bool, texts)) else None


def findings_table(findings: Sequence[Finding]) -> Markup:
    """Failed and waived findings by check, worst first: how many, where, and the first in words."""
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        if finding.status in ("failed", "accepted", "not_run"):
            groups.setdefault((finding.severity, finding.status, finding.check), []).append(finding)
    if not groups:
        return el("p", "No check failed.", class_="quiet")
    order = {severity: i for i, severity in enumerate(SEVERITY_ORDER)}
    rows = []
    for (severity, status, check), found in sorted(
        groups.items(),
        key=lambda g: (order[g[0][0]], g[0][1:]),  # type: ignore[index]
    ):
        centres = sorted({f.centre for f in found if f.centre})
        rows.append(
            el(
                "tr",
                el("th", icon(severity), " ", code(check), scope="row"),
                el(
                    "td",
                    severity if status == "failed" else f"{severity}, {status.replace('_', ' ')}",
                ),
                el("td", number(len(found)), class_="n"),
                el("td", ", ".join(centres)),
                el("td", found[0].message),
            )
        )
    heads = ("Check", "Severity", "Findings", "Centres", "The first")
    head = el("tr", *[el("th", name, scope="col") for name in heads])
    table = el(
        "table",
        el("thead", head),
        el("tbody", join(rows)),
        class_="result",
        aria_label="Findings by check",
    )
    counts = collections.Counter(f.severity for f in findings if f.status == "failed")
    said = ", ".join(many(counts[s], s) for s in SEVERITY_ORDER if counts[s]) or "no findings"
    return join([el("p", f"Open: {said}.", class_="intro"), el("div", table, class_="wide")])


def settings_markup(tables: Mapping[str, Sequence[tuple[str, str]]]) -> Markup:
    """Settings by file, folded."""
    return join(
        el(
            "details",
            el("summary", f"{name}: {many(len(rows), 'setting')}"),
            el(
                "div",
                el(
                    "table",
                    el(
                        "tbody",
                        *[
                            el("tr", el("th", path, scope="row"), el("td", text))
                            for path, text in rows
                        ],
                    ),
                    class_="settings",
                    aria_label=name,
                ),
                class_="wide",
            ),
            class_="settings-of",
        )
        for name, rows in tables.items()
    )
