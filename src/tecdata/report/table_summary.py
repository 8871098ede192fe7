"""Summary tables: one statistic a row, of subjects, events or values."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import polars as pl

from tecdata.errors import SpecError
from tecdata.report.ard import Cell, records_behind
from tecdata.report.number_text import count_percent, median, percent, range_text, rounded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tecdata.report.table_data import TableData
    from tecdata.spec.tables import SummaryRow, SummaryTable

__all__ = ["summary_cells"]

#: Where a record's study day stands.
_DAYS = ("ADY", "ASTDY")


@dataclasses.dataclass(frozen=True, slots=True)
class _Result:
    text: str
    statistics: dict[str, float | None]


def summary_cells(table: SummaryTable, data: TableData) -> list[Cell]:
    """The cells of a summary table, in the order of its rows; the row id is the spec's."""
    people = data.population(table.population, table.table)
    cells = []
    for section in table.sections:
        for row in section.rows:
            place = f"{table.table}: {row.id}"
            among = people
            if row.among:
                chosen = data.population(row.among, place)["USUBJID"]
                among = people.filter(pl.col("USUBJID").is_in(chosen.implode()))
            records = data.records(row.dataset, row.where, among, place)
            if row.without is not None:
                others = data.records(row.without.dataset, row.without.where, among, place)
                left_out = others["USUBJID"].unique().implode()
                records = records.filter(~pl.col("USUBJID").is_in(left_out))
            if row.statistic.startswith("subjects"):
                result = _subjects(row, records, among)
            elif row.statistic.startswith("events"):
                all_of = data.records(row.dataset, row.of, among, place) if row.of else records
                result = _events(row, records, all_of)
            else:
                records = _closest(row, records)
                result = _numbers(row, _values(row, records, among, place))
            cells.append(
                Cell(
                    table=table.table,
                    row=row.id,
                    section=section.heading,
                    label=row.label,
                    column="value",
                    text=result.text,
                    statistics=result.statistics,
                    records=records_behind(row.dataset, records),
                )
            )
    return cells


def _subjects(row: SummaryRow, records: pl.DataFrame, among: pl.DataFrame) -> _Result:
    """Subjects with a record, in number and per cent."""
    n, of = records["USUBJID"].n_unique(), among.height
    share = percent(n, of)
    text = {
        "subjects": f"{n}",
        "subjects_percent": count_percent(n, of),
        "subjects_of": f"{n} of {of}",
        "subjects_of_percent": f"{n} of {of} ({share})" if share else f"{n} of {of}",
    }[row.statistic]
    return _Result(text, {"n": n, "N": of, "p": 100 * n / of if of else None})


def _events(row: SummaryRow, records: pl.DataFrame, all_of: pl.DataFrame) -> _Result:
    """Records, in number and per cent of all of them."""
    events, of, n = records.height, all_of.height, records["USUBJID"].n_unique()
    text = {
        "events": f"{events}",
        "events_subjects": f"{events} / {n}",
        "events_percent": percent(events, of),
        "events_percent_subjects": f"{count_percent(events, of)} / {n}",
    }[row.statistic]
    share = 100 * events / of if of else None
    return _Result(text, {"events": events, "of": of, "p": share, "n": n})


def _closest(row: SummaryRow, records: pl.DataFrame) -> pl.DataFrame:
    """One record a subject: the one whose study day lies closest, the earlier of two."""
    day = next((name for name in _DAYS if name in records.columns), "")
    if row.closest is None or not day:
        return records
    far = (pl.col(day) - row.closest).abs()
    ordered = records.sort("USUBJID", far, day, maintain_order=True)
    return ordered.unique("USUBJID", keep="first", maintain_order=True)


def _values(row: SummaryRow, records: pl.DataFrame, among: pl.DataFrame, place: str) -> list[float]:
    """The numbers a statistic is taken of: of records, or one a subject."""
    if row.pick == "count":
        counts = records.group_by("USUBJID").len("_value")
        frame = among.select("USUBJID").join(counts, on="USUBJID", how="left")
        frame = frame.with_columns(pl.col("_value").fill_null(0))
    elif records.is_empty():
        return []
    elif row.variable not in records.columns:
        raise SpecError([f"{place}: {row.variable} is no variable of {row.dataset}"])
    else:
        value = pl.col(row.variable)
        frame = records.filter(value.is_not_null()).select("USUBJID", value.alias("_value"))
        if row.pick != "records":
            picked = getattr(pl.col("_value"), row.pick)()
            frame = frame.group_by("USUBJID", maintain_order=True).agg(picked)
    if row.per:
        divisor = among.select("USUBJID", pl.col(row.per).alias("_per"))
        frame = frame.join(divisor, on="USUBJID").with_columns(pl.col("_value") / pl.col("_per"))
    scale = float(row.scale)
    return [scale * float(value) for value in frame["_value"].drop_nulls().sort()]


def _numbers(row: SummaryRow, values: Sequence[float]) -> _Result:
    """Median, range and what else a row shows of values."""
    if not values:
        return _Result("", {"n": 0})
    middle, n = median(values), len(values)
    statistics: dict[str, float | None] = {
        "n": n,
        "median": middle,
        "min": min(values),
        "max": max(values),
        "mean": sum(values) / n,
        "sum": sum(values),
    }

    def shown(value: float | None) -> str:
        return "" if value is None else rounded(value, row.digits, fixed=row.fixed)

    between = range_text(values, row.digits, fixed=row.fixed)
    name = row.statistic
    if name == "range":
        text = between
    elif name in ("median_range", "median_range_n"):
        text = f"{shown(middle)} ({between})"
    else:
        text = shown(statistics[name.removesuffix("_n")])
    return _Result(f"{text} / {n}" if name.endswith("_n") else text, statistics)
