"""Tables as cells: counts, denominators, statistics, rates, listings, and the records behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest
from pydantic import ValidationError
from tests.report.made_tables_data import DATA, FRAMES, behind, one_row, specs_of, table, texts

from tecdata.errors import SpecError
from tecdata.report.ard import ARD_SCHEMA, ard_frame, condition
from tecdata.report.table_data import TableData
from tecdata.report.table_files import compute_cells

if TYPE_CHECKING:
    from tecdata.spec.tables import Table


def value(**row: object) -> str:
    made = table(**one_row(**row))
    return texts(compute_cells(made, DATA, specs_of(made)))["X"]["value"]


EVENTS = table(
    kind="events",
    footnotes={"a": "note"},
    sections=[
        {
            "category": "C",
            "rows": [
                {"label": "Fever", "terms": "FEVER"},
                {"label": "Fever 1", "terms": "FEVER", "grades": "1"},
                {"label": "Cough", "terms": "COUGH", "uncounted": ["n_events_hospitalised"]},
                {
                    "label": "Low IgG",
                    "abnormality": "IGGLOW",
                    "denominator": {"dataset": "ADLB", "where": {"ADY": "> 1"}},
                    "uncounted": ["n_events"],
                    "footnotes": {"n_patients": "a"},
                },
            ],
        }
    ],
)


def event_cells() -> list[object]:
    return list(compute_cells(EVENTS, DATA, specs_of(EVENTS)))


def test_events_are_those_of_the_population_under_treatment() -> None:
    found = texts(compute_cells(EVENTS, DATA, specs_of(EVENTS)))
    assert list(found["C: Fever"].values()) == ["1", "33", "2", "1"]
    assert list(found["C: Fever 1"].values()) == ["1", "33", "1", "1"]


def test_what_is_not_counted_is_not_printed_but_counts_for_the_total() -> None:
    found = texts(compute_cells(EVENTS, DATA, specs_of(EVENTS)))
    assert list(found["C: Cough"].values()) == ["1", "33", "1", "n.a."]
    # Hospitalised: fever, fever grade 1 (the same event in two rows) and the cough.
    assert list(found["C: (category total)"].values()) == ["2", "67", "n.a.", "3"]


def test_a_row_may_have_a_denominator_of_its_own() -> None:
    cells = compute_cells(EVENTS, DATA, specs_of(EVENTS))
    found = texts(cells)
    assert list(found["C: Low IgG"].values()) == ["1", "50", "n.a.", "0"]
    (cell,) = [c for c in cells if c.row == "C: Low IgG" and c.column == "n_patients"]
    assert (cell.footnote, cell.statistics) == ("a", {"n": 1, "N": 2})
    assert behind(cell) == [("LB", "S-1", 2)]


def test_the_records_behind_a_total_are_those_of_its_rows_once() -> None:
    cells = compute_cells(EVENTS, DATA, specs_of(EVENTS))
    (total,) = [c for c in cells if c.label == "(category total)" and c.column == "n_events"]
    assert behind(total) == [
        ("AE", "S-1", 1),
        ("AE", "S-1", 2),
        ("AE", "S-2", 1),
        ("LB", "S-1", 2),
    ]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"statistic": "subjects"}, "3"),
        ({"statistic": "subjects_percent", "where": {"SEX": "F"}}, "2 (67)"),
        ({"statistic": "subjects_of", "where": {"SEX": "F"}, "among": {"FUPM": "> 3"}}, "1 of 2"),
        (
            {"statistic": "subjects_of_percent", "where": {"SEX": "F"}, "among": {"FUPM": "> 3"}},
            "1 of 2 (50)",
        ),
        ({"statistic": "subjects_percent", "among": {"AGE": "> 100"}}, "0"),
        ({"statistic": "events", "dataset": "ADAE", "where": {"AESHOSP": "Y"}}, "2"),
        ({"statistic": "events_subjects", "dataset": "ADAE"}, "4 / 2"),
        (
            {
                "statistic": "events_percent_subjects",
                "dataset": "ADAE",
                "where": {"AEDECOD": "FEVER"},
                "of": {"TRTEMFL": "Y"},
            },
            "2 (67) / 1",
        ),
        (
            {
                "statistic": "events_percent",
                "dataset": "ADAE",
                "where": {"DOSENO": "1"},
                "of": {"TRTEMFL": "present"},
            },
            "67",
        ),
        ({"statistic": "median_range", "variable": "AGE"}, "41 (30-52)"),
        (
            {"statistic": "median_range_n", "variable": "FUPM", "fixed": "true"},
            "3.5 (0.5-12.0) / 3",
        ),
        ({"statistic": "range", "variable": "FUPM"}, "0.5-12"),
        ({"statistic": "sum", "variable": "FUPM", "scale": "1/12", "fixed": "true"}, "1.3"),
        ({"statistic": "mean", "variable": "AGE"}, "41"),
        ({"statistic": "median", "dataset": "ADAE", "pick": "count", "digits": "0"}, "2"),
        (
            {"statistic": "median_range", "dataset": "ADLB", "variable": "AVAL", "pick": "min"},
            "6 (3-9)",
        ),
        (
            {
                "statistic": "sum",
                "dataset": "ADLB",
                "variable": "AVAL",
                "pick": "sum",
                "per": "FUPM",
            },
            "23",
        ),
        (
            {
                "statistic": "median_range",
                "dataset": "ADLB",
                "where": {"ADY": "> 1"},
                "closest": "100",
                "variable": "AVAL",
            },
            "5.5 (5-6)",
        ),
        (
            {
                "statistic": "median",
                "dataset": "ADAE",
                "where": {"AEDECOD": "X"},
                "variable": "ASTDY",
            },
            "",
        ),
        ({"statistic": "events", "dataset": "ADXX"}, "0"),
        (
            {
                "statistic": "subjects_of",
                "without": {"dataset": "ADAE", "where": {"AEDECOD": "FEVER"}},
            },
            "2 of 3",
        ),
    ],
)
def test_statistics(row: dict[str, object], expected: str) -> None:
    assert value(**row) == expected


def test_a_variable_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(
        SpecError, match="t: X: ADSL: SEXX is no variable of the dataset; it has USUB"
    ):
        value(statistic="subjects", where={"SEXX": "F"})
    with pytest.raises(SpecError, match="t: X: AVALL is no variable of ADLB"):
        value(statistic="median", dataset="ADLB", variable="AVALL")


def test_a_missing_value_fulfils_nothing_but_absent() -> None:
    frame = pl.DataFrame({"A": [1.0, None], "B": ["x", None]})

    def rows(**where: tuple[str, ...]) -> int:
        return frame.filter(condition(where, frame.schema, "")).height

    assert rows(A=("< 5",)) == rows(B=("x",)) == rows(A=("present",)) == rows(A=("1",)) == 1
    assert rows(A=("absent",)) == rows(B=("absent",)) == 1
    assert rows(A=("1 to 2",)) == rows(A=("1", "2")) == 1


def rates() -> Table:
    return table(
        kind="rates",
        confidence="0.95",
        rows=[
            {"id": "ALL", "label": "All", "where": {"TRTEMFL": "Y"}},
            {"id": "EARLY", "label": "Early", "to_day": "28", "where": {"TRTEMFL": "Y"}},
            {"id": "LATE", "label": "Late", "from_day": "29", "where": {"TRTEMFL": "Y"}},
        ],
    )


def test_rates_have_their_time_at_risk() -> None:
    made = rates()
    cells = compute_cells(made, DATA, specs_of(made))
    numbers = {(c.row, c.column): next(iter(c.statistics.values())) or 0.0 for c in cells}
    years = {row: numbers[row, "patient_years"] for row in ("ALL", "EARLY", "LATE")}
    assert years["ALL"] == pytest.approx((365 + 10 + 100) / 365.25)
    assert years["EARLY"] == pytest.approx((28 + 10 + 28) / 365.25)
    assert years["EARLY"] + years["LATE"] == pytest.approx(years["ALL"])
    assert [numbers[row, "n_events"] for row in ("ALL", "EARLY", "LATE")] == [3, 2, 1]
    # Exact limits of 3 events: Garwood 1936 gives 0.6187 and 8.7673.
    assert numbers["ALL", "lower"] * years["ALL"] == pytest.approx(0.6187, abs=1e-4)
    assert numbers["ALL", "upper"] * years["ALL"] == pytest.approx(8.7673, abs=1e-4)


def listing(**column: object) -> Table:
    return table(
        kind="listing",
        columns=[
            {"column": "no", "label": "No", "variable": "USUBJID", "number": "true"},
            {"column": "x", "label": "X", **column},
        ],
    )


def listed(**column: object) -> list[str]:
    made = listing(**column)
    found = texts(compute_cells(made, DATA, specs_of(made)))
    assert [row["no"] for row in found.values()] == ["1", "2", "3"]
    return [row["x"] for row in found.values()]


def test_listings_have_words_brackets_and_numbers() -> None:
    terms = {"dataset": "ADAE", "variable": "AEDECOD"}
    words = {"COUGH": "Cough", "FEVER": "fever"}
    assert listed(**terms, words=words, empty="-") == ["fever", "Cough", "-"]
    extra = FRAMES["ADAE"].with_columns(AEDECOD=pl.Series(["COUGH", "FEVER", "COUGH", "X", "X"]))
    made = listing(**terms, where={"TRTEMFL": "Y"}, words=words, within={"FEVER": "COUGH"})
    found = compute_cells(made, TableData({**FRAMES, "ADAE": extra}), specs_of(made))
    assert texts(found)["S-1"]["x"] == "Cough (fever)"
    assert listed(dataset="ADLB", variable="AVAL", pick="max", digits="1") == ["8", "9", "7"]
    assert listed(variable="AGE", digits="0") == ["30", "41", "52"]
    with pytest.raises(SpecError, match="'COUGH' has no word; add it to words"):
        listed(**terms, words={"FEVER": "fever"})


def test_a_listing_of_too_many_subjects_is_not_made() -> None:
    made = table(
        kind="listing", most="2", columns=[{"column": "x", "label": "X", "variable": "AGE"}]
    )
    assert compute_cells(made, DATA, specs_of(made)) == []


def test_result_rows_have_one_row_a_statistic() -> None:
    made = table(**one_row(statistic="median_range", variable="AGE"))
    frame = ard_frame(compute_cells(made, DATA, specs_of(made)))
    assert dict(frame.schema) == ARD_SCHEMA
    assert dict(frame.select("statistic", "value").iter_rows()) == {
        "n": 3, "median": 41, "min": 30, "max": 52, "mean": 41, "sum": 123,
    }  # fmt: skip
    assert frame["records"][0].to_list()[0] == {"domain": "DM", "USUBJID": "S-1", "seq": None}
    assert ard_frame([]).height == 0


def test_specs_of_tables_say_what_is_wrong() -> None:
    row = {"label": "x"}
    section = {"category": "C", "rows": [row]}
    with pytest.raises(ValidationError, match="give terms or abnormality, one of the two"):
        table(kind="events", sections=[section])
    row["terms"] = "FEVER"
    section["rows"] = [{**row, "footnotes": {"n_patients": "z"}}]
    with pytest.raises(ValidationError, match="footnotes that are not there: z"):
        table(kind="events", sections=[section])
    with pytest.raises(ValidationError, match="X: subjects has no variable"):
        table(**one_row(statistic="subjects", variable="AGE"))
    with pytest.raises(ValidationError, match="X: median wants a variable"):
        table(**one_row(statistic="median"))
