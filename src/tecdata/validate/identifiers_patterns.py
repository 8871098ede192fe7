"""Identifiers inside one text: patterns, each with what keeps it from firing on clinical values.

A finding here rests on the text alone; what a column's header or its other values tell is the
matter of :mod:`tecdata.validate.identifiers_columns`.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from typing import Final

from tecdata.validate.identifiers_digits import (
    IBAN_LENGTHS,
    is_cpr_date,
    is_health_insurance,
    is_iban,
    is_pension_insurance,
    passes_mod11,
)
from tecdata.validate.identifiers_names import names_in
from tecdata.validate.lazy_pattern import LazyPattern

__all__ = [
    "COMPACT_DATE",
    "KINDS",
    "WHOLE_DATE",
    "Hit",
    "date_year",
    "find_identifiers",
    "smooth",
]

#: Kinds in the order of their strength: where two claim the same letters the first has them.
KINDS: Final = (
    "email", "bank_account", "insurance_number", "personal_number", "birth_date", "phone",
    "record_number", "address", "name",
)  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Hit:
    """A kind of identifier and where in the text it stands."""

    kind: str
    start: int
    end: int


_MONTHS = r"(?:Jan|Feb|Mär|Mar|Mrz|Apr|Mai|May|Maj|Jun|Jul|Aug|Sep|Okt|Oct|Nov|Dez|Dec)[a-zä]*"
#: A whole date: day, month and year, in figures or with the month's name.
DATE: Final = (
    r"(?:(?:0?[1-9]|[12]\d|3[01])\s?[./-]\s?(?:0?[1-9]|1[0-2])\s?[./-]\s?(?:(?:19|20)\d\d|\d\d)(?!\d)"
    r"|(?:19|20)\d\d[-./](?:0?[1-9]|1[0-2])[-./](?:0?[1-9]|[12]\d|3[01])(?!\d)"
    rf"|(?:0?[1-9]|[12]\d|3[01])\.?\s?{_MONTHS}\.?,?\s?(?:19|20)\d\d"
    rf"|{_MONTHS}\.?\s(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?,?\s(?:19|20)\d\d)"
)
_BORN = (
    r"(?:geb(?:oren(?:e[rn]?)?)?|geb\.?[\s-]*dat(?:um)?|geburtsdatum|geburtstag|gebdat|"
    r"date\s+of\s+birth|birth\s?da(?:te|y)|d\.?\s?o\.?\s?b|born|"
    r"f(?:ø|oe|o)dselsda(?:to|g)|f(?:ø|oe)dt)"
)
#: A date without marks, as it stands below or after a word that says what it is.
_COMPACT = (
    r"(?:(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:(?:19|20)\d\d|\d\d)"
    r"|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))"
)
WHOLE_DATE: Final = re.compile(rf"\s*(?:{DATE})(?:[ T]+\d\d?:\d\d(?::\d\d(?:\.0+)?)?)?\s*", re.I)
COMPACT_DATE: Final = LazyPattern(_COMPACT)
#: After an asterisk or "f." a later date is a footnote, for those treated are grown up.
_LAST_BIRTH: Final = 2010
_BIRTH: Final = LazyPattern(
    rf"(?<!\w)(?:{_BORN}(?!\w)\.?[^\d\n;.]{{0,25}}?(?P<it>(?<!\d)(?:{DATE}|{_COMPACT}(?!\d)))|"
    rf"(?:\*\s?|f\.\s?)(?P<weak>(?<!\d)(?:{DATE}|\d{{6}}(?!\d))))"
    rf"|(?<!\d)(?P<before>{DATE})\s*[(,]?\s*(?:geb\.|geboren|geburtsdatum|date of birth|dob|"
    r"f(?:ø|oe)dt|f(?:ø|oe)dselsdato)(?!\w)(?!\W*\d)",
    re.IGNORECASE,
)
_EMAIL: Final = LazyPattern(r"(?<![\w.+-])[\w.+-]+\s?@\s?[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,24}(?!\w)")
_IBAN: Final = LazyPattern(
    r"(?<![A-Za-z0-9])[A-Za-z]{2}\d\d(?: ?[A-Za-z0-9]){11,30}", re.IGNORECASE
)
_HEALTH: Final = LazyPattern(r"(?<![A-Za-z0-9])[A-Za-z](?:[ -]?\d){9}(?!\d)")
_PENSION: Final = LazyPattern(r"(?<![A-Za-z0-9])\d\d ?\d{6} ?[A-Za-z] ?\d{3}(?![A-Za-z0-9])")
_CPR: Final = LazyPattern(r"(?<![\d.,-])(\d{6}) ?- ?(\d{4})(?![\d.,]\d|\d|-)")
_CPR_BLANK: Final = LazyPattern(
    r"(?:(?<![A-Za-z0-9.,-])|(?<=[Cc][Pp][Rr]))(\d{6}) ?(\d{4})(?![A-Za-z0-9-]|[.,]\d)"
)
_CPR_CUE: Final = LazyPattern(r"(?:cpr|personn)[\w.]*\W{0,4}$", re.IGNORECASE)
_PHONE_CUE: Final = LazyPattern(
    r"(?<!\w)(?:tel(?:efon)?(?:nummer|nr|-nr)?|tlf|mobil(?:nummer|nr|tlf)?|handy(?:nummer|nr)?|"
    r"phone|fax|rufnummer|call|ring(?:\s+(?:på|paa|til))?|anrufen|erreichbar(?:\s+unter)?)"
    r"(?!\w)[.:\s]*(?:unter|på|at|is|nr\.?|:)?\s*"
    r"(?P<it>[+(]?\d[\d\s()/.-]{4,20}\d)",
    re.IGNORECASE,
)
_PHONE_WORLD: Final = LazyPattern(
    r"(?<![\w.,+])(?:\+|00)(?:4[3-9]|45|41|49|44|31|32|33|34|39|90|1)[\s()/.-]{0,3}"
    r"(?:\(0\)\s?)?\d(?:[\s()/.-]{0,3}\d){6,11}(?!\d)"
)
#: Area code, a mark or blank, the number; mobile numbers also without the mark.
_PHONE_GERMAN: Final = LazyPattern(
    r"(?<![\w.,/+-])(?:\(?0[1-9]\d{1,4}\)?(?:\s?[/-]\s?|\s)\d{3,}(?:[\s-]?\d+){0,3}"
    r"|\(?0\s?[1-9]\d?\s\d\d\)?\s?[/-]?\s?\d{2,}(?:[\s-]?\d+){1,4}"
    r"|01[567]\d\s?\d{7,8})(?![\d.,/]\d|\d|-)"
)
#: Danish: four pairs, in a text of their own.
_PHONE_DANISH: Final = LazyPattern(r"\s*[2-9]\d(?: \d\d){3}\s*")
_RECORD: Final = LazyPattern(
    r"(?<!\w)(?:MRN|Fall-?\s?(?:Nr|Nummer|ID)|Fallnummer|Aufnahme-?\s?(?:Nr|Nummer)|"
    r"Journal-?\s?(?:nr|nummer|no)|Krankenblatt-?\s?(?:Nr|Nummer)?|KIS-?\s?(?:Nr|ID)|"
    r"SAP-?\s?(?:Nr|ID)|Pat(?:ienten)?\.?-?\s?(?:Nr|Nummer|ID)|Fall(?=\s?[:#])|Patient ID|Case (?:no|number)|"
    r"(?:Hospital|Medical record|Chart) (?:no|number))"
    r"\.?\s?[:=#]?\s{0,2}(?P<it>[A-Z]{0,3}-?(?:\d{5,}(?:[-/]\d+)?|\d{3,}[-/]\d{3,}))(?![\d.,]\d)",
    re.IGNORECASE,
)
_UP, _LOW = "A-ZÀ-ÖØ-Þ", "a-zß-öø-ÿ"
_STREET: Final = LazyPattern(
    rf"(?<!\w)(?P<it>(?:[{_UP}][{_LOW}]+[ -]){{0,2}}[{_UP}]?[{_UP}{_LOW}]*"
    r"(?:[Ss]traße|[Ss]trasse|[Ss]tr\.|(?<=[a-zß-ÿ])str|[Ww]eg|[Aa]llee|[Pp]latz|[Gg]asse|[Dd]amm|[Uu]fer|[Cc]haussee|"
    r"[Vv]ej(?:en)?|[Gg]aden?|[Vv]ænget?|[Ss]træde|[Pp]lads|[Bb]oulevard|[Aa]ll[eé]|[Ss]treet|[Rr]oad|[Aa]venue)"
    r"\s(?P<number>\d{1,4}\s?[a-zA-Z]?)(?![\w.,]\d|\w)"
    rf"(?:,?\s(?:D-|DK-)?\d{{4,5}}\s[{_UP}][{_LOW}]+)?)"
    rf"|(?<!\w)(?P<town>(?:D|DK)-\d{{4,5}}\s[{_UP}][{_LOW}]+|(?:PLZ|Postnr\.?)\s\d{{4,5}}(?!\d)|"
    rf"(?:[Ww]ohn\w+|bor|lives)\sin?\s\d{{4,5}}\s[{_UP}][{_LOW}]+)"
    rf"|(?<!\w)(?P<door>(?:[{_UP}][{_LOW}]+\s){{1,3}}\d{{1,3}}[a-z]?,\s\d{{4,5}}\s[{_UP}][{_LOW}]+)"
)
#: Words that end like a street and are none.
_NO_STREET: Final = LazyPattern(
    r"(?:gabe|applikations|atem|harn|gallen|zugangs|verabreichungs|luft|infektions)weg|"
    r"^(?:weg|platz|str\.|alle|gade|plads|vej|road|street)\b",
    re.IGNORECASE,
)
#: Blanks and dashes of many kinds as the plain ones, so that one pattern serves; lengths stay.
_SMOOTH: Final = str.maketrans(
    dict.fromkeys("\xa0\u2007\u2009\u202f\t\r\n\x0b\x0c", " ") | dict.fromkeys("‐‑‒–—", "-")
)
_NO_DIGITS: Final = {ord(c): None for c in "0123456789"}
#: A letter, an asterisk before a date, or nothing to look for.
_BIRTH_HINT: Final = re.compile(
    r"\*|f\.|gebo?r?|gebu|birth|born|d\.?\s?o\.?\s?b|f(?:ø|oe|o)d", re.I
)
_STREET_HINT: Final = re.compile(r"(?:[a-zßZ.é] \d|, ?\d|D-|DK-)")
_DATE_FIRST: Final = re.compile(DATE, re.I)
_PLAIN: Final = re.compile(r"[\s<>=~≤≥%°+-]*[\d.,:\s]*")


def date_year(text: str) -> int:
    """The year of a whole date, 0 for anything else; two figures mean 1931 to 2030.

    >>> date_year("12.03.1961"), date_year("03/2025"), date_year("1.2.31")
    (1961, 0, 1931)
    """
    if not 6 <= len(text) <= 30 or not WHOLE_DATE.fullmatch(text):
        return 0
    four = re.search(r"(?<!\d)(?:19|20)\d\d(?!\d)", text)
    if four:
        return int(four.group())
    two = re.search(r"(\d\d)(?:[ T]+\d\d?:.*)?\s*$", text)
    return (1900 if int(two[1]) > 30 else 2000) + int(two[1]) if two else 0


def smooth(text: str) -> str:
    """The text with plain blanks and dashes; as long as before."""
    return text.translate(_SMOOTH)


def find_identifiers(text: str) -> tuple[Hit, ...]:
    """Identifiers that a text shows by itself, in its order, not overlapping.

    >>> [h.kind for h in find_identifiers("Rückruf Frau Beispiel, Tel. 030 4505130")]
    ['name', 'phone']
    >>> find_identifiers("IgG 4,5 g/l (7,0 - 16,0), 12.03.2025, Raynaud, ILD")
    ()
    """
    if len(text) < 5:
        return ()
    plain = smooth(text)
    digits = len(plain) - len(plain.translate(_NO_DIGITS))
    # The cheap questions first: nearly every text of a delivery ends here.
    found = list(_numbers(plain)) if digits >= 8 else []
    if len(plain) > digits and not _PLAIN.fullmatch(plain):
        found += [("name", *span) for span in names_in(plain)]
        if "@" in plain:
            found += [("email", *m.span()) for m in _EMAIL.finditer(plain)]
        if digits:
            found += _worded(plain, digits)
    if not found:
        return ()
    hits = [Hit(kind, start, end) for kind, start, end in found if end > start]
    taken: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (KINDS.index(h.kind), h.start, -h.end)):
        if all(hit.end <= other.start or hit.start >= other.end for other in taken):
            taken.append(hit)
    return tuple(sorted(taken, key=lambda h: h.start))


def _worded(text: str, digits: int) -> Iterator[tuple[str, int, int]]:
    """What needs letters and figures."""
    if digits >= 4 and _BIRTH_HINT.search(text):
        for match in _BIRTH.finditer(text):
            if match["weak"] and date_year(match["weak"]) > _LAST_BIRTH:
                continue
            group = next(name for name in ("it", "weak", "before") if match[name])
            yield ("birth_date", *match.span(group))
    if _STREET_HINT.search(text):
        for match in _STREET.finditer(text):
            if not _NO_STREET.search(match.group()):
                yield ("address", *match.span())
    if digits >= 5:
        yield from (("record_number", *m.span("it")) for m in _RECORD.finditer(text))
        cued = (m for m in _PHONE_CUE.finditer(text) if not _DATE_FIRST.match(m["it"]))
        yield from (("phone", *m.span("it")) for m in cued)
    if digits >= 9:
        yield from _proven(text)


def _proven(text: str) -> Iterator[tuple[str, int, int]]:
    """Numbers with letters and a check digit."""
    for match in _IBAN.finditer(text):
        # The pattern runs on into the next words: the country tells where the number ends.
        length = IBAN_LENGTHS.get(match.group()[:2].upper(), 0)
        end = _end_of(match.group(), length)
        if length and is_iban(match.group()[:end].replace(" ", "").upper()):
            yield "bank_account", match.start(), match.start() + end
    for shape, proof in ((_HEALTH, is_health_insurance), (_PENSION, is_pension_insurance)):
        for match in shape.finditer(text):
            if proof(re.sub(r"[ -]", "", match.group()).upper()):
                yield ("insurance_number", *match.span())


def _end_of(text: str, length: int) -> int:
    """Where the first ``length`` signs that are not blanks end."""
    seen = 0
    for position, sign in enumerate(text):
        seen += sign != " "
        if seen == length:
            return position + 1
    return len(text)


def _numbers(text: str) -> Iterator[tuple[str, int, int]]:
    """CPR and telephone numbers, which need no letter beside them."""
    for match in _CPR.finditer(text):
        if is_cpr_date(match[1] + match[2]):
            yield ("personal_number", *match.span())
    for match in _CPR_BLANK.finditer(text):
        digits = match[1] + match[2]
        cued = _CPR_CUE.search(text[: match.start(1)]) is not None
        if is_cpr_date(digits) and (cued or passes_mod11(digits)):
            yield "personal_number", match.start(1), match.end()
    for shape in (_PHONE_WORLD, _PHONE_GERMAN):
        for match in shape.finditer(text):
            if 8 <= sum(c.isdigit() for c in match.group()) <= 15:
                yield ("phone", *match.span())
    if _PHONE_DANISH.fullmatch(text):
        yield "phone", 0, len(text)
