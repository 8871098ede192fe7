from __future__ import annotations

import pytest
from pydantic import ValidationError

from tecdata.spec.source import SkipRow


def test_a_broken_expression_is_told_before_any_file_is_read() -> None:
    with pytest.raises(ValidationError, match="not a regular expression: unterminated"):
        SkipRow(column="id", matches="[a", reason="sum row")
    assert SkipRow(column="id", matches="^Summe", reason="sum row").matches == "^Summe"
