"""What goes beside the datasets of a package: Define-XML and its stylesheet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from tecdata.export.define import DefinePlan, Document, write_define
from tecdata.export.moment import moment_of

if TYPE_CHECKING:
    from tecdata.export.package import DatasetFacts
    from tecdata.spec import Specs

__all__ = ["write_metadata"]

#: The reviewer's guides, which stand beside the datasets once the run is written.
_GUIDES: Final = {
    "sdtm": Document("LF.SDRG", "../guides/sdrg.md", "Study Data Reviewer's Guide"),
    "adam": Document("LF.ADRG", "../guides/adrg.md", "Analysis Data Reviewer's Guide"),
}


def write_metadata(
    datasets: Sequence[DatasetFacts], specs: Specs, out: Path, room: Literal["sdtm", "adam"]
) -> None:
    """Write ``OUT/define/define.xml`` of the tabulations or ``define-adam.xml`` of the analysis datasets."""
    sdtm = room == "sdtm"
    plan = DefinePlan(
        standard="SDTMIG" if sdtm else "ADaMIG",
        version=specs.study.sdtmig if sdtm else specs.submission.adamig,
        folder=f"../{room}/xpt",
        created=moment_of(specs.study),
        documents=(_GUIDES[room],),
    )
    name = "define.xml" if sdtm else "define-adam.xml"
    write_define(out / "define" / name, datasets, specs, plan)
