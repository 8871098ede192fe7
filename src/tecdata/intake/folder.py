"""The files of a delivery: listed, matched with the names source.yaml gives, or set aside."""

from __future__ import annotations

import fnmatch
import unicodedata
from typing import TYPE_CHECKING

from tecdata.errors import IntakeError
from tecdata.intake.problems import missing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = ["ignored_because", "list_files", "match_file"]

#: Left behind by file managers and by spreadsheet programs that hold a file open; never data.
_CLUTTER = ("thumbs.db", "desktop.ini")


def list_files(folder: Path, centre: str) -> list[str]:
    """Names of the files of a folder, and of its folders with a slash behind, sorted.

    Raises :class:`IntakeError` where the folder is not there.
    """
    if not folder.is_dir():
        raise IntakeError(
            f"the folder of centre {centre} does not exist",
            place=str(folder),
            next_step="Put the centre's files there, or correct 'folder' in source.yaml",
        )
    names = [
        path.name + "/" * path.is_dir()
        for path in folder.iterdir()
        if not path.name.startswith((".", "~$")) and path.name.lower() not in _CLUTTER
    ]
    return sorted(names)


def match_file(pattern: str, names: Sequence[str], place: str) -> str:
    """The one file that has the name, or else fits the pattern.

    Letters count as equal however they are composed (a Mac writes ``ä`` as two characters).

    >>> match_file("*Labor*.csv", ["2024_Labor_neu.csv", "alt/"], "xx")
    '2024_Labor_neu.csv'
    """
    wanted = _composed(pattern)
    files = [name for name in names if not name.endswith("/")]
    exact = [name for name in files if _composed(name) == wanted]
    found = exact or [name for name in files if fnmatch.fnmatchcase(_composed(name), wanted)]
    if not found:
        raise missing(
            "there is no file",
            pattern,
            files,
            place=place,
            next_step="Ask the centre for it, or correct 'file' in source.yaml",
        )
    if len(found) > 1:
        raise IntakeError(
            f"the pattern '{pattern}' fits {len(found)} files, it must fit exactly one",
            place=place,
            choices=found,
            next_step="Write the file's full name in source.yaml, or move the others away",
        )
    return found[0]


def ignored_because(name: str, ignored: Mapping[str, str]) -> str:
    """Why a file is declared ignored; "" where it is not."""
    for pattern, reason in sorted(ignored.items()):
        if fnmatch.fnmatchcase(_composed(name), _composed(pattern)):
            return reason
    return ""


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)
