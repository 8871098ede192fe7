"""What each laboratory measures in: unit, decimals and reference range of every test."""

from __future__ import annotations

import dataclasses
import functools
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

from tecdata.demo.model import Result
from tecdata.demo.tables import rows

if TYPE_CHECKING:
    from tecdata.demo.people import Person

__all__ = ["Method", "measured", "method", "plain"]

#: Lower limits of quantification in g/L, below which a laboratory prints ``<``.
_LIMITS = {"IGA": 0.10, "IGM": 0.10}


@dataclasses.dataclass(frozen=True, slots=True)
class Method:
    """Unit (a UNIT term), decimals printed, factor from the truth's own unit, range by sex."""

    unit: str
    step: Decimal
    factor: float
    ranges: dict[str, tuple[Decimal | None, Decimal | None]]


@functools.cache
def plain(value: Decimal) -> Decimal:
    """The same number without trailing zeros and without an exponent.

    Examples
    --------
    >>> plain(Decimal("1.50")), plain(Decimal("120"))
    (Decimal('1.5'), Decimal('120'))
    """
    exponent = value.normalize().as_tuple().exponent
    return value.quantize(Decimal(1)) if int(exponent) >= 0 else value.normalize()


def _limit(text: str) -> Decimal | None:
    return plain(Decimal(text)) if text else None


@functools.cache
def _methods() -> dict[tuple[str, str], Method]:
    return {
        (row["where"], row["test"]): Method(
            unit=row["unit"],
            step=Decimal(1).scaleb(-int(row["decimals"])),
            factor=float(row["factor"]),
            ranges={
                "F": (_limit(row["low_f"]), _limit(row["high_f"])),
                "M": (_limit(row["low_m"]), _limit(row["high_m"])),
            },
        )
        for row in rows("lab_units")
    }


def method(person: Person, test: str) -> Method:
    """How a test is measured for a subject: its own row, else its centre's, else the usual one."""
    known = _methods()
    for where in (str(person.number), person.centre, "*"):
        if (where, test) in known:
            return known[where, test]
    raise KeyError(test)


def measured(person: Person, test: str, start: str, value: float | str) -> Result:
    """A result as the laboratory prints it.

    ``value`` is a number in the truth's own unit (g/L, 10^9/L, mg/dL of creatinine, g/L of
    haemoglobin, ...), or a text that is taken as printed, ``"<10"`` for instance.
    """
    how = method(person, test)
    operator = ""
    if isinstance(value, str):
        operator = value[0] if value[0] in "<>" else ""
        number = Decimal(value.lstrip("<>"))
    else:
        limit = _LIMITS.get(test, 0.0)
        operator = "<" if value < limit else ""
        # Nine digits first: the last bits of an exponential differ between machines.
        exact = Decimal(repr(round(max(value, limit) * how.factor, 9)))
        number = exact.quantize(how.step, ROUND_HALF_EVEN)
    low, high = how.ranges[person.sex]
    return Result(
        test=test,
        start=start,
        value=plain(number),
        operator="<" if operator == "<" else ">" if operator == ">" else "",
        unit=how.unit,
        low=low,
        high=high,
    )
