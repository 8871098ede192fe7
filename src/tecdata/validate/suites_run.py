"""All expectations of a dataset in few fused passes."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tecdata.spec import expectation_groups as groups
from tecdata.spec import expectation_rules as rules
from tecdata.validate import suites_groups, suites_records, suites_results
from tecdata.validate.suites_compiled import CannotRun, Compiled, Setting
from tecdata.validate.suites_conditions import holds
from tecdata.validate.suites_exists import exists
from tecdata.validate.suites_frames import INDEX, Frames
from tecdata.validate.suites_tests import test_columns
from tecdata.validate.suites_view import View, build_view

if TYPE_CHECKING:
    from tecdata.spec import Specs
    from tecdata.spec.expectation import Expectation, Suite

__all__ = ["Outcome", "Planned", "Unrun", "outcomes_of", "plan_dataset", "plan_of"]

_COMPILERS: Final[Mapping[type[Any], Any]] = {
    rules.Present: suites_records.present,
    rules.Range: suites_records.range_,
    rules.Allowed: suites_records.allowed,
    rules.Pattern: suites_records.pattern,
    rules.Compare: suites_records.compare,
    rules.Implies: suites_records.implies,
    rules.Step: suites_records.step,
    rules.Limits: suites_records.limits,
    rules.Unit: suites_records.unit,
    rules.Product: suites_records.product,
    rules.Years: suites_records.years,
    groups.Unique: suites_groups.unique,
    groups.Neighbours: suites_groups.neighbours,
    groups.Transition: suites_groups.transition,
    groups.Order: suites_groups.order,
    groups.Sum: suites_results.total,
    groups.Slip: suites_results.slip,
    groups.Swapped: suites_results.swapped,
    groups.Ratio: suites_results.ratio,
    groups.Exists: exists,
}


@dataclasses.dataclass(frozen=True, slots=True)
class Unrun:
    """An expectation that was not run on a dataset, though ``applicable``, or because it is not.

    ``missing`` is the dataset it would need, where that is why.
    """

    expectation: Expectation
    dataset: str
    reason: str
    applicable: bool = True
    missing: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """An expectation that was run: how many records it looked at, and which break it.

    ``frame`` is the view with what was prepared and, under ``looked`` and ``flagged``, the two
    flags; ``spoken``, where it is not empty, is the column of what a better expectation reports.
    """

    compiled: Compiled
    view: View
    frame: pl.DataFrame
    looked: str
    flagged: str
    spoken: str
    checked: int
    broken: int


def plan_of(suites: Mapping[str, Suite]) -> dict[str, list[tuple[Suite, Expectation]]]:
    """The expectations of each dataset, bound to it, in the order of suites and files."""
    plan: dict[str, list[tuple[Suite, Expectation]]] = {}
    for suite in suites.values():
        for expectation in suite.expectations:
            for code in expectation.on:
                plan.setdefault(code, []).append((suite, expectation.bound(code)))
    return plan


@dataclasses.dataclass(frozen=True, slots=True)
class Planned:
    """What is to be run on one dataset: one lazy frame that ends with the flags."""

    view: View
    compiled: Mapping[str, Compiled]
    lazy: pl.LazyFrame


def plan_dataset(
    name: str, wanted: Sequence[tuple[Suite, Expectation]], frames: Frames, specs: Specs
) -> tuple[Planned | None, list[Unrun]]:
    """Compile what is wanted of one dataset that is there; what cannot be run comes second."""
    borrow = {c: b for suite, _ in wanted for c, b in suite.borrow.get(name, {}).items()}
    spec = frames.datasets[name].spec
    identity = [n for n in ("USUBJID", f"{name}SEQ", *spec.keys) if n in spec.by_name]
    apart = test_columns(specs, name)
    columns = [*identity, *(c for _, e in wanted for c in e.variables()), *apart]
    view = build_view(name, frames, columns, borrow)
    compiled: dict[str, Compiled] = {}
    unrun: list[Unrun] = []
    tables: dict[tuple[object, ...], tuple[str, pl.LazyFrame]] = {}
    doubles = _doubles(view, (e for _, e in wanted))
    for position, (_, expectation) in enumerate(wanted):
        try:
            if not len(view.frame):
                raise CannotRun("there is no record")
            _must_have(view, frames, expectation)
            setting = Setting(view, frames, specs, f"_e{position}_", apart, tables, doubles)
            make = _COMPILERS[type(expectation.expect)]
            compiled[expectation.id] = make(expectation, expectation.expect, setting)
        except CannotRun as why:
            unrun.append(Unrun(expectation, name, str(why), missing=why.missing))
    shared = [table for _, table in tables.values()]
    lazy = _flagged(view, compiled, shared)
    return (Planned(view, compiled, lazy) if compiled else None), unrun


def _must_have(view: View, frames: Frames, expectation: Expectation) -> None:
    """Raise :class:`CannotRun` where a variable the expectation reads is not there."""
    main = expectation.variables()[0]
    if frames.is_absent(view.name, main):
        raise CannotRun(f"{view.name}.{main} is absent")
    gone = [c for c in expectation.variables() if c in view.lacking]
    if gone:
        reasons = dict.fromkeys(view.lacking[c] for c in gone)
        raise CannotRun("; ".join(reasons), missing=view.missing.get(gone[0], ""))


def _doubles(view: View, expectations: Iterable[Expectation]) -> dict[tuple[str, ...], bool]:
    """Of the keys that must be unique: whether any stands twice. Mostly none does."""
    keys = {
        (*rule.unique, *rule.day)
        for rule in (e.expect for e in expectations)
        if isinstance(rule, groups.Unique)
    }
    usable = [key for key in sorted(keys) if all(c in view.schema for c in key)]
    # Of dates the day counts: these are looked at in full.
    probes = [pl.struct(key).is_duplicated().any().alias(str(n)) for n, key in enumerate(usable)]
    if not probes:
        return {}
    return dict(zip(usable, view.frame.select(probes).row(0), strict=True))


def _flagged(
    view: View, compiled: Mapping[str, Compiled], shared: Sequence[pl.LazyFrame]
) -> pl.LazyFrame:
    """The view with all that was prepared and two flags of each expectation: looked at, broken."""
    frame = view.frame.lazy()
    for table in shared:
        frame = frame.join(table, on=INDEX, how="left", maintain_order="left")
    own = [column for one in compiled.values() for column in one.columns]
    # Null counts as no: sums and filters pass over it.
    looks = [
        _both(_where(one.expectation, view), one.applies).alias(_looked(n))
        for n, one in enumerate(compiled.values())
    ]
    flags = [
        _both(pl.col(_looked(n)), one.broken).alias(_broken(n))
        for n, one in enumerate(compiled.values())
    ]
    grouped = [column for one in compiled.values() for column in one.group_columns]
    frame = frame.with_columns(own).with_columns(grouped)
    frame = frame.with_columns(looks).with_columns(flags)
    places = {i: n for n, i in enumerate(compiled)}
    left_out = []
    for i, one in compiled.items():
        others = [places[o] for o in one.expectation.unless if o in places]
        if others:
            spoken = pl.any_horizontal(_broken(n) for n in others).fill_null(value=False)
            left_out.append(spoken.alias(_spoken(places[i])))
            left_out.append((pl.col(_broken(places[i])) & ~spoken).alias(_broken(places[i])))
    return frame.with_columns(left_out)


def _where(expectation: Expectation, view: View) -> pl.Expr | None:
    """Which records an expectation is about; None for all."""
    return holds(expectation.where, view.schema) if expectation.where else None


def _both(left: pl.Expr | None, right: pl.Expr | None) -> pl.Expr:
    """Both conditions; what is None asks for nothing."""
    if left is None or right is None:
        only = left if left is not None else right
        return pl.lit(value=True) if only is None else only
    return left & right


def _looked(position: int) -> str:
    """The column of the records an expectation looked at."""
    return f"_look{position}"


def _broken(position: int) -> str:
    """The column of the records that break an expectation."""
    return f"_flag{position}"


def _spoken(position: int) -> str:
    """The column of the records that a better expectation reports."""
    return f"_spoken{position}"


def outcomes_of(planned: Sequence[Planned]) -> list[Outcome]:
    """Run all that is planned, in one go over all datasets."""
    outcomes: list[Outcome] = []
    for plan in planned:
        done = plan.lazy.collect()
        for n, one in enumerate(plan.compiled.values()):
            looked, flagged, spoken = _looked(n), _broken(n), _spoken(n)
            outcomes.append(
                Outcome(
                    one,
                    plan.view,
                    done,
                    looked,
                    flagged,
                    spoken if spoken in done.columns else "",
                    int(done.get_column(looked).sum()),
                    int(done.get_column(flagged).sum()),
                )
            )
    return outcomes
