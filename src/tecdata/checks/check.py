"""What a check is: an id that never changes its meaning, a severity, a message template."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Literal

__all__ = ["Check", "Severity"]

Severity = Literal["reject", "error", "warning", "notice"]


@dataclasses.dataclass(frozen=True, slots=True)
class Check:
    """A check that findings can name.

    ``template`` is the message in English; ``wordings`` the same in other languages (``de``,
    ``da``). ``reason`` says why it matters, ``reference`` where the rule comes from.
    """

    id: str
    severity: Severity
    template: str
    reason: str = ""
    reference: str = ""
    wordings: Mapping[str, str] = dataclasses.field(default_factory=dict, hash=False)
