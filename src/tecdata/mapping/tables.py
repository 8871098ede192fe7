"""A centre's table as the rules see it: blanks trimmed, labels for codes, missing tokens empty."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Literal

import narwhals as nw

from tecdata.engine import attach, is_long, to_lists
from tecdata.mapping.masks import RowPlaces, bits_of_flags, bits_of_values
from tecdata.mapping.numbers import TYPED, NumberFormat, detect
from tecdata.table import ROW, RawTable, SourceColumn, cell_address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import polars as pl

    from tecdata.spec.source import Reading, SourceSpec

__all__ = ["BLANKS", "TableView", "typed_flag"]

#: White space that hospitals leave around a value, with the kinds that look like a blank.
BLANKS = " \t\r\n\v\f\u00a0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff".replace(
    "\u2000-\u200b", "".join(chr(c) for c in range(0x2000, 0x200C))
)

#: Columns turned into Python lists together: the cells of that many are held twice for a moment.
_AT_ONCE = 64


def typed_flag(column: str) -> str:
    """Name of the Boolean frame column that says which cells of ``column`` are typed numbers."""
    return f"~typed:{column}"


class TableView:
    """One table with the readings its centre declares.

    Parameters
    ----------
    raw
        Names, addresses and column facts as intake gives them.
    frame, number_cells
        The cells; any eager Narwhals frames (``raw``'s own Polars frames unless the caller
        brought something else).
    source
        The centre's declarations.
    formats
        Number conventions detected beforehand, where ``raw`` is a part of a table: the whole
        column decides.
    """

    def __init__(
        self,
        raw: RawTable,
        source: SourceSpec,
        *,
        frame: nw.DataFrame[Any] | None = None,
        formats: Mapping[str, NumberFormat] | None = None,
    ) -> None:
        self.raw = raw
        self.name = raw.name
        self.cells: nw.DataFrame[Any] = (
            nw.from_native(raw.frame, eager_only=True)
            if frame is None
            else nw.maybe_reset_index(frame)
        )
        self.number_cells: nw.DataFrame[Any] = nw.from_native(raw.number_cells, eager_only=True)
        self.columns: dict[str, SourceColumn] = {c.name: c for c in raw.columns}
        self.names = tuple(self.columns)
        self._mixed = frozenset(self.number_cells.columns)
        self.positions = {c.name: c.position for c in raw.columns}
        self._spec = source.tables[raw.name]
        self._base = self._spec.reading.over(source.reading)
        self._readings: dict[str, Reading] = {}
        self._formats: dict[str, NumberFormat] = dict(formats or {})
        self._prepared: nw.DataFrame[Any] = self.cells[[ROW]]
        self._texts: dict[str, list[str | None]] = {}
        #: The cleaned cells of a long Polars frame, which are made lists of only where needed.
        self._clean: dict[str, pl.Series] = {}
        self._filled: dict[str, int] = {}
        self._empty: dict[str, int] = {}
        self.rows = RowPlaces(self.cells.get_column(ROW))
        self._blank: list[int] | None = None

    @property
    def units_row(self) -> int | None:
        """Number of the row that holds units, where the table declares one."""
        return self._spec.units_row

    def reading(self, column: str) -> Reading:
        """The settings in force for one column: its own, else the table's, else the centre's."""
        own = self._spec.columns.get(column)
        if own is None:
            return self._base
        if column not in self._readings:
            self._readings[column] = own.over(self._base)
        return self._readings[column]

    def prepare(self, columns: Iterable[str]) -> nw.DataFrame[Any]:
        """The frame of :data:`ROW` and these columns, cleaned; the work is done once a column."""
        names = list(dict.fromkeys(columns))
        ready = set(self._prepared.columns)
        missing = [c for c in names if c not in ready]
        self.load(missing)
        listed = {c: self._texts[c] for c in missing if c not in self._clean}
        if listed:
            self._prepared = attach(self._prepared, listed, dict.fromkeys(listed, nw.String))
        if len(listed) < len(missing):
            native: pl.DataFrame = self._prepared.to_native()
            made = [self._clean[c].alias(c) for c in missing if c not in listed]
            self._prepared = nw.from_native(native.hstack(made), eager_only=True)
        return self._prepared[[ROW, *names]]

    def texts(self, column: str) -> list[str | None]:
        """The cleaned cells of one column, None where there is no value for rules."""
        if column not in self._texts:
            self.load([column])
            if column in self._clean:
                self._texts[column] = self._clean[column].to_list()
        return self._texts[column]

    def load(self, columns: Iterable[str]) -> None:
        """Clean columns; many at once cost less than one by one."""
        names = [c for c in columns if c not in self._texts and c not in self._clean]
        if is_long(self.cells):
            for column in names:
                self._load_long(column)
            return
        for start in range(0, len(names), _AT_ONCE):
            for column, values in to_lists(self.cells, names[start : start + _AT_ONCE]).items():
                clean = self._cleaner(column)
                known = {value: clean(value) for value in set(values)}
                self._texts[column] = [known[value] for value in values]
                self._filled[column] = bits_of_flags([value is not None for value in values])

    def _load_long(self, column: str) -> None:
        from tecdata.codes import encode, gather

        series: pl.Series = self.cells.get_column(column).to_native()
        codes = encode(series)
        clean = self._cleaner(column)
        cleaned = [clean(value) for value in codes.values]
        same = cleaned == codes.values
        self._clean[column] = series if same else gather(cleaned, codes.index)
        self._filled[column] = bits_of_values(series)

    def filled(self, column: str) -> int:
        """The column's filled cells as a bit string over the table's rows, a byte each."""
        if column not in self._filled:
            others = [c for c in self.names if c not in self._filled]
            if is_long(self.cells):
                native: pl.DataFrame = self.cells.to_native()
                self._filled |= {c: bits_of_values(native.get_column(c)) for c in others}
            else:
                nulls = to_lists(self.cells[others].select(nw.all().is_null()), others)
                self._filled |= {c: bits_of_flags([not null for null in nulls[c]]) for c in others}
        return self._filled[column]

    def empty(self, column: str) -> int:
        """Cells without a value for rules, as a bit string: blanks, missing tokens and codes."""
        if column not in self._empty:
            self.load([column])
            if column in self._clean:
                self._empty[column] = self.rows.all ^ bits_of_values(self._clean[column])
            else:
                self._empty[column] = bits_of_flags([text is None for text in self.texts(column)])
        return self._empty[column]

    def _cleaner(self, column: str) -> Callable[[str | None], str | None]:
        reading = self.reading(column)
        facts = self.columns[column]
        labels = facts.value_labels if reading.value_labels != "code" else {}
        return _cleaner(
            frozenset(reading.missing or ()),
            # A code that the centre declares to mean "not done" says more than "missing".
            frozenset(facts.missing_codes).difference(reading.not_done or ()),
            tuple(sorted(labels.items())),
        )

    def typed(self, column: str) -> Literal["all", "some", "none"]:
        """Whether the column's numbers are typed cells, which are always in point notation."""
        if column in self._mixed:
            return "some"
        kinds = self.columns[column].kinds
        return "all" if "number" in kinds and "text" not in kinds else "none"

    def typed_dates(self, column: str) -> bool:
        """Whether date-times of the column are typed cells, whose zero seconds mean nothing."""
        return "datetime" in self.columns[column].kinds

    def number_format(self, column: str) -> NumberFormat:
        """The convention of the column's text numbers, detected over the whole column if so asked."""
        if column not in self._formats:
            self._formats[column] = self._find_format(column)
        return self._formats[column]

    def _find_format(self, column: str) -> NumberFormat:
        reading = self.reading(column)
        if self.typed(column) == "all":
            return TYPED
        if reading.decimal != "detect":
            return NumberFormat(reading.decimal or "point", reading.thousands or "none")
        return detect(self.text_numbers(column), reading.thousands)

    def text_numbers(self, column: str) -> set[str]:
        """The different texts of a column whose convention is to be detected."""
        mixed = self.typed(column) == "some"
        self.load([column])
        if column in self._clean:
            series = self._clean[column]
            if mixed:
                series = series.filter(~self.number_cells.get_column(column).to_native())
            return {t for t in series.unique().to_list() if t}
        texts = self.texts(column)
        typed = [False] * len(texts)
        if mixed:
            typed = self.number_cells.get_column(column).to_list()
        return {t for t, number in zip(texts, typed, strict=True) if t and not number}

    def undeclared_formats(self) -> list[str]:
        """The columns whose number convention the whole column has to decide."""
        return [
            c for c in self.names if self.reading(c).decimal == "detect" and self.typed(c) != "all"
        ]

    def raw_text(self, row: int, column: str) -> str:
        """The text of one cell exactly as the source holds it."""
        value = self.cells.get_column(column)[self.rows.index[row]]
        return value if isinstance(value, str) else ""

    def blank_rows(self) -> list[int]:
        """Rows without a single filled cell."""
        if self._blank is None:
            empty = nw.all_horizontal(
                *[nw.col(c).is_null() for c in self.columns], ignore_nulls=False
            )
            self._blank = self.cells.filter(empty)[ROW].to_list() if self.columns else []
        return self._blank

    def address(self, row: int | None, column: str) -> str:
        """How a person finds the cell."""
        return cell_address(self.raw.addressing, row, column, self.positions.get(column))

    def where(self, row: int | None, column: str) -> str:
        """File, sheet and cell in words, for messages."""
        sheet = f", sheet '{self.raw.sheet}'" if self.raw.sheet else ""
        cell = self.address(row, column)
        if not cell:
            return f"{self.raw.file}{sheet}"
        if self.raw.addressing == "sheet":
            kind = "cell" if row is not None and column else "column" if column else "row"
            cell = f"{kind} {cell}"
            cell += f" ('{column}')" if kind == "column" else ""
        return f"{self.raw.file}{sheet}, {cell}"


@functools.lru_cache(maxsize=4096)
def _cleaner(
    tokens: frozenset[str], codes: frozenset[str], labels: Sequence[tuple[str, str]]
) -> Callable[[str | None], str | None]:
    names: Mapping[str, str] = {code.strip(BLANKS): label for code, label in labels}

    def clean(text: str | None) -> str | None:
        if text is None:
            return None
        text = text.strip(BLANKS)
        if not text or text in codes or text in tokens:
            return None
        label = names.get(text)
        if label is None:
            return text
        label = label.strip(BLANKS)
        return None if label in tokens else label or text

    return clean
