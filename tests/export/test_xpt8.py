"""Transport files of SAS version 8: by hand, field by field, and through readers that are not ours."""

from __future__ import annotations

import dataclasses
import struct
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pyreadstat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import REPOSITORY
from tests.export.test_r_readers import numbers, read_with

from tecdata.cli.errors import guarded
from tecdata.cli.main import cli
from tecdata.dataset import Dataset
from tecdata.errors import ExportError
from tecdata.export import XptVariable, verify_output, write_study, write_xpt
from tecdata.export.xpt_shape import count_records
from tecdata.spec import load_specs

if TYPE_CHECKING:
    from tecdata.pipeline import StudyRun

WHEN = datetime(2026, 1, 5, 13, 4, 9, tzinfo=UTC)
LONG = "SYSTOLIC_BLOOD_PRESSURE_MMHG_SIT"
LABEL = "Systolic blood pressure, sitting" + ", mean of three measurements" * 7
FRAME = pl.DataFrame({"USUBJID": ["S-1", "S-2"], LONG: [120.5, None], "TEXT": ["x" * 3000, None]})
VARIABLES = (
    XptVariable("USUBJID", "Unique Subject Identifier", length=3),
    XptVariable(LONG, LABEL, numeric=True),
    XptVariable("TEXT", "A Text", length=3000),
)


def write(folder: Path) -> Path:
    path = folder / "vital_signs_of_the_study.xpt"
    write_xpt(path, FRAME, VARIABLES, "Vital Signs", WHEN, version=8)
    return path


def blanks(count: int) -> bytes:
    return b" " * count


def test_every_field_stands_where_the_layout_says(tmp_path: Path) -> None:
    data = write(tmp_path).read_bytes()
    head = [
        b"HEADER RECORD*******LIBV8   HEADER RECORD!!!!!!!000000000000000000000000000000  ",
        b"SAS     SAS     SASLIB  9.4             " + blanks(24) + b"05JAN26:13:04:09",
        b"05JAN26:13:04:09" + blanks(64),
        b"HEADER RECORD*******MEMBV8  HEADER RECORD!!!!!!!000000000000000001600000000140  ",
        b"HEADER RECORD*******DSCPTV8 HEADER RECORD!!!!!!!000000000000000000000000000000  ",
        # SAS, dataset name of 32, SASDATA, version, operating system, created.
        b"SAS     VITAL_SIGNS_OF_THE_STUDY        SASDATA 9.4             05JAN26:13:04:09",
        b"05JAN26:13:04:09" + blanks(16) + b"Vital Signs" + blanks(29) + blanks(8),
        b"HEADER RECORD*******NAMSTV8 HEADER RECORD!!!!!!!000000000300000000000000000000  ",
    ]
    assert data[:640] == b"".join(head)
    second = data[640 + 140 : 640 + 280]
    assert second[:8] == b"\x00\x01\x00\x00\x00\x08\x00\x02"  # numeric, 8 bytes, second variable
    assert second[8:16] == b"SYSTOLIC"
    assert second[16:56] == LABEL[:40].encode()
    assert struct.unpack(">l", second[84:88]) == (3,)
    assert second[88:120] == LONG.encode()
    assert second[120:122] == struct.pack(">H", len(LABEL))
    assert second[122:140] == bytes(18)
    labels = 640 + 480  # three NAMESTRs of 140 bytes, padded to 80
    assert data[labels - 60 : labels] == blanks(60)
    assert data[labels : labels + 80] == (
        b"HEADER RECORD*******LABELV8 HEADER RECORD!!!!!!!1" + blanks(31)
    )
    entry = struct.pack(">HHH", 2, 32, len(LABEL)) + LONG.encode() + LABEL.encode()
    assert data[labels + 80 : labels + 80 + len(entry)] == entry
    end = labels + 80 + len(entry) + -len(entry) % 80
    assert data[end : end + 80] == (
        b"HEADER RECORD*******OBSV8   HEADER RECORD!!!!!!!              2" + blanks(17)
    )
    assert data[end + 80 : end + 83] == b"S-1"


def test_pyreadstat_and_haven_read_the_same(tmp_path: Path) -> None:
    path = write(tmp_path)
    values, meta = pyreadstat.read_xport(str(path), output_format="polars")
    assert values.equals(FRAME.with_columns(pl.col("TEXT").fill_null("")))
    assert meta.column_names_to_labels == {v.name: v.label for v in VARIABLES}
    assert meta.table_name == "VITAL_SIGNS_OF_THE_STUDY"
    assert meta.variable_storage_width == {v.name: v.length for v in VARIABLES}
    found = read_with("haven", [path], tmp_path)
    assert found[path.name, LONG][0] == LABEL
    assert numbers(found[path.name, LONG][1:]) == [120.5, None]
    assert found[path.name, "TEXT"] == ["A Text", "x" * 3000, ""]


