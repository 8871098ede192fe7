"""A thousand damaged files of each format; more of them by ``python -m tests.hostile.fuzz``."""

from __future__ import annotations

import pytest
from tests.hostile.fuzz import fuzz
from tests.hostile.mutants import FORMATS

MUTANTS = 1_000
SEED = 20250328


@pytest.mark.parametrize("kind", FORMATS)
def test_damaged_files_are_refused_or_read_and_nothing_is_silent(kind: str) -> None:
    found = fuzz(kind, MUTANTS, SEED)
    if "skipped" in found:
        pytest.skip("no library writes sas7bdat; one comes with the Debian package r-cran-haven")
    assert found["faults"] == []
    assert sum(found["counts"].values()) == MUTANTS
    assert found["counts"]["refused"] > MUTANTS / 3
