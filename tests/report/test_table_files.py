"""Tables as files: what is written, how it reads, what small cells keep back."""

from __future__ import annotations

import csv
import re
import subprocess
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.report.made_tables_data import FRAMES, one_row, specs_of, table

from tecdata.report.ard import Cell
from tecdata.report.number_text import count_percent, median, rounded
from tecdata.report.table_files import write_tables
from tecdata.report.table_suppress import suppress_small

EVENTS = table(
    kind="events",
    title="Events <after> treatment",
    footnotes={"a": "Größer als 5 µL"},
    sections=[
        {
            "category": "C & D",
            "rows": [
                {"label": "Fever", "terms": "FEVER", "footnotes": {"n_patients": "a"}},
                {"label": "Cough", "terms": "COUGH"},
            ],
        }
    ],
)


def test_the_same_table_in_every_form(tmp_path: Path) -> None:
    write_tables(FRAMES, specs_of(EVENTS), tmp_path, version="9.9")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["ard.parquet", "t.csv", "t.html", "t.rtf"]
    with (tmp_path / "t.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows[0][:3] == ["category", "event", "n_patients"]
    assert rows[2] == ["C & D", "Fever", "1", "33", "2", "1"]
    page = (tmp_path / "t.html").read_text("utf-8")
    assert "Events &lt;after&gt; treatment" in page
    assert "C &amp; D" in page
    assert "1 (33)ᵃ" in page
    assert "data cut 2026-01-15; tecdata 9.9" in page
    assert not re.search(r"<script|https?://(?!www\.w3\.org)", page)
    rtf = (tmp_path / "t.rtf").read_text("ascii")
    assert rtf.startswith(r"{\rtf1")
    assert r"1 (33){\super a}" in rtf
    assert r"Gr\u246?\u223?er" in rtf
    ard = pl.read_parquet(tmp_path / "ard.parquet")
    assert set(ard["table"]) == {"t"}


def test_the_same_numbers_give_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        write_tables(FRAMES, specs_of(EVENTS), tmp_path / folder, version="1")
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name


def test_small_counts_are_withheld_and_it_is_said(tmp_path: Path) -> None:
    people = table(kind="listing", columns=[{"column": "x", "label": "X", "variable": "AGE"}])
    people = people.model_copy(update={"table": "people"})
    specs = specs_of(EVENTS, people)
    write_tables(FRAMES, specs, tmp_path, version="1")
    assert (tmp_path / "people.csv").is_file()
    ard = write_tables(FRAMES, specs, tmp_path, version="1", suppress=2)
    assert [path.name for path in tmp_path.glob("people.*")] == ["people.html"]
    assert "Withheld: a listing by subject." in (tmp_path / "people.html").read_text("utf-8")
    rows = list(csv.reader((tmp_path / "t.csv").read_text("utf-8").splitlines()))
    assert rows[2] == ["C & D", "Fever", "<2", "", "-", "<2"]
    assert "Counts of 1 to 1 are withheld" in (tmp_path / "t.html").read_text("utf-8")
    withheld = ard.filter((pl.col("row") == "C & D: Fever") & (pl.col("column") == "n_patients"))
    assert withheld["value"].to_list() == [None, None]
    assert not ard.filter(pl.col("row") == "C & D: Fever")["records"].list.len().sum()


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 12), min_size=1, max_size=8), st.integers(3, 6))
def test_no_withheld_count_follows_from_the_total(counts: list[int], k: int) -> None:
    def cell(row: str, count: int) -> Cell:
        return Cell(
            table="t", row=row, section="s", label=row, column="n_events", text=str(count),
            statistics={"events": count},
        )  # fmt: skip

    parts = [cell(f"r{i}", count) for i, count in enumerate(counts)]
    total, *shown = suppress_small([cell("total", sum(counts)), *parts], k)
    for found, count in zip(shown, counts, strict=True):
        assert (found.text == str(count)) or count > 0
        assert count == 0 or count >= k or found.text == f"<{k}"
    hidden = [(c.text, n) for c, n in zip(shown, counts, strict=True) if c.text in ("-", f"<{k}")]
    if total.text != str(sum(counts)) or not hidden:
        return
    # Who knows the total knows the sum of the hidden counts; each must have more than one possible value.
    rest = sum(n for _, n in hidden)
    bounds = [(k, rest) if text == "-" else (1, k - 1) for text, _ in hidden]
    for i, _ in enumerate(hidden):
        others = [bound for j, bound in enumerate(bounds) if j != i]
        low = max(bounds[i][0], rest - sum(high for _, high in others))
        high = min(bounds[i][1], rest - sum(low for low, _ in others))
        assert low < high, (counts, k)


def test_what_is_not_applicable_stays_so_and_tells_nothing() -> None:
    cell = Cell(
        table="t", row="r", section="s", label="r", column="n_events", text="n.a.",
        statistics={"events": 3},
    )  # fmt: skip
    (found,) = suppress_small([cell], 5)
    assert (found.text, found.statistics) == ("n.a.", {"events": None})


def test_a_summary_of_few_is_withheld(tmp_path: Path) -> None:
    made = table(**one_row(statistic="median_range", variable="AGE"))
    write_tables(FRAMES, specs_of(made), tmp_path, version="1", suppress=5)
    assert (tmp_path / "t.csv").read_text("utf-8").splitlines()[1] == "H,X,x,-"


@settings(max_examples=200)
@given(st.integers(-(10**6), 10**6), st.integers(0, 3))
def test_rounding_is_half_away_from_zero(number: int, digits: int) -> None:
    value = number / 10**4
    text = rounded(value, digits)
    assert abs(float(text) - value) <= 0.5 * 10**-digits + 1e-9
    assert rounded(-value, digits).lstrip("-") == text.lstrip("-")
    if number * 10**digits % 10**4 == 5000 and number > 0:
        assert float(text) > value


def test_numbers_as_print_has_them() -> None:
    assert [rounded(v) for v in (0.5, 1.5, 2.5, -0.5, -0.2)] == ["1", "2", "3", "-1", "0"]
    assert (rounded(1.005, 2), rounded(1e-9, 1), rounded(10, 0, fixed=False)) == (
        "1.01",
        "0.0",
        "10",
    )
    assert (count_percent(1, 8), median([1.0, 2.0])) == ("1 (13)", 1.5)


def test_the_rtf_opens_in_a_word_processor(tmp_path: Path) -> None:
    import shutil

    write_tables(FRAMES, specs_of(EVENTS), tmp_path, version="1")
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    done = subprocess.run(
        [office, "--headless", f"-env:UserInstallation=file://{tmp_path}/profile",
         "--convert-to", "txt:Text", "--outdir", str(tmp_path), str(tmp_path / "t.rtf")],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    if not (tmp_path / "t.txt").is_file():
        pytest.skip(f"LibreOffice without its word processor: {done.stderr[-80:]}")
    told = (tmp_path / "t.txt").read_text("utf-8-sig")
    assert "Events <after> treatment" in told
    assert "Größer als 5 µL" in told
    assert "Cough" in told
