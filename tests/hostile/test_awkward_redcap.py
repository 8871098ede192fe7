"""REDCap exports that went wrong on their way: repeated ids, renamed instruments, missing checkboxes."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from tecdata.check_delivery import check_delivery
from tecdata.spec import Specs, load_specs

NAME = "AUH_teclistamab_DATA_LABELS.csv"
Table = list[list[str]]


@pytest.fixture(scope="module")
def specs(repository: Path) -> Specs:
    return load_specs(repository / "specs")


def again(kind: str) -> Callable[[Table], Table]:
    """The first record of an instrument stands there twice."""

    def change(rows: Table) -> Table:
        i = next(i for i, row in enumerate(rows) if i and row[1] == kind)
        return [*rows[: i + 1], rows[i], *rows[i + 1 :]]

    return change


def renamed(rows: Table) -> Table:
    return [
        [row[0], "injektion_v2" if row[1] == "Teclistamab-injektion" else row[1], *row[2:]]
        for row in rows
    ]


def without_checkbox(rows: Table) -> Table:
    i = rows[0].index("organ___3")
    return [row[:i] + row[i + 1 :] for row in rows]


CASES: dict[str, tuple[Callable[[Table], Table], str, str]] = {
    "a record twice": (
        again(""),
        "validate.key_duplicate",
        "CM: 2 records have the same STUDYID, USUBJID, CMCAT, CMDECOD, CMTRT, CMSTDTC, CMSPID. Remove the repeated one, or map what tells them apart.",
    ),
    "a repeated instance twice": (
        again("Laboratorieprøver"),
        "validate.key_duplicate",
        "LB: 2 records have the same STUDYID, USUBJID, LBTESTCD, LBSPEC, LBDTC. Remove the repeated one, or map what tells them apart.",
    ),
    "an instrument of another name": (
        renamed,
        "mapping.unmapped_row",
        (
            f"{NAME}, line 5: no rule uses 8 filled cells of this row (line 5, column "
            "'redcap_repeat_instrument', line 5, column 'inj_nr', line 5, column 'inj_dato', …). "
            "Widen a block's conditions, or declare the row in skip_rows of source.yaml with"
        ),
    ),
    "a checkbox without its column": (
        without_checkbox,
        "file.column_missing",
        (
            f"{NAME}: the column 'organ___3' is missing (needed by MH block 'organ_boxes'). What is "
            "read from it stays empty. Ask the centre for it, or correct its name in the mapping"
        ),
    ),
}


@pytest.mark.parametrize("case", sorted(CASES))
def test_an_export_that_went_wrong_is_told(
    case: str, repository: Path, specs: Specs, tmp_path: Path
) -> None:
    change, check, message = CASES[case]
    text = (repository / "sample_exports" / "aarhus" / NAME).read_text("utf-8-sig")
    target = io.StringIO()
    csv.writer(target, lineterminator="\n").writerows(change(list(csv.reader(io.StringIO(text)))))
    (tmp_path / NAME).write_text(target.getvalue(), "utf-8-sig")
    checked = check_delivery(repository, specs, "aarhus", [tmp_path / NAME])
    assert checked.exit_code == 1
    told = [f.message for f in checked.findings if f.check == check and f.status == "failed"]
    assert any(shown.startswith(message) for shown in told)
