"""Every check outside the suites where it cannot run: what is not there, and what the user sees instead of a pass.

Which check belongs to which situation is data (``cannot_run.yaml``); here every situation happens. The expectations of the
suites have a cannot-run case each (``test_check_cases.py``).
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest

import tecdata
from tecdata.check_delivery import check_delivery
from tecdata.checks import CHECKS, Always
from tecdata.errors import ExportError, HarmoniseError, IntakeError
from tecdata.spec.text_yaml import read_yaml
from tecdata.validate import all_checks

if TYPE_CHECKING:
    from tecdata.finding import Finding
    from tecdata.spec import Specs

_DECLARED, _ = read_yaml(Path(__file__).with_name("cannot_run.yaml"))
SITUATIONS: Mapping[str, Mapping[str, Any]] = _DECLARED["situations"]
ALWAYS: Mapping[str, Mapping[str, str]] = _DECLARED["always"]


#: A mapping that reads a table without a row.
_OF_NO_ROW = """domain: {code}
blocks:
  - name: nothing
    from: doses
    subject: PatNr
    variables:
      {code}TERM: {{hardcode_no_ct: text}}
      {code}DECOD: {{hardcode_no_ct: {coded}}}
"""


def checks_of(situation: str) -> set[str]:
    return set(SITUATIONS[situation]["checks"])


def idle(findings: Iterable[Finding], **where: str) -> set[str]:
    """Checks with a finding of status not_run at a place; none of them may have passed or failed there too."""
    there = [f for f in findings if all(getattr(f, k) == v for k, v in where.items())]
    found = {f.check for f in there if f.status == "not_run"}
    assert all(f.message for f in there)
    assert not {f.check for f in there if f.status == "passed"} & found
    return found


@pytest.fixture
def study(repository: Path, tmp_path: Path) -> Path:
    for name in ("specs", "mappings", "sample_exports"):
        shutil.copytree(repository / name, tmp_path / "study" / name)
    return tmp_path / "study"


def cut_short(study: Path) -> Path:
    (file,) = (study / "sample_exports" / "heidelberg").glob("*.sav")
    file.write_bytes(file.read_bytes()[:200])
    return file


def empty(path: Path) -> None:
    """Leave a delimited file its title and its header."""
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:2]))


def test_no_check_is_without_its_case(sample_specs: Specs) -> None:
    outside = {c.id for c in all_checks(sample_specs) if not c.id.startswith("suite.")}
    stopped = set().union(*map(checks_of, SITUATIONS))
    never = {check for reasons in ALWAYS.values() for check in reasons}
    assert outside - stopped - never == set()
    assert (stopped | never) - outside == set()
    assert stopped & never == set()


def test_what_always_runs_says_why_in_one_of_few_kinds() -> None:
    assert set(ALWAYS) == set(get_args(Always)) - {""}
    for kind, reasons in ALWAYS.items():
        for check, reason in reasons.items():
            assert CHECKS[check].always == kind
            assert len(reason.split()) > 5
    said = {check for reasons in ALWAYS.values() for check in reasons}
    assert {check.id for check in CHECKS.values() if check.always} == said


def test_every_situation_says_what_is_seen() -> None:
    for situation in SITUATIONS.values():
        assert set(situation) == {"what", "seen", "checks"}
        assert situation["what"]
        assert "not_" in situation["seen"]


def test_a_file_that_cannot_be_read_in_a_run(study: Path) -> None:
    file = cut_short(study)
    opened = tecdata.open_study(study)
    with pytest.raises(IntakeError, match="sav"):
        opened.run(study / "out", centres=["heidelberg"])
    made = opened.run(study / "out", centres=["heidelberg", "tuebingen"], keep_going=True)
    assert idle(made.findings, centre="HD") == checks_of("file_unreadable")
    assert idle(made.findings, centre="TU") == set()
    (left_out,) = (f for f in made.findings if f.check == "run.centre_left_out")
    assert (left_out.severity, left_out.centre, file.name in left_out.message) == (
        "reject",
        "HD",
        True,
    )
    assert made.exit_code == 2
    # What a data manager reads: the report names the rooms with their numbers, and why.
    page = (study / "out/validation/report.html").read_text("utf-8")
    assert "centre heidelberg: not checked: a file could not be read" in page
    assert f"mapping ({sum(c.startswith('mapping.') for c in CHECKS)} checks)" in page


@pytest.mark.parametrize(
    ("name", "size", "told", "code"),
    [("heidelberg", 200, "file.table_unreadable", 2), ("berlin", 900, "file.unreadable", 2)],
)
def test_a_file_that_cannot_be_read_when_it_is_checked(
    study: Path, sample_specs: Specs, name: str, size: int, told: str, code: int
) -> None:
    (file,) = (
        path
        for path in (study / "sample_exports" / name).iterdir()
        if path.suffix in (".sav", ".xlsx")
    )
    file.write_bytes(file.read_bytes()[:size])
    checked = check_delivery(study, sample_specs, name, [file])
    assert idle(checked.findings, file=file.name) == checks_of("file_unreadable")
    assert told in {f.check for f in checked.findings if f.status == "failed"}
    assert checked.exit_code == code


def test_a_file_among_others_takes_its_datasets_with_it(study: Path, sample_specs: Specs) -> None:
    # The laboratory cannot be read, the rest can: what is expected of results is missed, not out of place.
    folder = study / "sample_exports" / "hamburg"
    labs = folder / "HH_Labor.csv"
    labs.write_bytes(b"PK\x03\x04" + labs.read_bytes())
    checked = check_delivery(study, sample_specs, "hamburg", sorted(folder.glob("*.csv")))
    assert checks_of("file_unreadable") == idle(checked.findings, file=labs.name)
    of_results = {e.id for e in sample_specs.suites["lb"].expectations}
    assert of_results <= {f.check for f in checked.findings if f.status == "not_run"}
    assert checked.exit_code


def test_a_mapping_that_does_not_fit(study: Path) -> None:
    path = study / "sample_exports" / "hamburg" / "HH_Gaben.csv"
    path.write_bytes(path.read_bytes().replace(b"Zeitpunkt", b"Zeit", 1))
    opened = tecdata.open_study(study)
    made = opened.run(study / "out", centres=["hamburg", "tuebingen"], keep_going=True)
    assert idle(made.findings, centre="HH") == checks_of("mapping_unfit")
    assert "run.centre_left_out" in {f.check for f in made.findings if f.centre == "HH"}
    assert made.exit_code == 2
    # Checked alone, the delivery is read as far as it goes and the missing column is named.
    checked = check_delivery(study, opened.specs, "hamburg", [path])
    assert checked.exit_code == 1
    told = {f.check for f in checked.findings if f.status == "failed"}
    assert told & {"file.column_missing", "file.column_renamed"}


def test_nobody_to_bring_records_together_by(study: Path, sample_specs: Specs) -> None:
    path = study / "sample_exports" / "hamburg" / "HH_Patienten.csv"
    empty(path)
    with pytest.raises(HarmoniseError, match="no subject"):
        tecdata.open_study(study).run(study / "out", centres=["hamburg"])
    checked = check_delivery(study, sample_specs, "hamburg", [path])
    suites = {e.id for suite in sample_specs.suites.values() for e in suite.expectations}
    found = idle(checked.findings, centre="HH", file="") - {"file.not_checked"}
    assert found == checks_of("no_demographics") | suites
    assert "file.not_checked" in {f.check for f in checked.findings}
    assert checked.exit_code == 1


def test_a_dataset_without_a_record(study: Path) -> None:
    folder = study / "sample_exports" / "hamburg"
    for path in folder.glob("*.csv"):
        if path.name != "HH_Patienten.csv":
            empty(path)
    for code, coded in (("DS", "OTHER"), ("MH", "SYSTEMIC SCLEROSIS")):
        mapping = study / "mappings" / "hamburg" / f"{code.lower()}.yaml"
        mapping.write_text(_OF_NO_ROW.format(code=code, coded=coded), "utf-8")
    made = tecdata.open_study(study).run(study / "out", centres=["hamburg"])
    gone = {f.domain for f in made.findings if f.check == "harmonise.empty_domain"}
    assert {"AE", "DS", "EX", "MH", "RE"} <= gone
    wanted = checks_of("dataset_empty")
    told = {f.check: f for f in made.findings if f.check in wanted}
    assert {check: f.status for check, f in told.items()} == dict.fromkeys(wanted, "not_run")
    for check, finding in told.items():
        needed = [n for n in CHECKS[check].needs if "/" not in n]
        assert all(f"dataset {need} is absent" in finding.message for need in needed)
    assert made.exit_code == 1


def test_what_nobody_maps_is_not_missed(study: Path) -> None:
    (study / "mappings" / "tuebingen" / "mh.yaml").unlink()
    made = tecdata.open_study(study).analyse(centres=["tuebingen"])
    told = {f.check: f.status for f in made.findings if f.check == "derive.no_disease_group"}
    assert told == {"derive.no_disease_group": "not_applicable"}


def test_specs_that_the_study_does_without(study: Path) -> None:
    shutil.rmtree(study / "specs" / "response")
    made = tecdata.open_study(study).analyse(centres=["tuebingen"])
    told = {f.check: f for f in made.findings if f.check in checks_of("specs_missing")}
    assert {f.status for f in told.values()} == {"not_applicable"}
    assert set(told) == checks_of("specs_missing")
    assert all("no specs/response" in f.message for f in told.values())


def test_an_output_that_is_refused(study: Path) -> None:
    path = study / "specs" / "study.yaml"
    text = path.read_text("utf-8").replace("non_ascii: transliterate", "non_ascii: refuse")
    path.write_text(text, "utf-8")
    with pytest.raises(ExportError, match="failed-run") as refused:
        tecdata.open_study(study).run(study / "out", centres=["tuebingen"])
    assert f"{refused.value.next_step}".count("..") == 0
    left = study / "out" / "failed-run" / "validation" / "findings.csv"
    with left.open(encoding="utf-8", newline="") as stream:
        rows: Sequence[Mapping[str, str]] = list(csv.DictReader(stream))
    told = {r["check"] for r in rows if r["status"] == "not_run"}
    assert told == checks_of("output_refused")
    assert {r["message"] for r in rows if r["check"] == "export.text_split"} == {
        f"the output: not checked: {refused.value.place} could not be written"
    }
