"""Write a cohort as the files five hospitals would send."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from tecdata.demo.model import Subject

__all__ = ["FOLDERS", "write_exports"]

#: Folder of each centre's export; the module ``render_<folder>`` writes it.
FOLDERS = {"BE": "berlin", "HH": "hamburg", "HD": "heidelberg", "AH": "aarhus", "TU": "tuebingen"}

Render = Callable[[Sequence["Subject"], Path], list[Path]]


def write_exports(
    subjects: Sequence[Subject], out: Path, *, centres: Sequence[str] | None = None
) -> list[Path]:
    """Write the exports of all centres into ``out/<folder>`` and return the paths.

    Parameters
    ----------
    subjects
        Any number of subjects, also none; each goes to its centre. Their order does not matter.
    out
        Made where it does not exist. Files of the same names are replaced, others are left.
    centres
        Centre codes to write (keys of :data:`FOLDERS`); all five where not given. A centre
        without subjects gets its files with headers alone.

    The same subjects give the same bytes, whatever the machine's clock, time zone or locale.
    Raises ``KeyError`` for a centre that is not one of the five.

    Examples
    --------
    >>> from tecdata.demo import cohort, write_exports  # doctest: +SKIP
    >>> write_exports(cohort(), Path("sample_exports"))  # doctest: +SKIP
    """
    wanted = list(FOLDERS) if centres is None else list(centres)
    by_centre: dict[str, list[Subject]] = {centre: [] for centre in FOLDERS}
    for subject in subjects:
        by_centre[subject.centre].append(subject)
    paths: list[Path] = []
    for centre in wanted:
        folder = FOLDERS[centre]
        # A centre's file library is loaded only when that centre is written.
        module = import_module(f"tecdata.demo.render_{folder}")
        paths += cast(Render, module.render)(by_centre[centre], out / folder)
    return paths
