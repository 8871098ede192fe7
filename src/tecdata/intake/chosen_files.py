"""Which of the files given is which of those that a centre's source.yaml names."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tecdata.errors import IntakeError, UsageError
from tecdata.finding import Finding
from tecdata.intake.folder import ignored_because, match_file

if TYPE_CHECKING:
    from tecdata.spec.source import SourceSpec

__all__ = ["Chosen", "choose_files"]

#: So alike (0-100) must the names of two files of one kind be for one to be read as the other.
_ALIKE: Final = 60


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The files of a delivery by the name or pattern that source.yaml gives them.

    ``given`` are those of the delivery, ``rest`` those of the centre's folder in the study for
    tables that the delivery does not bring, ``last`` those of the folder under the same names.
    ``names`` are the names of all files given, those that no table reads included.
    """

    given: Mapping[str, Path]
    rest: Mapping[str, Path]
    last: Mapping[str, Path]
    names: tuple[str, ...]
    findings: tuple[Finding, ...]

    def earlier(self, digests: Mapping[str, str]) -> dict[str, Path]:
        """Those of ``last`` that differ from what is given, whose digests are handed over."""
        return {
            pattern: path
            for pattern, path in self.last.items()
            if hashlib.sha256(path.read_bytes()).hexdigest()
            != digests.get(self.given[pattern].name, "")
        }


def choose_files(source: SourceSpec, paths: Sequence[Path], folder: Path) -> Chosen:
    """Match the files given with the tables of a centre.

    A file of another name is read as the one its name is closest to (and reported), where no
    other file is given for it. Raises :class:`~tecdata.errors.UsageError` where two files have the
    same name.
    """
    by_name: dict[str, Path] = {}
    for path in paths:
        if path.name in by_name:
            raise UsageError(
                f"two files are called {path.name}",
                place=str(path),
                next_step="Check them one after the other",
            )
        by_name[path.name] = path
    patterns = list(dict.fromkeys(table.file for table in source.tables.values()))
    findings: list[Finding] = []
    given = {p: by_name[name] for p in patterns if (name := _match(p, sorted(by_name)))}
    over = [n for n in sorted(by_name) if by_name[n] not in given.values()]
    for name in over:
        findings += _unclaimed(source, name, by_name, patterns, given)
    there = sorted(p.name for p in folder.iterdir() if p.is_file()) if folder.is_dir() else []
    held = {p: folder / name for p in patterns if (name := _match(p, there))}
    rest = {pattern: path for pattern, path in held.items() if pattern not in given}
    for pattern in patterns:
        if pattern not in given:
            findings.append(_not_given(source.centre, pattern, rest.get(pattern)))
    return Chosen(
        given=given,
        rest=rest,
        last={pattern: path for pattern, path in held.items() if pattern in given},
        names=tuple(by_name),
        findings=tuple(findings),
    )


def _match(pattern: str, names: Sequence[str]) -> str:
    try:
        return match_file(pattern, names, "")
    except IntakeError:
        return ""


def _unclaimed(
    source: SourceSpec,
    name: str,
    by_name: Mapping[str, Path],
    patterns: Sequence[str],
    given: dict[str, Path],
) -> list[Finding]:
    """A file that no table names: declared ignored, read as the closest one, or unknown."""
    from rapidfuzz import fuzz

    if ignored_because(name, source.ignore_files):
        return []
    suffix = Path(name).suffix.lower()
    ranked = sorted(
        (-fuzz.ratio(_words(name), _words(pattern)), pattern)
        for pattern in patterns
        if pattern not in given and Path(pattern).suffix.lower() == suffix
    )
    if not ranked or -ranked[0][0] < _ALIKE:
        return [Finding.of("intake.unknown_file", centre=source.centre, file=name)]
    expected = ranked[0][1]
    given[expected] = by_name[name]
    stem = Path(expected).stem.rstrip("*")
    return [
        Finding.of(
            "file.renamed",
            centre=source.centre,
            file=name,
            expected=expected,
            pattern=f"{stem}*{suffix}",
        )
    ]


def _words(name: str) -> str:
    """The letters of a file name: dates and numbers change from delivery to delivery."""
    return " ".join(re.findall(r"[^\W\d_]+", Path(name).stem.lower()))


def _not_given(centre: str, pattern: str, taken: Path | None) -> Finding:
    instead = (
        "for checks across files the last delivery's was taken"
        if taken
        else "nothing of it was checked"
    )
    return Finding.of("file.not_given", centre=centre, file=pattern, instead=instead)
