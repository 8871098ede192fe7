"""The synthetic cohort: 18 subjects put together from plan, events, medications and results."""

from __future__ import annotations

import datetime
import functools

from tecdata.demo.dosing import doses
from tecdata.demo.events import events
from tecdata.demo.histories import histories
from tecdata.demo.labs import contact_days, lab_results
from tecdata.demo.medications import died, medications
from tecdata.demo.model import Subject
from tecdata.demo.people import COUNTRIES, Person, local_id, people
from tecdata.demo.scores import score_results
from tecdata.demo.tables import noise
from tecdata.demo.words import term_of, word

__all__ = ["cohort"]

#: Spellings of the published autoantibody profile that differ from the study's own.
_PUBLISHED_NAMES = {"Nucleosome": "Nukleosomen", "RNAP III": "RNA-Polymerase III"}


@functools.cache
def cohort() -> tuple[Subject, ...]:
    """The 18 synthetic subjects, ordered by their number in the published Table 1.

    Baseline facts (centre to cumulative dose and follow-up) are the published ones; everything
    that happens over time is invented, so that the statistics of Albach et al., Ann Rheum Dis
    2026, come out of the data. Where these contradict each other see
    :data:`tecdata.demo.contradictions.CONTRADICTIONS`.

    Examples
    --------
    >>> [subject.number for subject in cohort()] == list(range(1, 19))
    True
    """
    return tuple(_subject(person) for person in people())


def _subject(person: Person) -> Subject:
    given, links = medications(person)
    happened = events(person, links)
    results = sorted(
        (*lab_results(person), *score_results(person)), key=lambda result: result.start
    )
    antibodies = tuple(
        term_of("AB", _PUBLISHED_NAMES.get(name, name)) for name in person.autoantibodies
    )
    last = person.date(person.follow_up_days)
    fatal = next((event for event in happened if event.outcome == "FATAL"), None)
    consent = person.first_dose - datetime.timedelta(days=_consent_lead(person))
    return Subject(
        number=person.number,
        centre=person.centre,
        local_id=local_id(person.centre, person.number),
        sex=person.sex,
        age=person.age,
        birth_year=person.birth_year,
        country=COUNTRIES[person.centre],
        indication=person.indication,
        consent=consent.isoformat(),
        first_dose=person.date(0),
        last_contact=last,
        death=last if died(person) else "",
        death_cause=fatal.verbatim if fatal else "",
        disease_duration_y=person.duration_y,
        cumulative_mg_per_kg=person.cumulative,
        doses=doses(person),
        visits=tuple(person.date(day) for day in contact_days(person)),
        results=tuple(results),
        events=happened,
        medications=given,
        histories=histories(person),
        autoantibodies=antibodies,
        autoantibody_words=tuple(
            word(person.centre, "AB", name, _spelling(person)) for name in antibodies
        ),
    )


def _spelling(person: Person) -> int:
    return person.number if person.centre in ("BE", "HH") else 0


def _consent_lead(person: Person) -> int:
    """Days from consent to the first dose: always before the baseline visit."""
    return 3 - person.baseline_day + int(5 * (noise("consent", person.number) + 1))
