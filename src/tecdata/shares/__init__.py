"""The study share by share: some subjects of all centres, mapped and harmonised by themselves.

Every rule of a mapping reads one row and what is joined to it, and harmonising reads the records of one
subject, so a study can be worked on in shares of its subjects. A share holds the subjects whose
USUBJID lies between two bounds: the shares' datasets, one below the other, are then the study's
datasets in their order, --SEQ included, and where a record stands in the whole follows from how many there are in
the shares before. What depends on all rows is asked of all rows first (which subjects there are; which
decimal sign a column shows) or counted together afterwards (the account of cells, columns no rule reads).

This is how Spark runs tecdata (:mod:`tecdata.spark`): the same code over Polars, a share at a time, in its
executors. Rules as expressions of a cluster's own, through Narwhals, were the other way; but a value is read by a
plain function over the distinct values of a column (exact decimals, dates in four languages,
terms), which no expression of Spark can say without a function of Python in it, and then a second
engine would have to be proven equal. A share is proven equal by being the same code. Nothing here imports Spark.
"""

from __future__ import annotations

from tecdata.shares.job import CentreShare, Job, bounds_of, share_numbers
from tecdata.shares.merge import Merged, merge
from tecdata.shares.rows import ROW_SCHEMA, rows_of, tables_of
from tecdata.shares.survey import Seen, check_usubjid, planned, survey, whose
from tecdata.shares.work import (
    FACTS,
    RECORDS,
    TRACE,
    TRANSPORT,
    Piece,
    do_share,
    frame_of,
    stream_of,
)

__all__ = [
    "FACTS",
    "RECORDS",
    "ROW_SCHEMA",
    "TRACE",
    "TRANSPORT",
    "CentreShare",
    "Job",
    "Merged",
    "Piece",
    "Seen",
    "bounds_of",
    "check_usubjid",
    "do_share",
    "frame_of",
    "merge",
    "planned",
    "rows_of",
    "share_numbers",
    "stream_of",
    "survey",
    "tables_of",
    "whose",
]
