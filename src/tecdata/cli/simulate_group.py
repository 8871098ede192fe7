"""The options of ``tecdata simulate``."""

from __future__ import annotations

from pathlib import Path

import click

from tecdata.cli.options import JSON

__all__ = ["simulate"]


@click.command()
@click.option("--subjects", type=click.IntRange(min=1), default=1000, show_default=True)
@click.option(
    "--regimen",
    required=True,
    metavar="WORDS",
    help='Doses in mg/kg at days since the first: "0.06@0, 0.3@3, 1.5@7 x4 weekly".',
)
@click.option(
    "--delay",
    "delays",
    multiple=True,
    metavar="WORDS",
    help='"+10d before dose 5" puts that dose and all later ones off; may be given several times.',
)
@click.option(
    "--restart",
    is_flag=True,
    help="After a delay give what the label's restart rules say (specs/exposure.yaml: restart).",
)
@click.option("--model", metavar="NAME", help="Model under specs/pk; without it the study's.")
@click.option(
    "--analysis",
    default="FULL",
    show_default=True,
    help="Analysis of specs/exposure.yaml whose places of the model are taken away.",
)
@click.option(
    "--route",
    default="SUBCUTANEOUS",
    show_default=True,
    help="Route of specs/exposure.yaml by which all doses are given.",
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option("--days", type=click.IntRange(min=1), default=120, show_default=True)
@click.option(
    "--uncertainty",
    "draws",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Draws of the parameters within their standard errors, for bands of median and attainment.",
)
@click.option(
    "--residual",
    is_flag=True,
    help="Tell also where 90 % of measured concentrations lie: with the residual error of the model.",
)
@click.option("--threads", type=click.IntRange(min=1), default=1, show_default=True)
@click.option("--profiles", is_flag=True, help="Write every subject's profile too (Parquet).")
@click.option(
    "--study",
    "study_dir",
    default=".",
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="The study folder.",
)
@click.option(
    "--out", default="out/simulation", show_default=True, help="Folder to write to.",
    type=click.Path(path_type=Path, file_okay=False),
)  # fmt: skip
@JSON
def simulate(**options: object) -> int:
    """Simulate a regimen in virtual subjects: bands, target attainment, accumulation."""
    from tecdata.cli.simulate_commands import Options, simulate_regimen

    return simulate_regimen(Options(**options))  # type: ignore[arg-type]
