"""Files of SPSS, Stata and SAS that libraries read in silence as something else, or cut short."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pyreadstat
import pytest
from tests.hostile.test_refused_files import AGAIN, refusal
from tests.intake.conftest import make_source

from tecdata.finding import Findings
from tecdata.intake import read_centre

if TYPE_CHECKING:
    from tecdata.table import RawTable

HAVEN = Path("/usr/lib/R/site-library/haven/examples/iris.sas7bdat")
KINDS = ("sav", "zsav", "dta", "xpt", "sas7bdat")


def table(folder: Path, name: str, **settings: Any) -> RawTable:
    findings = Findings()
    read = read_centre(make_source({"t": {"file": name} | settings}), folder, findings)
    assert not list(findings)
    return read.tables["t"]


def write(kind: str, frame: pl.DataFrame, path: Path) -> None:
    if kind in ("sav", "zsav"):
        pyreadstat.write_sav(frame, path, compress=kind == "zsav")
    elif kind == "dta":
        pyreadstat.write_dta(frame, path)
    elif kind == "xpt":
        pyreadstat.write_xport(frame, path, file_format_version=5)
    elif HAVEN.exists():
        path.write_bytes(HAVEN.read_bytes())
    else:
        pytest.skip("no library writes sas7bdat; one comes with the Debian package r-cran-haven")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [0.35, 0.7, 0.95])
def test_a_file_cut_short_says_so(kind: str, share: float, tmp_path: Path) -> None:
    # 52 bytes a record of an xpt file: no cut leaves whole records of 80 bytes and whole rows.
    frame = pl.DataFrame(
        {"pat": [f"RHD-{i:04}" + "x" * 36 for i in range(400)], "igg": [0.1] * 400}
    )
    write(kind, frame, tmp_path / f"whole.{kind}")
    content = (tmp_path / f"whole.{kind}").read_bytes()
    (tmp_path / f"whole.{kind}").unlink()
    shown = refusal(tmp_path, f"b.{kind}", content[: int(len(content) * share)])
    name = "sav" if kind == "zsav" else kind
    assert shown.startswith(
        f"{tmp_path.name}/b.{kind}: the file is damaged or truncated: it cannot be read as {name}"
    )
    assert shown.endswith(AGAIN)


@pytest.mark.parametrize("kind", KINDS[:-1])
@pytest.mark.parametrize("rows", [4, 5, 8, 23])
def test_blank_last_rows_take_no_filled_row_with_them(kind: str, rows: int, tmp_path: Path) -> None:
    """Blanks at the end of an xpt file may be rows or padding; rows of nothing but blanks do not count."""
    frame = pl.DataFrame(
        {"a": [f"v{i}" for i in range(rows)] + [""] * 3, "b": ["x"] * rows + [""] * 3}
    )
    write(kind, frame, tmp_path / f"b.{kind}")
    read = table(tmp_path, f"b.{kind}").frame
    assert read.drop_nulls("a")["a"].to_list() == [f"v{i}" for i in range(rows)]
    assert read.height == rows


def test_user_missing_codes_of_spss_and_stata_stay(tmp_path: Path) -> None:
    frame = pl.DataFrame({"a": [1.0, -99.0, -5.0, None]})
    pyreadstat.write_sav(
        frame, tmp_path / "b.sav", missing_ranges={"a": [-99, {"lo": -9, "hi": -1}]}
    )
    read = table(tmp_path, "b.sav")
    assert read.frame["a"].to_list() == ["1", "-99", "-5"]
    assert read.column("a").missing_codes == ("-5", "-99")


def test_a_stored_zero_is_zero(tmp_path: Path) -> None:
    """pandas reads 5.4e-79 for it."""
    write("xpt", pl.DataFrame({"a": [0.0, 1.5, -0.25]}), tmp_path / "b.xpt")
    assert table(tmp_path, "b.xpt").frame["a"].to_list() == ["0", "1.5", "-0.25"]


def _spoilt_sav(path: Path) -> None:
    pyreadstat.write_sav(pl.DataFrame({"a": ["Größe"]}), path)
    path.write_bytes(path.read_bytes().replace("ö".encode(), b"\xf6\xf6"))


def _spoilt_dta(path: Path) -> None:
    pyreadstat.write_dta(pl.DataFrame({"a": ["Größe"]}), path)
    path.write_bytes(path.read_bytes().replace("ö".encode(), b"\xf6\xf6"))


@pytest.mark.parametrize(("kind", "spoil"), [("sav", _spoilt_sav), ("dta", _spoilt_dta)])
def test_text_in_another_encoding_than_the_file_says(
    kind: str, spoil: Callable[[Path], None], tmp_path: Path
) -> None:
    spoil(tmp_path / f"s.{kind}")
    content = (tmp_path / f"s.{kind}").read_bytes()
    (tmp_path / f"s.{kind}").unlink()
    shown = refusal(tmp_path, f"b.{kind}", content)
    assert shown == (
        f"{tmp_path.name}/b.{kind}: its text is not in the encoding the file declares. "
        "Declare 'encoding' for this table in source.yaml, for instance cp1252"
    )


def test_a_sas7bdat_file_reads_in_full(tmp_path: Path) -> None:
    write("sas7bdat", pl.DataFrame(), tmp_path / "b.sas7bdat")
    frame = table(tmp_path, "b.sas7bdat").frame
    assert frame.height == 150
    assert frame.row(149) == (150, "5.9", "3", "5.1", "1.8", "virgin")  # as haven reads it
