"""Who the 18 are: the published baseline facts and the plan of each subject's time.

Centre to follow-up months of ``data/people.csv`` are Table 1 of the case series (Albach et al.,
Ann Rheum Dis 2026, doi 10.1016/j.ard.2026.05.021). First dose, weight, dose days and visits are
synthetic, chosen so that exposures and times come out as published.
"""

from __future__ import annotations

import dataclasses
import datetime
import functools
from decimal import Decimal
from typing import Literal, cast

from tecdata.demo.tables import noise, rows

__all__ = ["COUNTRIES", "DATA_CUT", "Centre", "Person", "local_id", "people"]

Centre = Literal["BE", "HH", "HD", "AH", "TU"]

#: No contact is later than this day.
DATA_CUT = datetime.date(2026, 1, 15)

COUNTRIES: dict[Centre, str] = {"BE": "DEU", "HH": "DEU", "HD": "DEU", "AH": "DNK", "TU": "DEU"}

_LOCAL_IDS: dict[Centre, str] = {
    "BE": "TEC-B-{:03}",
    "HH": "UKE-{:03}",
    "HD": "RHD-{:03}",
    "AH": "AUH-{:03}",
    "TU": "TUE-{:03}",
}


def local_id(centre: Centre, number: int) -> str:
    """The subject's identifier at its centre.

    Examples
    --------
    >>> local_id("BE", 1)
    'TEC-B-001'
    """
    return _LOCAL_IDS[centre].format(number)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One subject's baseline facts and plan. Days count from the first dose (day 0)."""

    number: int
    centre: Centre
    indication: str
    age: int
    sex: Literal["F", "M"]
    organs: str
    autoantibodies: tuple[str, ...]
    duration_y: Decimal
    prior: tuple[str, ...]
    cumulative: Decimal
    first_dose: datetime.date
    follow_up_days: int
    weight_kg: Decimal
    dose_days: tuple[int, ...]
    baseline_day: int
    visit_days: tuple[int, ...]

    def date(self, day: int) -> str:
        """ISO date of a day relative to the first dose."""
        return (self.first_dose + datetime.timedelta(days=day)).isoformat()

    @property
    def birth_year(self) -> int:
        """Year of birth that agrees with the age at the first dose."""
        birthday_to_come = noise("birthday", self.number) > 0
        return self.first_dose.year - self.age - int(birthday_to_come)


def _list(text: str) -> tuple[str, ...]:
    return () if text == "-" else tuple(text.split(", "))


def _days(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split()))


@functools.cache
def people() -> tuple[Person, ...]:
    """The 18 in the order of their numbers."""
    return tuple(
        Person(
            number=int(row["number"]),
            centre=cast(Centre, row["centre"]),
            indication=row["indication"],
            age=int(row["age"]),
            sex="F" if row["sex"] == "f" else "M",
            organs=row["organs"],
            autoantibodies=_list(row["autoantibodies"]),
            duration_y=Decimal(row["duration_y"]),
            prior=_list(row["prior"]),
            cumulative=Decimal(row["cumulative"]),
            first_dose=datetime.date.fromisoformat(row["first_dose"]),
            follow_up_days=int(row["follow_up_days"]),
            weight_kg=Decimal(row["weight"]),
            dose_days=_days(row["dose_days"]),
            baseline_day=int(row["baseline_day"]),
            visit_days=_days(row["visits"]),
        )
        for row in rows("people")
    )
