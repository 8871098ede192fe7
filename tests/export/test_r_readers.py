"""R reads what we write: haven and foreign, the two packages statisticians use."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from tecdata.export import XptVariable, write_xpt

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
# Hexadecimal, so that the comparison is of bits; R has no JSON of its own.
PROGRAM = """
arguments <- commandArgs(trailingOnly = TRUE)
text <- function(x) ifelse(is.na(x), "", as.character(x))
show <- function(frame) {
  for (name in names(frame)) {
    column <- frame[[name]]
    values <- if (is.numeric(column)) ifelse(is.na(column), "NA", sprintf("%a", column)) else text(column)
    label <- attr(column, "label")
    cat(name, if (is.null(label)) "" else label, paste(values, collapse = "|"), sep = "\\t")
    cat("\\n")
  }
}
if (arguments[1] == "haven") {
  frame <- haven::read_xpt(arguments[2])
  cat("label", attr(frame, "label"), sep = "\\t"); cat("\\n")
} else {
  frame <- foreign::read.xport(arguments[2])
  information <- foreign::lookup.xport(arguments[2])
  cat("label", names(information), sep = "\\t"); cat("\\n")
  for (i in seq_along(frame)) attr(frame[[i]], "label") <- information[[1]]$label[i]
}
show(as.data.frame(frame))
"""


def read_with(package: str, path: Path) -> list[list[str]]:
    rscript = shutil.which("Rscript")
    if rscript is None:
        pytest.skip("R is not installed (Debian: apt-get install r-base-core r-cran-haven)")
    asked = [rscript, "-e", f"cat(requireNamespace('{package}', quietly = TRUE))"]
    if "TRUE" not in subprocess.run(asked, capture_output=True, text=True, check=True).stdout:
        pytest.skip(f"the R package {package} is not installed")
    program = path.with_suffix(".R")
    program.write_text(PROGRAM)
    done = subprocess.run(
        [rscript, "--vanilla", str(program), package, str(path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [line.split("\t") for line in done.stdout.splitlines()]


@pytest.mark.parametrize("package", ["haven", "foreign"])
def test_values_and_labels(tmp_path: Path, package: str) -> None:
    path = tmp_path / "ae.xpt"
    write_xpt(path, FRAME, VARIABLES, "Adverse Events", WHEN)
    lines = read_with(package, path)
    assert lines[0] == ["label", "Adverse Events" if package == "haven" else "AE"]
    assert [line[:2] for line in lines[1:]] == [[v.name, v.label] for v in VARIABLES]
    values = {name: text.split("|") for name, _, text in lines[1:]}
    assert values["USUBJID"] == ["S-001", "S-002", "S-003"]
    assert values["TERM"] == ["Fever", "", " leading, 'quoted' \"text\""]
    numbers = [None if v == "NA" else float.fromhex(v) for v in values["N"]]
    assert numbers == FRAME["N"].to_list(), json.dumps(values)
