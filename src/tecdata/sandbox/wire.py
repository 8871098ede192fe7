"""What travels between the two processes: messages of a JSON head and bytes, columns of cells in bytes.

A column travels as one letter a cell for its type, and behind it the values of each type together:
texts joined, numbers as machine words, days and the rest as whole numbers. Only values of plain types come out of it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import struct
from array import array
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Any

__all__ = ["pack_column", "receive", "send", "split_kinds", "unpack_column"]

_SIZES = struct.Struct("<QQ")
#: What joins texts; no text file or cell can hold it, and a text that does travels as JSON.
_JOINT = "\x00"

_EPOCH = dt.datetime(1, 1, 1)  # noqa: DTZ001 - cells know no time zone
_TICK = dt.timedelta(microseconds=1)

#: Letter of each type of cell.
_LETTERS: dict[type, bytes] = {
    str: b"s",
    float: b"f",
    type(None): b"n",
    int: b"i",
    bool: b"b",
    dt.date: b"d",
    dt.datetime: b"t",
    dt.time: b"c",
    dt.timedelta: b"l",
}

#: How values of the rarer types become whole numbers, and come back.
_WHOLE: dict[str, tuple[Callable[[Any], int], Callable[[int], Any]]] = {
    "i": (int, int),
    "b": (int, bool),
    "d": (dt.date.toordinal, dt.date.fromordinal),
    "t": (lambda v: (v - _EPOCH) // _TICK, lambda n: _EPOCH + n * _TICK),
    "c": (
        lambda v: (dt.datetime.combine(_EPOCH, v) - _EPOCH) // _TICK,
        lambda n: (_EPOCH + n * _TICK).time(),
    ),
    "l": (lambda v: v // _TICK, lambda n: n * _TICK),
}


def send(stream: IO[bytes], head: dict[str, Any], *blobs: bytes) -> None:
    """Write one message."""
    text = json.dumps(head | {"sizes": [len(blob) for blob in blobs]}).encode()
    stream.write(_SIZES.pack(len(text), sum(map(len, blobs))) + text)
    for blob in blobs:
        stream.write(blob)
    stream.flush()


def receive(read: Callable[[int], bytes]) -> tuple[dict[str, Any], list[bytes]] | None:
    """One message, ``read`` giving exactly as many bytes as asked for; None at the end.

    Raises ``ValueError`` where the message is not whole.
    """
    sizes = read(_SIZES.size)
    if not sizes:
        return None
    if len(sizes) < _SIZES.size:
        raise ValueError("message cut off")
    head_size, _ = _SIZES.unpack(sizes)
    text = read(head_size)
    if len(text) < head_size:
        raise ValueError("message cut off")
    head: dict[str, Any] = json.loads(text)
    sizes_of_blobs = head.pop("sizes")
    blobs = [read(size) for size in sizes_of_blobs]
    if [len(blob) for blob in blobs] != sizes_of_blobs:
        raise ValueError("message cut off")
    return head, blobs


def pack_column(values: Sequence[Any]) -> list[bytes]:
    """A column of cells as bytes: the letters, then texts, numbers, days and the rest.

    Cells are str, float, None, int, bool, date, datetime, time or timedelta.
    """
    last = type(values[-1]) if values else str
    # Most columns are a header of a few cells above many of one type.
    head = next((i for i, v in enumerate(values) if type(v) is last), 0)
    if not head and last is str:
        # Joining fails where a cell is none, which is faster than asking each.
        with contextlib.suppress(TypeError):
            return [b"s", struct.pack("<Q", len(values)), _pack("s", values)]
    if set(map(type, values[head:])) - {last}:
        return _pack_mixed(values)
    if not head:
        return [_LETTERS[last], struct.pack("<Q", len(values)), _pack_kind(last, values)]
    tops, rest = values[:head], values[head:]
    packed = [b"".join(_LETTERS[type(v)] for v in tops) + _LETTERS[last] * len(rest), b""]
    for kind in sorted({*map(type, tops), last}, key=_LETTERS.__getitem__):
        chosen = rest if kind is last else [v for v in tops if type(v) is kind]
        packed.append(_pack_kind(kind, chosen))
    return packed


def _pack_mixed(values: Sequence[Any]) -> list[bytes]:
    types = list(map(type, values))
    packed = [b"".join(map(_LETTERS.__getitem__, types)), b""]
    for kind in sorted(set(types), key=_LETTERS.__getitem__):
        packed.append(_pack_kind(kind, [v for v in values if type(v) is kind]))
    return packed


def split_kinds(blobs: Sequence[bytes]) -> list[tuple[str, bytes, int]]:
    """The packed values of each type of a packed column: its letter, its values, their number."""
    letters, count, *packed = blobs
    if not letters:
        return []
    if count:
        return [(letters.decode(), packed[0], *struct.unpack("<Q", count))]
    kinds = sorted(set(letters.decode()))
    pairs = zip(kinds, packed, strict=True)
    return [(kind, part, letters.count(kind.encode())) for kind, part in pairs]


def unpack_column(blobs: Sequence[bytes]) -> list[Any]:
    """The cells that :func:`pack_column` packed.

    >>> unpack_column(pack_column(["a", 1.5, None, True]))
    ['a', 1.5, None, True]
    """
    kinds = split_kinds(blobs)
    if len(kinds) < 2:
        return _unpack(*kinds[0]) if kinds else []
    letters = blobs[0]
    parts: dict[int, Iterator[Any]] = {
        ord(kind): iter(_unpack(kind, part, count)) for kind, part, count in kinds
    }
    # A header above numbers: most columns are a few cells of one type above many of another.
    last = letters[-1]
    head = len(letters.rstrip(letters[-1:]))
    return [*(next(parts[letter]) for letter in letters[:head]), *parts[last]]


def _pack_kind(kind: type, values: Sequence[Any]) -> bytes:
    return _pack(_LETTERS[kind].decode(), values)


def _pack(kind: str, values: Sequence[Any]) -> bytes:
    if kind == "s":
        joined = _JOINT.join(values)
        if joined.count(_JOINT) >= len(values):
            return b"\x01" + json.dumps(list(values)).encode()
        return b"\x00" + joined.encode("utf-8", "surrogatepass")
    if kind == "f":
        return array("d", values).tobytes()
    if kind == "n":
        return b""
    write, _ = _WHOLE[kind]
    return " ".join(map(str, map(write, values))).encode()


def _unpack(kind: str, packed: bytes, count: int) -> list[Any]:
    if kind == "s":
        if packed[:1] == b"\x01":
            return list(json.loads(packed[1:]))
        return packed[1:].decode("utf-8", "surrogatepass").split(_JOINT)
    if kind == "n":
        return [None] * count
    if kind == "f":
        return memoryview(packed).cast("d").tolist()
    _, read = _WHOLE[kind]
    return [read(int(text)) for text in packed.split()]
