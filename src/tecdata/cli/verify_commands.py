"""``tecdata verify``."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import click

from tecdata.cli.output import print_json

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["verify_folder"]


def verify_folder(out: Path, *, as_json: bool) -> int:
    """Say what differs from the manifest; 0 where nothing does, 1 otherwise."""
    from tecdata.export import verify_output

    found = verify_output(out)
    code = int(bool(found))
    if as_json:
        differences = [dataclasses.asdict(difference) for difference in found]
        print_json({"out": str(out), "differences": differences, "exit_code": code})
        return code
    for difference in found:
        click.echo(f"{difference.path}: {difference.what}")
    click.echo(f"{out}: {len(found)} differences" if found else f"{out}: as it was written")
    return code
