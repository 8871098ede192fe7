"""Where CDISC CORE is and how it is run: a program of its own, never imported."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tecdata.errors import UsageError

if TYPE_CHECKING:
    from tecdata.spec import StudySpec

__all__ = ["find_core", "run_core"]

#: An hour: 300,000 laboratory records take about seven minutes.
_LIMIT: Final = 3600
_NEXT: Final = (
    "Download the CORE executable from the releases of cdisc-org/cdisc-rules-engine, or check out "
    "that repository with a Python 3.12 environment (.venv) and its rules cache; then: tecdata conform "
    "OUT --core PATH. A report that exists already is read with --report FILE"
)


def find_core(path: Path | None) -> tuple[str, ...]:
    """The command that starts CORE: an executable, or a checkout with its Python environment.

    Parameters
    ----------
    path
        The executable, or a folder with ``core.py`` and ``.venv`` or ``venv`` (or run by the
        ``python3.12`` of this machine). None looks for a program ``core`` on the search path.

    Raises
    ------
    UsageError
        Where there is none, with what to do next.
    """
    if path is None:
        found = shutil.which("core")
        if found is None:
            raise UsageError("CDISC CORE is not on this machine's search path", next_step=_NEXT)
        return (found,)
    # The engine is started in another folder: a path beside the caller would not be found there.
    path = path.absolute()
    if path.is_file() and os.access(path, os.X_OK):
        return (str(path),)
    script = path / "core.py"
    if not script.is_file():
        raise UsageError(
            "this is neither an executable nor a folder with core.py",
            place=str(path),
            next_step=_NEXT,
        )
    for name in (".venv/bin/python", "venv/bin/python", ".venv/Scripts/python.exe"):
        if (path / name).is_file():
            return str(path / name), str(script)
    python = shutil.which("python3.12")
    if python is None:
        raise UsageError(
            "core.py needs Python 3.12: the folder has no .venv and there is no python3.12",
            place=str(path),
            next_step=_NEXT,
        )
    return python, str(script)


def run_core(
    command: Sequence[str], out: Path, study: StudySpec, report: Path, limit: int = _LIMIT
) -> None:
    """Run CORE over ``out/sdtm/xpt`` with ``out/define/define.xml``; its JSON report goes to ``report``.

    The same as a workbook goes beside it (``.xlsx``).
    ``limit`` is in seconds. Raises :class:`UsageError` where the output is not complete, the engine
    fails or leaves no report. Its own messages are not repeated: they may hold values.
    """
    data, define = out / "sdtm" / "xpt", out / "define" / "define.xml"
    if not any(data.glob("*.xpt")):
        raise UsageError(
            "this is not an output of tecdata run: it has no sdtm/xpt/*.xpt",
            place=str(out),
            next_step="Name the folder given as --out",
        )
    arguments = [
        *command,
        "validate",
        *("-s", "sdtmig"),
        *("-v", study.sdtmig.replace(".", "-")),
        *("-d", str(data.absolute())),
        *("-ct", f"sdtmct-{study.ct}"),
        *("-o", str(report.absolute().with_suffix(""))),
        *("-of", "JSON", "-of", "XLSX"),
        *("-p", "disabled"),
    ]
    if define.is_file():
        arguments += ["-dxp", str(define.absolute())]
    folder = Path(command[-1]).parent
    try:
        done = subprocess.run(  # noqa: S603 - the command is the user's own, no shell is involved
            arguments, cwd=folder, capture_output=True, timeout=limit, check=False
        )
    except subprocess.TimeoutExpired:
        raise UsageError(
            f"CORE did not end within {limit} s",
            place=str(data),
            next_step="Run it on its own and read its report with --report FILE",
        ) from None
    except OSError as error:
        raise UsageError(
            f"CORE could not be started ({type(error).__name__})",
            place=command[0],
            next_step=_NEXT,
        ) from None
    if not report.is_file():
        raise UsageError(
            f"CORE ended with exit code {done.returncode} and left no report",
            place=" ".join(command),
            next_step="Run it on its own to see what it says; it may lack its rules cache",
        )
