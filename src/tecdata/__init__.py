"""tecdata: from the files of several hospitals to CDISC SDTM, checked and traceable.

>>> import tecdata
>>> study = tecdata.open_study(".")  # doctest: +SKIP
>>> sdtm = study.harmonise()  # doctest: +SKIP
>>> sdtm["LB"].to_pandas()  # doctest: +SKIP

Everything public is listed in ``__all__`` and loaded when first used, so that importing the
package (and ``tecdata --help``) costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tecdata._version import __version__

if TYPE_CHECKING:
    from tecdata.dataset import Dataset
    from tecdata.errors import (
        ExportError,
        HarmoniseError,
        IntakeError,
        MappingError,
        SpecError,
        TecdataError,
        UsageError,
    )
    from tecdata.finding import Finding, Findings
    from tecdata.frames import map_frames
    from tecdata.study import Study, open_study

__all__ = [
    "Dataset",
    "ExportError",
    "Finding",
    "Findings",
    "HarmoniseError",
    "IntakeError",
    "MappingError",
    "SpecError",
    "Study",
    "TecdataError",
    "UsageError",
    "__version__",
    "map_frames",
    "open_study",
]

_HOMES = {
    "Dataset": "tecdata.dataset",
    "Finding": "tecdata.finding",
    "Findings": "tecdata.finding",
    "Study": "tecdata.study",
    "map_frames": "tecdata.frames",
    "open_study": "tecdata.study",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'tecdata' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(_HOMES.get(name, "tecdata.errors")), name)


def __dir__() -> list[str]:
    return sorted(__all__)
