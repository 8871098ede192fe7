from __future__ import annotations

from typing import Any

import narwhals as nw
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tecdata import engine
from tecdata.engine import Lookup, attach, lookup, lookup_all, to_lists

DATA = {"a": ["1", None, "x", "1"], "n": [1, 2, 3, 4]}


def _read(text: str | None) -> tuple[str | None, float | None, bool]:
    return text and f"{text}!", float(text) if text == "1" else None, text is None


OUTPUTS = {"b": nw.String, "c": nw.Float64, "d": nw.Boolean}
EXPECTED = {
    "a": ["1", None, "x", "1"],
    "n": [1, 2, 3, 4],
    "b": ["1!", None, "x!", "1!"],
    "c": [1.0, None, None, 1.0],
    "d": [False, True, False, False],
}


@pytest.fixture(params=["lists", "joins"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways of looking up: small frames through lists, large ones by joins."""
    if request.param == "joins":
        monkeypatch.setattr(engine, "SMALL", 0)


@pytest.fixture(params=["polars", "pandas", "pandas object"])
def frame(request: pytest.FixtureRequest) -> nw.DataFrame[Any]:
    if request.param == "polars":
        return nw.from_native(pl.DataFrame(DATA), eager_only=True)
    dtype = object if request.param == "pandas object" else None
    native = pd.DataFrame({"a": pd.Series(DATA["a"], dtype=dtype), "n": DATA["n"]})
    return nw.from_native(native, eager_only=True)


def _lists(frame: nw.DataFrame[Any]) -> dict[str, list[Any]]:
    return to_lists(frame, frame.columns)


@pytest.mark.usefixtures("way")
def test_each_distinct_value_is_read_once(frame: nw.DataFrame[Any]) -> None:
    seen = []

    def read(text: str | None) -> tuple[str | None, float | None, bool]:
        seen.append(text)
        return _read(text)

    assert _lists(lookup(frame, ["a"], read, OUTPUTS)) == EXPECTED
    assert len(seen) == 3
    assert _lists(frame) == DATA


@pytest.mark.usefixtures("way")
def test_a_column_may_be_replaced(frame: nw.DataFrame[Any]) -> None:
    made = lookup(frame, ["a", "n"], lambda a, n: (f"{a}{n}",), {"a": nw.String})
    assert made.columns == ["a", "n"]
    assert made["a"].to_list() == ["11", "None2", "x3", "14"]


@pytest.mark.usefixtures("way")
def test_several_at_once(frame: nw.DataFrame[Any]) -> None:
    one = Lookup(["a"], _read, OUTPUTS)
    two = Lookup(["n"], lambda n: (n * 2,), {"m": nw.Int64})
    made = _lists(lookup_all(frame, [one, two]))
    assert made == EXPECTED | {"m": [2, 4, 6, 8]}
    assert lookup_all(frame, []) is frame


def test_rows_that_a_filter_left_keep_their_order(frame: nw.DataFrame[Any]) -> None:
    kept = attach(frame.filter(nw.col("n") > 2), {"z": ["p", "q"]}, {"z": nw.String})
    assert _lists(kept) == {"a": ["x", "1"], "n": [3, 4], "z": ["p", "q"]}


@given(st.lists(st.none() | st.text(max_size=3), max_size=30))
def test_both_ways_give_the_same(texts: list[str | None]) -> None:
    frame = nw.from_native(pl.DataFrame({"a": pl.Series(texts, dtype=pl.String)}), eager_only=True)
    one = Lookup(
        ["a"],
        lambda text: (None if text is None else text * 2, text is None),
        {"b": nw.String, "c": nw.Boolean},
    )
    by_lists = lookup_all(frame, [one])
    by_join = engine._by_join(frame, one)
    assert by_lists.to_native().equals(by_join.to_native())
