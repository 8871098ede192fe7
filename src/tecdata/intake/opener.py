"""The one place where a delivered file is opened: read once, hashed, told what it really is."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import TYPE_CHECKING

from tecdata.errors import IntakeError
from tecdata.intake.archive import Archive
from tecdata.intake.signature import EXTENSIONS, FileFormat, recognise

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["InputFile", "Opened", "open_input"]

#: Above this a file is refused before it is read into memory.
MAX_BYTES = 4 * 1024**3


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class InputFile:
    """A delivered file for the manifest: path within the delivery, SHA-256, size, real format."""

    path: str
    sha256: str
    bytes: int
    format: FileFormat


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A file read once: its bytes, what they are, and its archive where it is a ZIP container.

    ``place`` names the file in messages, ``info.path`` within the delivery.
    """

    info: InputFile
    place: str
    content: bytes
    archive: Archive | None = None


def open_input(path: Path, *, name: str | None = None, place: str | None = None) -> Opened:
    """Read one file and find out from its first bytes what it is.

    Parameters
    ----------
    path
        The file.
    name
        Its path within the delivery (default: the file name).
    place
        How messages name it (default: the path as given).

    Raises
    ------
    IntakeError
        The file is not there, not readable, empty, too large, locked by a password, damaged,
        of no format that can be read, or of another format than its name says.
    """
    shown = place or str(path)
    content = _read(path, shown)
    archive = Archive.of(content, shown) if content.startswith(b"PK") else None
    found = recognise(content, archive, shown, path.suffix.lower())
    named = EXTENSIONS.get(path.suffix.lower())
    if named is not None and named != found and {named, found} != {"xlsx", "xlsm"}:
        raise IntakeError(
            f"the name says {named}, the content is {found}",
            place=shown,
            next_step=f"Save the file again as .{named}, or correct its name to .{found} "
            "there and in source.yaml",
        )
    info = InputFile(
        path=name or path.name,
        sha256=hashlib.sha256(content).hexdigest(),
        bytes=len(content),
        format=found,
    )
    return Opened(info=info, place=shown, content=content, archive=archive)


def _read(path: Path, shown: str) -> bytes:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise IntakeError(
                f"the file has {size} bytes, more than the {MAX_BYTES} that are read",
                place=shown,
                next_step="Split the delivery into smaller files",
            )
        content = path.read_bytes()
    except FileNotFoundError:
        raise IntakeError(
            "the file does not exist", place=shown, next_step="Check its name and folder"
        ) from None
    except IsADirectoryError:
        raise IntakeError(
            "this is a folder, not a file", place=shown, next_step="Name a file in it"
        ) from None
    except OSError as error:
        raise IntakeError(
            f"the file cannot be read ({error.strerror})",
            place=shown,
            next_step="Check its permissions, and that no other program holds it open",
        ) from None
    if not content:
        raise IntakeError(
            "the file is empty (0 bytes)",
            place=shown,
            next_step="Ask the centre to send it again",
        )
    return content
