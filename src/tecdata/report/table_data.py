"""The datasets that tables are made of, and the population they speak of."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING

import polars as pl

from tecdata.report.ard import condition

if TYPE_CHECKING:
    from tecdata.spec.tables import Where

__all__ = ["TableData"]


@dataclasses.dataclass(frozen=True, slots=True)
class TableData:
    """Analysis and SDTM datasets by name as Polars frames, ADSL among them.

    A dataset that is not there counts as one without records.
    """

    frames: Mapping[str, pl.DataFrame]

    @property
    def subjects(self) -> pl.DataFrame:
        """ADSL."""
        return self.frames["ADSL"]

    def population(self, where: Where, place: str) -> pl.DataFrame:
        """The subjects of ADSL that fulfil conditions."""
        return self.subjects.filter(condition(where, self.subjects.schema, place))

    def records(self, name: str, where: Where, subjects: pl.DataFrame, place: str) -> pl.DataFrame:
        """The records of a dataset that fulfil conditions and belong to subjects, in their order."""
        if name not in self.frames:
            return pl.DataFrame(schema={"USUBJID": pl.String})
        frame = self.frames[name]
        among = pl.col("USUBJID").is_in(subjects["USUBJID"].implode())
        return frame.filter(among & condition(where, frame.schema, f"{place}: {name}"))
