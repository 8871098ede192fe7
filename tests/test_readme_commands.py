"""Every command and example that the README names is run: whoever changes one changes the README.

A study of one centre, with one wrong cell so that there is a query, keeps it quick.
"""

from __future__ import annotations

import csv
import json
import re
import shlex
import shutil
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tests.exchange.test_ct_update import as_text, rows_of
from tests.test_readme import README, REPOSITORY

import tecdata
from tecdata.cli.errors import guarded
from tecdata.cli.main import cli
from tecdata.spec import load_specs

CENTRE, SUBJECT = "aarhus", "TECAID-AH-016"
EXPORT = Path("sample_exports") / CENTRE / "AUH_teclistamab_DATA_LABELS.csv"
BASELINE = "MDGA=5,PTGA=6,MMT=70,HAQDI=1.0,ENZYME=300,EXMVAS=3"
FOLLOWUP = "MDGA=4,PTGA=5,MMT=76,HAQDI=0.875,ENZYME=180,EXMVAS=2.5"
#: A report of CORE without an issue.
CORE: dict[str, list[str]] = {
    "Dataset_Details": [],
    "Issue_Summary": [],
    "Issue_Details": [],
    "Rules_Report": [],
}

RUN = "run . --out out --centre aarhus --keep-going --xpt 8"
#: What stands in the table, and how it is run: arguments, and the exit code where it is not 0. FILE, QUERY and so on
#: are put in by the test.
COMMANDS: dict[str, list[tuple[str, int]]] = {
    "tecdata run": [],  # RUN, before all others
    "tecdata derive PART": [("derive adsl --out adsl_out", 0)],
    "tecdata tables": [("tables . --out out --suppress 3 --compare expected.csv", 0)],
    "tecdata derive response": [(f"derive response --explain {SUBJECT}", 0)],
    "tecdata score": [
        (f"score tis --baseline {BASELINE} --followup {FOLLOWUP} --uln CK=190", 0),
        ("score doris --followup CSLEDAI=0,PGA=0.4", 0),
    ],
    "tecdata simulate": [
        (
            'simulate --regimen "0.06@0, 0.3@3, 1.5@7 x4 weekly" --delay "+10d before dose 5" --restart',
            0,
        )
    ],
    "tecdata map": [("map --centre aarhus --out map_out", 1)],
    "tecdata figures": [("figures --only ae_timeline", 0)],
    "tecdata report": [("report", 0)],
    "tecdata profile USUBJID": [(f"profile {SUBJECT}", 0)],
    "tecdata check": [(f"check {EXPORT} --centre aarhus", 1)],
    "tecdata checks list": [("checks list --only suite.lb", 0)],
    "tecdata queries list": [
        ("queries list", 0),
        ("queries export", 0),
        ("queries import AH_answered.xlsx", 0),
        ("queries ageing", 0),
        ("queries close QUERY --reason told", 0),
        ("queries reopen QUERY --reason untold", 0),
        ("queries verify", 0),
    ],
    "tecdata diff": [("diff out out_before", 0)],
    "tecdata profile FILE": [(f"profile {EXPORT}", 0)],
    "tecdata init": [("init laid_down", 0)],
    "tecdata demo": [("demo --subjects 20 --seed 1 --out demo_out", 0)],
    "tecdata verify": [("verify out", 0)],
    "tecdata conform": [("conform out --report core.json", 0)],
    "tecdata spec export": [
        ("spec export specs.xlsx", 0),
        ("spec import specs.xlsx --out imported", 0),
        ("spec mapping aarhus rules.xlsx", 0),
    ],
    "tecdata ct update": [("ct update ct.txt --release 2026-03-27 --dry-run", 0)],
    "tecdata doctor": [("doctor", 0)],
}


def table() -> list[str]:
    """The first cells of the table of commands."""
    part = README.partition("## Commands")[2].partition("\n## ")[0]
    return re.findall(r"^\| (`tecdata .*?`) \| ", part, re.M)


