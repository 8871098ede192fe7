"""What holds for any input: order does not matter, engines agree, inputs are left alone."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.harmonise.small_study import Harmonised, Row, run

DATES = st.one_of(
    st.none(),
    st.dates().map(lambda d: d.replace(year=2024, day=min(d.day, 28)).isoformat()),
    st.sampled_from(
        ["2024-03-10", "2024-03-10T08:00", "2024-03-10T09:30", "2024-03", "2024", "2024-02-30"]
    ),
)
SUBJECTS = st.integers(1, 3)
NUMBERS = st.sampled_from(["1", "2.5", "<0.5", None])


def _labs(subject: int, code: str, text: str | None, date: str | None) -> Row:
    numeric = text is not None and text[0] != "<"
    return {
        "subject": subject,
        "LBTESTCD": code,
        "LBTEST": code,
        "LBORRES": text,
        "LBSTRESC": text,
        "LBSTRESN": float(str(text)) if numeric else None,
        "LBSTNRLO": 1.5,
        "LBSTNRHI": 3.0,
        "LBDTC": date,
    }


LABS = st.lists(st.builds(_labs, SUBJECTS, st.sampled_from("AB"), NUMBERS, DATES), max_size=12)
EVENTS = st.lists(
    st.fixed_dictionaries(
        {
            "subject": SUBJECTS,
            "AETERM": st.sampled_from("xyz"),
            "AESPID": st.sampled_from("123"),
            "AESTDTC": DATES,
            "AEENDTC": DATES,
            "AEDOSENO": st.sampled_from(["1", None]),
        }
    ),
    max_size=8,
)
DRUGS = st.lists(
    st.fixed_dictionaries(
        {
            "subject": SUBJECTS,
            "CMTRT": st.sampled_from("pq"),
            "CMSTDTC": DATES,
            "relates": st.sampled_from(["1", "2;3", "9", None]),
        }
    ),
    max_size=6,
)
DOSES = st.lists(
    st.fixed_dictionaries({"subject": SUBJECTS, "EXTRT": st.just("X"), "EXSTDTC": DATES}),
    max_size=6,
)
SMALL = settings(max_examples=25, deadline=None)


def _study(
    labs: list[Row], events: list[Row], drugs: list[Row], doses: list[Row]
) -> dict[str, list[Row]]:
    given = {"LB": labs, "AE": events, "CM": drugs, "EX": doses}
    people: list[Row] = [{"subject": n, "SEX": "F", "row": n} for n in (1, 2)]
    return {"DM": people} | {
        name: [{**row, "row": i + 2} for i, row in enumerate(rows)] for name, rows in given.items()
    }


def _content(out: Harmonised) -> dict[str, Any]:
    found: dict[str, Any] = {
        name: (d.frame.columns, out.rows(name, *d.frame.columns))
        for name, d in out.datasets.items()
    }
    return found | {"findings": out.findings}


@SMALL
@given(LABS, EVENTS, DRUGS, DOSES, st.randoms(use_true_random=False))
def test_the_order_of_records_does_not_matter(
    labs: list[Row],
    events: list[Row],
    drugs: list[Row],
    doses: list[Row],
    chance: random.Random,
) -> None:
    study = _study(labs, events, drugs, doses)
    shuffled = {name: chance.sample(rows, len(rows)) for name, rows in study.items()}
    names = chance.sample(list(shuffled), len(shuffled))
    first = run(study, dose=None)
    second = run({name: shuffled[name] for name in names}, dose=None)
    assert _content(first) == _content(second)


@settings(SMALL, max_examples=10)
@given(LABS, EVENTS, DRUGS, DOSES)
def test_pandas_and_polars_agree(
    labs: list[Row], events: list[Row], drugs: list[Row], doses: list[Row]
) -> None:
    study = _study(labs, events, drugs, doses)
    polars = _content(run(study, dose=None))
    pandas = _content(run(study, dose=None, engine="pandas"))
    assert polars == pandas


@SMALL
@given(LABS, EVENTS, DRUGS, DOSES)
def test_what_holds_of_every_result(
    labs: list[Row], events: list[Row], drugs: list[Row], doses: list[Row]
) -> None:
    out = run(_study(labs, events, drugs, doses), dose=None)
    for name, dataset in out.datasets.items():
        days = [v.name for v in dataset.spec.variables if v.name.endswith("DY")]
        for day in (d for d in days if d != "VISITDY" and d in dataset.frame.columns):
            assert 0 not in out.column(name, day)
        if f"{name}SEQ" in dataset.frame.columns:
            numbers: dict[str, list[int]] = {}
            for subject, seq in out.rows(name, "USUBJID", f"{name}SEQ"):
                numbers.setdefault(subject, []).append(seq)
            assert all(n == list(range(1, len(n) + 1)) for n in numbers.values())
    if "LB" in out.datasets:
        flags = [r[:2] for r in out.rows("LB", "USUBJID", "LBTESTCD", "LBLOBXFL") if r[2] == "Y"]
        assert len(flags) == len(set(flags))
        visits = {r[:2] for r in out.rows("LB", "USUBJID", "VISITNUM") if r[1] is not None}
        assert not visits or visits == set(out.rows("SV", "USUBJID", "VISITNUM"))
