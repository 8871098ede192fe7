"""A linear compartment model of many subjects at once, and the doses they get.

Units are carried by construction: time in days, amounts in mg, volumes in L, clearances in L/day, so that
concentrations are mg/L, which is µg/mL.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["Doses", "Entry", "System"]

#: Where a dose goes: the absorption site (first order) or the central compartment.
Entry = Literal["depot", "central"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """Individual parameters of n subjects: one or two compartments, clearance that may fade with time.

    ``CL(t) = clearance + transient · exp(-decay · t)``, t in days since the first dose. One compartment
    is ``exchange`` 0. Every array has shape (n,).

    Parameters
    ----------
    clearance
        Limiting clearance, L/day; above 0.
    transient
        Clearance that fades away, L/day; 0 for constant clearance.
    decay
        Rate at which it fades, 1/day.
    central, peripheral
        Volumes, L; above 0.
    exchange
        Clearance between the compartments, L/day.
    absorption
        First-order rate from the depot, 1/day.
    bioavailability
        Share of a depot dose that is absorbed, 0 to 1.
    """

    clearance: Array
    transient: Array
    decay: Array
    central: Array
    peripheral: Array
    exchange: Array
    absorption: Array
    bioavailability: Array

    def __post_init__(self) -> None:
        """Refuses parameters that are not finite or negative, and 0 where it would be divided by."""
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            least_open = field.name in ("clearance", "central", "peripheral")
            fine = np.isfinite(value) & ((value > 0) if least_open else (value >= 0))
            if not fine.all():
                raise ValueError(
                    f"{field.name}: must be finite and {'>' if least_open else '>='} 0"
                )

    @property
    def size(self) -> int:
        """Number of subjects."""
        return len(self.clearance)

    @classmethod
    def of(
        cls,
        *,
        clearance: Sequence[float] | Array,
        central: Sequence[float] | Array,
        transient: float | Array = 0.0,
        decay: float | Array = 0.0,
        peripheral: float | Array = 1.0,
        exchange: float | Array = 0.0,
        absorption: float | Array = 0.0,
        bioavailability: float | Array = 1.0,
    ) -> System:
        """A system of numbers or arrays, spread to the number of subjects.

        >>> System.of(clearance=[0.2, 0.4], central=[3.0, 4.0]).size
        2
        """
        given = (
            clearance,
            transient,
            decay,
            central,
            peripheral,
            exchange,
            absorption,
            bioavailability,
        )
        spread = np.broadcast_arrays(*(np.atleast_1d(np.asarray(v, dtype=float)) for v in given))
        names = [field.name for field in dataclasses.fields(cls)]
        return cls(**{n: np.ascontiguousarray(v) for n, v in zip(names, spread, strict=True)})

    @classmethod
    def joined(cls, systems: Sequence[System]) -> System:
        """The subjects of several systems, one after the other."""
        names = [field.name for field in dataclasses.fields(cls)]
        return cls(**{n: np.concatenate([getattr(s, n) for s in systems]) for n in names})

    def take(self, index: NDArray[np.intp] | slice) -> System:
        """The subjects of an index."""
        return System(**{f.name: getattr(self, f.name)[index] for f in dataclasses.fields(self)})

    def without_transient(self) -> System:
        """The same subjects with the clearance that fades taken away."""
        return dataclasses.replace(self, transient=np.zeros_like(self.transient))

    def rate(self, time: float) -> Array:
        """The fastest rate of each subject's model from a time on, 1/day."""
        leaving = self.clearance + self.transient * np.exp(-self.decay * time) + self.exchange
        out = leaving / self.central + self.exchange / self.peripheral
        return np.maximum(out, self.absorption)


@dataclasses.dataclass(frozen=True, slots=True)
class Doses:
    """What the subjects of a system get.

    Parameters
    ----------
    times
        Days since the first dose: shape (m,), ascending, where all subjects get their doses at the same times;
        shape (m, n), in any order, where each has times of its own. A subject with fewer doses than others has
        an amount of 0 at one of its times.
    amounts
        mg, shape (m, n): 0 where a subject gets nothing.
    entry
        Where each dose goes.
    durations
        Days a dose into the central compartment takes; 0 is a bolus. Shape of ``times``.
    """

    times: Array
    amounts: Array
    entry: tuple[Entry, ...]
    durations: Array

    def __post_init__(self) -> None:
        """Refuses doses whose parts do not fit together."""
        shapes = {len(self.times), len(self.entry), len(self.durations), len(self.amounts)}
        if shapes != {len(self.times)} or not len(self.times):
            raise ValueError("doses: times, amounts, entries and durations differ in number")
        if self.own_times and self.times.shape != self.amounts.shape:
            raise ValueError("doses: times of each subject have the shape of the amounts")
        ascending = self.own_times or (np.diff(self.times) >= 0).all()
        if not (np.isfinite(self.times).all() and ascending):
            raise ValueError("doses: times must be finite and ascending")
        if not (np.isfinite(self.amounts).all() and (self.amounts >= 0).all()):
            raise ValueError("doses: amounts must be finite and 0 or more")
        depot = np.array([entry == "depot" for entry in self.entry])
        if not (self.durations >= 0).all() or self.durations[depot].any():
            raise ValueError("doses: only a dose into the central compartment can take time")

    @classmethod
    def of(
        cls,
        times: Sequence[float] | Array,
        amounts: Sequence[float] | Array,
        entry: Entry = "depot",
        durations: Sequence[float] | Array | float = 0.0,
        *,
        subjects: int = 1,
    ) -> Doses:
        """Doses that all go the same way; ``amounts`` (m,) are the same for every subject.

        >>> Doses.of([0, 7], [100, 100]).amounts.shape
        (2, 1)
        """
        at = np.asarray(times, dtype=float)
        mg = np.asarray(amounts, dtype=float)
        if mg.ndim == 1:
            mg = np.repeat(mg[:, None], subjects, axis=1)
        long = np.broadcast_to(np.asarray(durations, dtype=float), at.shape).copy()
        return cls(at, mg, (entry,) * len(at), long)

    @property
    def own_times(self) -> bool:
        """Whether each subject has times of its own."""
        return self.times.ndim > 1

    def take(self, index: NDArray[np.intp] | slice) -> Doses:
        """The doses of the subjects of an index."""
        amounts = np.ascontiguousarray(self.amounts[:, index])
        if not self.own_times:
            return dataclasses.replace(self, amounts=amounts)
        times, durations = self.times[:, index], self.durations[:, index]
        return dataclasses.replace(self, times=times, amounts=amounts, durations=durations)

    def reaching(self, system: System) -> Array:
        """Mg that reach the body, shape (m, n): what is absorbed of a depot dose, all of another."""
        depot = np.array([entry == "depot" for entry in self.entry])[:, None]
        reached: Array = self.amounts * np.where(depot, system.bioavailability, 1.0)
        return reached
