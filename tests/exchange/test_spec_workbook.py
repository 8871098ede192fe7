"""Specs to a workbook and back without a loss; foreign workbooks; the mapping to sign."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest
from tests.conftest import REPOSITORY

from tecdata.cli.errors import guarded
from tecdata.cli.main import cli
from tecdata.errors import SpecError, UsageError
from tecdata.exchange import export_mapping, export_spec, import_spec, write_spec
from tecdata.spec import Specs, load_centre, load_specs


@pytest.fixture(scope="module")
def specs() -> Specs:
    return load_specs(REPOSITORY / "specs")


@pytest.fixture
def workbook(specs: Specs, tmp_path: Path) -> Path:
    export_spec(specs, tmp_path / "spec.xlsx")
    return tmp_path / "spec.xlsx"


def test_the_way_there_and_back_loses_nothing(specs: Specs, workbook: Path) -> None:
    back = import_spec(workbook)
    assert back.domains == specs.domains
    assert back.adam == specs.adam
    assert back.codelists == specs.codelists
    assert back.submission == specs.submission
    assert back.ignored == ()


def test_the_files_written_are_specs_again(specs: Specs, workbook: Path, tmp_path: Path) -> None:
    made = tmp_path / "made"
    written = write_spec(import_spec(workbook), made)
    assert len(written) == len(specs.domains) + len(specs.adam) + 2
    again = tmp_path / "study" / "specs"
    shutil.copytree(REPOSITORY / "specs", again)
    for room in ("sdtm", "adam", "terminology"):
        shutil.rmtree(again / room)
    shutil.copytree(made, again, dirs_exist_ok=True)
    read = load_specs(again)
    assert read.domains == specs.domains
    assert read.adam == specs.adam
    assert read.codelists == specs.codelists
    assert read.submission == specs.submission
    with pytest.raises(UsageError, match="not empty"):
        write_spec(import_spec(workbook), made)


def test_the_same_specs_give_the_same_bytes(specs: Specs, workbook: Path, tmp_path: Path) -> None:
    export_spec(specs, tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == workbook.read_bytes()


def test_sheets_and_headers_are_those_that_others_know(workbook: Path) -> None:
    book = openpyxl.load_workbook(workbook)
    assert {"Define", "Datasets", "Variables", "ValueLevel", "WhereClauses", "Codelists"} <= set(
        book.sheetnames
    )
    headers = [cell.value for cell in book["Variables"][1]]
    assert headers[:5] == ["Order", "Dataset", "Variable", "Label", "Data Type"]
    assert {"Mandatory", "Codelist", "Origin", "Method", "Predecessor", "Role"} <= set(headers)


def foreign(path: Path, *, label: str = "Demographics") -> Path:
    """A workbook by another hand: other cases, fewer columns, sheets we do not know."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "DATASETS"
    sheet.append(["dataset", "Description", "Class", "Structure", "Purpose", "Key  variables", "x"])
    sheet.append(
        ["DM", label, "SPECIAL PURPOSE", "One record", "Tabulation", "STUDYID; USUBJID", 1]
    )
    variables = book.create_sheet("variables")
    variables.append(["Order", "Dataset", "Variable", "Label", "DATA_TYPE", "Length", "mandatory"])
    variables.append([2, "DM", "USUBJID", "Subject", "text", 20, "Yes"])
    variables.append([1, "DM", "STUDYID", "Study", "text", 12, "Yes"])
    variables.append([3, "DM", "RFSTDTC", "Start", "partialDatetime", None, "No"])
    book.create_sheet("Pages").append(["Form"])
    book["Pages"].append(["Screening"])
    book.save(path)
    return path


def test_a_workbook_by_another_hand_is_read_leniently(tmp_path: Path) -> None:
    read = import_spec(foreign(tmp_path / "other.xlsx"))
    dm = read.domains["DM"]
    assert [v.name for v in dm.variables] == ["STUDYID", "USUBJID", "RFSTDTC"]
    assert dm.keys == ("STUDYID", "USUBJID")
    assert [(v.type, v.core) for v in dm.variables] == [
        ("text", "Req"),
        ("text", "Req"),
        ("datetime", "Perm"),
    ]
    assert read.ignored == ("sheet pages", "datasets: column x")


def test_rows_that_make_no_spec_are_named(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="Datasets: DM: label"):
        import_spec(foreign(tmp_path / "other.xlsx", label="x" * 41))
    book = openpyxl.Workbook()
    book.save(tmp_path / "empty.xlsx")
    with pytest.raises(UsageError, match="no sheets Datasets and Variables"):
        import_spec(tmp_path / "empty.xlsx")
    with pytest.raises(UsageError, match="cannot be read"):
        import_spec(tmp_path / "absent.xlsx")


@pytest.mark.parametrize("centre", ["berlin", "aarhus", "tuebingen"])
def test_every_rule_of_a_centre_stands_in_the_workbook_to_sign(
    centre: str, specs: Specs, tmp_path: Path
) -> None:
    mapping = load_centre(REPOSITORY / "mappings" / centre)
    export_mapping(mapping, specs, tmp_path / "map.xlsx")
    book = openpyxl.load_workbook(tmp_path / "map.xlsx")
    rows = list(book["Rules"].iter_rows(min_row=2, values_only=True))
    told = {(row[0], row[1], row[3]) for row in rows}
    for domain, rules in mapping.domains.items():
        for block in rules.blocks:
            for variable in block.variables:
                assert (domain, block.name, variable) in told
    assert all(row[5] for row in rows)
    ignored = sum(len(t.ignore) for t in mapping.source.tables.values())
    assert book["Left out"].max_row - 1 == ignored


def test_the_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, folder = tmp_path / "spec.xlsx", tmp_path / "made"
    assert guarded(cli, ["spec", "export", str(file), "--study", str(REPOSITORY)]) == 0
    assert guarded(cli, ["spec", "import", str(file), "--out", str(folder)]) == 0
    assert (folder / "sdtm" / "dm.yaml").is_file()
    assert "datasets" in capsys.readouterr().out
    sheet = tmp_path / "map.xlsx"
    arguments = ["spec", "mapping", "berlin", str(sheet), "--study", str(REPOSITORY)]
    assert guarded(cli, arguments) == 0
    assert sheet.is_file()
    assert guarded(cli, ["spec", "import", str(file), "--out", str(folder)]) == 2
