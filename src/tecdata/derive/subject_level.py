"""ADSL: one record per subject (ADaMIG 1.3 section 3.2; admiral's conventions for treatment dates)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import polars as pl

from tecdata.derive.dates import date_of
from tecdata.derive.doses import dose_given
from tecdata.derive.frames import analysis_dataset, records_of, with_supplemental
from tecdata.finding import Finding, Findings
from tecdata.spec import fold

if TYPE_CHECKING:
    from tecdata.dataset import Dataset
    from tecdata.spec import Specs
    from tecdata.spec.analysis import SubjectCount, SubjectFlag

__all__ = ["derive_adsl", "derive_follow_up", "derive_treatment_dates"]


def derive_adsl(
    sdtm: Mapping[str, Dataset],
    specs: Specs,
    findings: Findings,
    adam: Mapping[str, Dataset],
) -> dict[str, Dataset]:
    """ADSL of the subjects of DM: treatment, follow-up, death, disease, baseline and history.

    Reads DM, EX, VS, AE, MH with SUPPMH, and the domains that ``specs.analysis`` names; those that are not
    there leave their variables empty. A primary diagnosis that belongs to no disease group becomes a finding.

    Examples
    --------
    >>> adam = derive_adsl(sdtm, specs, findings, {})  # doctest: +SKIP
    >>> adam["ADSL"].to_polars()["TRTDURD"]  # doctest: +SKIP
    """
    subjects = records_of(sdtm, "DM", specs).with_columns(
        TRT01P=pl.col("ARM"),
        TRT01A=pl.col("ACTARM"),
        RFICDT=date_of("RFICDTC"),
        DTHDT=date_of("DTHDTC"),
    )
    doses = records_of(sdtm, "EX", specs)
    frame = subjects.join(derive_treatment_dates(doses), on="USUBJID", how="left")
    frame = frame.with_columns(
        SAFFL=pl.when(pl.col("TRTSDT").is_not_null()).then(pl.lit("Y")).otherwise(pl.lit("N")),
        EOSDT=pl.coalesce("DTHDT", date_of("RFPENDTC")),
    )
    frame = derive_follow_up(frame, float(specs.analysis.days_a_month))
    for further in (
        _diagnosis(sdtm, specs, findings),
        _baseline_weight(records_of(sdtm, "VS", specs)),
        _cause_of_death(records_of(sdtm, "AE", specs)),
    ):
        frame = frame.join(further, on="USUBJID", how="left")
    for flag in specs.analysis.flags:
        frame = _with_flag(frame, records_of(sdtm, flag.domain, specs), flag)
    for count in specs.analysis.counts:
        frame = _with_count(frame, records_of(sdtm, count.domain, specs), count)
    return {"ADSL": analysis_dataset("ADSL", frame.sort("STUDYID", "USUBJID"), specs, findings)}


def derive_treatment_dates(doses: pl.DataFrame) -> pl.DataFrame:
    """USUBJID, TRTSDT, TRTEDT, TRTDURD (days, both ends counted) and TRTSPAN (days between) of EX.

    As admiral has it, a dose of 0 counts only where EXTRT names a placebo; a dose without amount counts.

    >>> doses = pl.DataFrame({"USUBJID": ["1", "1"], "EXTRT": ["X", "X"], "EXDOSE": [3.4, 17.2],
    ...     "EXSTDTC": ["2024-04-03", "2024-04-06T09:00"], "EXENDTC": ["2024-04-03", None]})
    >>> derive_treatment_dates(doses).select("TRTDURD", "TRTSPAN").row(0)
    (4, 3)
    """
    given = doses.filter(dose_given()).select(
        "USUBJID",
        TRTSDT=date_of("EXSTDTC"),
        TRTEDT=pl.coalesce(date_of("EXENDTC"), date_of("EXSTDTC")),
    )
    dates = given.group_by("USUBJID").agg(pl.col("TRTSDT").min(), pl.col("TRTEDT").max())
    span = (pl.col("TRTEDT") - pl.col("TRTSDT")).dt.total_days()
    return dates.with_columns(TRTDURD=span + 1, TRTSPAN=span)


def derive_follow_up(subjects: pl.DataFrame, days_a_month: float) -> pl.DataFrame:
    """Adds FUPD, FUPW and FUPM: follow-up from the first dose to EOSDT in days, weeks and months."""
    days = (pl.col("EOSDT") - pl.col("TRTSDT")).dt.total_days()
    return subjects.with_columns(FUPD=days, FUPW=days / 7, FUPM=days / days_a_month)


def _diagnosis(sdtm: Mapping[str, Dataset], specs: Specs, findings: Findings) -> pl.DataFrame:
    """USUBJID, DIAGNOS, DISEASE, DISEASEN and DISDURY of the primary diagnosis."""
    rule = specs.analysis.diagnosis
    history = with_supplemental(records_of(sdtm, "MH", specs), sdtm, "MH", ("MHDURY",))
    history = history.filter(pl.col("MHCAT") == (rule.category if rule else None))
    diagnoses = history.sort("USUBJID", "MHSEQ").unique(
        "USUBJID", keep="first", maintain_order=True
    )
    groups = specs.codelists[rule.codelist] if rule else None
    known = {} if groups is None else groups.lookup(())
    order = {} if groups is None else {t.term: i for i, t in enumerate(groups.terms, start=1)}
    group_of = {
        term: known.get(fold(term), (None,))[0]
        for term in diagnoses["MHDECOD"].drop_nulls().unique()
    }
    for term in sorted(term for term, group in group_of.items() if group is None):
        findings.add(
            Finding.of("derive.no_disease_group", domain="MH", variable="MHDECOD", value=term)
        )
    group = pl.col("MHDECOD").replace_strict(group_of, default=None, return_dtype=pl.String)
    return diagnoses.select(
        "USUBJID",
        DIAGNOS=pl.col("MHDECOD"),
        DISEASE=group,
        DISEASEN=group.replace_strict(order, default=None, return_dtype=pl.Int64),
        DISDURY=pl.col("MHDURY").cast(pl.Float64, strict=False),
    )


def _baseline_weight(signs: pl.DataFrame) -> pl.DataFrame:
    """The weight at baseline by subject."""
    weights = signs.filter((pl.col("VSTESTCD") == "WEIGHT") & (pl.col("VSLOBXFL") == "Y"))
    return weights.group_by("USUBJID").agg(pl.col("VSSTRESN").last().alias("WEIGHTBL"))


def _cause_of_death(events: pl.DataFrame) -> pl.DataFrame:
    """The last fatal event by subject."""
    fatal = events.filter(pl.col("AESDTH") == "Y").sort("USUBJID", "AESTDTC", "AESEQ")
    return fatal.group_by("USUBJID", maintain_order=True).agg(
        pl.col("AEDECOD").last().alias("DTHCAUS")
    )


def _with_flag(subjects: pl.DataFrame, records: pl.DataFrame, flag: SubjectFlag) -> pl.DataFrame:
    """A flag of subjects: Y for those with a record that has one of the terms."""
    chosen = records.filter(pl.col(flag.column).is_in(flag.terms))
    if flag.category:
        chosen = chosen.filter(pl.col(f"{flag.domain}CAT") == flag.category)
    having = pl.col("USUBJID").is_in(chosen["USUBJID"].unique().implode())
    return subjects.with_columns(
        pl.when(having).then(pl.lit("Y")).otherwise(pl.lit("N")).alias(flag.variable)
    )


def _with_count(subjects: pl.DataFrame, records: pl.DataFrame, count: SubjectCount) -> pl.DataFrame:
    """How many different values a column has for each subject, 0 where there is no record."""
    chosen = records.filter(pl.col(f"{count.domain}CAT") == count.category)
    numbers = chosen.group_by("USUBJID").agg(pl.col(count.column).n_unique().alias(count.variable))
    return subjects.join(numbers, on="USUBJID", how="left").with_columns(
        pl.col(count.variable).fill_null(0)
    )
