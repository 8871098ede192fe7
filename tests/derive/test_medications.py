from __future__ import annotations

from typing import Any

from tests.derive.made_study import Row, sdtm, shipped_specs

from tecdata.derive import derive_study
from tecdata.finding import Findings


def adcm(*medications: Row) -> list[dict[str, Any]]:
    data = sdtm(
        DM=[{"USUBJID": "1"}],
        EX=[{"USUBJID": "1", "EXDOSE": 3.0, "EXSTDTC": "2024-03-10"}],
        CM=[{"USUBJID": "1", "CMTRT": "x", **given} for given in medications],
    )
    made = derive_study(data, shipped_specs(), Findings(), ["adcm"])
    return made["ADCM"].to_polars().sort("CMSEQ").to_dicts()


def test_before_and_on_treatment() -> None:
    found = adcm(
        {"CMSTDTC": "2024-02", "CMENDTC": "2024-03-09"},
        {"CMSTDTC": "2024-02-01", "CMENDTC": "2024-03-10"},
        {"CMSTDTC": "2024-02-01", "CMENRTPT": "ONGOING"},
        {"CMSTDTC": "2024-02-01"},
        {"CMSTDTC": "2024-03-10", "CMENDTC": "2024-03"},
        {"CMSTRTPT": "BEFORE"},
        {},
    )
    assert [(m["PREFL"], m["ONTRTFL"]) for m in found] == [
        ("Y", None),
        ("Y", "Y"),
        ("Y", "Y"),
        ("Y", None),
        (None, "Y"),
        ("Y", None),
        (None, None),
    ]


def test_days_and_imputed_dates() -> None:
    before, after = adcm(
        {"CMSTDTC": "2024-02", "CMENDTC": "2024-03-09"},
        {"CMSTDTC": "2024-03-11", "CMENDTC": "2024-03"},
    )
    assert (before["ASTDT"].isoformat(), before["ASTDTF"], before["ASTDY"]) == (
        "2024-02-01", "D", -38,
    )  # fmt: skip
    assert before["AENDY"] == -1
    assert (after["ASTDY"], after["AENDT"].isoformat(), after["AENDTF"]) == (2, "2024-03-31", "D")
