"""Results as analysis datasets (BDS, ADaMIG 1.3 section 3.3): ADLB, ADIS, ADQS by one rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import polars as pl

from tecdata.derive.dates import date_of
from tecdata.derive.frames import analysis_dataset, group_numbers, records_of, with_subject
from tecdata.derive.grades import derive_grades

if TYPE_CHECKING:
    from tecdata.dataset import Dataset
    from tecdata.finding import Findings
    from tecdata.spec import Specs
    from tecdata.spec.analysis import FindingsDataset
    from tecdata.spec.study import Visit

__all__ = ["derive_baseline", "derive_findings", "derive_visits"]

_BY = ("USUBJID", "PARAMCD")
_BOUND = r"^([<>])=?\s*(\d+(?:\.\d+)?)$"


def derive_findings(
    sdtm: Mapping[str, Dataset],
    specs: Specs,
    findings: Findings,
    adam: Mapping[str, Dataset],
) -> dict[str, Dataset]:
    """The datasets that ``specs.analysis.findings`` declares, of those domains that are there.

    A result without a value (not done) is no record. A value beyond the measuring range (``<10``) has the limit as
    AVAL and its side in ACENS, so that comparisons know it; AVALC keeps the text.
    """
    made = {}
    for rule in specs.analysis.findings:
        parts = [
            _results(records_of(sdtm, domain, specs), domain, rule)
            for domain in rule.domains
            if domain in sdtm
        ]
        if parts and rule.dataset in specs.adam:
            records = with_subject(pl.concat(parts), adam["ADSL"], "ADT", "ADY")
            records = records.sort(*_BY, "ADT", "SRCDOM", "SRCSEQ")
            records = derive_baseline(records, specs.study.baseline_window_days)
            records = derive_visits(records, specs.study.visits)
            records = _last_flagged(records)
            if rule.grading:
                records = _graded(records, specs, rule)
            made[rule.dataset] = analysis_dataset(rule.dataset, records, specs, findings)
    return made


def derive_baseline(records: pl.DataFrame, window_days: int = 0) -> pl.DataFrame:
    """Adds ABLFL, BASE, BNRIND, CHG, PCHG, SHIFT1 and _after_base.

    The baseline is a subject's last result of a parameter on or before TRTSDT (with ``window_days`` not longer before
    it). Changes are given after the baseline; a percentage wants a baseline above or below 0.

    ``records`` has USUBJID, PARAMCD, AVAL, ANRIND, ADT, TRTSDT, sorted by the first two and time.
    """
    before = (pl.col("ADT") <= pl.col("TRTSDT")) & (
        pl.col("AVAL").is_not_null() | pl.col("AVALC").is_not_null()
    )
    if window_days:
        before &= pl.col("ADT") >= pl.col("TRTSDT") - pl.duration(days=window_days)
    records = records.with_row_index("_row")
    base = (
        records.filter(before)
        .unique(_BY, keep="last", maintain_order=True)
        .select(*_BY, _base="_row", BASE="AVAL", BNRIND="ANRIND")
    )
    joined = records.join(base, on=_BY, how="left", maintain_order="left")
    change = pl.col("AVAL") - pl.col("BASE")
    after = pl.col("_row") > pl.col("_base")
    return joined.with_columns(
        ABLFL=pl.when(pl.col("_row") == pl.col("_base")).then(pl.lit("Y")),
        CHG=pl.when(after).then(change),
        PCHG=pl.when(after & (pl.col("BASE") != 0)).then(100 * change / pl.col("BASE").abs()),
        SHIFT1=pl.when(after).then(
            pl.concat_str("BNRIND", "ANRIND", separator=" to ", ignore_nulls=False)
        ),
        _after_base=after.fill_null(value=False),
    ).drop("_row", "_base")


def derive_visits(records: pl.DataFrame, visits: Sequence[Visit]) -> pl.DataFrame:
    """Adds AVISIT, AVISITN and ANL01FL from the windows of study days.

    The baseline record is BASELINE (0). ANL01FL marks the record of a parameter and visit that lies closest to the
    planned day (of two the later one, of one day the last); the baseline is its own.
    """
    windows = pl.DataFrame(
        {
            "first_day": [v.first_day for v in visits],
            "_last": [v.last_day for v in visits],
            "_target": [v.day for v in visits],
            "_visit": [v.name for v in visits],
            "_number": [v.number for v in visits],
        },
        schema={
            "first_day": pl.Int64,
            **dict.fromkeys(("_last", "_target"), pl.Int64),
            "_visit": pl.String,
            "_number": pl.Int64,
        },
    )
    days = records.select(ADY=pl.col("ADY").drop_nulls().unique().sort())
    known = days.join_asof(windows, left_on="ADY", right_on="first_day").filter(
        pl.col("ADY") <= pl.col("_last")
    )
    joined = records.join(
        known.select("ADY", "_target", "_visit", "_number"),
        on="ADY",
        how="left",
        maintain_order="left",
    )
    baseline = pl.col("ABLFL") == "Y"
    placed = joined.with_columns(
        AVISIT=pl.when(baseline).then(pl.lit("BASELINE")).otherwise("_visit"),
        AVISITN=pl.when(baseline).then(pl.lit(0, pl.Int64)).otherwise("_number"),
        _far=pl.when(baseline).then(0).otherwise((pl.col("ADY") - pl.col("_target")).abs()),
        _group=group_numbers(*_BY),
    ).with_columns(
        # One whole number a subject, parameter and visit: hashing texts for each record costs most of the time.
        _place=pl.col("_group") * (1 + len(visits) + pl.col("AVISITN").max()) + pl.col("AVISITN")
    )
    nearest = placed.select(
        "_place", near=pl.col("_far") == pl.col("_far").min().over("_place")
    ).with_row_index("_row")
    # Sorted by time already: the last record at the smallest distance is the latest one.
    chosen = nearest.filter(pl.col("_place").is_not_null() & pl.col("near")).unique(
        "_place", keep="last"
    )
    return placed.with_columns(ANL01FL=_flag(placed.height, chosen["_row"])).drop(
        "_target", "_visit", "_number", "_far", "_group", "_place"
    )


def _flag(height: int, rows: pl.Series) -> pl.Series:
    """A column of ``Y`` at these row numbers and null elsewhere."""
    flags = pl.Series([None], dtype=pl.String).new_from_index(0, height)
    return flags.scatter(rows, "Y") if len(rows) else flags


def _last_flagged(records: pl.DataFrame) -> pl.DataFrame:
    """Adds LASTFL: Y for a subject's last result of a parameter after the baseline."""
    places = records.select("_after_base", _group=group_numbers(*_BY)).with_row_index("_row")
    last = places.filter(pl.col("_after_base")).unique("_group", keep="last")
    return records.with_columns(LASTFL=_flag(records.height, last["_row"]))


