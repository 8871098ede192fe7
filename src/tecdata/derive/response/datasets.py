"""ADRS and ADTTE: response tiers by visit, and the time to each tier and to relapse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tecdata.derive.frames import analysis_dataset
from tecdata.derive.response.assemble import assemble
from tecdata.derive.response.component_records import component_records
from tecdata.derive.response.doses import review_records
from tecdata.derive.response.event_records import event_records
from tecdata.derive.response.outcome import Judged, judge_disease, outcomes
from tecdata.derive.response.panel import CARRIED
from tecdata.derive.response.records import Sdtm
from tecdata.derive.response.visit_records import subject_records, visit_records
from tecdata.finding import Finding, Findings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tecdata.dataset import Dataset
    from tecdata.spec import Specs
    from tecdata.spec.study import Visit

__all__ = ["derive_response", "judge_study"]


def derive_response(
    sdtm: Mapping[str, Dataset],
    specs: Specs,
    findings: Findings,
    adam: Mapping[str, Dataset],
) -> dict[str, Dataset]:
    """ADRS and ADTTE of the subjects whose disease ``specs/response`` covers.

    Parameters
    ----------
    sdtm
        Harmonised domains; RS, QS, RE, LB, CM, AE and VS are read as far as they are there.
    specs
        ``specs.response`` holds every threshold, bin, window and mode.
    findings
        Gets subjects without a disease spec, values carried forward, records a person should decide on.
    adam
        ADSL gives disease, first dose, end of follow-up and death.

    Returns
    -------
    dict of Dataset
        ``ADRS`` and ``ADTTE``; nothing where the study has no ``specs/response``.

    Examples
    --------
    >>> made = derive_response(sdtm, specs, findings, adam)  # doctest: +SKIP
    >>> made["ADRS"].to_polars().filter(pl.col("PARAMCD") == "TIER")  # doctest: +SKIP
    """
    if specs.response is None or "ADSL" not in adam:
        return {}
    subjects = adam["ADSL"].to_polars()
    known = subjects.sort("USUBJID").select(
        "STUDYID", "USUBJID", "SITEID", "DISEASE", "TRTSDT", place=pl.int_range(pl.len())
    )
    records: list[pl.DataFrame] = []
    people: list[pl.DataFrame] = []
    for judged, found in judge_study(sdtm, specs, subjects, findings):
        people.append(found.join(known, on="USUBJID", how="left", maintain_order="left"))
        parts = [
            *component_records(judged),
            *visit_records(judged),
            *subject_records(judged, found),
        ]
        numbered = pl.concat(parts, how="diagonal")
        place = people[-1]["place"].gather(numbered["subject"])
        records.append(numbered.with_columns(place=place).drop("subject"))
    if not records:
        return {}
    adrs = _dated(_in_order(pl.concat(records, how="diagonal")), known, specs.study.visits)
    frames = {"ADRS": adrs, "ADTTE": event_records(pl.concat(people), adrs)}
    return {
        name: analysis_dataset(name, frame, specs, findings)
        for name, frame in frames.items()
        if name in specs.adam
    }


def judge_study(
    sdtm: Mapping[str, Dataset], specs: Specs, subjects: pl.DataFrame, findings: Findings
) -> Iterator[tuple[Judged, pl.DataFrame]]:
    """Disease by disease: its visits judged, and the outcomes of its subjects in order of USUBJID.

    ``subjects`` is ADSL. A subject without first dose or end of follow-up is left out and reported.
    """
    if specs.response is None:
        return
    source = Sdtm.of(sdtm, specs.tests)
    treated = pl.col("TRTSDT").is_not_null() & pl.col("FUPD").is_not_null()
    covered = [t for d in specs.response.diseases.values() for t in d.terms]
    left_out = ~pl.col("DISEASE").is_in(covered).fill_null(value=False) | ~treated
    for row in subjects.filter(left_out).sort("USUBJID").iter_rows(named=True):
        if row["DISEASE"] not in covered:
            findings.add(
                Finding.of(
                    "derive.no_response_criteria",
                    usubjid=row["USUBJID"],
                    variable="DISEASE",
                    value=row["DISEASE"] or "",
                    domain="ADSL",
                )
            )
        else:
            findings.add(
                Finding.of("derive.no_time_at_risk", usubjid=row["USUBJID"], domain="ADSL")
            )
    for disease in specs.response.diseases.values():
        own = subjects.filter(pl.col("DISEASE").is_in(list(disease.terms)) & treated).sort(
            "USUBJID"
        )
        if not len(own):
            continue
        followed = own.select("USUBJID", days="FUPD", died=pl.col("DTHFL").eq_missing("Y"))
        assembly = assemble(source, disease, tuple(own["USUBJID"]), specs.response)
        judged = judge_disease(assembly, followed)
        findings.extend(_to_report(judged, source))
        yield judged, outcomes(judged, followed)


def _to_report(judged: Judged, source: Sdtm) -> Iterator[Finding]:
    """Values carried forward, and events that a person should decide on."""
    assembly = judged.assembly
    subjects = set(assembly.subjects)
    for name, measure in assembly.disease.measures.items():
        course = assembly.panel.courses[name]
        carried = int(((course.how == CARRIED) & assembly.anchor).sum())
        if carried:
            yield Finding.of(
                "derive.carried_forward",
                domain="ADRS",
                variable=name,
                values=carried,
                disease=assembly.disease.label,
                days=measure.carry_days,
            )
        if measure.event:
            code = measure.event.domain
            for record in review_records(source, measure.event):
                if record["USUBJID"] in subjects:
                    yield Finding.of(
                        "derive.adjudicate",
                        domain=code,
                        usubjid=record["USUBJID"],
                        seq=record[f"{code}SEQ"],
                        variable=f"{code}DECOD",
                        value=record[f"{code}DECOD"],
                        label=measure.label,
                    )


def _in_order(records: pl.DataFrame) -> pl.DataFrame:
    """Records by subject (``place``), parameter and day, numbered within the subject."""

    def ranked(name: str) -> pl.Expr:
        # Few different texts by their order (numbers sort much faster), null first.
        return pl.col(name).cast(pl.Enum(records[name].drop_nulls().unique().sort()))

    keys = ("place", ranked("PARCAT1"), ranked("PARAMCD"), pl.col("day").fill_null(0))
    return records.sort(*keys, maintain_order=True).with_columns(
        ASEQ=pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("place"),
        parameter=ranked("PARAMCD"),
    )


def _dated(records: pl.DataFrame, known: pl.DataFrame, visits: tuple[Visit, ...]) -> pl.DataFrame:
    """Records with the subject's identifiers (``known`` by ``place``), dates and visits.

    ANL01FL marks the baseline and the record nearest to the planned day of its visit.
    """
    day, baseline = pl.col("day"), pl.col("ABLFL").eq_missing("Y")
    study_day = pl.when(day >= 0).then(day + 1).otherwise(day)
    found = (
        records.join(known, on="place", how="left", maintain_order="left")
        .with_columns(ADT=pl.col("TRTSDT") + pl.duration(days=day), ADY=study_day)
        .join(_windows(visits), on="ADY", how="left", maintain_order="left")
        .with_columns(
            AVISIT=pl.when(baseline).then(pl.lit("BASELINE")).otherwise("AVISIT"),
            AVISITN=pl.when(baseline).then(0).otherwise("AVISITN"),
            off=pl.when(~baseline).then("off"),
        )
    )
    # Of two records equally near to the planned day of their visit the earlier one stands for it.
    order = pl.col("off") * 10**6 + pl.col("ASEQ")
    nearest = order == order.min().over("place", "parameter", "AVISITN")
    flag = pl.when((pl.col("off").is_not_null() & nearest) | baseline).then(pl.lit("Y"))
    return found.with_columns(ANL01FL=flag)


def _windows(visits: tuple[Visit, ...]) -> pl.DataFrame:
    """By study day the first visit whose window holds it, and how far the day is from the planned one."""
    days = {}
    for visit in reversed(visits):
        for day in range(visit.first_day, visit.last_day + 1):
            days[day] = (day, visit.name, visit.number, abs(day - visit.day))
    schema = {"ADY": pl.Int64, "AVISIT": pl.String, "AVISITN": pl.Int64, "off": pl.Int64}
    return pl.DataFrame(list(days.values()), schema=schema, orient="row")
