"""Files to damage, and ways of damaging them: the same seed gives the same mutants."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import polars as pl
import pyreadstat
from tests.made_workbooks import ods, ods_sheet, xls, xlsb

__all__ = ["FORMATS", "Mutation", "mutations", "sound"]

FORMATS = ("xlsx", "xls", "xlsb", "ods", "csv", "sav", "zsav", "dta", "xpt", "sas7bdat", "parquet")
_SAS7BDAT = Path("/usr/lib/R/site-library/haven/examples/iris.sas7bdat")

#: A way of damaging: a new file from the sound one.
Mutation = Callable[[bytes, Random], bytes]

_EXTREMES = (0, 1, 0x7F, 0x80, 0xFF)


def _rows() -> list[tuple[Any, ...]]:
    results = ("<0.5", "7,5", "negativ", "00123", "++")
    return [
        (f"Pat-{i:03} Größe", results[i % 5], i / 7, float(i) if i % 4 else None) for i in range(40)
    ]


def sound(kind: str, folder: Path) -> bytes | None:
    """A small sound file of the format; None where this machine has none."""
    rows = _rows()
    header = ("Pat", "Befund", "IgG", "CRP")
    path = folder / f"sound.{kind}"
    frame = pl.DataFrame(rows, schema=list(header), orient="row")
    if kind == "xlsx":
        workbook = openpyxl.Workbook()
        workbook.active.title = "Labor"
        workbook.active.append((*header, "Tag"))
        for i, row in enumerate(rows):
            workbook.active.append((*row, dt.date(2024, 1, 1) + dt.timedelta(days=i)))
        workbook.save(path)
    elif kind == "xls":
        path.write_bytes(xls({"Labor": [header, *rows]}))
    elif kind == "xlsb":
        path.write_bytes(xlsb({"Labor": [header, *rows]}))
    elif kind == "ods":
        path.write_bytes(ods(ods_sheet("Labor", [header, *rows])))
    elif kind == "csv":
        path.write_text("\n".join(";".join(map(str, row)) for row in (header, *rows)) + "\n")
    elif kind in ("sav", "zsav"):
        labels: dict[str, dict[int | float, str]] = {"CRP": {1: "eins", 2: "zwei"}}
        pyreadstat.write_sav(
            frame,
            path,
            compress=kind == "zsav",
            variable_value_labels=labels,
            missing_ranges={"IgG": [-99]},
        )
    elif kind == "dta":
        pyreadstat.write_dta(frame, path, variable_value_labels={"CRP": {1: "eins"}})
    elif kind == "xpt":
        pyreadstat.write_xport(frame, path, file_format_version=5)
    elif kind == "parquet":
        frame.write_parquet(path)
    elif _SAS7BDAT.exists():
        return _SAS7BDAT.read_bytes()
    else:
        return None
    return path.read_bytes()


def _flip(content: bytes, random: Random) -> bytes:
    damaged = bytearray(content)
    damaged[random.randrange(len(damaged))] ^= 1 << random.randrange(8)
    return bytes(damaged)


def _overwrite(content: bytes, random: Random) -> bytes:
    damaged = bytearray(content)
    for _ in range(random.choice((2, 4, 16, 64))):
        damaged[random.randrange(len(damaged))] = random.randrange(256)
    return bytes(damaged)


def _truncate(content: bytes, random: Random) -> bytes:
    return content[: random.randrange(1, len(content))]


def _header(content: bytes, random: Random) -> bytes:
    """Counts, sizes and offsets near the beginning become extremes."""
    damaged = bytearray(content)
    width = random.choice((1, 2, 4, 8))
    start = random.randrange(max(1, min(len(damaged), 1024) - width))
    damaged[start : start + width] = bytes([random.choice(_EXTREMES)]) * width
    return bytes(damaged)


def _cut_out(content: bytes, random: Random) -> bytes:
    start, end = sorted(random.randrange(len(content)) for _ in range(2))
    return content[:start] + content[end:]


def _twice(content: bytes, random: Random) -> bytes:
    start, end = sorted(random.randrange(len(content)) for _ in range(2))
    return content[:end] + content[start:]


def _rezip(parts: Sequence[tuple[str, bytes]]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts:
            archive.writestr(zipfile.ZipInfo(name), part)
    return target.getvalue()


def _parts(content: bytes) -> list[tuple[str, bytes]]:
    archive = zipfile.ZipFile(io.BytesIO(content))
    return [(name, archive.read(name)) for name in archive.namelist()]


def _member(content: bytes, random: Random) -> bytes:
    """A part of the container left out, renamed, or filled with another's content; checksums right."""
    parts = _parts(content)
    i = random.randrange(len(parts))
    name, part = parts[i]
    what = random.randrange(4)
    if what == 0:
        del parts[i]
    elif what == 1:
        parts[i] = (name + "x", part)
    elif what == 2:
        parts[i] = (name, random.choice(parts)[1])
    else:
        parts[i] = (name, b"")
    return _rezip(parts)


