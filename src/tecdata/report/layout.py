"""What a reader wants to know first, counted: by severity, by place, by check, by outcome."""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from tecdata.finding import SEVERITY_ORDER, Finding, Severity, Status

if TYPE_CHECKING:
    from tecdata.report.facts import RunFacts

__all__ = ["OPEN", "STATUS_ORDER", "Outcome", "Summary", "outcomes", "parent_domain", "summarise"]

#: Statuses a person has to do something about.
OPEN: Final[tuple[Status, ...]] = ("failed", "passed_with_violations", "not_run")
#: Statuses in the order in which a reader wants to see them.
STATUS_ORDER: Final[tuple[Status, ...]] = (
    "not_run",
    "failed",
    "passed_with_violations",
    "accepted",
    "passed",
    "not_applicable",
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Failed findings counted.

    ``places`` gives for (centre, domain) the number of failed findings by severity; domain is ""
    for findings about files, centre is "" for those about no centre. ``records`` and ``subjects``
    are numbers of records by (centre, domain) and of subjects by centre. ``domains`` and
    ``centres`` are the columns and rows of that table in reading order.
    """

    failed: Mapping[Severity, int]
    by_status: Mapping[str, int]
    places: Mapping[tuple[str, str], Mapping[Severity, int]]
    by_check: Sequence[tuple[str, Severity, int]]
    records: Mapping[tuple[str, str], int]
    subjects: Mapping[str, int]
    centres: tuple[str, ...]
    domains: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How often a check came out how: numbers of findings by status, and why it did not run."""

    check: str
    severity: Severity
    counts: Mapping[str, int]
    domains: tuple[str, ...]
    reasons: tuple[str, ...]


def parent_domain(name: str) -> str:
    """The domain a dataset belongs to: supplemental qualifiers count with their parent.

    >>> parent_domain("SUPPAE"), parent_domain("AE")
    ('AE', 'AE')
    """
    return name[4:] if name.startswith("SUPP") and len(name) > 4 else name


def summarise(facts: RunFacts, findings: Sequence[Finding]) -> Summary:
    """Count the findings of a run (those that failed) by what a reader asks for."""
    failed = [f for f in findings if f.status == "failed"]
    places: dict[tuple[str, str], collections.Counter[Severity]] = {}
    for f in failed:
        places.setdefault((f.centre, parent_domain(f.domain)), collections.Counter())[
            f.severity
        ] += 1
    rank = {s: i for i, s in enumerate(SEVERITY_ORDER)}
    checks = collections.Counter((f.check, f.severity) for f in failed)
    records, subjects = _records(facts)
    known = [parent_domain(name) for name in facts.datasets]
    domains = dict.fromkeys(["", *known, *sorted({domain for _, domain in places})])
    codes = [c.label for c in facts.centres]
    centres = dict.fromkeys([*codes, *sorted({c for c, _ in places if c})])
    if any(centre == "" for centre, _ in places):
        centres[""] = None
    return Summary(
        failed={s: sum(f.severity == s for f in failed) for s in SEVERITY_ORDER},
        by_status={s: sum(f.status == s for f in findings) for s in STATUS_ORDER},
        places=places,
        by_check=sorted(
            ((check, severity, n) for (check, severity), n in checks.items()),
            key=lambda row: (rank[row[1]], -row[2], row[0]),
        ),
        records=records,
        subjects=subjects,
        centres=tuple(centres),
        domains=tuple(domains),
    )


def outcomes(findings: Iterable[Finding]) -> list[Outcome]:
    """One outcome a check; those that did not run first, then those that failed."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.check, []).append(finding)
    made = [
        Outcome(
            check=check,
            severity=min((f.severity for f in group), key=SEVERITY_ORDER.index),
            counts={s: sum(f.status == s for f in group) for s in STATUS_ORDER},
            domains=tuple(sorted({f.domain for f in group if f.domain})),
            reasons=tuple(dict.fromkeys(f.message for f in group if f.status == "not_run")),
        )
        for check, group in groups.items()
    ]
    rank = {s: i for i, s in enumerate(STATUS_ORDER)}
    return sorted(made, key=lambda o: (min(rank[s] for s in STATUS_ORDER if o.counts[s]), o.check))


def _records(facts: RunFacts) -> tuple[dict[tuple[str, str], int], dict[str, int]]:
    """Numbers of records by centre and domain, and of subjects by centre."""
    if "DM" not in facts.datasets:
        return {}, {}
    dm = facts.datasets["DM"].frame
    if not {"USUBJID", "SITEID"} <= set(dm.columns):
        return {}, {}
    site = dict(zip(dm["USUBJID"].to_list(), dm["SITEID"].to_list(), strict=True))
    records: collections.Counter[tuple[str, str]] = collections.Counter()
    for name, dataset in facts.datasets.items():
        if "USUBJID" not in dataset.frame.columns:
            continue
        for subject, n in collections.Counter(dataset.frame["USUBJID"].to_list()).items():
            # Supplemental qualifiers are no records of their own.
            if parent_domain(name) == name:
                records[site.get(subject) or "", name] += n
    return dict(records), dict(collections.Counter(s or "" for s in site.values()))
