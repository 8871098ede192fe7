"""R reads what we write: haven and foreign, the two packages statisticians use."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import polars as pl
import pyreadstat
import pytest

from tecdata.export import XptVariable, write_xpt
from tecdata.export.ibm import LARGEST, SMALLEST

WHEN = datetime(2026, 3, 1, tzinfo=UTC)
FRAME = pl.DataFrame(
    {
        "USUBJID": ["S-001", "S-002", "S-003"],
        "TERM": ["Fever", None, " leading, 'quoted' \"text\""],
        "N": [0.1, None, -7.0e70],
    }
)
VARIABLES = (
    XptVariable("USUBJID", "Unique Subject Identifier", length=5),
    XptVariable("TERM", "Reported Term", length=30),
    XptVariable("N", "A Number", numeric=True),
)
# Numbers in hexadecimal, so that the comparison is of bits; R has no JSON of its own.
PROGRAM = """
arguments <- commandArgs(trailingOnly = TRUE)
text <- function(x) ifelse(is.na(x), "", as.character(x))
line <- function(...) cat(paste(c(...), collapse = "\x1f"), "\n", sep = "")
for (path in arguments[-1]) {
  if (arguments[1] == "haven") {
    frame <- haven::read_xpt(path)
    labels <- sapply(frame, function(column) { l <- attr(column, "label"); if (is.null(l)) "" else l })
    line(basename(path), "", attr(frame, "label"))
  } else {
    frame <- foreign::read.xport(path)
    information <- foreign::lookup.xport(path)
    labels <- information[[1]]$label
    line(basename(path), "", names(information))
  }
  for (i in seq_along(frame)) {
    column <- frame[[i]]
    values <- if (is.numeric(column)) ifelse(is.na(column), "NA", sprintf("%a", column)) else text(column)
    line(basename(path), names(frame)[i], labels[i], values)
  }
}
"""


def read_with(package: str, paths: list[Path], folder: Path) -> dict[tuple[str, str], list[str]]:
    """By file and variable: the label, then the values; by file and "": what names the dataset."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        pytest.skip("R is not installed (Debian: apt-get install r-base-core r-cran-haven)")
    asked = [rscript, "-e", f"cat(requireNamespace('{package}', quietly = TRUE))"]
    if "TRUE" not in subprocess.run(asked, capture_output=True, text=True, check=True).stdout:
        pytest.skip(f"the R package {package} is not installed")
    program = folder / "read.R"
    program.write_text(PROGRAM)
    command = [rscript, "--vanilla", str(program), package, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    lines = [line.split("\x1f") for line in done.stdout.split("\n")[:-1]]
    return {(file, name): rest for file, name, *rest in lines}


def numbers(values: list[str]) -> list[float | None]:
    return [None if value == "NA" else float.fromhex(value) for value in values]


@pytest.mark.parametrize("package", ["haven", "foreign"])
def test_values_and_labels(tmp_path: Path, package: str) -> None:
    path = tmp_path / "ae.xpt"
    write_xpt(path, FRAME, VARIABLES, "Adverse Events", WHEN)
    found = read_with(package, [path], tmp_path)
    assert found.pop(("ae.xpt", "")) == ["Adverse Events" if package == "haven" else "AE"]
    assert {name: rest[0] for (_, name), rest in found.items()} == {
        v.name: v.label for v in VARIABLES
    }
    values = {name: rest[1:] for (_, name), rest in found.items()}
    assert values["USUBJID"] == ["S-001", "S-002", "S-003"]
    assert values["TERM"] == ["Fever", "", " leading, 'quoted' \"text\""]
    assert numbers(values["N"]) == FRAME["N"].to_list()


def test_doubles_of_every_size_are_the_same_bits_in_haven(tmp_path: Path) -> None:
    generator = Random(20250328)  # noqa: S311 - numbers, not secrets
    drawn = (
        generator.choice((-1, 1)) * generator.uniform(1, 2) * 2.0 ** generator.randint(-259, 250)
        for _ in range(20_000)
    )
    values = [v for v in drawn if SMALLEST <= abs(v) <= LARGEST] + [0.0, LARGEST, -SMALLEST, 0.1]
    path = tmp_path / "n.xpt"
    write_xpt(path, pl.DataFrame({"N": values}), VARIABLES[2:], "", WHEN)
    _, *read = read_with("haven", [path], tmp_path)["n.xpt", "N"]
    assert [float.fromhex(v).hex() for v in read] == [v.hex() for v in values]


@pytest.mark.usefixtures("sample_run")
@pytest.mark.parametrize("package", ["haven", "foreign"])
def test_every_file_of_the_main_job(sample_out: Path, tmp_path: Path, package: str) -> None:
    paths = sorted((sample_out / "sdtm" / "xpt").glob("*.xpt"))
    assert len(paths) > 10
    found = read_with(package, paths, tmp_path)
    for path in paths:
        data, meta = pyreadstat.read_xport(str(path), output_format="dict")
        name = meta.file_label if package == "haven" else meta.table_name
        assert found.pop((path.name, "")) == [name]
        for variable, label in meta.column_names_to_labels.items():
            said, *values = found.pop((path.name, variable))
            assert said == label
            numeric = meta.readstat_variable_types[variable] == "double"
            assert (numbers(values) if numeric else values) == data[variable], variable
    assert found == {}
