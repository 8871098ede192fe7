"""Tables of response: rates with exact intervals, times, scores and incidence by group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tecdata.errors import SpecError
from tecdata.report.ard import Cell
from tecdata.report.number_text import rounded
from tecdata.report.response_results import response_results

if TYPE_CHECKING:
    from tecdata.report.table_data import TableData
    from tecdata.spec import Specs
    from tecdata.spec.tables import ResponseRow, ResponseTable

__all__ = ["response_cells"]

Numbers = Mapping[str, float | None]


def response_cells(table: ResponseTable, data: TableData, specs: Specs) -> list[Cell]:
    """The cells of a table of response; none where nobody is followed for it.

    Raises :class:`SpecError` for a result that does not exist.
    """
    frames = {name: data.frames.get(name) for name in ("ADSL", "ADRS", "ADTTE")}
    there = {name: frame for name, frame in frames.items() if frame is not None and len(frame)}
    if len(there) < len(frames) or specs.response is None:
        return []
    found: dict[tuple[str, str], dict[str, float | None]] = {}
    for row in response_results(there, specs).iter_rows(named=True):
        found.setdefault((row["group"], row["id"]), {})[row["statistic"]] = row["value"]
    known = {name for _, name in found}
    cells = []
    for section in table.sections:
        for wanted in section.rows:
            if wanted.result not in known:
                raise SpecError([f"{table.table}: there is no result {wanted.result}"])
            for group in table.groups:
                numbers = found.get((group, wanted.result), {})
                kept = _kept(wanted, numbers)
                cells.append(
                    Cell(
                        table=table.table,
                        row=f"{wanted.result}_{wanted.show}_{wanted.week or 0}",
                        section=section.heading,
                        label=wanted.label,
                        column=group,
                        text=_text(wanted, numbers),
                        statistics=kept,
                    )
                )
    return cells


def _kept(row: ResponseRow, numbers: Numbers) -> dict[str, float | None]:
    """The numbers that the result rows of a row keep."""
    if row.show == "rate":
        names = ["n", "N", "percent", "low", "high"]
    elif row.show == "incidence":
        names = [f"incidence_W{row.week}", f"at_risk_W{row.week}"]
    else:
        names = ["n", "median", "min", "max"]
    return {name: numbers[name] for name in names if name in numbers}


def _text(row: ResponseRow, numbers: Numbers) -> str:
    """The numbers as printed; a dash where there is nobody."""
    told = {name: value for name, value in numbers.items() if value is not None}
    if row.show == "rate":
        if "percent" not in told:
            return "-"
        share, low, high = (rounded(told[n]) for n in ("percent", "low", "high"))
        return f"{told['n']:.0f} of {told['N']:.0f} ({share}; {low}-{high})"
    if row.show == "incidence":
        name = f"incidence_W{row.week}"
        at_risk = told.get(f"at_risk_W{row.week}")
        return f"{rounded(told[name])} ({at_risk:.0f} at risk)" if name in told else "-"
    if "median" not in told:
        return "-"
    median, low, high = (
        rounded(told[n], 1, fixed=row.show == "time") for n in ("median", "min", "max")
    )
    return f"{median} ({low}-{high}), n = {told['n']:.0f}"
