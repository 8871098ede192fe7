"""Records of ADRS: scores, criteria and tiers by date; best tier and relapse by subject."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tecdata.derive.response.component_records import titled, values_of
from tecdata.derive.response.judge import Judge
from tecdata.derive.response.tiers import unknown_measures
from tecdata.derive.response.wording import asked, missing_because, named, rule_met
from tecdata.spec.response import TIERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tecdata.derive.response.amounts import Bools
    from tecdata.derive.response.outcome import Judged
    from tecdata.derive.response.panel import Rows
    from tecdata.spec.response_rule import Rule

__all__ = ["NOT_EVALUABLE", "subject_records", "visit_records"]

NOT_EVALUABLE = "NOT EVALUABLE"


def visit_records(judged: Judged) -> Iterator[pl.DataFrame]:
    """Scores, criteria and tiers of every assessment within follow-up.

    ``subject`` numbers the subjects, ``day`` counts from the first dose.
    """
    assembly = judged.assembly
    panel, disease = assembly.panel, assembly.disease
    rows = np.flatnonzero(assembly.anchor & judged.within)
    dated = pl.DataFrame({"subject": panel.subject[rows], "day": panel.day[rows]})
    for name, measure in disease.measures.items():
        if measure.score:
            score = pl.DataFrame(values_of(panel.courses[name].now, rows), nan_to_null=True)
            yield _with_head(
                dated.hstack(score), "SCORE", name, titled(measure.label, measure.unit)
            )
    judge = Judge(panel, disease.criteria)
    for name, rule in disease.criteria.items():
        told = _criterion(judged, rule, judge, rows)
        yield _with_head(dated.hstack(told), "CRITERION", name, rule.label or name)
    yield _with_head(dated.hstack(_tiers(judged, rows)), "RESPONSE", "TIER", "Tier of Response")


def subject_records(judged: Judged, outcomes: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """BESTTIER and RELAPSE of each subject."""
    best, possible = pl.col("best"), pl.col("best_possible")
    seen = best.is_not_null()
    number = pl.int_range(pl.len(), dtype=pl.Int64)
    none = outcomes.select(
        subject=number,
        day=pl.coalesce(*(pl.when(best == at).then(tier) for at, tier in enumerate(TIERS[1:], 1))),
        AVAL=best.cast(pl.Float64),
        AVALC=best.replace_strict(
            dict(enumerate(TIERS)), default=NOT_EVALUABLE, return_dtype=pl.String
        ),
        AVALLO=best.cast(pl.Float64),
        AVALHI=pl.when(seen).then(possible.cast(pl.Float64)),
        REASON=pl.when(~seen).then(pl.lit("no assessment after baseline")),
    )
    yield _with_head(none, "RESPONSE", "BESTTIER", "Best Tier of Response")
    relapsed = pl.col("relapse").is_not_null()
    told = outcomes.select(
        subject=number,
        day="relapse",
        AVAL=relapsed.cast(pl.Float64),
        AVALC=pl.when(relapsed).then(pl.lit("Y")).otherwise(pl.lit("N")),
        REASON=pl.coalesce(
            pl.lit(_relapse_rules(judged, outcomes)),
            pl.when(pl.col(TIERS[1]).is_null() & ~relapsed).then(pl.lit("no response before")),
        ),
    )
    yield _with_head(told, "RESPONSE", "RELAPSE", "Relapse after Response")


def _with_head(records: pl.DataFrame, category: str, code: str, label: str) -> pl.DataFrame:
    """Records of one parameter, with its category and names."""
    return records.with_columns(PARCAT1=pl.lit(category), PARAMCD=pl.lit(code), PARAM=pl.lit(label))


def _criterion(judged: Judged, rule: Rule, judge: Judge, rows: Rows) -> pl.DataFrame:
    """Whether a criterion was met at each assessment, or why it cannot be told."""
    truth = judge(rule)
    surely, possibly = truth.surely[rows], truth.possibly[rows]
    decided = surely == possibly
    lacking = _unknown(judged, rule, rows)
    open_ = named(_unobserved(judged, rule, judge, rows), len(rows))
    reasons = [
        missing_because(missing)
        if not known
        else f"not observed, taken as not met: {told}"
        if told
        else None
        for known, missing, told in zip(decided, named(lacking, len(rows)), open_, strict=True)
    ]
    words = np.select([~decided, surely], [NOT_EVALUABLE, "Y"], "N")
    return pl.DataFrame(
        {
            "AVAL": np.where(decided, surely, np.nan),
            "AVALC": words.tolist(),
            "AVALLO": surely.astype(np.float64),
            "AVALHI": possibly.astype(np.float64),
            "REASON": reasons,
        },
        schema_overrides={"AVALC": pl.String, "REASON": pl.String},
        nan_to_null=True,
    )


def _unknown(judged: Judged, rule: Rule, rows: Rows) -> list[tuple[str, Bools]]:
    """The measures of a rule that are missing, and the assessments they are missing at."""
    assembly = judged.assembly
    return unknown_measures(rule, assembly.disease, assembly.panel, rows, assembly.instruments)


def _unobserved(judged: Judged, rule: Rule, judge: Judge, rows: Rows) -> list[tuple[str, Bools]]:
    """What a criterion counts only where observed, and the rows where it could not be told."""
    found: list[tuple[str, Bools]] = []
    for part in rule.walk():
        if part.meets:
            found += _unobserved(judged, judged.assembly.disease.criteria[part.meets], judge, rows)
        elif part.observed is not None:
            label = part.observed.label or part.label or asked(part.observed)
            found.append((label, ~judge(part.observed).decided[rows]))
    return found


def _tiers(judged: Judged, rows: Rows) -> pl.DataFrame:
    """The tier of each assessment, or the bounds of it and what is missing."""
    tiers = judged.tiers
    low, high = tiers.low[rows], tiers.high[rows]
    decided = low == high
    lacking = [
        (name, unknown & ~tiers.met[tier].decided[rows])
        for tier, rule in judged.criteria.tiers.items()
        for name, unknown in _unknown(judged, rule, rows)
    ]
    reasons = [
        None if known else f"{TIERS[least]} to {TIERS[most]} possible; {missing_because(missing)}"
        for known, least, most, missing in zip(
            decided, low, high, named(lacking, len(rows)), strict=True
        )
    ]
    words = np.where(decided, np.array(TIERS)[low], NOT_EVALUABLE)
    return pl.DataFrame(
        {
            "AVAL": np.where(decided, low, np.nan),
            "AVALC": words.tolist(),
            "AVALLO": low.astype(np.float64),
            "AVALHI": high.astype(np.float64),
            "REASON": reasons,
        },
        schema_overrides={"AVALC": pl.String, "REASON": pl.String},
        nan_to_null=True,
    )


def _relapse_rules(judged: Judged, outcomes: pl.DataFrame) -> pl.Series:
    """By subject the grade of its relapse and what made it one, null where there is none."""
    assembly = judged.assembly
    judge = Judge(assembly.panel, assembly.disease.criteria, own_day=True)
    texts: list[str | None] = [None] * len(outcomes)
    for grade, rule in judged.criteria.worsening.items():
        at = np.flatnonzero(outcomes["grade"].eq_missing(grade).to_numpy())
        rows = outcomes["relapse_row"].gather(at).to_numpy()
        for number, text in zip(at.tolist(), rule_met(rule, judge, rows), strict=True):
            texts[number] = f"{grade}: {text}"[:200]
    return pl.Series(texts, dtype=pl.String)
