"""--LOINC: the LOINC code of what was measured, by test, specimen and unit (SDTMIG 3.4, LB)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tecdata.harmonise.from_test import fill_from_test

if TYPE_CHECKING:
    from tecdata.dataset import Dataset
    from tecdata.spec import Specs

__all__ = ["derive_loinc"]


def derive_loinc(dataset: Dataset, specs: Specs) -> Dataset:
    """Fill --LOINC where the tests of the study know the code; what a centre gives stays.

    The unit of the original result decides, since LOINC tells a mass concentration from a substance
    concentration. A result without a unit, or in one for which no code is known, has none.
    """
    domain, frame = dataset.domain, dataset.frame
    target, code, unit = f"{domain}LOINC", f"{domain}TESTCD", f"{domain}ORRESU"
    if target not in dataset.spec.by_name or not {code, unit} <= set(frame.columns):
        return dataset
    specimen = f"{domain}SPEC"
    known: dict[tuple[str | None, ...], str] = {
        (test.testcd, test.variables.get(specimen), measured or None): loinc
        for test in specs.tests.values()
        if test.domain == domain
        for measured, loinc in test.loinc.items()
    }
    return fill_from_test(dataset, target, known, further=[unit])
