"""Cases of the expectation suites: small datasets written as tables of texts."""

from __future__ import annotations

import csv
import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import narwhals as nw
import polars as pl

from tecdata.dataset import PROVENANCE, Dataset, Origin
from tecdata.spec.text_yaml import read_yaml

if TYPE_CHECKING:
    from tecdata.spec import DomainSpec, Specs

__all__ = ["FOLDER", "Case", "load_cases", "make_datasets", "without"]

FOLDER = Path(__file__).parent / "cases" / "checks"


@dataclasses.dataclass(frozen=True, slots=True)
class Case:
    """One check: tables that fail it, tables that pass it, what to take away."""

    check: str
    fails: Mapping[str, Sequence[str]]
    finds: tuple[int, ...]
    passes: Mapping[str, Sequence[str]]
    cannot_run: str
    passes_as: str = "passed"

    @property
    def dataset(self) -> str:
        """The dataset the findings are expected in: the first table."""
        return next(iter(self.fails))


def load_cases() -> dict[str, Case]:
    """All cases by check id; a case with a key too many or too few is an error."""
    cases: dict[str, Case] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        data, _ = read_yaml(path)
        for check, fields in data.items():
            finds = tuple(int(n) for n in fields.pop("finds"))
            cases[check] = Case(check=check, finds=finds, **fields)
    return cases


def make_datasets(tables: Mapping[str, Sequence[str]], specs: Specs) -> dict[str, Dataset]:
    """Datasets with all variables of their specs; qualifiers go to SUPP--, as in a real run."""
    made: dict[str, Dataset] = {}
    for name, lines in tables.items():
        rows = list(csv.DictReader(lines))
        spec = specs.domains[name]
        made[name] = _dataset(name, rows, spec)
        qualifiers = [
            {"USUBJID": row.get("USUBJID", "S1"), "RDOMAIN": name, "IDVAR": f"{name}SEQ"}
            | {"IDVARVAL": str(number), "QNAM": q, "QVAL": row[q]}
            for number, row in enumerate(rows, start=1)
            for q in spec.supplemental_by_name
            if row.get(q)
        ]
        if qualifiers:
            made[f"SUPP{name}"] = _dataset(f"SUPP{name}", qualifiers, specs.domains["SUPPQUAL"])
    return made


def without(datasets: Mapping[str, Dataset], what: str) -> dict[str, Dataset]:
    """The datasets without one of them (``DM``) or one of its variables (``DM.AGE``)."""
    name, _, variable = what.partition(".")
    kept = dict(datasets)
    if not variable:
        del kept[name]
        return kept
    frame = kept[name].frame.drop(variable)
    return kept | {name: dataclasses.replace(kept[name], frame=frame)}


def _dataset(name: str, rows: Sequence[Mapping[str, str]], spec: DomainSpec) -> Dataset:
    columns: dict[str, list[Any]] = {}
    schema: dict[str, pl.DataType | type[pl.DataType]] = {}
    for variable in spec.variables:
        schema[variable.name] = pl.Float64 if variable.is_numeric else pl.String
        texts = [row.get(variable.name) or None for row in rows]
        columns[variable.name] = (
            [None if t is None else float(t) for t in texts] if variable.is_numeric else [*texts]
        )
    columns["USUBJID"] = [row.get("USUBJID") or "S1" for row in rows]
    if f"{name}SEQ" in schema:
        columns[f"{name}SEQ"] = [float(n) for n in range(1, len(rows) + 1)]
    block, row, column, part = PROVENANCE
    provenance: dict[str, list[Any]] = {
        block: [name] * len(rows),
        row: list(range(2, len(rows) + 2)),
        column: [""] * len(rows),
        part: [1] * len(rows),
    }
    schema |= {block: pl.String, row: pl.Int64, column: pl.String, part: pl.Int64}
    frame = pl.DataFrame({**columns, **provenance}, schema=schema)
    named = [*columns, *(q for r in rows for q in r), *(r.get("QNAM", "") for r in rows)]
    positions = {c: n for n, c in enumerate(dict.fromkeys(named))}
    origin = Origin(
        centre="XX",
        file=f"{name.lower()}.xlsx",
        sheet="Sheet",
        table=name,
        addressing="sheet",
        columns={c: c for c in positions},
        positions=positions,
    )
    made = nw.from_native(frame, eager_only=True)
    return Dataset(spec=spec, frame=made, origins={name: origin})
