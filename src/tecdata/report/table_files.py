"""Tables as files: CSV, HTML (great_tables), RTF for Word (rtflite), and the long result rows they come from."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from tecdata.report.ard import Cell, ard_frame
from tecdata.report.files import write_new
from tecdata.report.table_association import association_cells
from tecdata.report.table_data import TableData
from tecdata.report.table_events import event_cells
from tecdata.report.table_layout import Laid, csv_rows, lay_out
from tecdata.report.table_listing import listing_cells, too_many
from tecdata.report.table_rates import rate_cells
from tecdata.report.table_response import response_cells
from tecdata.report.table_rtf import render_rtf
from tecdata.report.table_summary import summary_cells
from tecdata.report.table_suppress import statement, suppress_small
from tecdata.spec.tables import (
    AssociationTable,
    EventTable,
    ListingTable,
    RateTable,
    ResponseTable,
    SummaryTable,
)

if TYPE_CHECKING:
    from tecdata.spec import Specs
    from tecdata.spec.tables import Table

__all__ = [
    "compute_cells",
    "padded_frames",
    "render_html_table",
    "shown_cells",
    "write_tables",
]

#: What stands for a listing where small counts are withheld.
_WITHHELD = "Withheld: a listing by subject."

_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title></head>
<body style="font-family: system-ui, sans-serif; margin: 1.5rem">
{body}
</body></html>
"""


def compute_cells(table: Table, data: TableData, specs: Specs) -> list[Cell]:
    """The cells of one table. Raises :class:`SpecError` for a variable that the datasets do not have."""
    if isinstance(table, EventTable):
        return event_cells(table, data)
    if isinstance(table, SummaryTable):
        return summary_cells(table, data)
    if isinstance(table, AssociationTable):
        return association_cells(table, data)
    if isinstance(table, RateTable):
        return rate_cells(table, data, float(specs.analysis.days_a_year))
    if isinstance(table, ResponseTable):
        return response_cells(table, data, specs)
    return listing_cells(table, data)


def shown_cells(
    table: Table, data: TableData, specs: Specs, suppress: int
) -> tuple[list[Cell], str]:
    """The cells of a table as it may be shown, and why it may not.

    With ``suppress`` above 1 small counts are withheld (see :func:`suppress_small`), and listings altogether.
    """
    if isinstance(table, ListingTable):
        reason = _WITHHELD if suppress > 1 else too_many(table, data)
        if reason:
            return [], reason
    cells = compute_cells(table, data, specs)
    return suppress_small(cells, suppress) if suppress > 1 else cells, ""


def write_tables(
    frames: Mapping[str, pl.DataFrame],
    specs: Specs,
    folder: Path,
    *,
    version: str,
    suppress: int = 0,
) -> pl.DataFrame:
    """Write every table of ``specs.tables`` and the long result rows of all of them.

    Parameters
    ----------
    frames
        Analysis and SDTM datasets by name, ADSL among them.
    folder
        Gets ``<table>.csv``, ``.html``, ``.rtf`` and ``ard.parquet``.
    version
        The program's version, which every table states beside the data cut.
    suppress
        With a number above 1, counts below it are withheld (see :func:`suppress_small`), and listings by subject.

    Of a table that may not be shown ``<table>.html`` says why.

    Returns
    -------
    pl.DataFrame
        The long result rows (:data:`ARD_SCHEMA`).
    """
    folder.mkdir(parents=True, exist_ok=True)
    data = TableData(padded_frames(frames, specs))
    source = f"{specs.study.study}; data cut {specs.study.data_cut}; tecdata {version}"
    more = (statement(suppress),) if suppress > 1 else ()
    kept: list[Cell] = []
    for name, table in specs.tables.items():
        cells, reason = shown_cells(table, data, specs, suppress)
        if not cells:
            for suffix in ("csv", "html", "rtf"):
                (folder / f"{name}.{suffix}").unlink(missing_ok=True)
            if reason:
                title = html.escape(table.title)
                body = f"<h1>{title}</h1>\n<p>{html.escape(reason)}</p>"
                _write(folder / f"{name}.html", _PAGE.format(title=title, body=body))
            continue
        kept += cells
        laid = lay_out(table, cells, source, more)
        _write(folder / f"{name}.csv", _csv(table, cells))
        page = _PAGE.format(title=html.escape(laid.title), body=render_html_table(laid))
        _write(folder / f"{name}.html", page)
        _write(folder / f"{name}.rtf", render_rtf(laid))
    ard = ard_frame(kept)
    write_parquet(folder / "ard.parquet", ard)
    return ard


def padded_frames(frames: Mapping[str, pl.DataFrame], specs: Specs) -> dict[str, pl.DataFrame]:
    """The frames with every variable their specs declare: one that no centre delivers is empty."""
    padded = {}
    for name, frame in frames.items():
        spec = specs.adam.get(name) or specs.domains.get(name)
        absent = [] if spec is None else [v for v in spec.variables if v.name not in frame.columns]
        padded[name] = frame.with_columns(
            pl.lit(None, pl.Float64 if v.is_numeric else pl.String).alias(v.name) for v in absent
        )
    return padded


def write_parquet(path: Path, frame: pl.DataFrame) -> None:
    """Write a frame as Parquet; the same frame gives the same bytes."""
    content = io.BytesIO()
    frame.write_parquet(content)
    write_new(path, content.getvalue())


def render_html_table(laid: Laid) -> str:
    """A table as HTML that needs no other file; texts are escaped."""
    from great_tables import GT, loc, style

    names = [f"c{i}" for i in range(len(laid.headings))]
    # Where a row has the numbers of its group it stands in the place of the group's heading.
    grouped = any(laid.groups) and not laid.bold
    columns = {name: [row[i] for row in laid.rows] for i, name in enumerate(names)}
    if laid.bold:
        columns[names[0]] = [
            group if i in laid.bold else f"\u2003{label}"
            for i, (group, label) in enumerate(zip(laid.groups, columns[names[0]], strict=True))
        ]
    frame = pl.DataFrame({**columns, "group": list(laid.groups)})
    table = GT(
        frame if grouped else frame.drop("group"),
        groupname_col="group" if grouped else None,
        id=laid.name,
    )
    table = table.tab_header(title=laid.title).cols_label(
        dict(zip(names, laid.headings, strict=True))
    )
    left = [name for name, stands in zip(names, laid.left, strict=True) if stands]
    table = table.cols_align("center", names).cols_align("left", left)
    if laid.bold:
        table = table.tab_style(style.text(weight="bold"), loc.body(rows=sorted(laid.bold)))
    for note in (*laid.notes, laid.source):
        table = table.tab_source_note(html.escape(note, quote=False))
    table = table.tab_options(
        table_font_size="14px", row_group_font_weight="bold", data_row_padding="4px"
    )
    return str(table.as_raw_html())


def _csv(table: Table, cells: Sequence[Cell]) -> str:
    """A table as CSV."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    header, rows = csv_rows(table, cells)
    writer.writerows([header, *rows])
    return stream.getvalue()


def _write(path: Path, text: str) -> None:
    """Write a text, replacing an old file."""
    write_new(path, text.encode())
