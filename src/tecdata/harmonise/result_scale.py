"""--RESSCL: whether a result is a quantity or a grade of an ordinal scale (SDTMIG 3.4, LB)."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import narwhals as nw

from tecdata.engine import lookup

if TYPE_CHECKING:
    from tecdata.dataset import Dataset
    from tecdata.spec import Specs

__all__ = ["derive_result_scale"]

#: Terms of the codelist RSLSCLRS by how a test reports its results; a titre is a quantity, as in LOINC.
_SCALES = {"number": "QUANTITATIVE", "titre": "QUANTITATIVE", "ordinal": "ORDINAL"}


def derive_result_scale(dataset: Dataset, specs: Specs) -> Dataset:
    """Fill --RESSCL of records with a result from the definition of the test; what a centre gives stays.

    The scale is that of the test, not of the characters: ``<0.1`` g/L is a quantity like ``0.1`` g/L, and its
    reference range is one of a continuous measurement. Records without a result and tests that the study does
    not define have none.
    """
    domain, frame = dataset.domain, dataset.frame
    target, code, result = f"{domain}RESSCL", f"{domain}TESTCD", f"{domain}ORRES"
    if target not in dataset.spec.by_name or not {code, result} <= set(frame.columns):
        return dataset
    specimen = f"{domain}SPEC"
    known = {
        (test.testcd, test.variables.get(specimen)): _SCALES[test.result]
        for test in specs.tests.values()
        if test.domain == domain
    }
    keys = [code, *([specimen] if specimen in frame.columns else [])]
    found = "_scale"

    def read(testcd: str, told: str | None = None) -> tuple[str | None]:
        return (known.get((testcd, told)),)

    frame = lookup(frame, keys, read, {found: nw.String})
    scale = nw.when(~nw.col(result).is_null()).then(nw.col(found))
    value = nw.coalesce(nw.col(target), scale) if target in frame.columns else scale
    frame = frame.with_columns(value.alias(target)).drop(found)
    return dataclasses.replace(dataset, frame=frame)
