"""The checks tecdata can report, each declared once: id, severity, message template.

An id is ``<room>.<what>`` and never changes its meaning. A template may use the fields of a
finding (``{file}``, ``{sheet}``, ``{cell}``, ``{value}``, ``{variable}``, ``{domain}``,
``{usubjid}``, ``{centre}``) and the details its room gives.

Severity: ``reject`` the delivery must not be used; ``error`` a value is lost or wrong until it
is mended; ``warning`` a person should look; ``notice`` for the record.
"""

from __future__ import annotations

from tecdata.checks import (
    derive,
    export,
    file,
    harmonise,
    identifiers,
    intake,
    mapping,
    run,
    suites,
    validate,
)
from tecdata.checks.check import Always, Check, Severity

__all__ = ["CHECKS", "Always", "Check", "Severity"]


def _index(*rooms: tuple[Check, ...]) -> dict[str, Check]:
    """The checks of all rooms by id; ``ValueError`` for an id that is declared twice."""
    index: dict[str, Check] = {}
    for check in (check for room in rooms for check in room):
        if check.id in index:
            raise ValueError(f"check {check.id} is declared twice")
        index[check.id] = check
    return index


#: Every check by its id.
CHECKS: dict[str, Check] = _index(
    intake.CHECKS,
    file.CHECKS,
    identifiers.CHECKS,
    mapping.CHECKS,
    harmonise.CHECKS,
    validate.CHECKS,
    suites.CHECKS,
    derive.CHECKS,
    export.CHECKS,
    run.CHECKS,
)
