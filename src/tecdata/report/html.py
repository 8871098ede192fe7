"""The report as one HTML file: offline, self-contained, the same run gives the same bytes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from tecdata.finding import Findings
from tecdata.report.completeness import completeness
from tecdata.report.files import write_new
from tecdata.report.html_completeness import cells_data, completeness_map
from tecdata.report.html_data import findings_data
from tecdata.report.html_findings import findings_section
from tecdata.report.html_markup import Markup, el, json_island
from tecdata.report.html_places import by_check, places
from tecdata.report.html_sections import masthead, not_run
from tecdata.report.html_tail import data_flow, files, what_ran
from tecdata.report.layout import outcomes, summarise
from tecdata.report.masking import mask_findings
from tecdata.report.page import asset, navigation, render_page, script_of

if TYPE_CHECKING:
    from tecdata.report.facts import RunFacts

__all__ = ["render_html", "write_html"]

#: The scripts, in the order in which one uses the other.
_SCRIPTS: Final = (
    "dom.js",
    "data.js",
    "filter.js",
    "table.js",
    "sheet.js",
    "detail.js",
    "heat.js",
    "start.js",
)

_PARTS: Final = (
    ("where", "Where"),
    ("checks", "Checks"),
    ("flow", "Data flow"),
    ("findings", "Findings"),
    ("completeness", "Completeness"),
    ("ran", "What ran"),
)


def write_html(facts: RunFacts, path: Path) -> None:
    """Write the report, usually ``OUT/validation/report.html``.

    The file needs nothing beside it and asks the network for nothing (its content security policy
    forbids it). It holds the source rows that findings speak of: treat it as the data themselves.

    Parameters
    ----------
    facts
        The run. Without ``tables`` no source rows are shown, without ``states`` no query states.
    path
        Where to write; an old file is replaced.
    """
    write_new(path, render_html(facts))


def render_html(facts: RunFacts) -> bytes:
    """The report as bytes (UTF-8)."""
    ordered = Findings(facts.findings).ordered()
    # A query is named by the finding itself, before anything in it is masked.
    queries = [facts.query_of(f) for f in ordered]
    findings = mask_findings(ordered)
    summary = summarise(facts, findings)
    found = completeness(facts.datasets)
    named = {f.check for f in findings}
    return render_page(
        f"{facts.study.study} – validation report",
        asset("report.css"),
        script_of(_SCRIPTS),
        el("a", "Skip to the findings", href="#findings", class_="skip"),
        Markup(asset("icons.svg")),
        navigation(_PARTS),
        el(
            "main",
            masthead(facts, summary, findings),
            not_run(facts, findings),
            places(facts, summary),
            el("div", by_check(summary), data_flow(facts), class_="overview"),
            findings_section(findings, states=bool(facts.states)),
            completeness_map(found),
            what_ran(outcomes(findings), len(facts.checks.keys() - named)),
            files(facts),
        ),
        el("footer", _footer(facts)),
        json_island("findings-data", findings_data(facts, findings, queries)),
        json_island("heat-data", cells_data(found)),
    )


def _footer(facts: RunFacts) -> str:
    """Which program made the page, and what is in it."""
    made = f", as of {facts.study.created}" if facts.study.created else ""
    return (
        f"Made by tecdata {facts.study.version}{made}. This file holds patient data in the rows it "
        "shows: keep it where the data themselves are kept."
    )
