"""Associations: exposure against groups and durations, a row each."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import polars as pl

from tecdata.errors import SpecError
from tecdata.report.ard import NO_RECORDS, Cell, records_behind
from tecdata.report.association import Association, mann_whitney, spearman
from tecdata.report.number_text import rounded

if TYPE_CHECKING:
    from tecdata.report.table_data import TableData
    from tecdata.spec.association import AssociationTable, ExposureColumn, Outcome

__all__ = ["ASSOCIATION_COLUMNS", "association_cells", "durations"]

ASSOCIATION_COLUMNS = {
    "n": "Subjects",
    "split": "With event, or not ended",
    "median_yes": "Median exposure with event",
    "median_no": "Median exposure without",
    "effect": "Effect size",
    "lower": "Lower limit",
    "upper": "Upper limit",
    "p": "p",
    "method": "Method",
}


def association_cells(table: AssociationTable, data: TableData) -> list[Cell]:
    """The cells of a table of associations; a section an outcome, a row an exposure.

    The effect is Spearman's rho, or the rank-biserial correlation (1: everybody with the event has more exposure than
    everybody without). Subjects without the exposure are left out.
    """
    people = data.population(table.population, table.table)
    confidence = float(table.confidence)
    doses = data.records("ADEX", {}, people, table.table)
    cells = []
    for outcome in table.outcomes:
        place = f"{table.table}: {outcome.id}"
        records = data.records(outcome.dataset, outcome.where, people, place)
        for exposure in table.exposures:
            values = _values(table.table, exposure, data, people)
            numbers, method, groups = _row(outcome, records, values, confidence, place)
            behind = _behind(outcome, records, doses, list(values), groups)
            for column in ASSOCIATION_COLUMNS:
                value = numbers.get(column)
                cells.append(
                    Cell(
                        table=table.table,
                        row=f"{outcome.id}.{exposure.id}",
                        section=outcome.label,
                        label=exposure.label,
                        column=column,
                        text=method if column == "method" else _text(column, value),
                        statistics={} if column == "method" else {column: value},
                        records=NO_RECORDS if value is None else behind[column],
                    )
                )
    return cells


def _behind(
    outcome: Outcome,
    records: pl.DataFrame,
    doses: pl.DataFrame,
    everyone: Sequence[str],
    groups: Mapping[str, Sequence[str]],
) -> dict[str, pl.DataFrame]:
    """The SDTM records behind each column: the doses that exposure was simulated from, and what the outcome is."""

    def of(name: str, frame: pl.DataFrame, subjects: Sequence[str]) -> pl.DataFrame:
        mine = frame.filter(pl.col("USUBJID").is_in(list(subjects)))
        return records_behind(name, mine) if mine.height else NO_RECORDS

    given = of("ADEX", doses, everyone)
    found = of(outcome.dataset, records, everyone)
    both = pl.concat([given, found]).unique().sort(pl.all())
    return {
        "n": given,
        "split": of(outcome.dataset, records, groups["split"]),
        "median_yes": of("ADEX", doses, groups["split"]),
        "median_no": of("ADEX", doses, groups["others"]),
        **dict.fromkeys(("effect", "lower", "upper", "p"), both),
    }


def durations(records: pl.DataFrame, outcome: Outcome) -> dict[str, tuple[float, bool]]:
    """Weeks below the limit by subject, and whether the time below has ended.

    Records have USUBJID, ADY (day 1 is the first dose) and AVAL; a value that is known to be below its number (ACENS
    is ``<``) is below a limit of that number. Subjects who are never below are left out.
    """
    censored = pl.col("ACENS") if "ACENS" in records.columns else pl.lit(None, pl.String)
    limit = pl.col(outcome.below_variable) if outcome.below_variable else pl.lit(outcome.below)
    after = (
        records.filter(pl.col("ADY") > 1, pl.col("AVAL").is_not_null())
        .with_columns(
            low=(pl.col("AVAL") < limit)
            | ((pl.col("AVAL") <= limit) & (censored == "<").fill_null(value=False))
        )
        .drop_nulls("low")
        .sort("USUBJID", "ADY", maintain_order=True)
    )
    found: dict[str, tuple[float, bool]] = {}
    for key, part in after.partition_by("USUBJID", as_dict=True, maintain_order=True).items():
        days, low = part["ADY"].to_list(), part["low"].to_list()
        if True not in low:
            continue
        first = low.index(True)
        ended = False in low[first:]
        last = first + low[first:].index(False) if ended else len(low) - 1
        found[str(key[0])] = ((days[last] - days[first]) / 7, ended)
    return found


def _values(
    table: str, exposure: ExposureColumn, data: TableData, people: pl.DataFrame
) -> dict[str, float]:
    """One exposure value a subject."""
    place = f"{table}: {exposure.id}"
    records = data.records(exposure.dataset, exposure.where, people, place)
    if records.is_empty():
        return {}
    if records["USUBJID"].n_unique() != records.height:
        raise SpecError([f"{place}: a subject has several such records; narrow where"])
    return dict(records.select("USUBJID", exposure.variable).drop_nulls().iter_rows())


def _row(
    outcome: Outcome,
    records: pl.DataFrame,
    values: dict[str, float],
    confidence: float,
    place: str,
) -> tuple[dict[str, float | None], str, dict[str, list[str]]]:
    """The numbers of a row, how they were computed, and the subjects that are split off, and the others."""
    if outcome.kind == "duration":
        lacking = {"ADY", "AVAL"} - set(records.columns)
        if lacking and records.height:
            raise SpecError([f"{place}: {outcome.dataset} has no {', '.join(sorted(lacking))}"])
        found = durations(records, outcome) if records.height else {}
        both = [subject for subject in values if subject in found]
        made = spearman([values[s] for s in both], [found[s][0] for s in both], confidence)
        groups = _split(both, lambda subject: not found[subject][1])
        return _numbers(made) | {"split": float(len(groups["split"]))}, made.method, groups
    having = set(records["USUBJID"])
    groups = _split(values, having.__contains__)
    yes, no = ([values[s] for s in groups[name]] for name in ("split", "others"))
    made = mann_whitney(yes, no, confidence)
    medians = {
        "split": float(len(yes)),
        "median_yes": statistics.median(yes) if yes else None,
        "median_no": statistics.median(no) if no else None,
    }
    return _numbers(made) | medians, made.method, groups


def _split(subjects: Iterable[str], chosen: Callable[[str], bool]) -> dict[str, list[str]]:
    """The subjects with and without an outcome."""
    parts: dict[str, list[str]] = {"split": [], "others": []}
    for subject in subjects:
        parts["split" if chosen(subject) else "others"].append(subject)
    return parts


def _numbers(made: Association) -> dict[str, float | None]:
    """The numbers of a comparison or correlation."""
    effects = {"effect": made.effect, "lower": made.lower, "upper": made.upper, "p": made.p}
    return {"n": float(made.n), **effects}


def _text(column: str, value: float | None) -> str:
    """A number as the table prints it."""
    if value is None:
        return ""
    digits = {"n": 0, "split": 0, "median_yes": 1, "median_no": 1, "p": 3}.get(column, 2)
    if column == "p" and value < 0.001:
        return "<0.001"
    return rounded(value, digits)
