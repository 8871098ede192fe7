"""A delivery that has something wrong with it is read as far as it goes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tecdata.check_delivery import CheckedDelivery, check_delivery
from tecdata.errors import UsageError
from tecdata.spec import load_specs

if TYPE_CHECKING:
    from tecdata.finding import Finding

Lines = list[str]


@pytest.fixture(scope="module")
def study(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study") / "s"
    for name in ("specs", "mappings", "sample_exports"):
        shutil.copytree(repository / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def check(study: Path) -> Callable[..., CheckedDelivery]:
    specs = load_specs(study / "specs")

    def run(name: str, *paths: Path) -> CheckedDelivery:
        return check_delivery(study, specs, name, paths)

    return run


def hamburg(
    study: Path, out: Path, file: str, change: Callable[[Lines], Lines], *, to: str = ""
) -> Path:
    """One of the text files, its lines (comment, header, records) changed."""
    text = (study / "sample_exports/hamburg" / file).read_bytes().decode("cp1252")
    path = out / (to or file)
    path.write_bytes("".join(change(text.splitlines(keepends=True))).encode("cp1252"))
    return path


def bad(checked: CheckedDelivery) -> list[Finding]:
    return [
        f
        for f in checked.findings.ordered()
        if f.status == "failed" and f.severity in ("reject", "error")
    ]


def checks(checked: CheckedDelivery) -> set[str]:
    return {f.check for f in bad(checked)}


@pytest.mark.parametrize("name", ["aarhus", "berlin", "hamburg", "heidelberg", "tuebingen"])
def test_the_sample_exports_have_nothing_against_them(
    study: Path, check: Callable[..., CheckedDelivery], name: str
) -> None:
    files = [p for p in (study / "sample_exports" / name).iterdir() if p.suffix != ".txt"]
    checked = check(name, *files)
    assert checked.exit_code == 0, bad(checked)
    assert checked.account is not None
    assert checked.account.unmapped == 0
    assert checked.records["DM"] > 0


def test_one_file_is_checked_against_the_others_of_the_study(
    study: Path, check: Callable[..., CheckedDelivery]
) -> None:
    checked = check("hamburg", study / "sample_exports/hamburg/HH_Labor.csv")
    assert checked.exit_code == 0
    assert [f.path for f in checked.files] == ["HH_Labor.csv"]
    assert checked.records["DM"] == 3
    taken = [f for f in checked.findings if f.check == "file.not_given"]
    assert len(taken) == 5
    assert "the last delivery's was taken" in taken[0].message
    files = {f.file for f in checked.findings if f.file and f.check != "file.not_given"}
    assert files <= {"HH_Labor.csv"}


def test_a_renamed_column_is_reported_once_and_the_rest_is_checked_as_if_it_were_not(
    study: Path, check: Callable[..., CheckedDelivery], tmp_path: Path
) -> None:
    def change(lines: Lines) -> Lines:
        lines[1] = lines[1].replace("Analyt", "Parameter").replace("PatNr", "Pat-Nr")
        lines[2] = lines[2].replace("Leukozyten", "Leukozüten").replace("Leukos", "Leukozüten")
        return lines

    checked = check("hamburg", hamburg(study, tmp_path, "HH_Labor.csv", change))
    assert checked.exit_code == 1
    assert [(f.check, f.value) for f in bad(checked)] == [
        ("file.column_renamed", "Pat-Nr"),
        ("file.column_renamed", "Parameter"),
        ("mapping.unknown_test", "Leukozüten"),
    ]
    assert bad(checked)[2].cell == "line 3, column 'Parameter'"


def test_a_missing_column_hides_nothing_else(
    study: Path, check: Callable[..., CheckedDelivery], tmp_path: Path
) -> None:
    def change(lines: Lines) -> Lines:
        cut = [lines[0], *[";".join(line.split(";")[:-1]) + "\n" for line in lines[1:]]]
        cut[2] = cut[2].replace(";", ";;", 1).rsplit(";", 1)[0] + "\n"
        return cut

    checked = check("hamburg", hamburg(study, tmp_path, "HH_Labor.csv", change))
    missing = [f for f in bad(checked) if f.check == "file.column_missing"]
    assert [dict(f.details)["expected"] for f in missing] == ["Referenz"]
    assert "HH_Labor.csv: the column 'Referenz' is missing (needed by " in missing[0].message
    assert len(bad(checked)) > 1, "the damaged line is found as well"
    assert checked.records["LB"] > 100


def test_without_the_column_of_the_dates_records_are_not_called_alike(
    study: Path, check: Callable[..., CheckedDelivery], tmp_path: Path
) -> None:
    def change(lines: Lines) -> Lines:
        return [
            lines[0],
            *[";".join(line.split(";")[:1] + line.split(";")[2:]) for line in lines[1:]],
        ]

    checked = check("hamburg", hamburg(study, tmp_path, "HH_Labor.csv", change))
    assert checks(checked) == {"file.column_missing"}
    idle = {
        dict(f.details).get("what"): f for f in checked.findings if f.check == "file.not_checked"
    }
    assert "the structure of LB" in idle
    assert idle["the structure of LB"].status == "not_run"
    assert "without 'Abnahme'" in idle["the structure of LB"].message


def test_without_the_column_of_the_subjects_the_rest_of_the_delivery_is_checked(
    study: Path, check: Callable[..., CheckedDelivery], tmp_path: Path
) -> None:
    def change(lines: Lines) -> Lines:
        return [lines[0], *[line.partition(";")[2] for line in lines[1:]]]

    labs = hamburg(study, tmp_path, "HH_Labor.csv", change)
    checked = check("hamburg", labs, study / "sample_exports/hamburg/HH_UE.csv")
    assert checks(checked) == {"file.column_missing", "file.subject_vanished"} & checks(checked)
    assert "file.column_missing" in checks(checked)
    assert checked.records["AE"] > 0


def test_a_file_of_another_name_is_read_as_the_closest(
    study: Path, check: Callable[..., CheckedDelivery], tmp_path: Path
) -> None:
    path = hamburg(study, tmp_path, "HH_UE.csv", lambda lines: lines, to="HH_UE_2026-02.csv")
    checked = check("hamburg", path)
    assert [(f.check, f.file) for f in bad(checked)] == [("file.renamed", "HH_UE_2026-02.csv")]
    assert "'HH_UE*.csv'" in bad(checked)[0].message
    assert checked.account is not None
    assert checked.account.mapped > 0


def test_a_file_that_nothing_reads_and_one_that_cannot_be_read(
    check: Callable[..., CheckedDelivery], tmp_path: Path
) -> None:
    other = tmp_path / "brief.csv"
    other.write_text("a;b\n1;2\n", "utf-8")
    checked = check("hamburg", other)
    assert checked.exit_code == 2
    assert [f.check for f in checked.findings if f.check == "intake.unknown_file"]
    empty = tmp_path / "HH_UE.csv"
    empty.write_bytes(b"")
    checked = check("hamburg", empty)
    assert checked.exit_code == 2
    assert [(f.check, f.severity) for f in bad(checked)] == [("file.unreadable", "reject")]
    assert "the file is empty" in bad(checked)[0].message


def test_identifiers_are_rejected_and_masked_wherever_they_are_quoted(
    study: Path, check: Callable[..., CheckedDelivery], tmp_path: Path
) -> None:
    secrets = ("Wagenknecht", "12.03.1961", "010203-1234")

    def change(lines: Lines) -> Lines:
        lines[0] = "# Export von Dr. Wagenknecht\n"
        cells = lines[2].split(";")
        cells[2] = f"Husten, Frau {secrets[0]}, geb. {secrets[1]}, cpr {secrets[2]}"
        lines[2] = ";".join(cells)
        return lines

    checked = check("hamburg", hamburg(study, tmp_path, "HH_UE.csv", change))
    found = {(f.check, f.cell) for f in bad(checked) if f.severity == "reject"}
    assert {c for c, _ in found} == {
        "identifier.name",
        "identifier.birth_date",
        "identifier.personal_number",
    }
    assert ("identifier.name", "line 1") in found
    assert "mapping.unmapped_term" in checks(checked)
    told = "".join(f"{f}{f.details}" for f in checked.findings)
    assert not [secret for secret in secrets if secret in told]


def test_a_workbook_with_a_sheet_and_a_header_row_missing(
    study: Path, check: Callable[..., CheckedDelivery], tmp_path: Path
) -> None:
    import openpyxl

    book = openpyxl.load_workbook(
        study / "sample_exports/berlin/Teclistamab_Berlin_Export.xlsx", data_only=True
    )
    book["Medikation"].title = "Medikamente"
    del book["Scores"]
    book["Lungenfunktion"].delete_rows(1, 400)
    path = tmp_path / "Teclistamab_Berlin_Export.xlsx"
    book.save(path)
    checked = check("berlin", path)
    assert checked.exit_code == 1
    missing = {
        dict(f.details)["expected"]: f.message
        for f in bad(checked)
        if f.check == "file.sheet_missing"
    }
    assert set(missing) == {"Medikation", "Scores"}
    assert "(sheets there: 'Medikamente'" in missing["Medikation"]
    unread = [f for f in bad(checked) if f.check == "file.table_unreadable"]
    assert [f.sheet for f in unread] == ["Lungenfunktion"]
    assert checks(checked) == {"file.sheet_missing", "file.table_unreadable"}
    assert checked.records["LB"] > 1000
    assert {"CM", "RE"}.isdisjoint(checked.records) or checked.records["CM"] > 0


def test_nothing_is_written(
    study: Path, check: Callable[..., CheckedDelivery], tmp_path: Path
) -> None:
    before = {p: p.stat().st_mtime_ns for p in study.rglob("*")}
    check("hamburg", study / "sample_exports/hamburg/HH_Labor.csv")
    assert {p: p.stat().st_mtime_ns for p in study.rglob("*")} == before


def test_wrong_use_is_told(study: Path, check: Callable[..., CheckedDelivery]) -> None:
    with pytest.raises(UsageError, match="no file to check"):
        check("hamburg")
    with pytest.raises(UsageError, match="no centre is called paris"):
        check("paris", study / "x.csv")
    file = study / "sample_exports/hamburg/HH_UE.csv"
    with pytest.raises(UsageError, match="two files are called HH_UE"):
        check("hamburg", file, study / "HH_UE.csv")


def test_comments_that_become_records_are_no_findings(
    study: Path, check: Callable[..., CheckedDelivery]
) -> None:
    (workbook,) = (study / "sample_exports" / "berlin").glob("*.xlsx")
    checked = check("berlin", workbook)
    assert [f.cell for f in checked.findings if f.check == "intake.comment"] == ["Q3"]
    assert checked.records["CO"] == 24
    assert checked.exit_code == 0
