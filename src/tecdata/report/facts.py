"""What a report is made from: the run as plain data. Nothing here knows how it came about."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from tecdata.checks import CHECKS, Check

if TYPE_CHECKING:
    from tecdata.dataset import Dataset
    from tecdata.finding import Finding, Findings
    from tecdata.table import RawTable

__all__ = ["CentreFacts", "RunFacts", "StudyFacts"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class StudyFacts:
    """Which study, cut when, by which standards and which program.

    ``data_cut`` and ``ct`` are ISO 8601 dates; ``created`` is the moment reports carry as theirs
    (ISO 8601, never the clock; empty where there is none).
    """

    study: str
    title: str = ""
    data_cut: str = ""
    sdtmig: str = ""
    ct: str = ""
    version: str = ""
    created: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CentreFacts:
    """One centre of the run: its code, its files, its account of cells.

    ``files`` are mappings with ``path``, ``sha256`` and ``bytes``; ``cells`` is the account as the
    manifest has it (``read``, ``mapped``, ``ignored``, ``unmapped``, ``tables``, ``declared``) or
    None; ``error`` says why the centre could not be read, and is empty where it could.
    """

    centre: str
    name: str = ""
    files: tuple[Mapping[str, Any], ...] = ()
    cells: Mapping[str, Any] | None = None
    error: str = ""

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> CentreFacts:
        """The centre as its entry under ``inputs`` in a manifest says.

        >>> CentreFacts.of({"centre": "XX", "name": "north", "files": []}).name
        'north'
        """
        return cls(
            centre=entry.get("centre", ""),
            name=entry.get("name", ""),
            files=tuple(entry.get("files", ())),
            cells=entry.get("cells"),
            error=entry.get("error") or "",
        )

    @property
    def label(self) -> str:
        """What people call it: its code, or its folder where it has no code."""
        return self.centre or self.name


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """A run as the reports see it.

    ``tables`` are the source tables by centre code and table name; without them no source row is
    shown. ``query_id`` gives the stable id of a finding, ``states`` the state (``new``, ``open``,
    ``answered``, ``resolved``, ``reopened``) by that id; both may be left out. ``hide`` masks the
    identifiers in a text of the source (a cell, a header, the name of a file) before it is shown.
    """

    study: StudyFacts
    findings: Findings
    centres: tuple[CentreFacts, ...] = ()
    datasets: Mapping[str, Dataset] = dataclasses.field(default_factory=dict)
    tables: Mapping[str, Mapping[str, RawTable]] = dataclasses.field(default_factory=dict)
    checks: Mapping[str, Check] = dataclasses.field(default_factory=lambda: dict(CHECKS))
    query_id: Callable[[Finding], str] | None = None
    states: Mapping[str, str] = dataclasses.field(default_factory=dict)
    hide: Callable[[str], str] = str

    def query_of(self, finding: Finding) -> tuple[str, str]:
        """Query id and state of a finding; empty texts where it has none."""
        if self.query_id is None or finding.status not in ("failed", "accepted"):
            return "", ""
        identity = self.query_id(finding)
        return identity, self.states.get(identity, "")
