"""Columns that mapped records carry beside their variables and their provenance."""

from __future__ import annotations

__all__ = [
    "CENTRE",
    "INTERNAL",
    "RELATES",
    "RELATES_DOMAIN",
    "RELATES_VARIABLE",
    "SOURCE_TEXT",
    "SUBJECT",
    "SUBJECT_NUMBER",
    "TEST",
]

#: Site code, local subject id, and the digits of the latter.
CENTRE, SUBJECT, SUBJECT_NUMBER = "_centre", "_subject", "_number"

#: A link to another domain: the value, and the domain and variable where it is to be found.
RELATES, RELATES_DOMAIN, RELATES_VARIABLE = "_relates", "_relates_domain", "_relates_variable"

#: The text of a result's cell as the source holds it, for the trace of each record.
SOURCE_TEXT = "_source_text"

INTERNAL = (
    CENTRE,
    SUBJECT,
    SUBJECT_NUMBER,
    RELATES,
    RELATES_DOMAIN,
    RELATES_VARIABLE,
    SOURCE_TEXT,
)

#: Study test id of a record, while its block is mapped.
TEST = "~test"
