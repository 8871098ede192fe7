"""The REDCap export of Aarhus."""

from __future__ import annotations

import csv
import dataclasses
import io
from decimal import Decimal
from pathlib import Path

from tests.made_up import made_up

from tecdata.demo.model import Result
from tecdata.demo.render_aarhus import DICTIONARY, FILE, render


def read(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def rows_of(folder: Path, instrument: str) -> list[dict[str, str]]:
    return [r for r in read(folder / FILE) if r["redcap_repeat_instrument"] == instrument]


def test_the_file_begins_with_a_byte_order_mark_and_says_it_is_synthetic(tmp_path: Path) -> None:
    render([made_up("AH", "AUH-016", 16, language="da")], tmp_path)
    assert (tmp_path / FILE).read_bytes().startswith(b"\xef\xbb\xbfrecord_id,")
    assert "syntetisk" in read(tmp_path / FILE)[0]["bemaerkninger"]
    assert "synthetic" in (tmp_path / "README.txt").read_text(encoding="utf-8")


def test_a_record_is_a_row_and_its_repeating_instruments(tmp_path: Path) -> None:
    render([made_up("AH", "AUH-016", 16, language="da")], tmp_path)
    base = read(tmp_path / FILE)[0]
    assert (base["koen"], base["samtykke_dato"], base["diagnose_dato"]) == (
        "k",
        "2024-03-20",
        "10-2023",
    )
    assert (base["organ___1"], base["organ___2"], base["organ_andet"]) == (
        "Checked",
        "Unchecked",
        "",
    )
    assert (base["antistof___6"], base["tidl_behandling"]) == ("Checked", "RTX")
    doses = rows_of(tmp_path, "Teclistamab-injektion")
    assert [(d["redcap_repeat_instance"], d["inj_tid"], d["inj_mg"]) for d in doses] == [
        ("1", "09:30", "4.2"),
        ("2", "", "105"),
    ]
    (event,) = rows_of(tmp_path, "Uønskede hændelser")
    assert (event["ae_start"], event["ae_slut"], event["crs_temp"]) == (
        "2024-04-04",
        "06-04-2024",
        "38,9",
    )
    (medication,) = rows_of(tmp_path, "Medicin")
    assert (medication["med_start"], medication["med_ae_nr"]) == ("04-04-2024", "1")


def test_results_are_named_by_npu_code_or_by_name_never_by_both(tmp_path: Path) -> None:
    render([made_up("AH", "AUH-016", 16, language="da")], tmp_path)
    found = [
        (r["lab_npu"], r["lab_analyse"], r["lab_resultat"].replace(" ", ""), r["lab_enhed"])
        for r in rows_of(tmp_path, "Laboratorieprøver")
    ]
    assert found == [
        ("NPU19814", "", "7,20", "g/L"),
        ("", "B-celler (CD19)", "<10", "mio/L"),
        ("", "ANA-titer", "1:1280", "titer"),
        ("NPU19748", "", "ikkemålt", "mg/L"),
    ]


def test_immunoglobulins_in_micromoles_have_their_own_npu_code(tmp_path: Path) -> None:
    result = Result(test="IGG", start="2024-04-01", value=Decimal("26.7"), unit="umol/L")
    subject = dataclasses.replace(made_up("AH", "AUH-016", language="da"), results=(result,))
    render([subject], tmp_path)
    (row,) = rows_of(tmp_path, "Laboratorieprøver")
    assert (row["lab_npu"], row["lab_resultat"], row["lab_enhed"]) == ("NPU02481", "26,7", "µmol/L")


def test_the_data_dictionary_names_every_field(tmp_path: Path) -> None:
    render([], tmp_path)
    header = (tmp_path / FILE).read_text(encoding="utf-8-sig").strip().split(",")
    fields = {r["Variable / Field Name"]: r for r in read(tmp_path / DICTIONARY)}
    own = {
        c.split("___")[0]
        for c in header
        if not c.startswith("redcap_") and not c.endswith("_complete")
    }
    assert own == set(fields)
    assert fields["koen"]["Choices, Calculations, OR Slider Labels"] == "1, k | 2, m"


def test_bytes_depend_on_the_subjects_alone(tmp_path: Path) -> None:
    pair = [made_up("AH", f"AUH-0{n}", n, language="da") for n in (16, 17)]
    first = render(pair, tmp_path / "a")
    second = render(pair[::-1], tmp_path / "b")
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]
