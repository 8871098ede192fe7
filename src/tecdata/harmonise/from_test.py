"""A variable that the definition of a test gives, by test and specimen."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import narwhals as nw

from tecdata.engine import lookup

if TYPE_CHECKING:
    from tecdata.dataset import Dataset

__all__ = ["fill_from_test"]

_FOUND = "_found"


def fill_from_test(
    dataset: Dataset,
    target: str,
    known: Mapping[tuple[str | None, ...], str],
    *,
    further: Sequence[str] = (),
    where: Any = None,
) -> Dataset:
    """Fill ``target`` where the tests of the study know it; what a centre gives stays.

    ``known``: --TESTCD, --SPEC and the values of the variables ``further``, each None where it is missing, to
    the value. ``where``: only records for which this expression is true.
    """
    domain, frame = dataset.domain, dataset.frame
    code, specimen = f"{domain}TESTCD", f"{domain}SPEC"
    collected = specimen in frame.columns
    keys = [code, *([specimen] if collected else []), *further]

    def read(*told: str | None) -> tuple[str | None]:
        testcd, *rest = (text or None for text in told)
        return (known.get((testcd, *rest) if collected else (testcd, None, *rest)),)

    frame = lookup(frame, keys, read, {_FOUND: nw.String})
    found = nw.col(_FOUND) if where is None else nw.when(where).then(nw.col(_FOUND))
    value = nw.coalesce(nw.col(target), found) if target in frame.columns else found
    frame = frame.with_columns(value.alias(target)).drop(_FOUND)
    return dataclasses.replace(dataset, frame=frame)
