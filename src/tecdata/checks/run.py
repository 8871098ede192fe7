"""Checks of a run as a whole: what it had to leave out, and what its sources disagree on."""

from __future__ import annotations

from tecdata.checks.check import Check

__all__ = ["CHECKS"]

CHECKS: tuple[Check, ...] = (
    Check(
        "run.centre_left_out",
        "reject",
        "centre {name} was left out of this run: {reason}. None of its records is in the datasets",
        "Mend this and run again.",
        reason="Datasets without a centre look complete; who reads the findings must see that "
        "they are not.",
        always="tells what is missing",
    ),
    Check(
        "run.sources_contradict",
        "notice",
        "{about}: {stated}. Followed here: {followed}",
        "Nothing is to be done until the source is corrected; then change contradictions.yaml.",
        reason="Who compares the tables with the source must know where it does not agree with itself.",
        always="looks at declarations",
    ),
)
