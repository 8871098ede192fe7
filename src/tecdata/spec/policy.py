"""``specs/checks.yaml``, ``waivers.yaml`` and ``contradictions.yaml``: what a study makes of findings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, model_validator

from tecdata.checks import Severity
from tecdata.spec.model import ExactFactor, Model
from tecdata.spec.study import IsoDate
from tecdata.spec.text_yaml import load_model

__all__ = [
    "CheckPolicy",
    "Contradiction",
    "Policy",
    "Waiver",
    "WaiverFile",
    "load_contradictions",
    "load_waivers",
]


class CheckPolicy(Model):
    """How this study treats one check; ``reason`` says why it differs from the default.

    ``severity`` replaces the check's own, ``threshold`` is the share of the records looked at that
    may break an expectation and it still passes, with violations. ``run: no`` switches it off: it is
    then reported as not applicable, with the reason.
    """

    severity: Severity | None = None
    threshold: ExactFactor | None = Field(default=None, ge=0, le=1)
    run: Literal["yes", "no"] = "yes"
    reason: str = Field(min_length=1)


class Policy(Model):
    """``specs/checks.yaml``: by check id, only what differs from the default.

    ``suites`` says what runs the expectation suites: tecdata (``native``), Great Expectations (``gx``,
    which only counts), or ``both``: then a finding says where their counts differ.
    """

    suites: Literal["native", "gx", "both"] = "native"
    checks: Mapping[str, CheckPolicy] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _no_longer_engine(cls, data: Any) -> Any:
        if isinstance(data, Mapping) and "engine" in data:
            raise ValueError("the key 'engine' is called 'suites' now; allowed: native, gx, both")
        return data


class Waiver(Model):
    """A finding that is accepted as it is: which one, why, by whom and when.

    Every field given must be that of the finding. ``usubjid``, ``variable``, ``record`` (as findings write it)
    and ``centre`` may be left out: then all of them are meant.
    """

    check: str
    centre: str = ""
    usubjid: str = ""
    variable: str = ""
    record: str = ""
    reason: str = Field(min_length=1)
    by: str = Field(min_length=1)
    on: str = IsoDate

    @model_validator(mode="after")
    def _narrow(self) -> Waiver:
        if not (self.centre or self.usubjid or self.variable or self.record):
            raise ValueError(
                "name centre, usubjid, variable or record; a whole check is set in specs/checks.yaml"
            )
        return self


class WaiverFile(Model):
    """``waivers.yaml`` of a study folder."""

    waivers: tuple[Waiver, ...] = ()


def load_waivers(folder: Path) -> tuple[Waiver, ...]:
    """The waivers of a study folder; none where it has no ``waivers.yaml``.

    Raises :class:`~tecdata.errors.SpecError` for every mistake in the file at once.
    """
    path = folder / "waivers.yaml"
    return load_model(path, WaiverFile, shown=path.name).waivers if path.is_file() else ()


class Stated(Model):
    """What stands in one place of a source."""

    place: str = Field(min_length=1)
    value: str = Field(min_length=1)


class Contradiction(Model):
    """Two or more places of the study's sources that disagree, and which of them is followed."""

    id: str = Field(pattern=r"^[A-Z][A-Z0-9_]*$")
    about: str = Field(min_length=1)
    stated: tuple[Stated, ...] = Field(min_length=2)
    followed: str = Field(min_length=1)


class ContradictionFile(Model):
    """``contradictions.yaml`` of a study folder."""

    contradictions: tuple[Contradiction, ...] = ()

    @model_validator(mode="after")
    def _each_once(self) -> ContradictionFile:
        ids = [c.id for c in self.contradictions]
        if twice := sorted({i for i in ids if ids.count(i) > 1}):
            raise ValueError(f"declared twice: {', '.join(twice)}")
        return self


def load_contradictions(folder: Path) -> tuple[Contradiction, ...]:
    """What a study folder declares to be contradictory in its sources; none without the file.

    Raises :class:`~tecdata.errors.SpecError` for every mistake in the file at once.
    """
    path = folder / "contradictions.yaml"
    if not path.is_file():
        return ()
    return load_model(path, ContradictionFile, shown=path.name).contradictions
