"""Files whose columns carry their own names, read by the library for their format."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tecdata.intake.grid import Columns
    from tecdata.intake.opener import Opened

__all__ = ["read_columns"]


def read_columns(opened: Opened, *, encoding: str | None = None) -> Columns:
    """Read a Parquet file or a file of SPSS, Stata or SAS.

    The libraries are imported here, so that a study without such files does not wait for them.
    """
    if opened.info.format == "parquet":
        from tecdata.intake.parquet import read_parquet

        return read_parquet(opened)
    from tecdata.intake.statistics_file import read_statistics_file

    return read_statistics_file(opened, encoding=encoding)
