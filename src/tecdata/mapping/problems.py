"""From a cell that a rule could not read to a Finding that names it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import narwhals as nw

from tecdata.finding import Finding, Findings
from tecdata.table import ROW

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from tecdata.mapping.refs import Ref
    from tecdata.mapping.tables import TableView

__all__ = ["Reader", "Reporter", "Watch", "nearest"]

#: Candidates named in a message, and how alike (0-100) they must be to be worth naming.
CANDIDATES = 3
LIKENESS = 60


class Reader:
    """A pure parser whose last result names the check that failed, remembered by its input.

    ``failed`` says whether any value read since it was last cleared has failed, so that columns
    without problems are not searched for them.
    """

    __slots__ = ("failed", "function", "known")

    def __init__(self, function: Callable[..., tuple[Any, ...]], known: dict[Any, Any]) -> None:
        self.function = function
        self.known = known
        self.failed = False

    def __call__(self, *key: Any) -> tuple[Any, ...]:
        """Read one combination of texts, or remember what it gave before."""
        result: tuple[Any, ...] | None = self.known.get(key)
        if result is None:
            result = self.known[key] = self.function(*key)
        if result[-1] is not None:
            self.failed = True
        return result


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A frame column of check ids, and what to say of the cells they speak of.

    ``when`` limits the rows that count; ``details`` fills the check's template from the text the
    rule saw; ``extra`` names frame columns whose values are handed to ``details`` as well.
    Where ``reader`` is given and has not failed, there is nothing to look for. ``check`` replaces
    the check that the problem column names.
    """

    problem: str
    ref: Ref
    variable: str
    details: Callable[..., Mapping[str, object]]
    reader: Reader | None = None
    extra: tuple[str, ...] = ()
    when: nw.Expr | None = None
    check: str = ""


class Reporter:
    """Collects the findings of one centre, each cell's problem once.

    Two rules that fail on the same cell for the same variable report it once.
    """

    def __init__(self, centre: str, findings: Findings) -> None:
        self.centre = centre
        self._findings = findings
        self._seen: set[tuple[str, ...]] = set()
        self._rows: dict[str, set[int]] = {}

    def add(
        self,
        check: str,
        view: TableView,
        row: int | None,
        column: str,
        *,
        text: str,
        value: str | None = None,
        variable: str = "",
        domain: str = "",
        **details: object,
    ) -> None:
        """Report one cell (or a row or column, where the other is left open)."""
        if value is None:
            known = row is not None and column in view.columns
            value = view.raw_text(row, column) if known and row is not None else text
        cell = view.address(row, column)
        key = (check, view.raw.file, view.raw.sheet, cell, variable, value)
        if key in self._seen:
            return
        self._seen.add(key)
        worded: dict[str, Any] = {"where": view.where(row, column), "text": text, **details}
        finding = Finding.of(
            check,
            centre=self.centre,
            domain=domain,
            variable=variable,
            value=value,
            file=view.raw.file,
            sheet=view.raw.sheet,
            cell=cell,
            **worded,
        )
        self._findings.add(finding)

    def add_all(self, frame: nw.DataFrame[Any], watches: Iterable[Watch], domain: str) -> None:
        """Report every watched problem of a frame of records."""
        for watch in watches:
            if watch.reader is not None and not watch.reader.failed:
                continue
            wanted = ~nw.col(watch.problem).is_null()
            if watch.when is not None:
                wanted = wanted & watch.when
            found = frame.filter(wanted)
            for record in found.iter_rows(named=True):
                self._add_record(record, watch, domain)

    def add_rows(self, frame: nw.DataFrame[Any], watch: Watch, view: TableView) -> None:
        """Report problems that keep whole rows from becoming records."""
        self.add_all(frame, [watch], "")
        failed = frame.filter(~nw.col(watch.problem).is_null())
        self._rows.setdefault(view.name, set()).update(failed.get_column(ROW).to_list())

    def _add_record(self, record: Mapping[str, Any], watch: Watch, domain: str) -> None:
        check = watch.check or str(record[watch.problem])
        ref = watch.ref
        text = _text(record[ref.name])
        row, column = ref.place(record)
        details = dict(watch.details(check, text, *[record[name] for name in watch.extra]))
        shown = details.pop("text", text)
        self.add(
            check,
            ref.view,
            row,
            column,
            text=str(shown),
            value=text if ref.kind in ("part", "header") else None,
            variable=watch.variable,
            domain=domain,
            **details,
        )

    def excuse_row(self, view: TableView, row: int) -> None:
        """Remember that a row makes no record for a reason already reported."""
        self._rows.setdefault(view.name, set()).add(row)

    def excused(self, view: TableView) -> Collection[int]:
        """Rows of the table that make no record for a reason already reported."""
        return self._rows.get(view.name, set())


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def nearest(text: str, known: Mapping[str, str]) -> str:
    """The closest known spellings, worded for a message ("" where nothing is close).

    ``known`` maps a folded spelling to how it is shown.
    """
    from rapidfuzz import fuzz, process

    from tecdata.spec import fold

    found = process.extract(
        fold(text), list(known), scorer=fuzz.ratio, limit=None, score_cutoff=LIKENESS
    )
    ordered = sorted(found, key=lambda hit: (-hit[1], hit[0]))
    shown = list(dict.fromkeys(known[name] for name, _, _ in ordered))[:CANDIDATES]
    return f"; nearest: {', '.join(shown)}" if shown else ""
