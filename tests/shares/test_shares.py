"""Shares of the subjects, one below the other, are the study: records, findings, accounts."""

from __future__ import annotations

import dataclasses
import shutil
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tecdata.demo import bootstrap, write_exports
from tecdata.finding import Finding, Findings
from tecdata.harmonise import complete_study, harmonise, stack_shares
from tecdata.harmonise.supplemental import supplemental_spec
from tecdata.intake import read_centre
from tecdata.mapping import map_centre, share_plan
from tecdata.shares import (
    FACTS,
    CentreShare,
    Job,
    bounds_of,
    do_share,
    frame_of,
    merge,
    planned,
    rows_of,
    share_numbers,
    survey,
    whose,
)
from tecdata.spec import load_centre

if TYPE_CHECKING:
    from tecdata.dataset import Dataset
    from tecdata.mapping.account import CellAccount
    from tecdata.spec import DomainSpec, Specs


@dataclasses.dataclass
class Outcome:
    """What a study comes to."""

    datasets: dict[str, Dataset]
    accounts: dict[str, CellAccount]
    findings: Counter[Finding]


def deliveries(study: Path) -> dict[str, CentreShare]:
    """The centres with all of their rows."""
    found = {}
    for path in sorted((study / "mappings").iterdir()):
        mapping = load_centre(path)
        tables = read_centre(mapping.source, study / mapping.source.folder, Findings()).tables
        plan = share_plan(mapping)
        assert not plan.problems
        found[path.name] = CentreShare(
            name=path.name, mapping=mapping, tables=tables, subjects=plan.subjects
        )
    return found


def whole(centres: dict[str, CentreShare], specs: Specs) -> Outcome:
    """The study at one go."""
    findings = Findings()
    mapped = {n: map_centre(c.mapping, c.tables, specs, findings) for n, c in centres.items()}
    datasets = harmonise([m.datasets for m in mapped.values()], specs, findings)
    return Outcome(datasets, {n: m.account for n, m in mapped.items()}, Counter(findings))


def blank(centre: CentreShare) -> CentreShare:
    """The centre without the rows that are shared out."""
    tables = {
        name: dataclasses.replace(
            table, frame=table.frame.clear(), number_cells=table.number_cells.clear()
        )
        if name in centre.subjects
        else table
        for name, table in centre.tables.items()
    }
    return dataclasses.replace(centre, tables=tables)


def spec_of(name: str, specs: Specs) -> DomainSpec:
    if name.startswith("SUPP"):
        return supplemental_spec(specs, specs.domains[name.removeprefix("SUPP")])
    return specs.domains[name]


def by_shares(centres: dict[str, CentreShare], specs: Specs, number: int) -> Outcome:
    """The study in shares, as Spark does it."""
    rows = {
        (name, key): rows_of(name, centre.tables[key])
        for name, centre in centres.items()
        for key in centre.subjects
    }
    job = Job(specs=specs, centres=tuple(blank(c) for c in centres.values()))
    job = planned(job, [survey(job, some) for some in rows.values()], at_once=number)
    assert len(job.bounds) < number or number == 1
    numbered = pl.concat(
        some.with_columns(
            pl.Series("share", share_numbers(job, whose(job, name, centres[name].tables[key])))
        )
        for (name, key), some in rows.items()
    ).sample(fraction=1, shuffle=True, seed=1)
    shares = {
        share: do_share(job, numbered.filter(share=share), all_centres=share == 0)
        for share in range(len(job.bounds) + 1)
    }
    facts = [p.content for share in shares.values() for p in share if p.name == FACTS]
    made = merge(job, facts)
    findings = Findings(made.findings)
    frames: dict[str, list[pl.DataFrame]] = {}
    for share in shares.values():
        for piece in share:
            if piece.name != FACTS:
                frames.setdefault(piece.name, []).append(frame_of(piece.content))
    stacked = {n: stack_shares(spec_of(n, specs), f, made.origins[n]) for n, f in frames.items()}
    records: Counter[str] = Counter()
    for centre in made.centres.values():
        findings.extend(centre.findings)
        records.update(centre.records)
    datasets = complete_study(stacked, records, specs, findings)
    accounts = {name: centre.account for name, centre in made.centres.items()}
    return Outcome(datasets, accounts, Counter(findings))


def same(one: Outcome, other: Outcome) -> None:
    assert list(other.datasets) == list(one.datasets)
    for name, dataset in one.datasets.items():
        mine, theirs = dataset.frame.to_native(), other.datasets[name].frame.to_native()
        assert mine.columns == theirs.columns, name
        assert mine.schema == theirs.schema, name
        assert mine.equals(theirs), name
        used = set(mine["_block"].drop_nulls())
        origins = other.datasets[name].origins
        assert {b: dataset.origins[b] for b in used} == {b: origins[b] for b in used}
    assert other.accounts == one.accounts
    assert other.findings - one.findings == Counter()
    assert one.findings - other.findings == Counter()


@pytest.mark.parametrize("number", [1, 2, 5])
def test_the_five_centres_in_shares(repository: Path, sample_specs: Specs, number: int) -> None:
    centres = deliveries(repository)
    same(whole(centres, sample_specs), by_shares(centres, sample_specs, number))


def test_a_delivery_with_every_kind_of_trouble_in_shares(
    repository: Path, sample_specs: Specs, tmp_path: Path
) -> None:
    shutil.copytree(repository / "mappings", tmp_path / "mappings")
    write_exports(bootstrap(30, 5), tmp_path / "sample_exports")
    for path in (tmp_path / "mappings" / "hamburg").iterdir():
        path.write_text(path.read_text().replace(", range: Referenz", ""))
    source = tmp_path / "mappings" / "hamburg" / "source.yaml"
    source.write_text(source.read_text().replace("decimal: comma", "decimal: detect"))
    labs = tmp_path / "sample_exports" / "hamburg" / "HH_Labor.csv"
    lines = labs.read_text("cp1252").splitlines()
    lines[3] = lines[3].replace("UKE", "XYZ")
    lines[4] = ";" + lines[4].partition(";")[2]
    lines[5] = "UKE999;" + lines[5].partition(";")[2]
    labs.write_text("\n".join(lines) + "\n", "cp1252")
    centres = deliveries(tmp_path)
    expected = whole(centres, sample_specs)
    found = Counter(finding.check for finding in expected.findings)
    assert found["mapping.unmapped_column"] == 1
    assert found["mapping.subject_id"]
    assert found["mapping.subject_missing"]
    assert found["harmonise.subject_not_in_dm"]
    same(expected, by_shares(centres, sample_specs, 6))


@given(
    st.dictionaries(st.text("abc", min_size=1, max_size=3), st.integers(1, 9)), st.integers(1, 5)
)
def test_bounds_cut_the_subjects_in_their_order(rows: dict[str, int], shares: int) -> None:
    bounds = bounds_of(rows, shares)
    assert list(bounds) == sorted(set(bounds))
    assert set(bounds) <= rows.keys()
    assert len(bounds) < shares or (shares == 1 and not bounds)
    assert min(rows, default="") not in bounds
