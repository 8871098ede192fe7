"""Reference ranges of results: from two cells or one text, as written and in standard units."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import narwhals as nw

from tecdata.engine import Lookup
from tecdata.mapping.convert import standardise
from tecdata.mapping.internal import TEST
from tecdata.mapping.numbers import NumberFormat, parse_number
from tecdata.mapping.problems import Reader, Watch
from tecdata.mapping.ranges import Range, open_side, parse_range
from tecdata.mapping.results import ResultColumns, unit_column
from tecdata.mapping.titres import parse_titre
from tecdata.mapping.units import resolve_unit
from tecdata.mapping.values import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from fractions import Fraction

    from tecdata.mapping.refs import NumberReading, Ref
    from tecdata.mapping.verbs import RuleCompiler
    from tecdata.spec.rules import Result

__all__ = ["add_range_columns"]

_NAMES = ("ORNRLO", "ORNRHI", "STNRLO", "STNRHI")


def add_range_columns(
    outcome: ResultColumns, compiler: RuleCompiler, result: Result, prefix: str
) -> None:
    """Add the range's variables to a result's, where the block names a range."""
    if result.range is not None:
        _add(outcome, compiler, result, prefix, result.range, "range", _NAMES)
        return
    if result.low is not None:
        _add(outcome, compiler, result, prefix, result.low, "low", ("ORNRLO", "STNRLO"))
    if result.high is not None:
        _add(outcome, compiler, result, prefix, result.high, "high", ("ORNRHI", "STNRHI"))


def _add(
    outcome: ResultColumns,
    compiler: RuleCompiler,
    result: Result,
    prefix: str,
    name: str,
    end: str,
    outputs: tuple[str, ...],
) -> None:
    ref = compiler.refs[name]
    numbers = ref.numbers()
    unit_keys, _ = unit_column(result)
    reader = _reader(compiler, result, ref, numbers, end, outputs)
    problem = f"~r:{end}:problem"
    columns = {f"~r:{o}": _dtype(o) for o in outputs}
    # A measurement that was not made has no range.
    done = nw.col("~r:STAT").is_null()
    outcome.lookups.append(
        Lookup([TEST, *unit_keys, *numbers.keys], reader, {**columns, problem: nw.String})
    )
    outcome.watches.append(
        Watch(
            problem=problem,
            reader=reader,
            ref=ref,
            variable=prefix + outputs[0],
            details=_details(numbers.form),
            extra=tuple(numbers.keys[1:]),
            when=done,
        )
    )
    outcome.values |= {
        o: Value(column=f"~r:{o}", unless="~r:STAT", dtype=_dtype(o)) for o in outputs
    }
    outcome.sources |= dict.fromkeys(outputs, name)


def _dtype(output: str) -> Any:
    return nw.Float64 if output.startswith("ST") else nw.String


def _reader(
    compiler: RuleCompiler,
    result: Result,
    ref: Ref,
    numbers: NumberReading,
    end: str,
    outputs: tuple[str, ...],
) -> Reader:
    terms = compiler.terms
    units = terms.codelist("UNIT")
    unit_keys, unit_of = unit_column(result)
    width = len(unit_keys)
    verbatim = terms.specs.study.original_results == "verbatim"

    def read(test_id: str, *values: Any) -> tuple[Any, ...]:
        text, *extras = values[width:]
        if text is None:
            return (*(None for _ in outputs), None)
        test = terms.specs.tests[test_id]
        titre = test.result == "titre"
        found = _ends(text, end, numbers.form(*extras), titre=titre)
        factor = resolve_unit(unit_of(values[:width]), test, units).factor
        known = {
            "ORNRLO": found.low_text if verbatim else _plain(found.low, titre=titre),
            "ORNRHI": found.high_text if verbatim else _plain(found.high, titre=titre),
            "STNRLO": _standard(found.low, factor),
            "STNRHI": _standard(found.high, factor),
        }
        return (*(known[o] for o in outputs), found.problem)

    return compiler.reader(("range", ref, end, result.unit, result.fixed_unit), read)


def _details(form: Callable[..., NumberFormat]) -> Callable[..., Mapping[str, object]]:
    return lambda _check, _text, *extras: {"format": form(*extras)}


def _ends(text: str, end: str, form: NumberFormat, *, titre: bool) -> Range:
    if titre:
        side, dilution = open_side(text)
        found = parse_titre(dilution)
        if found.reciprocal is None or found.operator:
            return Range(problem="mapping.not_a_range")
        value = Decimal(found.reciprocal)
        if (side or end) == "low":
            return Range(low_text=dilution, low=value)
        return Range(high_text=dilution, high=value)
    if end == "range":
        return parse_range(text, form)
    number = parse_number(text, form)
    if number.value is None or number.operator:
        return Range(problem=number.problem or "mapping.not_a_number")
    if end == "low":
        return Range(low_text=text, low=number.value)
    return Range(high_text=text, high=number.value)


def _plain(value: Decimal | None, *, titre: bool) -> str | None:
    if value is None:
        return None
    return f"1:{value}" if titre else format(value, "f")


def _standard(value: Decimal | None, factor: Fraction | None) -> float | None:
    return None if value is None or factor is None else float(standardise(value, factor))