def _results(records: pl.DataFrame, domain: str, rule: FindingsDataset) -> pl.DataFrame:
    """The results of a domain with the variables every dataset of results has."""
    text = pl.col(f"{domain}STRESC")
    records = records.filter(text.is_not_null())
    if rule.category:
        records = records.filter(pl.col(f"{domain}CAT").is_in(rule.category))
    unit = f"{domain}STRESU"
    absent: dict[str, type[pl.DataType]] = {
        name: pl.String for name in (unit, f"{domain}NRIND") if name not in records.columns
    }
    absent |= {n: pl.Float64 for n in _limits(domain) if n not in records.columns}
    records = records.with_columns(pl.lit(None, t).alias(n) for n, t in absent.items())
    # Only results without a number are looked at: a search in every text costs more than all the rest.
    bound = pl.when(pl.col(f"{domain}STRESN").is_null()).then(text).str.extract_groups(_BOUND)
    low, high = _limits(domain)
    code, label = _parameter(domain, rule)
    taken = records.select(
        "STUDYID",
        "USUBJID",
        PARAMCD=code,
        PARAM=label,
        PARCAT1=pl.col(f"{domain}CAT"),
        AVAL=pl.coalesce(f"{domain}STRESN", bound.struct["2"].cast(pl.Float64, strict=False)),
        AVALC=text,
        AVALU=pl.col(unit),
        ACENS=bound.struct["1"],
        ANRLO=pl.col(low),
        ANRHI=pl.col(high),
        ANRIND=pl.col(f"{domain}NRIND"),
        ADT=date_of(f"{domain}DTC"),
        SRCDOM=pl.lit(domain),
        SRCVAR=pl.lit(f"{domain}STRESN"),
        SRCSEQ=pl.col(f"{domain}SEQ").cast(pl.Int64),
    )
    taken = taken.filter(pl.col("PARAMCD").is_not_null())
    positive = pl.when(pl.col("AVAL") > 0).then("AVAL")
    return taken.with_columns(AVALLG2=positive.log(2))


def _limits(domain: str) -> tuple[str, str]:
    """The columns of a domain's limits of normal."""
    return f"{domain}STNRLO", f"{domain}STNRHI"


def _parameter(domain: str, rule: FindingsDataset) -> tuple[pl.Expr, pl.Expr]:
    """PARAMCD and PARAM: by a qualifier of the domain, or the test and its unit."""
    if rule.qualifier:
        of = pl.col(f"{domain}{rule.qualifier}")
        codes = {value: p.paramcd for value, p in rule.parameters.items()}
        labels = {value: p.param for value, p in rule.parameters.items()}
        return (
            of.replace_strict(codes, default=None, return_dtype=pl.String),
            of.replace_strict(labels, default=None, return_dtype=pl.String),
        )
    unit = pl.format(" ({})", pl.col(f"{domain}STRESU"))
    return pl.col(f"{domain}TESTCD"), pl.col(f"{domain}TEST") + unit.fill_null("")


def _graded(records: pl.DataFrame, specs: Specs, rule: FindingsDataset) -> pl.DataFrame:
    """Records with their grades, those of the baseline beside them, and the version of the scale."""
    scale = specs.grading[rule.grading]
    records = derive_grades(records, scale.terms)
    base = records.filter(pl.col("ABLFL") == "Y").select(*_BY, BTOXGRL="ATOXGRL", BTOXGRH="ATOXGRH")
    graded = pl.any_horizontal(pl.col("ATOXGRL", "ATOXGRH").is_not_null())
    return records.join(base, on=_BY, how="left", maintain_order="left").with_columns(
        ATOXVER=pl.when(graded).then(pl.lit(rule.grading))
    )
