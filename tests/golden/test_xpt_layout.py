"""A tiny XPT file written out by hand after SAS technical note TS-140, field by field."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from tecdata.export import XptVariable, write_xpt


def blanks(count: int) -> bytes:
    return b" " * count


LIBRARY = [
    b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!000000000000000000000000000000  ",
    # SAS, SAS, SASLIB, version, operating system, blanks, created.
    b"SAS     SAS     SASLIB  9.4             " + blanks(24) + b"05JAN26:13:04:09",
    b"05JAN26:13:04:09" + blanks(64),
]
MEMBER = [
    b"HEADER RECORD*******MEMBER  HEADER RECORD!!!!!!!000000000000000001600000000140  ",
    b"HEADER RECORD*******DSCRPTR HEADER RECORD!!!!!!!000000000000000000000000000000  ",
    # SAS, dataset name, SASDATA, version, operating system, blanks, created.
    b"SAS     VS      SASDATA 9.4             " + blanks(24) + b"05JAN26:13:04:09",
    # Modified, blanks, dataset label, dataset type.
    b"05JAN26:13:04:09" + blanks(16) + b"Vital Signs" + blanks(29) + blanks(8),
]
NAMESTR_HEADER = b"HEADER RECORD*******NAMESTR HEADER RECORD!!!!!!!000000000200000000000000000000  "

TEXT_NAMESTR = (
    b"\x00\x02"  # ntype: character
    b"\x00\x00"  # nhfun
    b"\x00\x05"  # nlng: 5 bytes
    b"\x00\x01"  # nvar0: first variable
    b"USUBJID "  # nname
    b"Unique Subject Identifier               "  # nlabel
    b"        "  # nform: no format
    b"\x00\x00\x00\x00"  # nfl, nfd
    b"\x00\x00"  # nfj: left
    b"\x00\x00"  # nfill
    b"        "  # niform
    b"\x00\x00\x00\x00"  # nifl, nifd
    b"\x00\x00\x00\x00" + bytes(52)  # npos: starts the record
)
NUMBER_NAMESTR = (
    b"\x00\x01"  # ntype: numeric
    b"\x00\x00"
    b"\x00\x08"  # nlng: 8 bytes
    b"\x00\x02"  # nvar0: second variable
    b"VSSTRESN"
    b"Numeric Result/Finding                  "
    b"        "
    b"\x00\x00\x00\x00"
    b"\x00\x00"
    b"\x00\x00"
    b"        "
    b"\x00\x00\x00\x00"
    b"\x00\x00\x00\x05" + bytes(52)  # npos: after 5 bytes
)
OBSERVATIONS = b"HEADER RECORD*******OBS     HEADER RECORD!!!!!!!000000000000000000000000000000  "

RECORDS = [
    # 70.5 = 0x46.8 = 16**2 x 0x0.468: exponent 64 + 2 = 0x42.
    b"S-001" + b"\x42\x46\x80\x00\x00\x00\x00\x00",
    # Missing is a full stop and zeros; the text is padded with blanks.
    b"S-2  " + b"\x2e\x00\x00\x00\x00\x00\x00\x00",
    # -1 = -16**1 x 0x0.1: sign bit and exponent 65 = 0x80 + 0x41.
    b"     " + b"\xc1\x10\x00\x00\x00\x00\x00\x00",
    # 0.1 = 0x0.1999999999999A, the double nearest to a tenth.
    b" S-4 " + b"\x40\x19\x99\x99\x99\x99\x99\x9a",
]


def test_every_byte(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"USUBJID": ["S-001", "S-2", None, " S-4"], "VSSTRESN": [70.5, None, -1.0, 0.1]}
    )
    variables = (
        XptVariable("USUBJID", "Unique Subject Identifier", length=5),
        XptVariable("VSSTRESN", "Numeric Result/Finding", numeric=True),
    )
    path = tmp_path / "vs.xpt"
    created = datetime(2026, 1, 5, 13, 4, 9, tzinfo=UTC)
    write_xpt(path, frame, variables, "Vital Signs", created)
    namestrs = TEXT_NAMESTR + NUMBER_NAMESTR
    assert len(TEXT_NAMESTR) == len(NUMBER_NAMESTR) == 140
    data = b"".join(RECORDS)
    expected = [
        *LIBRARY,
        *MEMBER,
        NAMESTR_HEADER,
        # 280 bytes of NAMESTR end in the middle of the fourth record.
        namestrs[:80],
        namestrs[80:160],
        namestrs[160:240],
        namestrs[240:] + blanks(40),
        OBSERVATIONS,
        data + blanks(80 - 4 * 13),
    ]
    assert [len(record) for record in expected] == [80] * len(expected)
    written = path.read_bytes()
    found = [written[at : at + 80] for at in range(0, len(written), 80)]
    assert found == expected
