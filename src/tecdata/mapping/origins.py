"""Where the records of a block come from, variable by variable."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tecdata.dataset import COLUMN, RELATES, Origin
from tecdata.mapping.plan import numbered_columns
from tecdata.table import ROW

if TYPE_CHECKING:
    from tecdata.mapping.refs import Ref
    from tecdata.mapping.results import ResultColumns
    from tecdata.mapping.steps import Records
    from tecdata.mapping.verbs import Compiled
    from tecdata.spec.rules import Block

__all__ = ["block_key", "block_origins", "source_names"]


def block_key(centre: str, domain: str, block: Block) -> str:
    """Key of a block among the origins of all centres."""
    return f"{centre}/{domain}/{block.name}"


def block_origins(
    records: Records, block: Block, centre: str, domain: str, sources: Mapping[str, str]
) -> dict[str, Origin]:
    """One origin, or one for each repetition of a block that has a ``repeat``."""
    view = records.view
    key = block_key(centre, domain, block)
    groups: dict[str, Mapping[str, str]] = {key: {}}
    if block.repeat:
        numbered = numbered_columns(block.repeat, view.names)
        groups = {f"{key}#{number}": group for number, group in numbered.items()}
    origins = {}
    for name, group in groups.items():
        columns = {v: _origin_column(records.refs, s, group) for v, s in sources.items()}
        origins[name] = Origin(
            centre=centre,
            file=view.raw.file,
            sheet=view.raw.sheet,
            table=view.name,
            addressing=view.raw.addressing,
            columns={v: c for v, c in columns.items() if c},
            positions=view.positions,
        )
    return origins


def source_names(
    block: Block, code: str, rules: Mapping[str, Compiled], result: ResultColumns | None
) -> dict[str, str]:
    """The one name each variable is read from; variables read from several have none."""
    found = {v: c.sources[0] for v, c in rules.items() if len(c.sources) == 1}
    for variable, given in block.variables.items():
        dates = {r.assign_datetime[0] for r in given if r.assign_datetime}
        if len(dates) == 1 and len(rules[variable].sources) <= 2:
            found[variable] = dates.pop()
    if result is not None:
        found |= {code + s: name for s, name in result.sources.items()}
    if block.test is not None:
        found |= {f"{code}TESTCD": block.test, f"{code}TEST": block.test}
    if block.relates is not None:
        found[RELATES] = block.relates.column
    return {**found, "USUBJID": block.subject}


def _origin_column(refs: Mapping[str, Ref], name: str, group: Mapping[str, str]) -> str:
    """How an origin names a source: a column, ``$value`` for the unpivoted one, "" for neither."""
    ref = refs[name]
    if ref.kind in ("constant", "joined") or ref.row != ROW:
        return ""
    if ref.source == COLUMN:
        return "$value"
    if ref.source:
        return group.get(ref.source.removeprefix("~source:"), "")
    return ref.columns[0] if ref.columns else ""
