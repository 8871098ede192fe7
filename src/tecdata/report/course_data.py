"""Records of courses as figures draw them: weeks from the first dose, values in the unit of the axis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from tecdata.dataset import Dataset
    from tecdata.spec.figures import Course, Replacement

__all__ = [
    "course_median",
    "course_records",
    "dose_records",
    "followed_up",
    "replacement_records",
    "subjects_of",
    "weeks_of",
]

#: What a course needs of its dataset, with the type of what a dataset may lack.
_COLUMNS: Final[Mapping[str, type[pl.DataType]]] = {
    "USUBJID": pl.String,
    "DISEASE": pl.String,
    "PARAMCD": pl.String,
    "ADY": pl.Int64,
    "AVAL": pl.Float64,
    "ACENS": pl.String,
    "ANRLO": pl.Float64,
    "ANRHI": pl.Float64,
    "AVISITN": pl.Int64,
    "ANL01FL": pl.String,
    "SRCDOM": pl.String,
    "SRCSEQ": pl.Int64,
}


def weeks_of(day: str) -> pl.Expr:
    """Weeks since the first dose of a study day, which has no 0: day 1 is week 0, day 8 week 1, day -7 week -1.

    >>> pl.DataFrame({"ADY": [-7, 1, 8]}).select(weeks_of("ADY"))["ADY"].to_list()
    [-1.0, 0.0, 1.0]
    """
    days = pl.col(day) - (pl.col(day) > 0).cast(pl.Int64)
    return days / 7


def course_records(course: Course, datasets: Mapping[str, Dataset]) -> pl.DataFrame:
    """The dated records of a course, by subject and time; without the dataset none.

    Returns USUBJID, DISEASE, ADY, WEEK, VALUE, BEYOND (``<`` or ``>`` for a value beyond the measuring range), LOWER and UPPER (limits of
    the reference range), AVISITN, ANL01FL, SRCDOM, SRCSEQ; values and limits in the unit of the course.
    """
    records = _with_columns(datasets.get(course.dataset))
    factor = float(course.factor)
    chosen = records.filter(
        (pl.col("PARAMCD") == course.param)
        & pl.col("AVAL").is_not_null()
        & pl.col("ADY").is_not_null()
    )
    if course.diseases:
        chosen = chosen.filter(pl.col("DISEASE").is_in(course.diseases))
    if course.scale != "linear":
        chosen = chosen.filter(pl.col("AVAL") > 0)
    return chosen.select(
        "USUBJID",
        "DISEASE",
        "ADY",
        "AVISITN",
        "ANL01FL",
        "SRCDOM",
        "SRCSEQ",
        WEEK=weeks_of("ADY"),
        VALUE=pl.col("AVAL") * factor,
        BEYOND=pl.col("ACENS"),
        LOWER=pl.col("ANRLO") * factor,
        UPPER=pl.col("ANRHI") * factor,
    ).sort("USUBJID", "ADY", "SRCDOM", "SRCSEQ")


def course_median(records: pl.DataFrame, median_from: int) -> pl.DataFrame:
    """WEEK (median), VALUE (median) and N of each analysis visit that at least ``median_from`` subjects have a value for.

    A subject counts once a visit, by its record with ANL01FL. Visits before the first dose other than the baseline do not count.

    >>> records = pl.DataFrame({"USUBJID": ["1", "2", "3"], "AVISITN": [1, 1, 2], "ANL01FL": ["Y"] * 3,
    ...     "WEEK": [0.0, 1.0, 4.0], "VALUE": [1.0, 2.0, 9.0]})
    >>> course_median(records, 2).rows()
    [(0.5, 1.5, 2)]
    """
    counted = records.filter(
        (pl.col("ANL01FL") == "Y")
        & pl.col("AVISITN").is_not_null()
        & ((pl.col("AVISITN") == 0) | (pl.col("WEEK") >= 0))
    )
    return (
        counted.group_by("AVISITN")
        .agg(pl.col("WEEK").median(), pl.col("VALUE").median(), N=pl.col("USUBJID").n_unique())
        .filter(pl.col("N") >= median_from)
        .sort("AVISITN")
        .select("WEEK", "VALUE", pl.col("N").cast(pl.Int64))
    )


def subjects_of(datasets: Mapping[str, Dataset]) -> pl.DataFrame:
    """USUBJID, SITEID, DISEASE, FUPD, TRTSDT, DTHFL of ADSL, longest follow-up first."""
    subjects = datasets["ADSL"].to_polars()
    wanted = ("USUBJID", "SITEID", "DISEASE", "FUPD", "TRTSDT", "DTHFL")
    kept = [name for name in wanted if name in subjects.columns]
    return subjects.select(kept).sort("FUPD", "USUBJID", descending=[True, False], nulls_last=True)


def followed_up(subjects: pl.DataFrame, week: float) -> int:
    """How many subjects are still followed up at a week."""
    return subjects.filter(pl.col("FUPD") >= 7 * week).height


def dose_records(datasets: Mapping[str, Dataset]) -> pl.DataFrame:
    """USUBJID, WEEK, DOSEKG, EXCAT, SEQ of the dated doses."""
    dataset = datasets.get("ADEX")
    if dataset is None or not len(dataset):
        schema = {"USUBJID": pl.String, "WEEK": pl.Float64, "DOSEKG": pl.Float64}
        return pl.DataFrame(schema={**schema, "EXCAT": pl.String, "SEQ": pl.Int64})
    doses = dataset.to_polars().filter(pl.col("ASTDY").is_not_null())
    return doses.select("USUBJID", weeks_of("ASTDY").alias("WEEK"), "DOSEKG", "EXCAT", SEQ="EXSEQ")


def replacement_records(rule: Replacement | None, datasets: Mapping[str, Dataset]) -> pl.DataFrame:
    """USUBJID, WEEK, DOSE, SEQ of the dated immunoglobulins after the first dose, in the unit of the rule."""
    schema = {"USUBJID": pl.String, "WEEK": pl.Float64, "DOSE": pl.Float64, "SEQ": pl.Int64}
    dataset = datasets.get("CM")
    if rule is None or dataset is None or not len(dataset):
        return pl.DataFrame(schema=schema)
    given = dataset.to_polars().filter(
        (pl.col("CMCAT") == rule.category)
        & (pl.col("CMDOSU") == rule.unit)
        & pl.col("CMSTDY").is_not_null()
    )
    return given.select(
        "USUBJID",
        weeks_of("CMSTDY").alias("WEEK"),
        pl.col("CMDOSE").cast(pl.Float64).alias("DOSE"),
        pl.col("CMSEQ").cast(pl.Int64).alias("SEQ"),
    ).sort("USUBJID", "WEEK", "SEQ")


def _with_columns(dataset: Dataset | None) -> pl.DataFrame:
    """A dataset with every column the courses read; what is lacking is empty."""
    frame = pl.DataFrame() if dataset is None else dataset.to_polars()
    lacking = {name: kind for name, kind in _COLUMNS.items() if name not in frame.columns}
    if not frame.width:
        return pl.DataFrame(schema=dict(_COLUMNS))
    return frame.with_columns(pl.lit(None, kind).alias(name) for name, kind in lacking.items())
