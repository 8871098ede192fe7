"""Checks of the room validate: the structure a dataset has by its spec."""

from __future__ import annotations

from tecdata.checks.check import Check

__all__ = ["CHECKS"]

CHECKS: tuple[Check, ...] = (
    Check(
        "validate.variable_missing",
        "error",
        "{domain} has no {variable}, which is {core} by its spec",
    ),
    Check("validate.variable_unknown", "error", "{domain} has {variable}, which its spec does not"),
    Check(
        "validate.variable_order",
        "error",
        "{domain}.{variable} stands in the wrong place: by its spec it comes {wanted}",
    ),
    Check(
        "validate.type",
        "error",
        "{domain}.{variable} is {expected} by its spec, the data are {found}",
    ),
    Check("validate.required_null", "error", "{domain}.{variable} is empty, it must never be"),
    Check(
        "validate.number",
        "error",
        "{domain}.{variable} holds {value}, which is not {expected}",
    ),
    Check(
        "validate.length",
        "error",
        "{domain}.{variable} has {bytes} bytes, its spec allows {limit}",
    ),
    Check(
        "validate.control_character",
        "error",
        "{domain}.{variable} holds the control character {character}; take it out with a replace rule",
    ),
    Check(
        "validate.codelist",
        "error",
        "{domain}.{variable}: '{value}' is not in codelist {codelist}, which is closed; "
        "closest: {closest}",
    ),
    Check(
        "validate.codelist_extended",
        "warning",
        "{domain}.{variable}: '{value}' is not in codelist {codelist}, which may be extended: "
        "add it to specs/terminology or map it; closest: {closest}",
    ),
    Check(
        "validate.iso8601",
        "error",
        "{domain}.{variable}: '{value}' is not a whole or partial ISO 8601 {kind} that exists",
    ),
    Check(
        "validate.key_duplicate",
        "error",
        "{domain}: {records} records have the same {keys}",
    ),
    Check(
        "validate.seq",
        "error",
        "{domain}.{variable}: {value} stands {records} times in one subject",
    ),
)
