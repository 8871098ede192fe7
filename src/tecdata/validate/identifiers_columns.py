"""What the header and the other values of a column tell: which of its values are identifiers."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from tecdata.table import ROW
from tecdata.validate.identifiers_digits import is_cpr_date, is_health_insurance
from tecdata.validate.identifiers_names import looks_like_name
from tecdata.validate.identifiers_patterns import COMPACT_DATE, WHOLE_DATE, Hit, date_year, smooth
from tecdata.validate.identifiers_words import fold_header, header_kinds

if TYPE_CHECKING:
    import polars as pl

    from tecdata.table import RawTable, SourceColumn

#: Finds the identifiers that a text shows by itself.
Find = Callable[[str], tuple[Hit, ...]]

__all__ = ["ColumnScan", "Find", "TableTexts", "scan_column"]

#: Day numbers of a spreadsheet for 1905 to 2040.
_SERIAL: Final = re.compile(r"[1-4]\d{4}(?:\.0)?")
_CODE: Final = re.compile(r"[A-Za-z]{0,5}[-/ ]?\d{4,}(?:[-/]\d+)*")
_ID_LIKE: Final = re.compile(r"[A-Za-z]{0,3}-?\d{6,}")
#: Rows from which the engine finds the different texts faster than a set does.
SMALL: Final = 20_000
#: Headers of dates long past that are none of birth.
_OTHER_DATES: Final = re.compile(
    r"diagnos|seit|beginn|manifest|onset|start|erst|since|von|debut|siden|event|ereignis|op\b|"
    r"einwillig|consent|samtykke|ende|stop|gabe|visit"
)
#: How many years before the latest date of the table a date must lie to be one of birth, and
#: how many the half of them: adults are treated, some of them young.
_ALL_BEFORE, _HALF_BEFORE = 15, 18
#: Half of the values that are shaped like an insurance number must be ones: else the column is a
#: numbering of its own, of which one in ten passes the check digit by chance.
_TRUE_SHARE: Final = 0.5


@dataclasses.dataclass(frozen=True, slots=True)
class ColumnScan:
    """Identifiers of one column: ``whole`` value -> kind by its header, ``parts`` by their text."""

    whole: Mapping[str, str]
    parts: Mapping[str, tuple[Hit, ...]]


class TableTexts:
    """The distinct texts of a table's columns, and which column names the subjects."""

    def __init__(self, table: RawTable, subject_pattern: str) -> None:
        self.table = table
        self.distinct: dict[str, list[str]] = _distinct(table.frame.drop(ROW))
        self.subject_pattern = re.compile(subject_pattern)
        self.subject = self._subject_column()
        self.latest_year = max(
            (y for texts in self.distinct.values() for t in texts if (y := date_year(t))), default=0
        )

    def fits_subject(self, text: str) -> bool:
        """Whether a text is a subject id as the centre declares it."""
        return self.subject_pattern.fullmatch(text.strip()) is not None

    def _subject_column(self) -> str:
        """The first column whose texts are mostly subject numbers; empty where none is."""
        for name, texts in self.distinct.items():
            fitting = sum(self.fits_subject(text) for text in texts[:200])
            if fitting and fitting * 2 >= len(texts[:200]):
                return name
        return ""

    def by_subject(self, column: str) -> dict[str, set[str]]:
        """The different values of a column, for each subject id."""
        found: dict[str, set[str]] = {}
        if self.subject and column != self.subject:
            pairs = self.table.frame.select(self.subject, column).drop_nulls().unique()
            for subject, value in pairs.iter_rows():
                found.setdefault(subject.strip(), set()).add(value)
        return found

    def rows(self, column: str, wanted: Iterable[str]) -> Iterator[tuple[int, str]]:
        """Row numbers and values of the cells that hold one of the wanted texts."""
        chosen = set(wanted)
        for row, value in self.table.frame.select(ROW, column).iter_rows():
            if value in chosen:
                yield row, value


def _distinct(frame: pl.DataFrame) -> dict[str, list[str]]:
    """The different texts of each column, in order."""
    if frame.height > SMALL:
        return {c.name: c.drop_nulls().unique().sort().to_list() for c in frame.iter_columns()}
    # A wide table of few rows is turned into lists at once: column by column it takes ten times as long.
    lists = frame.to_dict(as_series=False)
    return {name: sorted({v for v in values if v is not None}) for name, values in lists.items()}


def scan_column(texts: TableTexts, column: SourceColumn, find: Find) -> ColumnScan:
    """The identifiers among the distinct values of one column; ``find`` looks into one text."""
    values = texts.distinct[column.name]
    folded = dict.fromkeys((fold_header(column.name), fold_header(column.label)))
    kinds = frozenset[str]().union(*map(header_kinds, folded))
    whole: dict[str, str] = {}
    if column.name == texts.subject:
        whole = {v: kind for v in values if (kind := _instead_of_id(texts, v, find))}
    else:
        for kind in sorted(kinds):
            whole |= {v: k for v, k in _by_header(kind, values, column, texts) if v not in whole}
    for value, kind in _old_dates(texts, column, " ".join(folded)):
        whole.setdefault(value, kind)
    parts = {v: hits for v in values if v not in whole and (hits := find(v))}
    if parts:
        parts = _without_numberings(parts, values)
    if values and any(len(v) >= 10 for v in values):
        whole |= {v: "personal_number" for v in _unmarked_cpr(values) if v not in parts}
    return ColumnScan(whole, parts)


