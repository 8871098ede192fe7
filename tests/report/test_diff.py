from __future__ import annotations

from pathlib import Path
from typing import Any

import narwhals as nw
import polars as pl
import pytest
from tests.conftest import REPOSITORY

from tecdata.dataset import BLOCK, COLUMN, PART, ROW, Dataset, Origin
from tecdata.errors import UsageError
from tecdata.export import write_study
from tecdata.report import diff_datasets
from tecdata.report.diff import Change, StudyDiff
from tecdata.spec import Specs, load_specs

ORIGIN = Origin(
    centre="XX", file="f.xlsx", sheet="Labor", table="labs", addressing="sheet",
    columns={"LBORRES": "Wert", "AETERM": "Ereignis", "AESTDTC": "Beginn"},
    positions={"Wert": 2, "Ereignis": 2, "Beginn": 3},
)  # fmt: skip


@pytest.fixture(scope="module")
def specs() -> Specs:
    return load_specs(REPOSITORY / "specs")


def dataset(specs: Specs, domain: str, rows: list[dict[str, Any]]) -> Dataset:
    """Records of one domain; ``row`` is their row in the source."""
    spec = specs.domains["SUPPQUAL" if domain.startswith("SUPP") else domain]
    records = [
        {
            v.name: row.get(v.name)
            for v in spec.variables
            if v.core != "Perm" or any(v.name in r for r in rows)
        }
        | {BLOCK: "b", ROW: row["row"], COLUMN: "", PART: 1}
        for row in rows
    ]
    types: dict[str, Any] = {v.name: pl.Float64 for v in spec.variables if v.is_numeric}
    frame = pl.DataFrame(records, infer_schema_length=None)
    frame = frame.with_columns(
        pl.col(c).cast(types.get(c, pl.String)) for c in frame.columns if not c.startswith("_")
    )
    named = spec.model_copy(update={"domain": domain})
    return Dataset(spec=named, frame=nw.from_native(frame, eager_only=True), origins={"b": ORIGIN})


def lab(
    test: str, day: str, value: str, *, seq: int, row: int, subject: str = "1"
) -> dict[str, Any]:
    return {
        "STUDYID": "S", "DOMAIN": "LB", "USUBJID": f"S-XX-{subject}", "LBSEQ": seq,
        "LBTESTCD": test, "LBTEST": test, "LBDTC": day, "LBORRES": value, "LBSTRESC": value,
        "LBSTRESN": float(value), "row": row,
    }  # fmt: skip


def event(term: str, day: str, *, seq: int, row: int) -> dict[str, Any]:
    return {
        "STUDYID": "S", "DOMAIN": "AE", "USUBJID": "S-XX-1", "AESEQ": seq, "AETERM": term,
        "AEDECOD": term, "AESTDTC": day, "row": row,
    }  # fmt: skip


def supplement(seq: int, value: str, *, row: int) -> dict[str, Any]:
    return {
        "STUDYID": "S", "RDOMAIN": "AE", "USUBJID": "S-XX-1", "IDVAR": "AESEQ",
        "IDVARVAL": str(seq), "QNAM": "CRSTEMP", "QLABEL": "T", "QVAL": value, "row": row,
    }  # fmt: skip


def compare(
    tmp_path: Path, specs: Specs, old: dict[str, list[Any]], new: dict[str, list[Any]]
) -> StudyDiff:
    for name, given in (("old", old), ("new", new)):
        datasets = {domain: dataset(specs, domain, rows) for domain, rows in given.items()}
        write_study(datasets, specs, tmp_path / name)
    return diff_datasets(tmp_path / "old", tmp_path / "new", specs.domains)


def changes(diff: StudyDiff) -> list[tuple[str, str, str, str, str]]:
    found = [change for d in diff.datasets for change in d.changes]
    return [(c.dataset, c.kind, c.variable, c.old, c.new) for c in found]


def test_nothing_differs_where_rows_moved_and_numbers_follow(tmp_path: Path, specs: Specs) -> None:
    one = [
        lab("IGG", "2025-03-01", "7.5", seq=1, row=5),
        lab("CRP", "2025-03-01", "3", seq=2, row=6),
    ]
    other = [
        lab("CRP", "2025-03-01", "3", seq=1, row=9),
        lab("IGG", "2025-03-01", "7.5", seq=2, row=8),
    ]
    diff = compare(tmp_path, specs, {"LB": one}, {"LB": other})
    assert diff.same
    assert diff.to_dict()["datasets"][0]["old_records"] == 2


