"""Exposure: what a population model says of the concentrations that given doses bring about."""

from __future__ import annotations

from tecdata.derive.exposure.batches import expose
from tecdata.derive.exposure.summary import Exposure, Intervals, exposure_of
from tecdata.derive.exposure.system import Doses, System

__all__ = ["Doses", "Exposure", "Intervals", "System", "expose", "exposure_of"]
