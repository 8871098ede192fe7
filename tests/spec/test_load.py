"""A folder of specs as a whole: what does not fit together is said in one go."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tecdata.errors import SpecError, UsageError
from tecdata.spec import load_centre, load_specs

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A copy of the shipped specs to damage."""
    return Path(shutil.copytree(REPOSITORY / "specs", tmp_path / "study" / "specs"))


def _change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_folder_without_specs_is_no_study(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"this is not a study folder.*tecdata init"):
        load_specs(tmp_path / "specs")


def test_the_old_name_of_suites_in_the_policy_leads_to_the_new_one(study: Path) -> None:
    _change(study / "checks.yaml", "checks: {}", "engine: both\nchecks: {}")
    with pytest.raises(SpecError, match=r"checks.yaml:\d+: .*'engine' is called 'suites' now"):
        load_specs(study)


def test_problems_of_several_files_come_together(study: Path) -> None:
    _change(study / "study.yaml", "treatment:", "treatmnt:")
    _change(study / "sdtm" / "vs.yaml", "core: Req", "core: Must")
    with pytest.raises(SpecError) as caught:
        load_specs(study)
    places = [problem.split(":")[0] for problem in caught.value.problems]
    assert places == ["specs/study.yaml", "specs/study.yaml", "specs/sdtm/vs.yaml"]
    assert caught.value.problems[2].endswith(
        "'Must' is not a choice; allowed: 'Req', 'Exp', 'Cond' or 'Perm'"
    )


def test_a_codelist_that_is_not_there_is_named_with_its_variable(study: Path) -> None:
    _change(study / "sdtm" / "dm.yaml", "codelist: SEX", "codelist: GENDER")
    with pytest.raises(SpecError) as caught:
        load_specs(study)
    lines = (study / "sdtm" / "dm.yaml").read_text("utf-8").splitlines()
    line = next(i for i, text in enumerate(lines, start=1) if "codelist: GENDER" in text)
    assert caught.value.problems == (
        (
            f"specs/sdtm/dm.yaml:{line}: variables[16]: SEX: codelist GENDER is not under "
            "specs/terminology"
        ),
    )


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        (
            "lab_tests.yaml",
            "CK: {domain: LB",
            "CK: {domain: XB",
            "specs/lab_tests.yaml:{line}: tests.CK: domain XB has no spec",
        ),
        (
            "lab_tests.yaml",
            "g/mol: {factor",
            "mkat/L: {factor",
            "specs/lab_tests.yaml:{line}: tests.PROTCRT: unit mkat/L is not a term of codelist UNIT",
        ),
        (
            "lab_tests.yaml",
            "LBSPEC: STOOL",
            "LBSPEC: STUHL",
            (
                "specs/lab_tests.yaml:{line}: tests.CALPRO: LBSPEC: 'STUHL' is not a term of codelist "
                "SPECTYPE"
            ),
        ),
        (
            "clinical_tests.yaml",
            "CPMRKSTR: CD19+",
            "CPMARKER: CD19+",
            "specs/clinical_tests.yaml:{line}: tests.CD19: CP has no variable CPMARKER",
        ),
        (
            "study.yaml",
            "RACE: NOT REPORTED",
            "RACE: UNREPORTED",
            (
                "specs/study.yaml:{line}: defaults.DM: RACE: 'UNREPORTED' is not a term of codelist "
                "RACE"
            ),
        ),
        (
            "sdtm/ae.yaml",
            "codelist: AESCALE",
            "codelist: SCALES",
            (
                "specs/sdtm/ae.yaml:{line}: supplemental[0]: AEGRSCAL: codelist SCALES is not under "
                "specs/terminology"
            ),
        ),
    ],
)
def test_what_does_not_fit_another_file_is_named(
    file: str, old: str, new: str, problem: str, study: Path
) -> None:
    _change(study / file, old, new)
    with pytest.raises(SpecError) as caught:
        load_specs(study)
    assert [re.sub(r"yaml:[1-9]\d*:", "yaml:{line}:", p) for p in caught.value.problems] == [
        problem
    ]


@pytest.mark.parametrize(
    ("file", "more", "problem"),
    [
        (
            "extra_tests.yaml",
            "tests:\n  CK: {CK}\n",
            "specs/lab_tests.yaml:{line}: tests.CK: test CK",
        ),
        (
            "terminology/extra.yaml",
            "codelists:\n  - {codelist: NY, name: x, terms: [{term: 'Y'}]}\n",
            "specs/terminology/extra.yaml:{line}: codelists[0]: codelist NY",
        ),
        (
            "sdtm/extra.yml",
            "domain: XX\n",
            "specs/sdtm/extra.yml: only files ending in .yaml are read; rename it to extra.yaml",
        ),
    ],
)
def test_nothing_is_overruled_or_passed_over_unseen(
    file: str, more: str, problem: str, study: Path
) -> None:
    labs = (study / "lab_tests.yaml").read_text("utf-8").splitlines()
    known = next(line.strip() for line in labs if line.startswith("  CK: "))
    (study / file).write_text(more.replace("CK: {CK}", known), encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        load_specs(study)
    found = [re.sub(r"yaml:[1-9]\d*:", "yaml:{line}:", p) for p in caught.value.problems]
    assert len(found) == 1
    assert found[0].startswith(problem)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("name: VSTESTCD", "name: VSTEST", "declared twice: VSTEST"),
        ("keys: [STUDYID", "keys: [STUDID", "keys that are not variables: STUDID"),
    ],
)
def test_a_domain_that_contradicts_itself(old: str, new: str, problem: str, study: Path) -> None:
    _change(study / "sdtm" / "vs.yaml", old, new)
    with pytest.raises(SpecError) as caught:
        load_specs(study)
    assert any(problem in p for p in caught.value.problems)


def test_a_factor_must_be_exact(study: Path) -> None:
    _change(study / "lab_tests.yaml", "mg/dL: {factor: 1/100}", "mg/dL: {factor: about 0.01}")
    with pytest.raises(SpecError, match=r"write an exact factor such as 88\.4, 1/60 or 0\.01"):
        load_specs(study)


def test_every_shipped_mapping_loads() -> None:
    centres = [p for p in (REPOSITORY / "mappings").iterdir() if p.is_dir()]
    assert len(centres) == 5
    loaded = {load_centre(p).source.centre for p in centres}
    assert loaded == {"BE", "HH", "HD", "AH", "TU"}


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        ("sdtm/dm.yaml", ", role: Topic", "", "SUBJID: an SDTM variable has a role; add role"),
        (
            "sdtm/dm.yaml",
            "type: integer",
            "type: date",
            "AGE: type date is for specs/adam; write datetime",
        ),
        ("adam/adsl.yaml", ", predecessor: DM.AGE}", "}", "AGE: origin Predecessor wants"),
        (
            "adam/adsl.yaml",
            "type: date, format: DATE9.",
            "type: date",
            "RFICDT: type date wants a format",
        ),
        ("analysis.yaml", "codelist: DISEASE", "codelist: ILLNESS", "codelist ILLNESS is not"),
        ("analysis.yaml", "domain: MH", "domain: MM", "flags[0]: domain MM has no spec"),
        ("analysis.yaml", "column: MHDECOD", "column: MHDEC", "MH has no variable MHDEC"),
    ],
)
def test_what_does_not_fit_an_analysis_is_said(
    file: str, old: str, new: str, problem: str, study: Path
) -> None:
    _change(study / file, old, new)
    with pytest.raises(SpecError) as caught:
        load_specs(study)
    (told,) = caught.value.problems
    assert told.startswith(f"specs/{file}:")
    assert problem in told
