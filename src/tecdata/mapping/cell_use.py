"""Which source cells one block has used, for the account of the centre's cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tecdata.dataset import COLUMN
from tecdata.mapping.conditions import condition_columns
from tecdata.mapping.plan import is_pseudo, used_names
from tecdata.table import ROW

if TYPE_CHECKING:
    from collections.abc import Mapping

    import narwhals as nw

    from tecdata.mapping.account import Usage
    from tecdata.mapping.refs import Ref
    from tecdata.mapping.steps import Records
    from tecdata.spec.rules import Block

__all__ = ["count_block"]


def count_block(
    records: Records,
    block: Block,
    rows_chosen: nw.Series[Any],
    before_filter: nw.DataFrame[Any] | None,
    before_test: nw.DataFrame[Any],
    usages: Mapping[str, Usage],
) -> None:
    """Mark the cells a block has used.

    A cell is mapped where the block keeps a record of its row and reads its column. Of columns
    that a step turns into records (repeat, unpivot, split) a cell is mapped where its own record is
    kept; where its text means no value; or where ``filter`` reads that very cell and leaves it out.
    A row of which such a step has nothing to record (no value, no box ticked) is read to the end:
    its key columns are mapped too.
    """
    usage = usages[records.view.name]
    frame = records.frame
    kept = usage.rows.mask(frame.get_column(ROW))
    chosen = usage.rows.mask(rows_chosen)
    if block.repeat or block.unpivot or block.split:
        kept |= chosen & ~_with_records(block, before_test, before_filter, usage)
    names = dict.fromkeys(name for _, name in used_names(block))
    own: list[str] = []
    for name in names:
        ref = records.refs.get(name)
        if ref is None or ref.kind == "column":
            own.append(name)
    unpivoted = list(block.unpivot.columns) if block.unpivot else []
    own = [n for n in own if n in records.view.columns and n not in unpivoted]
    usage.use(own, kept)
    for ref in records.refs.values():
        if ref.kind in ("repeated", "value"):
            # A rule reads these columns, whether or not there is a row for it.
            usage.use(ref.columns, 0)
    if not frame.is_empty() or len(rows_chosen):
        _count_reshaped(records, block, before_filter, usage, chosen)
    _count_joined(records, block, usages)


def _with_records(
    block: Block,
    before_test: nw.DataFrame[Any],
    before_filter: nw.DataFrame[Any] | None,
    usage: Usage,
) -> int:
    """Rows that still had records when tests were looked up, or that an own column filtered out."""
    rows = usage.rows.mask(before_test.get_column(ROW))
    if before_filter is not None and not all(map(is_pseudo, condition_columns(block.filter))):
        rows |= usage.rows.mask(before_filter.get_column(ROW))
    return rows


def _count_reshaped(
    records: Records,
    block: Block,
    before_filter: nw.DataFrame[Any] | None,
    usage: Usage,
    chosen: int,
) -> None:
    filtered = set(condition_columns(block.filter))
    shaped = [r for r in records.refs.values() if r.kind in ("repeated", "value")]
    for ref in shaped:
        usage.use_empty(ref.columns, chosen)
        if ref.kind == "repeated" and block.unpivot and ref.name in block.unpivot.columns:
            continue
        _use_by_source(ref, records.frame, usage)
        if before_filter is not None and ref.name in filtered:
            _use_by_source(ref, before_filter, usage)
    if block.split and before_filter is not None and "$part" in filtered:
        ref = records.refs["$part"]
        if ref.source:
            _use_by_source(ref, before_filter, usage)
        else:
            usage.use(ref.columns, usage.rows.mask(before_filter.get_column(ROW)))
    if block.split:
        usage.use_empty(records.refs["$part"].columns, chosen)


def _use_by_source(ref: Ref, frame: nw.DataFrame[Any], usage: Usage) -> None:
    source = COLUMN if ref.kind == "value" else ref.source
    for column, mask in usage.rows.masks_by(frame, ROW, source):
        if column in ref.columns:
            usage.use([column], mask)


def _count_joined(records: Records, block: Block, usages: Mapping[str, Usage]) -> None:
    for index, join in enumerate(block.join):
        other = usages[join.table]
        columns = [*join.on.values(), *join.columns.values()]
        if join.reference:
            other.use(columns, other.rows.all)
            continue
        rows = records.frame.get_column(f"~row:{index}").drop_nulls().unique().to_list()
        other.use(columns, other.rows.mask(map(int, rows)))