def test_records_are_counted_and_a_cut_file_is_noticed(tmp_path: Path) -> None:
    path = write(tmp_path)
    assert count_records(path) == 2
    whole = path.read_bytes()
    for size in (80, 640, 1200, len(whole) - 80, len(whole) - 1):
        path.write_bytes(whole[:size])
        with pytest.raises(ExportError):
            count_records(path)


@pytest.mark.parametrize(
    ("variable", "problem"),
    [
        (XptVariable("A" * 33), "not a name"),
        (XptVariable("A", "x" * 257), "has 257 bytes"),
        (XptVariable("A", length=32_768), "text length of 32768 bytes"),
    ],
)
def test_what_version_8_cannot_hold_is_refused(
    variable: XptVariable, problem: str, tmp_path: Path
) -> None:
    with pytest.raises(ExportError, match=problem):
        write_xpt(tmp_path / "a.xpt", FRAME, [variable], "", WHEN, version=8)
    assert list(tmp_path.iterdir()) == []


@given(
    st.lists(
        st.tuples(
            st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), max_size=300),
            st.one_of(st.none(), st.integers(-(2**50), 2**50)),
        ),
        min_size=1,
        max_size=20,
    ),
    st.integers(0, 256),
)
def test_what_is_written_is_read_again(rows: list[tuple[str, int | None]], label: int) -> None:
    import tempfile

    table = pl.DataFrame({"KEY": [f"k{n}" for n in range(len(rows))], "A": [r[0] for r in rows], "N": [r[1] for r in rows]})  # fmt: skip
    variables = [
        XptVariable("KEY", "", length=3),
        XptVariable("A", "x" * label, length=300),
        XptVariable("N", "", numeric=True),
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xpt"
        write_xpt(path, table, variables, "", WHEN, version=8)
        read, meta = pyreadstat.read_xport(str(path), output_format="dict")
        assert count_records(path) == len(rows)
    assert read["A"] == [text.rstrip(" ") for text, _ in rows]
    assert read["N"] == [None if n is None else float(n) for _, n in rows]
    assert (meta.column_names_to_labels["A"] or "") == "x" * label


def test_no_records_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / "a.xpt"
    write_xpt(path, FRAME.head(0), VARIABLES, "", WHEN, version=8)
    assert count_records(path) == 0
    assert pyreadstat.read_xport(str(path))[0].empty


def test_long_text_stays_whole_in_version_8_and_is_split_in_5(tmp_path: Path) -> None:
    specs = load_specs(REPOSITORY / "specs")
    wanted = dataclasses.replace(specs, study=specs.study.model_copy(update={"xpt_v8": True}))
    text = "Fieber und Schüttelfrost, " * 20
    table = pl.DataFrame(
        {
            "STUDYID": ["T"], "DOMAIN": ["AE"], "USUBJID": ["T-1"], "AESEQ": [1],
            "AETERM": [text.strip()], "AEDECOD": ["PYREXIA"],
        }
    )  # fmt: skip
    write_study({"AE": Dataset.of(table, specs.domains["AE"])}, wanted, tmp_path)
    whole, _ = pyreadstat.read_xport(str(tmp_path / "sdtm/xpt8/ae.xpt"), output_format="dict")
    split, _ = pyreadstat.read_xport(str(tmp_path / "sdtm/xpt/ae.xpt"), output_format="dict")
    assert whole["AETERM"] == [text.strip().replace("ü", "ue")]
    assert len(split["AETERM"][0]) <= 200


def test_the_main_job_writes_them_on_request(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert (
        guarded(cli, ["run", str(REPOSITORY), "--out", str(out), "--no-history", "--xpt", "8"]) == 0
    )
    assert verify_output(out) == ()
    for room in ("sdtm", "adam"):
        paths = sorted((out / room / "xpt8").glob("*.xpt"))
        assert [p.name for p in paths] == sorted(p.name for p in (out / room / "xpt").glob("*.xpt"))
        for path in paths:
            five, _ = pyreadstat.read_xport(
                str(out / room / "xpt" / path.name), output_format="dict"
            )
            eight, _ = pyreadstat.read_xport(str(path), output_format="dict")
            assert eight == five
    found = read_with("haven", sorted((out / "sdtm" / "xpt8").glob("*.xpt")), tmp_path)
    frame = pl.read_parquet(out / "sdtm" / "parquet" / "lb.parquet")
    assert numbers(found["lb.xpt", "LBSTRESN"][1:]) == frame["LBSTRESN"].to_list()


def test_without_the_request_there_are_none(sample_run: StudyRun, sample_out: Path) -> None:
    assert sample_run.datasets
    assert not (sample_out / "sdtm" / "xpt8").exists()
