"""``specs/report.yaml``: in which part of the study report each table and figure stands."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from tecdata.spec.model import Model

__all__ = ["ReportFigure", "ReportSection", "ReportSpec"]

Identity = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]


class ReportFigure(Model):
    """A figure that is not declared in figures.yaml: its title, and in words what it shows."""

    title: str
    alt: str


class ReportSection(Model):
    """A part of the report: ``section`` is its anchor, ``tables`` and ``figures`` stand in it in that order.

    A table or figure that the run does not give is left out, and the part with it if nothing is left.
    """

    section: Identity
    title: str
    intro: str = ""
    tables: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()


class ReportSpec(Model):
    """The parts of the report; what stands in none of them comes last, under ``rest``."""

    sections: tuple[ReportSection, ...] = ()
    rest: str = "Further results"
    figures: dict[str, ReportFigure] = Field(default_factory=dict)
