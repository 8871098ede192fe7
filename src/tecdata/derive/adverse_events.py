"""ADAE: one record per adverse event (ADaM OCCDS 1.1; admiral's conventions)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import polars as pl

from tecdata.derive.dates import imputed_date, imputed_flag
from tecdata.derive.frames import analysis_dataset, records_of, with_subject, with_supplemental

if TYPE_CHECKING:
    from tecdata.dataset import Dataset
    from tecdata.finding import Findings
    from tecdata.spec import Specs
    from tecdata.spec.analysis import EventTreatment

__all__ = [
    "derive_adae",
    "derive_last_dose",
    "derive_occurrence_flags",
    "derive_treatment_emergent",
]

_QUALIFIERS = ("AEGRSCAL", "CRSTEMP", "CRSHYPOT", "CRSHYPOX")


def derive_adae(
    sdtm: Mapping[str, Dataset],
    specs: Specs,
    findings: Findings,
    adam: Mapping[str, Dataset],
) -> dict[str, Dataset]:
    """ADAE of AE, SUPPAE, the doses of ADEX, and the medications that RELREC relates.

    A partial start is imputed to its first day, but not before the first dose where that day lies in the same
    month or year (then to the first dose); a partial end to its last day, but not after EOSDT. ASTDTF and AENDTF
    say so.
    """
    if "AE" not in sdtm:
        return {}
    subjects = adam["ADSL"].to_polars().select("USUBJID", "EOSDT", "TRTSDT", "TRTEDT")
    events = with_supplemental(records_of(sdtm, "AE", specs), sdtm, "AE", _QUALIFIERS)
    events = events.join(subjects, on="USUBJID", how="left", maintain_order="left")
    events = _with_dates(events)
    events = with_subject(events.drop("EOSDT", "TRTSDT", "TRTEDT"), adam["ADSL"], "ASTDT", "ASTDY")
    days = (pl.col("AENDT") - pl.col("TRTSDT")).dt.total_days()
    events = events.with_columns(
        AENDY=days + (days >= 0).cast(pl.Int64),
        ADURN=(pl.col("AENDT") - pl.col("ASTDT")).dt.total_days() + 1,
        ATOXGR=pl.col("AETOXGR"),
        ATOXGRN=pl.col("AETOXGR").cast(pl.Int64, strict=False),
        ATOXSCL=pl.col("AEGRSCAL"),
        CRSTEMP=pl.col("CRSTEMP").cast(pl.Float64, strict=False),
    ).with_columns(ADURU=pl.when(pl.col("ADURN").is_not_null()).then(pl.lit("DAYS")))
    events = derive_treatment_emergent(events, specs.analysis.treatment_emergent_days)
    events = derive_occurrence_flags(events)
    events = derive_last_dose(events, _doses(adam))
    events = _with_treatments(events, sdtm, specs, specs.analysis.event_treatments)
    return {"ADAE": analysis_dataset("ADAE", events, specs, findings)}


def derive_treatment_emergent(events: pl.DataFrame, window: int | None) -> pl.DataFrame:
    """Adds TRTEMFL: Y for an event that starts on or after TRTSDT, and not more than ``window`` days after TRTEDT.

    Without a window there is no end. An event without a start counts where it did not end before TRTSDT.
    """
    begun = pl.coalesce(pl.col("ASTDT") >= pl.col("TRTSDT"), pl.lit(value=True))
    emergent = pl.col("TRTSDT").is_not_null() & begun
    emergent &= (pl.col("AENDT") >= pl.col("TRTSDT")).fill_null(value=True)
    if window is not None:
        end = pl.col("TRTEDT") + pl.duration(days=window)
        emergent &= (pl.col("ASTDT") <= end).fill_null(value=True)
    return events.with_columns(TRTEMFL=pl.when(emergent).then(pl.lit("Y")))


def derive_occurrence_flags(events: pl.DataFrame) -> pl.DataFrame:
    """Adds AOCCFL, AOCCSFL, AOCCPFL, AOCCIFL and AOCCPIFL among the treatment-emergent events of a subject.

    The first event; the first of its system organ class; the first of its preferred term; the first with the
    highest grade of all; the first with the highest grade of its preferred term. First is by ASTDT, then AESEQ.
    Where no event has a system organ class (AEBODSYS) there is no AOCCSFL.
    """
    order = ["ASTDT", "AESEQ"]
    emergent = events.with_row_index("_row").filter(pl.col("TRTEMFL") == "Y")
    by_time = emergent.sort("USUBJID", *order, nulls_last=True)
    by_grade = emergent.sort(
        "USUBJID", pl.col("ATOXGRN").fill_null(-1), *order, descending=[False, True, False, False],
        nulls_last=True,
    )  # fmt: skip
    flags = {
        "AOCCFL": (by_time, ["USUBJID"]),
        "AOCCSFL": (by_time.filter(pl.col("AEBODSYS").is_not_null()), ["USUBJID", "AEBODSYS"]),
        "AOCCPFL": (by_time.filter(pl.col("AEDECOD").is_not_null()), ["USUBJID", "AEDECOD"]),
        "AOCCIFL": (by_grade, ["USUBJID"]),
        "AOCCPIFL": (by_grade.filter(pl.col("AEDECOD").is_not_null()), ["USUBJID", "AEDECOD"]),
    }
    if events["AEBODSYS"].null_count() == events.height:
        del flags["AOCCSFL"]
    numbers = pl.int_range(pl.len(), dtype=pl.get_index_type())
    flagged = {
        name: frame.unique(by, keep="first", maintain_order=True)["_row"].implode()
        for name, (frame, by) in flags.items()
    }
    return events.with_columns(
        pl.when(numbers.is_in(rows)).then(pl.lit("Y")).alias(name) for name, rows in flagged.items()
    )


def derive_last_dose(events: pl.DataFrame, doses: pl.DataFrame) -> pl.DataFrame:
    """Adds DOSENO, LDOSEDT and LDOSEDY: number, date and days since the last dose on or before ASTDT.

    A dose on the day of onset counts: events are dated to the day, and injections are given in the morning.
    """
    last = (
        events.with_row_index("_row")
        .filter(pl.col("ASTDT").is_not_null())
        .sort("ASTDT")
        .select("_row", "USUBJID", "ASTDT")
        .join_asof(
            doses.filter(pl.col("ASTDT").is_not_null())
            .select("USUBJID", "DOSENO", ASTDT="ASTDT", LDOSEDT="ASTDT")
            .sort("ASTDT", "DOSENO"),
            on="ASTDT",
            by="USUBJID",
            check_sortedness=False,
        )
        .with_columns(LDOSEDY=(pl.col("ASTDT") - pl.col("LDOSEDT")).dt.total_days())
        .select("_row", "DOSENO", "LDOSEDT", "LDOSEDY")
    )
    joined = events.with_row_index("_row").join(last, on="_row", how="left", maintain_order="left")
    return joined.drop("_row")


def _with_dates(events: pl.DataFrame) -> pl.DataFrame:
    """Start and end of each event, what is partial in them imputed and flagged."""
    first, last = imputed_date("AESTDTC"), imputed_date("AESTDTC", last=True)
    # A start known to the month or year is put on the first dose where that lies within it.
    within = (pl.col("TRTSDT") >= first) & (pl.col("TRTSDT") <= last)
    start = pl.when(within.fill_null(value=False)).then("TRTSDT").otherwise(first)
    partial = imputed_flag("AEENDTC").is_not_null()
    end = imputed_date("AEENDTC", last=True)
    end = (
        pl.when(partial & pl.col("EOSDT").is_not_null())
        .then(pl.max_horizontal(pl.min_horizontal(end, pl.col("EOSDT")), imputed_date("AEENDTC")))
        .otherwise(end)
    )
    return events.with_columns(
        ASTDT=start, ASTDTF=imputed_flag("AESTDTC"), AENDT=end, AENDTF=imputed_flag("AEENDTC")
    )


def _doses(adam: Mapping[str, Dataset]) -> pl.DataFrame:
    """The days and numbers of doses of ADEX; none where it was not derived."""
    if "ADEX" in adam:
        return adam["ADEX"].to_polars().select("USUBJID", "ASTDT", "DOSENO")
    return pl.DataFrame(schema={"USUBJID": pl.String, "ASTDT": pl.Date, "DOSENO": pl.Int64})


def _with_treatments(
    events: pl.DataFrame,
    sdtm: Mapping[str, Dataset],
    specs: Specs,
    treatments: Sequence[EventTreatment],
) -> pl.DataFrame:
    """Flags of the events that a medication was given for, as RELREC relates them."""
    related = records_of(sdtm, "RELREC", specs)
    number = pl.col("IDVARVAL").cast(pl.Int64, strict=False)
    sides = {
        domain: related.filter(
            (pl.col("RDOMAIN") == domain) & (pl.col("IDVAR") == f"{domain}SEQ")
        ).select("USUBJID", "RELID", number.alias(f"{domain}SEQ"))
        for domain in ("AE", "CM")
    }
    medications = records_of(sdtm, "CM", specs).select("USUBJID", "CMSEQ", "CMDECOD", "CMROUTE")
    medications = medications.with_columns(pl.col("CMSEQ").cast(pl.Int64))
    given = (
        sides["AE"]
        .join(sides["CM"], on=["USUBJID", "RELID"])
        .join(medications, on=["USUBJID", "CMSEQ"])
    )
    for treatment in treatments:
        chosen = given.filter(pl.col("CMDECOD").is_in(treatment.medications))
        if treatment.route:
            chosen = chosen.filter(pl.col("CMROUTE") == treatment.route)
        flag = chosen.select("USUBJID", "AESEQ").unique()
        flag = flag.with_columns(pl.lit("Y").alias(treatment.variable))
        events = events.join(flag, on=["USUBJID", "AESEQ"], how="left", maintain_order="left")
    return events
