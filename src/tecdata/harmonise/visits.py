"""VISITNUM and VISIT from the study's visit windows, and SV: one record a subject and visit.

Of the dates in a window the one nearest to the planned day is the planned visit (the earlier of
two as near). Every other date is unscheduled: it takes the number of the last planned visit that
took place before it and .01, .02, … in the order of the dates, so that VISITNUM always rises with
time. SDTMIG 3.4, sections 4.4.5 and 5.5 (SV).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw

from tecdata.dataset import PROVENANCE, Dataset
from tecdata.engine import lookup
from tecdata.harmonise.columns import internal_dtype, whole_number
from tecdata.harmonise.study_day import study_day, with_day_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tecdata.spec import DomainSpec, StudySpec

__all__ = ["derive_subject_visits", "derive_visits", "visit_days"]


def visit_days(frame: nw.DataFrame[Any]) -> nw.DataFrame[Any]:
    """Days on which a subject was seen: USUBJID, _date, _number, _start_day and _seen.

    ``frame`` has one row a record; ``_bit`` is not 0 for domains whose records are made at
    visits. ``_seen`` is the sum of the bits of the domains with a record of that day.
    """
    date = nw.col("_start").str.slice(0, 10).alias("_date")
    days = frame.filter((nw.col("_bit") > 0) & ~nw.col("_start_day").is_null())
    keys = ["USUBJID", "_number", "_start_day", "_date"]
    return (
        days.select("USUBJID", "_number", "_start_day", date, "_bit")
        .unique()
        .group_by(keys)
        .agg(nw.col("_bit").sum().alias("_seen"))
    )


def derive_visits(days: nw.DataFrame[Any], study: StudySpec) -> nw.DataFrame[Any]:
    """Add VISITNUM, VISIT, VISITDY (planned visits only) and ``_planned`` to visit days.

    ``days`` has one row per USUBJID and ``_start_day``; so has the result.
    """
    floor = min((v.number for v in study.visits), default=1) - 1

    def window(day: float) -> tuple[int, int]:
        fitting = [
            (abs(int(day) - v.day), v.number)
            for v in study.visits
            if v.first_day <= int(day) <= v.last_day
        ]
        distance, number = min(fitting, default=(0, floor))
        return number, distance

    types = {"_window": nw.Int64(), "_distance": nw.Int64()}
    nearest = (
        lookup(days, ["_start_day"], window, types)
        .sort("USUBJID", "_window", "_distance", "_start_day")
        .with_row_index("_i")
    )
    first = nw.col("_i") == nw.col("_i").min().over("USUBJID", "_window")
    planned = nw.when(first).then(nw.col("_window")).otherwise(nw.lit(floor))
    placed = nearest.with_columns(planned.alias("_planned")).sort("USUBJID", "_start_day")
    placed = (
        placed.with_columns(
            nw.col("_planned").cum_max().over("USUBJID", order_by="_start_day").alias("_base")
        )
        .drop("_i")
        .with_row_index("_i")
    )
    place = nw.col("_i").cast(nw.Int64) - nw.col("_i").cast(nw.Int64).min().over("USUBJID", "_base")
    # A group of unscheduled dates before any planned visit has no planned one at its head.
    place = place + nw.when(nw.col("_base") == floor).then(nw.lit(1)).otherwise(nw.lit(0))
    placed = placed.with_columns(place.alias("_place")).with_columns(
        (nw.col("_place").max().over("USUBJID", "_base") > 99).alias("_many")
    )
    names = {v.number: v for v in study.visits}

    def visit(base: int, number: int, many: bool) -> tuple[float, str, int | None]:  # noqa: FBT001
        if not number:
            return float(base), names[base].name, names[base].day
        text = f"{base + number / 1000:.3f}" if many else f"{base + number / 100:.2f}"
        return float(text), f"UNSCHEDULED {text}", None

    outputs = {"VISITNUM": nw.Float64(), "VISIT": nw.String(), "VISITDY": nw.Float64()}
    return lookup(placed, ["_base", "_place", "_many"], visit, outputs).drop(
        "_i", "_window", "_distance", "_base", "_many", "_planned"
    )


def derive_subject_visits(
    dm: nw.DataFrame[Any],
    visits: nw.DataFrame[Any],
    visit_domains: Sequence[str],
    spec: DomainSpec,
    study: StudySpec,
) -> Dataset | None:
    """SV, one record a visit that took place and, if the study wants it, that was missed.

    Planned visits have SVPRESP Y and SVOCCUR Y (N where missed); unscheduled ones have neither,
    but SVUPDES naming the domains seen. None where there is no visit.
    """
    if not len(visits):
        return None

    def description(seen: int, place: int) -> tuple[str | None, str | None]:
        if not place:
            return "Y", None
        found = [d for i, d in enumerate(visit_domains) if int(seen) >> i & 1]
        return None, f"RECORDS IN {', '.join(found)}"

    texts = {"SVPRESP": nw.String(), "SVUPDES": nw.String()}
    records = lookup(visits, ["_seen", "_place"], description, texts).select(
        nw.lit(study.study).alias("STUDYID"),
        nw.lit("SV").alias("DOMAIN"),
        nw.col("USUBJID"),
        nw.col("_date").alias("SVSTDTC"),
        nw.col("_date").alias("SVENDTC"),
        *[nw.col(n) for n in ("VISITNUM", "VISIT", "VISITDY", "SVPRESP", "SVUPDES")],
        nw.col("SVPRESP").alias("SVOCCUR"),
        nw.col("EPOCH"),
        nw.col("_start_day").cast(whole_number(visits)).alias("SVSTDY"),
        nw.col("_start_day").cast(whole_number(visits)).alias("SVENDY"),
    )
    if study.missed_visits:
        records = nw.concat([records, _missed(dm, records, study)])
    empty = [nw.lit(None, dtype=internal_dtype(n, records)).alias(n) for n in PROVENANCE]
    return Dataset(spec=spec, frame=records.with_columns(empty))


def _missed(
    dm: nw.DataFrame[Any], records: nw.DataFrame[Any], study: StudySpec
) -> nw.DataFrame[Any]:
    """Planned visits whose window closed before the last contact without a date in it."""
    plan = nw.from_dict(
        {
            "VISITNUM": [float(v.number) for v in study.visits],
            "VISIT": [v.name for v in study.visits],
            "VISITDY": [float(v.day) for v in study.visits],
            "_closed": [v.last_day for v in study.visits],
        },
        backend=records.implementation,
    )
    days = {"_ref": "RFSTDTC", "_end": "RFPENDTC"}
    last = study_day(nw.col("_end"), nw.col("_ref")).alias("_last")
    due = with_day_numbers(dm, days).select(nw.col("USUBJID"), last).join(plan, how="cross")
    due = due.filter((nw.col("_closed") < nw.col("_last")).fill_null(value=False))
    missed = due.join(records, on=["USUBJID", "VISITNUM"], how="anti")
    constants = {"STUDYID": study.study, "DOMAIN": "SV", "SVPRESP": "Y", "SVOCCUR": "N"}
    empty = [n for n in records.columns if n not in missed.columns and n not in constants]
    schema = records.schema
    return missed.with_columns(
        *[nw.lit(v).alias(n) for n, v in constants.items()],
        *[nw.lit(None, dtype=schema[n]).alias(n) for n in empty],
    ).select(records.columns)
