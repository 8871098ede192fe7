"""ADRS and ADTTE: response tiers by visit, and the time to each tier and to relapse."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from tecdata.derive.frames import analysis_dataset
from tecdata.derive.response.assemble import assemble
from tecdata.derive.response.doses import review_records
from tecdata.derive.response.event_records import event_records
from tecdata.derive.response.outcome import Followed, Judged, Outcome, judge_disease, outcomes
from tecdata.derive.response.panel import CARRIED
from tecdata.derive.response.records import Sdtm
from tecdata.derive.response.visit_records import Row, subject_records, visit_records
from tecdata.finding import Finding, Findings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

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
    by_subject = {row["USUBJID"]: row for row in subjects.iter_rows(named=True)}
    rows: list[Row] = []
    events: list[Row] = []
    for judged, made in judge_study(sdtm, specs, subjects, findings):
        for outcome in made:
            subject = by_subject[outcome.followed.usubjid]
            own = [*visit_records(judged, outcome), *subject_records(judged, outcome)]
            placed = list(_placed(own, subject, specs.study.visits))
            rows += placed
            events += event_records(outcome, subject, placed)
    adrs = _adrs(rows, specs)
    tte = pl.DataFrame(events, infer_schema_length=None)
    made_sets = {"ADRS": adrs, "ADTTE": tte.sort("USUBJID", "PARAMCD") if len(tte) else tte}
    return {
        name: analysis_dataset(name, frame, specs, findings)
        for name, frame in made_sets.items()
        if name in specs.adam and len(frame)
    }


def judge_study(
    sdtm: Mapping[str, Dataset], specs: Specs, subjects: pl.DataFrame, findings: Findings
) -> Iterator[tuple[Judged, list[Outcome]]]:
    """Disease by disease: its visits judged, and the outcome of each subject in order of USUBJID.

    ``subjects`` is ADSL. A subject without first dose or end of follow-up is left out and reported.
    """
    if specs.response is None:
        return
    source = Sdtm.of(sdtm, specs.tests)
    treated = pl.col("TRTSDT").is_not_null() & pl.col("FUPD").is_not_null()
    covered = [t for d in specs.response.diseases.values() for t in d.terms]
    for row in subjects.sort("USUBJID").iter_rows(named=True):
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
        elif row["TRTSDT"] is None or row["FUPD"] is None:
            findings.add(
                Finding.of("derive.no_time_at_risk", usubjid=row["USUBJID"], domain="ADSL")
            )
    for disease in specs.response.diseases.values():
        own = subjects.filter(pl.col("DISEASE").is_in(list(disease.terms)) & treated).sort(
            "USUBJID"
        )
        if not len(own):
            continue
        judged = judge_disease(assemble(source, disease, tuple(own["USUBJID"]), specs.response))
        followed = [
            Followed(
                usubjid=row["USUBJID"],
                disease=row["DISEASE"],
                days=row["FUPD"],
                died=row["DTHFL"] == "Y",
            )
            for row in own.iter_rows(named=True)
        ]
        findings.extend(_to_report(judged, source))
        yield judged, outcomes(judged, followed)


def _to_report(judged: Judged, source: Sdtm) -> Iterator[Finding]:
    assembly = judged.assembly
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
                if record["USUBJID"] in assembly.subjects:
                    yield Finding.of(
                        "derive.adjudicate",
                        domain=code,
                        usubjid=record["USUBJID"],
                        seq=record[f"{code}SEQ"],
                        variable=f"{code}DECOD",
                        value=record[f"{code}DECOD"],
                        label=measure.label,
                    )


def _placed(rows: Iterable[Row], subject: Row, visits: tuple[Visit, ...]) -> Iterator[Row]:
    """Records with the subject's identifiers, dates and visits, in order, numbered."""
    start: datetime.date = subject["TRTSDT"]
    found = []
    for row in rows:
        day = row.pop("day", None)
        full = {**_identity(subject), **row}
        if day is not None:
            study_day = day + 1 if day >= 0 else day
            full |= {"ADT": start + datetime.timedelta(days=day), "ADY": study_day}
            full |= _visit(study_day, visits, baseline=row.get("ABLFL") == "Y")
        found.append(full)
    found.sort(key=lambda r: (r["PARCAT1"], r["PARAMCD"], r.get("ADY") or 0, r.get("DTYPE") or ""))
    for number, row in enumerate(found, start=1):
        yield {**row, "ASEQ": number}


def _identity(subject: Row) -> Row:
    names = ("STUDYID", "USUBJID", "SITEID", "DISEASE", "TRTSDT")
    return {name: subject[name] for name in names}


def _visit(day: int, visits: tuple[Visit, ...], *, baseline: bool) -> dict[str, Any]:
    if baseline:
        return {"AVISIT": "BASELINE", "AVISITN": 0}
    for visit in visits:
        if visit.first_day <= day <= visit.last_day:
            return {"AVISIT": visit.name, "AVISITN": visit.number, "_off": abs(day - visit.day)}
    return {}


_TYPES: dict[str, pl.DataType] = {
    "AVAL": pl.Float64(),
    "AVALLO": pl.Float64(),
    "AVALHI": pl.Float64(),
    "BASE": pl.Float64(),
    "CHG": pl.Float64(),
    "PCHG": pl.Float64(),
    "ADY": pl.Int64(),
    "AVISITN": pl.Int64(),
    "ASEQ": pl.Int64(),
    "SRCSEQ": pl.Int64(),
    "_off": pl.Int64(),
    "TRTSDT": pl.Date(),
    "ADT": pl.Date(),
}


def _adrs(rows: list[Row], specs: Specs) -> pl.DataFrame:
    names = [v.name for v in specs.adam["ADRS"].variables] if "ADRS" in specs.adam else []
    names = [n for n in names if n != "ANL01FL"] + ["_off"]
    schema = {name: _TYPES.get(name, pl.String()) for name in names}
    frame = pl.DataFrame([{n: row.get(n) for n in names} for row in rows], schema=schema)
    group = ["USUBJID", "PARAMCD", "AVISITN"]
    # Of two equally near the earlier one stands for the visit.
    order = pl.col("_off") * 10**6 + pl.col("ASEQ")
    nearest = order == order.min().over(group)
    in_visit = pl.col("_off").is_not_null() & nearest
    flag = pl.when(in_visit | (pl.col("ABLFL") == "Y")).then(pl.lit("Y"))
    return frame.with_columns(ANL01FL=flag).sort("USUBJID", "ASEQ").drop("_off")
