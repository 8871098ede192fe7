"""One block: records of one domain made from one table."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Any

import narwhals as nw

from tecdata.dataset import BLOCK, COLUMN, PART, Origin
from tecdata.engine import Lookup, lookup_all
from tecdata.mapping.cell_use import count_block
from tecdata.mapping.conditions import compile_condition
from tecdata.mapping.plan import base_columns, early_joins, numbered_columns, used_names
from tecdata.mapping.problems import Reader, Reporter, Watch
from tecdata.mapping.refs import Ref
from tecdata.mapping.result_ranges import add_range_columns
from tecdata.mapping.results import TEST, ResultColumns, compile_result
from tecdata.mapping.steps import NUMBER, Records, join_step, repeat_step, split_step, unpivot_step
from tecdata.mapping.tables import TableView, typed_flag
from tecdata.mapping.test_lookup import test_lookup
from tecdata.mapping.verbs import Compiled, Memory, RuleCompiler, Target, compile_rules
from tecdata.table import ROW

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tecdata.mapping.account import Usage
    from tecdata.mapping.terms import Terms
    from tecdata.spec import DomainSpec
    from tecdata.spec.rules import Block, Condition
    from tecdata.spec.source import SourceSpec

__all__ = ["CENTRE", "INTERNAL", "NUMBER_OF_SUBJECT", "RELATES", "SUBJECT", "BlockRunner", "Made"]

#: Internal columns of mapped records beside their provenance.
CENTRE, SUBJECT, NUMBER_OF_SUBJECT = "_centre", "_subject", "_number"
#: A link to another domain: the value, and the domain and variable where it is to be found.
RELATES, RELATES_DOMAIN, RELATES_VARIABLE = "_relates", "_relates_domain", "_relates_variable"
#: The text of a result's cell as the source holds it, for the trace of each record.
SOURCE_TEXT = "_source_text"
INTERNAL = (
    CENTRE,
    SUBJECT,
    NUMBER_OF_SUBJECT,
    RELATES,
    RELATES_DOMAIN,
    RELATES_VARIABLE,
    SOURCE_TEXT,
)


@dataclasses.dataclass(frozen=True, slots=True)
class Made:
    """Records of one block: expressions already evaluated, and their origins."""

    frame: nw.DataFrame[Any]
    origins: Mapping[str, Origin]


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
        view = self.views[block.from_]
        records = self._select(block, view)
        if block.where:
            records = _keep(records, block.where, "~w")
        records = self._subjects(records, block, domain)
        rows_chosen = records.frame[ROW].to_list()
        records = self._reshape(records, block)
        dropped: nw.DataFrame[Any] | None = None
        if block.filter:
            before = records
            records = _keep(records, block.filter, "~f")
            dropped = before.frame
        if block.test is not None or block.fixed_test is not None:
            records = self._tests(records, block, domain)
        self._account(records, block, rows_chosen, dropped)
        if block.convert_unit:
            records = self._drop_empty(records, block, domain)
        return self._fill(records, block, domain)

    def _select(self, block: Block, view: TableView) -> Records:
        columns = list(base_columns(block, view.names))
        frame = view.prepare(columns)
        refs = {c: Ref(name=c, kind="column", view=view, columns=(c,)) for c in columns}
        flagged = [c for c in columns if refs[c].has_typed_flag()]
        frame = frame.with_columns(
            *[view.number_cells[c].alias(typed_flag(c)) for c in flagged],
        )
        return Records(frame, refs, view)

    def _subjects(self, records: Records, block: Block, domain: DomainSpec) -> Records:
        """Read the subject ids; rows whose id cannot be used are reported and left out."""
        pattern = re.compile(self.source.subject.pattern)

        def read(text: str | None) -> tuple[str | None, str | None]:
            if text is None:
                return None, "mapping.subject_missing"
            match = pattern.fullmatch(text)
            return (match.group("number"), None) if match else (None, "mapping.subject_id")

        reader = Reader(read, self.memory.setdefault("subject", {}))
        frame = lookup_all(
            records.frame,
            [
                Lookup(
                    [block.subject], reader, {NUMBER_OF_SUBJECT: nw.String, "~subject": nw.String}
                )
            ],
        ).with_columns(nw.col(block.subject).alias(SUBJECT))
        if not reader.failed:
            return records.with_frame(frame)
        ref = records.refs[block.subject]
        shown = self.source.subject.pattern
        watch = Watch(
            problem="~subject",
            reader=reader,
            ref=ref,
            variable="USUBJID",
            details=lambda *_: {"pattern": shown},
        )
        self._report_rows(records.with_frame(self._not_blank(frame, records.view)), watch)
        return records.with_frame(frame.filter(nw.col("~subject").is_null()))

    def _not_blank(self, frame: nw.DataFrame[Any], view: TableView) -> nw.DataFrame[Any]:
        """Without rows that are empty from side to side: an empty row is not a lost record."""
        blank = view.blank_rows()
        return frame.filter(~nw.col(ROW).is_in(blank)) if blank else frame

    def _report_rows(self, records: Records, watch: Watch, domain: str = "") -> None:
        """Report problems that keep whole rows from becoming records."""
        self.reporter.add_all(records.frame, [watch], domain)
        failed = records.frame.filter(~nw.col(watch.problem).is_null())
        for row in failed[ROW].to_list():
            self.reporter.excuse_row(records.view, row)

    def _reshape(self, records: Records, block: Block) -> Records:
        used = {name for path, name in used_names(block) if path != "unpivot.columns"}
        first, second = early_joins(block)
        for join in first:
            records = join_step(
                records, join, self.views[join.table], block.join.index(join), self.reporter
            )
        if block.repeat:
            records = repeat_step(records, block.repeat, used | set(_unpivoted(block)))
        if block.unpivot:
            records = unpivot_step(records, block.unpivot, used)
        if block.split:
            records = split_step(records, block.split)
        for join in second:
            records = join_step(
                records, join, self.views[join.table], block.join.index(join), self.reporter
            )
        frame = records.frame
        constants = []
        if COLUMN not in frame.columns:
            constants.append(nw.lit("", dtype=nw.String).alias(COLUMN))
        if PART not in frame.columns:
            constants.append(nw.lit(1, dtype=nw.Int64).alias(PART))
        return records.with_frame(frame.with_columns(*constants))

    def _tests(self, records: Records, block: Block, domain: DomainSpec) -> Records:
        """Find each record's study test; keep those of this domain."""
        if block.fixed_test is not None:
            return records.with_frame(
                records.frame.with_columns(nw.lit(block.fixed_test, dtype=nw.String).alias(TEST))
            )
        ref = records.refs[block.test or ""]
        made, watch = test_lookup(self.terms, block, domain.domain, ref, self.memory)
        frame = lookup_all(records.frame, [made])
        if watch.reader.failed:
            self._report_rows(records.with_frame(frame), watch)
        return records.with_frame(frame.filter(~nw.col(TEST).is_null()))

    def _drop_empty(self, records: Records, block: Block, domain: DomainSpec) -> Records:
        """A row that names a test but holds no result makes no record."""
        name = block.convert_unit.value if block.convert_unit else ""
        ref = records.refs[name]
        empty = nw.col(name).is_null()
        if not records.frame[name].is_null().any():
            return records
        for record in records.frame.filter(empty).iter_rows(named=True):
            row, column = ref.place(record)
            if row is not None and not ref.view.raw_text(row, column):
                self.reporter.add(
                    "mapping.no_result",
                    ref.view,
                    row,
                    column,
                    text="",
                    variable=f"{domain.domain}ORRES",
                    domain=domain.domain,
                    test=record[TEST],
                )
        return records.with_frame(records.frame.filter(~empty))

    def _fill(self, records: Records, block: Block, domain: DomainSpec) -> Made:
        """Compute the variables, report what could not be read, and cut the frame to shape."""
        code = domain.domain
        compiler = RuleCompiler(records.refs, self.terms, self.memory)
        rules = {
            name: compile_rules(compiler, given, _target(domain, name))
            for name, given in block.variables.items()
        }
        result = None
        if block.convert_unit:
            result = compile_result(compiler, block.convert_unit, code)
            add_range_columns(result, compiler, block.convert_unit, code)
        lookups = [found for c in rules.values() for found in c.lookups]
        watches = [watch for c in rules.values() for watch in c.watches]
        values: dict[str, nw.Expr] = {}
        if block.test is not None or block.fixed_test is not None:
            constants = self._test_constants(block, domain)
            lookups.append(constants)
            values |= {name: nw.col(name) for name in constants.outputs}
        if result is not None:
            lookups += result.lookups
            watches += result.watches
            values |= {code + s: v for s, v in result.values.items() if domain.has(code + s)}
        values |= {name: c.value for name, c in rules.items()}
        frame = lookup_all(records.frame, lookups)
        self.reporter.add_all(frame, watches, code)
        columns = [v.alias(n) for n, v in values.items() if n not in block.variables or n in rules]
        frame = frame.select(
            *[c.alias(n) for n, c in self._internal(records, block, domain).items()], *columns
        )
        origins = self._origins(records, block, domain, _source_names(block, code, rules, result))
        return Made(frame, origins)

    def _test_constants(self, block: Block, domain: DomainSpec) -> Lookup:
        """--TESTCD, --TEST and the constant qualifiers the block does not fill itself."""
        tests = self.terms.specs.tests
        code = domain.domain
        wanted = [key for key, test in tests.items() if test.domain == code]
        names = {name for key in wanted for name in tests[key].variables if domain.has(name)}
        names |= {f"{code}TESTCD", f"{code}TEST"}
        ordered = sorted(n for n in names if n not in block.variables)
        targets = {n: _target(domain, n) for n in ordered}

        def constants(key: str) -> tuple[object, ...]:
            test = tests[key]
            known = {f"{code}TESTCD": test.testcd, f"{code}TEST": test.test, **test.variables}
            return tuple(
                float(known[n]) if n in known and targets[n].numeric else known.get(n)
                for n in ordered
            )

        dtypes = {n: nw.Float64 if targets[n].numeric else nw.String for n in ordered}
        return Lookup([TEST], constants, dtypes)

    def _internal(self, records: Records, block: Block, domain: DomainSpec) -> dict[str, nw.Expr]:
        key = _block_key(self.source.centre, domain.domain, block)
        name: nw.Expr = nw.lit(key, dtype=nw.String)
        if block.repeat:
            name = nw.concat_str(nw.lit(key + "#"), nw.col(NUMBER))
        return {
            CENTRE: nw.lit(self.source.centre, dtype=nw.String),
            SUBJECT: nw.col(SUBJECT),
            NUMBER_OF_SUBJECT: nw.col(NUMBER_OF_SUBJECT),
            RELATES: nw.col(block.relates.column) if block.relates else _text(None),
            RELATES_DOMAIN: _text(block.relates.domain if block.relates else None),
            RELATES_VARIABLE: _text(block.relates.variable if block.relates else None),
            SOURCE_TEXT: nw.col(block.convert_unit.value) if block.convert_unit else _text(None),
            BLOCK: name,
            ROW: nw.col(ROW),
            COLUMN: nw.col(COLUMN),
            PART: nw.col(PART),
        }

    def _origins(
        self, records: Records, block: Block, domain: DomainSpec, sources: Mapping[str, str]
    ) -> dict[str, Origin]:
        """Where the block's records come from: one origin, or one for each repetition."""
        view = records.view
        key = _block_key(self.source.centre, domain.domain, block)
        groups: dict[str, Mapping[str, str]] = {key: {}}
        if block.repeat:
            numbered = numbered_columns(block.repeat, view.names)
            groups = {f"{key}#{number}": group for number, group in numbered.items()}
        origins = {}
        for name, group in groups.items():
            columns = {v: _origin_column(records.refs, s, group) for v, s in sources.items()}
            origins[name] = Origin(
                centre=self.source.centre,
                file=view.raw.file,
                sheet=view.raw.sheet,
                table=view.name,
                addressing=view.raw.addressing,
                columns={v: c for v, c in columns.items() if c},
                positions=view.positions,
            )
        return origins

    def _account(
        self,
        records: Records,
        block: Block,
        rows_chosen: list[int],
        dropped: nw.DataFrame[Any] | None,
    ) -> None:
        count_block(records, block, rows_chosen, dropped, self.usages)


def _unpivoted(block: Block) -> Iterable[str]:
    return block.unpivot.columns if block.unpivot else ()


def _text(value: str | None) -> nw.Expr:
    return nw.lit(value, dtype=nw.String)


def _keep(records: Records, condition: Condition, prefix: str) -> Records:
    lookups, holds = compile_condition(condition, prefix)
    frame = lookup_all(records.frame, lookups).filter(holds)
    return records.with_frame(frame)


def _block_key(centre: str, domain: str, block: Block) -> str:
    return f"{centre}/{domain}/{block.name}"


def _target(domain: DomainSpec, name: str) -> Target:
    variable = domain.by_name.get(name)
    if variable is not None:
        return Target(
            name=name,
            numeric=variable.is_numeric,
            whole=variable.type == "integer",
            codelist=variable.codelist,
        )
    return Target(name=name, codelist=domain.supplemental_by_name[name].codelist)


def _source_names(
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
