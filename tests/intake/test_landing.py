"""What intake read comes back from Parquet as it was: cells, addresses, findings, accounts."""

from __future__ import annotations

import dataclasses
import stat
from pathlib import Path

import polars as pl
import pytest

from tecdata.errors import IntakeError
from tecdata.finding import Finding, Findings
from tecdata.intake import landed_tables, read_centre, read_landing, write_landing
from tecdata.intake.delivery import Delivery
from tecdata.intake.tabulate import TableAccount
from tecdata.spec import load_centre
from tecdata.spec.source import SourceSpec
from tecdata.table import RawTable, SourceColumn

SOURCE = SourceSpec.model_validate(
    {
        "centre": "XX",
        "name": "Example",
        "country": "DEU",
        "language": ["de"],
        "folder": "xx",
        "subject": {"pattern": r"(?P<number>\\d+)"},
        "tables": {"lab": {"file": "lab.xlsx"}},
    }
)


def odd() -> Delivery:
    """A table whose every part says something."""
    table = RawTable(
        name="lab",
        centre="XX",
        file="lab.xlsx",
        sheet="Blatt 1",
        addressing="sheet",
        frame=pl.DataFrame(
            {
                "_row": [4, 9],
                "IgG. (g/L)": ["7,5", None],
                "`x`": [" <0.5 ", "\u00a0"],
                "leer": None,
            },
            schema={"_row": pl.Int64, "IgG. (g/L)": pl.String, "`x`": pl.String, "leer": pl.String},
        ),
        columns=(
            SourceColumn(name="IgG. (g/L)", header="IgG.", position=2, unit="g/L", hidden=True),
            SourceColumn(
                name="`x`",
                header="`x`",
                position=3,
                label="A label",
                value_labels={"1": "yes"},
                missing_codes=("-9",),
                kinds=frozenset({"number", "text"}),
            ),
            SourceColumn(name="leer", header="leer", position=5, kinds=frozenset({"blank"})),
        ),
        number_cells=pl.DataFrame({"`x`": [True, False]}),
    )
    account = TableAccount(
        table="lab",
        file="lab.xlsx",
        sheet="Blatt 1",
        rows_read=3,
        cells_read=4,
        rows_skipped=1,
        cells_skipped={"sum row": 1},
    )
    return Delivery(centre="XX", tables={"lab": table}, accounts={"lab": account}, files=())


def bare(table: RawTable) -> list[object]:
    """All of a table but its frames."""
    frames = ("frame", "number_cells")
    return [getattr(table, f.name) for f in dataclasses.fields(table) if f.name not in frames]


def same(one: Delivery, other: Delivery) -> None:
    assert list(one.tables) == list(other.tables)
    for name, table in one.tables.items():
        back = other.tables[name]
        assert back.frame.equals(table.frame)
        assert back.frame.schema == table.frame.schema
        assert back.number_cells.equals(table.number_cells)
        assert bare(back) == bare(table)
        for row in table.frame["_row"][:3]:
            for column in table.columns:
                assert back.address(row, column.name) == table.address(row, column.name)
    assert dataclasses.replace(one, tables={}) == dataclasses.replace(other, tables={})


def test_every_part_of_a_table_survives(tmp_path: Path) -> None:
    found = [
        Finding.of("intake.no_rows", centre="XX", file="lab.xlsx", at="", table="lab"),
        Finding.of("intake.unknown_sheet", file="lab.xlsx", sheet="B", count=3),
    ]
    write_landing(odd(), SOURCE, found, tmp_path / "xx")
    findings = Findings()
    same(odd(), read_landing(SOURCE, tmp_path / "xx", findings))
    assert list(findings) == found
    assert [f.details for f in findings] == [f.details for f in found]


def test_the_five_centres_survive(repository: Path, tmp_path: Path) -> None:
    for path in sorted((repository / "mappings").iterdir()):
        source = load_centre(path).source
        findings, back = Findings(), Findings()
        delivery = read_centre(source, repository / source.folder, findings)
        write_landing(delivery, source, findings, tmp_path / path.name)
        same(delivery, read_landing(source, tmp_path / path.name, back))
        assert list(back) == list(findings)


def test_what_is_landed_is_private_and_replaces_what_was(tmp_path: Path) -> None:
    write_landing(odd(), SOURCE, [], tmp_path / "xx", beside={"more.json": {}})
    write_landing(odd(), SOURCE, [], tmp_path / "xx")
    files = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "xx").iterdir()}
    assert files == {"lab.parquet": 0o600, "delivery.json": 0o600}
    assert stat.S_IMODE((tmp_path / "xx").stat().st_mode) == 0o700


def test_tables_may_be_left_where_they_are(tmp_path: Path) -> None:
    write_landing(odd(), SOURCE, [], tmp_path / "xx")
    table = landed_tables(SOURCE, tmp_path / "xx", Findings()).tables["lab"]
    assert table.frame.is_empty()
    assert table.number_cells.schema == {"`x`": pl.Boolean}
    assert table.columns == odd().tables["lab"].columns


def test_what_was_not_landed_by_this_source_or_is_damaged_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "xx"
    with pytest.raises(IntakeError, match="nothing was landed here"):
        read_landing(SOURCE, folder, Findings())
    write_landing(odd(), SOURCE, [], folder)
    other = SOURCE.model_copy(update={"name": "Another"})
    with pytest.raises(IntakeError, match=r"source.yaml of centre XX is not the one"):
        read_landing(other, folder, Findings())
    cells = (folder / "lab.parquet").read_bytes()
    (folder / "lab.parquet").write_bytes(cells[:-1] + b"x")
    with pytest.raises(IntakeError, match=r"lab.parquet: the file is not what was landed"):
        read_landing(SOURCE, folder, Findings())
    (folder / "delivery.json").write_text("{")
    with pytest.raises(IntakeError, match=r"delivery.json: the file is damaged"):
        read_landing(SOURCE, folder, Findings())
