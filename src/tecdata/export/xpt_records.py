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

__all__ = [
    "RECORD",
    "TEXT_LIMIT",
    "V5",
    "V8",
    "Limits",
    "XptVariable",
    "check_member",
    "header",
    "marker",
    "namestr",
    "text",
    "timestamp",
]

#: Bytes of a record.
RECORD: Final = 80
#: Most bytes of a text value in version 5.
TEXT_LIMIT: Final = 200
#: Most bytes of the label of a dataset, and of what a NAMESTR holds of a variable's.
LABEL_LIMIT: Final = 40

_MONTHS: Final = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_FORMAT: Final = re.compile(r"(?P<name>[A-Z]{1,8})(?P<width>\d{1,2})\.(?P<decimals>\d?)\Z")
_NAMESTR: Final = struct.Struct(">hHHh8s40s8shhhxx8shhl52s")


@dataclasses.dataclass(frozen=True, slots=True)
class Limits:
    """Most bytes of a name, of a variable's label and of a text value in a version of the format."""

    version: int
    name: int
    label: int
    text: int


V5: Final = Limits(version=5, name=8, label=LABEL_LIMIT, text=TEXT_LIMIT)
V8: Final = Limits(version=8, name=32, label=256, text=32_767)


@dataclasses.dataclass(frozen=True, slots=True)
class XptVariable:
    """One variable as the file describes it.

    ``length`` counts bytes: 1 to 200 for text (32,767 in version 8); numbers are always the full 8. ``format`` is the
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
        marker("LIBRARY", 30 * "0"),
        text(f"SAS     SAS     SASLIB  9.4{'':29}{'':8}{when}", RECORD),
        text(when, RECORD),
        marker("MEMBER", "000000000000000001600000000140"),
        marker("DSCRPTR", 30 * "0"),
        text(f"SAS     {name:8}SASDATA 9.4{'':29}{'':8}{when}", RECORD),
        text(f"{when}{'':16}{label:40}", RECORD),
        marker("NAMESTR", f"000000{len(variables):04}00000000000000000000"),
    ]
    position = 0
    for number, variable in enumerate(variables, start=1):
        parts.append(namestr(variable, number, position))
        position += variable.length
    parts.append(b" " * (-140 * len(variables) % RECORD))
    parts.append(marker("OBS", 30 * "0"))
    return b"".join(parts)


def check_member(
    name: str, label: str, variables: Sequence[XptVariable], limits: Limits = V5
) -> None:
    """Refuse what the format cannot say.

    Raises :class:`ExportError` for a name that is not 1 to 8 (32) letters, digits or underscores
    (first no digit), two names that differ in case only, a label over 40 (256) bytes or not plain ASCII,
    a text length outside 1 to 200 (32,767) and more than 9,999 variables; in brackets version 8.
    """
    _check_name(name, name, limits.name)
    _check_label(label, name, "dataset label", LABEL_LIMIT)
    if not 1 <= len(variables) <= 9999:
        raise ExportError(
            f"{len(variables)} variables",
            place=name,
            choices=["1 to 9999 variables"],
            next_step="Leave variables out, or split the dataset",
        )
    seen: dict[str, str] = {}
    for variable in variables:
        place = f"{name}.{variable.name}"
        _check_name(variable.name, place, limits.name)
        _check_label(variable.label, place, "label", limits.label)
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
                next_step="Correct 'format' of the variable in specs",
            )
        if variable.numeric and variable.length != 8:
            raise ExportError(
                f"numeric length {variable.length}",
                place=place,
                choices=["8"],
                next_step="Leave the length of numbers at 8",
            )
        if not 1 <= variable.length <= limits.text:
            raise ExportError(
                f"text length of {variable.length} bytes",
                place=place,
                choices=[f"1 to {limits.text}"],
                next_step="Split longer text into supplemental qualifiers before writing",
            )


def _check_name(name: str, place: str, limit: int) -> None:
    """Refuse a name that is too long or no SAS name."""
    if not _NAME.match(name) or len(name) > limit:
        raise ExportError(
            f"'{name}' is not a name an XPT file can hold",
            place=place,
            choices=[f"1 to {limit} ASCII letters, digits, underscores, the first no digit"],
            next_step="Rename it in specs",
        )


def _check_label(label: str, place: str, what: str, limit: int) -> None:
    """Refuse a label that is too long or holds more than printable ASCII."""
    if not label.isascii() or not (label.isprintable() or not label):
        bad = next(c for c in label if not c.isascii() or not c.isprintable())
        raise ExportError(
            f"the {what} holds U+{ord(bad):04X}",
            place=place,
            choices=["printable ASCII characters"],
            next_step="Reword the label in specs/sdtm",
        )
    if len(label) > limit:
        raise ExportError(
            f"the {what} has {len(label)} bytes",
            place=place,
            choices=[f"at most {limit}"],
            next_step="Shorten the label in specs/sdtm",
        )


def marker(kind: str, numbers: str) -> bytes:
    """A header record."""
    return text(f"HEADER RECORD*******{kind:8}HEADER RECORD!!!!!!!{numbers}", RECORD)


def namestr(variable: XptVariable, number: int, position: int, more: bytes = b"") -> bytes:
    """The 140 bytes that describe a variable; ``more`` are the last 52, zeros in version 5."""
    form = _FORMAT.match(variable.format)
    shown, width, decimals = (
        (form["name"], int(form["width"]), int(form["decimals"] or 0)) if form else ("", 0, 0)
    )
    return _NAMESTR.pack(
        1 if variable.numeric else 2,
        0,
        variable.length,
        number,
        text(variable.name[:8], 8),
        text(variable.label[:LABEL_LIMIT], LABEL_LIMIT),
        text(shown, 8),
        width,
        decimals,
        0,
        b" " * 8,
        0,
        0,
        position,
        more,
    )


def text(said: str, width: int) -> bytes:
    """ASCII text padded with blanks."""
    return said.encode("ascii").ljust(width)
