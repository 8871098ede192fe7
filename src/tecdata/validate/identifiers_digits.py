"""Numbers that carry their own proof: check digits and dates inside them."""

from __future__ import annotations

import datetime as dt
from typing import Final

__all__ = ["is_cpr_date", "is_health_insurance", "is_iban", "is_pension_insurance", "passes_mod11"]

#: Length of an IBAN by country (ISO 13616 registry; the countries a European hospital meets).
IBAN_LENGTHS: Final = {
    "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20,
    "ES": 24, "FI": 18, "FO": 18, "FR": 27, "GB": 22, "GL": 18, "GR": 27, "HR": 21, "HU": 28,
    "IE": 22, "IS": 26, "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MT": 31,
    "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27,
    "TR": 26,
}  # fmt: skip

#: Weights of the twelve digits before the check digit (Deutsche Rentenversicherung).
_PENSION_WEIGHTS: Final = (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)
_CPR_WEIGHTS: Final = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)


def _digit_sum(number: int) -> int:
    """The sum of the digits of a number below 100."""
    return number // 10 + number % 10


def _letter(letter: str) -> str:
    """A as 01 … Z as 26."""
    return f"{ord(letter) - 64:02}"


def is_health_insurance(text: str) -> bool:
    """German health insurance number (KVNR): a letter, eight digits, a check digit (SGB V § 290).

    >>> is_health_insurance("A123456780"), is_health_insurance("A123456789")
    (True, False)
    """
    if len(text) != 10 or not ("A" <= text[0] <= "Z") or not text[1:].isdecimal():
        return False
    digits = _letter(text[0]) + text[1:9]
    total = sum(_digit_sum(int(d) * (1 + i % 2)) for i, d in enumerate(digits))
    return total % 10 == int(text[9])


def is_pension_insurance(text: str) -> bool:
    """German pension insurance number: area, birth date, letter, serial, check digit (SGB VI § 147).

    >>> is_pension_insurance("15070649C103"), is_pension_insurance("15070649C104")
    (True, False)
    """
    if len(text) != 12 or not ("A" <= text[8] <= "Z"):
        return False
    if not (text[:8] + text[9:]).isdecimal():
        return False
    digits = text[:8] + _letter(text[8]) + text[9:11]
    weighted = (int(d) * w for d, w in zip(digits, _PENSION_WEIGHTS, strict=True))
    return sum(map(_digit_sum, weighted)) % 10 == int(text[11])


def is_cpr_date(digits: str) -> bool:
    """Whether ten digits begin with a day, month and year as a Danish CPR number does.

    >>> is_cpr_date("0102031234"), is_cpr_date("3213031234")
    (True, False)
    """
    if len(digits) != 10 or not digits.isdecimal():
        return False
    day, month, year = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    # 60 is added to the day of some replacement numbers.
    day -= 60 * (day > 60)
    try:
        # The century hangs on the seventh digit; 29 February is let through in any of them.
        dt.date(2000 if year % 4 == 0 else 2001, month, day)
    except ValueError:
        return False
    return True


def passes_mod11(digits: str) -> bool:
    """Whether a CPR number has the check digit that all had until 2007; many later ones do not.

    >>> passes_mod11("0707614285"), passes_mod11("0707614286")
    (True, False)
    """
    return sum(int(d) * w for d, w in zip(digits, _CPR_WEIGHTS, strict=True)) % 11 == 0


def is_iban(text: str) -> bool:
    """International bank account number without blanks: length of its country and mod 97.

    >>> is_iban("DE89370400440532013000"), is_iban("DE89370400440532013001")
    (True, False)
    """
    if IBAN_LENGTHS.get(text[:2]) != len(text) or not (text.isascii() and text.isalnum()):
        return False
    turned = text[4:] + text[:4]
    return int("".join(str(int(c, 36)) for c in turned)) % 97 == 1
