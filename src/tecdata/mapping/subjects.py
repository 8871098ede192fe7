"""Subject ids: the local id of each row, and the digits it gives to USUBJID."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import narwhals as nw

from tecdata.dataset import NUMBER, SUBJECT
from tecdata.engine import Lookup
from tecdata.mapping.problems import Reader, Watch
from tecdata.table import ROW

if TYPE_CHECKING:
    from tecdata.mapping.problems import Reporter
    from tecdata.mapping.refs import Ref
    from tecdata.mapping.steps import Records
    from tecdata.mapping.verbs import Memory

__all__ = ["keep_subjects", "subject_lookup"]

_PROBLEM = "~subject"


def subject_lookup(column: str, pattern: str, memory: Memory) -> tuple[Lookup, Reader]:
    """Fill the subject's id and number from the column that holds the id."""
    fits = re.compile(pattern).fullmatch

    def read(text: str | None) -> tuple[str | None, str | None, str | None]:
        if text is None:
            return None, None, "mapping.subject_missing"
        match = fits(text)
        return (text, match.group("number"), None) if match else (text, None, "mapping.subject_id")

    reader = Reader(read, memory.setdefault(("subject", pattern), {}))
    outputs = dict.fromkeys([SUBJECT, NUMBER, _PROBLEM], nw.String)
    return Lookup([column], reader, outputs), reader


def keep_subjects(records: Records, ref: Ref, pattern: str, reporter: Reporter) -> Records:
    """Report rows without a usable subject id and leave them out.

    A row that is empty from side to side is no lost record and is not reported.
    """
    details: Mapping[str, object] = {"pattern": pattern}
    watch = Watch(
        problem=_PROBLEM,
        ref=ref,
        variable="USUBJID",
        details=lambda *_: details,
    )
    frame = records.frame
    blank = records.view.blank_rows()
    shown = frame.filter(~nw.col(ROW).is_in(blank)) if blank else frame
    reporter.add_rows(shown, watch, records.view)
    return records.with_frame(frame.filter(nw.col(_PROBLEM).is_null()))
