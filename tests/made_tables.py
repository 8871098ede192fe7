"""Raw tables and one-block mappings made by hand, over the small specs of the cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from tecdata.finding import Finding, Findings
from tecdata.mapping import MappedCentre, check_centre, map_centre
from tecdata.spec import CentreMapping, Specs, load_specs
from tecdata.spec.rules import DomainMapping
from tecdata.spec.source import SourceSpec
from tecdata.table import ROW, RawTable, SourceColumn

SPECS = load_specs(Path(__file__).parent / "cases" / "specs")


def raw_table(
    columns: Mapping[str, Sequence[str | None]],
    *,
    name: str = "t",
    first_row: int = 2,
    facts: Mapping[str, Mapping[str, Any]] | None = None,
    numbers: Mapping[str, Sequence[bool]] | None = None,
) -> RawTable:
    """A sheet ``t`` of ``t.xlsx``; ``facts`` are what is known of a column beside its cells."""
    height = len(next(iter(columns.values())))
    rows = pl.Series(ROW, range(first_row, first_row + height), dtype=pl.Int64)
    frame = pl.DataFrame([rows]).with_columns(
        [pl.Series(c, list(cells), dtype=pl.String) for c, cells in columns.items()]
    )
    known = facts or {}
    return RawTable(
        name=name,
        centre="XX",
        file=f"{name}.xlsx",
        sheet=name,
        addressing="sheet",
        frame=frame,
        columns=tuple(
            SourceColumn(name=c, header=c, position=i, **known.get(c, {}))
            for i, c in enumerate(columns)
        ),
        number_cells=pl.DataFrame({c: list(flags) for c, flags in (numbers or {}).items()}),
    )


def centre(
    domain: str, *blocks: Mapping[str, Any], tables: Mapping[str, Any] | None = None, **source: Any
) -> CentreMapping:
    """A centre with one mapped domain; blocks read table ``t`` and subject ``id`` by default."""
    given = {"file": "t.xlsx", "sheet": "t"}
    spec = SourceSpec.model_validate(
        {
            "centre": "XX",
            "name": "Test hospital",
            "country": "DEU",
            "language": ["de"],
            "folder": "xx",
            "subject": {"pattern": "P(?P<number>[0-9]+)"},
            "tables": {"t": given} | dict(tables or {}),
            **source,
        }
    )
    full = [{"name": f"block {i}", "from": "t", "subject": "id", **b} for i, b in enumerate(blocks)]
    rules = DomainMapping.model_validate({"domain": domain, "blocks": full})
    return CentreMapping(source=spec, domains={domain: rules})


def run(
    mapping: CentreMapping, *tables: RawTable, specs: Specs = SPECS
) -> tuple[MappedCentre, list[Finding]]:
    """Check the mapping, map the tables."""
    check_centre(mapping, specs)
    findings = Findings()
    mapped = map_centre(mapping, {t.name: t for t in tables}, specs, findings)
    return mapped, findings.ordered()


def column(mapped: MappedCentre, domain: str, name: str) -> list[Any]:
    """One column of a mapped domain."""
    return mapped.datasets[domain].frame[name].to_list()
