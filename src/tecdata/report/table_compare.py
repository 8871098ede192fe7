"""Computed numbers beside expected ones, one by one: equal, different, explained, or not computed."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from tecdata.errors import UsageError
from tecdata.report.html_markup import Markup, el

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["COMPARED", "compare_tables", "render_comparison"]

#: Columns of a file of expected numbers; ``reason`` says why a number cannot come out, empty where it must.
_EXPECTED: Final = ("table", "row", "column", "label", "expected", "reason")
#: Columns of a comparison.
COMPARED: Final = (*_EXPECTED[:5], "computed", "result", "reason")

_STYLE: Final = Markup(
    "body{font-family:system-ui,sans-serif;margin:1.5rem;color:#1a1a1a}table{border-collapse:collapse}"
    "th,td{border-bottom:1px solid #ccc;padding:.3rem .6rem;text-align:left;vertical-align:top}"
    "th{position:sticky;top:0;background:#fff}.differs{background:#fde0dc;font-weight:bold}"
    ".explained{background:#fff3cd}.not-computed{background:#eee}"
)


def compare_tables(
    expected: Path, ard: pl.DataFrame, stated: Mapping[str, str] | None = None
) -> pl.DataFrame:
    """Compare the texts of table cells with expected ones.

    Parameters
    ----------
    expected
        CSV with the columns table, row, column, label, expected, reason (UTF-8).
    ard
        Long result rows (:data:`tecdata.report.ard.ARD_SCHEMA`).
    stated
        Further computed texts by row, for statements that stand in no table.

    Returns
    -------
    pl.DataFrame
        :data:`COMPARED`, a row an expected number: ``result`` is ``equal``; ``explained`` (it differs, and a reason is
        given); ``differs``; or ``not computed``.

    Raises
    ------
    UsageError
        For a file that is not there or has other columns.
    """
    if not expected.is_file():
        raise UsageError(
            "the file of expected numbers does not exist",
            place=str(expected),
            next_step="Correct the path",
        )
    with expected.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        if tuple(reader.fieldnames or ()) != _EXPECTED:
            raise UsageError(
                f"the columns are {', '.join(reader.fieldnames or ())}",
                place=str(expected),
                choices=[", ".join(_EXPECTED)],
                next_step="Give the file these columns, in this order",
            )
        wanted = list(reader)
    keys = ard.select("table", "row", "column", "text").unique(maintain_order=True)
    known = {(t, r, c): text for t, r, c, text in keys.iter_rows()}
    rows = []
    for one in wanted:
        place = (one["table"], one["row"], one["column"])
        computed = known.get(place, (stated or {}).get(one["row"]))
        if computed is None:
            result = "explained" if one["reason"] else "not computed"
        elif computed == one["expected"]:
            result = "equal"
        else:
            result = "explained" if one["reason"] else "differs"
        rows.append((*place, one["label"], one["expected"], computed or "", result, one["reason"]))
    return pl.DataFrame(rows, schema=dict.fromkeys(COMPARED, pl.String), orient="row")


def render_comparison(compared: pl.DataFrame, title: str, source: str) -> str:
    """A page of the comparison: counts first, then every number, those that are not equal marked."""
    counts = compared.group_by("result").len().sort("result")
    told = ", ".join(f"{n} {result}" for result, n in counts.iter_rows())
    head = [el("th", name.capitalize(), scope="col") for name in COMPARED]
    body = [
        el("tr", *(el("td", text or "") for text in row), class_=row[6].replace(" ", "-"))
        for row in compared.iter_rows()
    ]
    page = el(
        "html",
        el(
            "head",
            el("meta", charset="utf-8"),
            el("title", title),
            el("style", _STYLE),
        ),
        el(
            "body",
            el("h1", title),
            el("p", f"{compared.height} numbers: {told}."),
            el("table", el("thead", el("tr", *head)), el("tbody", *body)),
            el("p", source),
        ),
        lang="en",
    )
    return f"<!DOCTYPE html>\n{page}\n"
