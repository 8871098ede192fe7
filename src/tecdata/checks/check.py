"""What a check is: an id that never changes its meaning, a severity, a message template."""

from __future__ import annotations

import dataclasses
from typing import Literal

__all__ = ["Check", "Severity"]

Severity = Literal["reject", "error", "warning", "notice"]


@dataclasses.dataclass(frozen=True, slots=True)
class Check:
    """A check that findings can name."""

    id: str
    severity: Severity
    template: str
