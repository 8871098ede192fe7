"""``tecdata diff``."""

from __future__ import annotations

from pathlib import Path

import click

from tecdata.cli.output import print_json, print_table

__all__ = ["compare_outputs"]

#: Changes printed one by one; all of them are in --json.
_SHOWN = 200


def compare_outputs(old: Path, new: Path, study_dir: Path | None, *, as_json: bool) -> int:
    """Print what differs between two outputs; 0 nothing, 1 something."""
    from tecdata.report import diff_datasets
    from tecdata.spec import load_specs
    from tecdata.study_folder import template_folder

    here = Path()
    home = study_dir or (here if (here / "specs" / "study.yaml").is_file() else template_folder())
    found = diff_datasets(old, new, load_specs(home / "specs").domains)
    if as_json:
        print_json(found.to_dict())
        return int(not found.same)
    differing = [d for d in found.datasets if d.changes]
    if not differing:
        click.echo(f"Nothing differs in {len(found.datasets)} datasets.")
        return 0
    rows = [
        (d.dataset, d.old_records, d.new_records,
         d.count("added"), d.count("removed"), d.count("changed"))
        for d in differing
    ]  # fmt: skip
    print_table(
        "Datasets that differ", ("dataset", "old", "new", "added", "removed", "changed"), rows
    )
    changes = [change for d in differing for change in d.changes]
    details = [
        (
            f"{c.dataset} {c.usubjid}",
            c.key,
            c.variable or c.kind,
            c.old,
            c.new,
            c.new_cell or c.old_cell,
        )
        for c in changes[:_SHOWN]
    ]
    print_table("Changes", ("record", "key", "what", "old", "new", "cell"), details)
    if len(changes) > _SHOWN:
        click.echo(f"... and {len(changes) - _SHOWN} more: --json has them all.")
    return 1
