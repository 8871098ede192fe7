"""Statistics of the Results text about who was treated, how, and with what exposure."""

from __future__ import annotations

import functools
from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

from tests.published.exposure import Exposure, simulate
from tests.published.reading import day_of, months, subjects
from tests.published.targets import count_percent, median, median_range, rounded

if TYPE_CHECKING:
    from tecdata.demo.model import Subject

STATISTICS: dict[str, Callable[[], str]] = {}
ORGANS = {
    "ORG_SKIN": "SKIN INVOLVEMENT",
    "ORG_LUNG": "INTERSTITIAL LUNG DISEASE",
    "ORG_JOINT": "JOINT INVOLVEMENT",
    "ORG_GI": "GASTROINTESTINAL INVOLVEMENT",
    "ORG_MUSCLE": "MUSCLE INVOLVEMENT",
    "ORG_HEART": "HEART INVOLVEMENT",
}
DISEASES = {"N_SSC": "SSc", "N_IIM": "IIM", "N_SLE": "SLE", "N_UCTD": "UCTD", "N_IGG4": "IgG4-RD"}


def everyone() -> list[Subject]:
    return list(subjects().values())


def _disease_count(name: str) -> str:
    return str(sum(s.indication.partition(" ")[0] == name for s in everyone()))


def _organ(term: str) -> str:
    having = [s for s in everyone() if term in {history.term for history in s.histories}]
    return count_percent(len(having), len(everyone()))


def prior(subject: Subject) -> list[str]:
    return [given.name for given in subject.medications if given.category == "PRIOR THERAPY"]


def _had(*names: str) -> str:
    having = [s for s in everyone() if set(names) & set(prior(s))]
    return count_percent(len(having), len(everyone()))


def target_doses(subject: Subject) -> int:
    return sum(dose.kind == "TARGET" for dose in subject.doses)


def treatment_days(subject: Subject) -> int:
    return day_of(subject, subject.doses[-1].start) - day_of(subject, subject.doses[0].start)


@functools.cache
def exposure(number: int) -> Exposure:
    return simulate(subjects()[number])


@functools.cache
def relative_difference(number: int) -> float:
    without = simulate(subjects()[number], time_dependent=False).auc
    return 100 * (without - exposure(number).auc) / without


def _exposure_range(read: Callable[[Exposure], float]) -> str:
    values = [read(exposure(number)) for number in subjects()]
    return f"{rounded(min(values))}-{rounded(max(values))}"


def _relative_differences() -> str:
    values = [relative_difference(number) for number in subjects()]
    return f"{rounded(median(values), 1)} / {rounded(sum(values) / len(values), 1)}"


def _lowest(count: int, read: Callable[[Exposure], float]) -> list[int]:
    ordered = sorted(subjects(), key=lambda number: read(exposure(number)))
    return ordered[:count]


def _fatal_lowest() -> str:
    dead = {s.number for s in everyone() if s.death}
    reads: list[Callable[[Exposure], float]] = [
        lambda e: e.auc,
        lambda e: e.days_above,
        lambda e: e.auc_above,
    ]
    return str(all(set(_lowest(2, read)) == dead for read in reads)).lower()


def _relapsed_next() -> str:
    by_auc, by_time = _lowest(3, lambda e: e.auc), _lowest(3, lambda e: e.days_above)
    return str(by_auc[2] == by_time[2] == 1).lower()


def _steroids_continued() -> str:
    continued: list[str] = []
    throughout: list[str] = []
    for s in everyone():
        spanning = [g for g in s.medications if g.category == "GLUCOCORTICOID"]
        if any(g.start[:7] < s.first_dose[:7] and g.end >= s.first_dose for g in spanning):
            unended = any(g.ongoing for g in spanning)
            started = all(day_of(s, g.start) < 60 for g in spanning if len(g.start) == 10)
            (throughout if unended and started else continued).append(str(s.number))
    assert throughout == ["15"]
    return f"subjects {' '.join(continued)}"


STATISTICS |= {"N": lambda: str(len(everyone()))}
STATISTICS |= {id_: functools.partial(_disease_count, name) for id_, name in DISEASES.items()}
STATISTICS |= {id_: functools.partial(_organ, term) for id_, term in ORGANS.items()}
STATISTICS |= {
    "SEX_F": lambda: count_percent(sum(s.sex == "F" for s in everyone()), len(everyone())),
    "AGE": lambda: median_range(s.age for s in everyone()),
    "DISDUR": lambda: median_range(s.disease_duration_y for s in everyone()),
    "PRIOR": lambda: median_range(len(prior(s)) for s in everyone()),
    "PRIOR_RTX": functools.partial(_had, "RITUXIMAB"),
    "PRIOR_CYC": functools.partial(
        _had, "CYCLOPHOSPHAMIDE", "CYCLOPHOSPHAMIDE/ANTI-THYMOCYTE GLOBULIN"
    ),
    "FU": lambda: median_range(months(s) for s in everyone()),
    "FU_PY": lambda: rounded(sum((months(s) for s in everyone()), Fraction(0)) / 12, 1),
    "DOSE_TARGET": lambda: median_range(target_doses(s) for s in everyone()),
    "DOSE_CUM": lambda: median_range((s.cumulative_mg_per_kg for s in everyone()), 2),
    "DOSE_INJ": lambda: rounded(median(len(s.doses) for s in everyone())),
    "DOSE_DAYS": lambda: median_range(treatment_days(s) for s in everyone()),
    "PK_AUC": lambda: _exposure_range(lambda e: e.auc),
    "PK_TEC90": lambda: _exposure_range(lambda e: e.days_above),
    "PK_AUCEC90": lambda: _exposure_range(lambda e: e.auc_above),
    "PK_NOTMDD": _relative_differences,
    "PK_LOW_DEATH": _fatal_lowest,
    "PK_LOW_RELAPSE": _relapsed_next,
    "GC_CONT": _steroids_continued,
}
