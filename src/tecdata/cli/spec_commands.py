"""``tecdata spec export``, ``import`` and ``mapping``."""

from __future__ import annotations

from pathlib import Path

import click

from tecdata.cli.output import print_json

__all__ = ["export_mappings", "export_specs", "import_specs"]


def export_specs(file: Path, study_dir: Path, *, as_json: bool) -> int:
    """Write the specs of a study as a workbook."""
    from tecdata.exchange import export_spec
    from tecdata.spec import load_specs

    specs = load_specs(study_dir / "specs")
    export_spec(specs, file)
    told = {
        "file": str(file),
        "datasets": len(specs.domains) + len(specs.adam),
        "codelists": len(specs.codelists),
    }
    if as_json:
        print_json(told)
    else:
        click.echo(f"{file}: {told['datasets']} datasets, {told['codelists']} codelists")
    return 0


def import_specs(file: Path, out: Path, *, as_json: bool) -> int:
    """Read a workbook and write YAML."""
    from tecdata.exchange import import_spec, write_spec

    read = import_spec(file)
    written = write_spec(read, out)
    if as_json:
        print_json({"files": [str(p) for p in written], "ignored": list(read.ignored)})
        return 0
    datasets = len(read.domains) + len(read.adam)
    click.echo(f"{out}: {datasets} datasets, {len(read.codelists)} codelists")
    for what in read.ignored:
        click.echo(f"Not read: {what}")
    return 0


def export_mappings(centre: str, file: Path, study_dir: Path, *, as_json: bool) -> int:
    """Write a centre's rules as a workbook."""
    from tecdata.exchange import export_mapping
    from tecdata.pipeline import centres_of
    from tecdata.spec import load_centre, load_specs

    folder = centres_of(study_dir, [centre])[0]
    mapping = load_centre(folder)
    export_mapping(mapping, load_specs(study_dir / "specs"), file)
    rules = sum(len(block.variables) for d in mapping.domains.values() for block in d.blocks)
    if as_json:
        print_json({"file": str(file), "centre": mapping.source.centre, "rules": rules})
    else:
        click.echo(f"{file}: {rules} rules of {mapping.source.name}")
    return 0
