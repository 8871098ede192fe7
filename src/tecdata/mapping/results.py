"""``convert_unit``: a measured result as written, and in the study's standard unit.

The original result keeps its digits in --ORRES (written with a decimal point, unless the study
wants it verbatim); the standard one is exact: parsed as a decimal, multiplied by an exact
fraction, rounded half-even to ten significant digits.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING, Any

import narwhals as nw

from tecdata.engine import Lookup
from tecdata.mapping.internal import TEST
from tecdata.mapping.problems import Reader, Watch, nearest
from tecdata.mapping.standard import standard_result
from tecdata.mapping.units import Unit, allowed_units, resolve_unit
from tecdata.mapping.values import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tecdata.mapping.numbers import NumberFormat
    from tecdata.mapping.refs import Ref
    from tecdata.mapping.terms import Spellings
    from tecdata.mapping.verbs import RuleCompiler
    from tecdata.spec.rules import Result

__all__ = ["ResultColumns", "compile_result", "unit_column"]

_TEXTS = ("ORRES", "ORRESU", "STRESC", "STRESU", "STAT", "REASND")


@dataclasses.dataclass(slots=True)
class ResultColumns:
    """Values of the result's variables by suffix (``ORRES``), lookups and watches."""

    values: dict[str, Value]
    lookups: list[Lookup]
    watches: list[Watch]
    sources: dict[str, str]


def compile_result(compiler: RuleCompiler, result: Result, prefix: str) -> ResultColumns:
    """Frame operations that fill the result's variables of one block."""
    return _value_columns(compiler, result, prefix)


def unit_column(result: Result) -> tuple[list[str], Callable[[tuple[Any, ...]], str | None]]:
    """Frame columns holding the unit's text, and how to take it from their values."""
    if result.fixed_unit is not None:
        fixed = result.fixed_unit
        return [], lambda _values: fixed
    if result.unit is None:
        return [], lambda _values: None
    return [result.unit], lambda values: values[0]


def _value_columns(compiler: RuleCompiler, result: Result, prefix: str) -> ResultColumns:
    terms = compiler.terms
    ref = compiler.refs[result.value]
    units = terms.codelist("UNIT")
    numbers = ref.numbers()
    not_done = frozenset(t for c in ref.columns for t in ref.view.reading(c).not_done or ())
    unit_keys, unit_of = unit_column(result)
    width = len(unit_keys)

    verbatim = terms.specs.study.original_results == "verbatim"

    @functools.cache
    def unit_for(text: str | None, test_id: str) -> Unit:
        return resolve_unit(text, terms.specs.tests[test_id], units)

    def read(test_id: str, *values: Any) -> tuple[Any, ...]:
        unit_text = unit_of(values[:width])
        text, *extras = values[width:]
        if text is None:
            return (None,) * 9
        if text in not_done:
            return None, None, None, None, "NOT DONE", text, None, None, None
        test = terms.specs.tests[test_id]
        unit = unit_for(unit_text, test_id)
        spellings = terms.codelist(test.codelist) if test.codelist else None
        found = standard_result(text, test, unit.factor, numbers.form(*extras), spellings)
        stands = found.text is not None and unit.problem is None
        return (
            text if verbatim else found.original,
            None if found.term else unit.term,
            found.text if stands else None,
            (test.unit or None) if stands and not found.term else None,
            None,
            None,
            found.number if stands else None,
            unit.problem,
            found.problem,
        )

    keys = [TEST, *unit_keys, *numbers.keys]
    settings = ("result", ref, result.unit, result.fixed_unit)
    reader = compiler.reader(settings, read)
    unit_reader = _SecondProblem(reader)
    names = [f"~r:{name}" for name in (*_TEXTS, "STRESN", "unit", "problem")]
    dtypes = [_dtype(name.removeprefix("~r:")) for name in names]
    lookups = [Lookup(keys, unit_reader, dict(zip(names, dtypes, strict=True)))]
    unit_ref = compiler.refs[result.unit] if result.unit else ref
    watches = [
        _value_watch(compiler, reader, ref, prefix, numbers.form, tuple(numbers.keys[1:])),
        *_unit_watches(compiler, unit_reader, unit_ref, ref, prefix, units, result),
    ]
    values = {name: Value(column=f"~r:{name}", dtype=_dtype(name)) for name in (*_TEXTS, "STRESN")}
    sources = dict.fromkeys(values, result.value)
    if result.unit:
        sources["ORRESU"] = result.unit
    return ResultColumns(values, lookups, watches, sources)


def _dtype(name: str) -> Any:
    return nw.Float64 if name == "STRESN" else nw.String


class _SecondProblem(Reader):
    """A reader that also notes failures in the last value but one (the unit's)."""

    __slots__ = ("inner",)

    def __init__(self, inner: Reader) -> None:
        super().__init__(inner.function, inner.known)
        self.inner = inner

    def __call__(self, *key: Any) -> tuple[Any, ...]:
        outcome = self.inner(*key)
        if outcome[-2] is not None:
            self.failed = True
        return outcome


def _value_watch(
    compiler: RuleCompiler,
    reader: Reader,
    ref: Ref,
    prefix: str,
    form: Callable[..., NumberFormat],
    extra: tuple[str, ...],
) -> Watch:
    terms = compiler.terms

    def details(check: str, text: str, test_id: str, *extras: object) -> Mapping[str, object]:
        known: dict[str, object] = {"format": form(*extras), "nearest": "", "choices": ""}
        codelist = terms.specs.tests[test_id].codelist
        if codelist and check.endswith("_term"):
            spellings = terms.codelist(codelist)
            known |= {"codelist": codelist, "languages": terms.shown_languages()}
            if check.endswith("ambiguous_term"):
                known["choices"] = ", ".join(sorted(spellings.find(text)))
            else:
                known["nearest"] = nearest(text, spellings.shown)
        return known

    return Watch(
        problem="~r:problem",
        reader=reader,
        ref=ref,
        variable=f"{prefix}STRESC",
        details=details,
        extra=(TEST, *extra),
    )


def _unit_watches(
    compiler: RuleCompiler,
    reader: Reader,
    unit_ref: Ref,
    value_ref: Ref,
    prefix: str,
    units: Spellings,
    result: Result,
) -> list[Watch]:
    tests = compiler.terms.specs.tests

    def details(check: str, text: str, test_id: str) -> Mapping[str, object]:
        unit = result.fixed_unit or text
        return {
            "unit": unit,
            "test": test_id,
            "choices": ", ".join(
                sorted(units.find(unit))
                if check.endswith("ambiguous")
                else allowed_units(tests[test_id]) or ("none",)
            ),
            "nearest": nearest(unit, units.shown) if check.endswith("unknown") else "",
        }

    missing = nw.col("~r:unit") == "mapping.unit_missing"
    common: dict[str, Any] = {
        "problem": "~r:unit",
        "reader": reader,
        "details": details,
        "extra": (TEST,),
        "variable": f"{prefix}ORRESU",
    }
    # A unit that the units row lacks is one mistake, not one for each result below it.
    header = unit_ref.kind == "header"
    lacking = (
        Watch(ref=unit_ref, check="mapping.unit_missing_header", when=missing, **common)
        if header
        else Watch(ref=value_ref, when=missing, **common)
    )
    return [lacking, Watch(ref=unit_ref, when=~missing, **common)]
