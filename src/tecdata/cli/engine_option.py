"""``--engine``, ``--landing``, ``--from-landing``: what maps, and from where."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

__all__ = ["ENGINE", "FROM_LANDING", "LANDING"]


class _Engines(click.Choice[str]):
    """The engines; who means what runs the expectation suites is told the option's new name."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value in ("native", "gx", "both"):
            self.fail(
                f"'{value}' is what runs the expectation suites: say --suites {value}. "
                "--engine says what maps: polars, pandas or spark.",
                param,
                ctx,
            )
        return super().convert(value, param, ctx)


ENGINE = click.option(
    "--engine",
    type=_Engines(("polars", "pandas", "spark")),
    default="polars",
    show_default=True,
    help="What maps and harmonises; the records are the same. spark needs tecdata[spark] and Java.",
)

LANDING = click.option(
    "--landing",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Also lay down what was read as Parquet in DIR: raw cells of patients, for you only.",
)

FROM_LANDING = click.option(
    "--from-landing",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    metavar="DIR",
    help="Take what was read from DIR, where --landing laid it, in place of the centres' files.",
)
