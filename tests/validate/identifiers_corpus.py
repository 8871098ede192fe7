"""A seeded corpus of made-up identifiers in clinical sentences and columns, in three languages."""

from __future__ import annotations

import dataclasses
import datetime as dt
import random
from collections.abc import Callable, Iterator

from tecdata.validate.identifiers_digits import IBAN_LENGTHS

#: Surnames and first names, common and uncommon; the uncommon ones come with a title or header.
SURNAMES = (
    "Müller", "Schmidt", "Öztürk", "Hansen", "Nielsen", "Jensen", "Kowalczyk", "Meyer-Landrut",
    "von der Heide", "de Vries", "O'Connor", "McGregor", "Sørensen", "Ångström", "Nguyen", "Çelik",
    "Weiß", "Groß", "Bauer", "Krüger", "Wagenknecht", "Smith", "Jones", "Szczepański", "Dvořák",
)  # fmt: skip
COMMON = (
    "Anna", "Hans", "Jürgen", "Mette", "Søren", "Karl-Heinz", "Anna-Lena", "Fatma", "Mehmet",
    "Thomas", "Sabine", "Kirsten", "Lars", "John", "Mary", "Ulrike", "Wolfgang", "Birgitte",
)  # fmt: skip
UNCOMMON = ("Zbigniew", "Ottokar", "Hubertus", "Wunibald", "Ragnhild", "Þóra", "Xaver", "Iphigenie")

BEFORE = (
    "Kopfschmerz seit 3 Tagen, ", "Patient berichtet über Übelkeit. ", "CRS Grad 1 am Tag 2; ",
    "Raynaud, ILD, ", "Hovedpine i 3 dage, ", "Feber 38,6 °C. ", "IgG 4,5 g/l; ",
    "Rash on both arms, ", "Given paracetamol 1 g; ", "", "",
)  # fmt: skip
AFTER = (
    "", "", ". Kontrolle in 4 Wochen", ", weiter mit Prednisolon 5 mg", " - nächste Gabe 12.03.2025",
    "; kontrol om 2 uger", ", dose delayed by 7 days", " (s. Brief)",
)  # fmt: skip
STREETS = (
    "Lindenstraße {n}", "Musterweg {n}", "Am Alten Platz {n}", "Hauptstr. {n}", "Goethe-Allee {n}",
    "Strandvejen {n}, 8000 Aarhus", "Nørregade {n}", "Møllevej {n}", "Baker Street {n}",
    "Lange Gasse {n}a", "Birkenweg {n}, 20251 Hamburg", "Im Winkel {n}, 69115 Heidelberg",
)  # fmt: skip
_CPR = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
_PENSION = (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)


@dataclasses.dataclass(frozen=True, slots=True)
class Planted:
    """A text with an identifier in it."""

    kind: str
    text: str
    secret: str


def birth_day(rng: random.Random) -> dt.date:
    return dt.date(1935, 1, 1) + dt.timedelta(days=rng.randrange(25_000))


def written_date(rng: random.Random, day: dt.date) -> str:
    months = ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September")
    forms = [
        f"{day:%d.%m.%Y}",
        f"{day.day}.{day.month}.{day.year}",
        f"{day:%Y-%m-%d}",
        f"{day:%d-%m-%Y}",
        f"{day:%d/%m/%Y}",
        f"{day:%d.%m.%y}",
    ]
    if day.month <= 9:
        forms.append(f"{day.day}. {months[day.month - 1]} {day.year}")
    return rng.choice(forms)


def health_insurance(rng: random.Random) -> str:
    letter = rng.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    eight = f"{rng.randrange(10**8):08}"
    digits = f"{ord(letter) - 64:02}{eight}"
    total = sum(sum(divmod(int(d) * (1 + i % 2), 10)) for i, d in enumerate(digits))
    number = f"{letter}{eight}{total % 10}"
    return rng.choice([number, number.lower(), f"{number[:4]} {number[4:7]} {number[7:]}"])


