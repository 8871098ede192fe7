from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tecdata.mapping.numbers import NumberFormat, Thousands, detect, parse_number

COMMA = NumberFormat("comma")
GERMAN = NumberFormat("comma", "point")
SIGNS = {"point": ".", "comma": ","}
GROUPS = {"none": "", "point": ".", "comma": ",", "space": "\u00a0", "apostrophe": "’"}


@pytest.mark.parametrize(
    ("text", "form", "operator", "value"),
    [
        ("4,5", COMMA, "", "4.5"),
        ("4.5", NumberFormat(), "", "4.5"),
        ("1.299,99", GERMAN, "", "1299.99"),
        ("1.280", GERMAN, "", "1280"),
        ("1280", GERMAN, "", "1280"),
        ("1 280,5", NumberFormat("comma", "space"), "", "1280.5"),
        ("1'280.5", NumberFormat("point", "apostrophe"), "", "1280.5"),
        ("−0,5", COMMA, "", "-0.5"),
        ("<0,01", COMMA, "<", "0.01"),
        ("< 0,01", COMMA, "<", "0.01"),
        ("≥ 5", COMMA, ">=", "5"),
        ("=<5", COMMA, "<=", "5"),
        ("1E-05", NumberFormat(), "", "0.00001"),
        ("1.5", NumberFormat("either"), "", "1.5"),
        ("1,280", NumberFormat("either"), "", "1.280"),
        ("0.280", NumberFormat("undecided"), "", "0.280"),
        ("1.299,99", NumberFormat("undecided"), "", "1299.99"),
        ("12", NumberFormat("undecided"), "", "12"),
    ],
)
def test_numbers(text: str, form: NumberFormat, operator: str, value: str) -> None:
    number = parse_number(text, form)
    assert (number.problem, number.operator, number.value) == (None, operator, Decimal(value))


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("5 %", COMMA),
        ("5%", COMMA),
        ("20 mg", COMMA),
        ("4.5", COMMA),
        ("12.80", GERMAN),
        ("1.2800", GERMAN),
        (".5", NumberFormat()),
        ("5.", NumberFormat()),
        ("+5", NumberFormat()),
        ("1,2,3", COMMA),
        ("<", COMMA),
        ("<<5", COMMA),
        ("", COMMA),
        ("NaN", NumberFormat()),
        ("Infinity", NumberFormat()),
        ("１２", NumberFormat()),
        ("1_000", NumberFormat()),
        ("1:80", NumberFormat("undecided")),
    ],
)
def test_not_numbers(text: str, form: NumberFormat) -> None:
    assert parse_number(text, form).problem == "mapping.not_a_number"


@pytest.mark.parametrize("text", ["1.280", "12,345", "<1.280", "-1.280"])
def test_one_separator_before_three_digits_is_ambiguous(text: str) -> None:
    assert parse_number(text, NumberFormat("undecided")).problem == "mapping.ambiguous_number"


@pytest.mark.parametrize(
    ("texts", "thousands", "form"),
    [
        (["4,5", "1.280"], None, GERMAN),
        (["4.5", "1.280"], None, NumberFormat("point", "comma")),
        (["1.299,99"], None, GERMAN),
        (["1.234.567"], None, GERMAN),
        (["0,280"], None, GERMAN),
        (["1234,567"], None, GERMAN),
        (["<0,01", "n.b."], None, GERMAN),
        (["1.280", "12"], None, NumberFormat("undecided")),
        (["1,5", "1.5"], None, NumberFormat("undecided")),
        (["03.04.2024", "1:1.280", "3.4.2024"], None, NumberFormat("undecided")),
        ([], None, NumberFormat("undecided")),
        (["1.280"], "point", GERMAN),
        (["1.280"], "none", NumberFormat("either", "none")),
        (["1.280"], "space", NumberFormat("either", "space")),
    ],
)
def test_a_column_decides(
    texts: list[str], thousands: Thousands | None, form: NumberFormat
) -> None:
    assert detect(texts, thousands) == form
    assert detect(reversed(texts), thousands) == form


def written(value: Decimal, form: NumberFormat) -> str:
    """A number as a hospital would write it."""
    sign, whole, fraction = "", f"{abs(value):f}", ""
    if value < 0:
        sign = "-"
    if "." in whole:
        whole, fraction = whole.split(".")
    grouped = f"{int(whole):,}".replace(",", GROUPS[form.thousands])
    return sign + grouped + (SIGNS[form.decimal] + fraction if fraction else "")


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=4
    ),
    st.sampled_from(
        [
            NumberFormat("point", "none"),
            NumberFormat("comma", "none"),
            NumberFormat("point", "comma"),
            NumberFormat("comma", "point"),
            NumberFormat("comma", "space"),
            NumberFormat("point", "apostrophe"),
        ]
    ),
)
def test_what_is_written_is_read_back(value: Decimal, form: NumberFormat) -> None:
    assert parse_number(written(value, form), form).value == value


@given(st.text(max_size=12))
def test_any_text_is_a_number_or_a_problem(text: str) -> None:
    number = parse_number(text, NumberFormat("undecided"))
    assert (number.value is None) == (number.problem is not None)


@given(
    st.lists(st.integers(0, 10**6).map(lambda n: f"{n / 100:.2f}".replace(".", ",")), min_size=1)
)
def test_detection_agrees_with_the_declared_convention(texts: list[str]) -> None:
    found = detect(texts)
    assert [parse_number(t, found) for t in texts] == [parse_number(t, COMMA) for t in texts]
