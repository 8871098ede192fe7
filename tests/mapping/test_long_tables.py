"""Tables of many rows take another way through the mapping: it must lead to the same records."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
from tests.made_tables import centre, raw_table, run

from tecdata import engine
from tecdata.finding import Findings
from tecdata.harmonise import harmonise
from tecdata.intake import read_centre
from tecdata.mapping import MappedCentre, map_centre
from tecdata.spec import load_centre

if TYPE_CHECKING:
    import pytest

    from tecdata.spec import Specs


def both(
    make: pytest.MonkeyPatch, path: Path, repository: Path, specs: Specs
) -> list[tuple[MappedCentre, Findings]]:
    """A centre mapped as a short table and as a long one."""
    mapping = load_centre(path)
    tables = read_centre(mapping.source, repository / mapping.source.folder, Findings()).tables
    found = []
    for small in (engine.SMALL, 0):
        make.setattr(engine, "SMALL", small)
        findings = Findings()
        found.append((map_centre(mapping, tables, specs, findings), findings))
    return found


def test_the_sample_centres(
    monkeypatch: pytest.MonkeyPatch, repository: Path, sample_specs: Specs
) -> None:
    usual = engine.SMALL
    short, long = [], []
    for path in sorted((repository / "mappings").iterdir()):
        (one, said), (other, told) = both(monkeypatch, path, repository, sample_specs)
        assert one.account == other.account
        assert said.ordered() == told.ordered()
        for name, dataset in one.datasets.items():
            assert other.datasets[name].origins == dataset.origins
            assert other.datasets[name].frame.to_polars().equals(dataset.frame.to_polars()), name
        monkeypatch.setattr(engine, "SMALL", usual)
        short.append(one.datasets)
        long.append(other.datasets)
    findings = (Findings(), Findings())
    expected = harmonise(short, sample_specs, findings[0])
    monkeypatch.setattr(engine, "SMALL", 0)
    made = harmonise(long, sample_specs, findings[1])
    assert list(made) == list(expected)
    assert findings[0].ordered() == findings[1].ordered()
    for name, dataset in expected.items():
        assert made[name].frame.to_polars().equals(dataset.frame.to_polars()), name


def test_a_long_table_keeps_its_addresses_and_its_account() -> None:
    rows = engine.SMALL + 500
    block = {
        "unpivot": {
            "columns": {"b": {"test": "WBC", "unit": "10^9/L"}, "a": {"test": "IGG", "unit": "g/L"}}
        },
        "test": "$test",
        "convert_unit": {"value": "$value", "unit": "$unit"},
        "variables": {"LBDTC": {"assign_datetime": "day", "dates": "dd.mm.yyyy"}},
    }
    cells: dict[str, list[str | None]] = {
        "id": [f"P{n % 90 + 1}" for n in range(rows)],
        "day": [f"{n % 28 + 1:02}.03.2024" for n in range(rows)],
        "a": [str(n % 50) if n % 3 else None for n in range(rows)],
        "b": ["k. A." if n == 7 else f"{n % 40}.5" for n in range(rows)],
        "left": [None if n else "x" for n in range(rows)],
    }
    mapped, found = run(centre("LB", block), raw_table(cells))
    frame = mapped.datasets["LB"].frame.to_polars()
    filled = sum(text is not None for text in cells["a"]) + rows
    assert len(frame) == filled
    assert frame.equals(frame.sort("_block", "_row", "_column", "_part"))
    picked = frame.filter((pl.col("_row") == 4) & (pl.col("_column") == "a"))
    assert picked["LBORRES"].to_list() == ["2"]
    (table,) = mapped.account.tables
    assert table.cells_read == table.mapped + table.unmapped == 2 * rows + filled + 1
    assert {(f.check, f.cell) for f in found} == {
        ("mapping.not_a_number", "D9"),
        ("mapping.unmapped_column", "E"),
    }
