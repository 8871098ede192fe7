"""The last step: declared variables in the order of the spec, typed, and the provenance."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import narwhals as nw

from tecdata.dataset import BLOCK, COLUMN, PART, PROVENANCE, ROW, Dataset
from tecdata.harmonise.columns import SOURCE_TEXT, whole_number

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["fill_defaults", "finish", "in_polars"]


def fill_defaults(dataset: Dataset, defaults: Mapping[str, str]) -> Dataset:
    """Give variables their value from ``study.defaults`` where no centre gave one.

    The arms and the unit of age of DM follow rules of their own and are left alone here.
    """
    frame = dataset.frame
    made = []
    for name, text in defaults.items():
        variable = dataset.spec.by_name.get(name)
        if variable is None or name in ("ARM", "ARMCD", "ACTARM", "ACTARMCD", "AGEU"):
            continue
        value = nw.lit(float(text)) if variable.is_numeric else nw.lit(text)
        given = name in frame.columns
        made.append((nw.coalesce(name, value) if given else value).alias(name))
    return dataclasses.replace(dataset, frame=frame.with_columns(made)) if made else dataset


def finish(dataset: Dataset) -> Dataset:
    """Keep the spec's variables, the provenance, and the source text of results where there is one.

    Required and expected variables are always there, empty if need be; permissible ones where
    any centre or rule gives them. Whole-number variables become Int64 where the engine can leave
    an Int64 empty and every value is whole, else they stay Float64.
    """
    spec, frame = dataset.spec, dataset.frame
    schema = frame.schema
    changed = []
    names = []
    for variable in spec.variables:
        name = variable.name
        dtype = nw.Float64() if variable.is_numeric else nw.String()
        if name not in schema:
            if variable.core == "Perm":
                continue
            empty = whole_number(frame) if variable.type == "integer" else dtype
            changed.append(nw.lit(None, dtype=empty).alias(name))
        elif variable.type == "integer":
            if schema[name] != nw.Int64():
                changed.append(_whole_number(frame, name))
        elif schema[name] != dtype:
            changed.append(nw.col(name).cast(dtype))
        names.append(name)
    names += [name for name in (*PROVENANCE, SOURCE_TEXT) if name in schema]
    frame = (frame.with_columns(changed) if changed else frame).select(*names)
    return dataclasses.replace(dataset, frame=frame)


def in_polars(dataset: Dataset) -> Dataset:
    """A finished dataset of any engine as Polars holds it: whole numbers whole, gaps or not."""
    if dataset.frame.implementation.is_polars():
        return dataset
    frame = nw.from_native(dataset.frame.to_polars(), eager_only=True)
    exprs = []
    for name, dtype in frame.schema.items():
        if name in (ROW, PART):
            exprs.append(nw.col(name).cast(nw.Int64))
        elif name in (BLOCK, COLUMN, SOURCE_TEXT):
            exprs.append(nw.col(name).cast(nw.String))
        elif dtype == nw.Float64:
            exprs.append(nw.when(~nw.col(name).is_nan()).then(nw.col(name)).alias(name))
    return finish(dataclasses.replace(dataset, frame=frame.with_columns(*exprs)))


def _whole_number(frame: nw.DataFrame[Any], name: str) -> nw.Expr:
    values = frame[name]
    present = values.drop_nulls()
    gaps = len(present) < len(values)
    if (gaps and frame.implementation.is_pandas()) or not (present == present.round(0)).all():
        return nw.col(name).cast(nw.Float64)
    return nw.col(name).cast(nw.Int64)
