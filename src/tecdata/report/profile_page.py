"""The subject profile as one HTML page: the figure, and every record with its source cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tecdata.report.evidence import Evidence, Ref, collect_evidence
from tecdata.report.html_evidence import RecordLinks, drawer, picture, record_table
from tecdata.report.html_markup import Markup, el
from tecdata.report.html_sections import many, section
from tecdata.report.page import asset, navigation, render_page, script_of

if TYPE_CHECKING:
    from tecdata.dataset import Dataset
    from tecdata.report.facts import RunFacts

__all__ = ["EVIDENCE_SCRIPTS", "page_style", "render_profile"]

#: The scripts of a page whose numbers lead to records.
EVIDENCE_SCRIPTS: Final = ("dom.js", "sheet.js", "evidence.js")

#: Parts of the page: identity, name, domains.
_PARTS: Final = (
    ("doses", "Doses", ("EX",)),
    ("events", "Adverse events", ("AE",)),
    ("medications", "Medications", ("CM",)),
    ("labs", "Laboratory results", ("LB", "CP", "IS")),
    ("scores", "Scores and function", ("RS", "QS", "RE", "VS")),
    ("history", "History and disposition", ("MH", "DS", "DM")),
)

#: Longer tables are folded.
_LONG: Final = 30


def page_style() -> str:
    """The style of pages with results."""
    return asset("report.css") + asset("analysis.css")


def render_profile(
    usubjid: str,
    facts: RunFacts,
    adam: Mapping[str, Dataset],
    svg: bytes,
    traces: Mapping[str, pl.DataFrame],
) -> bytes:
    """The page as bytes (UTF-8).

    Parameters
    ----------
    usubjid
        A USUBJID of ADSL.
    facts, adam
        The run, and its analysis datasets.
    svg
        The figure of :func:`tecdata.report.profile_figure.draw_profile`.
    traces
        Where records came from, see :func:`tecdata.report.evidence.collect_evidence`.
    """
    evidence = collect_evidence(_refs(usubjid, facts), facts, traces)
    parts = [(i, name, _rows(usubjid, domains, facts, evidence)) for i, name, domains in _PARTS]
    parts = [part for part in parts if part[2]]
    links = RecordLinks(evidence)
    alt = f"Doses, medications, adverse events, laboratory values and scores of {usubjid} over time; the values are in the tables below."
    return render_page(
        f"{usubjid} – subject profile",
        page_style(),
        script_of(EVIDENCE_SCRIPTS),
        el("a", "Skip to the records", href=f"#{parts[0][0]}", class_="skip")
        if parts
        else Markup(""),
        navigation([("course", "Course"), *[(i, name) for i, name, _ in parts]]),
        el(
            "main",
            _masthead(usubjid, facts, adam),
            section("course", "Course", picture(svg, alt, "")),
            *[_section(identity, name, rows) for identity, name, rows in parts],
        ),
        el("footer", footer(facts)),
        drawer(),
        links.island(),
    )


def made_by(facts: RunFacts) -> str:
    """Which version made a page, as of when."""
    made = f", as of {facts.study.created}" if facts.study.created else ""
    return f"Made by tecdata {facts.study.version}{made}."


def footer(facts: RunFacts) -> str:
    """What a page with records says at its end."""
    return f"{made_by(facts)} This file holds patient data: keep it where the data themselves are kept."


def _refs(usubjid: str, facts: RunFacts) -> list[Ref]:
    """The subject's records of all domains the page shows."""
    refs: list[Ref] = []
    for _, _, domains in _PARTS:
        for domain in (d for d in domains if d in facts.datasets):
            frame = facts.datasets[domain].to_polars().filter(pl.col("USUBJID") == usubjid)
            sequence = f"{domain}SEQ"
            numbers = (
                frame[sequence].to_list() if sequence in frame.columns else [None] * len(frame)
            )
            refs += [(domain, usubjid, None if n is None else int(n)) for n in numbers]
    return refs


def _rows(
    usubjid: str, domains: tuple[str, ...], facts: RunFacts, evidence: Evidence
) -> list[dict[str, Any]]:
    """Records of domains by time, as :func:`record_table` takes them."""
    columns = evidence.data["columns"]

    def get(name: str, i: int) -> str:
        return str(columns[name]["texts"][columns[name]["of"][i]])

    rows: list[dict[str, Any]] = []
    for domain in (d for d in domains if d in facts.datasets):
        frame = facts.datasets[domain].to_polars().filter(pl.col("USUBJID") == usubjid)
        for record in frame.iter_rows(named=True):
            seq = record.get(f"{domain}SEQ")
            number = evidence.numbers[domain, usubjid, None if seq is None else int(seq)]
            day = next(
                (record[n] for n in (f"{domain}DY", f"{domain}STDY") if record.get(n) is not None),
                None,
            )
            place = (get(name, number) for name in ("file", "sheet", "cell"))
            rows.append(
                {
                    "day": "" if day is None else str(int(day)),
                    "sorted": (day is None, day or 0, domain, seq or 0),
                    "date": get("date", number),
                    "what": get("what", number),
                    "value": get("value", number),
                    "number": number,
                    "place": ", ".join(p for p in place if p),
                }
            )
    return sorted(rows, key=lambda row: row["sorted"])


def _section(identity: str, name: str, rows: list[dict[str, Any]]) -> Markup:
    """A part of the page; a long table is folded."""
    table = record_table(rows, name)
    if len(rows) > _LONG:
        table = el("details", el("summary", f"{many(len(rows), 'record')}: show"), table)
    return section(identity, name, table)


def _masthead(usubjid: str, facts: RunFacts, adam: Mapping[str, Dataset]) -> Markup:
    """Who the subject is, in short."""
    subject = adam["ADSL"].to_polars().row(by_predicate=pl.col("USUBJID") == usubjid, named=True)

    def text(name: str) -> str:
        value = subject.get(name)
        return "" if value is None else f"{value:.1f}" if isinstance(value, float) else str(value)

    about = [
        ("Disease", text("DISEASE")),
        ("Diagnosis", text("DIAGNOS").capitalize()),
        ("Sex, age", ", ".join(x for x in (text("SEX"), f"{text('AGE')} years") if x)),
        ("Centre", text("SITEID")),
        ("First dose", text("TRTSDT")),
        ("Last dose", text("TRTEDT")),
        ("Follow-up", f"{text('FUPM')} months" if text("FUPM") else ""),
        ("Best response", _best(usubjid, adam)),
        ("Died", " ".join(x for x in (text("DTHDT"), text("DTHCAUS").capitalize()) if x)),
    ]
    return el(
        "header",
        el("p", facts.study.study, class_="study"),
        el("h1", usubjid),
        el("p", f"Subject profile. Data cut {facts.study.data_cut}.", class_="title"),
        el(
            "dl",
            *[el("div", el("dt", name), el("dd", value)) for name, value in about if value],
            class_="facts-list",
        ),
        class_="masthead",
    )


def _best(usubjid: str, adam: Mapping[str, Dataset]) -> str:
    """The subject's best tier of response; empty where there is none."""
    if "ADRS" not in adam:
        return ""
    best = (
        adam["ADRS"]
        .to_polars()
        .filter((pl.col("USUBJID") == usubjid) & (pl.col("PARAMCD") == "BESTTIER"))
    )
    return str(best["AVALC"][0] or "").capitalize() if best.height else ""
