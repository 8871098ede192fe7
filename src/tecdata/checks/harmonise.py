"""Checks of the room harmonise."""

from __future__ import annotations

from tecdata.checks.check import Check

__all__ = ["CHECKS"]

CHECKS: tuple[Check, ...] = (
    Check(
        "harmonise.empty_domain",
        "notice",
        "{domain}: no centre delivered a record, so the dataset is left out",
        "Nothing is to be done if there was nothing to deliver; otherwise look for findings on "
        "its mapping, or ask the centres.",
        always="tells what is missing",
    ),
    Check(
        "harmonise.undeclared_column",
        "error",
        "{domain}: column '{variable}' is neither a variable nor a supplemental qualifier of "
        "specs/sdtm and was left out ({records} records have a value)",
        "Declare it there or drop it from the mapping.",
    ),
    Check(
        "harmonise.not_a_number",
        "error",
        "{domain}.{variable}: '{value}' is not a number; the variable is left empty",
        "Correct the value or the variable's type in specs/sdtm.",
    ),
    Check(
        "harmonise.no_subject",
        "error",
        "{domain}: {records} records have no usable subject number and were left out",
        "Check the subject column and the pattern under 'subject' in source.yaml.",
    ),
    Check(
        "harmonise.several_local_ids",
        "warning",
        "{usubjid} is '{known}' and also '{value}' ({domain})",
        "Check that they are one person.",
    ),
    Check(
        "harmonise.subject_not_in_dm",
        "error",
        "{usubjid} has {records} records in {domain} but none in DM",
        "Deliver the subject's demographics or correct the id.",
        needs=("DM",),
    ),
    Check(
        "harmonise.repeated_subject",
        "notice",
        "{usubjid}: the demographics stand {records} times, word for word; one is kept",
        "Nothing is to be done; to be rid of this, have the repeated rows removed.",
        needs=("DM",),
    ),
    Check(
        "harmonise.contradictory_subject",
        "error",
        "{usubjid}: {records} demographics records give {variable} as {values}; '{value}' is kept",
        "Ask the centre which is right.",
        needs=("DM",),
    ),
    Check(
        "harmonise.no_first_dose",
        "warning",
        "{usubjid} has no dated dose in EX, so study days, visits and baseline flags are empty",
        "Deliver the injections, or complete their dates.",
        needs=("EX",),
    ),
    Check(
        "harmonise.partial_first_dose",
        "warning",
        "{usubjid}: the dose dated '{value}' may lie before the first whole date {first}, which "
        "is taken as the first dose",
        "Complete the date.",
        needs=("EX",),
    ),
    Check(
        "harmonise.reference_start_differs",
        "warning",
        "{usubjid}: RFSTDTC '{value}' is delivered but the first dose in EX is {first}; study "
        "days count from RFSTDTC",
        "Ask the centre which is right.",
        needs=("EX",),
    ),
    Check(
        "harmonise.no_last_contact",
        "warning",
        "{usubjid} has neither a dated end of follow-up in DS nor a date of death, so RFPENDTC "
        "is empty",
        "Deliver the date of last contact.",
        needs=("DS",),
    ),
    Check(
        "harmonise.after_death",
        "warning",
        "{usubjid}: {domain}.{variable} {value} is after the death on {death}",
        "Ask the centre which date is right.",
    ),
    Check(
        "harmonise.unknown_relation",
        "error",
        "{domain}: '{value}' names no record of {usubjid} by {target}.{key}, so no relation was "
        "made",
        "Correct the reference or deliver the record.",
    ),
    Check(
        "harmonise.ambiguous_relation",
        "warning",
        "{domain}: '{value}' names {records} records of {usubjid} by {target}.{key}; all are "
        "related",
        "Make {target}.{key} unique.",
    ),
)
