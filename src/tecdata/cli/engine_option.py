"""``--engine``, ``--landing``, ``--from-landing``, ``--sdtm-only``: what maps, from where, and how far."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from tecdata.errors import UsageError

__all__ = ["SDTM_ONLY", "opening_options", "refuse_further"]

F = TypeVar("F", bound=Callable[..., Any])


class _Engines(click.Choice[str]):
    """The engines; who means what runs the expectation suites is told the option's new name."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The engine; who names what runs the suites is told the other option."""
        if value in ("native", "gx", "both"):
            self.fail(
                f"'{value}' is what runs the expectation suites: say --suites {value}. "
                "--engine says what maps: polars, pandas or spark.",
                param,
                ctx,
            )
        return super().convert(value, param, ctx)


_OPENING = (
    click.option(
        "--from-landing",
        type=click.Path(path_type=Path, file_okay=False, exists=True),
        metavar="DIR",
        help="Take what was read from DIR, where --landing laid it, in place of the centres' files.",
    ),
    click.option(
        "--landing",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="DIR",
        help="Also lay down what was read as Parquet in DIR: raw cells of patients, for you only.",
    ),
    click.option(
        "--engine",
        type=_Engines(("polars", "pandas", "spark")),
        default="polars",
        show_default=True,
        help="What maps and harmonises; the records are the same. spark needs tecdata[spark], Java.",
    ),
)


def opening_options(command: F) -> F:
    """Add the options that say how a study is opened; they come as keywords of ``open_study``."""
    for option in _OPENING:
        command = option(command)
    return command


SDTM_ONLY = click.option(
    "--sdtm-only",
    is_flag=True,
    help="Stop after the SDTM datasets (XPT, Parquet, structure checked): no expectations, analysis, "
    "reports, queries. With --engine spark no machine has to hold them, and nothing is checked.",
)


def refuse_further(options: Mapping[str, bool]) -> None:
    """:class:`UsageError` for the first option given that has no part in the SDTM datasets alone."""
    for name, given in options.items():
        if given:
            raise UsageError(
                f"--sdtm-only writes the SDTM datasets and no more, {name} has no part in it",
                next_step=f"Leave out {name}, or --sdtm-only",
            )
