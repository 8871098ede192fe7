"""What has to be known of all rows before any share can be worked on."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

import polars as pl

from tecdata.dataset import CENTRE, NUMBER, SUBJECT
from tecdata.shares.job import ROWS, bounds_of, with_usubjid
from tecdata.shares.rows import tables_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tecdata.mapping import Shown
    from tecdata.shares.job import Job
    from tecdata.spec import Specs
    from tecdata.table import RawTable

__all__ = ["Seen", "check_usubjid", "planned", "survey", "whose"]

#: Rows by USUBJID, and what columns prove about their decimal sign, by centre.
Seen: TypeAlias = "tuple[dict[str, int], set[tuple[str, Shown]]]"


def check_usubjid(specs: Specs) -> None:
    """Raise :class:`HarmoniseError` for a template of USUBJID that cannot be filled, before any share."""
    with_usubjid(pl.DataFrame(schema=dict.fromkeys((CENTRE, SUBJECT, NUMBER), pl.String)), specs)


def survey(job: Job, rows: pl.DataFrame) -> Seen:
    """Look through some rows of any tables: whose they are, and which decimal signs they show."""
    from tecdata.mapping import shown_decimals

    counts: Counter[str] = Counter()
    shown: set[tuple[str, Shown]] = set()
    for centre in job.centres:
        tables = tables_of(centre, rows)
        for name in centre.subjects:
            usubjids = whose(job, centre.name, tables[name])
            counts.update(usubjid for usubjid in usubjids if usubjid is not None)
            shown |= {(centre.name, s) for s in shown_decimals(centre.mapping, tables[name])}
    return dict(counts), shown


def whose(job: Job, centre: str, table: RawTable) -> list[str | None]:
    """The USUBJID of each row; None where there is none."""
    from tecdata.mapping import subjects_of

    known = job.centre(centre)
    who = subjects_of(known.mapping, table, known.subjects[table.name])
    found: list[str | None] = with_usubjid(who, job.specs)["USUBJID"].to_list()
    return found


def planned(job: Job, seen: Iterable[Seen], *, at_once: int, rows: int = ROWS) -> Job:
    """The job with its bounds and number conventions, from what all surveys have seen.

    There are at least ``at_once`` shares, and so many that a share has about ``rows`` rows.
    """
    from tecdata.mapping import formats_of, shown_decimals

    counts: Counter[str] = Counter()
    shown: set[tuple[str, Shown]] = set()
    for some, signs in seen:
        counts.update(some)
        shown |= signs
    centres = []
    for centre in job.centres:
        own = {sign for name, sign in shown if name == centre.name}
        for name in centre.tables.keys() - centre.subjects.keys():
            own |= shown_decimals(centre.mapping, centre.tables[name])
        formats = formats_of(centre.mapping, centre.tables, own)
        centres.append(dataclasses.replace(centre, formats=formats))
    shares = max(at_once, -(-counts.total() // rows))
    return dataclasses.replace(job, centres=tuple(centres), bounds=bounds_of(counts, shares))
