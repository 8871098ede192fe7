"""From a broken expectation to findings that name every source cell involved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tecdata.finding import Cell, Finding, Status
from tecdata.validate.report import record_of, source_of
from tecdata.validate.suites_compiled import shown
from tecdata.validate.suites_frames import at

if TYPE_CHECKING:
    from tecdata.dataset import Dataset
    from tecdata.spec import Specs
    from tecdata.spec.expectation import Expectation
    from tecdata.validate.suites_run import Outcome, Unrun

__all__ = ["counted_finding", "findings_of_outcome", "status_finding", "status_of_share"]

#: Results whose text as the centre wrote it is kept beside the record.
_RESULTS: Final = ("ORRES", "STRESC", "STRESN")
_SOURCE_TEXT: Final = "_source_text"


def status_of_share(broken: int, checked: int, threshold: object) -> Status:
    """``passed_with_violations`` up to the threshold, a share of the records looked at."""
    if not broken:
        return "passed"
    if threshold is not None and checked and broken / checked <= float(str(threshold)):
        return "passed_with_violations"
    return "failed"


def status_finding(unrun: Unrun) -> Finding:
    """The finding of an expectation that was not run."""
    status: Status = "not_run" if unrun.applicable else "not_applicable"
    said = "not checked" if unrun.applicable else "does not apply"
    return _plain(unrun.expectation, unrun.dataset, status, f"{said}: {unrun.reason}")


def counted_finding(outcome: Outcome, broken: int, specs: Specs) -> Finding:
    """The finding of an expectation of which only the number of failing records is known."""
    expectation = outcome.compiled.expectation
    status = _status(outcome, broken, specs)
    text = f"{broken} of {outcome.checked} records break it (Great Expectations)"
    return _plain(expectation, outcome.view.name, status, text)


def findings_of_outcome(
    outcome: Outcome, datasets: Mapping[str, Dataset], specs: Specs
) -> Iterator[Finding]:
    """One finding for each record that breaks the expectation, or the one that says it passed."""
    expectation, name = outcome.compiled.expectation, outcome.view.name
    if not outcome.broken:
        if outcome.checked:
            text = f"{outcome.checked} records checked"
            yield _plain(expectation, name, "passed", text)
        else:
            text = "does not apply: no record is of the kind it is about"
            yield _plain(expectation, name, "not_applicable", text)
        return
    status = _status(outcome, outcome.broken, specs)
    rows = outcome.frame.filter(pl.col(outcome.flagged))
    cells = _Cells(outcome, datasets)
    for row in rows.iter_rows(named=True):
        yield _finding(outcome, row, status, cells)


def _status(outcome: Outcome, broken: int, specs: Specs) -> Status:
    """What it comes to when so many records break an expectation, by its threshold or the study's."""
    expectation = outcome.compiled.expectation
    settings = specs.policy.checks.get(expectation.id)
    threshold = expectation.threshold
    if settings is not None and settings.threshold is not None:
        threshold = settings.threshold
    if not outcome.checked:
        return "not_applicable"
    return status_of_share(broken, outcome.checked, None if threshold is None else float(threshold))


def _plain(expectation: Expectation, name: str, status: Status, text: str) -> Finding:
    """A finding about a dataset as a whole."""
    return Finding(
        check=expectation.id,
        severity=expectation.severity,
        status=status,
        domain=name,
        message=f"{name}: {text}",
    )


