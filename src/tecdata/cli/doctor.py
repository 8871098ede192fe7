"""``tecdata doctor``: whether this installation works and the study folder is in order."""

from __future__ import annotations

import dataclasses
import platform
import sys
import tempfile
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from tecdata._version import __version__
from tecdata.cli.output import print_json, print_table
from tecdata.errors import SpecError, TecdataError

if TYPE_CHECKING:
    from tecdata.spec import Specs

__all__ = ["examine"]

_NEEDED = ("polars", "narwhals", "pandas", "pandera", "pyreadstat", "python-calamine", "pydantic")


@dataclasses.dataclass(frozen=True, slots=True)
class _Answer:
    check: str
    state: Literal["ok", "warning", "failed", "not run"]
    detail: str


def examine(study_dir: Path, *, as_json: bool) -> int:
    """Run every check; exit code 0 where none failed, 2 otherwise."""
    checks: tuple[Callable[[], list[_Answer]], ...] = (
        _python,
        _packages,
        _round_trip,
        _encoding,
        _system,
        lambda: _left(study_dir),
        lambda: _study(study_dir),
    )
    answers = [answer for check in checks for answer in check()]
    failed = any(a.state == "failed" for a in answers)
    if as_json:
        print_json({"answers": [dataclasses.asdict(a) for a in answers], "ok": not failed})
    else:
        rows = [dataclasses.astuple(a) for a in answers]
        print_table(f"tecdata {__version__}", ("check", "state", "detail"), rows)
    return 2 if failed else 0


def _python() -> list[_Answer]:
    """The version of Python."""
    good = sys.version_info >= (3, 11)
    return [_Answer("Python", "ok" if good else "failed", platform.python_version())]


def _packages() -> list[_Answer]:
    """The packages tecdata needs."""
    answers = []
    for name in _NEEDED:
        try:
            answers.append(_Answer(name, "ok", version(name)))
        except PackageNotFoundError:
            detail = "not installed; reinstall tecdata with pip install tecdata"
            answers.append(_Answer(name, "failed", detail))
    return answers


def _round_trip() -> list[_Answer]:
    """Write one dataset as XPT and read it back with a reader that is not ours."""
    try:
        from tecdata.export import self_test

        with tempfile.TemporaryDirectory() as folder:
            self_test(Path(folder))
    except (TecdataError, ImportError, OSError) as error:
        return [_Answer("XPT written and read back", "failed", str(error))]
    return [_Answer("XPT written and read back", "ok", "values and labels are equal")]


def _encoding() -> list[_Answer]:
    """Whether the terminal shows every letter."""
    name = sys.stdout.encoding or "unknown"
    good = name.lower().replace("-", "") == "utf8"
    detail = name if good else f"{name}: set PYTHONUTF8=1 to see umlauts on this terminal"
    return [_Answer("terminal encoding", "ok" if good else "warning", detail)]


def _system() -> list[_Answer]:
    """What the system gives to keep hostile files and other runs in check; Windows gives less."""
    from tecdata.file_lock import lock_kind
    from tecdata.sandbox import Limits, memory_is_bounded

    memory, lock = "parsers' memory", "run lock"
    bound = f"at most {Limits().memory // 1024**3} GiB a file"
    unbound = "this system sets no limit: a hostile file may use up all memory (the time it may take is bounded)"
    answers = [_Answer(memory, "ok", bound)]
    if not memory_is_bounded():
        answers = [_Answer(memory, "warning", unbound)]
    if lock_kind() == "none":
        detail = "this system locks no files: let no two runs write to one folder"
        return [*answers, _Answer(lock, "warning", detail)]
    return [*answers, _Answer(lock, "ok", "two runs over one folder are told apart")]


def _left(study_dir: Path) -> list[_Answer]:
    """What killed runs left, with patients' values in it."""
    from tecdata.leftovers import left_behind

    check = "left by killed runs"
    places = [None, *(path for path in (study_dir, *study_dir.glob("*")) if path.is_dir())]
    found = left_behind(*places)
    if not found:
        return [_Answer(check, "ok", "nothing")]
    detail = "holds patients' values: the next tecdata run removes it, or delete it now"
    return [_Answer(check, "warning", f"{folder} {detail}") for folder in found]


def _study(study_dir: Path) -> list[_Answer]:
    """The specs of the study and the mappings of its centres."""
    from tecdata.pipeline import centres_of
    from tecdata.study import open_study

    if not (study_dir / "specs").is_dir():
        detail = f"{study_dir} is not a study folder; make one with tecdata init DIR"
        return [_Answer("study folder", "not run", detail)]
    try:
        study = open_study(study_dir)
    except SpecError as error:
        return [_Answer("specs", "failed", problem) for problem in error.problems]
    answers = [
        _Answer(
            "specs",
            "ok",
            f"{study.specs.study.study}: {len(study.specs.domains)} domains, "
            f"{len(study.specs.codelists)} codelists, {len(study.specs.tests)} tests",
        )
    ]
    try:
        folders = centres_of(study_dir)
    except TecdataError as error:
        return [*answers, _Answer("mappings", "failed", str(error))]
    return [*answers, *[_centre(study_dir, path, study.specs) for path in folders]]


def _centre(study_dir: Path, path: Path, specs: Specs) -> _Answer:
    """One centre: its mapping and its folder of files."""
    from tecdata.mapping import check_centre
    from tecdata.spec import load_centre

    try:
        mapping = load_centre(path)
        check_centre(mapping, specs)
    except SpecError as error:
        return _Answer(f"mapping {path.name}", "failed", "; ".join(error.problems))
    folder = study_dir / mapping.source.folder
    if not folder.is_dir():
        return _Answer(f"mapping {path.name}", "warning", f"no delivery yet: {folder} is not there")
    files = sum(1 for p in folder.iterdir() if p.is_file())
    detail = f"{len(mapping.domains)} domains mapped; {files} files delivered"
    return _Answer(f"mapping {path.name}", "ok", detail)
