"""LBLOINC: by test, specimen and unit, and only where the code is known."""

from __future__ import annotations

import polars as pl
import pytest
from tests.conftest import REPOSITORY

from tecdata.dataset import Dataset
from tecdata.harmonise.loinc import derive_loinc
from tecdata.spec import Specs, load_specs
from tecdata.spec.test_definition import TestDefinition


@pytest.fixture(scope="module")
def specs() -> Specs:
    return load_specs(REPOSITORY / "specs")


def coded(specs: Specs, **columns: list[str | None]) -> list[str | None]:
    made = derive_loinc(Dataset.of(pl.DataFrame(columns), specs.domains["LB"]), specs)
    return made.frame["LBLOINC"].to_list()


def test_the_unit_of_the_result_decides(specs: Specs) -> None:
    found = coded(
        specs,
        LBTESTCD=["CREAT", "CREAT", "CREAT", "HGB", "IGG", "IGG", "CREAT", "NEW"],
        LBSPEC=["SERUM", "SERUM", "SERUM", "BLOOD", "SERUM", "SERUM", "SERUM", "SERUM"],
        LBORRESU=["mg/dL", "umol/L", "mmol/L", "mmol/L", "mg/dL", "umol/L", None, "g/L"],
    )
    assert found == ["2160-0", "14682-9", "14682-9", "59260-0", "2465-3", None, None, None]


def test_another_specimen_is_another_test(specs: Specs) -> None:
    found = coded(
        specs, LBTESTCD=["CREAT", "CREAT"], LBSPEC=["URINE", None], LBORRESU=["mg/dL", "mg/dL"]
    )
    assert found == [None, None]


def test_what_a_centre_gives_stays(specs: Specs) -> None:
    found = coded(
        specs,
        LBTESTCD=["IGG", "IGG"],
        LBSPEC=["SERUM", "SERUM"],
        LBORRESU=["g/L", "g/L"],
        LBLOINC=["77177-4", None],
    )
    assert found == ["77177-4", "2465-3"]


def test_without_units_or_without_the_variable_nothing_happens(specs: Specs) -> None:
    alone = Dataset.of(pl.DataFrame({"LBTESTCD": ["IGG"]}), specs.domains["LB"])
    assert derive_loinc(alone, specs) is alone
    other = Dataset.of(pl.DataFrame({"VSTESTCD": ["TEMP"], "VSORRESU": ["C"]}), specs.domains["VS"])
    assert derive_loinc(other, specs) is other


def test_a_code_with_a_wrong_digit_or_for_a_foreign_unit_is_refused() -> None:
    given = {"domain": "LB", "testcd": "IGG", "test": "Immunoglobulin G", "unit": "g/L"}
    assert TestDefinition.model_validate({**given, "loinc": {"g/L": "2465-3"}}).loinc
    with pytest.raises(ValueError, match="2465-8 is not a LOINC code"):
        TestDefinition.model_validate({**given, "loinc": {"g/L": "2465-8"}})
    with pytest.raises(ValueError, match="kg is not a unit of the test"):
        TestDefinition.model_validate({**given, "loinc": {"kg": "2465-3"}})
