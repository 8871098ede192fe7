"""One block: records of one domain made from one table."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import narwhals as nw

from tecdata.engine import attach, lookup_all
from tecdata.mapping.cell_use import count_block
from tecdata.mapping.conditions import choice_watches, compile_condition
from tecdata.mapping.fill import Made, fill_records
from tecdata.mapping.internal import TEST
from tecdata.mapping.plan import early_joins, own_columns, used_names
from tecdata.mapping.refs import Ref
from tecdata.mapping.steps import Records, join_step, repeat_step, split_step
from tecdata.mapping.study_tests import study_test_lookup
from tecdata.mapping.subjects import keep_subjects, subject_lookup
from tecdata.mapping.tables import typed_flag
from tecdata.mapping.unpivot import unpivot_step
from tecdata.table import ROW

if TYPE_CHECKING:
    from tecdata.mapping.account import Usage
    from tecdata.mapping.problems import Reporter, Watch
    from tecdata.mapping.tables import TableView
    from tecdata.mapping.terms import Terms
    from tecdata.mapping.verbs import Memory
    from tecdata.spec import DomainSpec
    from tecdata.spec.rules import Block, Condition, Join
    from tecdata.spec.source import SourceSpec

__all__ = ["BlockRunner"]


@dataclasses.dataclass(slots=True, kw_only=True)
class BlockRunner:
    """Runs the blocks of one centre over its tables."""

    source: SourceSpec
    views: Mapping[str, TableView]
    usages: Mapping[str, Usage]
    terms: Terms
    reporter: Reporter
    memory: Memory = dataclasses.field(default_factory=dict)

    def run(self, block: Block, domain: DomainSpec) -> Made:
        """Make the records of one block."""
        records = self._rows(block, self.views[block.from_], domain.domain)
        rows_chosen = records.frame.get_column(ROW)
        records = self._reshape(records, block)
        before_filter: nw.DataFrame[Any] | None = None
        if block.filter:
            before_filter = self._known_choices(records, block.filter, domain.domain)
            lookups, holds = compile_condition(block.filter, "~f")
            records = records.with_frame(lookup_all(before_filter, lookups).filter(holds))
        before_test = records.frame
        if block.test is not None or block.fixed_test is not None:
            records = self._tests(records, block, domain)
        count_block(records, block, rows_chosen, before_filter, before_test, self.usages)
        if block.convert_unit:
            records = self._drop_empty(records, block.convert_unit.value, domain.domain)
        return fill_records(
            records,
            block,
            domain,
            self.source.centre,
            self.terms,
            self.memory,
            self.reporter,
        )

    def _rows(self, block: Block, view: TableView, code: str) -> Records:
        """The rows that ``where`` chooses and whose subject is known."""
        columns = list(own_columns(block))
        frame = view.prepare(columns)
        refs = {c: Ref(name=c, kind="column", view=view, columns=(c,)) for c in columns}
        flagged = {typed_flag(c): c for c in columns if refs[c].has_typed_flag()}
        if flagged:
            flags = {n: view.number_cells.get_column(c).to_list() for n, c in flagged.items()}
            frame = attach(frame, flags, dict.fromkeys(flags, nw.Boolean))
        pattern = self.source.subject.pattern
        read_subject, reader = subject_lookup(block.subject, pattern, self.memory)
        if block.where:
            frame = self._known_choices(Records(frame, refs, view), block.where, code)
            lookups, holds = compile_condition(block.where, "~w")
            frame = lookup_all(frame, [*lookups, read_subject]).filter(holds)
        else:
            frame = lookup_all(frame, [read_subject])
        records = Records(frame, refs, view)
        if reader.failed:
            return keep_subjects(records, refs[block.subject], pattern, self.reporter)
        return records

    def _known_choices(
        self, records: Records, condition: Condition, code: str
    ) -> nw.DataFrame[Any]:
        """The records without those whose text a condition neither expects nor rules out."""
        lookups, watches = choice_watches(condition, records.refs, "~o")
        if not watches:
            return records.frame
        frame = lookup_all(records.frame, lookups)
        self.reporter.add_all(frame, watches, code)
        for watch in watches:
            unknown = frame.filter(~nw.col(watch.problem).is_null())
            if not unknown.is_empty():
                self._tell(watch, unknown)
                frame = frame.filter(nw.col(watch.problem).is_null())
        return frame.select(records.frame.columns)

    def _tell(self, watch: Watch, unknown: nw.DataFrame[Any]) -> None:
        """Cells that have a finding of their own need none as unused cells."""
        usage = self.usages[watch.ref.view.name]
        for record in unknown.iter_rows(named=True):
            row, column = watch.ref.place(record)
            if row is not None:
                usage.tell(column, row)

    def _reshape(self, records: Records, block: Block) -> Records:
        used = {name for path, name in used_names(block) if path != "unpivot.columns"}
        first, second = early_joins(block)
        for join in first:
            records = self._join(records, block, join)
        if block.repeat:
            records = repeat_step(records, block.repeat)
        if block.unpivot:
            records = unpivot_step(records, block.unpivot, used)
        if block.split:
            records = split_step(records, block.split)
        for join in second:
            records = self._join(records, block, join)
        return records

    def _join(self, records: Records, block: Block, join: Join) -> Records:
        other = self.views[join.table]
        return join_step(records, join, other, block.join.index(join), self.reporter)

    def _tests(self, records: Records, block: Block, domain: DomainSpec) -> Records:
        """Find each record's study test; keep those of this domain."""
        if block.fixed_test is not None:
            return records.with_frame(
                attach(
                    records.frame,
                    {TEST: [block.fixed_test] * len(records.frame)},
                    {TEST: nw.String},
                )
            )
        ref = records.refs[block.test or ""]
        made, watch = study_test_lookup(self.terms, block, domain.domain, ref, self.memory)
        frame = lookup_all(records.frame, [made])
        if watch.reader is not None and watch.reader.failed:
            self.reporter.add_rows(frame, watch, records.view)
        if not frame.get_column(TEST).null_count():
            return records.with_frame(frame)
        return records.with_frame(frame.filter(~nw.col(TEST).is_null()))

    def _drop_empty(self, records: Records, name: str, code: str) -> Records:
        """A row that names a test but holds no result makes no record.

        It is reported where the cell is empty, not where it holds a declared missing token.
        """
        if not records.frame.get_column(name).null_count():
            return records
        ref = records.refs[name]
        empty = nw.col(name).is_null()
        for record in records.frame.filter(empty).iter_rows(named=True):
            row, column = ref.place(record)
            if row is not None and not ref.view.raw_text(row, column):
                self.reporter.add(
                    "mapping.no_result",
                    ref.view,
                    row,
                    column,
                    text="",
                    variable=f"{code}ORRES",
                    domain=code,
                    test=record[TEST],
                )
        return records.with_frame(records.frame.filter(~empty))
