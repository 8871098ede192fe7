"""Checks of the room derive: what an analysis dataset could not be given."""

from __future__ import annotations

from tecdata.checks.check import Check

__all__ = ["CHECKS"]

CHECKS: tuple[Check, ...] = (
    Check(
        "derive.no_spec",
        "notice",
        "{domain} was not made: specs/adam does not declare it",
    ),
    Check(
        "derive.unknown_variable",
        "error",
        "{domain}.{variable}: specs/adam declares a variable that no derivation makes; it was left "
        "out. Correct the name, or declare its rule in specs/analysis.yaml.",
    ),
    Check(
        "derive.no_disease_group",
        "warning",
        "{domain}.{variable}: '{value}' belongs to no disease group, so its subjects are in none. "
        "Add it to the codelist that specs/analysis.yaml names.",
    ),
)