def key_of(cell: str) -> str:
    fitting = [key for key in COMMANDS if re.match(rf"`{re.escape(key)}(?![\w-])", cell)]
    assert fitting, f"{cell}: no test runs it"
    return max(fitting, key=len)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The study folder, which is the working directory, with the output of a run and a query."""
    folder = tmp_path_factory.mktemp("readme")
    shutil.copytree(REPOSITORY / "specs", folder / "specs")
    shutil.copy(REPOSITORY / "contradictions.yaml", folder)
    for name in ("mappings", "sample_exports"):
        shutil.copytree(REPOSITORY / name / CENTRE, folder / name / CENTRE)
    text = (folder / EXPORT).read_text("utf-8-sig")
    rows = list(csv.reader(text.splitlines()))
    column = rows[0].index("lab_resultat")
    next(row for row in rows if re.fullmatch(r"\d+,\d+", row[column]))[column] = "12,5 ++"
    with (folder / EXPORT).open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows(rows)
    (folder / "core.json").write_text(json.dumps(CORE), "utf-8")
    expected = "table,row,column,label,expected,reason\ncharacteristics,N,value,n,<3,\n"
    (folder / "expected.csv").write_text(expected, "utf-8")
    as_text(folder / "ct.txt", rows_of(load_specs(folder / "specs")))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert guarded(cli, shlex.split(RUN)) == 1
        shutil.copytree(folder / "out", folder / "out_before")
        shutil.copy(folder / "out" / "queries" / "AH.xlsx", folder / "AH_answered.xlsx")
        yield folder


@pytest.mark.parametrize("cell", table())
def test_every_command_of_the_table_does_what_it_is_asked(
    cell: str, study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (study / "out" / "manifest.json").is_file()
    for command, code in COMMANDS[key_of(cell)]:
        arguments = shlex.split(command)
        if "QUERY" in arguments:
            capsys.readouterr()
            assert guarded(cli, ["queries", "list", "--json"]) == 0
            queries = json.loads(capsys.readouterr().out)["queries"]
            arguments[arguments.index("QUERY")] = queries[0]["OID"]
        assert guarded(cli, arguments) == code, (command, capsys.readouterr())


def test_every_row_of_commands_is_in_the_table() -> None:
    assert {key_of(cell) for cell in table()} == COMMANDS.keys()
    named = set(re.findall(r"`tecdata ([a-z]+)", README))
    assert named <= {key.split()[1] for key in COMMANDS}


def test_the_examples_of_checks_and_queries(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = re.search(r"## Checks and queries\n\n```bash\n(.*?)```", README, re.S)
    assert lines
    codes = []
    for line in lines[1].splitlines():
        arguments = shlex.split(line.partition("#")[0])[1:]
        # The same of the centre that this study has.
        here = [re.sub("BE_", "AH_", text) for text in arguments]
        if here[0] == "check":
            here = ["check", str(EXPORT), "--centre", CENTRE]
        codes.append(guarded(cli, here))
    assert codes == [1, 1, 0, 0], capsys.readouterr().err
    assert (study / "out" / "manifest.json").is_file()


def test_the_larger_simulation(study: Path) -> None:
    (block,) = re.findall(r"^```\n(tecdata simulate .*?)\n```", README, re.S | re.M)
    arguments = shlex.split(block)[1:]
    fewer = {"10000": "20", "200": "2"}
    assert fewer.keys() <= set(arguments)
    assert guarded(cli, [fewer.get(text, text) for text in arguments]) == 0
    assert (study / "out" / "simulation").is_dir()


def test_frames_of_a_centre_whose_mapping_is_the_one_of_the_readme(study: Path) -> None:
    source, domain = re.findall(r"^   ```yaml\n(.*?)^   ```", README, re.S | re.M)
    code = re.findall(r"^```python\n(.*?)^```", README, re.S | re.M)[1]
    folder = study / "mappings" / "north"
    folder.mkdir()
    described = textwrap.dedent(source) + "  patients:\n    file: patients.csv\n"
    (folder / "source.yaml").write_text(described, "utf-8")
    (folder / "lb.yaml").write_text(textwrap.dedent(domain), "utf-8")
    (folder / "dm.yaml").write_text(
        "domain: DM\nblocks:\n  - name: people\n    from: patients\n    subject: patient\n    variables:\n"
        "      SUBJID: {assign_no_ct: patient}\n      SEX: {assign_ct: sex}\n      COUNTRY: {hardcode_ct: FRA}\n",
        "utf-8",
    )
    labs = pd.DataFrame(
        {"patient": ["LY1"], "analyte": ["IgG"], "result": ["7,5"], "unit": ["g/L"],
         "reference": ["7-16"], "date": ["02/01/2025"], "time": ["08:30"], "operator": ["x"]}
    )  # fmt: skip
    patients = pd.DataFrame({"patient": ["LY1"], "sex": ["F"]})
    names: dict[str, Any] = {
        "tecdata": tecdata, "study": tecdata.open_study("."), "labs": labs, "patients": patients
    }  # fmt: skip
    exec(code, names)  # noqa: S102 - the README's own example
    records, sdtm = names["records"], names["sdtm"]
    assert isinstance(records, pd.DataFrame)
    assert records[["LBTESTCD", "LBSTRESN", "LBDTC"]].values.tolist() == [
        ["IGG", 7.5, "2025-01-02T08:30"]
    ]
    assert "TECAID-LY-001" in list(sdtm["DM"].to_pandas()["USUBJID"])
