"""The top of the report: which study, the verdict, what did not run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from tecdata.finding import SEVERITY_ORDER, Finding
from tecdata.report.html_charts import number
from tecdata.report.html_markup import Markup, code, el
from tecdata.unrun import grouped

if TYPE_CHECKING:
    from tecdata.report.facts import RunFacts
    from tecdata.report.layout import Summary

__all__ = ["icon", "many", "masthead", "not_run", "section", "verdict"]

_WORDS: Final = {
    "reject": ("reject", "must not be used"),
    "error": ("error", "value lost or wrong until mended"),
    "warning": ("warning", "a person should look"),
    "notice": ("notice", "for the record"),
}


def many(count: int, one: str, several: str = "") -> str:
    """A count with its noun.

    >>> many(1, "check"), many(3, "check"), many(0, "delivery", "deliveries")
    ('1 check', '3 checks', '0 deliveries')
    """
    return f"{number(count)} {one if count == 1 else several or one + 's'}"


def icon(kind: str) -> Markup:
    """The sign of a severity: its shape says the same as its colour."""
    return el(
        "svg",
        el("use", href=f"#i-{kind}"),
        class_=f"icon {kind}",
        viewBox="0 0 16 16",
        aria_hidden="true",
    )


def section(identity: str, title: str, *children: str, intro: str = "") -> Markup:
    """A part of the page with its heading and, under it, a sentence that explains it."""
    return el(
        "section",
        el("h2", title, id=f"{identity}-title"),
        el("p", intro, class_="intro") if intro else "",
        *children,
        id=identity,
        aria_labelledby=f"{identity}-title",
    )


def masthead(facts: RunFacts, summary: Summary, findings: Sequence[Finding]) -> Markup:
    """Which study this is, the verdict in a sentence, and the counts by severity."""
    study = facts.study
    about = [
        ("Data cut", study.data_cut),
        ("SDTMIG", study.sdtmig),
        ("Terminology", study.ct),
        ("tecdata", study.version),
        ("Subjects", number(sum(summary.subjects.values())) if summary.subjects else ""),
        ("Centres", str(len(facts.centres))),
    ]
    kind, sentence, more = verdict(facts, summary, findings)
    return el(
        "header",
        el("p", study.study, class_="study"),
        el("h1", "Validation report"),
        el("p", study.title, class_="title") if study.title else "",
        el(
            "dl",
            *[el("div", el("dt", name), el("dd", text)) for name, text in about if text],
            class_="about",
        ),
        el(
            "div",
            icon(kind),
            el("div", el("p", sentence, class_="sentence"), el("p", more, class_="more")),
            class_=f"verdict {kind}",
        ),
        el(
            "ul",
            *[_tile(s, summary.failed[s]) for s in SEVERITY_ORDER],
            class_="tiles",
            aria_label="Findings by severity",
        ),
        class_="masthead",
    )


def _tile(severity: str, count: int) -> Markup:
    """The number of findings of a severity, as a button that shows them."""
    word, meaning = _WORDS[severity]
    return el(
        "li",
        el(
            "button",
            icon(severity),
            el("span", number(count), class_="count"),
            el("span", word if count == 1 else f"{word}s", class_="word"),
            el("span", meaning, class_="meaning"),
            type="button",
            class_=f"tile {severity if count else 'none'}",
            data_severity=severity,
        ),
    )


def verdict(facts: RunFacts, summary: Summary, findings: Sequence[Finding]) -> tuple[str, str, str]:
    """What kind of result this is, in one sentence, and what to do first."""
    bad = [f for f in findings if f.status == "failed" and f.severity in ("reject", "error")]
    unread = [c for c in facts.centres if c.error]
    idle = summary.by_status["not_run"]
    reject, error = summary.failed["reject"], summary.failed["error"]
    more: list[str] = []
    if unread:
        more.append(f"{', '.join(c.label for c in unread)} could not be read.")
    if idle:
        more.append(f"{many(idle, 'check')} did not run, which is not a pass.")
    if bad:
        at = sorted({f.centre for f in bad if f.centre})
        where = f" at {', '.join(at)}" if at else ""
        counts = [many(reject, "rejection")] if reject else []
        counts += [many(error, "error")] if error else []
        checks = len({f.check for f in bad})
        more.insert(0, f"They come from {many(checks, 'check')}; the worst stand first below.")
        kind = "reject" if reject else "error"
        return kind, f"{' and '.join(counts)} to mend{where}.", " ".join(more)
    if unread or idle:
        return "error", "No error was found, but not everything was checked.", " ".join(more)
    if summary.failed["warning"]:
        looked = many(summary.failed["warning"], "warning")
        return "warning", f"No errors. {looked} to look at.", "Every check ran."
    return "passed", "No errors and no warnings.", "Every check ran."


def not_run(facts: RunFacts, findings: Sequence[Finding]) -> Markup:
    """What did not run, with the reason; centres that could not be read come first."""
    unread = [
        el("li", el("strong", f"Centre {c.label}"), " ", c.error.removeprefix(f"{c.label}: "))
        for c in facts.centres
        if c.error
    ]
    idle = [el("li", code(checks), " ", why) for checks, why in grouped(findings)]
    if not unread and not idle:
        return Markup("")
    return el(
        "aside",
        el("h2", icon("not_run"), "What did not run", id="not-run-title"),
        el("p", "A check that did not run is not a pass; the run does not count as clean."),
        el("ul", *unread, *idle),
        class_="not-run",
        id="not-run",
        aria_labelledby="not-run-title",
    )
