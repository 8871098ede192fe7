from __future__ import annotations

import re
import stat
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path
from typing import Any

import narwhals as nw
import pandas as pd
import polars as pl
import pyreadstat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tecdata.errors import ExportError
from tecdata.export import XptVariable, XptWriter, text_lengths, write_xpt
from tecdata.export.ibm import LARGEST, SMALLEST
from tecdata.export.xpt_shape import count_records

WHEN = datetime(2026, 3, 1, tzinfo=UTC)
TEXT = XptVariable("A", "Text", length=4)
NUMBER = XptVariable("N", "Number", numeric=True)


def write(path: Path, frame: Any, *variables: XptVariable) -> Path:
    write_xpt(path, frame, variables or (TEXT, NUMBER), "A label", WHEN)
    return path


def read(path: Path) -> dict[str, list[Any]]:
    values, _ = pyreadstat.read_xport(str(path), output_format="dict")
    return dict(values)


def test_text_and_numbers_come_back(tmp_path: Path) -> None:
    frame = pl.DataFrame({"A": ["ab", None, " x", "abcd"], "N": [1.5, None, -0.25, 3]})
    path = write(tmp_path / "t.xpt", frame)
    assert read(path) == {"A": ["ab", "", " x", "abcd"], "N": [1.5, None, -0.25, 3.0]}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("engine", ["pandas", "narwhals", "arrow"])
def test_any_engine_gives_the_same_bytes(tmp_path: Path, engine: str) -> None:
    frame = pl.DataFrame({"A": ["ab", None], "N": [1.5, None]})
    other: Any = {
        "pandas": pd.DataFrame({"A": ["ab", None], "N": [1.5, None]}),
        "narwhals": nw.from_native(frame),
        "arrow": frame.to_arrow(),
    }[engine]
    one = write(tmp_path / "t1.xpt", frame).read_bytes()
    (tmp_path / "other").mkdir()
    assert write(tmp_path / "other" / "t1.xpt", other).read_bytes() == one


@given(
    cuts=st.lists(st.integers(0, 30), max_size=5),
    rows=st.lists(
        st.tuples(st.text("ab c", max_size=4), st.one_of(st.none(), st.floats(-1e9, 1e9))),
        min_size=1,
        max_size=30,
    ),
)
@settings(max_examples=40, deadline=None)
def test_appending_gives_the_bytes_of_writing_at_once(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[int], rows: list[tuple[str, float | None]]
) -> None:
    folder = tmp_path_factory.mktemp("x")
    schema = {"A": pl.String, "N": pl.Float64}
    tiny = 1e-60
    kept = [(a, tiny if n is not None and 0 < abs(n) < tiny else n) for a, n in rows]
    frame = pl.DataFrame(kept, schema=schema, orient="row")
    at_once = write(folder / "t.xpt", frame).read_bytes()
    with XptWriter(folder / "u.xpt", (TEXT, NUMBER), "A label", WHEN, name="T") as writer:
        places = [0, *sorted(cuts), len(frame)]
        for start, end in pairwise(places):
            writer.append(frame.slice(start, max(0, end - start)))
    assert (folder / "u.xpt").read_bytes() == at_once
    assert writer.rows == len(frame) == count_records(folder / "u.xpt")


def test_more_records_than_one_chunk(tmp_path: Path) -> None:
    frame = pl.DataFrame({"A": [str(i % 10_000) for i in range(70_000)], "N": range(70_000)})
    path = write(tmp_path / "t.xpt", frame)
    assert read(path) == {"A": frame["A"].to_list(), "N": frame["N"].cast(pl.Float64).to_list()}


def test_no_record_is_a_file_without_records(tmp_path: Path) -> None:
    schema = {"A": pl.String, "N": pl.Float64}
    path = write(tmp_path / "t.xpt", pl.DataFrame(schema=schema))
    assert count_records(path) == 0
    assert read(path) == {"A": [], "N": []}


@pytest.mark.parametrize("width", [1, 7, 79, 80, 81, 160])
@pytest.mark.parametrize("records", [1, 2, 5, 80, 81])
def test_blank_first_records_are_kept_whatever_the_length(
    tmp_path: Path, width: int, records: int
) -> None:
    frame = pl.DataFrame({"A": [*[None] * (records - 1), "x"]}, schema={"A": pl.String})
    path = write(tmp_path / "t.xpt", frame, XptVariable("A", length=width))
    assert count_records(path) == records
    assert read(path)["A"] == [*[""] * (records - 1), "x"]


