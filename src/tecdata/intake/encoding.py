"""Text from bytes: the declared encoding strictly, else one that is found and reported.

A replacement character is never produced: a file either decodes in full or is refused.
"""

from __future__ import annotations

import codecs
import dataclasses

from tecdata.errors import IntakeError

__all__ = ["Decoded", "decode", "doubtful"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

#: Single-byte encodings met in hospital exports, most usual first.
_LEGACY = ("cp1252", "cp850", "mac_roman")

#: Characters a medical text in a Western European language may well contain beyond ASCII.
_EXPECTED = frozenset(
    "äöüÄÖÜßæøåÆØÅéèêëáàâãçñíìîïóòôõúùûÉÈÀÂÇÓÍÁÚµ°²³±×§€–—’‘“”„‚…·½¼¾«»\xa0•‰™®©´¹¿¡"
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """Text and the encoding it was read in; ``how`` says what decided.

    ``declared``: source.yaml. ``mark``: a byte order mark. ``ascii``: any encoding would do.
    ``strict``: valid UTF-8. ``likely``: the single-byte encoding that gives the likeliest text.
    """

    text: str
    encoding: str
    how: str


def decode(content: bytes, place: str, declared: str | None = None) -> Decoded:
    """Decode a text file strictly.

    Raises :class:`IntakeError` where the declared encoding does not exist or does not fit (with
    the line), or where no encoding tried gives text without control characters.
    """
    if declared is not None:
        return _declared(content, place, declared)
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return Decoded(text=_strict(content, encoding, place), encoding=encoding, how="mark")
    if content.isascii() and b"\x00" not in content:
        return Decoded(text=content.decode("ascii"), encoding="ascii", how="ascii")
    try:
        return _clean(Decoded(text=content.decode("utf-8"), encoding="utf-8", how="strict"), place)
    except UnicodeDecodeError:
        likely = _likeliest(content)
    if likely is None:
        raise IntakeError(
            "the encoding of the text cannot be told",
            place=place,
            choices=("utf-8", "utf-16", *_LEGACY),
            next_step="Ask the centre which one it is and declare it as 'encoding' in source.yaml",
        )
    return _clean(Decoded(text=content.decode(likely), encoding=likely, how="likely"), place)


def _declared(content: bytes, place: str, declared: str) -> Decoded:
    try:
        encoding = codecs.lookup(declared).name
    except LookupError:
        raise IntakeError(
            f"there is no encoding '{declared}'",
            place=place,
            choices=("utf-8", "utf-16", *_LEGACY, "iso8859-1", "iso8859-15"),
            next_step="Correct 'encoding' in source.yaml",
        ) from None
    if encoding == "utf-8" and content.startswith(codecs.BOM_UTF8):
        encoding = "utf-8-sig"
    text = _strict(content, encoding, place)
    return _clean(Decoded(text=text, encoding=encoding, how="declared"), place)


def doubtful(content: bytes, encoding: str) -> bool:
    """Whether text read in a single-byte encoding is valid UTF-8 with letters beyond ASCII.

    >>> doubtful("Größe".encode(), "cp1252"), doubtful("Größe".encode("cp1252"), "cp1252")
    (True, False)
    """
    if encoding.startswith(("utf", "ascii")) or content.isascii():
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _strict(content: bytes, encoding: str, place: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        # A byte order mark is not part of what the decoder counts.
        line = error.object.count(b"\n", 0, error.start) + 1
        raise IntakeError(
            f"the text is not {encoding}: byte {error.object[error.start]:#04x} cannot stand there",
            place=f"{place}, line {line}",
            next_step="Correct 'encoding' in source.yaml (leave it out to have it detected)",
        ) from None


def _clean(decoded: Decoded, place: str) -> Decoded:
    found = decoded.text.find("\x00")
    if found >= 0:
        line = decoded.text.count("\n", 0, found) + 1
        raise IntakeError(
            "the text holds a NUL character",
            place=f"{place}, line {line}",
            choices=("utf-16-le", "utf-16-be"),
            next_step="Declare 'encoding' in source.yaml if the file is UTF-16, else export it anew",
        )
    return decoded


def _likeliest(content: bytes) -> str | None:
    """The legacy encoding whose text has the highest share of expected characters."""
    high = bytes(sorted({b for b in content if b > 127}))
    weights = {b: content.count(b) for b in high}
    best, best_score = None, 0.6
    for encoding in _LEGACY:
        try:
            letters = {b: bytes([b]).decode(encoding) for b in high}
        except UnicodeDecodeError:
            continue
        expected = sum(weights[b] for b, c in letters.items() if c in _EXPECTED)
        score = expected / sum(weights.values())
        if score > best_score:
            best, best_score = encoding, score
    return best or _detected(content)


def _detected(content: bytes) -> str | None:
    from charset_normalizer import from_bytes

    match = from_bytes(content).best()
    return match.encoding if match is not None else None
