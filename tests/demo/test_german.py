"""German notation says the same number and date, and untidiness depends on its key alone."""

from __future__ import annotations

import datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tecdata.demo.german import chance, choose, date_text, number_text, result_text, split_start

NUMBERS = st.decimals(min_value=0, max_value=10**7, places=3)


@given(NUMBERS, st.booleans())
def test_number_reads_back(value: Decimal, thousands: bool) -> None:
    text = number_text(value, thousands=thousands)
    assert Decimal(text.replace(".", "").replace(",", ".")) == value


@given(st.dates(min_value=datetime.date(2000, 1, 1), max_value=datetime.date(2030, 12, 31)))
def test_date_reads_back(day: datetime.date) -> None:
    assert datetime.datetime.strptime(date_text(day.isoformat()), "%d.%m.%Y").date() == day  # noqa: DTZ007
    short = date_text(day.isoformat(), short_year=True)
    assert datetime.datetime.strptime(short, "%d.%m.%y").date() == day  # noqa: DTZ007


@given(st.lists(st.text(), max_size=3))
def test_chance_depends_on_its_key_alone(key: list[str]) -> None:
    assert 0 <= chance(*key) < 1
    assert chance(*key) == chance(*key)
    assert choose(("a", "b", "c"), *key) == choose(("a", "b", "c"), *key)


def test_choose_prefers_the_first_and_uses_all() -> None:
    picked = [choose(("a", "b", "c"), i) for i in range(400)]
    assert 150 < picked.count("a") < 250
    assert set(picked) == {"a", "b", "c"}
    assert choose(("only",), 1) == "only"


def test_results_and_moments() -> None:
    texts = {result_text(Decimal("1280"), "", titre=True, key=(i,)) for i in range(50)}
    assert texts == {"1:1280", "1:1.280"}
    texts = {result_text(Decimal("0.01"), "<", titre=False, key=(i,)) for i in range(50)}
    assert texts == {"<0,01", "< 0,01"}
    assert split_start("2024-04-03T09:30:15") == ("2024-04-03", "09:30")
    assert split_start("2024-04") == ("2024-04", "")
