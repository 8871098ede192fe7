from __future__ import annotations

import pytest

from tecdata import errors
from tecdata.errors import IntakeError, SpecError, TecdataError


def test_a_message_names_place_value_choices_and_next_step() -> None:
    error = IntakeError(
        "there is no sheet 'Labor'",
        place="a.xlsx",
        choices=("Labor 2", "Labore"),
        next_step="Mend sheet: in source.yaml",
    )
    assert str(error) == (
        "a.xlsx: there is no sheet 'Labor'; allowed: Labor 2, Labore. Mend sheet: in source.yaml"
    )


def test_a_spec_error_keeps_each_problem() -> None:
    error = SpecError(["a.yaml:1: x: wrong", "a.yaml:2: y: wrong"])
    assert error.problems == ("a.yaml:1: x: wrong", "a.yaml:2: y: wrong")
    assert str(error).count("\n") == 1


@pytest.mark.parametrize("name", errors.__all__)
def test_every_error_is_a_tecdata_error(name: str) -> None:
    assert issubclass(getattr(errors, name), TecdataError)
