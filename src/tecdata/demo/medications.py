"""Prior therapies, premedication, prophylaxis, immunoglobulins and treatments of events."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from tecdata.demo.dosing import TARGET, doses
from tecdata.demo.model import Medication
from tecdata.demo.tables import noise, pairs, rows_of
from tecdata.demo.words import term_of, word

if TYPE_CHECKING:
    from tecdata.demo.people import Person

__all__ = ["medications"]

#: The antihistamine of each centre: the published 50 mg of diphenhydramine or its equivalent.
_ANTIHISTAMINES = {
    "BE": ("CLEMASTINE", "2", "INTRAVENOUS"),
    "HH": ("DIMETINDENE", "4", "INTRAVENOUS"),
    "HD": ("DIPHENHYDRAMINE", "50", "ORAL"),
    "AH": ("CLEMASTINE", "2", "INTRAVENOUS"),
    "TU": ("DIMETINDENE", "4", "INTRAVENOUS"),
}
#: Subjects on atovaquone: from this day, because co-trimoxazole was not tolerated.
_ATOVAQUONE_FROM = {4: 1, 11: 48, 15: 18}
#: Centres whose sheet of prior therapies is a bare list of words.
_UNDATED = ("HD", "AH")
_INDICATIONS = {
    "de": {
        "PREMEDICATION": "vor Teclistamab",
        "PROPHYLAXIS": "Infektionsprophylaxe",
        "IMMUNOGLOBULIN REPLACEMENT": "IgG < 4 g/l",
        "CRS TREATMENT": "CRS",
    },
    "da": {
        "PREMEDICATION": "før teclistamab",
        "PROPHYLAXIS": "infektionsprofylakse",
        "IMMUNOGLOBULIN REPLACEMENT": "IgG < 4 g/L",
        "CRS TREATMENT": "CRS",
    },
}


def medications(person: Person) -> tuple[tuple[Medication, ...], dict[str, tuple[str, ...]]]:
    """A subject's medications, and for each event's reference the keys of those given for it."""
    plain = [
        *_prior(person),
        *_premedication(person),
        *_prophylaxis(person),
        *_immunoglobulins(person),
    ]
    links: dict[str, tuple[str, ...]] = {}
    for row in rows_of("treatments", person.number):
        plain.append(_treatment(person, row))
        for event in row["events"].split():
            links[event] = (*links.get(event, ()), f"M{len(plain)}")
    # Keys follow the order of entry, so that they stay when a course is corrected later.
    keyed = [dataclasses.replace(m, key=f"M{n}") for n, m in enumerate(plain, 1)]
    return tuple(keyed), links


def _verbatim(person: Person, name: str, turn: int) -> str:
    return word(person.centre, "MEDICATIONS", name, turn)


def _prior(person: Person) -> Iterator[Medication]:
    for turn, abbreviation in enumerate(person.prior):
        name = term_of("MEDICATIONS", abbreviation)
        kept = noise("prior", person.number, turn) < 0.4
        spelled = abbreviation if kept else _verbatim(person, name, person.number + turn)
        yield Medication(
            key="",
            name=name,
            verbatim=spelled,
            category="PRIOR THERAPY",
            start=_prior_start(person, turn),
        )


def _prior_start(person: Person, turn: int) -> str:
    """Often unknown, else the year, now and then the month: what a chart review finds."""
    luck = noise("since", person.number, turn)
    if person.centre in _UNDATED or luck < -0.1:
        return ""
    ill_years = float(person.duration_y)
    share = (turn + 0.5) / len(person.prior)
    years_ago = ill_years * (1 - share) + 0.15
    months = person.first_dose.year * 12 + person.first_dose.month - 1 - round(years_ago * 12)
    year, month = divmod(months, 12)
    return f"{year}" if luck < 0.6 else f"{year}-{month + 1:02}"


def _given(
    person: Person, name: str, category: str, days: tuple[int, int | None], what: str, turn: int = 0
) -> Medication:
    """A dated medication. ``what`` is ``"dose unit frequency route"``, dose and unit ``-`` if open.

    The frequency may hold blanks; route, dose and unit may not.
    """
    dose, unit, *frequency, route = what.split()
    start, end = days
    alive_end = end if end is not None else _until_death(person)
    language = "da" if person.centre == "AH" else "de"
    return Medication(
        key="",
        name=name,
        verbatim=_verbatim(person, name, person.number + turn),
        category=category,
        start=person.date(start),
        end="" if alive_end is None else person.date(alive_end),
        ongoing=alive_end is None,
        dose=None if dose == "-" else Decimal(dose),
        unit="" if unit == "-" else unit,
        frequency=" ".join(frequency),
        route=route,
        indication=_INDICATIONS[language].get(category, ""),
    )


def _until_death(person: Person) -> int | None:
    return person.follow_up_days if died(person) else None


def died(person: Person) -> bool:
    """Whether the subject died in the study."""
    return any(row["outcome"] == "F" for row in rows_of("events", person.number))


def _premedication(person: Person) -> Iterator[Medication]:
    antihistamine, amount, route = _ANTIHISTAMINES[person.centre]
    for dose, day in zip(doses(person), person.dose_days, strict=True):
        days = (day, day)
        yield _given(
            person, "DEXAMETHASONE", "PREMEDICATION", days, "16 mg ONCE INTRAVENOUS", dose.number
        )
        yield _given(person, antihistamine, "PREMEDICATION", days, f"{amount} mg ONCE {route}")
        yield _given(
            person, "PARACETAMOL", "PREMEDICATION", days, "1000 mg ONCE ORAL", dose.number // 3
        )
        if dose.mg_per_kg == TARGET:
            return


def _prophylaxis(person: Person) -> Iterator[Medication]:
    cotrimoxazole = "SULFAMETHOXAZOLE/TRIMETHOPRIM"
    switch = _ATOVAQUONE_FROM.get(person.number)
    yield _given(person, "ACICLOVIR", "PROPHYLAXIS", (1, None), "400 mg BID ORAL")
    if switch != 1:
        days = (1, None if switch is None else switch - 1)
        yield _given(person, cotrimoxazole, "PROPHYLAXIS", days, "960 mg 3 TIMES PER WEEK ORAL")
    if switch is not None:
        yield _given(person, "ATOVAQUONE", "PROPHYLAXIS", (switch, None), "750 mg QD ORAL")


def _immunoglobulins(person: Person) -> Iterator[Medication]:
    for row in rows_of("ivig", person.number):
        for turn, (day, grams) in enumerate(pairs(row["infusions"])):
            yield _given(
                person,
                "IMMUNOGLOBULIN HUMAN NORMAL",
                "IMMUNOGLOBULIN REPLACEMENT",
                (day, day),
                f"{grams} g ONCE INTRAVENOUS",
                turn // 4,
            )


def _treatment(person: Person, row: dict[str, str]) -> Medication:
    start, end = int(row["day"]), int(row["end"]) if row["end"] else None
    what = f"{row['dose'] or '-'} {row['unit'] or '-'} {row['frequency']} {row['route']}"
    given = _given(person, row["name"], row["category"], (start, end), what, start)
    if start < 0:
        # What the subject came with is known to the month.
        return dataclasses.replace(given, start=given.start[:7])
    if row["category"] == "AE TREATMENT" and row["events"]:
        return dataclasses.replace(given, indication=_event_words(person, row["events"]))
    return given


def _event_words(person: Person, references: str) -> str:
    terms = {row["ref"]: row["term"] for row in rows_of("events", person.number)}
    return word(person.centre, "AETERMS", terms[references.split()[0]])
