"""Checks of the room derive: what an analysis dataset could not be given."""

from __future__ import annotations

from tecdata.checks.check import Check

__all__ = ["CHECKS"]

CHECKS: tuple[Check, ...] = (
    Check(
        "derive.no_spec",
        "notice",
        "{domain} was not made: specs/adam does not declare it",
        "Declare it there if it is wanted.",
        always="tells what is missing",
    ),
    Check(
        "derive.unknown_variable",
        "error",
        "{domain}.{variable}: specs/adam declares a variable that no derivation makes; it was "
        "left out",
        "Correct the name, or declare its rule in specs/analysis.yaml.",
        always="looks at declarations",
    ),
    Check(
        "derive.no_disease_group",
        "warning",
        "{domain}.{variable}: '{value}' belongs to no disease group, so its subjects are in none",
        "Add it to the codelist that specs/analysis.yaml names.",
        needs=("MH",),
    ),
    Check(
        "derive.no_response_criteria",
        "notice",
        "{usubjid}: disease '{value}' has no response criteria under specs/response, so the "
        "subject has no tiers",
        "Add a file for the disease there if it should have some.",
        needs=("specs/response",),
    ),
    Check(
        "derive.no_time_at_risk",
        "warning",
        "{usubjid}: without a first dose or an end of follow-up there is no time to response",
        "Ask the centre for the missing date.",
        needs=("EX", "specs/response"),
    ),
    Check(
        "derive.carried_forward",
        "notice",
        "{domain}: {values} values of {variable} ({disease}) were carried forward to an "
        "assessment from at most {days} days before",
        "Nothing is to be done if that is meant; otherwise change carry_days of the measure in "
        "specs/response.",
        needs=("RE", "specs/response"),
    ),
    Check(
        "derive.adjudicate",
        "warning",
        "{usubjid}, {domain}: '{value}' may be '{label}', which excludes a response. It was not "
        "counted; a person should decide",
        "If it is, name it among the terms of the measure in specs/response.",
        needs=("AE", "specs/response"),
    ),
    Check(
        "derive.no_exposure_spec",
        "notice",
        "exposure was not derived: there is no specs/exposure.yaml",
        "Take the one of a new study folder (tecdata init) if it is wanted.",
        always="tells what is missing",
    ),
    Check(
        "derive.no_exposure",
        "warning",
        "{usubjid}: exposure was not simulated: {reason}. ADPP says NOT DONE with the same reason",
        "Complete what is missing.",
        always="tells what is missing",
    ),
)
