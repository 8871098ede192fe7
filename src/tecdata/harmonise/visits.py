"""VISITNUM and VISIT from the study's visit windows, and SV: one record a subject and visit.

Of the dates in a window the one nearest to the planned day is the planned visit (the earlier of
two as near). Every other date is unscheduled: it takes the number of the last planned visit that took place before
it and .01, .02, … in the order of the dates, so that VISITNUM always rises with time.
SDTMIG 3.4, sections 4.4.5 and 5.5 (SV).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw

from tecdata.dataset import PROVENANCE, Dataset
from tecdata.engine import lookup
from tecdata.harmonise.columns import internal_dtype, start_variable
from tecdata.harmonise.study_day import day_number, study_day

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tecdata.spec import DomainSpec, StudySpec

__all__ = ["derive_subject_visits", "derive_visits", "visit_dates"]


def visit_dates(datasets: Mapping[str, Dataset], subjects: nw.DataFrame[Any]) -> nw.DataFrame[Any]:
    """Whole dates on which a subject was seen: USUBJID, _date, _number, _day and _seen.

    ``_seen`` has one bit for each domain with VISITNUM that has a record of that date, in the
    order of :func:`visit_domains`.
    """
    parts = [subjects.select("USUBJID", nw.col("_dose").alias("_date"), nw.lit(0).alias("_bit"))]
    for place, domain in enumerate(visit_domains(datasets)):
        frame = datasets[domain].frame
        start = start_variable(domain, frame.columns)
        date = nw.col(str(start)).str.slice(0, 10).alias("_date")
        parts.append(frame.select(nw.col("USUBJID"), date, nw.lit(2**place).alias("_bit")))
    # The part of the subjects only gives the columns their types where no domain has visits.
    seen = nw.concat(parts, how="vertical").filter(nw.col("_bit") > 0).unique()
    return (
        seen.group_by("USUBJID", "_date")
        .agg(nw.col("_bit").sum().alias("_seen"))
        .join(subjects.select("USUBJID", "_ref_day"), on="USUBJID", how="inner")
        .with_columns(day_number(nw.col("_date")).alias("_number"))
        .with_columns(study_day(nw.col("_number"), nw.col("_ref_day")).alias("_day"))
        .filter(~nw.col("_day").is_null())
        .drop("_ref_day")
    )


def visit_domains(datasets: Mapping[str, Dataset]) -> list[str]:
    """Domains whose records are made at visits: their spec has VISITNUM, their frame a date."""
    return [
        domain
        for domain in sorted(datasets)
        if "VISITNUM" in datasets[domain].spec.by_name
        and domain != "SV"
        and start_variable(domain, datasets[domain].frame.columns)
    ]


def derive_visits(days: nw.DataFrame[Any], study: StudySpec) -> nw.DataFrame[Any]:
    """Add VISITNUM, VISIT, VISITDY (planned visits only) and ``_planned`` to visit days.

    ``days`` has one row per USUBJID and ``_day``; so has the result.
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
        lookup(days, ["_day"], window, types)
        .sort("USUBJID", "_window", "_distance", "_day")
        .with_row_index("_i")
    )
    first = nw.col("_i") == nw.col("_i").min().over("USUBJID", "_window")
    planned = nw.when(first).then(nw.col("_window")).otherwise(nw.lit(floor))
    placed = nearest.with_columns(planned.alias("_planned")).sort("USUBJID", "_day")
    placed = (
        placed.with_columns(
            nw.col("_planned").cum_max().over("USUBJID", order_by="_day").alias("_base")
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
    datasets: Mapping[str, Dataset], visits: nw.DataFrame[Any], spec: DomainSpec, study: StudySpec
) -> Dataset | None:
    """SV, one record a visit that took place and, if the study wants it, that was missed.

    Planned visits have SVPRESP Y and SVOCCUR Y (N where missed); unscheduled ones have neither, but
    SVUPDES naming the domains seen. None where there is no visit.
    """
    if not len(visits):
        return None
    domains = visit_domains(datasets)

    def description(seen: int, place: int) -> tuple[str | None, str | None]:
        if not place:
            return "Y", None
        found = [d for i, d in enumerate(domains) if int(seen) >> i & 1]
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
    )
    if study.missed_visits:
        records = nw.concat([records, _missed(datasets["DM"].frame, records, study)])
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
    last = study_day(day_number(nw.col("RFPENDTC")), day_number(nw.col("RFSTDTC")))
    due = dm.select("USUBJID", last.alias("_last")).join(plan, how="cross")
    due = due.filter((nw.col("_closed") < nw.col("_last")).fill_null(value=False))
    missed = due.join(records, on=["USUBJID", "VISITNUM"], how="anti")
    constants = {"STUDYID": study.study, "DOMAIN": "SV", "SVPRESP": "Y", "SVOCCUR": "N"}
    return missed.with_columns(
        *[nw.lit(v).alias(n) for n, v in constants.items()],
        *[nw.lit(None, dtype=nw.String()).alias(n) for n in ("SVSTDTC", "SVENDTC", "SVUPDES")],
    ).select(records.columns)
