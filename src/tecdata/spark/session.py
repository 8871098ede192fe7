"""The Spark session: the caller's own, that of ``spark-submit``, or Spark in local mode."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import warnings
from typing import TYPE_CHECKING, Any, Final

from tecdata.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["spark_session"]

#: Nothing is logged: a stack trace of Spark quotes what it worked on.
_SILENCE: Final = """\
status = off
appender.none.type = Null
appender.none.name = none
rootLogger.level = off
rootLogger.appenderRef.none.ref = none
"""


@contextlib.contextmanager
def spark_session(scratch: Path) -> Iterator[Any]:
    """A session for as long as the block lasts.

    An active session is used as it is, and so is the cluster of ``spark-submit``; else Spark runs in
    local mode on all cores (the environment variable ``TECDATA_SPARK_MASTER`` names another master, for instance
    ``local[2]``), keeps what it spills in ``scratch``, and is stopped at the end.

    Raises :class:`~tecdata.errors.UsageError` without pyspark or Java.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pyspark.sql import SparkSession
    except ImportError:
        raise UsageError(
            "engine spark needs PySpark",
            choices=("polars", "pandas"),
            next_step="Install it: pip install 'tecdata[spark]'",
        ) from None
    active = SparkSession.getActiveSession()
    if active is not None:
        yield active
        return
    submitted = "PYSPARK_GATEWAY_PORT" in os.environ
    if not submitted and shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        raise UsageError(
            "engine spark needs Java",
            choices=("polars", "pandas"),
            next_step="Install it (Debian: apt-get install default-jre-headless) or set JAVA_HOME",
        )
    builder = SparkSession.builder.appName("tecdata")
    if not submitted:
        # Spark would start whatever python3 it finds.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        for key, value in _local(scratch).items():
            builder = builder.config(key, value)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = builder.getOrCreate()
        made.sparkContext.setLogLevel("OFF")
        try:
            yield made
        finally:
            made.stop()


def _local(scratch: Path) -> dict[str, str]:
    logging = scratch / "log4j2.properties"
    logging.write_text(_SILENCE)
    return {
        "spark.master": os.environ.get("TECDATA_SPARK_MASTER", "local[*]"),
        "spark.local.dir": str(scratch),
        "spark.sql.warehouse.dir": str(scratch / "warehouse"),
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={logging.as_uri()}",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.executorEnv.PYTHONWARNINGS": "ignore",
    }
