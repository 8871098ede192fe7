"""The later parts of the report: the flow of cells, what ran, the files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from tecdata.report.html_charts import FLOWS, flow_chart, number
from tecdata.report.html_markup import Markup, code, el, join
from tecdata.report.html_sections import icon, many, section
from tecdata.report.layout import STATUS_ORDER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tecdata.report.facts import RunFacts
    from tecdata.report.layout import Outcome

__all__ = ["STATUS_WORDS", "data_flow", "files", "what_ran"]

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
    """Cells read, mapped, ignored and unmapped, a row a centre or table."""
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
    """The cells of a centre by table, and what is ignored and why."""
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
    """The datasets of a check, or how many there are."""
    return ", ".join(domains) if len(domains) <= _NAMED else many(len(domains), "dataset")


def _count(count: int) -> str:
    """A number, nothing for 0."""
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