def _finding(outcome: Outcome, row: Mapping[str, Any], status: Status, cells: _Cells) -> Finding:
    """The finding of one record, with the cells of all values that take part."""
    compiled, view = outcome.compiled, outcome.view
    expectation, name = compiled.expectation, view.name
    variables = expectation.variables()
    main = variables[0]
    own = cells.of(row, main)
    further = [cells.of(row, v) for v in variables[1:] if row[v] is not None]
    further.extend(cells.of_records(row))
    place = cells.place(row, main)
    value = _value(row, main, name)
    texts = {v: shown(row[v]) for v in variables}
    made = {k: shown(v) for k, v in compiled.details(row).items()}
    spec = view.spec
    where = " › ".join(part for part in (own.file, own.sheet, own.cell) if part)
    details = {
        **texts,
        **made,
        "where": where or f"{name} {row.get(f'{name}SEQ') or ''}".strip(),
        "what": ", ".join(str(row[k]) for k in _told(spec.keys, row)),
        "checked": str(outcome.checked),
    }
    return Finding.of(
        expectation.check,
        status=status,
        domain=name,
        usubjid=row.get("USUBJID") or "",
        seq=_sequence(row.get(f"{name}SEQ")),
        variable=main,
        value=value,
        record=record_of(spec, row),
        cells=tuple(dict.fromkeys(c for c in further if c.cell and c.cell != own.cell)),
        **place,
        **details,
    )


def _told(keys: tuple[str, ...], row: Mapping[str, Any]) -> list[str]:
    """The keys that tell what a record is about, where they are filled."""
    return [k for k in keys if k not in ("STUDYID", "USUBJID") and row.get(k) is not None]


def _sequence(value: object) -> int | None:
    """A --SEQ as a number, None where there is none."""
    return int(value) if isinstance(value, int | float) else None


def _value(row: Mapping[str, Any], variable: str, name: str) -> str:
    """A value as the source has it where it is kept, else as the record has it."""
    if variable.removeprefix(name) in _RESULTS and row.get(_SOURCE_TEXT):
        return str(row[_SOURCE_TEXT])
    return "" if row[variable] is None else shown(row[variable])


class _Cells:
    """Source cells of values of a view's records; other datasets' records are fetched by row."""

    def __init__(self, outcome: Outcome, datasets: Mapping[str, Dataset]) -> None:
        self._compiled = outcome.compiled
        self._view = outcome.view
        self._datasets = datasets

    def place(self, row: Mapping[str, Any], variable: str) -> dict[str, str]:
        """Centre, file, sheet and cell of one value of a record of the view."""
        source = self._view.sources.get(variable)
        if source is None:
            return source_of(row, variable, self._datasets[self._view.name].origins)
        borrowed = row.get(at(variable))
        if borrowed is None:
            # Nothing was lent: the record itself is the place to look.
            return source_of(row, variable, self._datasets[self._view.name].origins)
        return self._elsewhere(source, borrowed, variable)

    def of(self, row: Mapping[str, Any], variable: str) -> Cell:
        """The source cell of one value of a record of the view."""
        place = {"file": "", **self.place(row, variable)}
        place.pop("centre", None)
        return Cell(variable=variable, value=_value(row, variable, self._view.name), **place)

    def of_records(self, row: Mapping[str, Any]) -> Iterator[Cell]:
        """The source cells of the further records that take part."""
        name = self._view.name
        for column in self._compiled.records:
            several = row[column]
            for one in several if isinstance(several, list) else [several]:
                if one is None:
                    continue
                other = self._record(name, one)
                for variable in self._compiled.record_variables:
                    if other.get(variable) is None:
                        continue
                    place = source_of(other, variable, self._datasets[name].origins)
                    place.pop("centre", None)
                    yield Cell(variable=variable, value=_value(other, variable, name), **place)

    def _elsewhere(self, source: str, index: int, column: str) -> dict[str, str]:
        """The place of a value lent by a record of another dataset."""
        borrow = self._taken(source, column)
        return source_of(self._record(source, index), borrow, self._datasets[source].origins)

    def _taken(self, source: str, column: str) -> str:
        """The variable of the lender that a borrowed column holds."""
        return column if source.startswith("SUPP") else self._view.lent.get(column, column)

    def _record(self, name: str, index: int) -> Mapping[str, Any]:
        """A record of a dataset by its row."""
        return self._datasets[name].frame.to_polars().row(index, named=True)
