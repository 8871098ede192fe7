"""Transport files that would be too large are written in parts: LB becomes LB1, LB2 and so on.

FDA takes files of 5 GB at most (Study Data Technical Conformance Guide). The parts follow each other in the order
of the whole; DOMAIN stays that of the whole.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from tecdata.errors import ExportError
from tecdata.finding import Finding

if TYPE_CHECKING:
    from tecdata.export.long_text import Tables
    from tecdata.spec import DomainSpec

__all__ = ["in_parts", "plan_parts", "split_by_size"]

#: Bytes of a number, and of everything before the records of a file (a variable takes 140 more).
_NUMBER: Final = 8
_HEADER: Final = 1000
_VARIABLE: Final = 140
_MOST_PARTS: Final = 99
_NAME: Final = 8


def split_by_size(
    tables: Tables, lengths: Mapping[str, Mapping[str, int]], limit: int
) -> tuple[Tables, dict[str, Mapping[str, int]], list[Finding]]:
    """The tables with those in parts whose transport file would have more than ``limit`` bytes.

    Parameters
    ----------
    tables, lengths
        For each dataset its spec and records, and the bytes of its text variables in the file.
    limit
        Bytes.

    Returns
    -------
    tuple
        Tables and lengths by file, and a notice for each dataset in parts.

    Raises
    ------
    ExportError
        A limit that not even one record fits into, or that would take more than 99 parts.
    """
    made: Tables = {}
    found: dict[str, Mapping[str, int]] = {}
    findings = []
    for name, (spec, table) in tables.items():
        rows, names = plan_parts(name, spec, table.columns, table.height, lengths[name], limit)
        if len(names) == 1:
            made[name], found[name] = (spec, table), lengths[name]
            continue
        for number, part in enumerate(names):
            made[part] = (spec, table.slice(number * rows, rows))
            found[part] = lengths[name]
        findings.append(in_parts(name, names, limit))
    return made, found, findings


def plan_parts(
    name: str,
    spec: DomainSpec,
    columns: Collection[str],
    records: int,
    lengths: Mapping[str, int],
    limit: int,
) -> tuple[int, list[str]]:
    """How many records go into a file of at most ``limit`` bytes, and the files that takes.

    Raises :class:`ExportError` as :func:`split_by_size`.
    """
    written = [v for v in spec.variables if v.name in columns]
    width = sum(_NUMBER if v.is_numeric else lengths[v.name] for v in written)
    rows = (limit - _HEADER - _VARIABLE * len(written)) // max(1, width)
    if rows < 1:
        raise ExportError(
            f"not one record of {width} bytes fits into a file of {limit} bytes",
            place=name,
            next_step="Raise xpt_limit in specs/study.yaml",
        )
    parts = -(-records // rows)
    if parts <= 1:
        return rows, [name]
    names = [f"{name}{number}" for number in range(1, parts + 1)]
    if parts > _MOST_PARTS or len(names[-1]) > _NAME:
        raise ExportError(
            f"the dataset would take {parts} files of {limit} bytes",
            place=name,
            next_step="Raise xpt_limit in specs/study.yaml",
        )
    return rows, names


def in_parts(name: str, names: Sequence[str], limit: int) -> Finding:
    """The notice that a dataset is in parts."""
    listed = ", ".join(names)
    return Finding.of("export.in_parts", domain=name, parts=len(names), limit=limit, names=listed)
