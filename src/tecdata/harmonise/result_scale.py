"""--RESSCL: whether a result is a quantity or a grade of an ordinal scale (SDTMIG 3.4, LB)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw

from tecdata.harmonise.from_test import fill_from_test

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
    known: dict[tuple[str | None, ...], str] = {
        (test.testcd, test.variables.get(specimen)): _SCALES[test.result]
        for test in specs.tests.values()
        if test.domain == domain
    }
    return fill_from_test(dataset, target, known, where=~nw.col(result).is_null())
