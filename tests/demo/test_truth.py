"""The cohort's truth holds together: dates, keys, scales, and scores that agree with the labs."""

from __future__ import annotations

import datetime
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tecdata.demo import cohort
from tecdata.demo.words import LANGUAGES, spellings, terms

if TYPE_CHECKING:
    from tecdata.demo.model import Result, Subject

SUBJECTS = cohort()
IDS = [f"subject {subject.number}" for subject in SUBJECTS]
each_subject = pytest.mark.parametrize("subject", SUBJECTS, ids=IDS)

#: Instrument -> (lowest, highest, step).
SCALES = {
    "PTGA": ("0", "10", "0.1"),
    "MDGA": ("0", "10", "0.1"),
    "EXMVAS": ("0", "10", "0.1"),
    "PGA": ("0", "3", "0.1"),
    "HAQDI": ("0", "3", "0.125"),
    "FACITF": ("0", "52", "1"),
    "MRSSTOT": ("0", "51", "1"),
    "MMT8": ("0", "80", "1"),
    "MMT8B": ("0", "150", "1"),
    "SLEDAITOT": ("0", "105", "1"),
    "FVCPP": ("20", "140", "1"),
    "DLCOPP": ("20", "140", "1"),
}


def _on(subject: Subject, day: str) -> dict[str, Result]:
    return {r.test: r for r in subject.results if r.start[:10] == day}


def test_numbers_and_local_ids() -> None:
    assert [s.number for s in SUBJECTS] == list(range(1, 19))
    assert len({s.local_id for s in SUBJECTS}) == 18
    for s in SUBJECTS:
        digits = "".join(letter for letter in s.local_id if letter.isdigit())
        assert int(digits) == s.number


def test_made_once_and_never_changed() -> None:
    assert cohort() is cohort()
    first = cohort()
    cohort.cache_clear()
    assert cohort() == first


@each_subject
def test_results_lie_on_visits_within_follow_up(subject: Subject) -> None:
    assert list(subject.visits) == sorted(set(subject.visits))
    assert {r.start[:10] for r in subject.results} <= set(subject.visits)
    assert subject.visits[-1] <= subject.last_contact
    assert [r.start for r in subject.results] == sorted(r.start for r in subject.results)


@each_subject
def test_a_test_has_one_result_a_time(subject: Subject) -> None:
    counts = Counter((r.test, r.start) for r in subject.results)
    assert not [key for key, count in counts.items() if count > 1]


@each_subject
def test_result_is_a_value_or_not_done(subject: Subject) -> None:
    for result in subject.results:
        assert (result.value is None) == result.not_done
        assert not result.text
        if result.value is not None:
            assert result.value >= 0
            # As a plain number prints: no exponent, no trailing zeros.
            text = f"{result.value}"
            assert "E" not in text
            assert "." not in text or not text.endswith("0")


@each_subject
def test_scales(subject: Subject) -> None:
    for result in subject.results:
        if result.test in SCALES and result.value is not None:
            low, high, step = map(Decimal, SCALES[result.test])
            assert low <= result.value <= high
            assert result.value % step == 0


@each_subject
def test_totals_are_sums_of_their_items(subject: Subject) -> None:
    for day in subject.visits:
        found = _on(subject, day)
        for stem, total in (("SLEDAI", "SLEDAITOT"), ("IGG4RI", "IGG4RITOT"), ("MRSS", "MRSSTOT")):
            items = [r.value for t, r in found.items() if t.startswith(stem) and t[-2:].isdigit()]
            if items:
                assert sum(value for value in items if value is not None) == found[total].value


@each_subject
def test_lupus_items_agree_with_the_laboratory(subject: Subject) -> None:
    for day in subject.visits:
        found = _on(subject, day)
        if "SLEDAITOT" not in found:
            continue
        present = {n for n in range(1, 25) if found[f"SLEDAI{n:02}"].value}
        complement = [found[t] for t in ("C3", "C4") if t in found]
        if complement:
            low = any(r.value < r.low for r in complement if r.value is not None and r.low)
            assert low == (20 in present), day
        if "DSDNA" in found:
            dna = found["DSDNA"]
            assert dna.value is not None
            assert dna.high is not None
            high = dna.value > dna.high and not dna.operator
            assert high == (21 in present), day
        if "PROTCRT" in found and found["PROTCRT"].value is not None:
            assert (found["PROTCRT"].value > 500) == (13 in present), day
        if "WBC" in found and found["WBC"].value is not None:
            assert (found["WBC"].value < 3) == (24 in present), day


@each_subject
def test_events(subject: Subject) -> None:
    assert len({event.key for event in subject.events}) == len(subject.events)
    starts = [event.start for event in subject.events]
    assert starts == sorted(starts)
    for event in subject.events:
        assert subject.first_dose <= event.start <= subject.last_contact
        assert not event.end or event.start <= event.end <= subject.last_contact
        assert (event.end == "") == (event.outcome == "NOT RECOVERED/NOT RESOLVED")
        last = [dose.number for dose in subject.doses if dose.start[:10] <= event.start]
        assert event.dose == last[-1]
        assert event.serious == (event.hospitalised or event.grade == 5)


