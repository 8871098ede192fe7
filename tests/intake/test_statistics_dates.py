from __future__ import annotations

import pytest

from tecdata.intake.statistics_dates import date_reader

SPSS_DAY = 86_400.0 * 161_234  # 2024-03-24 in seconds since 14 October 1582
DAY_1960 = 23_469.0  # 2024-04-03 in days since 1 January 1960


@pytest.mark.parametrize(
    ("kind", "written", "value", "text", "cell_kind"),
    [
        ("sav", "DATE11", SPSS_DAY, "2024-03-24", "date"),
        ("sav", "EDATE10", SPSS_DAY, "2024-03-24", "date"),
        ("sav", "ADATE10", SPSS_DAY + 3600, "2024-03-24T01:00", "date"),
        ("sav", "DATETIME20", SPSS_DAY + 9.5 * 3600, "2024-03-24T09:30", "datetime"),
        ("sav", "YMDHMS16", SPSS_DAY, "2024-03-24", "datetime"),
        ("sav", "MOYR8", SPSS_DAY, "2024-03", "date"),
        ("sav", "TIME5", 34_200.0, "09:30", "time"),
        ("sav", "DTIME10", 126_000.0, "35:00", "time"),
        ("dta", "%td", DAY_1960, "2024-04-03", "date"),
        ("dta", "%tdD_m_Y", DAY_1960, "2024-04-03", "date"),
        ("dta", "%-tdCCYY-NN-DD", DAY_1960, "2024-04-03", "date"),
        ("dta", "%d", DAY_1960, "2024-04-03", "date"),
        ("dta", "%tc", (DAY_1960 * 24 + 9.5) * 3_600_000, "2024-04-03T09:30", "datetime"),
        ("dta", "%tcHH:MM", 34_200_000.0, "09:30", "time"),
        ("dta", "%tcHH:MM:SS", 34_205_000.0, "09:30:05", "time"),
        ("dta", "%tm", 771.0, "2024-04", "date"),
        ("dta", "%tm", -1.0, "1959-12", "date"),
        ("sas7bdat", "DATE9.", DAY_1960, "2024-04-03", "date"),
        ("sas7bdat", "YYMMDD10.", DAY_1960, "2024-04-03", "date"),
        ("xpt", "E8601DA", DAY_1960, "2024-04-03", "date"),
        ("xpt", "DDMMYYP10", DAY_1960, "2024-04-03", "date"),
        ("xpt", "MONYY7", DAY_1960, "2024-04", "date"),
        ("xpt", "DATETIME20.", DAY_1960 * 86_400 + 34_200, "2024-04-03T09:30", "datetime"),
        ("xpt", "DTDATE9.", DAY_1960 * 86_400, "2024-04-03", "datetime"),
        ("xpt", "TIME5.", 34_200.0, "09:30", "time"),
    ],
)
def test_a_format_makes_a_number_a_date(
    kind: str, written: str, value: float, text: str, cell_kind: str
) -> None:
    reader, found = date_reader(kind, written)
    assert reader is not None
    assert (reader(value), found) == (text, cell_kind)


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("sav", "F8.2"),
        ("sav", "A10"),
        ("sav", "WKYR10"),
        ("sav", ""),
        ("dta", "%9.0g"),
        ("dta", "%tq"),
        ("dta", "%tw"),
        ("dta", "%tC"),
        ("dta", "%ty"),
        ("sas7bdat", "BEST12."),
        ("xpt", "COMMA8.2"),
        ("xpt", "$CHAR10."),
    ],
)
def test_other_formats_leave_the_number(kind: str, written: str) -> None:
    assert date_reader(kind, written) == (None, "number")


@pytest.mark.parametrize(
    ("kind", "written"),
    [("sav", "DATE11"), ("sav", "MOYR8"), ("sav", "TIME5"), ("dta", "%tm"), ("xpt", "DATE9")],
)
def test_numbers_beyond_the_calendar_are_no_dates(kind: str, written: str) -> None:
    reader, _ = date_reader(kind, written)
    assert reader is not None
    assert reader(1e18) is None
