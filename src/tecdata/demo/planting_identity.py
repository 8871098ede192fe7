"""What names a person, put into free texts of a delivery. All of it is invented."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Final

from tecdata.demo.planting_cells import CellKind, Edit, Rows

if TYPE_CHECKING:
    from tecdata.demo.planting_places import Slot

__all__ = ["KINDS", "cpr_number", "iban", "insurance_number"]

#: Tables with a column of free text.
_NOTES: Final[tuple[Rows, ...]] = ("medications", "patients")
_FOLLOWS: Final = ("identifier.*", "mapping.*", "suite.*", "file.*")


def insurance_number(letter: str, digits: str) -> str:
    """A German health insurance number with its check digit (SGB V section 290).

    >>> insurance_number("A", "12345678")
    'A123456780'
    """
    numbers = [int(d) for d in f"{ord(letter) - 64:02}{digits}"]
    products = [number * (1 + at % 2) for at, number in enumerate(numbers)]
    return f"{letter}{digits}{sum(p // 10 + p % 10 for p in products) % 10}"


def cpr_number(birth: str, pick: Random) -> str:
    """A Danish personal number for a birth date ``ddmmyy``, right by modulus 11."""
    weights = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
    while True:
        number = f"{birth}{pick.randint(0, 9999):04}"
        if sum(int(d) * w for d, w in zip(number, weights, strict=True)) % 11 == 0:
            return f"{number[:6]}-{number[6:]}"


def iban(account: str) -> str:
    """A German bank account number with its check digits (ISO 13616).

    >>> iban("370400440532013000")
    'DE89370400440532013000'
    """
    return f"DE{98 - int(account + '131400') % 97:02}{account}"


def _birth_date(slot: Slot, text: str, pick: Random) -> str:
    day = f"{pick.randint(1, 28):02}.{pick.randint(1, 12):02}.{pick.randint(1945, 1999)}"
    return _beside(text, f"{'født' if slot.centre == 'AH' else 'geb.'} {day}")


def _name(slot: Slot, text: str, pick: Random) -> str:
    names = ("Fru Karen Sørensen", "hr. Jens Madsen") if slot.centre == "AH" else ("Frau Ilse Brandt", "Herr Karl Petersen", "Hr. Dr. Werner Schmidt")  # fmt: skip
    return _beside(text, pick.choice(names))


def _phone(slot: Slot, text: str, pick: Random) -> str:
    last = pick.randint(10000, 99999)
    return _beside(text, f"tlf. +45 86 15 {last % 90 + 10} {last // 100 % 90 + 10}" if slot.centre == "AH" else f"Tel. 030 4505-{last}")  # fmt: skip


def _email(slot: Slot, text: str, pick: Random) -> str:
    return _beside(text, f"Rückfrage an beispiel{pick.randint(1, 99)}@klinik-muster.example")


def _insurance(slot: Slot, text: str, pick: Random) -> str:
    number = insurance_number(pick.choice("ABKMT"), f"{pick.randint(10**7, 10**8 - 1)}")
    return _beside(text, f"KV-Nr. {number}")


def _cpr(slot: Slot, text: str, pick: Random) -> str:
    birth = f"{pick.randint(1, 28):02}{pick.randint(1, 12):02}{pick.randint(46, 89)}"
    return _beside(text, f"CPR {cpr_number(birth, pick)}")


def _account(slot: Slot, text: str, pick: Random) -> str:
    return _beside(text, f"Fahrtkosten an {iban(f'{pick.randint(10**17, 10**18 - 1)}')}")


def _record_number(slot: Slot, text: str, pick: Random) -> str:
    return _beside(text, f"Fallnummer {pick.randint(10**7, 10**8 - 1)}")


def _address(slot: Slot, text: str, pick: Random) -> str:
    street = "Nørregade" if slot.centre == "AH" else "Musterstraße"
    return _beside(text, f"{street} {pick.randint(1, 99)}")


def _beside(text: str, addition: str) -> str:
    return f"{text}; {addition}" if text else addition


def _kind(what: str, edit: Edit, *centres: str) -> CellKind:
    return CellKind(
        name=f"identifier_{what}",
        rows=_NOTES,
        role="note",
        edit=edit,
        expected=(f"identifier.{what}",),
        follows=_FOLLOWS,
        centres=centres or ("BE", "HH", "HD", "AH", "TU"),
    )


def _id_is_name(slot: Slot, text: str, pick: Random) -> str:
    return pick.choice(("Brandt, Ilse", "Petersen, Karl", "Sommer, Anna"))


KINDS: tuple[CellKind, ...] = (
    _kind("birth_date", _birth_date),
    _kind("name", _name),
    _kind("phone", _phone),
    _kind("email", _email),
    _kind("insurance_number", _insurance, "BE", "HH", "HD", "TU"),
    _kind("personal_number", _cpr, "AH"),
    _kind("bank_account", _account),
    _kind("record_number", _record_number),
    _kind("address", _address),
    CellKind(
        name="identifier_instead_of_id",
        rows=("events", "medications"),
        role="id",
        edit=_id_is_name,
        expected=("identifier.name",),
        follows=("mapping.*", *_FOLLOWS),
        centres=("BE", "HH", "AH", "TU"),
        whole_row=True,
    ),
)
