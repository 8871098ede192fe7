"""Arguments and options that several commands share, so that they mean the same everywhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click

__all__ = ["CENTRE", "JSON", "KEEP_GOING", "STUDY", "STUDY_OPTION", "out_folder"]

F = TypeVar("F", bound=Callable[..., Any])

_FOLDER: Final = click.Path(path_type=Path, file_okay=False)

STUDY = click.argument("study_dir", default=".", type=_FOLDER, metavar="[STUDY_DIR]")
#: The study folder of commands whose arguments are something else.
STUDY_OPTION = click.option(
    "--study",
    "study_dir",
    default=".",
    show_default=True,
    type=_FOLDER,
    help="The study folder.",
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object and no text.")
CENTRE = click.option(
    "--centre",
    "centres",
    multiple=True,
    metavar="NAME",
    help="Only this centre (its folder under mappings/); may be given several times.",
)
KEEP_GOING = click.option(
    "--keep-going",
    is_flag=True,
    help="Go on with the other centres when one cannot be read; the exit code is 2 all the same.",
)


def out_folder(default: str, text: str = "Folder to write to.") -> Callable[[F], F]:
    """``--out``, with the folder it has when it is not given."""
    return click.option("--out", default=default, show_default=True, type=_FOLDER, help=text)
