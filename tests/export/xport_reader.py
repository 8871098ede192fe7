"""Transport files read by ``xport`` (PyPI), beside the Parquet files of the same run.

``xport`` 3.6.1 wants pandas 1.3 and therefore Python 3.10 at the most, so it cannot stand beside tecdata. By hand, in an
environment of its own, with the output of a run in ``out``::

    python3.10 -m venv .venv-xport
    .venv-xport/bin/pip install "setuptools<80" wheel
    .venv-xport/bin/pip install --no-build-isolation "numpy<1.24" "pandas<1.4" xport pyarrow
    .venv-xport/bin/python tests/export/xport_reader.py out

It prints how many values it compared and those that differ, and ends with 1 where any do.
"""

# ruff: noqa: T201 - a command that prints what it found

from __future__ import annotations

import datetime
import logging
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

EPOCH = datetime.date(1960, 1, 1)


def pairs(out: Path) -> Iterator[tuple[str, Any, Any]]:
    """Place, value of the transport file and value of Parquet, for every value of SDTM and ADaM."""
    import pyarrow.parquet
    import xport.v56

    for path in sorted(out.glob("*/xpt/*.xpt")):
        ((name, read),) = xport.v56.loads(path.read_bytes()).items()
        table = pyarrow.parquet.read_table(path.parents[1] / "parquet" / f"{path.stem}.parquet")
        if list(read.columns) != table.column_names or len(read) != table.num_rows:
            yield f"{name}: columns or number of records", (len(read), list(read)), table.shape
            continue
        for column in table.column_names:
            for number, both in enumerate(zip(read[column], table[column].to_pylist()), 1):  # noqa: B905 - as many
                yield f"{name}.{column} of record {number}", *both


def same(found: Any, kept: Any) -> bool:
    """Whether a value came back: a missing one as NaN or no text, a date as days since 1960."""
    if kept is None:
        return found is None or found != found or found == ""
    if isinstance(kept, datetime.date):
        return bool(found == (kept - EPOCH).days)
    return bool(found == kept)


def main(out: Path) -> int:
    """Compare all values; text beyond ASCII, which tecdata spells out in transport files, is counted apart."""
    warnings.simplefilter("ignore")
    logging.disable()
    compared = spelled = 0
    differing = []
    for place, found, kept in pairs(out):
        compared += 1
        if same(found, kept):
            continue
        if isinstance(kept, str) and not kept.isascii() and str(found).isascii():
            spelled += 1
        else:
            differing.append(f"{place}: {found!r} instead of {kept!r}")
    print(f"{compared} values, {len(differing)} differ, {spelled} spelled out in ASCII")
    for line in differing[:20]:
        print(line)
    return 1 if differing or not compared else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
