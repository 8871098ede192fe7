"""What stands behind a number: the records it was computed from, and the source row and cell of each."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from tecdata.finding import Finding
from tecdata.report.html_data import column_of
from tecdata.report.html_rows import collect_rows

if TYPE_CHECKING:
    import polars as pl

    from tecdata.report.facts import RunFacts

__all__ = ["Evidence", "Ref", "collect_evidence", "told"]

#: A record: domain, USUBJID, --SEQ (None for DM).
Ref = tuple[str, str, int | None]

_TRACE: Final = ("centre", "file", "sheet", "value_cell", "source_text", "row")
_FIELDS: Final = ("domain", "subject", "what", "value", "date", "centre", "file", "sheet", "cell")


@dataclasses.dataclass(frozen=True, slots=True)
class Evidence:
    """Records in the order of their numbers, and the page's data about them.

    ``numbers`` gives the number of a record; ``data`` is what the page's script reads: columns of texts, --SEQ, the place of each
    record's source cell, and the source rows.
    """

    numbers: Mapping[Ref, int]
    data: Mapping[str, Any]

    def of(self, refs: Iterable[Ref]) -> list[int]:
        """Numbers of records, those that are not there left out, in order and each once."""
        return sorted({self.numbers[ref] for ref in refs if ref in self.numbers})


def collect_evidence(
    refs: Iterable[Ref], facts: RunFacts, traces: Mapping[str, pl.DataFrame]
) -> Evidence:
    """Look records up: what they say, and where they came from.

    Parameters
    ----------
    refs
        Records in any order; those that are in no dataset are left out.
    facts
        The run: datasets, source tables, and what hides identifiers in texts of the source.
    traces
        By dataset: USUBJID, SEQ, centre, file, sheet, row, value_cell, source_text of its records.
    """
    wanted: dict[str, set[tuple[str, int | None]]] = {}
    for domain, subject, seq in refs:
        wanted.setdefault(domain, set()).add((subject, seq))
    rows: list[dict[str, Any]] = []
    for domain in sorted(wanted):
        if domain in facts.datasets:
            rows += _records(domain, wanted[domain], facts, traces.get(domain))
    findings = [_as_finding(row) for row in rows]
    shown = collect_rows(facts, findings)
    places = [shown.places.get((i, -1)) for i in range(len(rows))]
    columns = {name: column_of(row[name] for row in rows) for name in _FIELDS}
    data = {
        "columns": columns,
        "seq": [row["seq"] for row in rows],
        "places": [[p.table, p.row, p.column] if p else [] for p in places],
        "tables": shown.tables,
        "rows": shown.rows,
    }
    numbers = {(row["domain"], row["subject"], row["seq"]): i for i, row in enumerate(rows)}
    return Evidence(numbers, data)


def _records(
    domain: str,
    wanted: set[tuple[str, int | None]],
    facts: RunFacts,
    trace: pl.DataFrame | None,
) -> list[dict[str, Any]]:
    """The wanted records of a domain, with the place each came from."""
    frame = facts.datasets[domain].to_polars()
    if "USUBJID" not in frame.columns:
        return []
    sequence = f"{domain}SEQ"
    known: dict[tuple[str, int | None], dict[str, Any]] = {}
    if trace is not None:
        for row in trace.select("USUBJID", "SEQ", *_TRACE).iter_rows(named=True):
            known.setdefault((row["USUBJID"], row["SEQ"]), row)
    found: list[dict[str, Any]] = []
    for record in frame.iter_rows(named=True):
        seq = int(record[sequence]) if record.get(sequence) is not None else None
        key = (str(record["USUBJID"]), seq)
        if key not in wanted:
            continue
        what, value, date = told(domain, record)
        place = known.get(key, {})
        address = place.get("value_cell") or ""
        found.append(
            {
                "domain": domain,
                "subject": key[0],
                "seq": seq,
                "what": facts.hide(what),
                "value": facts.hide(value),
                "date": date,
                "centre": place.get("centre") or "",
                "file": place.get("file") or "",
                "sheet": place.get("sheet") or "",
                "cell": f"row {address}" if address.isdigit() else address,
                "address": address,
                "text": place.get("source_text") or "",
            }
        )
    return sorted(found, key=lambda r: (r["subject"], r["seq"] or 0))


def told(domain: str, record: Mapping[str, Any]) -> tuple[str, str, str]:
    """What a record is about, what it says, and when, in words.

    >>> told("LB", {"LBTEST": "Creatinine", "LBSTRESC": "64", "LBSTRESU": "umol/L", "LBDTC": "2025-01-02"})
    ('Creatinine', '64 umol/L', '2025-01-02')
    >>> told("AE", {"AEDECOD": "SYNCOPE", "AETOXGR": "2", "AESTDTC": "2025-01-02", "AEENDTC": "2025-01-03"})
    ('SYNCOPE', 'grade 2', '2025-01-02 to 2025-01-03')
    """

    def get(*suffixes: str) -> str:
        values = (record.get(f"{domain}{suffix}") for suffix in suffixes)
        return next((_text(v) for v in values if v is not None and v != ""), "")

    if domain == "DM":
        people = [_text(record.get("SEX")), f"{_text(record.get('AGE'))} years"]
        return "Subject", ", ".join(p for p in people if p), _text(record.get("RFSTDTC"))
    what = get("DECOD", "TEST", "TERM", "TRT")
    if binds := get("BDAGNT"):
        what = f"{what}, {binds}"
    value = " ".join(part for part in (get("STRESC"), get("STRESU")) if part)
    if not value and get("DOSE"):
        value = " ".join(part for part in (get("DOSE"), get("DOSU"), get("DOSFRQ")) if part)
    if not value and get("TOXGR"):
        value = f"grade {get('TOXGR')}" + (", hospitalised" if get("SHOSP") == "Y" else "")
    start, end = get("DTC", "STDTC"), get("ENDTC")
    return what, value or get("CAT"), f"{start} to {end}" if end and end != start else start


def _text(value: object) -> str:
    """A value as text, nothing as empty."""
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _as_finding(row: Mapping[str, Any]) -> Finding:
    """A record as what :func:`collect_rows` looks source rows up for."""
    return Finding(
        check="trace",
        severity="notice",
        message="",
        centre=row["centre"],
        value=row["text"],
        file=row["file"],
        sheet=row["sheet"],
        cell=row["address"],
    )