def _inside(content: bytes, random: Random) -> bytes:
    """Bytes of a part changed, its checksum right: what a faulty program would write."""
    parts = _parts(content)
    filled = [i for i, (_, part) in enumerate(parts) if part]
    i = random.choice(filled)
    name, part = parts[i]
    change = random.choice((_flip, _overwrite, _truncate, _cut_out, _twice, _mark_up))
    parts[i] = (name, change(part, random))
    return _rezip(parts)


def _mark_up(part: bytes, random: Random) -> bytes:
    """XML that is spoilt as XML is: elements dropped, attributes blown up."""
    found = list(re.finditer(rb"<[^>]+>|\"[^\"]*\"", part))
    if not found:
        return part
    match = random.choice(found)
    put = random.choice(
        (b"", b'"-1"', b'"4294967296"', b'"A99999999"', b"<c/>", b"<![CDATA[", b"&#0;", b"\xff")
    )
    return part[: match.start()] + put + part[match.end() :]


def _same_meaning(content: bytes, random: Random) -> bytes:
    """An xlsx file written in another way that means the same: nothing may change."""
    parts = []
    for name, part in _parts(content):
        if name.startswith("xl/worksheets/sheet"):
            part = random.choice(_REWRITINGS)(part)
        parts.append((name, part))
    return _rezip(parts)


_REWRITINGS: tuple[Callable[[bytes], bytes], ...] = (
    lambda p: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1"', p),
    lambda p: re.sub(rb"<dimension [^>]*/>", b"", p),
    lambda p: re.sub(rb'<c r="([A-Z]+\d+)"', rb"<c r='\1'", p),
    lambda p: re.sub(rb'<c r="([A-Z]+\d+)" t="(\w+)"', rb'<c t="\2" r="\1"', p),
    lambda p: p.replace(b"<c r=", b"<c\n r=").replace(b"<row ", b"<row\t"),
    lambda p: re.sub(rb"<(/?)(\w)", rb"<\1x:\2", p).replace(b"xmlns=", b"xmlns:x=", 1),
    lambda p: re.sub(rb'(<row r="\d+")[^>]*>', rb"\1>", p),
    lambda p: p.replace(b"</c>", b"</c >").replace(b"<v>", b"<v >"),
)


def _text(content: bytes, random: Random) -> bytes:
    """Signs that matter in delimited text, put anywhere."""
    start = random.randrange(len(content))
    put = random.choice((b'"', b";", b"\n", b"\r", b"\x00", b"\xff\xfe", b"\xe4", b'"""', b"\x1a"))
    return content[:start] + put * random.choice((1, 1, 7)) + content[start:]


def mutations(kind: str) -> dict[str, Mutation]:
    """Ways of damaging a file of the format, by name."""
    ways: dict[str, Mutation] = {
        "flip": _flip,
        "overwrite": _overwrite,
        "truncate": _truncate,
        "header": _header,
        "cut out": _cut_out,
        "twice": _twice,
    }
    if kind in ("xlsx", "xlsb", "ods"):
        ways |= {"member": _member, "inside": _inside, "inside again": _inside}
    if kind == "xlsx":
        ways["same meaning"] = _same_meaning
    if kind == "csv":
        ways["text"] = _text
    return ways
