"""The table of response over the sample, and its rows beside the result rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tecdata.errors import SpecError
from tecdata.report.table_data import TableData
from tecdata.report.table_files import compute_cells
from tecdata.spec.tables import ResponseTable

if TYPE_CHECKING:
    import polars as pl

    from tecdata.pipeline import StudyRun
    from tecdata.spec import Specs


@pytest.fixture(scope="module")
def frames(sample_run: StudyRun) -> dict[str, pl.DataFrame]:
    return {name: dataset.to_polars() for name, dataset in sample_run.adam.items()}


def test_rows_as_printed(frames: dict[str, pl.DataFrame], sample_specs: Specs) -> None:
    cells = compute_cells(sample_specs.tables["response"], TableData(frames), sample_specs)
    told = {cell.row: cell.text for cell in cells}
    assert told["BEST_MAJOR_rate_0"] == "11 of 18 (61; 36-83)"
    assert told["MAJOR_W12_rate_0"] == "8 of 14 (57; 29-82)"
    assert told["TTMAJ_time_0"] == "8.1 (3.9-32.1), n = 11"
    assert told["PTGA_BASE_value_0"] == "8 (4.2-10), n = 18"
    assert told["TTMAJ_incidence_12"].endswith(" at risk)")
    assert all(cell.statistics for cell in cells)


def test_one_row_a_subject(frames: dict[str, pl.DataFrame], sample_specs: Specs) -> None:
    cells = compute_cells(sample_specs.tables["response_subjects"], TableData(frames), sample_specs)
    told = {(cell.row, cell.column): cell.text for cell in cells}
    assert told["TECAID-BE-001", "relapse"] == "31.0"
    assert told["TECAID-TU-018", "why"] == "no assessment after baseline"
    assert len({cell.row for cell in cells}) == len(frames["ADSL"])


def test_groups_without_anybody_and_unknown_results(
    frames: dict[str, pl.DataFrame], sample_specs: Specs
) -> None:
    table = sample_specs.tables["response"]
    assert isinstance(table, ResponseTable)
    other = table.model_copy(update={"groups": ("All", "UCTD", "Gout")})
    cells = compute_cells(other, TableData(frames), sample_specs)
    told = {(cell.row, cell.column): cell.text for cell in cells}
    assert told["TTREL_time_0", "UCTD"] == told["BEST_MAJOR_rate_0", "Gout"] == "-"
    assert told["TTMAJ_incidence_12", "Gout"] == "-"
    assert compute_cells(table, TableData({"ADSL": frames["ADSL"]}), sample_specs) == []
    row = table.sections[0].rows[0].model_copy(update={"result": "BEST_EVER"})
    section = table.sections[0].model_copy(update={"rows": (row,)})
    wrong = table.model_copy(update={"sections": (section,)})
    with pytest.raises(SpecError, match="no result BEST_EVER"):
        compute_cells(wrong, TableData(frames), sample_specs)
