"""--LOINC: the LOINC code of what was measured, by test, specimen and unit (SDTMIG 3.4, LB)."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import narwhals as nw

from tecdata.engine import lookup

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
    known = {
        (test.testcd, test.variables.get(specimen), measured): loinc
        for test in specs.tests.values()
        if test.domain == domain
        for measured, loinc in test.loinc.items()
    }
    keys = [code, *([specimen] if specimen in frame.columns else []), unit]
    found = "_loinc"

    def read(testcd: str, *rest: str | None) -> tuple[str | None]:
        told = rest[0] if len(rest) > 1 else None
        return (known.get((testcd, told, rest[-1] or "")),)

    frame = lookup(frame, keys, read, {found: nw.String})
    value = nw.coalesce(target, found) if target in frame.columns else nw.col(found)
    frame = frame.with_columns(value.alias(target)).drop(found)
    return dataclasses.replace(dataset, frame=frame)
