"""The study report: one HTML file with all results, each number linked to the records and source cells behind it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from tecdata.finding import Findings
from tecdata.report.evidence import Evidence, collect_evidence
from tecdata.report.html_charts import number
from tecdata.report.html_evidence import RecordLinks, drawer, picture
from tecdata.report.html_markup import Markup, el, join
from tecdata.report.html_results import findings_table, result_markup, settings_markup
from tecdata.report.html_sections import section
from tecdata.report.html_tail import data_flow, files
from tecdata.report.masking import mask_findings
from tecdata.report.methods import packages, settings_tables
from tecdata.report.page import asset, navigation, render_page, script_of
from tecdata.report.profile_page import EVIDENCE_SCRIPTS, footer, made_by, page_style
from tecdata.report.table_suppress import statement

if TYPE_CHECKING:
    import polars as pl

    from tecdata.report.facts import RunFacts
    from tecdata.report.results import ResultTable
    from tecdata.spec import Specs

__all__ = ["render_study_report"]

#: What stands after the results: anchor and title.
_LAST: Final = (
    ("findings", "Data quality"),
    ("flow", "Data flow"),
    ("methods", "Methods"),
    ("files", "Files read"),
)
_LEADS: Final = (
    "Every underlined number opens the records it was computed from, and each record the row of the centre's file it "
    "came from."
)
_LEFT_OUT: Final = (
    "Listings, figures and records of single subjects, findings, the flow of data and the files read are left out; they stand "
    "in the report that stays in the house."
)


@dataclasses.dataclass(frozen=True, slots=True)
class _Part:
    """A part of the report: its anchor, title, introduction, tables and figures."""

    identity: str
    title: str
    intro: str
    tables: tuple[ResultTable, ...]
    figures: tuple[str, ...]


def render_study_report(
    facts: RunFacts,
    specs: Specs,
    tables: Sequence[ResultTable],
    figures: Mapping[str, bytes],
    traces: Mapping[str, pl.DataFrame],
    *,
    suppress: int = 0,
) -> bytes:
    """The report as bytes (UTF-8).

    Parameters
    ----------
    facts
        The run; its datasets and source tables are what numbers lead to.
    specs
        ``specs.report`` says what stands where; settings in force go into the methods.
    tables
        What was computed.
    figures
        SVG by name.
    traces
        Where records came from, see :func:`tecdata.report.evidence.collect_evidence`.
    suppress
        With a number above 1 the report may leave the house: ``tables`` were made with the same number, and what shows single
        subjects (records, figures, findings, flow of data, files) is left out, which the report says.
    """
    if suppress > 1:
        return _suppressed(facts, specs, tables, figures, suppress)
    parts = _parts(specs, tables, figures)
    evidence = collect_evidence({ref for table in tables for ref in table.refs()}, facts, traces)
    links = RecordLinks(evidence)
    sections = [_section(part, specs, figures, links) for part in parts]
    last = [(identity, title) for identity, title in _LAST if identity != "flow"]
    names = [*((part.identity, part.title) for part in parts), *last]
    return render_page(
        f"{facts.study.study} – study report",
        page_style(),
        script_of(EVIDENCE_SCRIPTS),
        el("a", "Skip to the results", href=f"#{names[0][0]}", class_="skip"),
        Markup(asset("icons.svg")),
        navigation(names),
        el(
            "main",
            _masthead(facts, _LEADS),
            _contents(parts, specs),
            el(
                "noscript",
                el("p", "Numbers lead to their records with scripts on.", class_="intro"),
            ),
            *sections,
            _quality(facts),
            _methods(facts, specs),
            files(facts),
        ),
        el("footer", footer(facts)),
        drawer(),
        links.island(),
    )


def _suppressed(
    facts: RunFacts,
    specs: Specs,
    tables: Sequence[ResultTable],
    figures: Mapping[str, bytes],
    k: int,
) -> bytes:
    """The report without anything that shows single subjects."""
    parts = _parts(specs, tables, figures)
    links = RecordLinks(Evidence({}, {}))
    sections = [_section(part, specs, dict.fromkeys(figures), links) for part in parts]
    return render_page(
        f"{facts.study.study} – study report",
        page_style(),
        script_of(()),
        el("a", "Skip to the results", href=f"#{parts[0].identity}", class_="skip"),
        navigation([*((part.identity, part.title) for part in parts), ("methods", "Methods")]),
        el(
            "main",
            _masthead(facts, f"{statement(k)} {_LEFT_OUT}", below=k),
            _contents(parts, specs, (("methods", "Methods"),)),
            *sections,
            _methods(facts, specs),
        ),
        el("footer", made_by(facts)),
    )


def _parts(
    specs: Specs, tables: Sequence[ResultTable], figures: Mapping[str, bytes]
) -> list[_Part]:
    """The parts of ``specs.report`` that have something, and what none of them names."""
    by_name = {table.name: table for table in tables}
    parts = []
    for wanted in specs.report.sections:
        own = tuple(by_name.pop(name) for name in wanted.tables if name in by_name)
        drawn = tuple(name for name in wanted.figures if name in figures)
        if own or drawn:
            parts.append(_Part(wanted.section, wanted.title, wanted.intro, own, drawn))
    placed = {name for wanted in specs.report.sections for name in wanted.figures}
    left = tuple(name for name in figures if name not in placed)
    if by_name or left:
        parts.append(_Part("further", specs.report.rest, "", tuple(by_name.values()), left))
    return parts


def _figure_words(name: str, specs: Specs) -> tuple[str, str]:
    """Title of a figure, and in words what it shows."""
    declared = specs.figures.figures.get(name)
    if declared is not None:
        return declared.title, declared.alt
    known = specs.report.figures.get(name)
    title = name.replace("_", " ").capitalize()
    return (known.title, known.alt) if known else (title, title)


def _section(
    part: _Part, specs: Specs, figures: Mapping[str, bytes | None], links: RecordLinks
) -> Markup:
    """A part with its tables and figures."""
    children = [result_markup(table, links) for table in part.tables]
    for name in part.figures:
        title, alt = _figure_words(name, specs)
        children.append(el("h3", title, id=f"figure-{name}"))
        drawn = figures[name]
        withheld = el("p", "Withheld: the figure shows single subjects.", class_="quiet")
        children.append(withheld if drawn is None else picture(drawn, alt, alt))
    return section(part.identity, part.title, *children, intro=part.intro)


def _contents(
    parts: Sequence[_Part], specs: Specs, last: Sequence[tuple[str, str]] = _LAST
) -> Markup:
    """The table of contents."""

    def entry(identity: str, title: str, inner: Sequence[Markup] = ()) -> Markup:
        return el("li", el("a", title, href=f"#{identity}"), el("ul", *inner) if inner else "")

    entries = []
    for part in parts:
        inner = [entry(f"table-{t.name}", t.title) for t in part.tables]
        inner += [entry(f"figure-{n}", _figure_words(n, specs)[0]) for n in part.figures]
        entries.append(entry(part.identity, part.title, inner))
    entries += [entry(identity, title) for identity, title in last]
    return el(
        "div",
        el("h2", "Contents", id="contents-title"),
        el("ul", *entries),
        class_="contents",
        id="contents",
        role="group",
        aria_labelledby="contents-title",
    )


def _masthead(facts: RunFacts, intro: str, below: int = 0) -> Markup:
    """Which study, cut when, with how many subjects."""
    study = facts.study
    people = len(facts.datasets["DM"]) if "DM" in facts.datasets else 0
    about = [
        ("Data cut", study.data_cut),
        ("Subjects", f"<{below}" if 0 < people < below else number(people)),
        ("Centres", str(len(facts.centres))),
        ("SDTMIG", study.sdtmig),
        ("Terminology", study.ct),
        ("tecdata", study.version),
    ]
    return el(
        "header",
        el("p", study.study, class_="study"),
        el("h1", "Study report"),
        el("p", study.title, class_="title") if study.title else "",
        el("dl", *[el("div", el("dt", n), el("dd", t)) for n, t in about if t], class_="about"),
        el("p", intro, class_="intro"),
        class_="masthead",
    )


def _quality(facts: RunFacts) -> Markup:
    """What the checks of the run found."""
    findings = mask_findings(Findings(facts.findings).ordered())
    return join(
        [
            section(
                "findings",
                "Data quality",
                findings_table(findings),
                intro="What the checks of this run found. The validation report lists every finding with its source row.",
            ),
            data_flow(facts),
        ]
    )


def _methods(facts: RunFacts, specs: Specs) -> Markup:
    """How the numbers came about: versions, then the rules as the study declares them."""
    study = facts.study
    versions = ", ".join(f"{name} {version}" for name, version in packages())
    told = [
        (
            f"All numbers were computed from the centres' files by tecdata {study.version} ({versions}), data cut {study.data_cut}, "
            f"through SDTM ({study.sdtmig}, terminology {study.ct}) and analysis datasets; none was typed in."
        ),
        "Percentages and medians are rounded half away from zero. Below are all settings in force.",
    ]
    return section(
        "methods",
        "Methods",
        *[el("p", text, class_="intro") for text in told],
        settings_markup(settings_tables(specs)),
    )
