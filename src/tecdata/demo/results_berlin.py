"""Berlin's sheets of results: Labor, Scores, Lungenfunktion, and the reference ranges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tecdata.demo.cells_berlin import Heading, Page, Styles, put_date, put_header, put_result
from tecdata.demo.german import chance, number_text
from tecdata.demo.grouping import results_by_start
from tecdata.demo.words_berlin import (
    LAB_COLUMNS,
    LUNG_COLUMNS,
    SEX,
    UNIT_WORDS,
    score_headers,
)

if TYPE_CHECKING:
    from decimal import Decimal

    from tecdata.demo.model import Result, Subject

__all__ = ["put_labs", "put_lung_function", "put_ranges", "put_scores"]

_SYNTHETIC = "Beispieldaten: synthetische Verlaufswerte, keine Patientendaten"
_TITRES = frozenset(c.test for c in LAB_COLUMNS if c.titre)


def put_labs(sheet: Any, styles: Styles, subjects: Sequence[Subject]) -> None:
    """One row per subject and day, a column per analyte with its unit in the second header row."""
    units = _units(subjects)
    # The order number of the laboratory system is of no use to anyone outside: hidden, not deleted.
    headings = [
        Heading("Pat-ID", width=12),
        Heading("Datum", width=16),
        Heading("LIS-Auftrag", hidden=True),
    ]
    places = {}
    for column in LAB_COLUMNS:
        sub = UNIT_WORDS.get(units[column.test], units[column.test])
        headings.append(Heading(column.header, sub, column.band))
        places[column.test] = (column.header, sub)
    page = put_header(sheet, styles, "Labor Teclistamab-Kohorte", "", headings)
    sheet.write_string(1, 0, "synthetisch", styles.note)
    at = page.columns[places["IGG"]]
    sheet.write_comment(2, at, "unter IVIG-Substitution nur eingeschränkt verwertbar")
    rows = list(_rows(subjects, places))
    for index, (subject, start, results) in enumerate(rows):
        if index and index == len(rows) // 2:
            page.row += 1
        page.subject(subject.local_id, "Labor", start)
        put_date(page, "Datum", start, subject.local_id, "Labor", start)
        page.text("LIS-Auftrag", f"L{int(chance(subject.local_id, 'LIS', start) * 10**8):08}")
        _put_row(page, subject, start, results, places)
    legend = "Legende: n.b. = nicht bestimmt; < bzw. > = außerhalb des Messbereichs"
    sheet.write_string(page.row + 1, 0, legend, styles.note)


def put_scores(sheet: Any, styles: Styles, subjects: Sequence[Subject]) -> None:
    """One row per subject and day, the items of a score under one merged header."""
    places = score_headers()
    headings = [Heading("Pat-ID", width=12), Heading("Datum", width=12)]
    headings += [Heading(top, sub, width=9) for top, sub in places.values()]
    title = "Krankheitsaktivität und Fragebögen"
    page = put_header(sheet, styles, title, _SYNTHETIC, headings)
    for subject, start, results in _rows(subjects, places):
        page.subject(subject.local_id, "Scores", start)
        put_date(page, "Datum", start, subject.local_id, "Scores", start)
        _put_row(page, subject, start, results, places)


def put_lung_function(sheet: Any, styles: Styles, subjects: Sequence[Subject]) -> None:
    """One row per subject and day: FVC and DLCO, absolute and in percent predicted."""
    places = {test: (top, sub) for test, top, sub in LUNG_COLUMNS}
    headings = [Heading("Pat-ID", width=12), Heading("Datum", width=12)]
    headings += [Heading(top, sub, width=14) for top, sub in places.values()]
    headings.append(Heading("Gerät", width=16))
    page = put_header(sheet, styles, "Lungenfunktion", _SYNTHETIC, headings)
    for subject, start, results in _rows(subjects, places):
        page.subject(subject.local_id, "Lufu", start)
        put_date(page, "Datum", start, subject.local_id, "Lufu", start)
        page.text("Gerät", "Bodyplethysmograph")
        _put_row(page, subject, start, results, places)


def put_ranges(sheet: Any, styles: Styles, subjects: Sequence[Subject]) -> None:
    """Reference ranges of the laboratory by analyte and sex, as used in the sheet Labor.

    Raises ``ValueError`` where the subjects' results disagree about a range.
    """
    found = _ranges(subjects)
    sheet.set_column(0, 0, 24)
    sheet.write_row(
        0, 0, ("Parameter", "Geschlecht", "unterer Grenzwert", "oberer Grenzwert"), styles.head
    )
    row = 1
    for column in LAB_COLUMNS:
        for sex, other in (("F", "M"), ("M", "F")):
            low, high = found.get((column.test, sex)) or found.get(
                (column.test, other), (None,) * 2
            )
            sheet.write_string(row, 0, column.header, styles.text)
            sheet.write_string(row, 1, SEX[sex], styles.text)
            for at, limit in ((2, low), (3, high)):
                if limit is not None:
                    sheet.write_string(row, at, number_text(limit), styles.text)
            row += 1


def _put_row(
    page: Page,
    subject: Subject,
    start: str,
    results: Iterable[Result],
    places: Mapping[str, tuple[str, str]],
) -> None:
    for result in results:
        top, sub = places[result.test]
        titre = result.test in _TITRES
        put_result(page, top, result, subject.local_id, start, result.test, sub=sub, titre=titre)
    page.row += 1


def _rows(
    subjects: Sequence[Subject], wanted: Mapping[str, object]
) -> Iterable[tuple[Subject, str, list[Result]]]:
    """Rows of a wide sheet; a second value of a test on one day opens a second row."""
    for subject in subjects:
        for start, results in results_by_start(subject, wanted.__contains__):
            yield subject, start, list(results.values())


def _units(subjects: Sequence[Subject]) -> dict[str, str]:
    units = {c.test: {c.unit} for c in LAB_COLUMNS}
    seen: dict[str, set[str]] = {}
    for subject in subjects:
        for result in subject.results:
            if result.test in units and not result.not_done:
                seen.setdefault(result.test, set()).add(result.unit)
    chosen = {test: seen.get(test, default) for test, default in units.items()}
    several = sorted(test for test, found in chosen.items() if len(found) > 1)
    if several:
        raise ValueError(f"a column of the sheet Labor has one unit; several for: {several}")
    return {test: next(iter(found)) for test, found in chosen.items()}


def _ranges(
    subjects: Sequence[Subject],
) -> dict[tuple[str, str], tuple[Decimal | None, Decimal | None]]:
    found: dict[tuple[str, str], tuple[Decimal | None, Decimal | None]] = {}
    for subject in subjects:
        for result in subject.results:
            if result.not_done:
                continue
            limits = (result.low, result.high)
            if found.setdefault((result.test, subject.sex), limits) != limits:
                raise ValueError(f"{subject.local_id}: two reference ranges for {result.test}")
    return found