def _instead_of_id(texts: TableTexts, value: str, find: Find) -> str:
    """A name or number in the place of the pseudonym; other misspellings are the mapping's matter."""
    if texts.fits_subject(value) or find(value):
        return ""
    if looks_like_name(value):
        return "name"
    return "record_number" if _ID_LIKE.fullmatch(value.strip()) else ""


def _by_header(
    kind: str, values: Sequence[str], column: SourceColumn, texts: TableTexts
) -> Iterator[tuple[str, str]]:
    """The values of a column that its header makes identifiers, each with its kind."""
    if kind == "weak_name":
        if _is_name_column(column.name, values, texts):
            yield from ((v, "name") for v in values)
        return
    for value in values:
        if not texts.fits_subject(value) and _fits(kind, smooth(value).strip(), column):
            yield value, kind


def _fits(kind: str, value: str, column: SourceColumn) -> bool:
    """Whether a value can be what its header announces."""
    digits = sum(c.isdigit() for c in value)
    match kind:
        case "birth_date":
            typed = "number" in column.kinds and _SERIAL.fullmatch(value) is not None
            return typed or bool(WHOLE_DATE.fullmatch(value) or COMPACT_DATE.fullmatch(value))
        case "name":
            return sum(c.isalpha() for c in value) >= 2 and digits == 0
        case "record_number":
            return _CODE.fullmatch(value) is not None and not WHOLE_DATE.fullmatch(value)
        case "address":
            return len(value) >= 3
        case "bank_account":
            return digits >= 8
        case _:
            return digits >= 6 and not WHOLE_DATE.fullmatch(value)


def _is_name_column(name: str, values: Sequence[str], texts: TableTexts) -> bool:
    """Whether a bare "Name" is that of a person: one a subject, or shaped like one."""
    if not values or any(c.isdigit() for v in values for c in v):
        return False
    if sum(looks_like_name(v) for v in values) * 2 >= len(values):
        return True
    held = texts.by_subject(name)
    alone = all(len(found) == 1 for found in held.values())
    # A list of tests or drugs also has one name a row, but the same ones for several subjects.
    return len(held) > 1 and alone and len(values) * 10 >= len(held) * 9


def _old_dates(texts: TableTexts, column: SourceColumn, folded: str) -> Iterator[tuple[str, str]]:
    """Whole dates, one a subject, all of them many years before the latest date of the table."""
    values = texts.distinct[column.name]
    if not values or not texts.subject or _OTHER_DATES.search(folded):
        return
    first = date_year(values[0])
    if not first or first > texts.latest_year - _ALL_BEFORE:
        return
    years = sorted(map(date_year, values))
    if years[0] == 0 or years[-1] > texts.latest_year - _ALL_BEFORE:
        return
    if years[len(years) // 2] > texts.latest_year - _HALF_BEFORE:
        return
    held = texts.by_subject(column.name)
    if any(len(dates) > 1 for dates in held.values()):
        return
    kind = "birth_date" if _matches_birth_year(texts, held) else "old_date"
    yield from ((value, kind) for value in values)


def _matches_birth_year(texts: TableTexts, held: Mapping[str, set[str]]) -> bool:
    """Whether a column of birth years gives the same year for every subject."""
    years = {subject: str(date_year(next(iter(dates)))) for subject, dates in held.items()}
    for column in texts.table.columns:
        folded = (fold_header(column.name), fold_header(column.label))
        if any("birth_date" in header_kinds(f) for f in folded):
            given = texts.by_subject(column.name)
            if years and all(
                {year} == {v.strip()[:4] for v in given.get(subject, ())}
                for subject, year in years.items()
            ):
                return True
    return False


def _without_numberings(
    parts: dict[str, tuple[Hit, ...]], values: Sequence[str]
) -> dict[str, tuple[Hit, ...]]:
    """Take out insurance numbers that are numbers of another kind, one in ten of which passes."""
    shaped = [v for v in values if re.fullmatch(r"\s*[A-Za-z]\d{9}\s*", v)]
    proven = sum(is_health_insurance(v.strip().upper()) for v in shaped)
    if len(shaped) < 3 or proven >= _TRUE_SHARE * len(shaped):
        return parts
    chance = set(shaped)
    return {v: hits for v, hits in parts.items() if v not in chance}


def _unmarked_cpr(values: Sequence[str]) -> list[str]:
    """Ten figures without hyphen are CPR numbers where nearly all of the column begin with a date."""
    shaped = [v for v in values if re.fullmatch(r"\s*\d{6} ?\d{4}\s*", v)]
    dated = [v for v in shaped if is_cpr_date(v.replace(" ", "").strip())]
    return dated if len(shaped) >= 3 and len(dated) * 10 >= len(shaped) * 9 else []
