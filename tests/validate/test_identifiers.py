from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.made_tables import centre, raw_table

from tecdata.checks.identifiers import CHECKS as OWN
from tecdata.finding import Cell, Finding, Findings
from tecdata.intake import read_centre
from tecdata.spec import load_centre
from tecdata.validate import Identifiers, mask_values, scan_identifiers

if TYPE_CHECKING:
    from tecdata.spec.source import SourceSpec
    from tecdata.table import RawTable

SOURCE: SourceSpec = centre("LB").source
IDS = [f"P{n}" for n in range(1, 7)]


def scan(*tables: RawTable, beside: tuple[Cell, ...] = ()) -> Identifiers:
    return scan_identifiers({t.name: t for t in tables}, SOURCE, beside=beside)


def failed(found: list[Finding]) -> list[tuple[str, str, str]]:
    return [(f.check, f.cell, f.value) for f in found if f.status == "failed"]


def test_a_clean_table_passes_every_check() -> None:
    found = scan(raw_table({"id": IDS, "IgG [g/l]": ["7,5"] * 6, "Datum": ["12.03.2025"] * 6}))
    assert {f.check for f in found} == {check.id for check in OWN}
    assert {f.status for f in found} == {"passed"}
    assert found[0].message == "XX: 8 different texts searched"


def test_without_a_table_no_check_has_run() -> None:
    found = scan()
    assert {f.status for f in found} == {"not_run"}
    assert "no table was read" in found[0].message


PLANTED = {
    "birth_date": ("Dermatomyositis, geb. 12.03.1961", "C4", "1•.••.••••"),
    "name": ("Rückruf von Frau Wagenknecht", "C4", "W••••••••••"),
    "phone": ("bitte anrufen: 0171 2345678", "C4", "0••• •••••••"),
    "email": ("Brief an b.muster@web.de", "C4", "b.••••••@•••.••"),
    "insurance_number": ("privat, A123456780", "C4", "A•••••••••"),
    "personal_number": ("cpr 010203-1234", "C4", "0•••••-••••"),
    "bank_account": ("DE89 3704 0044 0532 0130 00", "C4", "D••• •••• •••• •••• •••• ••"),
    "record_number": ("verlegt, Fallnr. 4711081", "C4", "4••••••"),
    "address": ("wohnt Musterstraße 12, 20251 Hamburg", "C4", "M••••••••••• ••, ••••• •••••••"),
}


@pytest.mark.parametrize("kind", sorted(PLANTED))
def test_each_kind_is_found_in_free_text_and_shown_masked(kind: str) -> None:
    text, cell, shown = PLANTED[kind]
    notes = ["Kontrolle", None, text, "stationär", "Raynaud, ILD", None]
    found = scan(raw_table({"id": IDS, "Datum": ["2025-03-12"] * 6, "Bemerkung": notes}))
    assert failed(found) == [(f"identifier.{kind}", cell, shown)]
    [finding] = [f for f in found if f.status == "failed"]
    assert finding.severity == "reject"
    assert finding.message.startswith(f"t.xlsx, sheet 't', {cell}: ")
    secret = text.split()[-1]
    assert secret not in f"{finding.message}{finding.value}{finding.details}"
    for wording in (c.wordings["de"] for c in OWN if c.id == finding.check):
        assert secret not in finding.message_in(wording)


def test_a_column_that_holds_them_throughout_gives_one_finding_naming_its_cells() -> None:
    days = [f"0{n}.03.19{50 + n}" for n in range(1, 7)]
    found = scan(raw_table({"id": IDS, "Geb.-Datum": days}))
    assert failed(found) == [("identifier.birth_date", "B", "0•.••.••••")]
    [finding] = [f for f in found if f.status == "failed"]
    assert [c.cell for c in finding.cells] == ["B2", "B3", "B4", "B5", "B6", "B7"]
    assert "6×" in finding.message
    assert not any(day in str(finding) for day in days)


