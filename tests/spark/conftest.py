"""Spark in local mode, for the tests of this folder; without pyspark or Java they say that they did not run."""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="session")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Spark in local mode, the session that all of these tests find active."""
    pytest.importorskip("pyspark.sql", reason="needs the extra tecdata[spark]")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("needs Java (Debian: apt-get install default-jre-headless)")
    from tecdata.spark import spark_session

    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        patch.setenv("TECDATA_SPARK_MASTER", "local[2]")
        with spark_session(tmp_path_factory.mktemp("spark")) as made:
            yield made
