"""Every check there is, with the labels two communities know it by."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from tecdata.checks import CHECKS, Check

if TYPE_CHECKING:
    from tecdata.spec import Specs

__all__ = ["Labels", "all_checks", "labels"]


@dataclasses.dataclass(frozen=True, slots=True)
class Labels:
    """What kind of check it is.

    ``kahn`` is the category of Kahn et al. (eGEMs 2016;4:1244), ``tmf`` dimension and domain of
    the German TMF guideline as dataquieR uses them. Empty where a check is about no data.
    """

    kahn: str
    tmf: str


_STRUCTURE = Labels("conformance/relational", "integrity/structure")
_FORMAT = Labels("conformance/value", "integrity/value_format")
_VALUE = Labels("conformance/value", "consistency/range_and_value")
_RELATION = Labels("conformance/relational", "integrity/relations")
_MISSING = Labels("completeness", "completeness/crude_missingness")
_CONTRADICTION = Labels("plausibility/temporal", "consistency/contradictions")
_DOUBLE = Labels("plausibility/uniqueness", "integrity/relations")

#: By id, or by the room for the checks of it that are not named.
_BUILT_IN: Final = {
    "intake": _STRUCTURE,
    "intake.encoding_detected": _FORMAT,
    "intake.replacement_character": _FORMAT,
    "intake.long_number": _FORMAT,
    "intake.impossible_date": _FORMAT,
    "intake.date_among_numbers": _FORMAT,
    "intake.date_among_texts": _FORMAT,
    "intake.day_number": _FORMAT,
    "intake.error_cell": _FORMAT,
    "mapping": _FORMAT,
    "mapping.unmapped_term": _VALUE,
    "mapping.ambiguous_term": _VALUE,
    "mapping.unknown_test": _VALUE,
    "mapping.ambiguous_test": _VALUE,
    "mapping.unit_missing": _MISSING,
    "mapping.no_result": _MISSING,
    "mapping.subject_missing": _MISSING,
    "mapping.join_twice": _RELATION,
    "mapping.join_not_found": _RELATION,
    "mapping.unmapped_column": _STRUCTURE,
    "mapping.unmapped_row": _STRUCTURE,
    "mapping.ignored_missing": _STRUCTURE,
    "harmonise": _RELATION,
    "harmonise.no_last_contact": _MISSING,
    "harmonise.after_death": _CONTRADICTION,
    "validate": _STRUCTURE,
    "validate.required_null": _MISSING,
    "validate.number": _FORMAT,
    "validate.length": _FORMAT,
    "validate.control_character": _FORMAT,
    "validate.codelist": _VALUE,
    "validate.codelist_extended": _VALUE,
    "validate.iso8601": _FORMAT,
    "validate.key_duplicate": _DOUBLE,
    "validate.seq": _DOUBLE,
    "identifiers": _FORMAT,
    "file": _STRUCTURE,
    "file.unit_changed": _VALUE,
    "file.unit_new": _VALUE,
    "file.codes_changed": _VALUE,
    "export": _FORMAT,
}


def all_checks(specs: Specs) -> list[Check]:
    """Every check by id: those tecdata has, and the study's expectations.

    Severities are those the study's policy (``specs/checks.yaml``) gives.
    """
    checks = list(CHECKS.values())
    checks.extend(e.check for s in specs.suites.values() for e in s.expectations)
    settings = specs.policy.checks
    changed = {i: p.severity for i, p in settings.items() if p.severity is not None}
    judged = [
        dataclasses.replace(c, severity=changed[c.id]) if c.id in changed else c for c in checks
    ]
    return sorted(judged, key=lambda c: c.id)


def labels(specs: Specs) -> dict[str, Labels]:
    """The labels of every check of :func:`all_checks`, by id."""
    made = {
        i: _BUILT_IN.get(i) or _BUILT_IN.get(i.partition(".")[0], Labels("", "")) for i in CHECKS
    }
    for suite in specs.suites.values():
        for expectation in suite.expectations:
            made[expectation.id] = Labels(expectation.kahn, expectation.tmf)
    return made
