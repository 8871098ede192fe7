"""``tecdata derive response --explain`` and ``tecdata score``: tiers and scores with their working."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tecdata.cli.output import Reporter, print_json
from tecdata.errors import UsageError
from tecdata.study import open_study

if TYPE_CHECKING:
    from tecdata.derive.response.explain import Explanation, Source
    from tecdata.derive.response.wording import Verdict

__all__ = ["explain_subject", "score_patient"]


def explain_subject(part: str, study_dir: Path, usubjid: str, *, as_json: bool) -> int:
    """Print why a subject has its tiers; 0."""
    if part != "response":
        raise UsageError(
            f"'{part}' cannot be explained",
            choices=["response"],
            next_step="Write: tecdata derive response --explain USUBJID",
        )
    study = open_study(study_dir)
    with Reporter(quiet=as_json) as progress:
        found = study.explain_response(usubjid, progress=progress)
    if as_json:
        print_json(dataclasses.asdict(found))
    else:
        click.echo("\n".join(_lines(found)))
    return 0


def _lines(found: Explanation) -> Iterator[str]:
    """What an explanation says, line by line."""
    yield f"{found.usubjid}, {found.disease}: best tier {found.best}, relapse {found.relapse}"
    yield f"Rules of mode {found.mode}: {found.source}"
    for visit in found.visits:
        yield ""
        yield f"{visit.date}, week {visit.day / 7:.1f} (day {visit.day}): {visit.tier}"
        told: set[tuple[Verdict, ...]] = set()
        for tier, verdict in visit.tiers.items():
            # The points of a score are the same for every tier: they are shown once.
            shown = dataclasses.replace(verdict, parts=()) if verdict.parts in told else verdict
            told.add(verdict.parts)
            yield from _opened(tier, shown, found, 1)
        for grade, verdict in visit.worsening.items():
            if verdict.outcome != "not met":
                yield from _opened(grade, verdict, found, 1)


def _opened(name: str, verdict: Verdict, found: Explanation, depth: int) -> Iterator[str]:
    """A verdict with its parts and the source cells of its records, indented."""
    indent = "  " * depth
    named = f"{name}: " if name else ""
    told = f" ({verdict.found})" if verdict.found else ""
    yield f"{indent}{named}{verdict.asked}: {verdict.outcome}{told}"
    for number in verdict.records:
        for source in found.sources[number]:
            if source.value != "0" or len(found.sources[number]) == 1:
                yield f"{indent}    {_place(source)}"
    for part in verdict.parts:
        yield from _opened("", part, found, depth + 1)


def _place(source: Source) -> str:
    """A value and the source cell it was read from, in words."""
    sheet = f", sheet {source.sheet}" if source.sheet else ""
    where = f"{source.file}{sheet}, {source.cell}" if source.file else "no source cell"
    written = f" '{source.text}'" if source.text else ""
    return f"{source.test} = {source.value} ({source.domain} {source.seq}, {source.date}) <- {where}{written}"


def score_patient(
    name: str,
    study_dir: Path | None,
    values: Mapping[str, tuple[str, ...]],
    *,
    form: str,
    subset: str,
    as_json: bool,
) -> int:
    """Score one patient and print the working; 0.

    ``values`` are the options ``baseline``, ``followup``, ``answers``, ``uln``, ``range`` (``NAME=VALUE``), ``urgent`` and
    ``aid`` (names).
    """
    from tecdata.derive.response.bedside import Given, work_out
    from tecdata.spec import load_specs
    from tecdata.study_folder import template_folder

    specs = load_specs((study_dir or template_folder()) / "specs").response
    if specs is None:
        raise UsageError(
            "the study has no specs/response",
            place=str(study_dir),
            next_step="Leave --study out to score by the criteria that ship with tecdata",
        )
    given = Given(
        baseline=_numbers(values["baseline"]),
        followup=_numbers(values["followup"]),
        answers=_numbers(values["answers"]),
        limits=_numbers(values["uln"]),
        spans=_numbers(values["range"]),
        form=form,
        subset=subset,
        urgent=[n for text in values["urgent"] for n in _parts(text)],
        aids=[n for text in values["aid"] for n in _parts(text)],
    )
    made = work_out(name, given, specs)
    if as_json:
        print_json(dataclasses.asdict(made))
        return 0
    click.echo(f"{made.title} ({made.source})")
    for verdict in made.verdicts:
        click.echo("\n".join(_working(verdict, 1)))
    click.echo(made.result)
    return 0


def _working(verdict: Verdict, depth: int) -> Iterator[str]:
    """A verdict with its parts, indented."""
    told = f" ({verdict.found})" if verdict.found else ""
    yield f"{'  ' * depth}{verdict.asked}: {verdict.outcome}{told}"
    for part in verdict.parts:
        yield from _working(part, depth + 1)


def _parts(text: str) -> list[str]:
    """The parts of a text between blanks or commas."""
    return [part for part in text.replace(",", " ").split() if part]


def _numbers(texts: tuple[str, ...]) -> dict[str, Fraction]:
    """Values by name out of texts such as ``MDGA=6.4``."""
    found: dict[str, Fraction] = {}
    for part in (p for text in texts for p in _parts(text)):
        name, _, value = part.partition("=")
        try:
            number = Fraction(value)
        except (ValueError, ZeroDivisionError):
            raise UsageError(
                f"'{part}' is not NAME=VALUE with a number",
                next_step="Write values such as MDGA=6.4, with a decimal point, separated by commas",
            ) from None
        if name in found and found[name] != number:
            raise UsageError(f"{name} is given twice", next_step="Give each value once")
        found[name] = number
    return found
