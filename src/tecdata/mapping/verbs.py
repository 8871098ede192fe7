"""The verbs: how one rule fills one variable from the columns it names."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import narwhals as nw

from tecdata.engine import Lookup
from tecdata.mapping.conditions import compile_condition
from tecdata.mapping.dates import is_time_pattern, join_time, parse_date, parse_time
from tecdata.mapping.numbers import parse_number
from tecdata.mapping.problems import Reader, Watch, nearest
from tecdata.mapping.text_rules import rewriter, template_columns, template_filler
from tecdata.mapping.values import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tecdata.mapping.refs import Ref
    from tecdata.mapping.terms import Spellings, Terms
    from tecdata.spec.rules import Rule

__all__ = ["Compiled", "Memory", "RuleCompiler", "Target", "compile_rules"]

#: Parsers remember what they have read, by their settings, for all blocks of a centre.
Memory = dict[Any, dict[Any, Any]]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A variable to fill: its name, whether it is numeric or whole, its codelist."""

    name: str
    numeric: bool = False
    whole: bool = False
    codelist: str | None = None

    @property
    def dtype(self) -> Any:
        """The type of the variable's column."""
        return nw.Float64 if self.numeric else nw.String


@dataclasses.dataclass(slots=True)
class Compiled:
    """Lookups to make, the value, and the problems to look for."""

    value: Value
    lookups: list[Lookup] = dataclasses.field(default_factory=list)
    watches: list[Watch] = dataclasses.field(default_factory=list)
    sources: tuple[str, ...] = ()


class RuleCompiler:
    """Turns the rules of one block into frame operations.

    ``memory`` is shared by the blocks of a centre; names of helper columns are numbered.
    """

    def __init__(self, refs: Mapping[str, Ref], terms: Terms, memory: Memory) -> None:
        self.refs = refs
        self.terms = terms
        self.memory = memory
        self._count = 0

    def fresh(self) -> int:
        """Number for the next helper columns."""
        self._count += 1
        return self._count

    def reader(self, settings: tuple[Any, ...], function: Callable[..., tuple[Any, ...]]) -> Reader:
        """A parser with its memory; equal ``settings`` must mean equal outcomes."""
        return Reader(function, self.memory.setdefault(settings, {}))

    def one(self, rule: Rule, target: Target) -> Compiled:
        """One rule without its condition."""
        if rule.hardcode_ct is not None:
            return Compiled(Value(constant=rule.hardcode_ct))
        if rule.hardcode_no_ct is not None:
            if target.numeric:
                return Compiled(Value(constant=float(rule.hardcode_no_ct), dtype=nw.Float64))
            return Compiled(Value(constant=rule.hardcode_no_ct))
        if rule.template is not None:
            return self._template(rule)
        if rule.assign_datetime is not None:
            return self._datetime(rule, target)
        if rule.assign_ct is not None:
            return self._term(rule, target)
        return self._number(rule, target) if target.numeric else self._text(rule)

    def _text(self, rule: Rule) -> Compiled:
        name = rule.assign_no_ct or ""
        rewrite = rewriter(rule)
        if rewrite is None:
            return Compiled(Value(column=name), sources=(name,))
        out = f"~v{self.fresh()}"
        made = Lookup([name], lambda text: (rewrite(text),), {out: nw.String})
        return Compiled(Value(column=out), [made], sources=(name,))

    def _template(self, rule: Rule) -> Compiled:
        names = template_columns(rule.template or "")
        if not names:
            return Compiled(Value(constant=rule.template))
        out = f"~v{self.fresh()}"
        fill = template_filler(rule.template or "", rewriter(rule))
        made = Lookup(names, fill, {out: nw.String})
        return Compiled(Value(column=out), [made], sources=names)

    def _watched(
        self,
        keys: list[str],
        reader: Reader,
        dtype: Any,
        target: Target,
        details: Callable[..., Mapping[str, object]],
    ) -> Compiled:
        number = self.fresh()
        value, problem = f"~v{number}", f"~p{number}"
        watch = Watch(
            problem=problem,
            reader=reader,
            ref=self.refs[keys[0]],
            variable=target.name,
            details=details,
            extra=tuple(keys[1:]),
        )
        made = Lookup(keys, reader, {value: dtype, problem: nw.String})
        outcome = Value(column=value, dtype=target.dtype)
        return Compiled(outcome, [made], [watch], (keys[0],))

    def _number(self, rule: Rule, target: Target) -> Compiled:
        ref = self.refs[rule.assign_no_ct or ""]
        numbers = ref.numbers()
        rewrite, whole = rewriter(rule), target.whole

        def read(text: str | None, *extras: object) -> tuple[float | None, str | None]:
            text = rewrite(text) if rewrite else text
            if text is None:
                return None, None
            number = parse_number(text, numbers.form(*extras))
            if number.value is None or number.operator:
                return None, number.problem or "mapping.not_a_number"
            if whole and number.value != number.value.to_integral_value():
                return None, "mapping.not_a_whole_number"
            return float(number.value), None

        reader = self.reader(("number", ref, rule.replace, rule.extract, whole), read)

        def details(_check: str, _text: str, *extras: object) -> Mapping[str, object]:
            return {"format": numbers.form(*extras)}

        return self._watched(list(numbers.keys), reader, nw.Float64, target, details)

    def _term(self, rule: Rule, target: Target) -> Compiled:
        name = rule.assign_ct or ""
        codelist = rule.codelist or target.codelist or ""
        spellings = self.terms.codelist(codelist, rule.language)
        rewrite = rewriter(rule)

        def read(text: str | None) -> tuple[str | None, str | None]:
            text = rewrite(text) if rewrite else text
            if text is None:
                return None, None
            found = spellings.find(text)
            if len(found) == 1:
                return found[0], None
            return None, "mapping.ambiguous_term" if found else "mapping.unmapped_term"

        settings = ("term", codelist, rule.language, rule.replace, rule.extract)
        languages = self.terms.shown_languages(rule.language)

        def details(check: str, text: str, *_: object) -> Mapping[str, object]:
            sought = (rewrite(text) if rewrite else text) or ""
            return {
                "text": sought,
                "codelist": codelist,
                "languages": languages,
                **_candidates(check, sought, spellings),
            }

        return self._watched([name], self.reader(settings, read), nw.String, target, details)

    def _datetime(self, rule: Rule, target: Target) -> Compiled:
        names = list(rule.assign_datetime or ())
        refs = [self.refs[n] for n in names]
        readings = [r.view.reading(r.columns[0]) for r in refs if r.columns]
        declared = [rule.dates or reading.dates or () for reading in readings] or [rule.dates or ()]
        pivot = next((r.pivot_year for r in readings), None)
        typed = any(refs[0].view.typed_dates(c) for c in refs[0].columns)
        rewrite = rewriter(rule)

        def read(day: str | None, clock: str | None = None) -> tuple[str | None, str | None]:
            day, clock = (rewrite(day), rewrite(clock)) if rewrite else (day, clock)
            if day is None:
                return None, None if clock is None else "mapping.time_without_date"
            date = parse_date(day, declared[0], pivot, drop_zero_seconds=typed)
            if date.iso is None or clock is None:
                return date.iso, date.problem
            time = parse_time(clock, declared[-1])
            if time.iso is None:
                return date.iso, time.problem
            whole = join_time(date.iso, time.iso)
            return whole.iso, whole.problem

        settings = (
            "date",
            tuple(map(tuple, declared)),
            pivot,
            typed,
            len(names),
            rule.replace,
            rule.extract,
        )
        shown = {
            "patterns": ", ".join(declared[0]) or "none but ISO 8601",
            "times": ", ".join(p for p in declared[-1] if is_time_pattern(p)) or "none but HH:MM",
        }
        compiled = self._watched(
            names,
            self.reader(settings, read),
            nw.String,
            target,
            lambda *_: shown,
        )
        if len(names) == 2:
            compiled.watches = _by_part(compiled.watches[0], refs[1])
        return compiled