def pension_insurance(rng: random.Random) -> str:
    day = birth_day(rng)
    letter = rng.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    body = f"{rng.randrange(2, 90):02}{day:%d%m%y}"
    serial = f"{rng.randrange(100):02}"
    digits = f"{body}{ord(letter) - 64:02}{serial}"
    total = sum(sum(divmod(int(d) * w, 10)) for d, w in zip(digits, _PENSION, strict=True))
    tail = f"{letter}{serial}{total % 10}"
    return rng.choice([body + tail, f"{body[:2]} {body[2:]} {tail[0]} {tail[1:]}"])


def cpr(rng: random.Random) -> str:
    day = birth_day(rng)
    start = f"{day:%d%m%y}"
    if rng.random() < 0.6:  # hyphenated ones need no check digit
        return f"{start}{rng.choice('-–')}{rng.randrange(10_000):04}"
    for serial in rng.sample(range(1000), 1000):
        nine = f"{start}{serial:03}"
        check = -sum(int(d) * w for d, w in zip(nine, _CPR, strict=False)) % 11
        if check < 10:
            return rng.choice([f"{nine}{check}", f"{start} {serial:03}{check}"])
    raise AssertionError(start)


def iban(rng: random.Random) -> str:
    country = rng.choice(["DE", "DK", "AT", "NL", "FR"])
    letters = "ABNA" if country == "NL" else ""
    body = letters + "".join(
        rng.choice("0123456789") for _ in range(IBAN_LENGTHS[country] - 4 - len(letters))
    )
    number = int("".join(str(int(c, 36)) for c in f"{body}{country}00"))
    whole = f"{country}{98 - number % 97:02}{body}"
    if rng.random() < 0.5:
        return whole
    return " ".join(whole[i : i + 4] for i in range(0, len(whole), 4))


def phone(rng: random.Random) -> str:
    n = f"{rng.randrange(10**7, 10**8)}"
    return rng.choice(
        [
            f"+49 30 {n}", f"+49 (0)171 {n[:7]}", f"0049 6221 {n[:6]}", f"+45 {n[:2]} {n[2:4]} {n[4:6]} {n[6:]}",
            f"030/{n[:3]} {n[3:6]}-0", f"0171 {n[:7]}", f"0171-{n[:7]}", f"(030) {n}", f"0151{n}",
            f"Tel. {n}", f"Tlf: {n[:2]} {n[2:4]} {n[4:6]} {n[6:]}", f"Mobil 0160/{n[:7]}",
            f"phone {n[:4]} {n[4:]}", f"Telefon 06221 {n[:6]}", f"Fax: 040-{n[:6]}",
        ]
    )  # fmt: skip


def email(rng: random.Random) -> str:
    name = rng.choice(["a.muster", "berta-b", "x_y", "o.connor+lab", "jens"])
    return f"{name}@{rng.choice(['web.de', 'uk-muster.example', 'mail.aarhus.dk', 'gmail.com'])}"


def birth(rng: random.Random) -> str:
    date = written_date(rng, birth_day(rng))
    return rng.choice(
        [
            f"geb. {date}", f"geb. am {date}", f"geboren am {date}", f"*{date}", f"* {date}",
            f"Geburtsdatum: {date}", f"Geb.-Dat. {date}", f"DOB {date}", f"date of birth: {date}",
            f"born {date}", f"født {date}", f"født den {date}", f"fødselsdato: {date}", f"f. {date}",
            f"Geburtsdatum des Patienten: {date}", f"D.O.B. {date}", f"{date} geb.",
        ]
    )  # fmt: skip


def name(rng: random.Random) -> str:
    surname, common = rng.choice(SURNAMES), rng.choice(COMMON)
    any_first = rng.choice(COMMON + UNCOMMON)
    return rng.choice(
        [
            f"Frau {surname}", f"Herr {surname}", f"Herrn {surname}", f"Hr. {surname}", f"Fr. {surname}",
            f"Dr. {surname}", f"Prof. Dr. med. {any_first} {surname}", f"Mr. {surname}", f"Mrs {surname}",
            f"Frau Dr. {surname}", f"fru {surname}", f"Herr {any_first} {surname}", f"FRAU {surname.upper()}",
            f"{common} {surname}", f"{surname}, {common}", f"Name: {surname}", f"Navn: {any_first} {surname}",
            f"Nachname: {surname}", f"Patientenname: {surname}, {any_first}", f"Ms. {surname}",
        ]
    )  # fmt: skip


