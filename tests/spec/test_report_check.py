"""Names in report.yaml and figures.yaml that are nowhere are said when the specs are read."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tecdata.errors import SpecError
from tecdata.report.figures import FIGURES
from tecdata.spec import load_specs
from tecdata.spec.figures import DRAWN_FIGURES

REPOSITORY = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("file", "old", "new", "place", "said"),
    [
        (
            "report.yaml",
            "tables: [table2,",
            "tables: [tabel2,",
            "sections[2].tables[0]",
            "no such table as 'tabel2'; choose among table1, table2",
        ),
        (
            "report.yaml",
            "tables: [characteristics, table1]",
            "tables: [characteristics, table1, table2]",
            "sections[2].tables",
            "table 'table2' stands in section subjects already; keep one",
        ),
        (
            "report.yaml",
            "figures: [ae_timeline]",
            "figures: [ae_timelines]",
            "sections[2].figures[0]",
            "no such figure as 'ae_timelines'; choose among ae_timeline",
        ),
        (
            "report.yaml",
            "\n  ae_timeline: {",
            "\n  ae_timelines: {",
            "figures.ae_timelines",
            "no such figure as 'ae_timelines'; choose among ae_timeline",
        ),
        (
            "figures.yaml",
            "courses: [BCELLS, IGG, IGA, IGM]\n    replacement",
            "courses: [BCELS, IGG, IGA, IGM]\n    replacement",
            "figures.figure1.courses[0]",
            "no such course as 'BCELS'; choose among BCELLS, TCELLS",
        ),
        (
            "figures.yaml",
            "param: BLYCE,",
            "param: BLYCES,",
            "courses.BCELLS.param",
            "no such parameter as 'BLYCES'; choose among BLYCE, TLYCE",
        ),
        (
            "figures.yaml",
            "courses: [HGB]}",
            "courses: [HB]}",
            "profile.panels[3].courses[0]",
            "no such course as 'HB'; choose among HGB",
        ),
        (
            "figures.yaml",
            "\n  labs_blood:",
            "\n  ae_timeline:",
            "figures.ae_timeline",
            "a figure of the program has this name; choose another",
        ),
    ],
)
def test_a_name_that_is_nowhere_is_said_with_its_line_and_the_choices(
    file: str, old: str, new: str, place: str, said: str, tmp_path: Path
) -> None:
    specs = Path(shutil.copytree(REPOSITORY / "specs", tmp_path / "specs"))
    text = (specs / file).read_text("utf-8")
    assert old in text
    (specs / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        load_specs(specs)
    found = [p for p in caught.value.problems if f": {place}: {said}" in p]
    assert len(found) == 1, caught.value.problems
    line = int(found[0].split(":")[1])
    names = new.strip().strip("}").split("[")[-1].rstrip("],: {").split(", ")
    written = (specs / file).read_text("utf-8").splitlines()[line - 1]
    assert any(name in written for name in names) or "table2" in written


def test_the_figures_that_the_program_draws_are_those_that_specs_may_name() -> None:
    assert tuple(FIGURES) == DRAWN_FIGURES
