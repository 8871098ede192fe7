"""How long scoring takes beside reading the same Parquet and grouping it by subject.

Run it: ``python tests/bench/bench_response.py``. 10^5 subjects with 12 visits each, the components of TIS and of
rCRISS; ratios of one run, taken alternately, the best of several rounds. At most 5 is wanted.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tecdata.derive.response.amounts import UNIT, Range, whole
from tecdata.derive.response.panel import Course, Panel
from tecdata.derive.response.tiers import TierCourse, add_scores, compute_tiers
from tecdata.spec import load_specs

if TYPE_CHECKING:
    from tecdata.spec.response import ResponseSpecs

REPOSITORY = Path(__file__).parents[2]
SUBJECTS, VISITS, CHUNK, ROUNDS, WANTED = 100_000, 12, 2_000, 5, 5.0

#: Component: lowest, highest, step.
COMPONENTS = {
    "MDGA": (0, 10, 0.5),
    "PTGA": (0, 10, 0.5),
    "HAQDI": (0, 3, 0.125),
    "MMT": (40, 80, 1),
    "ENZYME": (50, 2500, 1),
    "EXMVAS": (0, 10, 0.5),
    "MRSS": (0, 51, 1),
    "FVC": (40, 110, 1),
}
SPANS = {"MDGA": 10, "PTGA": 10, "HAQDI": 3, "MMT": 80, "ENZYME": 2850, "EXMVAS": 10}
EVENTS = ("SRC", "LVF", "PAH")


def write_visits(path: Path) -> None:
    """Visits of all subjects, the first of each the baseline; one value in fifty is missing."""
    rng = np.random.default_rng(1)
    rows = SUBJECTS * (VISITS + 1)
    columns: dict[str, object] = {
        "subject": np.repeat(np.arange(SUBJECTS), VISITS + 1),
        "day": np.tile(np.arange(VISITS + 1) * 28, SUBJECTS),
    }
    for name, (low, high, step) in COMPONENTS.items():
        values = rng.integers(round(low / step), round(high / step), rows, endpoint=True) * step
        columns[name] = np.where(rng.random(rows) < 0.02, np.nan, values)
    pl.DataFrame(columns).write_parquet(path)


def read_and_group(path: Path) -> pl.DataFrame:
    return pl.read_parquet(path).group_by("subject").agg(pl.all().last())


def score(path: Path, response: ResponseSpecs) -> list[dict[str, TierCourse]]:
    """Tiers of every visit by both criteria, from the file on, some thousand subjects at a time."""
    frame = pl.read_parquet(path)
    rows = CHUNK * (VISITS + 1)
    return [_score(frame[at : at + rows], response) for at in range(0, len(frame), rows)]


def _score(frame: pl.DataFrame, response: ResponseSpecs) -> dict[str, TierCourse]:
    first = frame["day"].to_numpy() == 0
    subject = frame["subject"].to_numpy()
    later = np.flatnonzero(~first)
    baseline = np.flatnonzero(first)[subject[later] - subject[0]]
    courses = {}
    for name in COMPONENTS:
        every = Range.of(*whole(frame[name].to_numpy()))
        courses[name] = Course.of(
            every.take(later),
            every.take(baseline),
            higher_is_better=name in ("MMT", "FVC"),
            span=SPANS.get(name, 0) * UNIT,
        )
    zeros = np.zeros(len(later), np.int64)
    none = Range(zeros, zeros)
    courses |= {name: Course.of(none, none, higher_is_better=False) for name in EVENTS}
    panel = Panel(subject[later], frame["day"].to_numpy()[later], courses)
    made = {}
    for code in ("IIM", "SSC"):
        disease = response.diseases[code]
        scored = add_scores(panel, disease, response.instruments)
        made[code] = compute_tiers(scored, disease, disease.modes["paper"])
    return made


def best(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def main() -> None:
    response = load_specs(REPOSITORY / "specs").response
    assert response is not None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "visits.parquet"
        write_visits(path)
        times = [(best(lambda: read_and_group(path)), best(lambda: score(path, response)))
                 for _ in range(ROUNDS)]  # fmt: skip
    read, scored = (min(column) for column in zip(*times, strict=True))
    ratios = [b / a for a, b in times]
    sys.stdout.write(
        f"{SUBJECTS * VISITS} visits: read and group {read:.3f} s, score both {scored:.3f} s\n"
    )
    sys.stdout.write(f"ratio {min(ratios):.1f} (wanted: at most {WANTED})\n")


if __name__ == "__main__":
    main()
