"""CO: comments beside cells become comments on records, where the centre says so and nobody is named."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import REPOSITORY

from tecdata.dataset import CellComment, Dataset, Origin
from tecdata.delivered import comments_to_record
from tecdata.errors import HarmoniseError
from tecdata.finding import Finding, Findings
from tecdata.harmonise.comments import derive_comments, split_comment
from tecdata.intake import Delivery
from tecdata.spec import Specs, load_centre, load_specs
from tecdata.table import RawTable
from tecdata.validate import Identifiers

if TYPE_CHECKING:
    from tecdata.pipeline import StudyRun

ORIGIN = Origin(
    centre="XX",
    file="book.xlsx",
    sheet="Labor",
    table="labs",
    addressing="sheet",
    columns={"LBORRES": "$value", "LBDTC": "Datum"},
    positions={"Datum": 1, "IgG": 2, "CRP": 3},
)


@pytest.fixture(scope="module")
def specs() -> Specs:
    return load_specs(REPOSITORY / "specs")


def labs(specs: Specs) -> Dataset:
    """Two results in row 5 (cells C5 and D5), one in row 6, all dated in column B."""
    table = pl.DataFrame(
        {
            "STUDYID": ["T"] * 3,
            "USUBJID": ["T-1", "T-1", "T-2"],
            "LBSEQ": [1, 2, 1],
            "LBTESTCD": ["CRP", "IGG", "IGG"],
            "LBORRES": ["4", None, "7"],
            "_block": ["XX/LB/labs"] * 3,
            "_row": [5, 5, 6],
            "_column": ["CRP", "IgG", "IgG"],
            "_part": [1] * 3,
        }
    )
    made = Dataset.of(table, specs.domains["LB"])
    return dataclasses.replace(made, origins={"XX/LB/labs": ORIGIN})


def comment(cell: str, text: str, **changes: str) -> CellComment:
    place = {"centre": "XX", "file": "book.xlsx", "sheet": "Labor", "table": "labs", **changes}
    return CellComment(cell=cell, text=text, **place)


def records(specs: Specs, *comments: CellComment) -> list[dict[str, Any]]:
    made = derive_comments({"LB": labs(specs)}, comments, specs)
    return [] if made is None else made.to_polars().to_dicts()


def test_a_comment_on_a_result_is_about_that_record(specs: Specs) -> None:
    (made,) = records(specs, comment("C5", "Material  reichte\nnicht"))
    assert made == {
        "STUDYID": "T",
        "DOMAIN": "CO",
        "RDOMAIN": "LB",
        "USUBJID": "T-1",
        "COSEQ": 1,
        "IDVAR": "LBSEQ",
        "IDVARVAL": "2",
        "COREF": "labs C5",
        "COVAL": "Material reichte nicht",
    }


def test_a_comment_on_a_date_is_about_every_record_that_has_it(specs: Specs) -> None:
    made = records(specs, comment("B5", "doubtful"), comment("C6", "late"))
    assert [(r["USUBJID"], r["COSEQ"], r["IDVARVAL"], r["COVAL"]) for r in made] == [
        ("T-1", 1, "1", "doubtful"),
        ("T-1", 2, "2", "doubtful"),
        ("T-2", 1, "1", "late"),
    ]


@pytest.mark.parametrize(
    "other",
    [
        comment("C4", "header"),
        comment("E5", "a column nobody maps"),
        comment("C5", "another sheet", sheet="Labor 2"),
        comment("C5", "another centre", centre="YY"),
    ],
)
def test_a_comment_on_what_is_no_record_gives_none(specs: Specs, other: CellComment) -> None:
    assert records(specs, other) == []


def test_long_text_goes_on_in_further_variables_and_nothing_is_lost(specs: Specs) -> None:
    text = " ".join(f"word{number:04}" for number in range(60))
    (made,) = records(specs, comment("C5", text))
    parts = [made[n] for n in ("COVAL", "COVAL1", "COVAL2")]
    assert " ".join(parts) == text
    assert all(len(part.encode()) <= 200 for part in parts)
    assert "COVAL3" not in made
    longest = " ".join(f"word{number:04}" for number in range(600))
    (made,) = records(specs, comment("C5", longest))
    kept = [made[n] for n in ("COVAL", "COVAL1", "COVAL2", "COVAL3", "COVAL4")]
    assert " ".join(kept) == longest


def test_records_of_comments_lead_to_the_cell(specs: Specs) -> None:
    made = derive_comments({"LB": labs(specs)}, [comment("C5", "x")], specs)
    assert made is not None
    row = made.frame.to_polars().row(0, named=True)
    origin = made.origins[row["_block"]]
    assert origin.cell("COVAL", row["_row"], row["_column"]) == "C5"


def test_a_study_without_the_domain_says_so(specs: Specs) -> None:
    domains = {name: d for name, d in specs.domains.items() if name != "CO"}
    lacking = dataclasses.replace(specs, domains=domains)
    with pytest.raises(HarmoniseError, match="no spec CO"):
        derive_comments({"LB": labs(specs)}, [comment("C5", "x")], lacking)
    assert derive_comments({"LB": labs(specs)}, [], lacking) is None


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])), st.integers(4, 60))
def test_parts_fit_and_keep_every_character_but_blanks(text: str, limit: int) -> None:
    parts = split_comment(text, limit)
    assert all(0 < len(part.encode()) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_only_declared_tables_and_only_what_names_nobody() -> None:
    source = load_centre(REPOSITORY / "mappings" / "berlin").source
    labs_table = raw("labs", "Labor")
    patients = raw("patients", "Stammdaten")
    delivery = Delivery(
        centre="BE", tables={"labs": labs_table, "patients": patients}, accounts={}, files=()
    )
    findings = Findings(
        [
            noted("E38", "Material reichte nicht"),
            noted("E39", "Frau Berta Beispiel rief an"),
            noted("B4", "from another sheet", sheet="Stammdaten"),
            noted("E40", ""),
        ]
    )
    named = Finding.of(
        "identifier.name", file="book.xlsx", sheet="Labor", cell="E39", where="", count=1
    )
    taken = comments_to_record(delivery, source, Identifiers([named]), findings)
    assert [(c.table, c.cell, c.text) for c in taken] == [("labs", "E38", "Material reichte nicht")]


def noted(cell: str, text: str, sheet: str = "Labor") -> Finding:
    return Finding.of(
        "intake.comment", centre="BE", file="book.xlsx", sheet=sheet, cell=cell, value=text, at=""
    )


def raw(name: str, sheet: str) -> RawTable:
    return RawTable(
        name=name,
        centre="BE",
        file="book.xlsx",
        sheet=sheet,
        addressing="sheet",
        frame=pl.DataFrame(schema={"_row": pl.Int64}),
        columns=(),
    )


def test_the_sample_has_every_comment_of_the_workbook_on_its_record(
    sample_run: StudyRun, sample_out: Path
) -> None:
    path = REPOSITORY / "sample_exports" / "berlin" / "Teclistamab_Berlin_Export.xlsx"
    book = openpyxl.load_workbook(path)
    written = {
        cell.coordinate: cell.comment.text
        for row in book["Labor"].iter_rows()
        for cell in row
        if cell.comment is not None
    }
    co = pl.read_parquet(sample_out / "sdtm" / "parquet" / "co.parquet")
    lb = pl.read_parquet(sample_out / "trace" / "lb.parquet")
    for record in co.iter_rows(named=True):
        parent = lb.filter(USUBJID=record["USUBJID"], SEQ=int(record["IDVARVAL"])).row(
            0, named=True
        )
        cell = record["COREF"].removeprefix("labs ")
        assert (parent["sheet"], parent["value_cell"]) == ("Labor", cell)
        assert written.pop(cell) == record["COVAL"]
    left = [f for f in sample_run.findings if f.check == "intake.comment"]
    assert [(f.cell, f.value) for f in left] == list(written.items())
