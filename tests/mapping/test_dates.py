from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tecdata.mapping.dates import compile_pattern, join_time, parse_date, parse_time

PATTERNS = ("dd.mm.yyyy", "mm/yyyy", "yyyy", "dd.mm.yy", "dd.mm.yyyy HH:MM", "dd. mmm yyyy")


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("03.04.2024", "2024-04-03"),
        ("3.4.2024", "2024-04-03"),
        ("04/2024", "2024-04"),
        ("2024", "2024"),
        ("2024-04-03", "2024-04-03"),
        ("2024-04", "2024-04"),
        ("2024-04-03T09:30", "2024-04-03T09:30"),
        ("2024-04-03 09:30:15", "2024-04-03T09:30:15"),
        ("03.04.2024  9:30", "2024-04-03T09:30"),
        ("03.04.30", "2030-04-03"),
        ("03.04.31", "1931-04-03"),
        ("29.02.2024", "2024-02-29"),
        ("3. Mär 2024", "2024-03-03"),
        ("3. Mrz. 2024", "2024-03-03"),
        ("3. MAJ 2024", "2024-05-03"),
        ("3. okt 2024", "2024-10-03"),
        ("3. December 2024", "2024-12-03"),
    ],
)
def test_dates(text: str, iso: str) -> None:
    assert parse_date(text, PATTERNS, 2030).iso == iso


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("31.02.2024", "impossible_date"),
        ("29.02.2023", "impossible_date"),
        ("00.04.2024", "impossible_date"),
        ("13/2024", "impossible_date"),
        ("2024-13-01", "impossible_date"),
        ("03.04.2024 25:00", "impossible_date"),
        ("03.04.0024", "impossible_date"),
        ("April", "not_a_date"),
        ("3. Foo 2024", "not_a_date"),
        ("45385", "not_a_date"),
        ("", "not_a_date"),
        ("0３.04.2024", "not_a_date"),
    ],
)
def test_what_is_no_date(text: str, problem: str) -> None:
    assert parse_date(text, PATTERNS, 2030).problem == f"mapping.{problem}"


@pytest.mark.parametrize("patterns", [("dd.mm.yy",), ("dd.mm.yyyy",), ()])
def test_two_digit_years_need_a_pivot(patterns: tuple[str, ...]) -> None:
    assert parse_date("03.04.24", patterns).problem == "mapping.two_digit_year"


def test_the_first_pattern_that_fits_is_taken() -> None:
    assert parse_date("03/04/2024", ["dd/mm/yyyy", "mm/dd/yyyy"]).iso == "2024-04-03"
    assert parse_date("03/14/2024", ["dd/mm/yyyy", "mm/dd/yyyy"]).iso == "2024-03-14"


def test_zero_seconds_of_typed_cells_say_nothing() -> None:
    typed = "2024-04-03T09:30:00"
    assert parse_date(typed, drop_zero_seconds=True).iso == "2024-04-03T09:30"
    assert parse_date(typed).iso == typed


@pytest.mark.parametrize(
    ("text", "iso"),
    [("9:30", "09:30"), ("09:30:15", "09:30:15"), ("9.30", "09:30"), ("1899-12-31T09:30", "09:30")],
)
def test_times(text: str, iso: str) -> None:
    assert parse_time(text, ["HH.MM", "dd.mm.yyyy"]).iso == iso


@pytest.mark.parametrize(
    ("text", "problem"), [("24:00", "impossible_time"), ("mittags", "not_a_time")]
)
def test_what_is_no_time(text: str, problem: str) -> None:
    assert parse_time(text).problem == f"mapping.{problem}"


def test_a_time_needs_a_whole_date() -> None:
    assert join_time("2024-04", "09:30").problem == "mapping.time_without_date"
    assert join_time("2024-04", "09:30").iso == "2024-04"
    assert join_time("2024-04-03T09:30", "09:30:00").problem is None
    assert join_time("2024-04-03T09:30", "09:31").problem == "mapping.two_times"


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("dd.mm.jjjj", "'jjjj' is not a token of date pattern 'dd.mm.jjjj'"),
        ("dd.yyyy", "date pattern 'dd.yyyy' has dd but no month"),
        ("dd.mm", "date pattern 'dd.mm' has month but no year"),
        ("dd.mm.yyyy yy", "year stands twice in date pattern 'dd.mm.yyyy yy'"),
        ("mm/yyyy HH:MM", "date pattern 'mm/yyyy HH:MM' has a time but no whole date"),
        ("MM", "date pattern 'MM' has MM but no HH"),
        ("--", "date pattern '--' has no token"),
    ],
)
def test_patterns_that_mean_nothing(pattern: str, message: str) -> None:
    with pytest.raises(ValueError, match="date pattern") as caught:
        compile_pattern(pattern)
    assert str(caught.value) == message


def test_tokens_that_touch_have_fixed_widths() -> None:
    assert parse_date("20240403", ["yyyymmdd"]).iso == "2024-04-03"
    assert parse_date("2024043", ["yyyymmdd"]).problem == "mapping.not_a_date"


WRITTEN = {
    "dd.mm.yyyy": "%d.%m.%Y",
    "mm/yyyy": "%m/%Y",
    "yyyy": "%Y",
    "dd.mm.yyyy HH:MM": "%d.%m.%Y %H:%M",
    "yyyymmdd": "%Y%m%d",
    "mm-dd-yyyy": "%m-%d-%Y",
    "dd mmm yyyy HH:MM:SS": "%d %b %Y %H:%M:%S",
}
ISO = {
    "dd.mm.yyyy": "%Y-%m-%d",
    "mm/yyyy": "%Y-%m",
    "yyyy": "%Y",
    "dd.mm.yyyy HH:MM": "%Y-%m-%dT%H:%M",
    "yyyymmdd": "%Y-%m-%d",
    "mm-dd-yyyy": "%Y-%m-%d",
    "dd mmm yyyy HH:MM:SS": "%Y-%m-%dT%H:%M:%S",
}


@given(
    st.datetimes(datetime.datetime(1900, 1, 1), datetime.datetime(2199, 12, 31)),  # noqa: DTZ001
    st.sampled_from(sorted(WRITTEN)),
)
def test_what_is_written_is_read_back(moment: datetime.datetime, pattern: str) -> None:
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    written = moment.strftime(WRITTEN[pattern].replace("%b", months[moment.month - 1]))
    iso = moment.strftime(ISO[pattern])
    assert parse_date(written, [pattern]).iso == iso
    if len(iso) > 4:
        assert parse_date(iso).iso == iso


@given(st.dates(datetime.date(1931, 1, 1), datetime.date(2030, 12, 31)))
def test_two_digit_years_within_a_century_are_unambiguous(day: datetime.date) -> None:
    assert parse_date(day.strftime("%d.%m.%y"), ["dd.mm.yy"], 2030).iso == day.isoformat()


@given(st.text(max_size=20))
def test_any_text_is_a_date_or_a_problem(text: str) -> None:
    parsed = parse_date(text, PATTERNS, 2030)
    assert (parsed.iso is None) == (parsed.problem is not None)
