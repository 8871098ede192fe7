"""``tecdata init``, ``tecdata demo`` and ``tecdata profile``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tecdata.cli.output import print_json, print_table

if TYPE_CHECKING:
    from tecdata.demo.planting_model import Planted
    from tecdata.intake import FileProfile

__all__ = ["init_folder", "profile_one", "write_demo"]


def init_folder(directory: Path, *, sample: bool, as_json: bool) -> int:
    """Lay down a study folder."""
    from tecdata.study_folder import init_study

    made = init_study(directory, sample=sample)
    files = sorted(p.relative_to(made).as_posix() for p in made.rglob("*") if p.is_file())
    if as_json:
        print_json({"folder": str(made), "files": files})
        return 0
    click.echo(f"Study folder {made} made: {len(files)} files.")
    click.echo(f"Next: tecdata run {made}" if sample else "Next: add mappings/<centre>/source.yaml")
    return 0


def write_demo(
    subjects: int | None, errors: int | None, seed: int, out: Path, *, as_json: bool
) -> int:
    """Write the five synthetic exports, with so many ``errors`` planted in them where they are asked for."""
    from tecdata.demo import bootstrap, cohort, plant_errors, write_exports

    people = cohort() if subjects is None else bootstrap(subjects, seed)
    planted: tuple[Planted, ...] = ()
    if errors is None:
        paths = write_exports(people, out)
    else:
        paths, planted = plant_errors(people, out, errors, seed)
    if as_json:
        files = [path.as_posix() for path in paths]
        told = {"out": str(out), "subjects": len(people), "files": files}
        print_json(told if errors is None else told | {"errors": len(planted)})
        return 0
    click.echo(f"{len(people)} synthetic subjects in {len(paths)} files under {out}:")
    for path in paths:
        click.echo(f"  {path.as_posix()}")
    if errors is not None:
        kinds = len({error.kind for error in planted})
        click.echo(
            f"{len(planted)} errors of {kinds} kinds are planted; planted.json says which, where and what finds them."
        )
    click.echo("The longitudinal data are synthetic; see the README.")
    return 0


def profile_one(file: Path, sheet: str | None, *, min_count: int, as_json: bool) -> int:
    """Say what is in a file."""
    from tecdata.intake import profile_file

    found = profile_file(file, sheet=sheet, min_count=min_count)
    if as_json:
        print_json(found.to_dict())
        return 0
    _print_profile(found)
    return 0


def _print_profile(found: FileProfile) -> None:
    """Print a profile: the file, then its tables and their columns."""
    data = found.to_dict()
    tables = data.pop("tables")
    snippet = data.pop("suggested_source_yaml", "")
    for key, value in data.items():
        click.echo(f"{key.replace('_', ' ')}: {value}")
    for table in tables:
        columns = table.pop("columns")
        title = ", ".join(
            f"{k.replace('_', ' ')} {v}" for k, v in table.items() if v not in ("", [])
        )
        if columns:
            header = tuple(k for k in columns[0] if k != "values")
            rows = [tuple(c[k] for k in header) for c in columns]
            print_table(title, tuple(h.replace("_", " ") for h in header), rows)
            for column in columns:
                if column.get("values"):
                    shown = ", ".join(f"{v} ({n})" for v, n in column["values"])
                    click.echo(f"  {column['name']}: {shown}")
        else:
            click.echo(f"\n{title}")
    if snippet:
        click.echo("\nA start for source.yaml (check every line):\n")
        click.echo(snippet)
