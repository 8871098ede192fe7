"""``python -m tests.published OUT``: the published numbers beside those of OUT, as comparison.csv and .html."""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl
from tests.published.expected import expected_csv
from tests.published.stated import stated

from tecdata import __version__
from tecdata.export import read_output, record_products
from tecdata.report import compare_tables, render_comparison, write_tables
from tecdata.spec import load_specs

REPOSITORY = Path(__file__).parents[2]


def main(out: Path) -> int:
    """Write OUT/published, and OUT/tables where they were not made yet; 1 where a number differs without a reason."""
    frames = read_output(out)
    folder = out / "published"
    if not (out / "tables" / "ard.parquet").is_file():
        specs = load_specs(REPOSITORY / "specs")
        tables = write_tables(frames, specs, out / "tables", version=__version__)
        record_products(out, sorted((out / "tables").iterdir()))
    else:
        tables = pl.read_parquet(out / "tables" / "ard.parquet")
    folder.mkdir(exist_ok=True)
    (folder / "expected.csv").write_text(expected_csv(), encoding="utf-8")
    compared = compare_tables(folder / "expected.csv", tables, stated(frames, tables))
    compared.write_csv(folder / "comparison.csv")
    title = "Published numbers and those of the synthetic exports"
    source = "Albach et al., Ann Rheum Dis 2026, doi 10.1016/j.ard.2026.05.021; synthetic data"
    page = render_comparison(compared, title, source)
    (folder / "comparison.html").write_text(page, encoding="utf-8")
    counts = dict(compared.group_by("result").len().sort("result").iter_rows())
    sys.stdout.write(f"{counts}\n{folder}/comparison.html\n")
    return int(bool({"differs", "not computed"} & counts.keys()))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
