from __future__ import annotations

import csv
import io
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tecdata.export import write_findings
from tecdata.export.findings_table import findings_csv
from tecdata.finding import Finding, Findings


def finding(value: str = "", status: str = "failed") -> Finding:
    return Finding(
        check="validate.codelist",
        severity="error",
        status=status,  # type: ignore[arg-type]
        message="a, message",
        seq=-3,
        value=value,
    )


def test_both_files_have_the_same_rows_failed_first(tmp_path: Path) -> None:
    statuses = ["passed", "not_applicable", "failed", "not_run"]
    write_findings(Findings([finding(status=s) for s in statuses]), tmp_path)
    parquet = pl.read_parquet(tmp_path / "validation" / "findings.parquet")
    read = csv.DictReader(
        io.StringIO((tmp_path / "validation" / "findings.csv").read_text(encoding="utf-8"))
    )
    rows = list(read)
    assert parquet.columns == list(rows[0])
    expected = ["failed", "not_run", "not_applicable", "passed"]
    assert parquet["status"].to_list() == [row["status"] for row in rows] == expected
    assert parquet["seq"].to_list() == [-3] * 4


def test_no_finding_is_a_header(tmp_path: Path) -> None:
    write_findings(Findings(), tmp_path)
    text = (tmp_path / "validation" / "findings.csv").read_text(encoding="utf-8")
    assert text.startswith("check,severity,status,message,")
    assert text.count("\n") == 1


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\x00"])
def test_no_text_is_a_formula(start: str) -> None:
    frame = pl.DataFrame({"value": [f"{start}1"], "seq": [-1]})
    found = list(csv.reader(io.StringIO(findings_csv(frame).decode(), newline="")))
    assert found == [["value", "seq"], [f"'{start}1", "-1"]]


@given(st.lists(st.text(alphabet='ab ,"\r\n=-;ü', max_size=8), min_size=1, max_size=5))
def test_rfc_4180_readers_get_the_texts_back(values: list[str]) -> None:
    data = findings_csv(pl.DataFrame({"value": values, "end": ["x"] * len(values)}))
    rows = list(csv.reader(io.StringIO(data.decode(), newline="")))[1:]
    expected = [f"'{v}" if v[:1] in {"=", "-", "\r", "\n"} and v else v for v in values]
    assert rows == [[value, "x"] for value in expected]
