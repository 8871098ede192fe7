from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyreadstat
import pytest

from tecdata.errors import IntakeError

Read = Callable[..., Any]

FRAME = pl.DataFrame(
    {
        "pat": ["RHD-004", "RHD-005", ""],
        "igg": [7.5, -99.0, None],
        "sex": [1.0, 2.0, 1.0],
        "tag": [dt.date(2024, 4, 3), None, dt.date(2025, 1, 1)],
        "zeit": [dt.datetime(2024, 4, 3, 9, 30), None, dt.datetime(2024, 4, 3)],  # noqa: DTZ001
        "uhr": [dt.time(9, 30), None, dt.time(9, 30, 5)],
    }
)
LABELS: dict[str, dict[float | int, str]] = {"sex": {1: "männlich", 2: "weiblich"}}


def write(kind: str, path: Path) -> None:
    if kind == "sav":
        pyreadstat.write_sav(
            FRAME,
            path,
            column_labels={"igg": "IgG (g/l)"},
            variable_value_labels=LABELS,
            missing_ranges={"igg": [-99, {"lo": -9, "hi": -1}], "pat": ["?"]},
        )
    elif kind == "zsav":
        pyreadstat.write_sav(
            FRAME,
            path,
            compress=True,
            column_labels={"igg": "IgG (g/l)"},
            variable_value_labels=LABELS,
            missing_ranges={"igg": [-99]},
        )
    elif kind == "dta":
        pyreadstat.write_dta(
            FRAME.drop("uhr"),
            path,
            column_labels={"igg": "IgG (g/l)"},
            variable_value_labels=LABELS,
        )
    else:
        pyreadstat.write_xport(
            FRAME, path, file_format_version=5, column_labels={"igg": "IgG (g/l)"}
        )


@pytest.mark.parametrize("kind", ["sav", "zsav", "dta", "xpt"])
def test_statistics_files_read_alike(kind: str, folder: Path, read: Read) -> None:
    write(kind, folder / f"d.{kind}")
    delivery, findings = read(t={"file": f"d.{kind}"})
    table = delivery.tables["t"]
    rows = [
        (1, "RHD-004", "7.5", "1", "2024-04-03", "2024-04-03T09:30", "09:30"),
        (2, "RHD-005", "-99", "2", None, None, None),
        (3, None, None, "1", "2025-01-01", "2024-04-03", "09:30:05"),
    ]
    width = 6 if kind == "dta" else 7
    assert table.frame.rows() == [row[:width] for row in rows]
    assert table.column("igg").label == "IgG (g/l)"
    assert table.column("sex").kinds == {"number"}
    assert table.column("pat").kinds == {"text"}
    assert table.column("tag").kinds == {"date"}
    assert table.column("zeit").kinds == {"datetime"}
    assert table.address(2, "igg") == "row 2, column 'igg'"
    assert findings == []


@pytest.mark.parametrize("kind", ["sav", "dta"])
def test_value_labels_stay_beside_the_codes(kind: str, folder: Path, read: Read) -> None:
    write(kind, folder / f"d.{kind}")
    column = read(t={"file": f"d.{kind}"})[0].tables["t"].column("sex")
    assert column.value_labels == {"1": "männlich", "2": "weiblich"}


def test_user_missing_codes_of_spss_are_kept_and_listed(folder: Path, read: Read) -> None:
    frame = pl.DataFrame({"a": [1.0, -99.0, -5.0], "b": ["x", "NA", "y"]})
    ranges: dict[str, Any] = {"a": [-99, {"lo": -9, "hi": -1}], "b": ["NA"]}
    pyreadstat.write_sav(frame, folder / "d.sav", missing_ranges=ranges)
    table = read(t={"file": "d.sav"})[0].tables["t"]
    assert table.frame.rows() == [(1, "1", "x"), (2, "-99", "NA"), (3, "-5", "y")]
    assert table.column("a").missing_codes == ("-5", "-99")
    assert table.column("b").missing_codes == ("NA",)


def test_extended_missing_values_of_stata_are_kept(folder: Path, read: Read) -> None:
    frame = pd.DataFrame({"a": [1.5, "a", "b"]}, dtype=object)
    labels: dict[str, Any] = {"a": {"a": "nicht gemessen", 1: "eins"}}
    pyreadstat.write_dta(
        frame,
        folder / "d.dta",
        missing_user_values={"a": ["a", "b"]},
        variable_value_labels=labels,
    )
    table = read(t={"file": "d.dta"})[0].tables["t"]
    assert table.frame["a"].to_list() == ["1.5", ".a", ".b"]
    column = table.column("a")
    assert column.missing_codes == (".a", ".b")
    assert column.value_labels == {".a": "nicht gemessen", "1": "eins"}
    assert column.kinds == {"number"}


