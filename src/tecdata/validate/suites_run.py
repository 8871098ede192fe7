"""All expectations of a dataset in few fused passes."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tecdata.spec import expectation_groups as groups
from tecdata.spec import expectation_rules as rules
from tecdata.validate import suites_groups, suites_records, suites_results
from tecdata.validate.suites_compiled import CannotRun, Compiled, Setting
from tecdata.validate.suites_conditions import holds
from tecdata.validate.suites_exists import exists
from tecdata.validate.suites_tests import test_columns
from tecdata.validate.suites_view import INDEX, View, build_view

if TYPE_CHECKING:
    from tecdata.dataset import Dataset
    from tecdata.spec import Specs
    from tecdata.spec.expectation import Expectation, Suite

__all__ = ["Outcome", "Unrun", "plan_of", "run_dataset"]

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
    """An expectation that was not run on a dataset; ``status`` is not_run or not_applicable."""

    expectation: Expectation
    dataset: str
    reason: str
    applicable: bool = True


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """An expectation that was run: how many records it looked at, and which break it.

    ``frame`` is the view with what was prepared and, under ``looked`` and ``flagged``, the two flags.
    """

    compiled: Compiled
    view: View
    frame: pl.DataFrame
    looked: str
    flagged: str
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


def run_dataset(
    name: str,
    wanted: Sequence[tuple[Suite, Expectation]],
    datasets: Mapping[str, Dataset],
    specs: Specs,
) -> tuple[list[Outcome], list[Unrun]]:
    """Run what is wanted of one dataset that is there."""
    borrow = {c: b for suite, _ in wanted for c, b in suite.borrow.get(name, {}).items()}
    spec = datasets[name].spec
    sequence = f"{name}SEQ"
    identity = [n for n in ("USUBJID", sequence, *spec.keys) if n in spec.by_name]
    columns = [
        *identity,
        *(c for _, e in wanted for c in e.variables()),
        *(c for c in test_columns(specs, name)),
    ]
    view = build_view(name, datasets, columns, borrow)
    compiled: dict[str, Compiled] = {}
    unrun: list[Unrun] = []
    for position, (_, expectation) in enumerate(wanted):
        try:
            if not len(view.frame):
                raise CannotRun("there is no record")
            _must_have(view, expectation)
            setting = Setting(view, datasets, specs, f"_e{position}_")
            make = _COMPILERS[type(expectation.expect)]
            compiled[expectation.id] = make(expectation, expectation.expect, setting)
        except CannotRun as why:
            unrun.append(Unrun(expectation, name, str(why)))
    return _outcomes(view, compiled), unrun


def _must_have(view: View, expectation: Expectation) -> None:
    gone = [view.lacking[c] for c in expectation.variables() if c in view.lacking]
    if gone:
        raise CannotRun("; ".join(dict.fromkeys(gone)))


def _outcomes(view: View, compiled: Mapping[str, Compiled]) -> list[Outcome]:
    if not compiled:
        return []
    base = view.frame.lazy()
    makers = [one.prepare(base) for one in compiled.values() if one.prepare is not None]
    frame = view.frame
    for made in pl.collect_all(makers):
        frame = frame.join(made, on=INDEX, how="left", maintain_order="left")
    schema = view.frame.schema
    looks = {i: f"_look{n}" for n, i in enumerate(compiled)}
    flags = {i: f"_flag{n}" for n, i in enumerate(compiled)}
    raw = {
        i: holds(one.expectation.where, schema).fill_null(value=False)
        & one.applies.fill_null(value=False)
        for i, one in compiled.items()
    }
    own = [column for one in compiled.values() for column in one.columns]
    first = frame.lazy().with_columns(own).with_columns(
        *(expr.alias(looks[i]) for i, expr in raw.items()),
        *(one.broken.fill_null(value=False).alias(flags[i]) for i, one in compiled.items()),
    )
    kept = {}
    for i, one in compiled.items():
        flag = pl.col(looks[i]) & pl.col(flags[i])
        for other in one.expectation.unless:
            if other in compiled:
                flag = flag & ~(pl.col(looks[other]) & pl.col(flags[other]))
        kept[i] = flag.alias(flags[i])
    done = first.with_columns(kept.values()).collect()
    names = [*looks.values(), *flags.values()]
    counts = done.select(pl.col(names).sum()).row(0, named=True)
    return [
        Outcome(one, view, done, looks[i], flags[i], counts[looks[i]], counts[flags[i]])
        for i, one in compiled.items()
    ]
