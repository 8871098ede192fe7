"""How long scoring takes beside reading the same Parquet and grouping it by subject.

Run it: ``python -m tests.bench.bench_response [SUBJECTS]``. 10^5 subjects with 12 visits each, the components of TIS and of
rCRISS, in processor time of one run, taken alternately, the best of several rounds. Two things are measured:

- *scored*: from one wide table (a row a visit) to the tiers of both diseases. At most 5 is wanted.
- *from SDTM*: from Parquet files of RS, QS, RE and LB (a row a result) to the tiers and outcomes of each subject by the
  criteria of its disease, through the functions of the pipeline: collecting, baselines, windows, carrying forward, judging.
  Beside it, what writing all of it as records of ADRS and ADTTE adds.
"""

from __future__ import annotations

import datetime
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tecdata.dataset import Dataset
from tecdata.derive.response.amounts import UNIT, Range, whole
from tecdata.derive.response.datasets import derive_response, judge_study
from tecdata.derive.response.panel import Course, Panel
from tecdata.derive.response.tiers import TierCourse, add_scores, compute_tiers
from tecdata.finding import Findings
from tecdata.spec import Specs, load_specs

if TYPE_CHECKING:
    from tecdata.spec.response import ResponseSpecs

REPOSITORY = Path(__file__).parents[2]
SUBJECTS, VISITS, CHUNK, ROUNDS, WANTED = 100_000, 12, 2_000, 3, 5.0

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


def write_visits(path: Path, subjects: int) -> None:
    """Visits of all subjects, the first of each the baseline; one value in fifty is missing."""
    rng = np.random.default_rng(1)
    rows = subjects * (VISITS + 1)
    columns: dict[str, object] = {
        "subject": np.repeat(np.arange(subjects), VISITS + 1),
        "day": np.tile(np.arange(VISITS + 1) * 28, subjects),
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


#: Test of the study: domain, --TESTCD, lowest, highest, step.
RESULTS = {
    "MDGA": (0, 10, 0.5), "MMT8": (40, 80, 1), "EXMVAS": (0, 10, 0.5), "MRSSTOT": (0, 51, 1),
    "PTGA": (0, 10, 0.5), "HAQDI": (0, 3, 0.125), "FVCPP": (40, 110, 1), "DLCOPP": (40, 110, 1),
    "CK": (50, 2500, 1),
}  # fmt: skip


def write_domains(folder: Path, specs: Specs, subjects: int) -> None:
    """The same visits as SDTM: every component a record of its domain, sorted by subject, test and day."""
    rng = np.random.default_rng(1)
    days = np.arange(VISITS + 1) * 28 + 1
    days[0] = -1
    parts: dict[str, list[pl.DataFrame]] = {}
    who = [f"S-{n:06}" for n in range(subjects)]
    for test, (low, high, step) in RESULTS.items():
        wanted, rows = specs.tests[test], subjects * (VISITS + 1)
        code = wanted.domain
        values = rng.integers(round(low / step), round(high / step), rows, endpoint=True) * step
        frame = pl.DataFrame(
            {
                "USUBJID": np.repeat(who, VISITS + 1),
                f"{code}DY": np.tile(days, subjects),
                f"{code}STRESN": values.astype(np.float64),
            }
        ).with_columns(
            pl.lit(wanted.testcd).alias(f"{code}TESTCD"),
            (pl.lit("2024-01-") + pl.col(f"{code}DY").cast(pl.String)).alias(f"{code}DTC"),
            pl.when(pl.col(f"{code}DY") < 0).then(pl.lit("Y")).alias(f"{code}LOBXFL"),
            *(pl.lit(value).alias(name) for name, value in wanted.variables.items()),
            *([pl.lit(190.0).alias("LBSTNRHI")] if code == "LB" else []),
        )
        parts.setdefault(code, []).append(frame.filter(rng.random(rows) >= 0.02))
    for code, frames in parts.items():
        every = pl.concat(frames, how="diagonal").sort("USUBJID", f"{code}TESTCD", f"{code}DY")
        number = pl.int_range(1, pl.len() + 1).over("USUBJID").alias(f"{code}SEQ")
        every.with_columns(number).write_parquet(folder / f"{code}.parquet")
    start = {"USUBJID": who, "RFSTDTC": ["2024-01-01"] * subjects}
    pl.DataFrame(start).write_parquet(folder / "DM.parquet")


def read_domains(folder: Path) -> dict[str, pl.DataFrame]:
    return {path.stem: pl.read_parquet(path) for path in sorted(folder.glob("*.parquet"))}


def read_and_group_domains(folder: Path) -> list[pl.DataFrame]:
    frames = read_domains(folder).values()
    return [frame.group_by("USUBJID").agg(pl.all().last()) for frame in frames]


def subjects_of(subjects: int) -> pl.DataFrame:
    """ADSL as far as response reads it: every other subject has systemic sclerosis, the rest myositis."""
    number = pl.int_range(subjects, eager=True)
    return pl.DataFrame({"USUBJID": [f"S-{n:06}" for n in number]}).with_columns(
        STUDYID=pl.lit("S"), SITEID=pl.lit("X"), FUPD=pl.lit(400, pl.Int64),
        DISEASE=pl.when(number % 2 == 0).then(pl.lit("SSc")).otherwise(pl.lit("IIM")),
        TRTSDT=pl.lit(datetime.date(2024, 1, 1)), DTHFL=pl.lit(None, pl.String),
    )  # fmt: skip


def datasets(folder: Path, specs: Specs) -> dict[str, Dataset]:
    return {n: Dataset.of(f, specs.domains[n]) for n, f in read_domains(folder).items()}


def judge(folder: Path, specs: Specs, adsl: pl.DataFrame) -> int:
    made = judge_study(datasets(folder, specs), specs, adsl, Findings())
    return sum(len(outcomes) for _, outcomes in made)


def derive(folder: Path, specs: Specs, adsl: pl.DataFrame) -> int:
    adam = {"ADSL": Dataset.of(adsl, specs.adam["ADSL"])}
    made = derive_response(datasets(folder, specs), specs, Findings(), adam)
    return len(made["ADRS"])


def best(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def main(subjects: int) -> None:
    specs = load_specs(REPOSITORY / "specs")
    response = specs.response
    assert response is not None
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "visits.parquet"
        write_visits(path, subjects)
        times = [(best(lambda: read_and_group(path)), best(lambda: score(path, response)))
                 for _ in range(ROUNDS)]  # fmt: skip
        report(f"scored, {subjects * VISITS} visits", times)
        path.unlink()
        folder, adsl = Path(name), subjects_of(subjects)
        write_domains(folder, specs, subjects)
        times = [(best(lambda: read_and_group_domains(folder)),
                  best(lambda: judge(folder, specs, adsl))) for _ in range(ROUNDS)]  # fmt: skip
        report(f"from SDTM, {subjects * VISITS * len(RESULTS)} results", times)
        times = [(best(lambda: read_and_group_domains(folder)),
                  best(lambda: derive(folder, specs, adsl)))]  # fmt: skip
        report("from SDTM to ADRS and ADTTE", times)


def report(what: str, times: Sequence[tuple[float, float]]) -> None:
    read, done = (min(column) for column in zip(*times, strict=True))
    sys.stdout.write(
        f"{what}: read and group {read:.2f} s, all {done:.2f} s of processor time, "
        f"ratio {min(b / a for a, b in times):.1f} (wanted: at most {WANTED})\n"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SUBJECTS)