@pytest.mark.parametrize(
    "columns",
    [
        {"GebJahr": ["1961", "1970", "1980", "1955", "1949", "1990"]},
        {"Patient-ID": [f"P{n}" for n in range(1, 7)]},
        {"Name": ["IgG", "IgA", "IgM", "IgG", "IgA", "IgM"]},
        {"Handelsname": ["Decortin", "Tecvayli", "Cotrim", "Aciclovir", "Pantozol", "Novalgin"]},
        {"LIS-Auftrag": [f"L0006150{n}" for n in range(6)]},
        {"Auftrag": ["A000000019", "A000000022", "A000000034", "A000000046", "A00000005", "A1"]},
        {"Titer": ["1:1.280", "1:2.560", "<1:80", "1:160", "1:320", "1:640"]},
        {"Proben": ["12 34 56", "0123456789", "9912345678", "7012345678", "8812345678", "1"]},
        {"Diagnose": ["SSc", "Dermatomyositis (MDA5)", "IgG4-RD", "SLE", "Morbus Crohn", "ASyS"]},
        {"Erstdiagnose am": [f"12.03.20{n:02}" for n in range(1, 7)]},
        {"Referenz": ["4,0 - 10,0", "< 5", "100 - 500", "0,5-0,9", "150-400", "10.000-20.000"]},
        {"Therapie": ["MTX, CYC", "Prednisolon 5 mg 1-0-0", "2x400 mg", "Mo/Mi/Fr", "i.v.", "-"]},
        {"Zeit": ["12.03.2025 10:30", "2025-03-12T10:30", "03/2025", "2019", "09:30", "10:00"]},
    ],
)
def test_what_only_looks_alike_gives_no_alarm(columns: dict[str, list[str | None]]) -> None:
    assert failed(scan(raw_table({"id": list(IDS), **columns}))) == []


def test_a_name_or_number_in_the_place_of_the_subject_id_is_found() -> None:
    ids = ["P1", "P2", "Muster, Berta", "P4", "P 5", "00471108"]
    found = scan(raw_table({"id": ids, "IgG": ["1", "2", "3", "4", "5", "6"]}))
    assert failed(found) == [
        ("identifier.name", "A4", "M•••••, •••••"),
        ("identifier.record_number", "A7", "0•••••••"),
    ]


def test_a_bare_name_column_counts_where_each_subject_has_one_of_its_own() -> None:
    names = ["Wagenknecht", "Öztürk", "Bauer", "Jensen", "Dvořák", "Groß"]
    found = scan(raw_table({"id": IDS, "Name": names}))
    assert failed(found)[0][:2] == ("identifier.name", "B")


def test_old_dates_one_a_subject_are_pointed_out_and_birth_years_prove_them() -> None:
    days = ["12.03.1961", "01.02.1970", "30.11.1955", "05.06.1980", "17.08.1949", "21.12.1963"]
    visits = ["12.03.2025"] * 6
    found = scan(raw_table({"id": IDS, "Feld 7": days, "Datum": visits}))
    assert failed(found)[0][:2] == ("identifier.old_date", "B")
    assert [f.severity for f in found if f.status == "failed"] == ["warning"]
    years = {"id": list(IDS), "Feld 7": days, "Datum": visits, "Jahrgang": [d[-4:] for d in days]}
    assert failed(scan(raw_table(years)))[0][:2] == ("identifier.birth_date", "B")


def test_day_numbers_and_dates_without_marks_count_below_a_header_that_says_so() -> None:
    facts = {"DOB": {"kinds": frozenset({"number"})}}
    numbers = ["22352", "25600", "20423", "29377", "18127", "23366"]
    assert failed(scan(raw_table({"id": IDS, "DOB": numbers}, facts=facts)))[0][1] == "B"
    compact = ["12031961", "01021970", "19551130", "050680", "170849", "211263"]
    assert failed(scan(raw_table({"id": IDS, "gebdat": compact})))[0][1] == "B"


def test_ten_figures_are_cpr_numbers_where_all_begin_with_a_day() -> None:
    numbers = ["0102031234", "1503611111", "3112702222", "0507804444", "2908905555", "1101016666"]
    found = scan(raw_table({"id": IDS, "nr": numbers}))
    assert {f[0] for f in failed(found)} == {"identifier.personal_number"}
    assert sum(len(f.cells) or 1 for f in found if f.status == "failed") == 6


