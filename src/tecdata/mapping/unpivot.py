"""The step that makes records of columns: one for each cell that is not empty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw
import polars as pl

from tecdata.dataset import COLUMN
from tecdata.engine import Lookup, is_long, lookup_all
from tecdata.mapping.refs import Kind, Ref
from tecdata.mapping.tables import typed_flag

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from tecdata.mapping.steps import Records
    from tecdata.spec.rules import Unpivot

__all__ = ["unpivot_step"]

_NAME, _VALUE = "$column", "$value"


def unpivot_step(records: Records, unpivot: Unpivot, used: Collection[str]) -> Records:
    """Columns become records, one for each cell that is not empty, with what is known of them.

    ``used`` are the names the rest of the block reads: only these stay beside the records.
    """
    names = list(unpivot.columns)
    refs, frame = records.refs, records.frame
    drop = {n for name in names if name not in used for n in (name, typed_flag(name))}
    keep = [c for c in frame.columns if c not in drop]
    flagged = any(typed_flag(n) in set(frame.columns) for n in names)
    sources = {n: refs[n].source for n in names if refs[n].kind == "repeated"}
    outputs, describe = _attributes(records, unpivot, sources)
    if is_long(frame) and not sources:
        facts = {name: describe(name) for name in names}
        native = _stacked_long(frame.to_native(), names, keep, outputs, facts, flagged=flagged)
        stacked: nw.DataFrame[Any] = nw.from_native(native, eager_only=True)
    else:
        stacked = _stacked(frame, names, keep, flagged=flagged)
        given = [_NAME, *sources.values()]
        stacked = lookup_all(stacked, [Lookup(given, describe, dict.fromkeys(outputs, nw.String))])
        if sources:
            stacked = stacked.with_columns(nw.col(COLUMN).alias(_NAME))
    columns = tuple(c for n in names for c in (refs[n].columns or (n,)))
    made = {
        _VALUE: Ref(name=_VALUE, kind="value", view=records.view, columns=columns, source=COLUMN)
    }
    for name in {_NAME, *outputs} - {COLUMN}:
        above = name == "$unit" and records.view.units_row is not None
        kind: Kind = "header" if above else "constant"
        made[name] = Ref(name=name, kind=kind, view=records.view, source=COLUMN)
    return records.with_frame(stacked, made)


def _stacked(
    frame: nw.DataFrame[Any], names: list[str], keep: list[str], *, flagged: bool
) -> nw.DataFrame[Any]:
    stacked = frame.unpivot(on=names, index=keep, variable_name=_NAME, value_name=_VALUE)
    if flagged:
        flags = _stack_flags(frame, names, typed_flag(_VALUE))
        stacked = nw.concat([stacked, flags], how="horizontal")
    return stacked.filter(~nw.col(_VALUE).is_null())


def _stack_flags(frame: nw.DataFrame[Any], columns: Sequence[str], name: str) -> nw.DataFrame[Any]:
    flags = [typed_flag(c) for c in columns]
    present = set(frame.columns)
    absent = [nw.lit(value=False).alias(f) for f in flags if f not in present]
    stacked = frame.with_columns(*absent).unpivot(
        on=flags, index=[], variable_name="~flag", value_name=name
    )
    return stacked.select(name)


def _stacked_long(
    frame: pl.DataFrame,
    names: list[str],
    keep: list[str],
    outputs: Sequence[str],
    facts: dict[str, tuple[str | None, ...]],
    *,
    flagged: bool,
) -> pl.DataFrame:
    """The same records row by row: the order they are wanted in, which spares a sort of all of them.

    Cells are picked, not moved: rows and columns of those that are filled, found at once.
    """
    import numpy as np

    from tecdata.codes import spread

    ordered, height = sorted(names), len(frame)
    values = pl.concat([frame.get_column(name) for name in ordered], rechunk=True)
    filled = values.is_not_null().to_numpy().reshape(len(ordered), height)
    rows, columns = np.nonzero(filled.T)
    places = columns * height + rows
    made = [
        spread(ordered, columns, pl.String).alias(_NAME),
        pl.lit(values.gather(places)).alias(_VALUE),
        *(
            spread([facts[name][i] for name in ordered], columns, pl.String).alias(output)
            for i, output in enumerate(outputs)
        ),
    ]
    if flagged:
        none = pl.Series([False]).new_from_index(0, height)
        flags = [
            frame.get_column(f) if f in frame.columns else none for f in map(typed_flag, ordered)
        ]
        stacked = pl.concat(flags, rechunk=True).gather(places)
        made.append(pl.lit(stacked).alias(typed_flag(_VALUE)))
    return frame.select(keep)[rows].with_columns(made)


def _attributes(
    records: Records, unpivot: Unpivot, sources: dict[str, str]
) -> tuple[list[str], Callable[..., tuple[str | None, ...]]]:
    """Names of what is known of the columns, and a function that says it of one.

    The function takes the name, and for ``sources`` the source columns that repetitions give them.
    """
    columns = records.view.columns
    given = {
        column: {"$" + n.removeprefix("$"): text for n, text in known.items()}
        for column, known in unpivot.columns.items()
    }
    attributes = sorted({n for known in given.values() for n in known} | {"$unit"})
    position = {name: i for i, name in enumerate(sources)}

    def describe(column: str, *actual: str | None) -> tuple[str | None, ...]:
        source = column if column not in position else actual[position[column]] or ""
        facts = columns.get(source)
        unit = (facts.unit if facts else "") or None
        known = given[column]
        return (source, *(known.get(a, unit if a == "$unit" else None) for a in attributes))

    return [COLUMN, *attributes], describe
