"""LBRESSCL: the scale of the test, whatever the characters of the result."""

from __future__ import annotations

import dataclasses

import polars as pl
import pytest
from tests.conftest import REPOSITORY

from tecdata.dataset import Dataset
from tecdata.harmonise.result_scale import derive_result_scale
from tecdata.spec import Specs, load_specs


@pytest.fixture(scope="module")
def specs() -> Specs:
    return load_specs(REPOSITORY / "specs")


def scales(specs: Specs, **columns: list[str | None]) -> list[str | None]:
    made = derive_result_scale(Dataset.of(pl.DataFrame(columns), specs.domains["LB"]), specs)
    return made.frame["LBRESSCL"].to_list()


def test_a_result_below_the_limit_of_its_method_is_a_quantity_too(specs: Specs) -> None:
    found = scales(
        specs,
        LBTESTCD=["IGM", "IGM", "CALPRO", "IGM", "NEW"],
        LBSPEC=["SERUM", "SERUM", "STOOL", "URINE", "SERUM"],
        LBORRES=["0.4", "<0.1", ">800", "0.4", "1"],
    )
    assert found == ["QUANTITATIVE", "QUANTITATIVE", "QUANTITATIVE", None, None]


def test_what_was_not_done_has_no_scale(specs: Specs) -> None:
    assert scales(specs, LBTESTCD=["IGM"], LBSPEC=["SERUM"], LBORRES=[None]) == [None]


def test_what_a_centre_gives_stays(specs: Specs) -> None:
    found = scales(
        specs,
        LBTESTCD=["IGM", "IGM"],
        LBSPEC=["SERUM", "SERUM"],
        LBORRES=["trace", "0.4"],
        LBRESSCL=["NARRATIVE", None],
    )
    assert found == ["NARRATIVE", "QUANTITATIVE"]


def test_grades_of_an_ordinal_scale_are_no_quantities(specs: Specs) -> None:
    tests = dict(specs.tests)
    (name, igm) = next((n, t) for n, t in tests.items() if t.testcd == "IGM")
    tests[name] = igm.model_copy(update={"result": "ordinal", "codelist": "NRIND"})
    graded = dataclasses.replace(specs, tests=tests)
    assert scales(graded, LBTESTCD=["IGM"], LBSPEC=["SERUM"], LBORRES=["LOW"]) == ["ORDINAL"]


def test_without_results_or_without_the_variable_nothing_happens(specs: Specs) -> None:
    alone = Dataset.of(pl.DataFrame({"LBTESTCD": ["IGM"]}), specs.domains["LB"])
    assert derive_result_scale(alone, specs) is alone
    other = Dataset.of(pl.DataFrame({"VSTESTCD": ["TEMP"], "VSORRES": ["37"]}), specs.domains["VS"])
    assert derive_result_scale(other, specs) is other
