"""Toxicity grades of laboratory values by a grading scale (CTCAE), as expressions over records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from tecdata.spec.grading import Criterion, Grade, GradedTerm

__all__ = ["compute_grade", "derive_grades"]

#: Limits are compared with this share of slack, so that 2.5 x 170.4 is 426 whatever the binary says. Limits are above 0.
_NOISE = 1e-12
_LIMITS = {"LLN": "ANRLO", "ULN": "ANRHI", "BASE": "BASE"}


def derive_grades(records: pl.DataFrame, terms: Sequence[GradedTerm]) -> pl.DataFrame:
    """Adds ATOXDSCL, ATOXGRL, ATOXDSCH and ATOXGRH: term and grade (``0`` to ``4``) on either side.

    ``records`` has PARAMCD, AVAL, ACENS, ANRLO, ANRHI, BASE, BNRIND and _after_base (true after the baseline). Records of
    tests that no term grades have neither term nor grade; a grade that cannot be told is null.
    """
    numbered = records.with_row_index("_row")
    for suffix, direction in (("L", "low"), ("H", "high")):
        term, grade = f"ATOXDSC{suffix}", f"ATOXGR{suffix}"
        schema = {"_row": pl.get_index_type(), term: pl.String(), grade: pl.String()}
        # Each term looks at its own records only: most records of a laboratory are graded by no term.
        made = [pl.DataFrame(schema=schema)]
        for one in (t for t in terms if t.direction == direction):
            mine = numbered.filter(pl.col("PARAMCD").is_in(one.tests))
            made.append(
                mine.select(
                    "_row",
                    pl.lit(one.term).alias(term),
                    compute_grade(one).cast(pl.String).alias(grade),
                )
            )
        numbered = numbered.join(pl.concat(made), on="_row", how="left", maintain_order="left")
    return numbered.drop("_row")


def compute_grade(term: GradedTerm) -> pl.Expr:
    """The grade by one term: the highest of which a criterion is met, 0 where none is, null where unknown.

    A value beyond the measuring range (ACENS ``<`` or ``>``) stands for its limit. A subject whose baseline was
    abnormal is graded by the term's ``abnormal_baseline`` after the baseline.

    >>> from tecdata.spec.grading import GradedTerm
    >>> term = GradedTerm.model_validate({"term": "Anemia", "tests": "HGB", "direction": "low", "unit": "g/L",
    ...     "grades": {"1": "< LLN", "2": "< 100", "3": "< 80"}})
    >>> values = pl.DataFrame({"AVAL": [79.0, 99.0, 100.0, 140.0], "ANRLO": [140.0, 140.0, 140.0, 140.0]})
    >>> values.with_columns(ACENS=pl.lit(None, pl.String)).select(grade=compute_grade(term))["grade"].to_list()
    [3, 2, 1, 0]
    """
    usual = _highest(term.grades)
    if not term.abnormal_baseline:
        return usual
    beyond = "LOW" if term.direction == "low" else "HIGH"
    abnormal = (pl.col("BNRIND") == beyond) & pl.col("_after_base")
    known = pl.col("BNRIND").is_not_null() | ~pl.col("_after_base")
    return pl.when(known).then(
        pl.when(abnormal).then(_highest(term.abnormal_baseline)).otherwise(usual)
    )


def _highest(grades: Mapping[Grade, Sequence[Criterion]]) -> pl.Expr:
    """The highest grade whose criteria are met, 0 where none is."""
    none_met = pl.lit(value=True)
    for criterion in grades[min(grades)]:
        none_met = none_met & ~_met(criterion)
    # All three values of logic: unknown where a limit is missing that could have decided.
    grade: pl.Expr = pl.when(none_met).then(pl.lit(0, pl.Int64))
    for name in sorted(grades):
        met = pl.any_horizontal(_met(criterion) for criterion in grades[name])
        grade = pl.when(met).then(pl.lit(int(name), pl.Int64)).otherwise(grade)
    return grade


def _met(criterion: Criterion) -> pl.Expr:
    """Whether a value meets a criterion, values beyond a limit of quantification included."""
    amount = float(criterion.amount)
    limit = pl.col(_LIMITS[criterion.of]) * amount if criterion.of else pl.lit(amount)
    value, slack = pl.col("AVAL"), limit * _NOISE
    # "<0.1" is below 0.1 itself: on that side the strict comparison takes the limit in.
    side = (pl.col("ACENS") == criterion.comparison[0]).fill_null(value=False)
    compared = {
        "<": value < limit - slack,
        "<=": value <= limit + slack,
        ">": value > limit + slack,
        ">=": value >= limit - slack,
    }[criterion.comparison]
    return compared | (side & ((value - limit).abs() <= slack))
