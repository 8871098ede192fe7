"""The map of completeness: subjects down, visits across."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tecdata.report.html_markup import Markup, el, join
from tecdata.report.html_sections import many, section

if TYPE_CHECKING:
    from tecdata.report.completeness import Completeness, VisitCell

__all__ = ["cells_data", "completeness_map"]

#: Lower limits of the classes of completeness, in percent; the class is the place in this row.
_CLASSES: Final = (100, 90, 75, 50, 25, 1, 0)
#: More subjects than these are too many to look at: the least complete are shown.
_SUBJECTS: Final = 200


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
    """The subjects to show: all, or those with the largest gaps."""
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
    """Whole per cent, never 0 where something is there."""
    # Rounded down: 100 is said of what is complete only, 0 where there is nothing.
    whole = present * 100 // expected if expected else 100
    return max(whole, 1) if present else whole


def _class(percent: int) -> str:
    """The colour class of a percentage."""
    return f"h{next(i for i, limit in enumerate(_CLASSES) if percent >= limit)}"


def _overall(present: int, expected: int) -> Markup:
    """The cell of a total."""
    percent = _percent(present, expected)
    return el("td", f"{percent}", class_=f"overall {_class(percent)}")


def _square(cell: VisitCell | None, subject: str, visit: int) -> Markup:
    """The cell of a subject and visit."""
    if cell is None:
        return el("td", el("span", "not reached", class_="unseen"), class_="later")
    percent = _percent(cell.present, cell.expected)
    return el("td", percent, class_=_class(percent), data_cell=f"{subject}|{visit}", tabindex="-1")


def _legend() -> Markup:
    """What the colours mean."""
    words = ("100 %", "90–99", "75–89", "50–74", "25–49", "1–24", "nothing")
    return el(
        "ul",
        *[el("li", el("span", "", class_=f"swatch h{i}"), w) for i, w in enumerate(words)],
        el("li", el("span", "", class_="swatch later"), "not reached"),
        class_="legend",
        aria_label="Classes of completeness",
    )