def _by_part(watch: Watch, clock: Ref) -> list[Watch]:
    """Problems of the time are problems of the time's cell."""
    of_time = nw.col(watch.problem).is_in(["mapping.not_a_time", "mapping.impossible_time"])
    return [
        dataclasses.replace(watch, when=~of_time),
        dataclasses.replace(watch, ref=clock, when=of_time),
    ]


def _candidates(check: str, text: str, spellings: Spellings) -> Mapping[str, object]:
    if check.endswith("ambiguous_term"):
        return {"choices": ", ".join(sorted(spellings.find(text))), "nearest": ""}
    return {"choices": "", "nearest": nearest(text, spellings.shown)}


def compile_rules(compiler: RuleCompiler, rules: tuple[Rule, ...], target: Target) -> Compiled:
    """Several rules of one variable: the first whose condition holds fills it."""
    if len(rules) == 1 and rules[0].when is None:
        return compiler.one(rules[0], target)
    outcome = Compiled(Value(dtype=target.dtype))
    free: nw.Expr | None = None
    branches: list[tuple[nw.Expr | None, Value]] = []
    for rule in rules:
        one = compiler.one(rule, target)
        holds: nw.Expr | None = None
        if rule.when is not None:
            found, holds = compile_condition(rule.when, f"~c{compiler.fresh()}_")
            outcome.lookups += found
        chosen = holds if free is None else free if holds is None else free & holds
        outcome.lookups += one.lookups
        outcome.watches += [_only(watch, chosen) for watch in one.watches]
        branches.append((holds, one.value))
        if one.sources:
            outcome.sources = tuple(dict.fromkeys((*outcome.sources, *one.sources)))
        if holds is None:
            break
        free = ~holds if free is None else free & ~holds
    outcome.value = Value(expression=_first(branches), dtype=target.dtype)
    return outcome


def _first(branches: list[tuple[nw.Expr | None, Value]]) -> nw.Expr:
    """The value of the first branch that holds, empty where none does."""
    *others, (holds, value) = branches
    chosen = value.as_expression()
    if holds is not None:
        # Left without otherwise, a row for which nothing holds is empty.
        chosen = nw.when(holds).then(chosen)
    for holds, value in reversed(others):
        if holds is not None:
            chosen = nw.when(holds).then(value.as_expression()).otherwise(chosen)
    return chosen


def _only(watch: Watch, chosen: nw.Expr | None) -> Watch:
    if chosen is None:
        return watch
    return dataclasses.replace(watch, when=chosen if watch.when is None else watch.when & chosen)
