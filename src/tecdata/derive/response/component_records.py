"""Records of ADRS for components: their baseline, what was measured, what was carried forward."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from tecdata.derive.response.amounts import UNIT
from tecdata.derive.response.panel import CARRIED, MEASURED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from tecdata.derive.response.amounts import Bools, Range
    from tecdata.derive.response.outcome import Judged
    from tecdata.derive.response.panel import Rows
    from tecdata.spec.response import Measure

__all__ = ["component_records", "titled", "values_of"]


def component_records(judged: Judged) -> Iterator[pl.DataFrame]:
    """A component's baseline, every day it was measured, every assessment it was carried to (DTYPE LOCF).

    ``subject`` numbers the subjects, ``day`` counts from the first dose.
    """
    assembly = judged.assembly
    sources = assembly.values.select(
        SRCDOM="domain",
        SRCVAR=pl.when(pl.col("form").is_null())
        .then("testcd")
        .otherwise(pl.col("domain") + "STRESN"),
        SRCSEQ="seq",
    )
    for name, measure in assembly.disease.measures.items():
        if measure.score:
            continue
        for records, source in (_baselines(judged, name), _visits(judged, name)):
            found = pl.DataFrame(records, nan_to_null=True)
            told = sources.select(pl.all().gather(pl.Series(source).replace(-1, None)))
            yield pl.concat([found, _named(judged, name, measure, found), told], how="horizontal")


def titled(label: str, unit: str) -> str:
    """A parameter with its unit."""
    return f"{label} ({unit})" if unit and f"({unit})" not in label else label


def values_of(values: Range, rows: Rows) -> dict[str, NDArray[np.float64]]:
    """AVAL (NaN where it is not one number) and its bounds."""
    low, high = values.low[rows], values.high[rows]
    return {
        "AVAL": np.where(low == high, low / UNIT, np.nan),
        "AVALLO": low / UNIT,
        "AVALHI": high / UNIT,
    }


def _named(judged: Judged, name: str, measure: Measure, found: pl.DataFrame) -> pl.DataFrame:
    """Forms of a measure have other scales, so each is a parameter of its own."""
    told = [(name, titled(measure.label, measure.unit))]
    which = np.zeros(len(found), np.int64)
    if name in judged.assembly.forms:
        told = [
            (
                f.code or f.test,
                titled(f"{measure.label}, {f.label}" if f.label else measure.label, measure.unit),
            )
            for f in measure.forms
        ]
        which = judged.assembly.forms[name][found["subject"].to_numpy()].clip(0)
    names = pl.DataFrame(told, schema=["PARAMCD", "PARAM"], orient="row")
    return names[which].with_columns(PARCAT1=pl.lit("COMPONENT"))


def _baselines(judged: Judged, name: str) -> tuple[dict[str, Any], Rows]:
    """The baseline of each subject that has one, and the records they stand in."""
    base = judged.assembly.bases[name]
    subjects = np.flatnonzero(base.source >= 0)
    value = base.value[subjects]
    records = {
        "subject": subjects,
        "day": base.day[subjects],
        "AVAL": value,
        "BASE": value,
        "ABLFL": _flag("Y", ~np.isnan(value)),
    }
    return records, base.source[subjects]


def _visits(judged: Judged, name: str) -> tuple[dict[str, Any], Rows]:
    """What was measured or carried to an assessment, its change from baseline, and the records."""
    assembly = judged.assembly
    panel, course = assembly.panel, assembly.panel.courses[name]
    carried = course.how == CARRIED
    rows = np.flatnonzero(judged.within & ((course.how == MEASURED) | (carried & assembly.anchor)))
    subject = panel.subject[rows]
    values = values_of(course.now, rows)
    base = assembly.bases[name]
    start = np.where(base.source[subject] >= 0, base.value[subject], np.nan)
    both = ~np.isnan(values["AVAL"]) & ~np.isnan(start)
    start = np.where(both, start, np.nan)
    change = (course.now.low[rows] - np.rint(np.where(both, start, 0) * UNIT)) / UNIT
    ratio = np.divide(
        100 * change, start, out=np.full(len(rows), np.nan), where=both & (start != 0)
    )
    records = {
        "subject": subject,
        "day": panel.day[rows],
        **values,
        "DTYPE": _flag("LOCF", carried[rows]),
        "BASE": start,
        "CHG": np.where(both, change, np.nan),
        "PCHG": ratio,
    }
    return records, course.source[rows]


def _flag(text: str, where: Bools) -> pl.Series:
    """A text where the condition holds, null elsewhere."""
    return pl.select(pl.when(pl.lit(pl.Series(where))).then(pl.lit(text))).to_series()