def test_rows_may_be_skipped_and_are_counted(folder: Path, read: Read) -> None:
    write("sav", folder / "d.sav")
    rule = {"column": "pat", "matches": "5$", "reason": "test patient"}
    delivery, _ = read(t={"file": "d.sav", "skip_rows": [rule]})
    assert delivery.tables["t"].frame["_row"].to_list() == [1, 3]
    account = delivery.accounts["t"]
    assert (account.rows_read, account.rows_skipped) == (3, 1)
    assert (account.cells_read, account.cells_skipped) == (13, {"test patient": 3})


@pytest.mark.parametrize("kind", ["sav", "zsav", "dta", "xpt"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.999])
def test_a_truncated_file_is_refused(kind: str, share: float, folder: Path, read: Read) -> None:
    path = folder / f"d.{kind}"
    write(kind, path)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(IntakeError, match=rf"^xx/d.{kind}: the file is damaged or truncated"):
        read(t={"file": path.name})


def test_an_xpt_cut_at_a_record_is_noticed(folder: Path, read: Read) -> None:
    frame = pl.DataFrame({"a": ["x" * 50] * 20, "b": ["y" * 57] * 20})
    pyreadstat.write_xport(frame, folder / "d.xpt", file_format_version=5)
    content = (folder / "d.xpt").read_bytes()
    (folder / "d.xpt").write_bytes(content[:-80])
    with pytest.raises(IntakeError) as caught:
        read(t={"file": "d.xpt"})
    assert str(caught.value) == (
        "xx/d.xpt: the file is damaged or truncated: it cannot be read as xpt (its last row is cut "
        "off). Open the file in the program it came from, save it again and replace it, or ask the "
        "centre to send it again"
    )


def test_an_xpt_of_several_datasets_is_refused(folder: Path, read: Read) -> None:
    write("xpt", folder / "d.xpt")
    content = (folder / "d.xpt").read_bytes()
    (folder / "d.xpt").write_bytes(content + content[240:])
    with pytest.raises(IntakeError) as caught:
        read(t={"file": "d.xpt"})
    assert str(caught.value) == (
        "xx/d.xpt: the file holds 2 datasets, and only files of one are read. "
        "Ask the centre for one xpt file a dataset"
    )


def test_a_wrong_encoding_in_the_file_can_be_overridden(folder: Path, read: Read) -> None:
    frame = pl.DataFrame({"name": ["Gr\u00f6\u00dfe"]})
    pyreadstat.write_dta(frame, folder / "d.dta", version=10)
    content = (folder / "d.dta").read_bytes()
    assert "Gr\u00f6\u00dfe".encode() in content
    (folder / "d.dta").write_bytes(content.replace("Gr\u00f6\u00dfe".encode(), b"Gr\xf6\xdfe\0\0"))
    delivery, _ = read(t={"file": "d.dta", "encoding": "cp1252"})
    assert delivery.tables["t"].frame["name"].to_list() == ["Gr\u00f6\u00dfe"]


def test_special_missing_values_of_xpt_are_kept(folder: Path, read: Read) -> None:
    frame = pl.DataFrame({"s": ["x"] * 4, "a": [1.5, None, None, None], "b": [2.0] * 4})
    pyreadstat.write_xport(frame, folder / "d.xpt", file_format_version=5)
    content = (folder / "d.xpt").read_bytes()
    plain = b"." + bytes(7)
    assert content.count(plain) == 3
    for letter in (b"A", b"_"):
        content = content.replace(plain, letter + bytes(7), 1)
    (folder / "d.xpt").write_bytes(content)
    table = read(t={"file": "d.xpt"})[0].tables["t"]
    assert table.frame["a"].to_list() == ["1.5", ".A", "._", None]
    assert table.frame["b"].to_list() == ["2"] * 4
    assert table.column("a").kinds == {"number"}


SAS7BDAT = Path("/usr/lib/R/site-library/haven/examples/iris.sas7bdat")


@pytest.mark.skipif(not SAS7BDAT.exists(), reason="needs the Debian package r-cran-haven")
def test_a_sas7bdat_file_is_read(folder: Path, read: Read) -> None:
    (folder / "d.sas7bdat").write_bytes(SAS7BDAT.read_bytes())
    delivery, findings = read(t={"file": "d.sas7bdat"})
    assert delivery.tables["t"].frame.row(0) == (1, "5.1", "3.5", "1.4", "0.2", "setosa")
    assert delivery.tables["t"].frame.height == 150
    assert findings == []


def test_a_damaged_sas7bdat_file_is_refused(folder: Path, read: Read) -> None:
    magic = bytes(12) + bytes.fromhex("c2ea8160b31411cfbd92080009c7318c181f1011")
    (folder / "d.sas7bdat").write_bytes(magic + bytes(500))
    with pytest.raises(IntakeError, match=r"^xx/d.sas7bdat: the file is damaged or truncated"):
        read(t={"file": "d.sas7bdat"})
