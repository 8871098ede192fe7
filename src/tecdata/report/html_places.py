"""Where the findings are: by centre and domain, and by check; every number leads to its findings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tecdata.finding import SEVERITY_ORDER, Severity
from tecdata.report.html_charts import bar, number
from tecdata.report.html_markup import Markup, code, el, join
from tecdata.report.html_sections import icon, many, section

if TYPE_CHECKING:
    from tecdata.report.facts import RunFacts
    from tecdata.report.layout import Summary

__all__ = ["by_check", "places"]


def places(facts: RunFacts, summary: Summary) -> Markup:
    """Centres down, domains across: how many findings, how bad, of how many records."""
    labels = {name: dataset.spec.label for name, dataset in facts.datasets.items()}
    # What is the same for all centres (the trial design) and has no finding is no place to look at.
    shown = [
        d
        for d in summary.domains
        if any(n for (_, name), n in summary.records.items() if name == d)
        or any(any(n.values()) for (_, name), n in summary.places.items() if name == d)
    ]
    names = {c.label: c.name for c in facts.centres}
    unread = {c.label for c in facts.centres if c.error}
    head = el(
        "tr",
        el("th", "Centre", scope="col"),
        *[
            el("th", el("abbr", d, title=labels.get(d, d)) if d else "Files", scope="col")
            for d in shown
        ],
        el("th", "All", scope="col"),
    )
    rows: list[Markup] = []
    for centre in summary.centres:
        subjects = summary.subjects.get(centre, 0)
        note = "could not be read" if centre in unread else many(subjects, "subject")
        rows.append(
            el(
                "tr",
                el(
                    "th",
                    el("span", centre or "Study", class_="code"),
                    el("span", names.get(centre, "") or "all centres", class_="name"),
                    el("span", note if centre else "", class_="note"),
                    scope="row",
                ),
                *[_place(summary, centre, d, summary.records.get((centre, d), 0)) for d in shown],
                _total(summary, centre),
            )
        )
    table = el(
        "table",
        el("thead", head),
        el("tbody", *rows),
        class_="places",
        aria_labelledby="where-title",
    )
    return section(
        "where",
        "Where",
        el(
            "div",
            table,
            class_="wide",
            tabindex="0",
            role="group",
            aria_label="Findings by centre and domain",
        ),
        intro="Failed findings by centre and domain: how many of the worst severity, and + how many "
        "milder ones; below, the number of records. Choose a number to see its findings.",
    )


def _place(summary: Summary, centre: str, domain: str, records: int) -> Markup:
    """The cell of a centre and domain."""
    counts = summary.places.get((centre, domain), {})
    note = el("span", number(records) if records else "", class_="records")
    if not any(counts.values()):
        return el("td", note)
    return el("td", _count_button(counts, centre, domain), note)


def _total(summary: Summary, centre: str) -> Markup:
    """The cell of a centre's total."""
    counts = {
        s: sum(n.get(s, 0) for (c, _), n in summary.places.items() if c == centre)
        for s in SEVERITY_ORDER
    }
    if not any(counts.values()):
        return el("td", el("span", "0", class_="nothing"), class_="all")
    return el("td", _count_button(counts, centre, None), class_="all")


def _count_button(counts: Mapping[Severity, int], centre: str, domain: str | None) -> Markup:
    """The worst severity with its number, as a button that shows the findings."""
    worst = next(s for s in SEVERITY_ORDER if counts.get(s))
    rest = sum(counts.values()) - counts[worst]
    said = ", ".join(many(counts[s], s) for s in SEVERITY_ORDER if counts.get(s))
    place = f"{centre or 'study'}, {'all domains' if domain is None else domain or 'files'}"
    return el(
        "button",
        icon(worst),
        number(counts[worst]),
        el("span", f"+{number(rest)}", class_="rest") if rest else "",
        type="button",
        class_=f"place {worst}",
        data_centre=centre,
        data_domain=domain,
        title=said,
        aria_label=f"{place}: {said}. Show them",
    )


def by_check(summary: Summary) -> Markup:
    """How many findings each check has, worst severity first, as bars."""
    if not summary.by_check:
        return section("checks", "Which checks", el("p", "No check failed.", class_="quiet"))
    most = max(n for _, _, n in summary.by_check)
    rows = [
        el(
            "tr",
            el(
                "th",
                el(
                    "button",
                    icon(severity),
                    code(check),
                    type="button",
                    class_="check",
                    data_check=check,
                ),
                scope="row",
            ),
            el("td", severity, class_="said"),
            el("td", number(n), class_="count"),
            el("td", bar(n / most, severity), class_="drawn"),
        )
        for check, severity, n in summary.by_check
    ]
    head = el(
        "tr",
        *[el("th", name, scope="col") for name in ("Check", "Severity", "Findings")],
        el("th", el("span", "Share", class_="unseen"), scope="col"),
    )
    return section(
        "checks",
        "Which checks",
        el(
            "table",
            el("thead", head),
            el("tbody", join(rows)),
            class_="bars",
            aria_labelledby="checks-title",
        ),
        intro="Findings by check, worst severity first. Choose a check to see its findings.",
    )
