"""YAML files read into models, with the lines their later problems are named by."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from tecdata.errors import SpecError
from tecdata.spec.text_yaml import Lines, line_of, load_with_lines

__all__ = ["SpecFile", "named_twice", "read_file", "read_files"]

M = TypeVar("M", bound=BaseModel)


@dataclasses.dataclass(frozen=True, slots=True)
class SpecFile(Generic[M]):
    """A file that has been read: its model, its path as messages name it, its lines."""

    model: M
    shown: str
    lines: Lines

    def at(self, problem: str) -> str:
        """``file:line: problem`` for a problem that begins with its dotted path in the file."""
        return f"{self.shown}:{line_of(self.lines, problem)}: {problem}"


def read_file(path: Path, model: type[M], problems: list[str]) -> SpecFile[M] | None:
    """Read one file; its problems are added to ``problems``, and None is returned."""
    shown = _shown(path)
    try:
        loaded, lines = load_with_lines(path, model, shown=shown)
    except SpecError as error:
        problems.extend(error.problems)
        return None
    return SpecFile(loaded, shown, lines)


def read_files(
    folder: Path, pattern: str, model: type[M], problems: list[str], besides: str = ""
) -> list[SpecFile[M]]:
    """Read all files of a folder that fit a pattern of ``.yaml`` files, sorted by name.

    One that would fit with the ending ``.yml`` would never be read: that is a problem too.
    """
    for path in sorted(folder.glob(pattern.removesuffix(".yaml") + ".yml")):
        problems.append(
            f"{_shown(path)}: only files ending in .yaml are read; rename it to {path.stem}.yaml"
        )
    paths = sorted(p for p in folder.glob(pattern) if p.name != besides)
    return [file for p in paths if (file := read_file(p, model, problems)) is not None]


def named_twice(named: Iterable[tuple[str, SpecFile[Any], str]]) -> Iterator[str]:
    """Problems for things that several files define: what each is, its file and its path there."""
    first: dict[str, tuple[SpecFile[Any], str]] = {}
    for thing, file, path in named:
        other, there = first.setdefault(thing, (file, path))
        if other is not file or there != path:
            before = other.at(f"{there}: ").rstrip(": ")
            yield file.at(f"{path}: {thing} stands in {before} already; keep one of the two")


def _shown(path: Path) -> str:
    parts = path.parts
    for root in ("specs", "mappings"):
        if root in parts:
            return "/".join(parts[len(parts) - 1 - parts[::-1].index(root) :])
    return str(path)
