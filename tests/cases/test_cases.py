"""Every folder here is a case: what a centre sends, its mapping, and what must come of it.

A case has ``in/`` (the files), ``mapping/`` (``source.yaml`` and one file a domain) and
``expected/``: a ``<domain>.csv`` for each mapped domain (its columns are those compared),
``findings.csv`` where something is found, ``account.csv`` where the cells are counted, or
``error.txt`` where the case must be refused. ``specs/`` is shared by all cases. A centre's bug is a new folder.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import narwhals as nw
import pytest

from tecdata.errors import TecdataError
from tecdata.finding import Finding, Findings
from tecdata.intake import read_centre
from tecdata.mapping import MappedCentre, check_centre, map_centre
from tecdata.mapping.centre import map_views
from tecdata.mapping.tables import TableView
from tecdata.spec import CentreMapping, Specs, load_centre, load_specs

if TYPE_CHECKING:
    from tecdata.table import RawTable

HERE = Path(__file__).parent
CASES = sorted(p.parent for p in HERE.glob("*/expected"))
REFUSED = [case for case in CASES if (case / "expected" / "error.txt").is_file()]
MAPPED = [case for case in CASES if case not in REFUSED]

#: Cases that show what is read well, beside those of the same clause that show what is not.
GOOD = {
    "checkboxes",
    "numbers_detected_by_the_column",
    "template_replace_extract",
    "test_names_limited",
}

FINDING = ("check", "severity", "domain", "variable", "value", "file", "cell", "message")


@pytest.fixture(scope="module")
def specs() -> Specs:
    return load_specs(HERE / "specs")


def _read(case: Path, specs: Specs) -> tuple[CentreMapping, Mapping[str, RawTable], Findings]:
    mapping = load_centre(case / "mapping")
    check_centre(mapping, specs)
    findings = Findings()
    delivery = read_centre(mapping.source, case / "in", findings)
    return mapping, delivery.tables, findings


def _run(case: Path, specs: Specs) -> tuple[MappedCentre, Findings]:
    mapping, tables, findings = _read(case, specs)
    return map_centre(mapping, tables, specs, findings), findings


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _shown(value: Any) -> str:
    if value is None or value != value:
        return ""
    return format(value, ".12g") if isinstance(value, float) else str(value)


def _records(frame: nw.DataFrame[Any], columns: list[str]) -> list[dict[str, str]]:
    rows = frame.select(columns).iter_rows(named=True)
    return [{name: _shown(row[name]) for name in columns} for row in rows]


def _found(findings: Findings) -> Iterator[dict[str, str]]:
    for finding in findings.ordered():
        yield {name: str(getattr(finding, name)) for name in FINDING}


@pytest.mark.parametrize("case", MAPPED, ids=lambda case: case.name)
def test_records(case: Path, specs: Specs) -> None:
    mapped, _ = _run(case, specs)
    expected = {p.stem.upper(): p for p in (case / "expected").glob("??.csv")}
    assert set(mapped.datasets) == set(expected)
    for domain, path in expected.items():
        rows = _rows(path)
        frame = mapped.datasets[domain].frame
        columns = list(rows[0]) if rows else frame.columns
        assert _records(frame, columns) == rows


@pytest.mark.parametrize("case", MAPPED, ids=lambda case: case.name)
def test_findings(case: Path, specs: Specs) -> None:
    _, findings = _run(case, specs)
    path = case / "expected" / "findings.csv"
    assert list(_found(findings)) == (_rows(path) if path.is_file() else [])


@pytest.mark.parametrize("case", MAPPED, ids=lambda case: case.name)
def test_every_cell_is_accounted_for(case: Path, specs: Specs) -> None:
    mapped, _ = _run(case, specs)
    tables = mapped.account.tables
    for table in tables:
        assert table.cells_read == table.mapped + table.ignored + table.unmapped
    names = ("table", "cells_read", "mapped", "ignored", "unmapped")
    counted = [{name: str(getattr(table, name)) for name in names} for table in tables]
    path = case / "expected" / "account.csv"
    assert not path.is_file() or counted == _rows(path)


@pytest.mark.parametrize("case", MAPPED, ids=lambda case: case.name)
def test_every_origin_names_a_cell(case: Path, specs: Specs) -> None:
    mapped, _ = _run(case, specs)
    for dataset in mapped.datasets.values():
        for record in dataset.frame.iter_rows(named=True):
            origin = dataset.origins[record["_block"]]
            for variable in origin.columns:
                assert origin.cell(variable, record["_row"], record["_column"])


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_refusals(case: Path, specs: Specs) -> None:
    with pytest.raises(TecdataError) as caught:
        _run(case, specs)
    expected = (case / "expected" / "error.txt").read_text(encoding="utf-8")
    kind, _, message = expected.partition("\n")
    assert type(caught.value).__name__ == kind
    assert str(caught.value).replace(f"{case}/", "") == message.rstrip("\n")


@pytest.mark.parametrize("case", MAPPED, ids=lambda case: case.name)
def test_pandas_gives_the_same(case: Path, specs: Specs) -> None:
    mapping, tables, findings = _read(case, specs)
    views = {
        name: TableView(
            table,
            mapping.source,
            frame=nw.from_native(table.frame.to_pandas(), eager_only=True),
        )
        for name, table in tables.items()
    }
    by_pandas = map_views(mapping, views, specs, findings)
    by_polars, expected = _run(case, specs)
    assert list(_found(findings)) == list(_found(expected))
    assert by_pandas.account == by_polars.account
    for domain, dataset in by_polars.datasets.items():
        frame = by_pandas.datasets[domain].frame
        assert frame.implementation.is_pandas()
        assert frame.columns == dataset.frame.columns
        assert _records(frame, frame.columns) == _records(dataset.frame, frame.columns)


@pytest.mark.parametrize("case", MAPPED, ids=lambda case: case.name)
def test_shuffled_rows_give_the_same(case: Path, specs: Specs) -> None:
    mapping, tables, found = _read(case, specs)
    before = {name: table.frame.clone() for name, table in tables.items()}
    shuffled = {name: _reversed(table) for name, table in tables.items()}
    findings = Findings(_intake(found))
    mapped = map_centre(mapping, shuffled, specs, findings)
    expected, expected_findings = _run(case, specs)
    for domain, dataset in expected.datasets.items():
        frame = mapped.datasets[domain].frame
        assert _records(frame, frame.columns) == _records(dataset.frame, frame.columns)
    assert list(_found(findings)) == list(_found(expected_findings))
    assert all(tables[name].frame.equals(frame) for name, frame in before.items())


def _intake(findings: Findings) -> list[Finding]:
    return [f for f in findings if f.check.startswith("intake.")]


def _reversed(table: RawTable) -> RawTable:
    import dataclasses

    return dataclasses.replace(
        table, frame=table.frame.reverse(), number_cells=table.number_cells.reverse()
    )


def test_the_list_of_cases_is_complete() -> None:
    """README.md names every case under a clause, and no case that is not there."""
    import re

    listed = set(re.findall(r"`([a-z0-9_]+)`", (HERE / "README.md").read_text(encoding="utf-8")))
    assert listed == {case.name for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_in_the_list_goes_wrong_somewhere(case: Path) -> None:
    """The list is one of bad inputs: a case without a finding or an error says so in its name."""
    files = {path.name for path in (case / "expected").iterdir()}
    assert files & {"error.txt", "findings.csv"} or case.name in GOOD
