"""Errors made in the cells of the written files: words, units, numbers, dates, ids, oddities."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from random import Random
from typing import Final, Literal

from tecdata.demo import words_aarhus, words_hamburg, words_tuebingen
from tecdata.demo.planting_model import Kind, Path
from tecdata.demo.planting_places import Slot

__all__ = ["KINDS", "CellKind", "Edit", "claims_of", "usual"]

Rows = Literal["patients", "doses", "labs", "scores", "lung", "events", "medications"]
ALL: Final = ("BE", "HH", "HD", "AH", "TU")

#: What a kind does to a slot: the new text, None where it does not fit. Kinds that do more than
#: write a text into the cell of their role do it themselves and return what is there now.
Edit = Callable[[Slot, str, Random], str | None]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CellKind(Kind):
    """A kind of error in one cell: in which tables, in the column of which role.

    ``writes`` is false where ``edit`` has changed the grid itself. ``whole_row`` says that the
    error spoils everything in its row.
    """

    rows: tuple[Rows, ...]
    role: str
    edit: Edit
    centres: tuple[str, ...] = ALL
    writes: bool = True
    whole_row: bool = False


_TESTS: Final[Mapping[str, str]] = {
    **{name: test for test, names in words_hamburg.ANALYTES.items() for name in names},
    **{name: test for test, name in words_tuebingen.LAB_NAMES.items()},
    **words_aarhus.LAB_NAMES,
    **{name: test for test, name in words_aarhus.LAB_NAMES.items()},
    **{code: test for (test, _), code in words_aarhus.NPU.items()},
}
_WIDE: Final = {"value": "LDH", "crp": "CRP"}
_IMMUNE: Final = {"ANA": "IS", "DSDNA": "IS", "SCL70": "IS", "JO1": "IS", "VZVIGG": "IS", "CD19": "CP", "CD3": "CP"}  # fmt: skip


#: Facts of a subject by the role of their column.
_FIELDS: Final = {"contact": "last_contact", "status": "death"}


def test_of(slot: Slot, role: str) -> str:
    """The study test of a laboratory slot."""
    name = slot.text("code") or slot.text("test")
    return _TESTS.get(name, "") if "test" in slot.columns else _WIDE.get(role, "")


def claims_of(slot: Slot, rows: str, role: str, *, whole_row: bool) -> tuple[Path, ...]:
    """What an error in a slot takes for itself."""
    base: Path = (slot.centre, slot.number)
    if rows == "labs":
        test = test_of(slot, role)
        if whole_row and "test" not in slot.columns:
            return tuple((*base, domain) for domain in ("LB", "IS", "CP"))
        return ((*base, _IMMUNE.get(test, "LB"), test),)
    if rows in ("scores", "lung"):
        return (
            tuple((*base, domain) for domain in ("QS", "RS", "RE"))
            if whole_row
            else ((*base, "QS", "FACITF"),)
        )
    single = {"patients": "DM", "doses": "EX", "events": "AE", "medications": "CM"}[rows]
    if single in ("AE", "CM"):
        return ((*base, single, slot.key or f"row {slot.row}"),)
    if single == "EX":
        return tuple((*base, domain, int(slot.key or 0) or slot.row) for domain in ("EX", "VS"))
    if role in ("note", "diagnosis"):
        return ((*base, "MH"),)
    return ((*base, "DM", _FIELDS.get(role, role)),)


def usual(slot: Slot, rows: str, role: str) -> bool:
    """Whether a slot is plain enough for an error to be unmistakable: a filled cell, a number, a day."""
    text = slot.text(role)
    if not text:
        return role in _MAY_BE_EMPTY
    if role in ("value", "crp"):
        plain = text.replace(",", ".").replace(".", "", 1).isdigit()
        # Titres and tests that other kinds need are left alone.
        return plain and (
            "test" not in slot.columns or rows != "labs" or test_of(slot, role) in _PLAIN
        )
    if role in ("test", "unit", "range", "low", "time") or (
        rows == "labs" and role in ("date", "id")
    ):
        return "test" not in slot.columns or test_of(slot, "value") in _PLAIN
    return True


_MAY_BE_EMPTY: Final = ("death", "event")
#: Laboratory tests that errors in cells are made in.
_PLAIN: Final = ("LDH", "CRP", "ALT", "AST", "HGB", "PLAT", "CREAT", "WBC")


def _const(*texts: str) -> Edit:
    return lambda slot, text, pick: pick.choice(texts)


def _misspelt(slot: Slot, text: str, pick: Random) -> str | None:
    if len(text) < 7 or not text.isascii():
        return None
    at = pick.randrange(1, len(text) - 3)
    if text[at] == text[at + 1] or not text[at : at + 2].isalpha():
        return None
    # Two letters changed place and one was dropped at the end: no spelling list has that.
    return text[:at] + text[at + 1] + text[at] + text[at + 2 : -1]


def _with_gross_text(slot: Slot, text: str, pick: Random) -> str:
    return pick.choice((f"ca. {text}", "hämolytisch", f"{text}??", "siehe Befund"))


def _dotted(slot: Slot, text: str, pick: Random) -> str | None:
    """Three decimals after a point, where a point separates thousands."""
    whole = text.partition(",")[0].partition(".")[0]
    return f"{whole}.{pick.randint(10, 99)}0" if 1 <= len(whole) <= 3 and whole != "0" else None


def _pointed(slot: Slot, text: str, pick: Random) -> str | None:
    whole = text.partition(",")[0]
    return f"{whole}.{pick.randint(1, 9)}5"


def _no_day(slot: Slot, text: str, pick: Random) -> str | None:
    """The 31st of a month that has none, in the way the column writes dates."""
    if slot.centre == "AH":
        return (
            f"{text[:4]}-02-31"
            if text[4:5] == "-"
            else f"31-02-{text[-4:]}"
            if len(text) == 10
            else None
        )
    if slot.centre == "HD" and text[4:5] == "-":
        return f"31.02.{text[:4]}"
    if slot.centre == "TU" and text[4:5] == "-":
        return f"31.02.{text[:4]}"
    return f"31.02.{text[6:]}" if text[2:3] == "." else None


def _short_year(slot: Slot, text: str, pick: Random) -> str | None:
    if text[4:5] == "-" and len(text) >= 10:
        return f"{text[8:10]}.{text[5:7]}.{text[2:4]}"
    return text[:6] + text[8:10] if len(text) >= 10 and text[2:3] == "." else None


def _other_notation(slot: Slot, text: str, pick: Random) -> str | None:
    if len(text) < 8:
        return None
    return pick.choice(("Mitte Mai", "05/13/2025", "2025.13.05", "kurz nach Ostern"))


def _no_hour(slot: Slot, text: str, pick: Random) -> str | None:
    return f"{text[:8]} {pick.choice(('25:10', '08:75'))}" if len(text) > 8 else None


def _letter_for_digit(slot: Slot, text: str, pick: Random) -> str | None:
    text = text.strip()
    return text[:-1] + {"0": "O", "1": "l"}.get(text[-1], "?")


def _unknown_subject(slot: Slot, text: str, pick: Random) -> str | None:
    return text.strip()[:-3] + str(pick.randint(901, 989))


def _neighbour(slot: Slot, text: str, pick: Random) -> str | None:
    """The id of another subject of the same table."""
    ids = {slot.grid.text(row, slot.place.subject).strip() for row in range(slot.grid.height)}
    others = sorted(ids - {text.strip(), ""})
    return pick.choice(others) if others else None


def _damaged(slot: Slot, text: str, pick: Random) -> str | None:
    """A letter outside ASCII read in the wrong encoding, or lost for good."""
    odd = [letter for letter in text if ord(letter) > 127]
    if not odd:
        return None
    if slot.centre == "AH":
        return text.replace(odd[0], "\ufffd", 1)
    try:
        return text.encode().decode("cp1252")
    except UnicodeDecodeError:
        return None


def _last_contact(slot: Slot, text: str, pick: Random) -> str | None:
    return None if text else slot.text("contact")


def _dead(slot: Slot, text: str, pick: Random) -> str | None:
    word = {"BE": "verstorben", "HH": "verstorben", "HD": "2", "TU": "2"}[slot.centre]
    return None if slot.text("death") or text == word else word


def _kind(
    name: str,
    rows: Rows | tuple[Rows, ...],
    role: str,
    edit: Edit,
    *expected: str,
    follows: tuple[str, ...] = (),
    centres: tuple[str, ...] = ALL,
    whole_row: bool = False,
    unseen: str = "",
) -> CellKind:
    return CellKind(
        name=name,
        rows=(rows,) if isinstance(rows, str) else rows,
        role=role,
        edit=edit,
        expected=expected,
        follows=follows,
        centres=centres,
        whole_row=whole_row,
        unseen=unseen,
    )


_ANY_MAPPING = ("mapping.*", "suite.*", "harmonise.*", "validate.*", "file.*")
_LONG = ("HH", "AH", "TU")

KINDS: tuple[CellKind, ...] = (
    # Words
    _kind("unknown_event", "events", "text", _const("Zahnwurzelbehandlung", "Sonnenstich am Strand", "Knirschen"), "mapping.unmapped_term", follows=_ANY_MAPPING),
    _kind("misspelt_event", "events", "text", _misspelt, "mapping.unmapped_term", follows=_ANY_MAPPING),
    _kind("unknown_medication", "medications", "text", _const("Placebolol", "Haustee nach Oma", "Xyzumab"), "mapping.unmapped_term", follows=_ANY_MAPPING),
    _kind("misspelt_medication", "medications", "text", _misspelt, "mapping.unmapped_term", follows=_ANY_MAPPING),
    _kind("unknown_outcome", "events", "outcome", _const("7", "8"), "mapping.unmapped_term", follows=_ANY_MAPPING),
    _kind("unknown_causality", "events", "relation", _const("7", "8"), "mapping.unmapped_term", follows=_ANY_MAPPING),
    _kind("unknown_sex", "patients", "sex", _const("7", "8"), "mapping.unmapped_term", follows=_ANY_MAPPING),
    _kind("unknown_diagnosis", "patients", "diagnosis", _const("Morbus Beispiel", "unklare Kollagenose XY"), "mapping.unmapped_term", follows=_ANY_MAPPING, centres=("BE", "HH", "HD", "AH")),
    _kind("unknown_test", "labs", "test", _const("Zonulin", "Faktor-XXL", "Serumglanz"), "mapping.unknown_test", follows=_ANY_MAPPING, centres=_LONG),
    _kind("encoding_damaged", ("events", "medications"), "text", _damaged, "mapping.unmapped_term", "intake.replacement_character", follows=_ANY_MAPPING, centres=("HH", "AH")),
    # Units and numbers
    _kind("unknown_unit", "labs", "unit", _const("g/hl", "Stück/Dose", "Einh."), "mapping.unit_unknown", follows=_ANY_MAPPING, centres=_LONG),
    _kind("unit_missing", "labs", "unit", _const(""), "mapping.unit_missing", "suite.lb.result", follows=_ANY_MAPPING, centres=_LONG),
    _kind("unit_of_another_test", "labs", "unit", _const("mmHg", "kg"), "mapping.unit_not_convertible", "mapping.unit_unknown", follows=_ANY_MAPPING, centres=_LONG),
    _kind("text_for_result", "labs", "value", _with_gross_text, "mapping.not_a_number", follows=_ANY_MAPPING),
    _kind("text_for_score", "scores", "value", _with_gross_text, "mapping.not_a_number", follows=_ANY_MAPPING),
    _kind("text_for_dose", "doses", "mg", _const("ca. 80", "s. Kurve", "volle Dosis"), "mapping.not_a_number", follows=_ANY_MAPPING),
    _kind("weight_missing", "doses", "weight", _const(""), "mapping.no_result", "suite.ex.*", "suite.vs.*", follows=_ANY_MAPPING),
    _kind("point_for_comma", "labs", "value", _pointed, "mapping.not_a_number", follows=_ANY_MAPPING, centres=("AH",)),
    _kind("thousands_or_decimals", "labs", "value", _dotted, "mapping.ambiguous_number", "mapping.not_a_number", "suite.lb.*", follows=_ANY_MAPPING, centres=("BE", "HH", "AH", "TU")),
    _kind("range_unreadable", "labs", "range", _const("siehe Rückseite", "normal", "4,0 bis"), "mapping.not_a_range", follows=_ANY_MAPPING, centres=("HH",)),
    _kind("range_limit_unreadable", "labs", "low", _const("normal", "s.o."), "mapping.not_a_number", "mapping.not_a_range", follows=_ANY_MAPPING, centres=("AH", "TU")),
    # Dates
    _kind("impossible_day_of_result", "labs", "date", _no_day, "mapping.impossible_date", follows=_ANY_MAPPING, whole_row=True),
    _kind("impossible_day_of_event", "events", "date", _no_day, "mapping.impossible_date", follows=_ANY_MAPPING),
    _kind("impossible_day_of_medication", "medications", "date", _no_day, "mapping.impossible_date", follows=_ANY_MAPPING),
    _kind("impossible_day_of_dose", "doses", "date", _no_day, "mapping.impossible_date", follows=_ANY_MAPPING),
    _kind("year_of_two_digits", ("events", "medications"), "date", _short_year, "mapping.two_digit_year", follows=_ANY_MAPPING, centres=("BE", "HD", "TU")),
    _kind("date_in_words", ("events", "medications"), "date", _other_notation, "mapping.not_a_date", "mapping.impossible_date", follows=_ANY_MAPPING),
    _kind("consent_date_unreadable", "patients", "consent", _const("liegt vor", "unterschrieben"), "mapping.not_a_date", follows=_ANY_MAPPING),
    _kind("time_impossible", "labs", "date", _no_hour, "mapping.impossible_time", "mapping.not_a_time", "mapping.impossible_date", follows=_ANY_MAPPING, centres=("HH",)),
    # Subjects
    _kind("id_mistyped", ("labs", "events", "medications"), "id", _letter_for_digit, "mapping.subject_id", follows=_ANY_MAPPING, centres=("BE", "HH", "AH", "TU"), whole_row=True),
    _kind("id_unknown", ("events", "medications"), "id", _unknown_subject, "harmonise.subject_not_in_dm", "suite.cross_domain.subject", follows=_ANY_MAPPING, centres=("BE", "HH", "AH", "TU")),
    _kind("id_missing", ("labs", "events", "medications"), "id", _const(""), "mapping.subject_missing", follows=_ANY_MAPPING, centres=("BE", "HH", "AH", "TU"), whole_row=True),
    _kind("event_without_number", "events", "key", _const(""), "suite.*", "harmonise.*", "mapping.*", follows=_ANY_MAPPING, unseen="The number of an event is needed only by what refers to it."),
    _kind("reference_to_no_event", "medications", "event", _const("77", "88"), "harmonise.unknown_relation", follows=_ANY_MAPPING, centres=("BE", "HD", "AH", "TU")),
    _kind("result_of_another_subject", "labs", "id", _neighbour, unseen="Both subjects have such results; only the laboratory knows whose sample it was.", follows=_ANY_MAPPING, centres=("HH", "AH", "TU")),
    # Death
    _kind("death_date_of_the_living", "patients", "death", _last_contact, "suite.cross_domain.death_record", "suite.*death*", follows=_ANY_MAPPING),
    _kind("dead_without_date", "patients", "status", _dead, "suite.cross_domain.death_flag", "suite.cross_domain.fatal_event", "suite.*death*", follows=_ANY_MAPPING, centres=("BE", "HH", "HD", "TU")),
)  # fmt: skip
