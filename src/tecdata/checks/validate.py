"""Checks of the room validate: the structure a dataset has by its spec."""

from __future__ import annotations

from tecdata.checks.check import Check

__all__ = ["CHECKS"]

CHECKS: tuple[Check, ...] = (
    Check(
        "validate.variable_missing",
        "error",
        "{domain} has no {variable}, which is {core} by its spec",
        "Map it, or correct its core there.",
    ),
    Check(
        "validate.variable_unknown",
        "error",
        "{domain} has {variable}, which its spec does not",
        "Declare it there, or drop it from the mapping.",
    ),
    Check(
        "validate.variable_order",
        "error",
        "{domain}.{variable} stands in the wrong place: by its spec it comes {wanted}",
        "Correct the order there, or report this.",
    ),
    Check(
        "validate.type",
        "error",
        "{domain}.{variable} is {expected} by its spec, the data are {found}",
        "Correct the rule that makes it, or the type.",
    ),
    Check(
        "validate.required_null",
        "error",
        "{domain}.{variable} is empty, it must never be",
        "Complete the cell it comes from, or map it.",
    ),
    Check(
        "validate.number",
        "error",
        "{domain}.{variable} holds {value}, which is not {expected}",
        "Correct the cell, or the rule.",
    ),
    Check(
        "validate.length",
        "error",
        "{domain}.{variable} has {bytes} bytes, its spec allows {limit}",
        "Shorten the text, or let it be longer there.",
    ),
    Check(
        "validate.control_character",
        "error",
        "{domain}.{variable} holds the control character {character}",
        "Take it out with a replace rule.",
    ),
    Check(
        "validate.codelist",
        "error",
        "{domain}.{variable}: '{value}' is not in codelist {codelist}, which is closed; closest: "
        "{closest}",
        "Correct the cell, or map its text to a term.",
    ),
    Check(
        "validate.codelist_extended",
        "warning",
        "{domain}.{variable}: '{value}' is not in codelist {codelist}, which may be extended; "
        "closest: {closest}",
        "Map it to a term, or add it to specs/terminology.",
    ),
    Check(
        "validate.iso8601",
        "error",
        "{domain}.{variable}: '{value}' is not a whole or partial ISO 8601 {kind} that exists",
        "Correct the cell, or the date patterns of source.yaml.",
    ),
    Check(
        "validate.key_duplicate",
        "error",
        "{domain}: {records} records have the same {keys}",
        "Remove the repeated one, or map what tells them apart.",
    ),
    Check(
        "validate.seq",
        "error",
        "{domain}.{variable}: {value} stands {records} times in one subject",
        "Map it no longer: tecdata numbers the records.",
    ),
)
