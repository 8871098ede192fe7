"""``--format`` and ``--xpt``: what ``tecdata run`` writes beside the usual."""

from __future__ import annotations

import click

__all__ = ["FORMAT", "XPT"]

FORMAT = click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice(("core-xlsx", "p21-xlsx", "junit", "json")),
    help="Write the findings in this layout too; may be given several times.",
)

XPT = click.option(
    "--xpt",
    type=click.Choice(("5", "8")),
    default="5",
    show_default=True,
    help="8: write transport files of SAS version 8 too, into sdtm/xpt8 and adam/xpt8.",
)
