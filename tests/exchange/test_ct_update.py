"""tecdata ct update: releases as text, workbook and ODM; what changed, and what is taken over."""

from __future__ import annotations

import shutil
from pathlib import Path
from xml.sax.saxutils import quoteattr

import openpyxl
import pytest
from tests.conftest import REPOSITORY

from tecdata.cli.errors import guarded
from tecdata.cli.main import cli
from tecdata.errors import UsageError
from tecdata.exchange import Change, Release, compare_terminology, read_release, update_terminology
from tecdata.spec import Specs, load_specs

HEADERS = [
    "Code", "Codelist Code", "Codelist Extensible (Yes/No)", "Codelist Name",
    "CDISC Submission Value", "CDISC Synonym(s)", "CDISC Definition", "NCI Preferred Term",
]  # fmt: skip
Row = list[str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(REPOSITORY / "specs", tmp_path / "study" / "specs")
    return tmp_path / "study" / "specs"


def rows_of(specs: Specs, *, rename: str = "", remove: str = "") -> list[Row]:
    """A release that holds what the study pins, changed in places."""
    rows: list[Row] = []
    for codelist in specs.codelists.values():
        if not codelist.package or not codelist.nci:
            continue
        extensible = "Yes" if codelist.extensible else "No"
        head = [codelist.nci, "", extensible, codelist.name, codelist.codelist, "", "", ""]
        rows.append(head)
        for term in codelist.terms:
            if not term.nci or term.term == remove:
                continue
            value = f"{term.term} NEW" if term.term == rename else term.term
            rows.append([term.nci, codelist.nci, "", codelist.name, value, "", "", ""])
    for codelist in specs.codelists.values():
        # All of their terms in the first of the lists that they join; the others are there and empty.
        for code in codelist.joins:
            rows.append([code, "", "Yes", f"List {code}", code, "", "", ""])
        for term in codelist.terms if codelist.joins else ():
            if term.nci and term.term != remove:
                rows.append([term.nci, codelist.joins[0], "", "", term.term, "", "", ""])
    return rows


def as_text(path: Path, rows: list[Row]) -> Path:
    path.write_text("\n".join("\t".join(row) for row in [HEADERS, *rows]) + "\n", "utf-8")
    return path


def as_workbook(path: Path, rows: list[Row]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "ReadMe"
    sheet = book.create_sheet("SDTM Terminology 2026-03-27")
    for row in [HEADERS, *rows]:
        sheet.append(row)
    book.save(path)
    return path


def as_old_workbook(path: Path, rows: list[Row]) -> Path:
    """As NCI EVS publishes it: a workbook of Excel 97."""
    import xlwt

    book = xlwt.Workbook()
    book.add_sheet("ReadMe").write(0, 0, "SDTM Terminology")
    sheet = book.add_sheet("SDTM Terminology 2026-03-27")
    for number, row in enumerate([HEADERS, *rows]):
        for column, text in enumerate(row):
            sheet.write(number, column, text)
    book.save(str(path))
    return path


def as_odm(path: Path, rows: list[Row]) -> Path:
    parts = []
    for head in (row for row in rows if not row[1]):
        items = "".join(
            f'<EnumeratedItem CodedValue={quoteattr(row[4])} nciodm:ExtCodeID="{row[0]}"/>'
            for row in rows
            if row[1] == head[0]
        )
        parts.append(
            f'<CodeList OID="CL.{head[0]}" Name={quoteattr(head[3])} nciodm:ExtCodeID="{head[0]}" '
            f'nciodm:CodeListExtensible="{head[2]}">{items}'
            f"<nciodm:CDISCSubmissionValue>{head[4]}</nciodm:CDISCSubmissionValue></CodeList>"
        )
    path.write_text(
        '<ODM xmlns="http://www.cdisc.org/ns/odm/v1.3" SourceSystemVersion="2026-03-27" '
        'xmlns:nciodm="http://ncicb.nci.nih.gov/xml/odm/EVS/CDISC"><Study><MetaDataVersion>'
        f"{''.join(parts)}</MetaDataVersion></Study></ODM>",
        "utf-8",
    )
    return path


def test_all_kinds_of_file_say_the_same(folder: Path, tmp_path: Path) -> None:
    rows = rows_of(load_specs(folder))
    text = read_release(as_text(tmp_path / "SDTM Terminology 2026-03-27.txt", rows))
    book = read_release(as_workbook(tmp_path / "sdtm.xlsx", rows))
    old = read_release(as_old_workbook(tmp_path / "sdtm.xls", rows))
    odm = read_release(as_odm(tmp_path / "sdtm.odm.xml", rows))
    assert text == book == old == odm
    assert text.date == "2026-03-27"
    assert text.codelists["C66731"].terms["C16576"] == "F"


def test_the_release_in_use_changes_nothing(folder: Path, tmp_path: Path) -> None:
    specs = load_specs(folder)
    path = as_text(tmp_path / "ct.txt", rows_of(specs))
    assert compare_terminology(specs, read_release(path, "2025-03-28")) == []


def test_terms_of_joined_lists_are_sought_in_these_lists_only(folder: Path, tmp_path: Path) -> None:
    # In CDISC's release C449 is DOUBLE STRANDED DNA as a binding agent and DNA as a genetic sample.
    specs = load_specs(folder)
    sample = [
        ["C111114", "", "Yes", "Genetic Sample Type", "GENSMP", "", "", ""],
        ["C449", "C111114", "", "Genetic Sample Type", "DNA", "", "", ""],
    ]

    def changes(*more: Row, **told: str) -> list[Change]:
        path = as_text(tmp_path / "ct.txt", [*rows_of(specs, **told), *sample, *more])
        return compare_terminology(specs, read_release(path, "2025-03-28"))

    assert changes() == []
    agents = ["C449", "C85491", "", "", "DSDNA", "", "", ""]
    assert changes(agents) == []
    gone = {"remove": "DOUBLE STRANDED DNA"}
    assert changes(**gone) == [Change("removed", "ISBDAGNT", "DOUBLE STRANDED DNA", "C449", "")]
    assert changes(agents, **gone) == [
        Change("renamed", "ISBDAGNT", "DOUBLE STRANDED DNA", "DOUBLE STRANDED DNA", "DSDNA")
    ]
    own = ["C900001", "C114118", "", "", "ALIVE AT DATA CUT", "", "", ""]
    assert changes(own) == [Change("added", "DSDECOD", "ALIVE AT DATA CUT", "", "C900001")]


def test_one_of_the_joined_lists_that_is_no_more_is_told(folder: Path, tmp_path: Path) -> None:
    specs = load_specs(folder)
    rows = [row for row in rows_of(specs) if row[0] != "C114118"]
    release = read_release(as_text(tmp_path / "ct.txt", rows), "2025-03-28")
    assert compare_terminology(specs, release) == [Change("removed", "DSDECOD", "", "C114118", "")]


def test_removed_and_renamed_terms_are_told_and_left(folder: Path, tmp_path: Path) -> None:
    specs = load_specs(folder)
    rows = rows_of(specs, rename="SUBCUTANEOUS", remove="10^9/L")
    release = read_release(as_text(tmp_path / "ct.txt", rows), "2026-03-27")
    changes = compare_terminology(specs, release)
    assert set(changes) == {
        Change("renamed", "ROUTE", "SUBCUTANEOUS", "SUBCUTANEOUS", "SUBCUTANEOUS NEW"),
        Change("removed", "UNIT", "10^9/L", "C67255", ""),
    }
    assert all(change.wants_a_decision for change in changes)
    update_terminology(folder, changes, release, specs.study.ct)
    again = load_specs(folder)
    assert again.study.ct == "2026-03-27"
    assert {c.package for c in again.codelists.values()} == {"", "2026-03-27"}
    for name, codelist in again.codelists.items():
        assert codelist.terms == specs.codelists[name].terms


def test_codes_extensibility_and_new_terms_are_taken_over(folder: Path, tmp_path: Path) -> None:
    specs = load_specs(folder)
    rows = rows_of(specs)
    own = next(t.term for t in specs.codelists["ISBDAGNT"].terms if not t.nci)
    assert own == "RUVBL1/RUVBL2"
    for row in rows:
        if row[4] == "SUBCUTANEOUS" and row[1]:
            row[0] = "C999999"
        if row[4] == "SEX" and not row[1]:
            row[2] = "Yes"
    extended = next(
        (c, t)
        for c in specs.codelists.values()
        if c.package and c.nci
        for t in c.terms
        if not t.nci
    )
    rows.append(["C888888", extended[0].nci, "", "", extended[1].term, "", "", ""])
    release = read_release(as_text(tmp_path / "ct.txt", rows), "2026-03-27")
    changes = compare_terminology(specs, release)
    assert {c.kind for c in changes} == {"code", "added", "codelist"}
    before = (folder / "terminology" / "cdisc.yaml").read_text("utf-8").count("#")
    update_terminology(folder, changes, release, specs.study.ct)
    again = load_specs(folder)
    assert again.codelists["ROUTE"].by_term["SUBCUTANEOUS"].nci == "C999999"
    assert again.codelists["SEX"].extensible
    assert again.codelists[extended[0].codelist].by_term[extended[1].term].nci == "C888888"
    assert compare_terminology(again, release) == []
    assert (folder / "terminology" / "cdisc.yaml").read_text("utf-8").count("#") == before


def test_a_codelist_that_is_no_more_is_told(folder: Path) -> None:
    specs = load_specs(folder)
    changes = compare_terminology(specs, Release("2026-03-27", {}))
    assert Change("removed", "SEX", "", "C66731", "") in changes


@pytest.mark.parametrize("name", ["ct.txt", "ct.odm.xml", "ct.pdf"])
def test_what_is_no_release_is_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    with pytest.raises(UsageError):
        read_release(path)
    path.write_text("nothing", "utf-8")
    with pytest.raises(UsageError):
        read_release(path)


def test_a_release_without_a_date_wants_one(folder: Path, tmp_path: Path) -> None:
    path = as_text(tmp_path / "ct.txt", rows_of(load_specs(folder)))
    with pytest.raises(UsageError, match="date of the release is not known"):
        read_release(path)


def test_the_command_reports_and_writes(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = rows_of(load_specs(folder), rename="SUBCUTANEOUS")
    path = str(as_text(tmp_path / "SDTM Terminology 2026-03-27.txt", rows))
    arguments = ["ct", "update", path, "--study", str(folder.parent)]
    assert guarded(cli, [*arguments, "--dry-run"]) == 1
    assert load_specs(folder).study.ct == "2025-03-28"
    assert guarded(cli, arguments) == 1
    assert "SUBCUTANEOUS NEW" in capsys.readouterr().out
    assert load_specs(folder).study.ct == "2026-03-27"
