from __future__ import annotations

import struct
from pathlib import Path

import polars as pl
import pyreadstat
import pytest

from tecdata.errors import IntakeError
from tecdata.intake.sav_check import check_sav


@pytest.fixture
def content(tmp_path: Path) -> bytes:
    frame = pl.DataFrame({"sex": [1.0, 2.0], "text": ["x" * 300, "y"], "igg": [7.5, -99.0]})
    pyreadstat.write_sav(
        frame,
        tmp_path / "d.sav",
        file_label="Tecl",
        note=["a note", "another"],
        column_labels={"igg": "IgG (g/l)"},
        variable_value_labels={"sex": {1: "m", 2: "weiblich"}},
        missing_ranges={"igg": [-99, {"lo": -9, "hi": -1}]},
    )
    return (tmp_path / "d.sav").read_bytes()


def test_a_sound_dictionary_passes(content: bytes) -> None:
    check_sav(content, "d.sav")


@pytest.mark.parametrize(
    ("found", "put"),
    [
        # A label set for a variable the file does not have: this one crashes the library.
        (struct.pack("<iii", 4, 1, 1), struct.pack("<iii", 4, 1, 177)),
        (struct.pack("<iii", 4, 1, 1), struct.pack("<iii", 4, 9999, 1)),
        (struct.pack("<iii", 2, 0, 0), struct.pack("<iii", 2, 1_700_000_000, 0)),
        (struct.pack("<iii", 2, 0, 0), struct.pack("<iii", 5, 0, 0)),
        (struct.pack("<ii", 3, 2), struct.pack("<ii", 3, -1)),
    ],
)
def test_a_dictionary_that_does_not_hold_together_is_refused(
    found: bytes, put: bytes, content: bytes
) -> None:
    assert found in content
    with pytest.raises(IntakeError) as caught:
        check_sav(content.replace(found, put, 1), "d.sav")
    assert str(caught.value).startswith(
        "d.sav: the file is damaged or truncated: it cannot be read as sav. "
    )


def test_a_dictionary_without_end_is_refused(content: bytes) -> None:
    with pytest.raises(IntakeError):
        check_sav(content[:400], "d.sav")
