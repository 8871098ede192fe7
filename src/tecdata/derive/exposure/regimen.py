"""Regimens in the words a clinician uses: ``0.06@0, 0.3@3, 1.5@7 x4 weekly``, and what delays make of them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from tecdata.errors import UsageError

if TYPE_CHECKING:
    from tecdata.spec.pharmacokinetics import RestartRules

__all__ = ["PlannedDose", "delayed", "parse_regimen", "restarted"]

_ITEM: Final = re.compile(
    r"^(?P<level>\d+(?:\.\d+)?)\s*(?P<unit>mg/kg|mg)?\s*@\s*(?P<day>\d+(?:\.\d+)?)"
    r"(?:\s*x\s*(?P<times>\d+)\s+(?P<every>weekly|every\s+\d+\s+(?:days?|weeks?)))?$",
    re.IGNORECASE,
)
_DELAY: Final = re.compile(
    r"^\+?\s*(?P<days>\d+(?:\.\d+)?)\s*d(?:ays?)?\s+before\s+dose\s+(?P<dose>\d+)$", re.IGNORECASE
)
_FORM: Final = "LEVEL@DAY, or LEVEL@DAY xTIMES weekly, or LEVEL@DAY xTIMES every 2 weeks"


@dataclasses.dataclass(frozen=True, slots=True)
class PlannedDose:
    """A dose of a regimen: days since the first dose, level in mg/kg (or mg), days to the next as planned."""

    day: float
    level: float
    per_kilogram: bool = True
    every: float = 7.0


def parse_regimen(text: str) -> list[PlannedDose]:
    """The doses of a regimen, in order.

    Parameters
    ----------
    text
        Doses separated by commas, each ``LEVEL@DAY`` with the level in mg/kg (or ``105mg@7`` in mg) and the day
        since the first dose; ``x4 weekly`` or ``x4 every 2 weeks`` repeats it.

    Raises
    ------
    UsageError
        For a dose that is not of that form, or doses that are not in order.

    Examples
    --------
    >>> [(d.day, d.level) for d in parse_regimen("0.06@0, 0.3@3, 1.5@7 x2 weekly")]
    [(0.0, 0.06), (3.0, 0.3), (7.0, 1.5), (14.0, 1.5)]
    """
    doses: list[PlannedDose] = []
    for item in (part.strip() for part in text.split(",")):
        found = _ITEM.match(item)
        if found is None or not float(found["level"]):
            raise UsageError(
                f"'{item}' is no dose of a regimen",
                place="--regimen",
                choices=[_FORM],
                next_step='For instance: --regimen "0.06@0, 0.3@3, 1.5@7 x4 weekly"',
            )
        every = _days(found["every"] or "weekly")
        kilogram = (found["unit"] or "mg/kg").lower() == "mg/kg"
        for n in range(int(found["times"] or 1)):
            day = float(found["day"]) + n * every
            doses.append(PlannedDose(day, float(found["level"]), kilogram, every))
    days = [dose.day for dose in doses]
    if days != sorted(days) or len(set(days)) != len(days):
        raise UsageError(
            "the doses of the regimen are not in order, or two are on one day",
            place="--regimen",
            next_step="Write the doses by day, each day once",
        )
    return doses


def delayed(doses: Sequence[PlannedDose], delays: Sequence[str]) -> list[PlannedDose]:
    """The doses with delays: ``+10d before dose 5`` puts off the fifth dose and all after it by 10 days.

    Raises :class:`~tecdata.errors.UsageError` for a delay that is not of that form or names no dose.

    >>> [d.day for d in delayed(parse_regimen("1.5@0 x3 weekly"), ["+10d before dose 2"])]
    [0.0, 17.0, 24.0]
    """
    made = list(doses)
    for text in delays:
        found = _DELAY.match(text.strip())
        if found is None or not 2 <= int(found["dose"]) <= len(made):
            raise UsageError(
                f"'{text}' is no delay of this regimen",
                place="--delay",
                choices=[f"+10d before dose 2 to {len(made)}"],
                next_step="Write it so: days, then which of the doses it comes before",
            )
        later = int(found["dose"]) - 1
        made = [
            dataclasses.replace(dose, day=dose.day + float(found["days"]) * (n >= later))
            for n, dose in enumerate(made)
        ]
    return made


def restarted(doses: Sequence[PlannedDose], rules: RestartRules) -> list[PlannedDose]:
    """The doses as a label wants them given after delays.

    Where the days since the last dose call for a restart, its level is given in place of the planned dose, the
    levels between follow ``step_days`` apart, and then comes the planned dose; all later doses move with it.
    """
    made: list[PlannedDose] = []
    shift = 0.0
    for planned in doses:
        dose = dataclasses.replace(planned, day=planned.day + shift)
        level = _restart(made[-1], dose, rules) if made else None
        steps = [v for v in rules.levels if level is not None and level <= v < dose.level]
        for step in steps or ([level] if level is not None and level < dose.level else []):
            made.append(dataclasses.replace(dose, level=step, every=float(rules.step_days)))
            dose = dataclasses.replace(dose, day=dose.day + rules.step_days)
            shift += rules.step_days
        made.append(dose)
    return made


def _restart(last: PlannedDose, dose: PlannedDose, rules: RestartRules) -> float | None:
    """The level to start again from after a delay; none where the rules ask for no restart."""
    days = int(dose.day - last.day + 1e-9)
    for rule in rules.rules:
        late = rule.from_day <= days and (rule.to_day is None or days <= rule.to_day)
        meant = last.per_kilogram and rule.after == last.level
        if meant and late and rule.every in (None, int(last.every)):
            return rule.restart
    return None


def _days(words: str) -> float:
    """The days between two doses in words such as "weekly" or "every 2 weeks"."""
    if words.lower() == "weekly":
        return 7.0
    number = float(re.findall(r"\d+", words)[0])
    return number * (7 if "week" in words.lower() else 1)
