"""Spark runs the shares of a study: each in an executor, by the code that runs on one machine.

The centres' tables lie as Parquet in a landing that all executors can read (see
:mod:`tecdata.intake.landing`). They are read twice: to see which subjects there are and which decimal
signs columns show, and to bring the rows of a share together; each share is then mapped and
harmonised by itself (see :mod:`tecdata.shares`, which says why it is done so). What comes out lies as
Parquet too, a piece a share and dataset: the driver holds counts, findings and accounts, never records,
unless they are asked for.

Spark opens sockets between its own processes; in local mode on the loopback interface only.
"""

from __future__ import annotations

from tecdata.spark.run import Pieces, run_shares
from tecdata.spark.session import spark_session

__all__ = ["Pieces", "run_shares", "spark_session"]
