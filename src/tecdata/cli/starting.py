"""What is set going before a command imports what it needs, so that it is ready when it is needed."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from tecdata.aside import aside
from tecdata.errors import SpecError
from tecdata.sandbox import parsers

__all__ = ["cores", "get_ready", "shared"]

#: Bytes of files up to which a study counts as small: its job is mostly many small steps, which a second
#: process shares and threads only slow down. Measured on two cores: 18 subjects (1 MB) take 0.8 of the
#: time, 100 (3.5 MB) 0.65, 400 (12 MB) 0.8, 1,500 (45 MB) as long.
SMALL: Final = 16_000_000

#: The parsers of the kinds of files that are not read here.
_PARSERS: Final = {
    **dict.fromkeys((".sav", ".zsav", ".dta", ".sas7bdat", ".xpt"), "pyreadstat"),
    **dict.fromkeys((".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"), "python_calamine"),
    ".parquet": "polars",
}


def get_ready(study_dir: Path, *, second: bool = True) -> None:
    """Start the parsers' process and, for a small study on several cores, the second process.

    ``second`` is False where the work is not done here, or not from the centres' files, by whose size
    a study is small. To be called before Polars is imported, which asks once how many threads it is to
    have. Nothing is reported here: what is wrong with the study is told by the command itself.
    """
    parsers().start()
    if second and cores() > 1:
        aside().start("pandera.polars", "tecdata.validate", "tecdata.mapping", "tecdata.export")
    delivered = dict(_delivered(study_dir))
    kinds = {path.suffix.lower() for path in delivered}
    parsers().start(sorted({_PARSERS[kind] for kind in kinds & _PARSERS.keys()}))
    if sum(delivered.values()) > SMALL:
        aside().close()
    elif aside().running and "polars" not in sys.modules:
        os.environ.setdefault("POLARS_MAX_THREADS", "1")


def shared(opening: Mapping[str, Any]) -> bool:
    """Whether a study opened so may have a second process: not on Spark, not from a landing of any size."""
    return opening["engine"] != "spark" and opening["from_landing"] is None


def cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _delivered(study_dir: Path) -> Iterator[tuple[Path, int]]:
    """The paths and sizes of the files in the centres' folders."""
    from tecdata.spec.text_yaml import read_yaml

    for path in (study_dir / "mappings").glob("*/source.yaml"):
        with contextlib.suppress(OSError, SpecError):
            source, _ = read_yaml(path)
            folder = source.get("folder") if isinstance(source, dict) else None
            if isinstance(folder, str):
                for file in (study_dir / folder).iterdir():
                    yield file, file.stat().st_size
