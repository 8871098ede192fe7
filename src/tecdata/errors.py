"""What can stop tecdata, told apart by who can mend it.

::

    TecdataError
    ├── SpecError      the author of a YAML file under specs/ or mappings/
    ├── IntakeError    the file a centre sent (missing, locked, truncated, not what it says it is)
    ├── MappingError   a rule that does not fit the table it reads
    ├── HarmoniseError datasets that cannot be brought together (for instance no subject at all)
    ├── ExportError    a value or name the output format cannot carry
    └── UsageError     the caller: a folder, option or argument that does not exist

Bad *values* are never exceptions: they are findings (see :mod:`tecdata.finding`).
Every message names the place, the value, the choices and the next step.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = [
    "ExportError",
    "HarmoniseError",
    "IntakeError",
    "MappingError",
    "SpecError",
    "TecdataError",
    "UsageError",
]


class TecdataError(Exception):
    """Base of every error tecdata raises on purpose.

    Parameters
    ----------
    message
        What is wrong, in one sentence, with the offending value.
    place
        Where: ``file:line``, a file, a sheet, a cell.
    choices
        What would have been allowed, closest first.
    next_step
        What the reader should do now.
    """

    def __init__(
        self,
        message: str,
        *,
        place: str = "",
        choices: Sequence[str] = (),
        next_step: str = "",
    ) -> None:
        self.message = message
        self.place = place
        self.choices = tuple(choices)
        self.next_step = next_step
        super().__init__(self._render())

    def _render(self) -> str:
        text = f"{self.place}: {self.message}" if self.place else self.message
        if self.choices:
            text += f"; allowed: {', '.join(self.choices)}"
        if self.next_step:
            # Below a list the step has a line of its own.
            text += ("\n" if "\n" in text else ". ") + self.next_step
        return text


class SpecError(TecdataError):
    """A specification or mapping file is wrong.

    One error carries every problem of the file: ``problems`` holds one
    ``file:line: path: what is wrong; what is allowed`` string each.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class IntakeError(TecdataError):
    """A delivered file cannot be read as what it should be."""


class MappingError(TecdataError):
    """A mapping rule names a table, column or codelist that is not there."""


class HarmoniseError(TecdataError):
    """The mapped datasets cannot be brought together."""


class ExportError(TecdataError):
    """A dataset cannot be written in the chosen format without losing something."""


class UsageError(TecdataError):
    """The caller named something that does not exist or cannot be used."""
