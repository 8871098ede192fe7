"""Completeness: how many of the results one may expect at a visit are there.

Collected data carry no plan of which test is due when, so what to expect is taken from the
subject's own course: a test is expected of a subject at every visit it reached if it is on record
(with a result, or as not done) at two thirds or more of the visits at which the subject has any
result. Unscheduled records count for the planned visit in whose window they lie.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import polars as pl

if TYPE_CHECKING:
    from tecdata.dataset import Dataset

__all__ = ["Completeness", "VisitCell", "completeness"]

#: A test on record at this share of a subject's visits (2 of 3) is expected at all of them; one
#: that is due at every other visit is not.
EXPECTED_SHARE: Final = (2, 3)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class VisitCell:
    """One subject at one visit: tests with a result, tests expected, and those that are lacking.

    ``not_done`` are lacking tests that a record declares as not done; ``missing`` the others.
    """

    present: int
    expected: int
    missing: tuple[str, ...]
    not_done: tuple[str, ...]

    @property
    def share(self) -> float:
        """Share of the expected results that are there, 0 to 1."""
        return self.present / self.expected if self.expected else 1.0


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """Cells by (subject, visit number); a visit that a subject did not reach has no cell."""

    subjects: tuple[str, ...]
    visits: tuple[tuple[int, str], ...]
    cells: Mapping[tuple[str, int], VisitCell]

    def of_subject(self, subject: str) -> tuple[int, int]:
        """Results there and results expected over all visits of a subject."""
        own = [c for (s, _), c in self.cells.items() if s == subject]
        return sum(c.present for c in own), sum(c.expected for c in own)


def completeness(datasets: Mapping[str, Dataset]) -> Completeness:
    """Completeness of all findings datasets (those with a test code and visit numbers)."""
    results = _results(datasets)
    if results is None:
        return Completeness(subjects=(), visits=(), cells={})
    seen = results.group_by("subject", "visit", "test").agg(pl.col("done").any())
    attended = seen.group_by("subject").agg(pl.col("visit").n_unique().alias("visits"))
    panel: dict[str, set[str]] = {}
    counts = seen.group_by("subject", "test").len().join(attended, on="subject")
    for subject, test in (
        counts.filter(pl.col("len") * EXPECTED_SHARE[1] >= pl.col("visits") * EXPECTED_SHARE[0])
        .select("subject", "test")
        .iter_rows()
    ):
        panel.setdefault(subject, set()).add(test)
    done: dict[tuple[str, int], dict[str, bool]] = {}
    for subject, visit, test, is_done in seen.select(
        "subject", "visit", "test", "done"
    ).iter_rows():
        done.setdefault((subject, visit), {})[test] = is_done
    visits = _visits(datasets, sorted({visit for _, visit in done}))
    reached = _last_visits(datasets, visits, done)
    cells: dict[tuple[str, int], VisitCell] = {}
    for subject in sorted(panel):
        for visit in visits:
            if visit <= reached[subject]:
                cells[subject, visit] = _cell(panel[subject], done.get((subject, visit), {}))
    return Completeness(
        subjects=tuple(sorted(panel)),
        visits=tuple((v, name) for v, (name, _) in visits.items()),
        cells=cells,
    )


def _cell(panel: set[str], done: Mapping[str, bool]) -> VisitCell:
    """What of a panel was done at a visit."""
    lacking = sorted(t for t in panel if not done.get(t, False))
    return VisitCell(
        present=len(panel) - len(lacking),
        expected=len(panel),
        missing=tuple(t for t in lacking if t not in done),
        not_done=tuple(t for t in lacking if t in done),
    )


def _results(datasets: Mapping[str, Dataset]) -> pl.DataFrame | None:
    """Results of all domains that have tests: subject, visit, test, whether done; None where there are none."""
    frames: list[pl.DataFrame] = []
    for name, dataset in datasets.items():
        needed = {"USUBJID", "VISITNUM", f"{name}TESTCD", f"{name}ORRES"}
        if not needed <= set(dataset.frame.columns):
            continue
        result = pl.col(f"{name}ORRES")
        frames.append(
            dataset.frame.select(sorted(needed))
            .to_polars()
            .filter(pl.col("VISITNUM").is_not_null())
            .select(
                pl.col("USUBJID").alias("subject"),
                pl.col("VISITNUM").cast(pl.Float64).floor().cast(pl.Int64).alias("visit"),
                pl.concat_str(pl.lit(f"{name} "), pl.col(f"{name}TESTCD")).alias("test"),
                (result.is_not_null() & (result != "")).alias("done"),
            )
        )
    whole = pl.concat(frames) if frames else None
    return whole if whole is not None and whole.height else None


def _visits(datasets: Mapping[str, Dataset], found: list[int]) -> dict[int, tuple[str, Any]]:
    """Name and planned day of each visit, from SV where there is one."""
    visits: dict[int, tuple[str, Any]] = {number: (f"VISIT {number}", None) for number in found}
    if "SV" not in datasets:
        return visits
    frame = datasets["SV"].frame
    if not {"VISITNUM", "VISIT", "VISITDY"} <= set(frame.columns):
        return visits
    planned = frame.select("VISITNUM", "VISIT", "VISITDY").to_polars().unique()
    for number, name, day in planned.drop_nulls("VISITNUM").sort("VISITNUM").iter_rows():
        if float(number).is_integer():
            visits[int(number)] = (name or f"VISIT {int(number)}", day)
    return dict(sorted(visits.items()))


def _last_visits(
    datasets: Mapping[str, Dataset],
    visits: Mapping[int, tuple[str, Any]],
    done: Mapping[tuple[str, int], Any],
) -> dict[str, int]:
    """The last visit each subject reached: by its results, or by its last contact if later."""
    last: dict[str, int] = {}
    for subject, visit in done:
        last[subject] = max(visit, last.get(subject, visit))
    dm = datasets["DM"].frame if "DM" in datasets else None
    if dm is None or not {"RFSTDTC", "RFPENDTC"} <= set(dm.columns):
        return last
    day = {
        n: pl.col(n).str.head(10).str.to_date("%Y-%m-%d", strict=False)
        for n in ("RFSTDTC", "RFPENDTC")
    }
    spans = dm.select("USUBJID", "RFSTDTC", "RFPENDTC").to_polars()
    known = spans.select(
        "USUBJID", (day["RFPENDTC"] - day["RFSTDTC"]).dt.total_days().alias("days")
    )
    for subject, days in known.drop_nulls().iter_rows():
        due = [
            v for v, (_, planned) in visits.items() if planned is not None and planned <= days + 1
        ]
        if subject in last and due:
            last[subject] = max(last[subject], *due)
    return last
