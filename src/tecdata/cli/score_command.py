"""The options of ``tecdata score``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from tecdata.cli.options import JSON

__all__ = ["score"]

F = TypeVar("F", bound=Callable[..., Any])


def _values(name: str, example: str, words: str) -> Callable[[F], F]:
    """An option for values of one visit, given once or several times."""
    return click.option(
        f"--{name}", multiple=True, metavar=example, help=f"{words}; may be given several times."
    )


@click.command()
@click.argument("name")
@_values("baseline", "MDGA=7,PTGA=8", "Values before treatment, by measure")
@_values("followup", "MDGA=2,PTGA=3", "Values now")
@_values("answers", "01=2,02=0", "Answers by item, for a score of one day")
@_values("uln", "CK=170", "Upper limit of normal of the enzyme that is followed")
@_values("range", "MMT=150", "Range of a scale where it is not the usual one")
@_values("urgent", "01", "Items marked urgent (IgG4-RD RI)")
@_values("aid", "EAT", "Categories with an aid or help (HAQ-DI)")
@click.option("--form", default="", help="Version of the instrument, for instance bilateral.")
@click.option("--subset", default="", help="A partial sum, for instance clinical.")
@click.option(
    "--study", "study_dir", type=click.Path(path_type=Path, file_okay=False),
    help="Take the criteria of this study folder, not those that ship with tecdata.",
)  # fmt: skip
@JSON
def score(
    name: str, form: str, subset: str, study_dir: Path | None, as_json: bool,  # noqa: FBT001
    **values: tuple[str, ...],
) -> int:  # fmt: skip
    """Score one patient and print the working: NAME is tis, criss, doris, ssc, iim and others."""
    from tecdata.cli.response_commands import score_patient

    return score_patient(name, study_dir, values, form=form, subset=subset, as_json=as_json)