def record(rng: random.Random) -> str:
    number = f"{rng.randrange(10**5, 10**9)}"
    return rng.choice(
        [
            f"MRN {number}", f"MRN: {number}", f"Fallnr. {number}", f"Fall-Nr. {number}",
            f"Fallnummer {number}", f"Aufnahmenr {number}", f"Aufnahme-Nr.: {number}",
            f"Journalnr. {number}", f"Pat.-Nr. {number}", f"Patientennummer: {number}",
            f"KIS-Nr {number}", f"SAP-Nr. {number}", f"case no. {number}", f"hospital no {number}",
        ]
    )  # fmt: skip


def address(rng: random.Random) -> str:
    return rng.choice(STREETS).format(n=rng.randrange(1, 180))


KINDS: dict[str, tuple[Callable[[random.Random], str], ...]] = {
    "birth_date": (birth,),
    "name": (name,),
    "phone": (phone,),
    "email": (email,),
    "insurance_number": (health_insurance, pension_insurance),
    "personal_number": (cpr,),
    "bank_account": (iban,),
    "record_number": (record,),
    "address": (address,),
}


def planted_texts(seed: int, number: int) -> Iterator[Planted]:
    """So many of each kind, in free text."""
    rng = random.Random(seed)  # noqa: S311 - reproducible, not secret
    for kind, makers in KINDS.items():
        for _ in range(number):
            secret = rng.choice(makers)(rng)
            yield Planted(kind, f"{rng.choice(BEFORE)}{secret}{rng.choice(AFTER)}", secret)


#: Kind -> headers that announce it and what stands below them.
COLUMNS: dict[str, tuple[tuple[str, ...], Callable[[random.Random], str]]] = {
    "birth_date": (
        ("Geburtsdatum", "Geb.-Datum", "gebdat", "GebDatum", "geboren am", "DOB", "Date of birth",
         "foedselsdato", "Fødselsdato", "birth_date", "BRTHDTC", "Geburtstag", "patient_dob"),
        lambda rng: written_date(rng, birth_day(rng)),
    ),
    "name": (
        ("Nachname", "Vorname", "Patientenname", "Pat-Name", "surname", "last_name", "Efternavn",
         "fornavn", "Name des Patienten", "first name", "PatName"),
        lambda rng: rng.choice(SURNAMES),
    ),
    "phone": (
        ("Telefon", "Tel.", "phone", "Mobil", "tlf", "Handynummer", "Telefonnr"),
        lambda rng: f"{rng.randrange(10**6, 10**10)}",
    ),
    "insurance_number": (
        ("KVNR", "Versichertennummer", "Vers.-Nr.", "insurance number", "eGK-Nr"),
        lambda rng: f"{rng.choice('ABC')}{rng.randrange(10**8, 10**9)}",
    ),
    "personal_number": (("CPR", "cpr_nr", "CPR-nummer", "Personnummer"), cpr),
    "bank_account": (("IBAN", "Kontonummer"), lambda rng: f"{rng.randrange(10**8, 10**10)}"),
    "record_number": (
        ("MRN", "Fallnummer", "Fall-Nr.", "Aufnahmenummer", "journalnr", "Patientennummer", "KIS-Nr",
         "hospital_no", "Journal nr"),
        lambda rng: f"{rng.randrange(10**4, 10**9)}",
    ),
    "address": (
        ("Adresse", "Anschrift", "Straße", "PLZ", "Postleitzahl", "address", "Wohnort", "postnr"),
        lambda rng: rng.choice(["20251", "Hamburg", "Lindenstraße 4", "8000 Aarhus C"]),
    ),
}  # fmt: skip
