"""Units: each has its UCUM code, and the factors of the tests are those that UCUM gives."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import Any

import pytest
from tests.conftest import REPOSITORY
from ucumvert import PintUcumRegistry

from tecdata.spec import load_specs

SPECS = load_specs(REPOSITORY / "specs")
CODES = {
    t.term: t.ucum for name in ("UNIT", "VSRESU") for t in SPECS.codelists[name].terms if t.ucum
}
#: Terms of CDISC that are no unit of measurement of UCUM's own: annotations, which count as 1.
ANNOTATIONS = {"TABLET", "titer"}
CONVERSIONS = [
    (test_id, unit, test.unit, conversion.factor)
    for test_id, test in SPECS.tests.items()
    for unit, conversion in test.units.items()
    if unit in CODES and test.unit in CODES
]


@cache
def registry() -> Any:
    return PintUcumRegistry()


def measured(term: str) -> Any:
    return registry().Quantity(1, registry().from_ucum(CODES[term]).units)


@pytest.mark.parametrize("name", ["UNIT", "VSRESU"])
def test_every_unit_of_measurement_carries_its_ucum_code(name: str) -> None:
    lacking = {t.term for t in SPECS.codelists[name].terms if not t.ucum}
    assert lacking == set()


@pytest.mark.parametrize("term", sorted(set(CODES) - ANNOTATIONS))
def test_the_code_is_one_of_ucum(term: str) -> None:
    registry().from_ucum(CODES[term])


@pytest.mark.parametrize("term", sorted(ANNOTATIONS))
def test_what_ucum_does_not_measure_is_an_annotation(term: str) -> None:
    assert CODES[term].startswith("{")
    assert registry().from_ucum(CODES[term])


@pytest.mark.parametrize(("test_id", "unit", "standard", "factor"), CONVERSIONS)
def test_a_factor_between_units_of_one_kind_is_that_of_ucum(
    test_id: str, unit: str, standard: str, factor: Fraction
) -> None:
    one, other = measured(unit), measured(standard)
    if not one.is_compatible_with(other):
        # Mass to substance concentration, or units of activity: the factor is that of the substance.
        source = SPECS.tests[test_id].units[unit].source
        assert source != "exact" or {unit, standard} == {"IU/L", "U/L"}, (test_id, unit)
        return
    assert one.to(other.units).magnitude == pytest.approx(float(factor), rel=1e-12)
