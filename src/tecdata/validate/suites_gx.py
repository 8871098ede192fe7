"""The expectation suites run by Great Expectations, which gives counts.

It is imported here, inside the one function that runs it: that takes seconds. It works on pandas
frames; results are asked for in its SUMMARY format, since it is slow with complete ones. Where
it has an expectation of its own that says the same, that one is run on the records looked at;
else it is given the flags of the native rule.
"""

from __future__ import annotations

import collections
import contextlib
import logging
import os
import warnings
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from tecdata.finding import Finding

if TYPE_CHECKING:
    from tecdata.validate.suites_native import Native
    from tecdata.validate.suites_run import Outcome

__all__ = ["counts_by_great_expectations", "disagreements"]


def counts_by_great_expectations(outcomes: Sequence[Outcome]) -> list[int]:
    """How many records break each expectation, in the order given.

    Datasets become suites of their name in a context that lives in memory only; nothing is
    written and nothing is sent.
    """
    with _quiet():
        import great_expectations as gx

        context: Any = gx.get_context(mode="ephemeral")
        context.enable_analytics(enable=False)
        context.variables.progress_bars = {"globally": False, "metric_calculations": False}
        source = context.data_sources.add_pandas("tecdata")
        counts: dict[int, int] = {}
        by_view: dict[int, list[int]] = collections.defaultdict(list)
        for position, outcome in enumerate(outcomes):
            by_view[id(outcome.view)].append(position)
        for number, positions in enumerate(by_view.values()):
            name = f"{outcomes[positions[0]].view.name}_{number}"
            counts |= _run(gx, context, source, name, [(p, outcomes[p]) for p in positions])
    return [counts[position] for position in range(len(outcomes))]


def _run(
    gx: Any, context: Any, source: Any, name: str, outcomes: Sequence[tuple[int, Outcome]]
) -> dict[int, int]:
    """Run one dataset's suite. Each native expectation has a frame of the records it looks at."""
    counts: dict[int, int] = {}
    frames: dict[str, tuple[pl.DataFrame, list[Any]]] = {}
    flags: dict[str, pl.Series] = {}
    given: list[Any] = []
    for position, outcome in outcomes:
        meta = {"position": position}
        if outcome.compiled.native:
            rules = [_rule(gx, native, meta) for native in outcome.compiled.native]
            frames[f"{name}_{position}"] = (_records(outcome), rules)
            continue
        flags[f"flag_{position}"] = outcome.frame.get_column(outcome.flagged)
        rule = gx.expectations.ExpectColumnValuesToBeInSet(
            column=f"flag_{position}", value_set=[False], meta=meta
        )
        given.append(rule)
    if given:
        frames[name] = (pl.DataFrame(flags), given)
    for title, (frame, rules) in frames.items():
        suite = gx.ExpectationSuite(name=title, expectations=rules)
        batch = source.add_dataframe_asset(title).add_batch_definition_whole_dataframe("all")
        run = batch.get_batch({"dataframe": frame.to_pandas()})
        result = run.validate(suite, result_format="SUMMARY")
        for one in result.results:
            position = one.expectation_config.meta["position"]
            before, count = counts.get(position, 0), _count(one)
            counts[position] = -1 if min(before, count) < 0 else before + count
    return counts


def _records(outcome: Outcome) -> pl.DataFrame:
    """The records the expectation looks at and no better one reports, with the columns to judge."""
    frame = outcome.frame.filter(pl.col(outcome.looked))
    if outcome.spoken:
        frame = frame.filter(~pl.col(outcome.spoken))
    made = {n: e for native in outcome.compiled.native for n, e in native.columns.items()}
    return frame.select(expression.alias(name) for name, expression in made.items())


def _rule(gx: Any, native: Native, meta: dict[str, int]) -> Any:
    """One expectation of Great Expectations, about certain tests only where it is."""
    about = {}
    if native.tests:
        from great_expectations.expectations.row_conditions import Column

        about = {"row_condition": Column("_key").is_in(list(native.tests))}
    return getattr(gx.expectations, native.kind)(**native.arguments, **about, meta=meta)


def _count(result: Any) -> int:
    """The number of unexpected values; -1 where the expectation stopped."""
    if result.exception_info and result.exception_info.get("raised_exception"):
        return -1
    found = result.result.get("unexpected_count")
    if found is None:
        return 0 if result.success else -1
    return int(found)


def disagreements(outcomes: Sequence[Outcome], counts: Sequence[int]) -> Iterator[Finding]:
    """One finding for each expectation of which the two engines count differently."""
    for outcome, count in zip(outcomes, counts, strict=True):
        if count != outcome.broken:
            yield Finding.of(
                "policy.engines_disagree",
                domain=outcome.view.name,
                expectation=outcome.compiled.expectation.id,
                native=outcome.broken,
                other=count if count >= 0 else "none (it stopped)",
            )


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """No telemetry, no progress bars, no warnings of its dependencies, no log of its own."""
    settings = {"GX_ANALYTICS_ENABLED": "false", "TQDM_DISABLE": "1"}
    before = {key: os.environ.get(key) for key in settings}
    os.environ.update(settings)
    log = logging.getLogger("great_expectations")
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        log.setLevel(level)
        for key, value in before.items():
            if value is None:
                os.environ.pop(key, None)
            else:
                os.environ[key] = value
