"""One record a subject: reference dates from exposure and disposition, arms, death flag.

SDTMIG 3.4, section 5.2 (DM) and its assumptions on RFSTDTC to RFPENDTC and ARMNRS.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw

from tecdata.dataset import PROVENANCE, Dataset
from tecdata.finding import Finding
from tecdata.harmonise.columns import CENTRE, SUBJECT, with_texts
from tecdata.harmonise.exposure import LAST_DOSE, derive_exposure_dates
from tecdata.harmonise.report import plain, report, source
from tecdata.harmonise.study_day import with_day_numbers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tecdata.finding import Findings
    from tecdata.spec import StudySpec

__all__ = ["SUBJECT_DAYS", "derive_demographics", "one_record_a_subject"]

#: Day numbers of a subject's reference dates, and what they are made from.
SUBJECT_DAYS = {
    "_ref_day": "RFSTDTC",
    "_dose_day": "RFXSTDTC",
    "_last_day": LAST_DOSE,
    "_consent_day": "RFICDTC",
    "_death_day": "DTHDTC",
}

#: Terms of CDISC CT (DSCAT, PROTMLST, NCOMPLT, ARMNULRS) by which disposition and arms are read.
DISPOSITION_EVENT = "DISPOSITION EVENT"
INFORMED_CONSENT = "INFORMED CONSENT OBTAINED"
DEATH = "DEATH"
NOT_TREATED = "ASSIGNED, NOT TREATED"

#: What this module fills.
_DERIVED = (
    *("RFSTDTC", "RFENDTC", "RFXSTDTC", "RFXENDTC", "RFICDTC", "RFPENDTC", "DTHDTC", "DTHFL"),
    *("SUBJID", "SITEID", "ARM", "ARMCD", "ACTARM", "ACTARMCD", "ARMNRS", "AGEU"),
)

_END, _CONSENT, _DEATH, _DIED = "_ds_end", "_ds_consent", "_ds_death", "_ds_died"


def one_record_a_subject(dm: Dataset, findings: Findings) -> Dataset:
    """Keep one DM record per subject and report every repetition.

    Where repeated records differ, the first in the order of their contents is kept (never the
    first that happens to arrive) and each variable in dispute is reported.
    """
    frame = dm.frame
    if frame["USUBJID"].n_unique() == len(frame):
        return dm
    contents = [c for c in frame.columns if c not in PROVENANCE]
    ordered = frame.sort("USUBJID", *contents, *PROVENANCE, nulls_last=True)
    groups: dict[str, list[dict[str, Any]]] = {}
    for record in ordered.iter_rows(named=True):
        groups.setdefault(record["USUBJID"], []).append(record)
    for usubjid, records in groups.items():
        kept = records[0]
        disputed = {
            name: sorted({plain(r[name]) for r in records})
            for name in contents
            if dm.spec.has(name) and len({plain(r[name]) for r in records}) > 1
        }
        if len(records) > 1 and not disputed:
            findings.add(
                Finding.of(
                    "harmonise.repeated_subject",
                    domain="DM",
                    usubjid=usubjid,
                    records=len(records),
                    **source(dm.origins, records[1], "USUBJID"),
                )
            )
        for name, values in disputed.items():
            findings.add(
                Finding.of(
                    "harmonise.contradictory_subject",
                    domain="DM",
                    usubjid=usubjid,
                    variable=name,
                    value=plain(kept[name]),
                    records=len(records),
                    values=", ".join(f"'{v}'" for v in values),
                    **source(dm.origins, kept, name),
                )
            )
    frame = ordered.unique("USUBJID", keep="first", maintain_order=True)
    return Dataset(spec=dm.spec, frame=frame, origins=dm.origins)


def derive_demographics(
    datasets: Mapping[str, Dataset], study: StudySpec, findings: Findings
) -> Dataset:
    """DM with identifiers, reference dates, death flag and arms filled where mapping gave none.

    RFXSTDTC and RFXENDTC are the first and last dose of EX; RFSTDTC is the first dose; RFENDTC
    what ``study.reference_end`` says; RFPENDTC the disposition event of DS, else the death;
    RFICDTC the informed consent of DS. A delivered value stays. The frame also gets the day
    numbers :data:`SUBJECT_DAYS`.
    """
    dm = one_record_a_subject(datasets["DM"], findings)
    exposure = derive_exposure_dates(datasets.get("EX"), dm.frame, findings)
    frame = with_texts(dm.frame, _DERIVED).join(exposure, on="USUBJID", how="left")
    frame = frame.join(_disposition_dates(datasets.get("DS"), dm.frame), on="USUBJID", how="left")
    last_contact = nw.coalesce("RFPENDTC", _END, nw.col("_dthdtc"))
    frame = frame.with_columns(
        nw.coalesce("DTHDTC", _DEATH).alias("_dthdtc"),
        nw.coalesce("RFXSTDTC", "_first_dose").alias("RFXSTDTC"),
        nw.coalesce("RFXENDTC", LAST_DOSE).alias("RFXENDTC"),
    ).with_columns(
        nw.coalesce("RFSTDTC", "RFXSTDTC").alias("RFSTDTC"),
        last_contact.alias("RFPENDTC"),
        nw.coalesce("RFICDTC", _CONSENT).alias("RFICDTC"),
        nw.col("_dthdtc").alias("DTHDTC"),
        nw.coalesce(
            "DTHFL",
            nw.when(~nw.col("_dthdtc").is_null() | ~nw.col(_DIED).is_null()).then(nw.lit("Y")),
        ).alias("DTHFL"),
        nw.coalesce("SUBJID", SUBJECT).alias("SUBJID"),
        nw.coalesce("SITEID", CENTRE).alias("SITEID"),
    )
    end = "RFXENDTC" if study.reference_end == "last_dose" else "RFPENDTC"
    frame = frame.with_columns(nw.coalesce("RFENDTC", end).alias("RFENDTC"))
    frame = _arms(frame, study.defaults.get("DM", {}))
    frame = with_day_numbers(frame, {**SUBJECT_DAYS, "_first_day": "_first_dose"})
    derived = Dataset(spec=dm.spec, frame=frame, origins=dm.origins)
    _report_references(derived, findings)
    return Dataset(
        spec=dm.spec,
        frame=frame.drop("_dthdtc", "_first_dose", "_first_day", _END, _CONSENT, _DEATH, _DIED),
        origins=dm.origins,
    )


def _disposition_dates(ds: Dataset | None, dm: nw.DataFrame[Any]) -> nw.DataFrame[Any]:
    if ds is None:
        nothing = [
            nw.lit(None, dtype=nw.String()).alias(n) for n in (_END, _CONSENT, _DEATH, _DIED)
        ]
        return dm.select(nw.col("USUBJID"), *nothing)
    date, term = nw.col("DSSTDTC"), nw.col("DSDECOD")
    event = nw.col("DSCAT") == DISPOSITION_EVENT
    return (
        with_texts(ds.frame, ("DSCAT", "DSDECOD", "DSSTDTC"))
        .select(
            nw.col("USUBJID"),
            nw.when(event).then(date).alias(_END),
            nw.when(term == INFORMED_CONSENT).then(date).alias(_CONSENT),
            nw.when(term == DEATH).then(date).alias(_DEATH),
            nw.when(term == DEATH).then(nw.lit("Y")).alias(_DIED),
        )
        .group_by("USUBJID")
        .agg(nw.col(_END).max(), nw.col(_CONSENT).min(), nw.col(_DEATH).max(), nw.col(_DIED).max())
    )


def _arms(frame: nw.DataFrame[Any], defaults: Mapping[str, str]) -> nw.DataFrame[Any]:
    """Planned arm for all; actual arm for the treated, the reason for the others."""
    treated = ~nw.col("RFXSTDTC").is_null()
    exprs = []
    for name in ("ARM", "ARMCD", "ACTARM", "ACTARMCD"):
        default = nw.lit(defaults.get(name), dtype=nw.String())
        if name.startswith("ACT"):
            default = nw.when(treated).then(default)
        exprs.append(nw.coalesce(name, default).alias(name))
    reason = nw.when(~treated & ~nw.col("ARM").is_null()).then(nw.lit(NOT_TREATED))
    age_unit = nw.lit(defaults.get("AGEU"), dtype=nw.String())
    if "AGE" in frame.columns:
        age_unit = nw.when(~nw.col("AGE").is_null()).then(age_unit)
    return frame.with_columns(exprs).with_columns(
        nw.coalesce("ARMNRS", reason).alias("ARMNRS"),
        nw.coalesce("AGEU", age_unit).alias("AGEU"),
    )


def _report_references(dm: Dataset, findings: Findings) -> None:
    frame = dm.frame
    report(
        findings,
        "harmonise.no_first_dose",
        dm,
        frame.filter(nw.col("_ref_day").is_null()),
        "RFSTDTC",
    )
    differs = frame.filter((nw.col("_ref_day") != nw.col("_first_day")).fill_null(value=False))
    differs = differs.filter(~nw.col("_ref_day").is_null() & ~nw.col("_first_day").is_null())
    report(
        findings,
        "harmonise.reference_start_differs",
        dm,
        differs.with_columns(nw.col("_first_dose").alias("_first")),
        "RFSTDTC",
        ("_first",),
    )
    report(
        findings,
        "harmonise.no_last_contact",
        dm,
        frame.filter(nw.col("RFPENDTC").is_null()),
        "RFPENDTC",
    )