@pytest.mark.parametrize("last", [None, "", "   "])
def test_a_blank_last_record_is_refused(tmp_path: Path, last: str | None) -> None:
    frame = pl.DataFrame({"A": ["x", last]})
    with pytest.raises(ExportError) as caught:
        write(tmp_path / "t.xpt", frame, TEXT)
    assert str(caught.value) == (
        "T: record 2, the last, is blank in every variable: readers take it for padding. "
        "Leave out the record, or give it an identifier"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_blank_last_record_with_a_number_is_fine(tmp_path: Path) -> None:
    frame = pl.DataFrame({"A": ["x", None], "N": [None, None]}, schema_overrides={"N": pl.Float64})
    assert read(write(tmp_path / "t.xpt", frame)) == {"A": ["x", ""], "N": [None, None]}


def test_nan_is_missing_and_counted(tmp_path: Path) -> None:
    frame = pl.DataFrame({"A": ["a"] * 4, "N": [float("nan"), None, 1.0, float("nan")]})
    writer = write_xpt(tmp_path / "t.xpt", frame, (TEXT, NUMBER), "", WHEN)
    assert writer.nan_counts == {"N": 2}
    assert read(tmp_path / "t.xpt")["N"] == [None, None, 1.0, None]


def test_negative_zero_becomes_zero(tmp_path: Path) -> None:
    path = write(tmp_path / "t.xpt", pl.DataFrame({"A": ["a"], "N": [-0.0]}))
    assert str(read(path)["N"][0]) == "0.0"


@given(st.lists(st.floats(allow_nan=False), min_size=1, max_size=50))
@settings(max_examples=60, deadline=None)
def test_every_double_comes_back_bit_for_bit_or_is_refused(
    tmp_path_factory: pytest.TempPathFactory, values: list[float]
) -> None:
    path = tmp_path_factory.mktemp("x") / "t.xpt"
    held = [v for v in values if v == 0 or SMALLEST <= abs(v) <= LARGEST]
    if held == values:
        write(path, pl.DataFrame({"N": values}), NUMBER)
        expected = [0.0 if v == 0 else v for v in values]
        assert [v.hex() for v in read(path)["N"]] == [v.hex() for v in expected]
        return
    first = next(i for i, v in enumerate(values, start=1) if v not in held)
    with pytest.raises(ExportError, match=f"^T.N: record {first} holds "):
        write(path, pl.DataFrame({"N": values}), NUMBER)


@pytest.mark.parametrize(
    ("value", "what"),
    [
        (float("inf"), "an infinity"),
        (-float("inf"), "an infinity"),
        (7.3e75, "a number out of range"),
        (1e-80, "a number out of range"),
        (5e-324, "a number out of range"),
    ],
)
def test_numbers_out_of_range(tmp_path: Path, value: float, what: str) -> None:
    with pytest.raises(ExportError) as caught:
        write(tmp_path / "t.xpt", pl.DataFrame({"N": [1.0, value]}), NUMBER)
    assert str(caught.value) == (
        f"T.N: record 2 holds {what}; allowed: 0 and ±5.4e-79 to ±7.2e75. "
        "Correct the value, or leave it empty with a reason"
    )


@pytest.mark.parametrize("value", [2**53 + 1, -(2**53) - 1, 2**63])
def test_whole_numbers_no_double_holds(tmp_path: Path, value: int) -> None:
    frame = pl.DataFrame({"N": [1, None, value]}, schema={"N": pl.Int128})
    with pytest.raises(ExportError) as caught:
        write(tmp_path / "t.xpt", frame, NUMBER)
    assert str(caught.value) == (
        "T.N: record 3 holds a whole number beyond 2**53, which no double holds exactly. "
        "Make the variable text"
    )


def test_the_largest_exact_whole_number(tmp_path: Path) -> None:
    frame = pl.DataFrame({"N": [2**53, -(2**53), None]}, schema={"N": pl.Int64})
    assert read(write(tmp_path / "t.xpt", frame, NUMBER))["N"] == [2.0**53, -(2.0**53), None]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("abcde", "T.A: record 2 has 5 bytes, the variable holds 4. "),
        ("a\nb", "T.A: record 2 holds U+000A, a control character. "),
        ("a\tb", "T.A: record 2 holds U+0009, a control character. "),
        ("a\x00", "T.A: record 2 holds U+0000, a control character. "),
        ("\x7f", "T.A: record 2 holds U+007F, a control character. "),
        ("\x85", "T.A: record 2 holds U+0085, a control character. "),
        ("é", "T.A: record 2 holds U+00E9, not an ASCII character. "),
    ],
)
def test_text_the_file_cannot_hold(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ExportError) as caught:
        write(tmp_path / "t.xpt", pl.DataFrame({"A": ["a", text]}), TEXT)
    assert str(caught.value).startswith(message)
    assert list(tmp_path.iterdir()) == []