def test_names_of_files_and_sheets_headers_and_labels_are_searched() -> None:
    import dataclasses

    table = raw_table({"id": IDS, "x": ["1"] * 6}, facts={"x": {"label": "Tel. 030 4505130"}})
    table = dataclasses.replace(table, file="Export_Muster_Anna.xlsx", sheet="010203-1234")
    found = scan(table)
    checks = {f.check for f in found if f.status == "failed"}
    assert checks == {"identifier.name", "identifier.personal_number", "identifier.phone"}
    shown = "".join(f"{f.message}{f.value}" for f in found if f.check == "identifier.name")
    assert "Anna" not in shown
    assert "Export_M•••••_••••.xlsx, the name of the file" in shown
    other = Finding(check="x", severity="error", message=f"{table.file}: odd", file=table.file)
    [masked] = mask_values([other], found)
    assert "Anna" not in masked.file + masked.message


def test_texts_outside_the_tables_are_searched() -> None:
    note = Cell(
        file="t.xlsx", sheet="t", cell="A1", variable="title", value="Erstellt von Dr. Wagenknecht"
    )
    found = scan(raw_table({"id": IDS}), beside=(note,))
    assert failed(found) == [("identifier.name", "A1", "W••••••••••")]


def test_other_findings_on_the_cell_are_masked_too() -> None:
    notes = ["Muster, Anna; geb. 12.03.1961", "Husten", None, None, None, None]
    found = scan(raw_table({"id": IDS, "Ereignis": notes}))
    place = {"file": "t.xlsx", "sheet": "t", "cell": "B2"}
    cell = Cell(**place, value="1961-03-12")
    quoting = Finding.of(
        "mapping.unmapped_term",
        value="Muster, Anna",
        **place,  # type: ignore[arg-type]
        cells=(cell,),
        where="t.xlsx, sheet 't', B2",
        text="Muster, Anna",
        codelist="AETERMS",
        languages="de",
        nearest="",
    )
    elsewhere = Finding(
        check="x", severity="error", message="born 1961-03-12, Muster Verlag", value="1961-03-12"
    )
    comment = Finding(check="y", severity="notice", message="a note", value="Frau Wagenknecht")
    clean = Finding(check="z", severity="error", message="Husten ist unbekannt", value="Husten")
    masked = list(mask_values([quoting, elsewhere, comment, clean, *found], found))
    text = f"{masked[:3]}{masked[0].details}"
    for secret in ("Anna", "1961-03-12", "12.03.1961", "Wagenknecht"):
        assert secret not in text
    assert "'M•••••, ••••' is not a known spelling" in masked[0].message
    assert masked[0].cells[0].value == "1•••-••-••"
    assert masked[1].message == "born 1•••-••-••, Muster Verlag"
    assert masked[3] == clean
    assert masked[4:] == list(found)


def test_many_secrets_are_masked_in_time_that_follows_the_texts() -> None:
    import time

    found = Identifiers()
    for n in range(20_000):
        found.hide(f"Person{n} Muster{n}", ("f", "s", f"A{n}"))
    findings = [
        Finding(check="x", severity="error", message=f"cell A{n}: 'Person{n} Muster{n}'")
        for n in range(2_000)
    ]
    started = time.process_time()
    masked = mask_values(findings, found)
    assert time.process_time() - started < 5
    assert not any("Muster" in f.message for f in masked)


def test_nothing_of_an_identifier_is_in_how_the_scan_presents_itself() -> None:
    found = scan(
        raw_table({"id": IDS, "Nachname": ["Wagenknecht", "Bauer", "Groß", "A", "B", "C"]})
    )
    assert "Wagenknecht" not in f"{found!r}{found}{Findings(found).to_polars()}"
    assert "Wagenknecht" in found.secrets


@pytest.mark.parametrize("name", ["aarhus", "berlin", "hamburg", "heidelberg", "tuebingen"])
def test_the_sample_exports_give_no_alarm(repository: Path, name: str) -> None:
    source = load_centre(repository / "mappings" / name).source
    delivery = read_centre(source, repository / source.folder, Findings())
    assert failed(scan_identifiers(delivery.tables, source)) == []


def test_three_hundred_bootstrapped_subjects_give_no_alarm(
    repository: Path, tmp_path: Path
) -> None:
    from tecdata.demo import bootstrap, write_exports

    write_exports(bootstrap(300, 11), tmp_path)
    for path in sorted((repository / "mappings").glob("*/source.yaml")):
        source = load_centre(path.parent).source
        folder = tmp_path / Path(source.folder).name
        delivery = read_centre(source, folder, Findings())
        assert failed(scan_identifiers(delivery.tables, source)) == []
