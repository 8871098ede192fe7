"""A subject's tiers opened: which components moved by how much, against which threshold, from which source cells."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from tecdata.dataset import BLOCK, COLUMN, ROW, SOURCE_TEXT
from tecdata.derive.response.amounts import UNIT, plain
from tecdata.derive.response.judge import Judge
from tecdata.derive.response.visit_records import NOT_EVALUABLE
from tecdata.derive.response.wording import Verdict, points_verdict, verdict_on
from tecdata.errors import UsageError
from tecdata.spec.instrument import PointScore
from tecdata.spec.response import TIERS

if TYPE_CHECKING:
    from tecdata.dataset import Dataset
    from tecdata.derive.response.outcome import Judged
    from tecdata.finding import Findings
    from tecdata.spec import Specs
    from tecdata.spec.response import ResponseSpecs
    from tecdata.spec.response_rule import Rule

__all__ = ["ExplainedVisit", "Explanation", "Source", "explain_response", "explain_subject"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A record a rule read: its place in SDTM and the source cell it was mapped from."""

    domain: str
    seq: int
    test: str
    date: str
    value: str
    file: str = ""
    sheet: str = ""
    cell: str = ""
    text: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedVisit:
    """One assessment: its tier or the bounds of it, and every tier and worsening rule opened."""

    day: int
    date: str
    tier: str
    tiers: Mapping[str, Verdict]
    worsening: Mapping[str, Verdict]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """All assessments of a subject and days of worsening; ``sources`` are by the record numbers the verdicts name."""

    usubjid: str
    disease: str
    mode: str
    source: str
    best: str
    relapse: str
    visits: tuple[ExplainedVisit, ...]
    sources: Mapping[int, tuple[Source, ...]]


def explain_subject(
    judged: Judged,
    outcome: Mapping[str, Any],
    specs: ResponseSpecs,
    sdtm: Mapping[str, Dataset],
    start: datetime.date,
) -> Explanation:
    """Open every assessment of one subject.

    Parameters
    ----------
    judged, outcome
        Of :func:`tecdata.derive.response.datasets.judge_study`.
    specs
        ``specs.response``, for the parts of scores.
    sdtm
        The harmonised datasets the numbers came from: they know the source cells.
    start
        Date of the first dose.
    """
    assembly, mode = judged.assembly, judged.criteria
    name = next(name for name, found in assembly.disease.modes.items() if found is mode)
    rows = assembly.panel.rows_of(assembly.subjects.index(outcome["USUBJID"]))
    rows = rows[judged.within[rows]]
    worse = judged.worsening.low[rows] > 0
    visits = []
    for row in rows[assembly.anchor[rows] | worse]:
        day = int(assembly.panel.day[row])
        tiers: dict[str, Verdict] = {
            t: _opened(judged, rule, int(row), specs) for t, rule in mode.tiers.items()
        }
        judge = Judge(assembly.panel, assembly.disease.criteria, own_day=True)
        worsening = {g: verdict_on(r, judge, int(row)) for g, r in mode.worsening.items()}
        visits.append(
            ExplainedVisit(
                day=day,
                date=(start + datetime.timedelta(days=day)).isoformat(),
                tier=_tier(judged, int(row)),
                tiers=tiers,
                worsening=worsening,
            )
        )
    used = sorted({n for v in visits for verdict in (*v.tiers.values(), *v.worsening.values())
                   for n in _records(verdict)})  # fmt: skip
    best = TIERS[outcome["best"]] if outcome["best"] is not None else NOT_EVALUABLE
    relapsed = "none"
    if outcome["relapse"] is not None:
        relapsed = f"day {outcome['relapse']}, {outcome['grade']}"
    return Explanation(
        usubjid=outcome["USUBJID"],
        disease=assembly.disease.label,
        mode=name,
        source=mode.source,
        best=best,
        relapse=relapsed,
        visits=tuple(visits),
        sources={number: tuple(_sources(judged, number, sdtm)) for number in used},
    )


