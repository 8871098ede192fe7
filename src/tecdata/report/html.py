"""The report as one HTML file: offline, self-contained, the same run gives the same bytes."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tecdata.finding import Findings
from tecdata.report.completeness import completeness
from tecdata.report.files import write_new
from tecdata.report.html_completeness import cells_data, completeness_map
from tecdata.report.html_data import findings_data
from tecdata.report.html_findings import findings_section
from tecdata.report.html_markup import Markup, el, json_island, source_hash
from tecdata.report.html_places import by_check, places
from tecdata.report.html_sections import masthead, not_run
from tecdata.report.html_tail import data_flow, files, what_ran
from tecdata.report.layout import outcomes, summarise
from tecdata.report.masking import mask_findings

if TYPE_CHECKING:
    from tecdata.report.facts import RunFacts

__all__ = ["render_html", "write_html"]

#: The scripts, in the order in which one uses the other.
_SCRIPTS: Final = ("data.js", "filter.js", "table.js", "detail.js", "heat.js", "start.js")

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
    style = _asset("report.css")
    script = "(() => {\n'use strict';\n" + "".join(_asset(name) for name in _SCRIPTS) + "})();\n"
    body = el(
        "body",
        el("a", "Skip to the findings", href="#findings", class_="skip"),
        Markup(_asset("icons.svg")),
        el(
            "nav",
            *[el("a", name, href=f"#{identity}") for identity, name in _PARTS],
            aria_label="Parts of the report",
        ),
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
        el("script", Markup(script)),
    )
    page = el("html", _head(facts, style, script), body, lang="en")
    return f"<!doctype html>\n{page}\n".encode()


def _head(facts: RunFacts, style: str, script: str) -> Markup:
    policy = (
        f"default-src 'none'; style-src {source_hash(style)}; script-src {source_hash(script)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    return el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=policy),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="referrer", content="no-referrer"),
        el("meta", name="color-scheme", content="light dark"),
        el("link", rel="icon", href="data:,"),
        el("title", f"{facts.study.study} – validation report"),
        el("style", Markup(style)),
    )


def _footer(facts: RunFacts) -> str:
    made = f", as of {facts.study.created}" if facts.study.created else ""
    return (
        f"Made by tecdata {facts.study.version}{made}. This file holds patient data in the rows it "
        "shows: keep it where the data themselves are kept."
    )


def _asset(name: str) -> str:
    # Line ends as written, whatever a checkout made of them: the hashes are over these bytes.
    text = resources.files("tecdata.report").joinpath("assets", name).read_text("utf-8")
    return text.replace("\r\n", "\n")
