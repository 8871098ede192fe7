"""Population models and the settings of exposure as closed models."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tecdata.errors import SpecError
from tecdata.spec import load_specs
from tecdata.spec.pharmacokinetics import PkModel
from tecdata.spec.text_yaml import load_with_lines


def edited(repository: Path, tmp_path: Path, name: str, old: str, new: str) -> Path:
    """A copy of the specs with one text of one file replaced."""
    folder = tmp_path / "specs"
    shutil.copytree(repository / "specs", folder)
    text = (folder / name).read_text("utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), "utf-8")
    return folder


def test_units_are_converted_and_not_trusted(repository: Path, tmp_path: Path) -> None:
    per_hour = edited(
        repository, tmp_path, "pk/teclistamab_miao_2023.yaml", "unit: L/day", "unit: mL/h"
    )
    model = load_specs(per_hour).pk["teclistamab_miao_2023"]
    assert model.estimates["clearance"] == pytest.approx(0.449 * 24 / 1000)
    assert model.estimates["transient"] == 0.547


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("pk/teclistamab_miao_2023.yaml", "unit: L\n", "unit: kg\n", "unit kg; allowed: L, mL"),
        ("pk/teclistamab_miao_2023.yaml", "  decay: {", "  half_life: {", "no place of a model"),
        ("pk/teclistamab_miao_2023.yaml", "factors: {II: 1.31, III: 1.67}, rse: {II: 7.83, III: 11.1}", "factors: {IV: 1.31}", "has no level IV"),
        ("pk/teclistamab_miao_2023.yaml", "weight: WT", "weight: BW", "BW is none of the covariates"),
        ("pk/teclistamab_miao_2023.yaml", "reference: 74, exponent: 0.704", "exponent: 0.704", "kind power wants"),
        ("exposure.yaml", "threshold_unit: ug/mL", "threshold_unit: mg/kg", "allowed: mg/L"),
        ("exposure.yaml", "model: teclistamab_miao_2023", "model: other", "other is not under specs/pk"),
        ("exposure.yaml", "covariates: {ISS: I, ", "covariates: {ISS: X, ", "X; allowed: I, II, III"),
        ("exposure.yaml", "covariates: {ISS: I, ", "covariates: {", "ISS of model teclistamab"),
        ("exposure.yaml", "without: [transient]", "without: [central]", "cannot be taken away"),
        ("exposure.yaml", "restart: teclistamab_us_2025", "restart: none", "not under specs/dosing"),
        ("dosing/teclistamab_us_2025.yaml", "levels: [0.06, 0.3,", "levels: [0.06, 0.4,", "none of the levels"),
    ],
)  # fmt: skip
def test_a_wrong_number_or_name_is_told_with_its_place(
    repository: Path, tmp_path: Path, name: str, old: str, new: str, message: str
) -> None:
    folder = edited(repository, tmp_path, name, old, new)
    with pytest.raises(SpecError) as caught:
        load_specs(folder)
    assert message in str(caught.value)
    assert name in str(caught.value)


def test_the_threshold_is_the_same_in_any_unit(repository: Path, tmp_path: Path) -> None:
    folder = edited(
        repository, tmp_path, "exposure.yaml", "threshold: 6.04\nthreshold_unit: ug/mL",
        "threshold: 6040\nthreshold_unit: ng/mL",
    )  # fmt: skip
    before, after = load_specs(repository / "specs").exposure, load_specs(folder).exposure
    assert before is not None
    assert after is not None
    assert after.limit == pytest.approx(before.limit) == pytest.approx(6.04)


def test_a_model_of_another_drug_loads(repository: Path) -> None:
    file = repository / "tests/derive/exposure/obinutuzumab_gibiansky_2014.yaml"
    model, _ = load_with_lines(file, PkModel)
    assert model.estimates["clearance"] == pytest.approx(0.0828)
    assert "absorption" not in model.estimates