def explain_response(
    sdtm: Mapping[str, Dataset], specs: Specs, findings: Findings, usubjid: str
) -> Explanation:
    """Why a subject of harmonised datasets has its tiers: every assessment opened.

    Raises :class:`UsageError` for a subject that is not followed for response.
    """
    from tecdata.derive import derive_study
    from tecdata.derive.response.datasets import judge_study

    adsl = derive_study(sdtm, specs, findings, ["adsl"])["ADSL"].to_polars()
    starts = dict(zip(adsl["USUBJID"], adsl["TRTSDT"], strict=True))
    known: list[str] = []
    for judged, found in judge_study(sdtm, specs, adsl, findings):
        known += judged.assembly.subjects
        if usubjid in judged.assembly.subjects and specs.response is not None:
            outcome = found.row(by_predicate=pl.col("USUBJID") == usubjid, named=True)
            return explain_subject(judged, outcome, specs.response, sdtm, starts[usubjid])
    raise UsageError(
        f"no subject '{usubjid}' is followed for response",
        choices=sorted(known),
        next_step="Name the subject by its USUBJID",
    )


def _tier(judged: Judged, row: int) -> str:
    """The tier of a row in words."""
    if not judged.assembly.anchor[row]:
        return "no assessment"
    low, high = TIERS[judged.tiers.low[row]], TIERS[judged.tiers.high[row]]
    return low if low == high else f"{NOT_EVALUABLE} ({low} to {high})"


def _records(verdict: Verdict) -> Iterator[int]:
    """The numbers of all records a verdict read, its parts included."""
    yield from verdict.records
    for part in verdict.parts:
        yield from _records(part)


def _opened(judged: Judged, rule: Rule, row: int, specs: ResponseSpecs) -> Verdict:
    """A verdict whose scores of points are opened into their components."""
    assembly = judged.assembly
    verdict = verdict_on(rule, Judge(assembly.panel, assembly.disease.criteria), row)
    measure = assembly.disease.measures.get(rule.measure)
    if measure is None or not measure.score:
        return verdict
    instrument = specs.instruments[measure.score]
    if not isinstance(instrument, PointScore):
        return verdict
    return dataclasses.replace(
        verdict,
        parts=tuple(
            points_verdict(name, part, assembly.panel.courses[name], row)
            for name, part in instrument.parts.items()
        ),
    )


def _sources(judged: Judged, number: int, sdtm: Mapping[str, Dataset]) -> Iterator[Source]:
    """The source cells of a record: of a sum those of all its items."""
    record = judged.assembly.values.row(number, named=True)
    dataset = sdtm[record["domain"]]
    items = judged.assembly.items.get(record["measure"], ())
    usubjid = judged.assembly.subjects[record["subject"]]
    for row in _rows(dataset, usubjid, record, items):
        yield _source(dataset, row)


def _rows(
    dataset: Dataset, usubjid: str, record: Mapping[str, Any], items: Sequence[str]
) -> list[dict[str, Any]]:
    """The record itself, or all items of the day that were summed."""
    code = dataset.domain
    own = pl.col("USUBJID") == usubjid
    if record["testcd"].endswith("*"):
        own &= pl.col(f"{code}TESTCD").is_in(list(items))
        own &= pl.col(f"{code}DTC") == record["dtc"]
    else:
        own &= pl.col(f"{code}SEQ") == record["seq"]
    return dataset.frame.to_polars().filter(own).to_dicts()


def _source(dataset: Dataset, row: Mapping[str, Any]) -> Source:
    """A row of SDTM as a source: its place, its value and the cell it came from."""
    code = dataset.domain
    if f"{code}STRESN" in row:
        variable, test = f"{code}ORRES", row[f"{code}TESTCD"]
        value = plain(round(row[f"{code}STRESN"] * UNIT))
        date = row.get(f"{code}DTC")
    else:
        variable, test = (
            ("CMDOSE", row["CMDECOD"]) if code == "CM" else (f"{code}TERM", f"{code}DECOD")
        )
        told = ("CMDOSE", "CMDOSU", "CMDOSFRQ") if code == "CM" else (f"{code}DECOD",)
        value = " ".join(str(row[name]) for name in told if row.get(name) is not None)
        date = "/".join(str(row.get(f"{code}{d}DTC") or "") for d in ("ST", "EN"))
    origin, number = dataset.origins.get(row.get(BLOCK) or ""), row.get(ROW)
    place = {}
    if origin is not None:
        at = int(number) if number is not None else None
        cell = origin.cell(variable, at, row.get(COLUMN) or "")
        place = {"file": origin.file, "sheet": origin.sheet, "cell": cell}
    return Source(
        domain=code,
        seq=int(row[f"{code}SEQ"]),
        test=str(test),
        date=str(date or ""),
        value=value,
        text=str(row.get(SOURCE_TEXT) or row.get(variable) or ""),
        **place,
    )
