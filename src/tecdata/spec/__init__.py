"""Spec models: what the data must be (``specs/``) and what each centre sends (``mappings/``)."""

from __future__ import annotations

from tecdata.spec.analysis import AnalysisSpec
from tecdata.spec.domain import DomainSpec, SupplementalSpec, VariableSpec
from tecdata.spec.load import CentreMapping, Specs, load_centre, load_specs
from tecdata.spec.study import StudySpec
from tecdata.spec.terminology import Codelist, Term, fold
from tecdata.spec.test_definition import TestDefinition

__all__ = [
    "AnalysisSpec",
    "CentreMapping",
    "Codelist",
    "DomainSpec",
    "Specs",
    "StudySpec",
    "SupplementalSpec",
    "Term",
    "TestDefinition",
    "VariableSpec",
    "fold",
    "load_centre",
    "load_specs",
]
