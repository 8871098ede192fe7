"""What could not run, check by check: a check that could not look is never a pass.

What a check needs is declared with it (:attr:`tecdata.checks.Check.needs`); what is there, each stage says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tecdata.checks import CHECKS
from tecdata.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from tecdata.checks import Check

__all__ = [
    "OF_A_FILE",
    "OF_DATASETS",
    "OF_MAPPED",
    "by_needs",
    "grouped",
    "lacking",
    "not_run",
    "of_rooms",
]

#: Rooms whose checks look at a file as it is read, and at what its mapping reads of it.
OF_A_FILE: Final = ("intake", "file", "identifier", "mapping")
#: Rooms whose checks look at what a mapping makes of a delivery that was read.
OF_MAPPED: Final = ("file", "mapping")
#: Rooms whose checks look at datasets.
OF_DATASETS: Final = ("harmonise", "validate", "suite")

#: Checks of a room that are named one by one; of more their number is said.
_NAMED: Final = 3


def of_rooms(rooms: Collection[str], checks: Iterable[Check] = ()) -> Iterator[Check]:
    """The checks of some rooms (``intake``, ``mapping``) that cannot always run.

    Without ``checks`` those of the catalogue, which has no suites.

    >>> [check.id for check in of_rooms(["run", "policy"])]
    []
    """
    for check in checks or CHECKS.values():
        if check.id.partition(".")[0] in rooms and not check.always:
            yield check


def not_run(checks: Iterable[Check], place: str, why: str, **fields: Any) -> Iterator[Finding]:
    """A finding of status ``not_run`` for each of some checks.

    ``place`` and ``why`` make the message; ``fields`` are further fields of the finding, for instance the centre.
    """
    for check in checks:
        yield Finding(
            check=check.id,
            severity=check.severity,
            status="not_run",
            message=f"{place}: not checked: {why}",
            **fields,
        )


def lacking(there: Collection[str], *, response: bool = True) -> dict[str, str]:
    """What some check needs and is not there, each with the reason.

    ``there`` are the datasets; ``response``: the study has criteria of response.

    >>> lacking({"AE", "DM", "EX", "MH", "RE"})
    {'DS': 'dataset DS is absent'}
    """
    needed = {need for check in CHECKS.values() for need in check.needs if "/" not in need}
    gone = {need: f"dataset {need} is absent" for need in sorted(needed - set(there))}
    return gone if response else gone | {"specs/response": "the study has no specs/response"}


def by_needs(
    findings: Iterable[Finding],
    room: str,
    gone: Mapping[str, str],
    expected: Collection[str],
    **fields: Any,
) -> Iterator[Finding]:
    """Findings, where checks of a room lack what they need with one that says so in place of their own.

    Its status is ``not_run`` where a need that is ``gone`` was ``expected``, else ``not_applicable``:
    what nobody delivers is not missed.
    """
    idle = {
        check.id: missed
        for check in of_rooms([room])
        if (missed := [need for need in check.needs if need in gone])
    }
    for finding in findings:
        if finding.check not in idle:
            yield finding
    for check, missed in idle.items():
        yield Finding(
            check=check,
            severity=CHECKS[check].severity,
            status="not_run" if set(missed) & set(expected) else "not_applicable",
            message=f"not checked: {'; '.join(gone[need] for need in missed)}",
            **fields,
        )


def grouped(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    """Which checks did not run, and why: those with the same message together.

    >>> idle = not_run(of_rooms(["export"]), "the output", "AE could not be written")
    >>> grouped(idle)
    [('export (6 checks)', 'the output: not checked: AE could not be written')]
    """
    named: dict[str, dict[str, list[str]]] = {}
    for finding in findings:
        if finding.status == "not_run":
            rooms = named.setdefault(finding.message, {})
            ids = rooms.setdefault(finding.check.partition(".")[0], [])
            ids.extend([] if finding.check in ids else [finding.check])
    return [
        (
            ", ".join(
                ", ".join(ids) if len(ids) <= _NAMED else f"{room} ({len(ids)} checks)"
                for room, ids in rooms.items()
            ),
            message,
        )
        for message, rooms in named.items()
    ]