@each_subject
def test_cytokine_release_is_graded_as_its_signs_say(subject: Subject) -> None:
    for event in subject.events:
        crs = event.term == "CYTOKINE RELEASE SYNDROME"
        assert (event.scale == "ASTCT 2019") == crs
        assert (event.temperature_c is not None) == crs
        if crs:
            assert event.temperature_c is not None
            assert event.temperature_c >= 38
            assert event.grade == (2 if event.hypotension or event.hypoxia else 1)


@each_subject
def test_medications(subject: Subject) -> None:
    keys = [given.key for given in subject.medications]
    assert len(set(keys)) == len(keys)
    used = {key for event in subject.events for key in event.treatments}
    assert used <= set(keys)
    for given in subject.medications:
        treats = given.category in ("CRS TREATMENT", "AE TREATMENT")
        assert (given.key in used) == treats
        assert given.end == "" or given.start[:10] <= given.end <= subject.last_contact
        assert not (given.ongoing and given.end)
        assert given.start[:7] <= subject.last_contact
        if given.category == "PRIOR THERAPY":
            assert given.start[:4] <= subject.first_dose[:4]
            assert given.dose is None


@each_subject
def test_premedication_of_step_ups_and_first_target_dose(subject: Subject) -> None:
    first_target = next(dose for dose in subject.doses if dose.kind == "TARGET")
    days = {dose.start[:10] for dose in subject.doses[: first_target.number]}
    for name, dose in (("DEXAMETHASONE", 16), ("PARACETAMOL", 1000)):
        given = [m for m in subject.medications if m.category == "PREMEDICATION" and m.name == name]
        assert {m.start for m in given} == days
        assert {m.dose for m in given} == {Decimal(dose)}


def test_tocilizumab_preceded_the_first_four_doses_of_subject_6() -> None:
    six = SUBJECTS[5]
    given = [
        m.start
        for m in six.medications
        if m.name == "TOCILIZUMAB" and m.category == "PREMEDICATION"
    ]
    assert given == [dose.start for dose in six.doses[:4]]


@each_subject
def test_milligrams(subject: Subject) -> None:
    for dose in subject.doses:
        assert abs(dose.mg - dose.mg_per_kg * dose.weight_kg) <= Decimal("0.05")
    dates = [dose.start for dose in subject.doses]
    assert dates == sorted(dates)
    assert dates[0][:10] == subject.first_dose


@each_subject
def test_verbatims_are_spellings_of_their_terms(subject: Subject) -> None:
    language = LANGUAGES[subject.centre]
    for event in subject.events:
        assert event.verbatim in spellings("AETERMS", event.term, language)
    for given in subject.medications:
        assert given.verbatim in spellings("MEDICATIONS", given.name, language)
    for history in subject.histories:
        assert history.verbatim in spellings("MHTERMS", history.term, language)
    for test, word in zip(subject.autoantibodies, subject.autoantibody_words, strict=True):
        assert word in spellings("AB", test, language)


def test_deaths() -> None:
    dead = [s for s in SUBJECTS if s.death]
    assert [s.number for s in dead] == [6, 18]
    for s in dead:
        assert s.death == s.last_contact
        (fatal,) = [event for event in s.events if event.grade == 5]
        assert fatal.outcome == "FATAL"
        assert fatal.end == s.death
        assert s.death_cause == fatal.verbatim


def test_a_subject_has_one_unit_and_range_per_test() -> None:
    """A laboratory changes neither within a subject; Berlin and Hamburg have one each by sex."""
    found: dict[tuple[object, ...], tuple[object, ...]] = {}
    for s in SUBJECTS:
        place = (s.number,) if s.centre == "AH" else (s.centre, s.sex)
        for r in s.results:
            if not r.not_done:
                limits = (r.unit, r.low, r.high)
                assert found.setdefault((*place, r.test), limits) == limits


def test_aarhus_measures_immunoglobulins_in_two_units() -> None:
    units = {s.number: {r.unit for r in s.results if r.test == "IGG"} for s in SUBJECTS[15:17]}
    assert units == {16: {"umol/L"}, 17: {"g/L"}}


def test_some_results_were_not_done_and_some_beyond_the_range() -> None:
    results = [r for s in SUBJECTS for r in s.results]
    assert sum(r.not_done for r in results) >= 20
    assert {"<", ">"} <= {r.operator for r in results}


def test_every_event_term_is_used() -> None:
    assert {event.term for s in SUBJECTS for event in s.events} == set(terms("AETERMS"))


def test_baseline_precedes_the_first_dose_by_two_weeks_at_most() -> None:
    for s in SUBJECTS:
        first = datetime.date.fromisoformat(s.first_dose)
        baseline = datetime.date.fromisoformat(s.visits[0])
        assert 1 <= (first - baseline).days <= 14
