"""The datasets that an earlier run wrote, read back from its Parquet files."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from tecdata.errors import UsageError

__all__ = ["read_output"]


def read_output(out: Path) -> dict[str, pl.DataFrame]:
    """SDTM and analysis datasets of ``out`` by name (``LB``, ``ADLB``).

    Raises :class:`UsageError` where ``out`` is not the output of a run with analysis datasets.
    """
    frames = {
        path.stem.upper(): pl.read_parquet(path)
        for room in ("sdtm", "adam")
        for path in sorted((out / room / "parquet").glob("*.parquet"))
    }
    if "ADSL" not in frames:
        raise UsageError(
            "this is not the output of a run: it has no adam/parquet/adsl.parquet",
            place=str(out),
            next_step="Write it first: tecdata run --out DIR",
        )
    return frames
