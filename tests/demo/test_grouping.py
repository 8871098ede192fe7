"""How a subject's truth is cut into rows and column groups."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest
from tests.made_up import made_up

from tecdata.demo.grouping import event_links, in_order, listable, results_by_start
from tecdata.demo.model import History, Medication, Result


def test_a_test_repeated_at_one_start_opens_a_group_of_its_own() -> None:
    again = Result(test="IGG", start="2024-04-01", value=Decimal("7.5"), unit="g/L")
    subject = made_up("HD", "RHD-004")
    subject = dataclasses.replace(subject, results=(*subject.results, again))
    groups = results_by_start(subject, lambda test: test in ("IGG", "CRP"))
    assert [(start, sorted(results)) for start, results in groups] == [
        ("2024-04-01", ["IGG"]),
        ("2024-04-01", ["IGG"]),
        ("2024-05-02", ["CRP"]),
    ]


def test_medications_know_the_events_they_were_given_for() -> None:
    assert event_links(made_up("HD", "RHD-004")) == {"M2": "1"}


@pytest.mark.parametrize(
    ("item", "answer"),
    [
        (Medication(key="M1", name="X", verbatim="CYC/ATG", category="PRIOR THERAPY"), True),
        (Medication(key="M1", name="X", verbatim="RTX, MMF", category="PRIOR THERAPY"), False),
        (
            Medication(key="M1", name="X", verbatim="RTX", category="PRIOR THERAPY", start="2021"),
            False,
        ),
        (
            Medication(key="M1", name="X", verbatim="RTX", category="PRIOR THERAPY", unit="mg"),
            False,
        ),
        (
            History(
                term="X", verbatim="Haut (inkl. DU, Calcinosis)", category="ORGAN MANIFESTATION"
            ),
            True,
        ),
    ],
)
def test_only_bare_words_without_separators_go_into_a_list(
    item: Medication | History, answer: bool
) -> None:
    assert listable(item) is answer


def test_subjects_come_by_number_and_only_those_of_the_centre() -> None:
    pair = [made_up("HD", "RHD-009", 9), made_up("HD", "RHD-004", 4)]
    assert [s.number for s in in_order(pair, "HD")] == [4, 9]
    with pytest.raises(ValueError, match="not subjects of TU: RHD-009, RHD-004"):
        in_order(pair, "TU")