def test_two_odd_texts_that_fill_the_length_together_are_still_found(tmp_path: Path) -> None:
    # One text a byte too long and one a byte short add up to the right size.
    frame = pl.DataFrame({"A": ["abcde", "abc"]})
    with pytest.raises(ExportError, match="record 1 has 5 bytes"):
        write(tmp_path / "t.xpt", frame, TEXT)


def test_records_are_counted_over_all_chunks(tmp_path: Path) -> None:
    chunks = [pl.DataFrame({"A": ["a", "b"]}), pl.DataFrame({"A": ["c", "defgh"]})]

    def write_chunks() -> None:
        with XptWriter(tmp_path / "t.xpt", (TEXT,), "", WHEN) as writer:
            for chunk in chunks:
                writer.append(chunk)

    with pytest.raises(ExportError, match=re.escape("T.A: record 4 has 5 bytes")):
        write_chunks()


def test_utf8_is_written_when_asked_for(tmp_path: Path) -> None:
    frame = pl.DataFrame({"A": ["Grö", "x"]})
    write_xpt(tmp_path / "t.xpt", frame, (TEXT,), "", WHEN, encoding="utf-8")
    values, _ = pyreadstat.read_xport(
        str(tmp_path / "t.xpt"), output_format="dict", encoding="UTF-8"
    )
    assert values["A"] == ["Grö", "x"]
    longer = pl.DataFrame({"A": ["Größ"]})
    with pytest.raises(ExportError, match="record 1 has 6 bytes, the variable holds 4"):
        write_xpt(tmp_path / "t.xpt", longer, (TEXT,), "", WHEN, encoding="utf-8")


@pytest.mark.parametrize(
    ("variable", "message"),
    [
        (
            XptVariable("TOOLONGNAME"),
            (
                "T.TOOLONGNAME: 'TOOLONGNAME' is not a name an XPT file can hold; allowed: "
                "1 to 8 ASCII letters, digits, underscores, the first no digit"
            ),
        ),
        (XptVariable("1A"), "T.1A: '1A' is not a name an XPT file can hold"),
        (XptVariable("Ä"), "T.Ä: 'Ä' is not a name an XPT file can hold"),
        (XptVariable(""), "T.: '' is not a name an XPT file can hold"),
        (
            XptVariable("B", "x" * 41),
            "T.B: the label has 41 bytes; allowed: at most 40. Shorten the label in specs/sdtm",
        ),
        (
            XptVariable("B", "Größe"),
            (
                "T.B: the label holds U+00F6; allowed: printable ASCII characters. "
                "Reword the label in specs/sdtm"
            ),
        ),
        (XptVariable("B", "a\nb"), "T.B: the label holds U+000A"),
        (
            XptVariable("B", length=201),
            (
                "T.B: text length of 201 bytes; allowed: 1 to 200. "
                "Split longer text into supplemental qualifiers before writing"
            ),
        ),
        (XptVariable("B", length=0), "T.B: text length of 0 bytes; allowed: 1 to 200"),
        (XptVariable("B", numeric=True, length=4), "T.B: numeric length 4; allowed: 8"),
        (
            XptVariable("a"),
            (
                "T.a: the name is taken: 'A' and 'a' are one name, case does not count. "
                "Rename one of the two variables"
            ),
        ),
        (XptVariable("A"), "T.A: the name is taken"),
    ],
)
def test_variables_the_file_cannot_hold(
    tmp_path: Path, variable: XptVariable, message: str
) -> None:
    with pytest.raises(ExportError) as caught:
        XptWriter(tmp_path / "t.xpt", (TEXT, variable), "", WHEN)
    assert str(caught.value).startswith(message)


