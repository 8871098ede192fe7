from __future__ import annotations

from typing import Any

from tests.harmonise.small_study import Row, run, specs


def result(date: str | None, text: str | None = "1", **more: Any) -> Row:
    return {
        "LBTESTCD": "A",
        "LBTEST": "A",
        "LBDTC": date,
        "LBORRES": text,
        "LBSTRESC": text,
        **more,
    }


def flagged(*rows: Row, **changes: Any) -> list[Any]:
    """The dates (or what else tells them apart) of the flagged records."""
    out = run({"LB": list(rows)}, with_specs=specs(**changes))
    return [d for d, f in out.rows("LB", "LBDTC", "LBLOBXFL") if f == "Y"]


def test_the_last_result_before_the_first_dose() -> None:
    assert flagged(result("2024-03-01"), result("2024-03-09"), result("2024-03-11")) == [
        "2024-03-09"
    ]


def test_a_missing_result_is_no_baseline() -> None:
    rows = [result("2024-03-01"), result("2024-03-09", None, LBSTAT="NOT DONE")]
    assert flagged(*rows) == ["2024-03-01"]


def test_the_day_of_the_dose_counts_unless_the_time_says_otherwise() -> None:
    assert flagged(result("2024-03-09"), result("2024-03-10")) == ["2024-03-10"]
    early, same, late = "2024-03-10T08:00", "2024-03-10T09:00:59", "2024-03-10T09:01"
    assert flagged(result(early), result(late)) == [early]
    assert flagged(result(early), result(same), result(late)) == [same]
    assert flagged(result(late)) == []


def test_a_partial_date_counts_only_if_all_of_it_is_before() -> None:
    assert flagged(result("2024-02"), result("2024-03")) == ["2024-02"]


def test_each_specimen_has_its_own_baseline() -> None:
    rows = [result("2024-03-01", LBSPEC="SERUM"), result("2024-03-05", LBSPEC="URINE")]
    assert flagged(*rows, result("2024-03-02")) == ["2024-03-01", "2024-03-05", "2024-03-02"]


def test_each_binding_agent_has_its_own_baseline() -> None:
    rows: list[Row] = [
        {"ISTESTCD": "T", "ISTEST": "T", "ISORRES": "1", "ISSTRESC": "1", "ISBDAGNT": a, "ISDTC": d}
        for a, d in (("X", "2024-03-01"), ("X", "2024-03-02"), ("Y", "2024-03-01"))
    ]
    out = run({"IS": rows})
    assert out.rows("IS", "ISBDAGNT", "ISDTC", "ISLOBXFL") == [
        ("X", "2024-03-01", None),
        ("X", "2024-03-02", "Y"),
        ("Y", "2024-03-01", "Y"),
    ]


def test_of_two_results_of_one_moment_the_last_in_sequence_counts() -> None:
    rows = [result("2024-03-09", "2"), result("2024-03-09", "1")]
    for given in (rows, rows[::-1]):
        out = run({"LB": given})
        assert out.rows("LB", "LBSEQ", "LBORRES", "LBLOBXFL") == [(1, "1", None), (2, "2", "Y")]


def test_each_subject_has_its_own_baseline_and_the_untreated_have_none() -> None:
    dm: list[Row] = [{"SEX": "F"}, {"SEX": "M", "subject": 2}]
    out = run({"DM": dm, "LB": [result("2024-03-01"), result("2024-03-01", subject=2)]})
    assert out.column("LB", "LBLOBXFL") == ["Y", None]


def test_a_window_limits_how_old_a_baseline_may_be() -> None:
    rows = [result("2024-03-01"), result("2024-02-01")]
    assert flagged(rows[1]) == ["2024-02-01"]
    assert flagged(rows[1], baseline_window_days=28) == []
    assert flagged(*rows, baseline_window_days=9) == ["2024-03-01"]
