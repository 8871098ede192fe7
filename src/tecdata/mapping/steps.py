"""The steps that reshape a table before its rules are read: join, repeat, split; unpivot stands apart."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import narwhals as nw

from tecdata.dataset import PART, ROW
from tecdata.engine import attach, lookup, to_lists
from tecdata.mapping.plan import numbered_columns, repeat_names
from tecdata.mapping.refs import Ref
from tecdata.mapping.tables import TableView, typed_flag
from tecdata.mapping.text_rules import split_parts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tecdata.mapping.problems import Reporter
    from tecdata.spec.rules import Join, Repeat, Split

__all__ = ["Records", "join_step", "repeat_step", "split_step"]

#: Frame column with the number of the repetition, as text (rules read it as ``$n``).
REPETITION = "$n"


@dataclasses.dataclass(frozen=True, slots=True)
class Records:
    """A frame on its way through the steps, and what the names in it stand for."""

    frame: nw.DataFrame[Any]
    refs: Mapping[str, Ref]
    view: TableView

    def with_frame(
        self, frame: nw.DataFrame[Any], refs: Mapping[str, Ref] | None = None
    ) -> Records:
        """The same records after a step."""
        return Records(frame, {**self.refs, **(refs or {})}, self.view)


def join_step(
    records: Records, join: Join, other: TableView, index: int, reporter: Reporter
) -> Records:
    """Bring in the columns of at most one row of another table, by equal keys.

    A key that stands in several rows of the other table joins nothing and is reported at each of
    them; one that stands in none is reported once, at the first row that asks for it.
    """
    row_name = f"~row:{index}"
    pseudo = {"$" + name.removeprefix("$"): column for name, column in join.columns.items()}
    found = _rows_by_key(join, other)
    lefts = list(join.on)

    def row_of(*key: str | None) -> tuple[str | None, str | None]:
        if any(part is None for part in key):
            return None, None
        rows = found.get(tuple(part or "" for part in key), ())
        return (str(rows[0]), None) if len(rows) == 1 else (None, "twice" if rows else "none")

    # The row number travels as text: pandas has no whole numbers with gaps.
    frame = lookup(
        records.frame, lefts, row_of, {row_name: nw.String, f"~state:{index}": nw.String}
    )
    _report_keys(records.with_frame(frame), join, other, found, index, reporter)
    values = to_lists(other.prepare(pseudo.values()), [ROW, *pseudo.values()])
    positions = {row: i for i, row in enumerate(values[ROW])}

    def cells(row: str | None) -> tuple[Any, ...]:
        if row is None:
            return (None,) * len(pseudo)
        i = positions[int(row)]
        return tuple(values[column][i] for column in pseudo.values())

    frame = lookup(frame, [row_name], cells, dict.fromkeys(pseudo, nw.String))
    refs = {
        name: Ref(name=name, kind="joined", view=other, columns=(column,), row=row_name)
        for name, column in pseudo.items()
    }
    flags = {name: c for name, c in pseudo.items() if refs[name].has_typed_flag()}
    for name, column in flags.items():
        typed = dict(zip(values[ROW], other.number_cells[column].to_list(), strict=True))
        frame = lookup(
            frame,
            [row_name],
            lambda row, typed=typed: (row is not None and bool(typed[int(row)]),),
            {typed_flag(name): nw.Boolean},
        )
    return records.with_frame(frame, refs)


def _rows_by_key(join: Join, other: TableView) -> dict[tuple[str, ...], tuple[int, ...]]:
    rights = list(join.on.values())
    lists = to_lists(other.prepare(rights), [ROW, *rights])
    found: dict[tuple[str, ...], tuple[int, ...]] = {}
    keys = zip(*(lists[c] for c in rights), strict=True)
    for row, key in zip(lists[ROW], keys, strict=True):
        if None not in key:
            found[key] = (*found.get(key, ()), row)
    return found


def _report_keys(
    records: Records,
    join: Join,
    other: TableView,
    found: Mapping[tuple[str, ...], tuple[int, ...]],
    index: int,
    reporter: Reporter,
) -> None:
    state = f"~state:{index}"
    if records.frame.get_column(state).null_count() == len(records.frame):
        return
    failed = records.frame.filter(~nw.col(state).is_null())
    asked: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for record in failed.iter_rows(named=True):
        asked.setdefault(tuple(record[left] for left in join.on), []).append(record)
    for key, askers in asked.items():
        text = ", ".join(key)
        if rows := found.get(key):
            for double in rows:
                reporter.add(
                    "mapping.join_twice",
                    other,
                    double,
                    next(iter(join.on.values())),
                    text=text,
                    rows=", ".join(map(str, sorted(rows))),
                    table=other.name,
                )
                reporter.excuse_row(other, double)
            continue
        if join.reference:
            continue
        ref = records.refs[next(iter(join.on))]
        row, column = min((ref.place(r) for r in askers), key=lambda p: (p[0] or 0, p[1]))
        reporter.add(
            "mapping.join_not_found",
            ref.view,
            row,
            column,
            text=text,
            value=text,
            table=other.name,
            count=len({r[ROW] for r in askers}),
        )


def repeat_step(records: Records, repeat: Repeat) -> Records:
    """Numbered column groups become rows; a repetition whose columns are all empty makes none.

    The columns are taken from the table itself: the records need not carry hundreds of them.
    """
    view = records.view
    groups = numbered_columns(repeat, view.names)
    pseudo = list(repeat_names(repeat))
    rows = [view.rows.index[row] for row in records.frame.get_column(ROW).to_list()]
    taken: list[int] = []
    lists: dict[str, list[Any]] = {name: [] for name in pseudo}
    lists |= {REPETITION: [], **{f"~source:{name}": [] for name in pseudo}}
    lists |= {
        typed_flag(n): [] for n in pseudo if any(_mixed(view, g.get(n)) for g in groups.values())
    }
    for number, group in groups.items():
        cells = {name: view.texts(column) for name, column in group.items()}
        kept = [i for i, row in enumerate(rows) if any(c[row] is not None for c in cells.values())]
        taken += kept
        lists[REPETITION] += [str(number)] * len(kept)
        for name in pseudo:
            source = cells.get(name)
            lists[name] += [source[rows[i]] for i in kept] if source else [None] * len(kept)
            lists[f"~source:{name}"] += [group.get(name)] * len(kept)
            if typed_flag(name) in lists:
                flags = _flags(view, group.get(name))
                lists[typed_flag(name)] += [flags[rows[i]] for i in kept]
    schema = {n: nw.Boolean if n.startswith("~typed:") else nw.String for n in lists}
    frame = attach(records.frame[taken], lists, schema)
    refs = {
        name: Ref(
            name=name,
            kind="repeated",
            view=view,
            columns=tuple(g[name] for g in groups.values() if name in g),
            source=f"~source:{name}",
        )
        for name in pseudo
    }
    refs[REPETITION] = Ref(
        name=REPETITION, kind="constant", view=view, source=f"~source:{pseudo[0]}"
    )
    return records.with_frame(frame, refs)


def _mixed(view: TableView, column: str | None) -> bool:
    return column is not None and view.typed(column) == "some"


def _flags(view: TableView, column: str | None) -> Sequence[bool]:
    if column is None or not _mixed(view, column):
        return [False] * len(view.cells)
    flags: list[bool] = view.number_cells.get_column(column).to_list()
    return flags


def split_step(records: Records, split: Split) -> Records:
    """A cell that lists several things becomes several records; an empty cell makes none."""
    column, separators = split.column, tuple(split.separators)
    whole = records.refs[column]
    rows: list[tuple[int, str, int]] = []
    for position, text in enumerate(to_lists(records.frame, [column])[column]):
        if text is not None:
            parts = split_parts(text, separators)
            rows += [(position, part, i) for i, part in enumerate(parts, start=1)]
    frame = attach(
        records.frame[[r[0] for r in rows]],
        {"$part": [r[1] for r in rows], PART: [r[2] for r in rows]},
        {"$part": nw.String, PART: nw.Int64},
    )
    part = dataclasses.replace(whole, name="$part", kind="part")
    return records.with_frame(frame, {"$part": part})
