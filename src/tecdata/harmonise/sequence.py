"""--SEQ: numbers within a subject that depend on what the records say, not on how they arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw

from tecdata.dataset import PROVENANCE, Dataset
from tecdata.engine import in_order

if TYPE_CHECKING:
    from tecdata.spec import DomainSpec

__all__ = ["derive_sequence"]


def derive_sequence(dataset: Dataset) -> Dataset:
    """Number each subject's records in the order of the domain's keys, then of everything else.

    Where the spec has no --SEQ (DM, SV) the records are sorted only. Records alike in every
    variable are told apart by their place in the source.
    """
    target = f"{dataset.domain}SEQ"
    by, keys = _order(dataset.spec, dataset.frame, target)
    frame = in_order(dataset.frame, by, keys)
    if target in dataset.spec.by_name:
        index = nw.col("_i").cast(nw.Int64)
        frame = (
            frame.with_row_index("_i")
            .with_columns((index - index.min().over("USUBJID") + 1).alias(target))
            .drop("_i")
        )
    return Dataset(spec=dataset.spec, frame=frame, origins=dataset.origins)


def _order(spec: DomainSpec, frame: nw.DataFrame[Any], target: str) -> tuple[list[str], int]:
    given = [c for c in frame.columns if c not in PROVENANCE and c != target]
    keys = [k for k in spec.keys if k in given and k not in ("STUDYID", "USUBJID")]
    rest = sorted(c for c in given if c not in keys and c not in ("STUDYID", "DOMAIN", "USUBJID"))
    place = [p for p in PROVENANCE if p in frame.columns]
    return ["USUBJID", *keys, *rest, *place], 1 + len(keys)
