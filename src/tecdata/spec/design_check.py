"""The trial design may name only epochs, parameters and terms that exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tecdata.spec.study import StudySpec
    from tecdata.spec.terminology import Codelist

__all__ = ["unfit_design"]


def unfit_design(study: StudySpec, codelists: Mapping[str, Codelist]) -> Iterator[str]:
    """Problems of ``design``, each beginning with its path in study.yaml."""
    if study.design is None:
        return
    codes = codelists.get("TSPARMCD")
    for i, parameter in enumerate(study.design.summary):
        path = f"design.summary[{i}]"
        if codes is None or parameter.code not in codes.by_term:
            yield f"{path}: '{parameter.code}' is not a term of codelist TSPARMCD"
        if not parameter.codelist:
            continue
        codelist = codelists.get(parameter.codelist)
        if codelist is None:
            yield f"{path}: codelist {parameter.codelist} is not under specs/terminology"
            continue
        for value in parameter.values:
            if value not in codelist.by_term:
                yield f"{path}: '{value}' is not a term of codelist {codelist.codelist}"
