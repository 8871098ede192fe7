"""All blocks of one centre: its tables become SDTM records with their source addresses."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Literal

import narwhals as nw

from tecdata.dataset import PROVENANCE, Dataset, Origin
from tecdata.engine import in_order
from tecdata.errors import MappingError
from tecdata.mapping.account import CellAccount, Unread, Usage, report_unread
from tecdata.mapping.block import BlockRunner
from tecdata.mapping.internal import INTERNAL
from tecdata.mapping.missing import prepare_columns, report_gaps
from tecdata.mapping.problems import Reporter
from tecdata.mapping.tables import TableView
from tecdata.mapping.terms import Terms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tecdata.finding import Findings
    from tecdata.mapping.fill import Made
    from tecdata.spec import CentreMapping, DomainSpec, Specs
    from tecdata.table import RawTable

__all__ = ["MappedCentre", "map_centre", "map_part", "map_views"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class MappedCentre:
    """A centre's records by domain, and the account of its cells.

    ``unread`` are the columns that no rule reads, by table; they are reported.
    """

    datasets: Mapping[str, Dataset]
    account: CellAccount
    unread: Mapping[str, Mapping[str, Unread]]


def map_centre(
    mapping: CentreMapping,
    tables: Mapping[str, RawTable],
    specs: Specs,
    findings: Findings,
    *,
    engine: Literal["polars", "pandas"] = "polars",
) -> MappedCentre:
    """Make a centre's SDTM records from its tables.

    Parameters
    ----------
    mapping
        ``source.yaml`` and the domain mappings, checked with :func:`check_centre` beforehand.
    tables
        The tables that ``source.yaml`` declares, by name, as intake reads them. Not changed.
    specs
        Domains, codelists and tests of the study.
    findings
        Receives every cell that a rule could not read and every cell no rule reads.
    engine
        The library that holds the frames and runs the rules; the records are the same.

    Returns
    -------
    MappedCentre
        A dataset for each mapped domain: variables and supplemental qualifiers that some block
        assigns (text as String, numbers as Float64), ``_centre``, ``_subject``, ``_number``,
        ``_relates`` and the provenance columns, sorted by the latter.

    Raises
    ------
    MappingError
        A declared table was not delivered, or a rule names a column that a table does not have;
        all missing columns are named at once.
    """
    for name in mapping.source.tables:
        if name not in tables:
            raise MappingError(
                f"table '{name}' of centre {mapping.source.centre} was not read",
                choices=sorted(tables),
                next_step="Read the delivery again with the same source.yaml",
            )
    views = {
        name: TableView(tables[name], mapping.source, frame=_held(tables[name], engine))
        for name in mapping.source.tables
    }
    return map_views(mapping, views, specs, findings)


def map_views(
    mapping: CentreMapping, views: Mapping[str, TableView], specs: Specs, findings: Findings
) -> MappedCentre:
    """The same over tables already prepared (any engine Narwhals drives eagerly)."""
    reporter = Reporter(mapping.source.centre, findings)
    made = map_part(mapping, views, specs, reporter)
    for name, unread in made.unread.items():
        report_unread(views[name], unread, reporter)
    return made


def map_part(
    mapping: CentreMapping, views: Mapping[str, TableView], specs: Specs, reporter: Reporter
) -> MappedCentre:
    """The same where the tables may be a part of a centre's: columns left over are not reported."""
    prepare_columns(mapping, views)
    source = mapping.source
    report_gaps(mapping, views, reporter)
    usages = {name: Usage(view) for name, view in views.items()}
    runner = BlockRunner(
        source=source,
        views=views,
        usages=usages,
        terms=Terms(specs, source.language),
        reporter=reporter,
    )
    datasets = {}
    for code in sorted(mapping.domains):
        domain = specs.domains[code]
        made = [runner.run(block, domain) for block in mapping.domains[code].blocks]
        datasets[code] = _together(domain, made)
    closed = [usages[name].close(source.tables[name], reporter) for name in views]
    account = CellAccount(
        centre=source.centre,
        tables=tuple(table for table, _, _ in closed),
        declared=tuple(item for _, items, _ in closed for item in items),
    )
    unread = {name: left for name, (_, _, left) in zip(views, closed, strict=True) if left}
    return MappedCentre(datasets=datasets, account=account, unread=unread)


def _held(table: RawTable, engine: Literal["polars", "pandas"]) -> nw.DataFrame[Any] | None:
    """The cells as a frame of the engine; None leaves them as they are, in Polars."""
    if engine == "polars":
        return None
    return nw.from_native(table.frame.to_pandas(), eager_only=True)


def _together(domain: DomainSpec, made: Sequence[Made]) -> Dataset:
    """One frame of all blocks: missing variables empty, in spec order, sorted by provenance."""
    assigned = {c for m in made for c in m.frame.columns}
    names = [v.name for v in domain.variables] + [s.name for s in domain.supplemental]
    columns = [*INTERNAL, *PROVENANCE, *[n for n in names if n in assigned]]
    frame = nw.concat([m.frame for m in made], how="diagonal") if len(made) > 1 else made[0].frame
    origins: dict[str, Origin] = {}
    for one in made:
        origins |= one.origins
    return Dataset(
        spec=domain, frame=in_order(frame[columns], PROVENANCE, len(PROVENANCE)), origins=origins
    )
