"""What is measured: every test once, with its code, standard unit and exact conversions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, model_validator

from tecdata.spec.model import ExactFactor, Model

__all__ = ["Conversion", "TestDefinition", "TestFile", "is_loinc", "names_by_code"]


class Conversion(Model):
    """value in the other unit x ``factor`` = value in the standard unit. ``source`` says why."""

    __test__ = False

    factor: ExactFactor
    source: str = "exact"


class TestDefinition(Model):
    """One test of the study, in whichever Findings domain it lives.

    Parameters
    ----------
    domain, testcd, test
        --TESTCD (8 characters at most) and --TEST (40) in that domain.
    loinc
        LOINC codes by the unit a result is reported in: the property depends on it.
    result
        ``number`` (unit needed unless ``unit`` is empty), ``titre`` (reciprocal of the dilution
        becomes --STRESN), ``ordinal`` (``codelist`` holds the permitted results).
    unit, units
        Standard unit (a UNIT term) and exact factors from other UNIT terms.
    variables
        Constant qualifiers, for instance ``LBSPEC: SERUM`` or ``ISBDAGNT: SCL-70``.
    plausible
        Lowest and highest plausible value in the standard unit.
    names
        Spellings by language (``en``, ``de``, ``da``) or code system (``npu``).
    """

    __test__ = False

    domain: str
    testcd: str = Field(pattern=r"^[A-Z][A-Z0-9]{0,7}$")
    test: str = Field(max_length=40)
    nci: str = ""
    loinc: dict[str, str] = Field(default_factory=dict)
    result: Literal["number", "titre", "ordinal"] = "number"
    codelist: str | None = None
    unit: str = ""
    units: dict[str, Conversion] = Field(default_factory=dict)
    variables: dict[str, str] = Field(default_factory=dict)
    plausible: tuple[ExactFactor, ExactFactor] | None = None
    names: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _consistent(self) -> TestDefinition:
        if self.result == "ordinal" and not self.codelist:
            raise ValueError("an ordinal test needs a codelist")
        if self.units and not self.unit:
            raise ValueError("units to convert from need a standard unit")
        for unit, code in self.loinc.items():
            if self.unit and unit not in (self.unit, *self.units):
                raise ValueError(f"loinc: {unit} is not a unit of the test")
            if not is_loinc(code):
                raise ValueError(f"loinc: {code} is not a LOINC code: its check digit differs")
        return self


def is_loinc(code: str) -> bool:
    """Whether a text has the form of a LOINC code and its check digit (Luhn's) fits.

    >>> is_loinc("2465-3"), is_loinc("2465-4"), is_loinc("IGG")
    (True, False, False)
    """
    number, _, check = code.partition("-")
    if not (number.isdigit() and check.isdigit() and len(check) == 1):
        return False
    doubled = [int(d) * (2 - i % 2) for i, d in enumerate(reversed(number))]
    return (sum(d // 10 + d % 10 for d in doubled) + int(check)) % 10 == 0


class TestFile(Model):
    """``specs/lab_tests.yaml`` and ``specs/clinical_tests.yaml``: tests by study test id."""

    __test__ = False

    tests: dict[str, TestDefinition]


def names_by_code(tests: Mapping[str, TestDefinition]) -> dict[str, dict[str, str]]:
    """By --TESTCD and language the first name of the test; of a code that several tests share, none.

    >>> wbc = TestDefinition(domain="LB", testcd="WBC", test="Leukocytes", names={"de": ("Leukozyten",)})
    >>> names_by_code({"WBC": wbc})
    {'WBC': {'de': 'Leukozyten', 'en': 'Leukocytes'}}
    """
    found: dict[str, list[TestDefinition]] = {}
    for test in tests.values():
        found.setdefault(test.testcd, []).append(test)
    return {
        code: {
            **{lang: names[0] for lang, names in of_code[0].names.items()},
            "en": of_code[0].test,
        }
        for code, of_code in found.items()
        if len(of_code) == 1
    }
