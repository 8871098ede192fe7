from __future__ import annotations

from pathlib import Path

import pytest
from tests.report.made_tables_data import FRAMES, one_row, specs_of, table

from tecdata.errors import UsageError
from tecdata.report import compare_tables, render_comparison
from tecdata.report.table_files import write_tables

HEADER = "table,row,column,label,expected,reason\n"


def test_each_number_is_equal_different_explained_or_not_there(tmp_path: Path) -> None:
    made = table(**one_row(statistic="subjects_percent", where={"SEX": "F"}))
    ard = write_tables(FRAMES, specs_of(made), tmp_path, version="1")
    file = tmp_path / "expected.csv"
    file.write_text(
        HEADER
        + "t,X,value,women,2 (67),\n"
        + "t,X,value,women,3 (67),\n"
        + "t,X,value,women,3 (67),printed wrongly\n"
        + "t,Y,value,other,1,\n"
        + "t,Z,value,said,yes,\n",
        encoding="utf-8",
    )
    found = compare_tables(file, ard, {"Z": "yes"})
    assert found["result"].to_list() == [
        "equal", "differs", "explained", "not computed", "equal",
    ]  # fmt: skip
    page = render_comparison(found, "Numbers <1>", "source")
    assert "5 numbers: 1 differs, 2 equal, 1 explained, 1 not computed." in page
    assert "Numbers &lt;1&gt;" in page
    assert 'class="not-computed"' in page


def test_another_file_is_wrong_use(tmp_path: Path) -> None:
    made = table(**one_row(statistic="subjects"))
    ard = write_tables(FRAMES, specs_of(made), tmp_path, version="1")
    with pytest.raises(UsageError, match="does not exist"):
        compare_tables(tmp_path / "no.csv", ard)
    (tmp_path / "odd.csv").write_text("a,b\n", encoding="utf-8")
    with pytest.raises(UsageError, match="the columns are a, b; allowed: table, row, column"):
        compare_tables(tmp_path / "odd.csv", ard)
