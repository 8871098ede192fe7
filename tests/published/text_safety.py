"""Statistics of the Results text about adverse events, deaths and history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from tests.published.reading import amount, course, day_of, given_for, of_term, subjects
from tests.published.targets import count_percent, rounded

from tecdata.demo.model import AdverseEvent, Subject

CRS = "CYTOKINE RELEASE SYNDROME"
URTI = "UPPER RESPIRATORY TRACT INFECTION"
TONSILLITIS = ("TONSILLITIS", "TONSILLITIS WITH PROLONGED FEVER")
INFECTIONS = (
    URTI,
    *TONSILLITIS,
    "SINUSITIS",
    "PNEUMONIA",
    "ACUTE UNDIFFERENTIATED FEVER",
    "COVID-19",
    "URINARY TRACT INFECTION",
    "GASTROENTERITIS",
    "PHLEGMON",
    "SUPERINFECTION OF DIGITAL ULCER",
    "ORAL CANDIDIASIS",
)
Found = list[tuple[Subject, AdverseEvent]]


def events(*terms: str) -> Found:
    return [(s, e) for s in subjects().values() for e in of_term(s, *terms)]


def people(found: Found) -> set[int]:
    return {s.number for s, _ in found}


def _onset(found: tuple[Subject, AdverseEvent]) -> int:
    """Days from the last injection to the onset."""
    subject, event = found
    return day_of(subject, event.start) - day_of(subject, subject.doses[event.dose - 1].start)


def _by_injection() -> str:
    episodes = events(CRS)
    counts = Counter(event.dose for _, event in episodes)
    assert set(counts) == {1, 2, 3, 4, 5}
    return " ".join(rounded(counts[n] * 100 / len(episodes)) for n in range(1, 6))


def _treated(*names: str) -> str:
    episodes = events(CRS)
    treated = [(s, e) for s, e in episodes if any(given.name in names for given in given_for(s, e))]
    return f"{count_percent(len(treated), len(episodes))} / {len(people(treated))}"


def severe_infections() -> Found:
    return [(s, e) for s, e in events(*INFECTIONS) if e.hospitalised]


def early_severe() -> Found:
    return [(s, e) for s, e in severe_infections() if day_of(s, e.start) < 28]


def _early() -> str:
    found = early_severe()
    kinds = Counter(event.term for _, event in found)
    assert kinds == {"PNEUMONIA": 2, URTI: 1, "TONSILLITIS WITH PROLONGED FEVER": 1}
    for subject, event in found:
        days = [day_of(subject, dose.start) for dose in subject.doses]
        gap = days[event.dose] - days[event.dose - 1]
        assert gap > 14, f"the dose after the infection of subject {subject.number} is delayed"
    return str(len(found))


def _late() -> str:
    found = [(s, e) for s, e in severe_infections() if day_of(s, e.start) >= 28]
    times = sorted((e.term, s.number, day_of(s, e.start)) for s, e in found)
    (fever, phlegmon, cold) = times
    assert fever[:2] == ("ACUTE UNDIFFERENTIATED FEVER", 1)
    assert fever[2] >= 365
    assert phlegmon[:2] == ("PHLEGMON", 1)
    assert phlegmon[2] >= 365
    assert cold[0] == URTI
    assert 84 <= cold[2] <= 98
    return str(len(found))


def severe_antibiotics() -> bool:
    """Every hospitalised infection had an antibiotic by vein."""
    return all(
        any(given.route == "INTRAVENOUS" for given in given_for(s, e))
        for s, e in severe_infections()
    )


def _tonsillitis() -> str:
    long_fever = events(TONSILLITIS[1])
    assert len(people(long_fever)) == 2
    assert all(day_of(s, e.end) - day_of(s, e.start) > 14 for s, e in long_fever)
    return str(len(people(events(*TONSILLITIS))))


def _colitis() -> str:
    (first, late), (second, early) = sorted(
        events("IBD-LIKE COLITIS"), key=lambda found: found[0].number
    )
    (highest,) = [r for r in second.results if r.test == "CALPRO" and r.operator == ">"]
    assert amount(highest) >= 800
    months = rounded(day_of(first, late.start) / 30.4375)
    weeks = rounded(day_of(second, early.start) / 7)
    return f"subject {first.number} at {months} months; subject {second.number} at {weeks} weeks"


def _psoriasis() -> str:
    ((subject, event),) = events("PSORIASIS GUTTATA")
    assert not event.end
    return rounded(day_of(subject, event.start) / 7)


def _death(number: int) -> str:
    """The day of death counts the day of the first dose as day 1."""
    subject = subjects()[number]
    day = day_of(subject, subject.death)
    after = day - day_of(subject, subject.doses[-1].start)
    nth = {4: "4th", 5: "5th"}[len(subject.doses)]
    targets = sum(dose.kind == "TARGET" for dose in subject.doses)
    assert targets == 2
    return f"day {day + 1} after initiation; {after} days after the {nth} dose (2nd target dose)"


def _covid_before() -> str:
    found = []
    for s in subjects().values():
        for history in s.histories:
            if history.term == "COVID-19":
                year, month = map(int, history.start.split("-"))
                first = map(int, s.first_dose.split("-")[:2])
                first_year, first_month = first
                assert (first_year - year) * 12 + first_month - month == 2
                found.append(str(s.number))
    return f"subjects {' and '.join(found)}"


def _igg_at_early_infections() -> str:
    values = []
    for subject, event in early_severe():
        on_day = dict(course(subject, "IGG"))
        values.append(on_day[day_of(subject, event.start)])
    return str(all(value >= 4 for value in values)).lower()


STATISTICS: dict[str, Callable[[], str]] = {
    "CRS_N": lambda: str(len(events(CRS))),
    "CRS_SUBJ": lambda: count_percent(len(people(events(CRS))), len(subjects())),
    "CRS_BY_INJ": _by_injection,
    "CRS_ONSET": lambda: rounded(
        sum(_onset(found) <= 2 for found in events(CRS)) * 100 / len(events(CRS))
    ),
    "CRS_TOCI": lambda: _treated("TOCILIZUMAB"),
    "CRS_GC": lambda: _treated("DEXAMETHASONE", "PREDNISOLONE"),
    "ICANS": lambda: str(len(events("ICANS"))),
    "INF_SUBJ": lambda: count_percent(len(people(events(*INFECTIONS))), len(subjects())),
    "INF_URTI": lambda: f"{len(events(URTI))} / {len(people(events(URTI)))}",
    "INF_HOSP": lambda: f"{len(severe_infections())} / {len(people(severe_infections()))}",
    "INF_EARLY": _early,
    "INF_LATE": _late,
    "TONSIL": _tonsillitis,
    "COLITIS": _colitis,
    "PSORIASIS": _psoriasis,
    "DEATH_6": lambda: _death(6),
    "DEATH_18": lambda: _death(18),
    "COVID_PRE": _covid_before,
    "IGG_EARLY": _igg_at_early_infections,
    "HZ": lambda: str(len(events("HERPES ZOSTER"))),
}
