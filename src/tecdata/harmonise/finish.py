"""The last step: declared variables in the order of the spec, typed, and the provenance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw

from tecdata.dataset import PROVENANCE, Dataset
from tecdata.harmonise.columns import SOURCE_TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tecdata.spec import DomainSpec

__all__ = ["fill_defaults", "finish"]


def fill_defaults(dataset: Dataset, defaults: Mapping[str, str]) -> Dataset:
    """Give variables their value from ``study.defaults`` where no centre gave one."""
    frame = dataset.frame
    made = []
    for name, text in defaults.items():
        variable = dataset.spec.by_name.get(name)
        if variable is None:
            continue
        value = nw.lit(float(text)) if variable.is_numeric else nw.lit(text)
        made.append(
            nw.coalesce(name, value).alias(name) if name in frame.columns else value.alias(name)
        )
    if not made:
        return dataset
    return Dataset(spec=dataset.spec, frame=frame.with_columns(made), origins=dataset.origins)


def finish(dataset: Dataset) -> Dataset:
    """Keep the spec's variables, the provenance, and the source text of results where there is one.

    Required and expected variables are always there, empty if need be; permissible ones where
    any centre or rule gives them. Whole-number variables become Int64 where the engine can leave
    an Int64 empty and every value is whole, else they stay Float64.
    """
    spec, frame = dataset.spec, dataset.frame
    exprs = []
    for variable in spec.variables:
        name = variable.name
        dtype = nw.Float64() if variable.is_numeric else nw.String()
        if name not in frame.columns:
            if variable.core != "Perm":
                exprs.append(nw.lit(None, dtype=dtype).alias(name))
        elif variable.is_numeric:
            exprs.append(_number(frame, spec, name))
        elif frame.schema[name] != dtype:
            exprs.append(nw.col(name).cast(dtype))
        else:
            exprs.append(nw.col(name))
    exprs += [nw.col(name) for name in (*PROVENANCE, SOURCE_TEXT) if name in frame.columns]
    return Dataset(spec=spec, frame=frame.select(exprs), origins=dataset.origins)


def _number(frame: nw.DataFrame[Any], spec: DomainSpec, name: str) -> nw.Expr:
    column = nw.col(name)
    dtype = frame.schema[name]
    if spec.by_name[name].type != "integer":
        return column if dtype == nw.Float64() else column.cast(nw.Float64)
    if dtype == nw.Int64():
        return column
    values = frame[name]
    gaps = values.is_null().any()
    if (gaps and frame.implementation.is_pandas()) or not _whole(values):
        return column.cast(nw.Float64)
    return column.cast(nw.Int64)


def _whole(values: nw.Series[Any]) -> bool:
    present = values.drop_nulls()
    return bool((present == present.round(0)).all())
