"""Result rows of response from small analysis datasets."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import pytest
from tests.derive.made_study import shipped_specs

from tecdata.report.response_results import response_results, response_subjects

START = datetime.date(2024, 1, 1)
#: Subject: disease, follow-up in weeks, died, best tier, weeks to minimal, moderate, major, relapse.
PEOPLE: Mapping[str, tuple[str, int, bool, str, Sequence[int | None]]] = {
    "1": ("SSc", 60, False, "MAJOR", (4, 8, 12, None)),
    "2": ("SSc", 30, False, "MAJOR", (2, 4, 14, 20)),
    "3": ("SLE", 13, False, "MINIMAL", (12, None, None, None)),
    "4": ("SLE", 2, True, "NOT EVALUABLE", (None, None, None, None)),
}


def made() -> dict[str, pl.DataFrame]:
    subjects: list[dict[str, Any]] = []
    responses: list[dict[str, Any]] = []
    times: list[dict[str, Any]] = []
    for name, (disease, weeks, died, best, found) in PEOPLE.items():
        head = {"STUDYID": "S", "USUBJID": name, "DISEASE": disease}
        subjects.append({**head, "DISEASEN": 1 if disease == "SSc" else 3, "FUPD": 7 * weeks,
                         "FUPW": float(weeks), "DTHFL": "Y" if died else None})  # fmt: skip
        relapsed = found[3] is not None
        why = "no assessment after baseline" if died else None
        responses += [
            {**head, "PARAMCD": "BESTTIER", "AVALC": best, "REASON": why},
            {**head, "PARAMCD": "RELAPSE", "AVALC": "Y" if relapsed else "N", "REASON": "grade"},
            {**head, "PARAMCD": "PTGA", "PARAM": "Patient", "AVAL": 8.0, "ADY": -5, "ABLFL": "Y"},
            {**head, "PARAMCD": "PTGA", "PARAM": "Patient", "AVAL": 3.0, "ADY": 160},
            {**head, "PARAMCD": "PTGA", "PARAM": "Patient", "AVAL": 1.0, "ADY": 175},
            {**head, "PARAMCD": "PTGA", "PARAM": "Patient", "AVAL": 9.0, "ADY": 198},
        ]
        for code, week in zip(("TTMIN", "TTMOD", "TTMAJ", "TTREL"), found, strict=True):
            if code != "TTREL" or found[0] is not None:
                cnsr = 0 if week is not None else 2 if died else 1
                value = float(week if week is not None else weeks)
                times.append({**head, "PARAMCD": code, "PARAM": code, "AVAL": value, "CNSR": cnsr})
    keys = ("AVALC", "REASON", "PARAM", "AVAL", "ADY", "ABLFL", "DTYPE")
    padded = [{**dict.fromkeys(keys), **row} for row in responses]
    return {
        name: pl.DataFrame(rows, infer_schema_length=None)
        for name, rows in (("ADSL", subjects), ("ADRS", padded), ("ADTTE", times))
    }


@pytest.fixture(scope="module")
def found() -> dict[tuple[str, str, str], float]:
    rows = response_results(made(), shipped_specs()).to_dicts()
    return {(r["group"], r["id"], r["statistic"]): r["value"] for r in rows}


@pytest.mark.parametrize(
    ("group", "name", "n", "total"),
    [
        ("All", "BEST_MAJOR", 2, 4),
        ("All", "BEST_MINMOD", 1, 4),
        ("All", "BEST_NOT EVALUABLE", 1, 4),
        ("SLE", "BEST_MAJOR", 0, 2),
        ("All", "MAJOR_W12", 1, 3),
        ("All", "MINIMAL_W12", 3, 3),
        ("All", "MAJOR_W24", 2, 2),
        ("All", "MAJOR_KEPT_W24", 1, 2),
        ("All", "MAJOR_W52", 1, 1),
        ("SLE", "MAJOR_W52", 0, 0),
        ("All", "RELAPSE", 1, 4),
        ("All", "RELAPSE_MONTHS", 0, 1),
    ],
)
def test_rates(
    found: Mapping[tuple[str, str, str], float], group: str, name: str, n: int, total: int
) -> None:
    assert (found[group, name, "n"], found[group, name, "N"]) == (n, total)
    if total:
        low, share, high = (found[group, name, s] for s in ("low", "percent", "high"))
        assert low <= share == 100 * n / total <= high
    else:
        assert (group, name, "percent") not in found


def test_times(found: Mapping[tuple[str, str, str], float]) -> None:
    told = [found["All", "TTMAJ", s] for s in ("N", "n", "median", "min", "max")]
    assert told == [4, 2, 13, 12, 14]
    assert ("SLE", "TTMAJ", "median") not in found
    assert found["All", "TTMAJ", "at_risk_W12"] == 3
    assert found["All", "TTMAJ", "incidence_W12"] == pytest.approx(25)
    assert found["All", "TTMAJ", "survival_W12"] == pytest.approx(200 / 3)
    assert found["All", "TTREL", "N"] == 3


def test_reported_outcomes_take_the_value_nearest_to_the_week(
    found: Mapping[tuple[str, str, str], float],
) -> None:
    assert [found["All", "PTGA_BASE", s] for s in ("n", "median", "min", "max")] == [4, 8, 8, 8]
    assert [found["All", "PTGA_W24", s] for s in ("n", "median")] == [4, 1]
    assert found["All", "FACITF_W24", "n"] == 0


def test_one_row_a_subject() -> None:
    table = response_subjects(made(), shipped_specs())
    assert table["best_tier"].to_list() == [p[3] for p in PEOPLE.values()]
    assert table["weeks_to_relapse"].to_list() == [None, 20.0, None, None]
    assert table["died"].to_list() == [False, False, False, True]
    assert table["relapse"].to_list() == [None, "grade", None, None]
