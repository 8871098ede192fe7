"""``tecdata figures``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from tecdata.cli.output import Reporter, print_json, print_table
from tecdata.study import open_study

__all__ = ["draw_figures"]


def draw_figures(study_dir: Path, out: Path, only: Sequence[str], *, as_json: bool) -> int:
    """Draw the figures there are, or those named, and write ``OUT/figures``; 0.

    Raises :class:`~tecdata.errors.UsageError` for a figure nobody knows, before anything is read.
    """
    from tecdata.export import output_lock, record_products
    from tecdata.report.figures import check_names, figure_entries, write_figures

    study = open_study(study_dir)
    check_names(only, study.specs)
    with Reporter(quiet=as_json) as progress:
        made = study.analyse(progress=progress)
        progress("draw", ", ".join(only) or "figures")
        with output_lock(out):
            written = write_figures({**made.datasets, **made.adam}, study.specs, out, only or None)
            record_products(out, written)
    drawn = list(dict.fromkeys(path.stem for path in written))
    left = [] if only else [name for name in figure_entries(study.specs) if name not in drawn]
    if as_json:
        files = [path.relative_to(out).as_posix() for path in written]
        print_json({"out": str(out), "files": files, "left_out": left, "exit_code": 0})
        return 0
    sizes = {path.name: path.stat().st_size for path in written}
    rows = [(name, sizes[f"{name}.svg"], sizes[f"{name}.png"]) for name in drawn]
    print_table("Figures", ("figure", "svg bytes", "png bytes"), rows)
    for name in left:
        click.echo(f"Not drawn, since its datasets have no records: {name}")
    click.echo(f"\nWritten to {out}/figures: {len(drawn)} figures")
    return 0
