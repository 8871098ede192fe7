"""Checks of the suites' own workings; the expectations themselves are in specs/expectations."""

from __future__ import annotations

from tecdata.checks.check import Check

__all__ = ["CHECKS"]

CHECKS: tuple[Check, ...] = (
    Check(
        "policy.waiver_unused",
        "notice",
        "waivers.yaml: the waiver of {waived} for {about} ({by}, {on}) fits no finding any more",
        "Remove it, or correct what it names.",
        reason="A waiver that fits nothing may one day hide something else.",
        always="looks at declarations",
    ),
    Check(
        "policy.engines_disagree",
        "error",
        "{domain}: {expectation} is broken by {native} records by tecdata's own engine and by "
        "{other} by Great Expectations",
        "Report this; until then trust neither.",
        reason="Both engines run the same rule; where they differ one of them is wrong.",
        always="tells what is missing",
    ),
)