def test_values_records_and_cells(tmp_path: Path, specs: Specs) -> None:
    old = [
        lab("IGG", "2025-03-01", "7.5", seq=1, row=5),
        lab("CRP", "2025-03-01", "3", seq=2, row=6),
    ]
    new = [
        lab("IGG", "2025-03-01", "75", seq=1, row=7),
        lab("ALT", "2025-03-01", "9", seq=2, row=8),
    ]
    diff = compare(tmp_path, specs, {"LB": old}, {"LB": new})
    (found,) = diff.datasets
    assert [found.count(kind) for kind in ("added", "removed", "changed")] == [1, 1, 1]
    by_variable = {c.variable: c for c in found.changes}
    key = "LBTESTCD=IGG; LBDTC=2025-03-01"
    assert by_variable["LBORRES"] == Change(
        dataset="LB", kind="changed", usubjid="S-XX-1", key=key, variable="LBORRES", old="7.5",
        new="75", old_cell="f.xlsx, Labor, C5", new_cell="f.xlsx, Labor, C7",
    )  # fmt: skip
    whole = {c.kind: c for c in found.changes if not c.variable}
    assert whole["added"].new_cell == "f.xlsx, Labor, C8"
    assert whole["removed"].old_cell == "f.xlsx, Labor, C6"


def test_a_corrected_key_is_a_change_not_two_records(tmp_path: Path, specs: Specs) -> None:
    old = {"AE": [event("FEVER", "2025-03", seq=1, row=5)], "SUPPAE": [supplement(1, "39", row=5)]}
    new = {
        "AE": [event("COUGH", "2025-01-01", seq=1, row=4), event("FEVER", "2025-03-02", seq=2, row=5)],
        "SUPPAE": [supplement(2, "39", row=5)],
    }  # fmt: skip
    assert changes(compare(tmp_path, specs, old, new)) == [
        ("AE", "added", "", "", ""),
        ("AE", "changed", "AESTDTC", "2025-03", "2025-03-02"),
    ]


def test_qualifiers_belong_to_their_record_whatever_its_number(
    tmp_path: Path, specs: Specs
) -> None:
    old = {
        "AE": [event("FEVER", "2025-03-02", seq=1, row=5)],
        "SUPPAE": [supplement(1, "39", row=5)],
    }
    new = {
        "AE": [event("COUGH", "2025-01-01", seq=1, row=4), event("FEVER", "2025-03-02", seq=2, row=6)],
        "SUPPAE": [supplement(2, "39.5", row=6)],
    }  # fmt: skip
    assert changes(compare(tmp_path, specs, old, new)) == [
        ("AE", "added", "", "", ""),
        ("SUPPAE", "changed", "QVAL", "39", "39.5"),
    ]


def test_records_with_equal_keys_are_counted(tmp_path: Path, specs: Specs) -> None:
    twice = [lab("IGG", "2025-03-01", "7", seq=i, row=4 + i) for i in (1, 2)]
    diff = compare(tmp_path, specs, {"LB": twice}, {"LB": twice[:1]})
    (found,) = diff.datasets
    assert [c.key[-4:] for c in found.changes] == ["; #2"]


def test_a_key_that_one_side_lacks_is_empty(tmp_path: Path, specs: Specs) -> None:
    bare = lab("IGG", "2025-03-01", "7", seq=1, row=5)
    full = [bare, lab("CRP", "2025-03-01", "3", seq=2, row=6) | {"LBSPEC": "SERUM"}]
    diff = compare(tmp_path, specs, {"LB": [bare]}, {"LB": full})
    assert changes(diff) == [("LB", "added", "", "", "")]


def test_a_dataset_only_one_side_has(tmp_path: Path, specs: Specs) -> None:
    labs = {"LB": [lab("IGG", "2025-03-01", "7", seq=1, row=5)]}
    events = {"AE": [event("FEVER", "2025-03-02", seq=1, row=5)]}
    diff = compare(tmp_path, specs, labs, labs | events)
    assert changes(diff) == [("AE", "added", "", "", "")]
    back = diff_datasets(tmp_path / "new", tmp_path / "old", specs.domains)
    assert changes(back) == [("AE", "removed", "", "", "")]


def test_the_sample_does_not_differ_from_itself(
    sample_run: object, sample_out: Path, specs: Specs
) -> None:
    del sample_run
    diff = diff_datasets(sample_out, sample_out, specs.domains)
    assert diff.same
    assert sum(d.old_records for d in diff.datasets) > 5000


def test_what_cannot_be_compared_is_refused(tmp_path: Path, specs: Specs) -> None:
    with pytest.raises(UsageError, match="not an output of tecdata run"):
        diff_datasets(tmp_path, tmp_path, specs.domains)
    folder = tmp_path / "sdtm" / "parquet"
    folder.mkdir(parents=True)
    (folder / "zz.parquet").write_text("no parquet")
    with pytest.raises(UsageError, match="cannot be read"):
        diff_datasets(tmp_path, tmp_path, specs.domains)
    pl.DataFrame({"USUBJID": ["S"], "ZZTERM": ["x"]}).write_parquet(folder / "zz.parquet")
    with pytest.raises(UsageError, match="no domain ZZ"):
        diff_datasets(tmp_path, tmp_path, specs.domains)
