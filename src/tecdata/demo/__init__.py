"""The synthetic cohort and the five export shapes it is rendered into.

All longitudinal data made here are synthetic.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tecdata.demo.contradictions import write_contradictions
    from tecdata.demo.exports import write_exports
    from tecdata.demo.planting import plant_errors
    from tecdata.demo.resample import bootstrap
    from tecdata.demo.truth import cohort

__all__ = ["bootstrap", "cohort", "plant_errors", "write_contradictions", "write_exports"]

_HOMES = {
    "bootstrap": "resample",
    "cohort": "truth",
    "plant_errors": "planting",
    "write_contradictions": "contradictions",
    "write_exports": "exports",
}


def __getattr__(name: str) -> Any:
    """Load a public name at its first use: the command line needs none of them to answer."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