def test_longest_names_and_labels_come_back(tmp_path: Path) -> None:
    variable = XptVariable("ABCDEFGH", "x" * 40, length=200)
    frame = pl.DataFrame({"ABCDEFGH": ["y" * 200]})
    write_xpt(tmp_path / "abcdefgh.xpt", frame, (variable,), "z" * 40, WHEN)
    values, meta = pyreadstat.read_xport(str(tmp_path / "abcdefgh.xpt"), output_format="dict")
    assert values["ABCDEFGH"] == ["y" * 200]
    assert (meta.table_name, meta.file_label) == ("ABCDEFGH", "z" * 40)
    assert meta.column_labels == ["x" * 40]


def test_dataset_name_and_label_are_checked(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="'NINECHARS' is not a name"):
        XptWriter(tmp_path / "ninechars.xpt", (TEXT,), "", WHEN)
    with pytest.raises(ExportError, match="the dataset label has 41 bytes"):
        XptWriter(tmp_path / "t.xpt", (TEXT,), "x" * 41, WHEN)
    with pytest.raises(ExportError, match="0 variables; allowed: 1 to 9999"):
        XptWriter(tmp_path / "t.xpt", (), "", WHEN)


def test_types_that_do_not_fit(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="text variable cannot take a column of type Int64"):
        write(tmp_path / "t.xpt", pl.DataFrame({"A": [1]}), TEXT)
    with pytest.raises(ExportError, match="numeric variable cannot take a column of type String"):
        write(tmp_path / "t.xpt", pl.DataFrame({"N": ["1"]}), NUMBER)
    with pytest.raises(ExportError, match="numeric variable cannot take a column of type Boolean"):
        write(tmp_path / "t.xpt", pl.DataFrame({"N": [True]}), NUMBER)
    with pytest.raises(ExportError, match=r"^T: the frame has no N\. Add the columns, or"):
        write(tmp_path / "t.xpt", pl.DataFrame({"A": ["1"]}))


def test_an_error_keeps_the_old_file(tmp_path: Path) -> None:
    path = write(tmp_path / "t.xpt", pl.DataFrame({"A": ["a"]}), TEXT)
    before = path.read_bytes()
    with pytest.raises(ExportError):
        write(path, pl.DataFrame({"A": ["much too long"]}), TEXT)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_closed_writer_does_not_append(tmp_path: Path) -> None:
    writer = XptWriter(tmp_path / "t.xpt", (TEXT,), "", WHEN)
    with pytest.raises(ExportError, match="the writer is not open"):
        writer.append(pl.DataFrame({"A": ["a"]}))


def test_the_time_stated_is_utc(tmp_path: Path) -> None:
    moment = datetime(2026, 3, 1, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    write_xpt(tmp_path / "t.xpt", pl.DataFrame({"A": ["a"]}), (TEXT,), "", moment)
    assert (tmp_path / "t.xpt").read_bytes()[144:160] == b"28FEB26:23:30:00"


def test_text_lengths_count_bytes_without_trailing_blanks() -> None:
    frame = pl.DataFrame({"A": ["é", "x  "], "B": [None, None], "C": ["", " y"], "N": [1, 2]})
    assert text_lengths(frame) == {"A": 2, "B": 1, "C": 2}
    assert text_lengths(pl.DataFrame({"N": [1]})) == {}


@pytest.mark.parametrize("cut", [1, 79, 81, 161])
def test_a_file_cut_inside_a_physical_record_is_noticed(tmp_path: Path, cut: int) -> None:
    frame = pl.DataFrame({"A": ["abcd"] * 200, "N": range(200)})
    path = write(tmp_path / "t.xpt", frame)
    path.write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(
        ExportError, match=r"^t.xpt: it is no XPT file of version 5 or 8, or was cut short"
    ):
        count_records(path)


def test_a_file_cut_inside_a_record_of_the_dataset_is_noticed(tmp_path: Path) -> None:
    # Records of 12 bytes end where an 80-byte record ends only every 240 bytes. Cut there, the
    # file is a sound one with fewer records: only the manifest, which keeps their number, tells.
    frame = pl.DataFrame({"A": ["abcd"] * 200, "N": range(200)})
    path = write(tmp_path / "t.xpt", frame)
    whole = path.read_bytes()
    path.write_bytes(whole[:-80])
    with pytest.raises(ExportError, match="what follows the last record is not padding"):
        count_records(path)
    path.write_bytes(whole[:-240])
    assert count_records(path) == 180


def test_not_an_xpt_file(tmp_path: Path) -> None:
    path = tmp_path / "t.xpt"
    path.write_bytes(b"x" * 800)
    with pytest.raises(ExportError, match="it is no XPT file of version 5 or 8"):
        count_records(path)
