"""A ZIP container (xlsx, xlsm, xlsb, ods), looked at before any parser is let near it.

A workbook of 2 KB can make a spreadsheet parser ask for 500 GB. What can be refused cheaply is
refused here: too many parts, parts that unpack to absurd sizes, document type declarations
(the door to entity bombs), names that leave the container, parts whose checksum is wrong.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import TYPE_CHECKING

from tecdata.errors import IntakeError
from tecdata.intake.problems import locked, unreadable
from tecdata.intake.xlsx_survey import SheetSurvey

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Archive"]

MAX_PARTS = 10_000
#: Bytes all parts may have together once unpacked.
MAX_UNPACKED = 2 * 1024**3
#: A part larger than this may not unpack to more than MAX_RATIO times its packed size.
RATIO_FREE = 16 * 1024**2
MAX_RATIO = 200

#: From here on a sheet is looked at piece by piece, as arrays, whose library takes time to load.
LARGE_PART = 4_000_000
#: Bytes of a piece: it stays in the processor's cache.
_PIECE = 1 << 20

#: What zipfile raises where a container is damaged.
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError)

_XML = (".xml", ".rels", ".vml")
_SHEETS = "xl/worksheets/"
_REFUSED = "Ask the centre for a file saved anew by its spreadsheet program"


class Archive:
    """The parts of a checked container, each unpacked at most once.

    Attributes
    ----------
    names
        The names of all parts.
    """

    def __init__(self, zipped: zipfile.ZipFile, place: str) -> None:
        self._zip = zipped
        self._place = place
        self._parts: dict[str, bytes] = {}
        self._surveys: dict[str, SheetSurvey] = {}
        self._late: set[str] = set()
        self.names = frozenset(zipped.namelist())

    @classmethod
    def of(cls, content: bytes, place: str) -> Archive:
        """Open and check a container, but for its large sheets: those :meth:`check_rest` looks at.

        Raises :class:`IntakeError` where it is damaged, encrypted or dangerous.
        """
        try:
            zipped = zipfile.ZipFile(io.BytesIO(content))
        except _DAMAGE:
            raise unreadable(place, "a ZIP container (xlsx, xlsm, xlsb, ods)") from None
        archive = cls(zipped, place)
        archive._check_directory()
        archive._check_xml()
        return archive

    def read(self, name: str) -> bytes:
        """The unpacked bytes of a part, its checksum verified."""
        if name in self._late:
            self.survey(name)
        if name not in self._parts:
            try:
                self._parts[name] = self._zip.read(name)
            except _DAMAGE:
                raise unreadable(self._place, f"a ZIP container (part {name})") from None
        return self._parts[name]

    def survey(self, name: str) -> SheetSurvey | None:
        """What a large sheet surely does not hold, looked through while unpacked; None for other parts.

        Raises :class:`IntakeError` where it is damaged or dangerous.
        """
        if name in self._late:
            survey = SheetSurvey()
            for piece in self._pieces(name):
                self._check_text(name, piece)
                survey.add(piece)
            self._late.remove(name)
            self._surveys[name] = survey
        return self._surveys.get(name)

    def check_rest(self) -> None:
        """Look through the large sheets that nobody asked for.

        Raises :class:`IntakeError` where one is damaged or dangerous.
        """
        for name in sorted(self._late):
            self.survey(name)

    def _pieces(self, name: str) -> Iterator[bytes]:
        """The unpacked bytes of a part, the checksum verified at the end.

        Each piece is cut before a ``<``, but within a stretch without any that is longer than all that is written.
        """
        rest = b""
        try:
            with self._zip.open(name) as part:
                while piece := part.read(_PIECE):
                    whole = rest + piece
                    cut = whole.rfind(b"<", 1) if len(whole) < 2 * _PIECE else len(whole)
                    cut = max(cut, 0)
                    rest = whole[cut:]
                    if cut:
                        yield whole[:cut]
        except _DAMAGE:
            raise unreadable(self._place, f"a ZIP container (part {name})") from None
        if rest:
            yield rest

    def _check_directory(self) -> None:
        infos = self._zip.infolist()
        if len(infos) != len(self.names):
            raise self._danger("two parts of the container have the same name")
        if len(infos) > MAX_PARTS:
            raise self._danger(f"the container has {len(infos)} parts, more than {MAX_PARTS}")
        total = 0
        for info in infos:
            if info.flag_bits & 0x1:
                raise locked(self._place)
            if info.filename.startswith(("/", "\\")) or ".." in info.filename.split("/"):
                raise self._danger("a part's name leads out of the container")
            total += info.file_size
            bomb = info.file_size > RATIO_FREE
            if bomb and info.file_size > MAX_RATIO * max(info.compress_size, 1):
                raise self._danger(
                    f"part {info.filename} unpacks to {info.file_size} bytes, "
                    f"more than {MAX_RATIO} times its packed size"
                )
        if total > MAX_UNPACKED:
            raise self._danger(f"its parts unpack to {total} bytes, more than {MAX_UNPACKED}")

    def _check_xml(self) -> None:
        for name in sorted(self.names):
            if not name.lower().endswith(_XML):
                self._check_sum(name)
            elif name.startswith(_SHEETS) and self._zip.getinfo(name).file_size > LARGE_PART:
                self._late.add(name)
            else:
                self._check_text(name, self.read(name))

    def _check_text(self, name: str, text: bytes) -> None:
        if b"\x00" in text[:200]:
            raise self._danger(f"part {name} is not in UTF-8")
        # One byte is found fast, and in nearly all parts there is none of it.
        if b"!" in text and (b"<!DOCTYPE" in text or b"<!ENTITY" in text):
            raise self._danger(f"part {name} declares a document type")

    def _check_sum(self, name: str) -> None:
        """A part that nobody reads may be one whose name was damaged: its checksum tells."""
        try:
            with self._zip.open(name) as part:
                while part.read(1 << 20):
                    pass
        except _DAMAGE:
            raise unreadable(self._place, f"a ZIP container (part {name})") from None

    def _danger(self, what: str) -> IntakeError:
        return IntakeError(f"refused: {what}", place=self._place, next_step=_REFUSED)
