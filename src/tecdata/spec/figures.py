"""``specs/figures.yaml``: what the figures of courses and the subject profile show."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Final, Literal

from pydantic import Field

from tecdata.spec.model import ExactFactor, Flag, Model

__all__ = [
    "DRAWN_FIGURES",
    "Course",
    "CourseFigure",
    "FigureSpecs",
    "Line",
    "Profile",
    "ProfilePanel",
    "Replacement",
]

#: The figures that the program draws without a declaration here; report.yaml has their titles.
DRAWN_FIGURES: Final = (
    "ae_timeline",
    "exposure_courses",
    "exposure_by_outcome",
    "response_swimmer",
    "response_courses",
    "response_waterfall",
    "response_times",
)

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Line(Model):
    """A level that is drawn across a panel, dashed, with its label at the right end."""

    at: Decimal
    label: str = ""


class Course(Model):
    """Values of one parameter over time.

    ``dataset`` and ``param`` (PARAMCD) name it. Values are multiplied by ``factor`` to come from the dataset's unit to ``unit``, which the
    axis names. ``limits`` says which limits of the reference range (ANRLO, ANRHI) are drawn. ``diseases`` narrows the subjects to these groups
    (DISEASE). ``replacement`` marks immunoglobulins on the lines.
    """

    dataset: Literal["ADLB", "ADIS", "ADQS", "ADRS"] = "ADLB"
    param: str
    label: str
    unit: str = ""
    factor: ExactFactor = Field(default=Fraction(1), gt=0)
    scale: Literal["linear", "log", "log2"] = "linear"
    limits: tuple[Literal["lower", "upper"], ...] = ()
    lines: tuple[Line, ...] = ()
    diseases: tuple[str, ...] = ()
    replacement: Flag = False

    @property
    def axis(self) -> str:
        """Label and unit, as the axis names them."""
        return f"{self.label} ({self.unit})" if self.unit else self.label


class CourseFigure(Model):
    """A figure of courses, one panel each; with ``replacement`` a last panel shows the immunoglobulins given.

    ``alt`` says in words what the figure shows, for those who cannot see it.
    """

    title: str
    alt: str
    courses: tuple[str, ...] = Field(min_length=1)
    columns: int = Field(default=2, ge=1, le=3)
    replacement: Flag = False


class Replacement(Model):
    """The medication that is marked in courses: records of CM of one CMCAT, with the unit of CMDOSE that is drawn."""

    category: str
    label: str
    unit: str


class ProfilePanel(Model):
    """A panel of the subject profile: the courses in it, each with its own colour; those without a record are left out."""

    title: str
    courses: tuple[str, ...] = Field(min_length=1)
    scale: Literal["linear", "log", "log2"] = "linear"


class Profile(Model):
    """The subject profile: panels, and the medications drawn with the doses (label by CMDECOD or CMCAT)."""

    panels: tuple[ProfilePanel, ...] = ()
    medications: dict[str, str] = Field(default_factory=dict)


class FigureSpecs(Model):
    """All of ``specs/figures.yaml``.

    ``tick_weeks`` is the distance of the ticks of the time axis. The median is drawn for analysis visits with values of at least
    ``median_from`` subjects.
    """

    tick_weeks: int = Field(default=12, ge=1)
    median_from: int = Field(default=3, ge=1)
    replacement: Replacement | None = None
    courses: dict[str, Course] = Field(default_factory=dict)
    figures: dict[Name, CourseFigure] = Field(default_factory=dict)
    profile: Profile = Field(default_factory=Profile)
