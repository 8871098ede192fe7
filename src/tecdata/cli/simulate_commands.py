"""``tecdata simulate``."""

from __future__ import annotations

import contextlib
import dataclasses
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tecdata.cli.output import print_json, print_table
from tecdata.errors import UsageError
from tecdata.spec import load_specs

if TYPE_CHECKING:
    from tecdata.derive.exposure.regimen import PlannedDose
    from tecdata.derive.exposure.simulate import Part, Plan
    from tecdata.spec import Specs
    from tecdata.spec.pharmacokinetics import ExposureSpec

__all__ = ["Options", "simulate_regimen"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options as given."""

    subjects: int
    regimen: str
    delays: tuple[str, ...]
    restart: bool
    model: str | None
    analysis: str
    route: str
    seed: int
    days: int
    draws: int
    residual: bool
    threads: int
    profiles: bool
    study_dir: Path
    out: Path
    as_json: bool


def simulate_regimen(options: Options) -> int:
    """Simulate and write ``OUT/*.csv``, ``parameters.parquet``, ``population_band.svg`` and ``.png``."""
    from tecdata.derive.exposure.collect import Simulation, profile_frame
    from tecdata.derive.exposure.simulate import simulate, uncertainty
    from tecdata.export.parquet import write_table
    from tecdata.export.parquet_stream import parquet_stream
    from tecdata.report.simulation import write_simulation

    specs, spec = _specs(options.study_dir)
    plan = _plan(options, specs, spec)
    out = options.out
    with contextlib.ExitStack() as stack:
        told = stack.enter_context(_progress("subjects", options.subjects, quiet=options.as_json))
        profile = out / "profiles.parquet"
        write = stack.enter_context(parquet_stream(profile)) if options.profiles else None

        def each(part: Part) -> None:
            if write is not None:
                write(profile_frame(part, plan.grid))
            told(len(part.subjects))

        parts = simulate(plan, options.subjects, threads=options.threads)
        made = Simulation(plan, parts, options.subjects, each=each)
    uncertain = None
    if options.draws:
        with _progress("draws", options.draws, quiet=options.as_json) as told:
            uncertain = uncertainty(plan, options.draws, progress=told)
    frames = {
        "bands": made.bands(uncertain),
        "intervals": made.intervals(),
        "summary": made.summary(),
    }
    written = write_simulation(
        frames,
        out,
        doses=[(dose.day, dose.level) for dose in plan.doses],
        threshold=plan.threshold,
        threshold_name=spec.threshold_name,
        title=f"{plan.model.label}: {options.subjects} virtual subjects, seed {options.seed}",
    )
    write_table(out / "parameters.parquet", made.parameters())
    _tell(options, plan, frames, [*written, out / "parameters.parquet"])
    return 0


def _specs(study_dir: Path) -> tuple[Specs, ExposureSpec]:
    """The study's specs and how it simulates exposure."""
    specs = load_specs(study_dir / "specs")
    if specs.exposure is None:
        raise UsageError(
            "this study does not say how exposure is simulated",
            place=str(study_dir / "specs" / "exposure.yaml"),
            next_step="Add the file; tecdata init lays down one to start from",
        )
    return specs, specs.exposure


def _plan(options: Options, specs: Specs, spec: ExposureSpec) -> Plan:
    """What is to be simulated, out of the options and the study's specs."""
    from tecdata.derive.exposure.simulate import Plan

    analyses = {analysis.code: analysis for analysis in spec.analyses}
    model = _named(specs.pk, options.model or spec.model, "--model")
    analysis = _named(analyses, options.analysis, "--analysis")
    if options.residual and not model.residual:
        raise UsageError(
            f"model '{model.model}' has no residual error",
            place="--residual",
            next_step="Leave --residual out, or name another model with --model",
        )
    return Plan(
        model=model,
        doses=_doses(options, specs, spec),
        threshold=spec.limit,
        seed=options.seed,
        entry=_named(spec.routes, options.route, "--route"),
        without=analysis.without,
        days=options.days,
        last_interval=float(spec.last_interval),
        attainment_days=spec.attainment_days,
        residual=options.residual,
    )


def _doses(options: Options, specs: Specs, spec: ExposureSpec) -> list[PlannedDose]:
    """The planned doses, delayed and restarted as asked."""
    from tecdata.derive.exposure.regimen import delayed, parse_regimen, restarted

    doses = delayed(parse_regimen(options.regimen), options.delays)
    if not options.restart:
        return doses
    if not spec.restart:
        raise UsageError(
            "the study names no restart rules",
            place="specs/exposure.yaml: restart",
            choices=sorted(specs.dosing),
            next_step="Name one there, or leave --restart out",
        )
    return restarted(doses, specs.dosing[spec.restart])


def _named(choices: Any, name: str, option: str) -> Any:
    """One of some choices; :class:`UsageError` with all of them for another name."""
    if name not in choices:
        raise UsageError(
            f"there is no '{name}'",
            place=option,
            choices=sorted(choices),
            next_step="Name one of them",
        )
    return choices[name]


@contextlib.contextmanager
def _progress(what: str, total: int, *, quiet: bool) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal; nothing in a pipe."""
    if quiet or not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.advance(task, done)


def _tell(options: Options, plan: Plan, frames: dict[str, Any], written: list[Path]) -> None:
    """Print what was simulated, as text or JSON."""
    doses = [
        (n, f"{dose.day:g}", f"{dose.level:g} {'mg/kg' if dose.per_kilogram else 'mg'}")
        for n, dose in enumerate(plan.doses, start=1)
    ]
    rows = frames["summary"].rows()
    if options.as_json:
        print_json(
            {
                "out": str(options.out),
                "subjects": options.subjects,
                "seed": options.seed,
                "model": plan.model.model,
                "doses": [{"day": dose.day, "level": dose.level} for dose in plan.doses],
                "summary": frames["summary"].to_dicts(),
                "files": [path.name for path in written],
            }
        )
        return
    print_table("Doses", ("dose", "day", "level"), doses)
    shown = [(code, statistic, f"{value:.4g}", unit) for code, statistic, value, unit in rows]
    print_table("Simulated", ("parameter", "statistic", "value", "unit"), shown)
    click.echo(f"\nWritten to {options.out}: {', '.join(path.name for path in written)}")
