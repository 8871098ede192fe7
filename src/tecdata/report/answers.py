"""Reading an answered query workbook back, whoever saved it last."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from tecdata.errors import IntakeError
from tecdata.report.queries import ANSWERS, Answer, AnswerKind
from tecdata.report.query_workbook_seal import (
    ANSWER_COLUMNS,
    HIDDEN_SHEET,
    LOG_COLUMNS,
    VERSION,
    canonical,
    seal,
)
from tecdata.report.wording import LANGUAGES, wordings

__all__ = ["read_answers"]

#: Problems named in one message; one is enough to refuse a workbook.
_NAMED: Final = 8
_LOCKED: Final = tuple(name for name in LOG_COLUMNS if name not in ANSWER_COLUMNS)
#: A day as people of these languages type it: 1.3.2025, 01-03-2025, 1/3/2025.
_TYPED_DAY: Final = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")


def read_answers(path: Path | str) -> list[Answer]:
    """The answers a centre gave in its query workbook, in the order of their queries' rows.

    Queries that share a row share its answer.

    The file may have another name, have been saved by another program, and its rows may stand in
    another order or be fewer. Rows without an answer give none.

    Raises :class:`~tecdata.errors.IntakeError` where the file is no query workbook, where a cell
    that was locked has changed (each is named), where a choice is none of the list, or where one
    query has two different answers. Nothing is taken over then.
    """
    file = Path(path)
    book = _open(file)
    hidden = _hidden(book, file)
    facts = json.loads(hidden["facts"][0][0])
    if facts.get("version") != VERSION:
        raise IntakeError(
            "the query workbook was written by another version of tecdata",
            place=str(file),
            next_step="Import it with the version that wrote it",
        )
    log = _sheet(book, facts["log"], file)
    problems: list[str] = []
    answers = _read_log(log, hidden, facts, problems)
    problems += _changed_rows(book, hidden)
    if problems:
        more = len(problems) - _NAMED
        raise IntakeError(
            "; ".join(problems[:_NAMED]) + (f"; and {more} more" if more > 0 else ""),
            place=str(file),
            next_step="Ask the centre to mend values in its own file and to answer in the yellow "
            "cells only; a fresh workbook: tecdata queries export. Nothing was taken over",
        )
    return list(_spoken_for(answers, hidden))


def _open(file: Path) -> Any:
    """The workbook, its formulas as texts; :class:`IntakeError` where it cannot be read."""
    import openpyxl

    try:
        # Formulas stay the text they are; nothing is computed.
        return openpyxl.load_workbook(file, data_only=False, keep_links=False)
    except FileNotFoundError:
        raise IntakeError(
            "the file does not exist", place=str(file), next_step="Name the workbook sent back"
        ) from None
    except (zipfile.BadZipFile, openpyxl.utils.exceptions.InvalidFileException, KeyError) as error:
        raise IntakeError(
            f"not a workbook that can be read ({type(error).__name__})",
            place=str(file),
            next_step="Save it as .xlsx (Excel workbook) and import it again",
        ) from error


def _sheet(book: Any, title: str, file: Path) -> Any:
    """A sheet by its title; :class:`IntakeError` where it is gone."""
    if title not in book.sheetnames:
        raise IntakeError(
            f"there is no sheet '{title}'",
            place=str(file),
            choices=tuple(book.sheetnames),
            next_step="Import the workbook that tecdata wrote, as the centre sent it back",
        )
    return book[title]


def _hidden(book: Any, file: Path) -> dict[str, list[list[str]]]:
    """The lines of the hidden sheet by their first cell."""
    lines: dict[str, list[list[str]]] = {}
    for row in _sheet(book, HIDDEN_SHEET, file).iter_rows(values_only=True):
        texts = ["" if value is None else str(value) for value in row]
        lines.setdefault(texts[0], []).append(texts[1:])
    if "facts" not in lines or len(lines.get("column", ())) != len(LOG_COLUMNS):
        raise IntakeError(
            f"the hidden sheet '{HIDDEN_SHEET}' is damaged",
            place=str(file),
            next_step="Export a fresh workbook (tecdata queries export) and copy the answers over",
        )
    return lines


def _read_log(
    log: Any,
    hidden: Mapping[str, list[list[str]]],
    facts: Mapping[str, str],
    problems: list[str],
) -> list[Answer]:
    """The answers of the log, held against what the hidden sheet says was sent."""
    labels = {line[1]: line[0] for line in hidden["column"]}
    columns, first = _header(log, labels, facts["log"], problems)
    if problems:
        return []
    sealed = {line[0]: dict(zip(_LOCKED, line, strict=False)) for line in hidden.get("query", ())}
    found: dict[str, Answer] = {}
    for row in log.iter_rows(min_row=first):
        cells = {name: row[i] for name, i in columns.items() if i < len(row)}
        if all(canonical(cell.value) == "" for cell in cells.values()):
            continue
        identity = canonical(cells["id"].value)
        known = sealed.get(identity)
        if known is None:
            problems.append(f"{cells['id'].coordinate}: '{identity}' is no query of this workbook")
            continue
        for name in _LOCKED:
            now, was = canonical(cells[name].value), canonical(known.get(name, ""))
            if now != was:
                problems.append(f"{cells[name].coordinate}: was '{was}', is now '{now}'")
        answer = _answer(identity, cells, facts, problems)
        if answer is None:
            continue
        before = found.setdefault(identity, answer)
        if before.said != answer.said:
            problems.append(f"{answer.cell}: a second, different answer to {identity}")
    return list(found.values())


def _spoken_for(answers: list[Answer], hidden: Mapping[str, list[list[str]]]) -> Iterator[Answer]:
    """Each answer, and again for every query that shares its row."""
    also: dict[str, list[str]] = {}
    for line in hidden.get("also", ()):
        also.setdefault(line[0], []).append(line[1])
    for answer in answers:
        yield answer
        for name in also.get(answer.query, ()):
            yield dataclasses.replace(answer, query=name)


def _header(
    log: Any, labels: Mapping[str, str], title: str, problems: list[str]
) -> tuple[dict[str, int], int]:
    """Where each column stands now, and the first row below the header."""
    for number, row in enumerate(log.iter_rows(max_row=50), start=1):
        columns: dict[str, int] = {}
        for i, cell in enumerate(row):
            name = labels.get(canonical(cell.value))
            if name is not None:
                columns.setdefault(name, i)
        if len(columns) == len(labels):
            return columns, number + 1
    problems.append(f"sheet '{title}' has no row with the headers {', '.join(labels)}")
    return {}, 0


def _answer(
    identity: str, cells: Mapping[str, Any], facts: Mapping[str, str], problems: list[str]
) -> Answer | None:
    """The answer in one row; None where nothing was filled in, or where it is told among ``problems``."""
    chosen = canonical(cells["answer"].value)
    kind = _kind(chosen)
    if chosen and kind is None:
        choices = ", ".join(wordings(facts["language"]).answers.values())
        problems.append(f"{cells['answer'].coordinate}: '{chosen}' is none of {choices}")
    response = cells["response"].value
    answer = Answer(
        query=identity,
        centre=facts["centre"],
        study=facts["study"],
        answer=kind,
        response="" if response is None else _text(response),
        by=canonical(cells["answered_by"].value),
        on=_day(cells["answered_on"].value),
        cell=cells["answer"].coordinate,
    )
    return answer if any(answer.said) else None


def _kind(chosen: str) -> AnswerKind | None:
    """What kind of answer a text is, in whichever language; None where it is none of the list."""
    if not chosen:
        return None
    for language in LANGUAGES:
        for kind, label in wordings(language).answers.items():
            if chosen.casefold() in (label.casefold(), kind) and kind in ANSWERS:
                return kind
    return None


def _text(value: object) -> str:
    """The text of a cell with plain line breaks."""
    if isinstance(value, str):
        # Some programs write a line break as a carriage return or as an escape of one.
        return value.replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n").strip()
    return canonical(value)


def _day(value: object) -> str:
    """An ISO date where the cell holds one, else its text."""
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()[:10]
    text = canonical(value)
    typed = _TYPED_DAY.fullmatch(text)
    if typed is not None:
        day, month, year = (int(part) for part in typed.groups())
        try:
            return dt.date(year, month, day).isoformat()
        except ValueError:
            return text
    return text


def _changed_rows(book: Any, hidden: Mapping[str, list[list[str]]]) -> list[str]:
    """Rows of the centre's own sheets that are not as they were written."""
    problems: list[str] = []
    by_sheet: dict[str, dict[int, str]] = {}
    for title, row, text in (_three(line) for line in hidden.get("row", ())):
        by_sheet.setdefault(title, {})[int(row)] = text
    for title, rows in by_sheet.items():
        if title not in book.sheetnames:
            # A sheet taken out says nothing about the answers.
            continue
        now = {
            cells[0].row: seal({cell.column - 1: canonical(cell.value) for cell in cells})
            for cells in book[title].iter_rows()
            if cells
        }
        empty = seal({})
        problems += [
            f"sheet '{title}', row {row}: its cells were changed"
            for row, text in rows.items()
            if now.get(row, empty) != text
        ]
    return problems


def _three(line: Sequence[str]) -> tuple[str, str, str]:
    """The first three cells of a line."""
    return line[0], line[1], line[2]
