"""A share of the datasets as its part of the files will hold it, and what all shares together decide.

Some subjects' records are typed, sorted and brought into what a transport file may hold by themselves. The
length of a text variable, where a file ends, and what is reported of a variable are the whole's.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tecdata.export.long_text import Tables, split_long_text
from tecdata.export.parquet import trace_table
from tecdata.export.split_size import in_parts, plan_parts
from tecdata.export.study import file_order, lengths_as_written, prepared, xpt_variables
from tecdata.export.xpt import XptWriter, text_lengths
from tecdata.export.xpt_records import TEXT_LIMIT
from tecdata.finding import Finding

if TYPE_CHECKING:
    import polars as pl

    from tecdata.dataset import Dataset
    from tecdata.export.xpt_records import XptVariable
    from tecdata.spec import DomainSpec, Specs

__all__ = ["FilePart", "ShareFiles", "counted_once", "share_files", "shared_lengths", "xpt_parts"]

_SPELLED: Final = ("export.transliterated", "export.kept_non_ascii")
_COUNTED: Final = (*_SPELLED, "export.trailing_blanks")


@dataclasses.dataclass(slots=True)
class ShareFiles:
    """One share of each dataset: its records, where they came from, and what its transport file holds.

    ``spelled`` are, by dataset and variable, the different texts that are not ASCII.
    """

    records: dict[str, pl.DataFrame]
    traces: dict[str, pl.DataFrame]
    transport: Tables
    findings: list[Finding]
    spelled: dict[str, dict[str, list[str]]]


def share_files(datasets: Mapping[str, Dataset], specs: Specs) -> ShareFiles:
    """Prepare the harmonised datasets of some subjects; see :func:`tecdata.export.write_study`."""
    made = ShareFiles({}, {}, {}, [], {})
    for name, dataset in sorted(datasets.items()):
        table, rewritten, findings = prepared(name, dataset, specs.study)
        made.findings += findings
        made.records[name] = table.select(n for n in table.columns if n[0] != "_")
        made.traces[name] = trace_table(name, table, dataset.origins)
        made.transport[name] = (dataset.spec, rewritten)
        made.spelled[name] = {
            finding.variable: _not_ascii(table, finding.variable)
            for finding in findings
            if finding.check in _SPELLED
        }
    longest = (text_lengths(table) for _, table in made.transport.values())
    if any(length > TEXT_LIMIT for own in longest for length in own.values()):
        made.transport, split = split_long_text(made.transport, specs)
        made.findings += split
        for name in (n for n in made.transport if n.startswith("SUPP")):
            spec, table = made.transport[name]
            made.transport[name] = (spec, table[file_order(table, name, spec)])
    return made


def _not_ascii(table: pl.DataFrame, variable: str) -> list[str]:
    """The distinct texts of a column that hold more than ASCII, sorted."""
    column = table.get_column(variable)
    beyond = column.str.len_bytes() != column.str.len_chars()
    return sorted(column.filter(beyond).unique().to_list())


def counted_once(
    findings: Iterable[Finding], spelled: Iterable[Mapping[str, Mapping[str, Sequence[str]]]]
) -> list[Finding]:
    """The findings of all shares, those that count the records of a variable added up."""
    texts: dict[tuple[str, str], set[str]] = {}
    for share in spelled:
        for name, variables in share.items():
            for variable, held in variables.items():
                texts.setdefault((name, variable), set()).update(held)
    records: dict[tuple[str, str, str], int] = {}
    others = []
    for finding in findings:
        if finding.check in _COUNTED:
            key = (finding.check, finding.domain, finding.variable)
            records[key] = records.get(key, 0) + int(dict(finding.details)["records"])
        else:
            others.append(finding)
    for (check, domain, variable), count in records.items():
        values = {"values": len(texts[domain, variable])} if check in _SPELLED else {}
        others.append(
            Finding.of(check, domain=domain, variable=variable, records=count, **values)  # type: ignore[arg-type]
        )
    return others


def shared_lengths(
    shares: Iterable[Mapping[str, Mapping[str, int]]],
) -> dict[str, Mapping[str, int]]:
    """Lengths of text in the files, from those of all shares by dataset and variable."""
    longest: dict[str, dict[str, int]] = {}
    for lengths in shares:
        for name, own in lengths.items():
            known = longest.setdefault(name, {})
            for variable, length in own.items():
                known[variable] = max(length, known.get(variable, 1))
    return lengths_as_written(longest)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class FilePart:
    """One transport file: which records of the whole it holds, and how it is written."""

    path: Path
    start: int
    stop: int
    variables: tuple[XptVariable, ...]
    label: str

    def writer(self, specs: Specs) -> XptWriter:
        """What writes it."""
        from tecdata.export.moment import moment_of

        return XptWriter(
            self.path,
            self.variables,
            self.label,
            moment_of(specs.study),
            encoding="utf-8" if specs.study.non_ascii == "keep" else "ascii",
        )

    def within(self, start: int, records: int) -> tuple[int, int]:
        """Of records of the whole from ``start`` on: where those of this file begin, and how many."""
        first = max(self.start, start)
        return first - start, max(0, min(self.stop, start + records) - first)


def xpt_parts(
    name: str,
    spec: DomainSpec,
    columns: Sequence[str],
    records: int,
    lengths: Mapping[str, int],
    limit: int,
    folder: Path,
) -> tuple[list[FilePart], list[Finding]]:
    """The transport files of a dataset by row offsets, each of at most ``limit`` bytes."""
    rows, names = plan_parts(name, spec, columns, records, lengths, limit)
    variables = tuple(xpt_variables(spec, columns, lengths))
    parts = [
        FilePart(
            path=folder / f"{part.lower()}.xpt",
            start=number * rows,
            stop=min(records, (number + 1) * rows),
            variables=variables,
            label=spec.label,
        )
        for number, part in enumerate(names)
    ]
    return parts, [in_parts(name, names, limit)] if len(names) > 1 else []
