"""``tecdata tables``."""

from __future__ import annotations

from pathlib import Path

import click

from tecdata._version import __version__
from tecdata.cli.output import print_json, print_table
from tecdata.study import open_study

__all__ = ["make_tables"]


def make_tables(
    study_dir: Path, out: Path, suppress: int, compare: Path | None, *, as_json: bool
) -> int:
    """Write ``OUT/tables`` from the datasets of OUT; with ``compare`` also ``OUT/comparison``.

    Returns 0, or 1 where an expected number differs or was not computed.
    """
    from tecdata.export import output_lock, read_output, record_products
    from tecdata.report import compare_tables, render_comparison, write_tables
    from tecdata.report.files import write_new

    specs = open_study(study_dir).specs
    folder = out / "tables"
    frames = read_output(out)
    with output_lock(out):
        ard = write_tables(frames, specs, folder, version=__version__, suppress=suppress)
        made = sorted(folder.iterdir())
        record_products(out, made)
    files = [path.name for path in made]
    told: dict[str, object] = {"out": str(folder), "files": files, "exit_code": 0}
    code = 0
    if compare is not None:
        compared = compare_tables(compare, ard)
        source = f"{specs.study.study}; data cut {specs.study.data_cut}; tecdata {__version__}"
        page = render_comparison(compared, f"Numbers beside {compare.name}", source)
        beside = out / "comparison"
        with output_lock(out):
            write_new(beside / "comparison.html", page.encode())
            write_new(beside / "comparison.csv", compared.write_csv().encode())
            record_products(out, sorted(beside.iterdir()))
        counts = {
            str(r): int(n) for r, n in compared.group_by("result").len().sort("result").iter_rows()
        }
        code = int(bool({"differs", "not computed"} & counts.keys()))
        told |= {"comparison": counts, "compared": str(beside), "exit_code": code}
    if as_json:
        print_json(told)
        return code
    names = ard.select("table").unique(maintain_order=True)["table"].to_list()
    rows = [(name, specs.tables[name].title) for name in names]
    print_table("Tables", ("table", "title"), rows)
    for name in specs.tables:
        if name not in names and f"{name}.html" in files:
            click.echo(f"Not shown, and its page says why: {name}.html")
    if "comparison" in told:
        print_table("Compared with expected numbers", ("result", "numbers"), list(counts.items()))
    click.echo(f"\nWritten to {folder}: {len(files)} files")
    return code
