"""The fixed records of an XPT version 5 file, byte for byte as SAS technical note TS-140 lays them out.

Every record is 80 bytes, numbers are big-endian, text is padded with blanks. A file holds one dataset::

    library header, two records: who wrote it, when it was created and changed
    member header (NAMESTR size 140), descriptor header, two records: name, label, type, times
    NAMESTR header with the number of variables, one 140-byte NAMESTR each, padded to 80
    OBS header, then the records of the dataset back to back, padded to 80 at the end
"""

from __future__ import annotations

import dataclasses
import re
import struct
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from tecdata.errors import ExportError

__all__ = ["RECORD", "TEXT_LIMIT", "XptVariable", "check_member", "header", "timestamp"]

#: Bytes of a record.
RECORD: Final = 80
#: Most bytes of a text value, a variable's label or a dataset's label, and a name.
TEXT_LIMIT: Final = 200
LABEL_LIMIT: Final = 40
NAME_LIMIT: Final = 8

_MONTHS: Final = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,7}\Z")
_FORMAT: Final = re.compile(r"(?P<name>[A-Z]{1,8})(?P<width>\d{1,2})\.(?P<decimals>\d?)\Z")
_NAMESTR: Final = struct.Struct(">hhhh8s40s8shhhxx8shhl52x")


@dataclasses.dataclass(frozen=True, slots=True)
class XptVariable:
    """One variable as the file describes it.

    ``length`` counts bytes: 1 to 200 for text; numbers are always the full 8. ``format`` is the
    display format as SAS writes it (``DATE9.``), empty for none.
    """

    name: str
    label: str = ""
    numeric: bool = False
    length: int = 8
    format: str = ""


def timestamp(moment: datetime) -> str:
    """Format a moment as TS-140 wants it; the time is UTC where a zone is given.

    >>> timestamp(datetime(2026, 3, 1, 7, 5, 9))
    '01MAR26:07:05:09'
    """
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC)
    month = _MONTHS[3 * moment.month - 3 : 3 * moment.month]
    return f"{moment.day:02}{month}{moment.year % 100:02}:{moment:%H:%M:%S}"


def header(name: str, label: str, variables: Sequence[XptVariable], created: datetime) -> bytes:
    """Everything before the first observation; a multiple of 80 bytes."""
    when = timestamp(created)
    parts = [
        _marker("LIBRARY", 30 * "0"),
        _text(f"SAS     SAS     SASLIB  9.4{'':29}{'':8}{when}", RECORD),
        _text(when, RECORD),
        _marker("MEMBER", "000000000000000001600000000140"),
        _marker("DSCRPTR", 30 * "0"),
        _text(f"SAS     {name:8}SASDATA 9.4{'':29}{'':8}{when}", RECORD),
        _text(f"{when}{'':16}{label:40}", RECORD),
        _marker("NAMESTR", f"000000{len(variables):04}00000000000000000000"),
    ]
    position = 0
    for number, variable in enumerate(variables, start=1):
        parts.append(_namestr(variable, number, position))
        position += variable.length
    parts.append(b" " * (-140 * len(variables) % RECORD))
    parts.append(_marker("OBS", 30 * "0"))
    return b"".join(parts)


def check_member(name: str, label: str, variables: Sequence[XptVariable]) -> None:
    """Refuse what the format cannot say.

    Raises :class:`ExportError` for a name that is not 1 to 8 letters, digits or underscores
    (first no digit), two names that differ in case only, a label over 40 bytes or not plain ASCII,
    a text length outside 1 to 200 and more than 9,999 variables.
    """
    _check_name(name, name)
    _check_label(label, name, "dataset label")
    if not 1 <= len(variables) <= 9999:
        raise ExportError(
            f"{len(variables)} variables", place=name, choices=["1 to 9999 variables"]
        )
    seen: dict[str, str] = {}
    for variable in variables:
        place = f"{name}.{variable.name}"
        _check_name(variable.name, place)
        _check_label(variable.label, place, "label")
        other = seen.get(variable.name.upper())
        seen[variable.name.upper()] = variable.name
        if other is not None:
            raise ExportError(
                f"the name is taken: '{other}' and '{variable.name}' are one name, case does not count",
                place=place,
                next_step="Rename one of the two variables",
            )
        if variable.format and not _FORMAT.match(variable.format):
            raise ExportError(
                f"the display format is '{variable.format}'",
                place=place,
                choices=["such as DATE9."],
            )
        if variable.numeric and variable.length != 8:
            raise ExportError(f"numeric length {variable.length}", place=place, choices=["8"])
        if not 1 <= variable.length <= TEXT_LIMIT:
            raise ExportError(
                f"text length of {variable.length} bytes",
                place=place,
                choices=[f"1 to {TEXT_LIMIT}"],
                next_step="Split longer text into supplemental qualifiers before writing",
            )


def _check_name(name: str, place: str) -> None:
    if not _NAME.match(name):
        raise ExportError(
            f"'{name}' is not a name an XPT file can hold",
            place=place,
            choices=["1 to 8 ASCII letters, digits, underscores, the first no digit"],
        )


def _check_label(label: str, place: str, what: str) -> None:
    if not label.isascii() or not (label.isprintable() or not label):
        bad = next(c for c in label if not c.isascii() or not c.isprintable())
        raise ExportError(
            f"the {what} holds U+{ord(bad):04X}",
            place=place,
            choices=["printable ASCII characters"],
            next_step="Reword the label in specs/sdtm",
        )
    if len(label) > LABEL_LIMIT:
        raise ExportError(
            f"the {what} has {len(label)} bytes",
            place=place,
            choices=[f"at most {LABEL_LIMIT}"],
            next_step="Shorten the label in specs/sdtm",
        )


def _marker(kind: str, numbers: str) -> bytes:
    return _text(f"HEADER RECORD*******{kind:8}HEADER RECORD!!!!!!!{numbers}", RECORD)


def _namestr(variable: XptVariable, number: int, position: int) -> bytes:
    form = _FORMAT.match(variable.format)
    shown, width, decimals = (
        (form["name"], int(form["width"]), int(form["decimals"] or 0)) if form else ("", 0, 0)
    )
    return _NAMESTR.pack(
        1 if variable.numeric else 2,
        0,
        variable.length,
        number,
        _text(variable.name, 8),
        _text(variable.label, LABEL_LIMIT),
        _text(shown, 8),
        width,
        decimals,
        0,
        b" " * 8,
        0,
        0,
        position,
    )


def _text(text: str, width: int) -> bytes:
    return text.encode("ascii").ljust(width)
