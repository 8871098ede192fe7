"""The moment that written files state: never the clock's."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tecdata.errors import ExportError

if TYPE_CHECKING:
    from tecdata.spec import StudySpec

__all__ = ["moment_of"]


def moment_of(study: StudySpec) -> datetime:
    """The moment files state: SOURCE_DATE_EPOCH where it is set, else the study's data cut.

    Raises :class:`ExportError` for a SOURCE_DATE_EPOCH that is not a number of seconds.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not epoch:
        return datetime.fromisoformat(study.data_cut).replace(tzinfo=UTC)
    if not epoch.isdigit():
        raise ExportError(
            f"SOURCE_DATE_EPOCH is '{epoch}'",
            place="environment",
            choices=["seconds since 1970-01-01 UTC", "unset: the study's data cut"],
            next_step="Set it to a whole number of seconds, or unset it",
        )
    return datetime.fromtimestamp(int(epoch), tz=UTC)
