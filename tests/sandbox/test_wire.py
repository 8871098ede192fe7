from __future__ import annotations

import io
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tecdata.sandbox.wire import pack_column, receive, send, unpack_column

CELLS = st.one_of(
    st.text(),
    st.sampled_from(["", "\x00", "a\x00b", "\ud800"]),
    st.floats(allow_nan=False),
    st.none(),
    st.integers(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
)


def same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and (
        one == other if not isinstance(one, float) else one.hex() == other.hex()
    )


@given(st.lists(CELLS, max_size=40))
def test_a_column_comes_back_as_it_was(values: list[Any]) -> None:
    back = unpack_column(pack_column(values))
    assert len(back) == len(values)
    assert all(map(same, values, back))


@given(st.lists(st.text()), st.integers(0, 5))
def test_a_header_above_one_type(texts: list[str], numbers: int) -> None:
    values = [*texts, *map(float, range(numbers))]
    assert unpack_column(pack_column(values)) == values


def test_not_a_number_stays_one() -> None:
    (back,) = unpack_column(pack_column([math.nan]))
    assert math.isnan(back)


@pytest.mark.parametrize("cut", [0, 3, 20, -1])
def test_a_message_that_is_cut_off_is_noticed(cut: int) -> None:
    stream = io.BytesIO()
    send(stream, {"a": 1}, b"xyz", b"")
    whole = stream.getvalue()
    assert receive(io.BytesIO(whole).read) == ({"a": 1}, [b"xyz", b""])
    if cut == 0:
        assert receive(io.BytesIO(b"").read) is None
        return
    with pytest.raises(ValueError, match="cut off"):
        receive(io.BytesIO(whole[:cut]).read)
