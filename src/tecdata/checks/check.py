"""What a check is: an id that never changes its meaning, a severity, a message and its next step."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Literal

__all__ = ["Always", "Check", "Severity"]

Severity = Literal["reject", "error", "warning", "notice"]

#: Why a check can always run: it is itself the report that something is not there, could not be read or
#: could not be made, or it looks only at what the study declares, which is refused as a whole where it cannot be read.
Always = Literal["", "tells what is missing", "looks at declarations"]


@dataclasses.dataclass(frozen=True, slots=True)
class Check:
    """A check that findings can name.

    ``what`` says in English what is found and where, ``next_step`` what to do about it, as a sentence
    of its own; both are templates. ``wordings`` is the whole message in other languages (``de``,
    ``da``). ``reason`` says why it matters, ``reference`` where the rule comes from.
    ``needs`` are datasets, or folders of the specs, without which it cannot run, beside what all checks of its
    room look at; ``always`` says why there is no such case.
    """

    id: str
    severity: Severity
    what: str
    next_step: str = ""
    reason: str = ""
    reference: str = ""
    needs: tuple[str, ...] = ()
    always: Always = ""
    wordings: Mapping[str, str] = dataclasses.field(default_factory=dict, hash=False)

    @property
    def template(self) -> str:
        """The whole message.

        >>> Check("x.y", "error", "{file}: it is empty", "Ask the centre for it.").template
        '{file}: it is empty. Ask the centre for it.'
        """
        return f"{self.what}. {self.next_step}" if self.next_step else self.what
