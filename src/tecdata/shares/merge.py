"""The shares come together: datasets in their order, accounts added up, every finding once."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

from tecdata.dataset import Origin
from tecdata.finding import Finding, Findings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tecdata.mapping import CellAccount
    from tecdata.shares.job import CentreShare, Job

__all__ = ["Merged", "MergedCentre", "merge"]


@dataclasses.dataclass(slots=True)
class MergedCentre:
    """What all shares say of one centre; ``records`` are those that mapping made, by domain."""

    account: CellAccount
    findings: Findings
    records: dict[str, int]


@dataclasses.dataclass(slots=True)
class Merged:
    """What all shares say: by centre, of harmonising, and where the records of each dataset came from.

    ``files`` is what each share says of its part of the files, where these are wanted.
    """

    centres: dict[str, MergedCentre]
    findings: Findings
    origins: dict[str, dict[str, Origin]]
    files: list[dict[str, Any]]


def merge(job: Job, facts: Iterable[bytes]) -> Merged:
    """Bring the facts of all shares together, in the order of the shares.

    What several shares say word for word is about a table or a mapping as a whole, and is said once.
    """
    told = [json.loads(content) for content in facts]
    centres = {}
    for centre in job.centres:
        own = [one["centres"][centre.name] for one in told if centre.name in one["centres"]]
        centres[centre.name] = _centre(centre, own)
    findings = Findings(Finding.of_record(r) for one in told for r in one["findings"])
    positions = {
        (c.mapping.source.centre, name): {column.name: column.position for column in table.columns}
        for c in job.centres
        for name, table in c.tables.items()
    }
    origins: dict[str, dict[str, Origin]] = {}
    for one in told:
        for name, blocks in one["origins"].items():
            known = origins.setdefault(name, {})
            for block, origin in blocks.items():
                if block not in known:
                    place = positions[origin["centre"], origin["table"]]
                    known[block] = Origin(**{**origin, "positions": place})
    files = [one["files"] for one in told if "files" in one]
    return Merged(centres=centres, findings=findings, origins=origins, files=files)


def _centre(centre: CentreShare, told: Sequence[Mapping[str, Any]]) -> MergedCentre:
    from tecdata.mapping import CellAccount, Declared, TableAccount, Unread, report_left

    tables: dict[str, TableAccount] = {}
    declared: dict[tuple[str, str, str], Declared] = {}
    unread: dict[str, dict[str, Unread]] = {}
    records: dict[str, int] = dict.fromkeys(sorted(centre.mapping.domains), 0)
    for one in told:
        for table in (TableAccount(**entry) for entry in one["tables"]):
            tables[table.table] = _added(tables.get(table.table), table, centre)
        for item in (Declared(**entry) for entry in one["declared"]):
            key = (item.table, item.column, item.reason)
            before = declared.get(key)
            shared = before is not None and item.table in centre.subjects
            cells = item.cells + (before.cells if before and shared else 0)
            declared[key] = dataclasses.replace(item, cells=cells)
        for name, columns in one["unread"].items():
            known = unread.setdefault(name, {})
            for column, (count, rows) in columns.items():
                left = Unread(count=count, rows=tuple(rows))
                shared = column in known and name in centre.subjects
                known[column] = known[column] + left if shared else left
        for domain, count in one["records"].items():
            records[domain] += count
    findings = Findings(
        dict.fromkeys(Finding.of_record(record) for one in told for record in one["findings"])
    )
    report_left(centre.mapping, centre.tables, unread, findings)
    names = [name for name in centre.mapping.source.tables if name in tables]
    account = CellAccount(
        centre=centre.mapping.source.centre,
        tables=tuple(tables[name] for name in names),
        declared=tuple(declared.values()),
    )
    return MergedCentre(account=account, findings=findings, records=records)


def _added(before: Any, table: Any, centre: CentreShare) -> Any:
    """The accounts of two parts of a table; a table that every share has whole counts once."""
    if before is None or table.table not in centre.subjects:
        return table
    counts = ("cells_read", "mapped", "ignored", "unmapped")
    return dataclasses.replace(
        table, **{name: getattr(before, name) + getattr(table, name) for name in counts}
    )
