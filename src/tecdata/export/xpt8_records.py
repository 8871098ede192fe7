"""The fixed records of an XPT version 8 file, as SAS publishes the layout of version 8 and 9 transport files.

It is version 5 with room: names of 32 bytes stand at the end of a NAMESTR, labels over 40 bytes in a section of
their own (LABELV8) between the NAMESTR records and the observations, and text may have 32,767 bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from tecdata.export.xpt_records import (
    LABEL_LIMIT,
    RECORD,
    V8,
    XptVariable,
    marker,
    namestr,
    text,
    timestamp,
)

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["header8", "observations8"]

#: The end of a NAMESTR: the whole name, bytes of the label, nothing.
_MORE: Final = struct.Struct(">32sH18x")
#: Before a long label: number of the variable, bytes of its name and of its label.
_LABEL: Final = struct.Struct(">HHH")


def header8(name: str, label: str, variables: Sequence[XptVariable], created: datetime) -> bytes:
    """Everything before the first observation; a multiple of 80 bytes."""
    when = timestamp(created)
    parts = [
        marker("LIBV8", 30 * "0"),
        text(f"SAS     SAS     SASLIB  9.4{'':29}{'':8}{when}", RECORD),
        text(when, RECORD),
        marker("MEMBV8", "000000000000000001600000000140"),
        marker("DSCPTV8", 30 * "0"),
        text(f"SAS     {name:32}SASDATA 9.4     {'':8}{when}", RECORD),
        text(f"{when}{'':16}{label:40}", RECORD),
        marker("NAMSTV8", f"000000{len(variables):04}00000000000000000000"),
    ]
    position = 0
    described = b""
    for number, variable in enumerate(variables, start=1):
        more = _MORE.pack(text(variable.name, V8.name), len(variable.label))
        described += namestr(variable, number, position, more)
        position += variable.length
    parts += [_padded(described), _long_labels(variables), observations8(0)]
    return b"".join(parts)


def observations8(records: int) -> bytes:
    """The last record before the observations: other than in version 5 it says how many there are."""
    return marker("OBSV8", f"{records:15}{'':15}")


def _long_labels(variables: Sequence[XptVariable]) -> bytes:
    """The section of labels that a NAMESTR has no room for; nothing where there are none."""
    long = [(n, v) for n, v in enumerate(variables, 1) if len(v.label) > LABEL_LIMIT]
    if not long:
        return b""
    entries = b"".join(
        _LABEL.pack(number, len(v.name), len(v.label)) + v.name.encode() + v.label.encode()
        for number, v in long
    )
    return marker("LABELV8", f"{len(long):<30}") + _padded(entries)


def _padded(data: bytes) -> bytes:
    """Bytes filled with blanks to whole records of 80."""
    return data + b" " * (-len(data) % RECORD)
