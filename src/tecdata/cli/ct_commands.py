"""``tecdata ct update``."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from tecdata.cli.output import print_json, print_table

__all__ = ["update"]


def update(file: Path, study_dir: Path, date: str, *, dry_run: bool, as_json: bool) -> int:
    """Compare the pinned terminology with a release and take over what needs no decision."""
    from tecdata.exchange import compare_terminology, read_release, update_terminology
    from tecdata.spec import load_specs

    folder = study_dir / "specs"
    specs = load_specs(folder)
    release = read_release(file, date)
    changes = compare_terminology(specs, release)
    written = [] if dry_run else update_terminology(folder, changes, release, specs.study.ct)
    open_ones = [change for change in changes if change.wants_a_decision]
    if as_json:
        print_json(
            {
                "release": release.date,
                "changes": [dataclasses.asdict(change) for change in changes],
                "files": [str(path) for path in written],
                "exit_code": int(bool(open_ones)),
            }
        )
        return int(bool(open_ones))
    click.echo(f"SDTM terminology: {specs.study.ct} in use, {release.date} in {file.name}")
    if changes:
        rows = [(c.kind, c.codelist, c.term, c.before, c.after) for c in changes]
        print_table("Changes", ("kind", "codelist", "term", "before", "after"), rows)
    else:
        click.echo("No term in use changed.")
    for path in written:
        click.echo(f"Written: {path}")
    if open_ones:
        click.echo(
            f"{len(open_ones)} removed or renamed terms were left as they are: change them in "
            "specs/terminology and wherever specs and mappings name them."
        )
    return int(bool(open_ones))
