from __future__ import annotations

import datetime
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from tests.made_tables import SPECS, centre

from tecdata.errors import SpecError, UsageError
from tecdata.finding import Findings
from tecdata.mapping import map_frames

MAPPING = centre(
    "EX",
    {
        "where": {"column": "mg", "missing": False},
        "variables": {
            "EXTRT": {"hardcode_no_ct": "X"},
            "EXDOSE": {"assign_no_ct": "mg"},
            "EXSTDTC": {"assign_datetime": "day"},
        },
    },
    reading={"decimal": "comma"},
)
DATA: dict[str, list[Any]] = {
    "id": ["P1", "P2 ", "P3"],
    "mg": [1.5, None, 3.0],
    "day": [datetime.date(2024, 4, day) for day in (1, 2, 3)],
}
ROWS = [("P1", 1.5, "2024-04-01"), ("P3", 3.0, "2024-04-03")]


def test_polars_in_polars_out() -> None:
    frame = pl.DataFrame(DATA)
    made = map_frames(MAPPING, {"t": frame}, SPECS)["EX"]
    assert isinstance(made, pl.DataFrame)
    assert made.select("_subject", "EXDOSE", "EXSTDTC").rows() == ROWS
    assert frame.equals(pl.DataFrame(DATA))


@pytest.mark.parametrize("index", [None, [7, 7, 1]])
def test_pandas_in_pandas_out(index: list[int] | None) -> None:
    frame = pd.DataFrame(DATA | {"day": pd.to_datetime(DATA["day"])}, index=index)
    before = frame.copy()
    made = map_frames(MAPPING, {"t": frame}, SPECS)["EX"]
    assert isinstance(made, pd.DataFrame)
    rows = made[["_subject", "EXDOSE", "EXSTDTC"]].itertuples(index=False, name=None)
    assert list(rows) == [(s, d, f"{t}T00:00") for s, d, t in ROWS]
    pd.testing.assert_frame_equal(frame, before)


def test_arrow_in_arrow_out() -> None:
    made = map_frames(MAPPING, {"t": pa.table(DATA)}, SPECS)["EX"]
    assert isinstance(made, pa.Table)
    assert made.column("EXSTDTC").to_pylist() == ["2024-04-01", "2024-04-03"]


def test_rows_may_bring_their_numbers() -> None:
    frame = pl.DataFrame({"_row": [12, 15, 17], **DATA, "mg": ["a", None, "3"]})
    findings = Findings()
    made = map_frames(MAPPING, {"t": frame}, SPECS, findings)["EX"]
    assert made["_row"].to_list() == [12, 17]
    assert [f.cell for f in findings][:1] == ["row 12, column 'mg'"]


def test_a_frame_that_is_missing_or_no_frame_is_named() -> None:
    with pytest.raises(UsageError, match="no frame for table 't'; allowed: labs"):
        map_frames(MAPPING, {"labs": pl.DataFrame(DATA)}, SPECS)
    with pytest.raises(UsageError, match="table 't' is a LazyFrame, not an eager data frame"):
        map_frames(MAPPING, {"t": pl.LazyFrame(DATA)}, SPECS)


def test_the_mapping_is_checked_first() -> None:
    wrong = centre("EX", {"variables": {"EXTRT": {"hardcode_ct": "X"}}})
    with pytest.raises(SpecError, match="EXTRT has no codelist"):
        map_frames(wrong, {}, SPECS)
