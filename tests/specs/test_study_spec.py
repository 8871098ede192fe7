"""specs/study.yaml."""

from __future__ import annotations

import datetime
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tecdata.spec import Specs


def test_identity_and_standards(shipped: Specs) -> None:
    study = shipped.study
    assert (study.study, study.sdtmig, study.ct) == ("TECAID", "3.4", "2025-03-28")
    assert study.usubjid.format(study="TECAID", centre="HH", number=8) == "TECAID-HH-008"
    assert datetime.date.fromisoformat(study.data_cut) > datetime.date(2025, 10, 31)


def test_windows_touch_and_leave_out_day_0(shipped: Specs) -> None:
    visits = shipped.study.visits
    assert [v.number for v in visits] == list(range(1, len(visits) + 1))
    for visit in visits:
        assert visit.first_day <= visit.day <= visit.last_day
        assert 0 not in (visit.first_day, visit.last_day)
    for before, after in pairwise(visits):
        assert after.first_day == (1 if before.last_day == -1 else before.last_day + 1)


def test_weeks_are_counted_from_day_1(shipped: Specs) -> None:
    weeks = {v.name: v.day for v in shipped.study.visits if v.name.startswith("WEEK ")}
    assert weeks == {name: 7 * int(name.removeprefix("WEEK ")) + 1 for name in weeks}
    assert [*weeks][-1] == "WEEK 96"


def test_the_longest_published_follow_up_lies_in_a_window(shipped: Specs) -> None:
    assert shipped.study.visits[-1].last_day >= 21.2 * 365.25 / 12


def test_epochs_are_terms(shipped: Specs) -> None:
    epochs = [e.epoch for e in shipped.study.epochs]
    assert epochs == ["SCREENING", "TREATMENT", "FOLLOW-UP"]
    assert set(epochs) <= shipped.codelists["EPOCH"].by_term.keys()


def test_defaults_are_variables_and_terms(shipped: Specs) -> None:
    for domain, values in shipped.study.defaults.items():
        for name, value in values.items():
            variable = shipped.domains[domain].by_name[name]
            if variable.codelist:
                assert value in shipped.codelists[variable.codelist].by_term
