"""What has to be done, as every share is told it, and which share a subject belongs to."""

from __future__ import annotations

import bisect
import dataclasses
from typing import TYPE_CHECKING, Final

import narwhals as nw

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

    from tecdata.dataset import CellComment
    from tecdata.mapping import Formats
    from tecdata.spec import CentreMapping, Specs
    from tecdata.table import RawTable

__all__ = ["CentreShare", "Job", "bounds_of", "share_numbers"]

#: A dozen shares for each that can be worked on at once would be wasted on small studies: about so
#: many rows of the sources make a share, which is some hundred megabytes while it is mapped.
ROWS: Final = 200_000


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CentreShare:
    """One centre: its mapping, and its tables without the rows that are shared out.

    ``subjects`` names for each table that is shared out the column that says whose a row is; the
    other tables are whole. ``formats`` are the number conventions that whole columns decided.
    """

    name: str
    mapping: CentreMapping
    tables: Mapping[str, RawTable]
    subjects: Mapping[str, str]
    formats: Formats = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """The whole job. ``bounds`` are the first USUBJIDs of all shares but the first.

    ``harmonised``: the datasets of the study are wanted, not those that the centres' mappings make;
    ``files``: as the files will hold them. ``comments`` are those on cells that become records of CO.
    """

    specs: Specs
    centres: tuple[CentreShare, ...]
    bounds: tuple[str, ...] = ()
    comments: tuple[CellComment, ...] = ()
    harmonised: bool = True
    files: bool = False

    def centre(self, name: str) -> CentreShare:
        """The centre of that name."""
        return next(centre for centre in self.centres if centre.name == name)


def with_usubjid(who: pl.DataFrame, specs: Specs) -> pl.DataFrame:
    """Add USUBJID to ``_centre``, ``_subject`` and ``_number``."""
    from tecdata.harmonise import add_usubjid

    frame = add_usubjid(nw.from_native(who, eager_only=True), specs.study)
    return frame.to_polars()


def bounds_of(rows: Mapping[str, int], shares: int) -> tuple[str, ...]:
    """Cut the subjects, in the order of USUBJID, into shares of about as many rows.

    >>> bounds_of({"a": 5, "b": 1, "c": 1, "d": 5}, 2)
    ('c',)
    """
    total, seen = sum(rows.values()), 0
    bounds: list[str] = []
    for usubjid in sorted(rows):
        if seen >= total * (len(bounds) + 1) / shares:
            bounds.append(usubjid)
        seen += rows[usubjid]
    return tuple(bounds)


def share_numbers(job: Job, usubjids: Sequence[str | None]) -> list[int]:
    """The share of each row; rows of nobody are all in the first, where they are reported together."""
    known = {u: 0 if u is None else bisect.bisect_right(job.bounds, u) for u in set(usubjids)}
    return [known[usubjid] for usubjid in usubjids]
