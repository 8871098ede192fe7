"""``python -m tests.published OUT``: the published numbers beside those of OUT, as comparison.csv and .html."""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl
from tests.published.expected import expected_csv
from tests.published.stated import stated

from tecdata.export import read_output
from tecdata.report import compare_tables, render_comparison


def main(out: Path) -> int:
    """Write OUT/published; 1 where a number differs without a reason."""
    frames = read_output(out)
    folder = out / "published"
    ard = pl.read_parquet(out / "tables" / "ard.parquet")
    folder.mkdir(exist_ok=True)
    (folder / "expected.csv").write_text(expected_csv(), encoding="utf-8")
    compared = compare_tables(folder / "expected.csv", ard, stated(frames))
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
