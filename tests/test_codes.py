"""Dictionary codes: what comes back is what went in, and rows are sorted as Polars sorts them."""

from __future__ import annotations

from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tecdata.codes import combine, encode, gather, order_by_keys, repeated, spread, take_sorted

SCHEMA = {"s": pl.String, "i": pl.Int64, "f": pl.Float64, "b": pl.Boolean, "place": pl.Int64}
KEYS = ["s", "i", "f", "b"]

texts = st.sampled_from(["", "a", "b", "B", "é", "\x00", "a" * 40, None])
rows = st.tuples(
    texts,
    st.sampled_from([0, 1, -3, 2**62, None]),
    st.sampled_from([0.0, 1.5, -2.0, None]),
    st.sampled_from([True, False, None]),
)


def frame_of(given_rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    return pl.DataFrame(
        [(*row, place) for place, row in enumerate(given_rows)], schema=SCHEMA, orient="row"
    )


@given(st.lists(rows, max_size=60))
@settings(max_examples=80, deadline=None)
def test_codes_give_the_column_back(given_rows: list[tuple[Any, ...]]) -> None:
    frame = frame_of(given_rows)
    for name in KEYS:
        codes = encode(frame[name])
        assert len(set(codes.values)) == len(codes.values)
        assert [codes.values[i] for i in codes.index] == frame[name].to_list()


@given(st.lists(rows, min_size=1, max_size=60))
@settings(max_examples=80, deadline=None)
def test_combinations_are_those_of_the_rows(given_rows: list[tuple[Any, ...]]) -> None:
    frame = frame_of(given_rows)
    index, found = combine([encode(frame[name]) for name in KEYS])
    assert [found[i] for i in index] == frame.select(KEYS).rows()
    assert len(set(found)) == len(found) == len(set(given_rows))


def test_many_combinations_of_few_rows_are_not_tabled() -> None:
    numbers = [pl.int_range(300, eager=True).shuffle(seed).cast(pl.String) for seed in (1, 2, 3)]
    index, found = combine([encode(series) for series in numbers])
    assert [found[i] for i in index] == list(zip(*(s.to_list() for s in numbers), strict=True))


@given(st.lists(rows, max_size=60), st.integers(0, 5), st.permutations(KEYS))
@settings(max_examples=150, deadline=None)
def test_rows_are_sorted_as_polars_does(
    given_rows: list[tuple[Any, ...]], keys: int, order: list[str]
) -> None:
    frame, by = frame_of(given_rows), [*order, "place"]
    assert take_sorted(frame, by, keys).equals(frame.sort(by, nulls_last=True))


@given(st.lists(rows, max_size=60), st.integers(1, 4))
@settings(max_examples=100, deadline=None)
def test_equal_rows_are_those_that_polars_finds(
    given_rows: list[tuple[Any, ...]], keys: int
) -> None:
    frame = frame_of(given_rows)
    expected = frame.select(KEYS[:keys]).is_duplicated().to_list()
    again = repeated(frame, KEYS[:keys])
    assert expected == ([False] * len(frame) if again is None else again.to_list())


@given(st.lists(rows, max_size=60), st.permutations([*KEYS, "place"]), st.integers(1, 5))
@settings(max_examples=100, deadline=None)
def test_the_order_of_keys_is_that_of_polars(
    given_rows: list[tuple[Any, ...]], order: list[str], keys: int
) -> None:
    frame, by = frame_of(given_rows), order[:keys]
    found = order_by_keys(frame, by)
    if found is None:
        assert frame.select(by).is_duplicated().any() or "i" in by
    else:
        expected = frame.select(pl.arg_sort_by(by, maintain_order=True)).to_series()
        assert found.to_list() == expected.to_list()


def test_keys_of_too_many_values_leave_the_rest_to_the_ties() -> None:
    wide = pl.DataFrame(
        {name: [i * 2**38 % (2**39 + seed) for i in range(50)] for seed, name in enumerate("abc")}
    )
    assert take_sorted(wide, ["a", "b", "c"], 3).equals(wide.sort("a", "b", "c"))
    assert repeated(wide, ["a", "b", "c"]) is None
    again = repeated(pl.concat([wide, wide.head(2)]), ["a", "b", "c"])
    assert again is not None
    assert again.to_list() == [True] * 2 + [False] * 48 + [True] * 2


def test_a_constant_is_no_column() -> None:
    index = encode(pl.Series(["x", "y", "x"])).index
    frame = pl.DataFrame({"k": [1, 2, 3]})
    made = frame.with_columns(
        spread(["N", "N"], index, pl.String).alias("same"),
        spread([None, None], index, pl.String).alias("none"),
        spread([0.0, -0.0], index, pl.Float64).alias("zeros"),
    )
    assert made["same"].to_list() == ["N"] * 3
    assert made["none"].to_list() == [None] * 3
    assert sorted(map(str, made["zeros"].to_list()))[0] == "-0.0"
    assert made.schema["none"] == pl.String
    assert gather(["p", "q"], index).to_list() in (["p", "q", "p"], ["q", "p", "q"])
