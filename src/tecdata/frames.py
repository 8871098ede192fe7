"""For callers who hold frames instead of files: what goes in as pandas comes out as pandas.

Polars, PyArrow and Spark likewise. Spark frames are collected through Arrow, mapped on one
machine, and handed back to the session they came from.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tecdata.errors import UsageError
from tecdata.finding import Findings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import polars as pl

    from tecdata.dataset import Dataset

__all__ = ["FrameKind", "map_frames"]


@dataclasses.dataclass(frozen=True, slots=True)
class FrameKind:
    """What frames are: the library (``pandas``, ``polars``, ``pyarrow``, ``pyspark``) and, of Spark, the session."""

    library: str
    session: Any = None

    @classmethod
    def of(cls, frames: Iterable[Any]) -> FrameKind:
        """The one kind that all frames are of.

        Raises :class:`~tecdata.errors.UsageError` where they are of several.
        """
        found = {type(frame).__module__.partition(".")[0]: frame for frame in frames}
        if len(found) != 1:
            raise UsageError(
                f"the frames are of different kinds: {', '.join(sorted(found)) or 'none'}",
                next_step="Give all of them as pandas frames, or all as Polars frames",
            )
        library, frame = next(iter(found.items()))
        return cls(library, frame.sparkSession if library == "pyspark" else None)

    def back(self, frame: pl.DataFrame) -> Any:
        """A Polars frame as one of this kind."""
        import polars as pl

        if self.library == "pandas":
            return frame.to_pandas()
        if self.library in ("pyarrow", "pyspark"):
            arrow = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
            return arrow if self.session is None else self.session.createDataFrame(arrow)
        return frame

    def dataset(self, dataset: Dataset) -> Dataset:
        """The dataset kept as this kind, so that its ``to_native`` gives it."""
        import narwhals as nw

        if self.session is not None:
            return dataclasses.replace(dataset, session=self.session)
        native = self.back(dataset.frame.to_polars())
        return dataclasses.replace(dataset, frame=nw.from_native(native, eager_only=True))


def map_frames(
    frames: Mapping[str, Any],
    mapping: Path | str,
    specs: Path | str = "specs",
    findings: Findings | None = None,
) -> dict[str, Any]:
    """Map a centre's tables, given as frames, to SDTM records in frames of the same kind.

    Parameters
    ----------
    frames
        Table of ``source.yaml`` -> a pandas, Polars, PyArrow or Spark frame, all of one kind,
        with the columns named as the rules call them. Texts are read as the centre's declarations
        say (``"7,5"`` under a decimal comma); numbers and dates are taken as they are. The frames are
        not changed.
    mapping
        The centre's folder under ``mappings/``.
    specs
        The study's folder ``specs/``.
    findings
        Receives what could not be mapped, if given.

    Returns
    -------
    dict
        Domain -> frame: the variables that the mapping assigns (texts, and numbers as 64-bit
        floats), the subject as the centre writes it (``_subject``) with its digits (``_number``),
        and ``_block _row _column _part``, which name the source cell (rows count from 1).
        USUBJID, --SEQ, --DY and the like need all centres: see ``Study.harmonise(frames=...)``.

    Raises
    ------
    SpecError
        Every mistake of the YAML files.
    UsageError
        A table without a frame, or frames of several kinds.
    MappingError
        Columns that rules name and frames do not have.

    Examples
    --------
    >>> import pandas as pd
    >>> labs = pd.DataFrame({"PatNr": ["UKE008"], "Analyt": ["IgG"], "Wert": ["7,5"]})
    >>> tecdata.map_frames({"labs": labs}, "mappings/north")["LB"]  # doctest: +SKIP
    """
    from tecdata.intake import read_frames
    from tecdata.mapping import check_centre, map_centre
    from tecdata.spec import load_centre, load_specs

    kind = FrameKind.of(frames.values())
    study = load_specs(Path(specs))
    centre = load_centre(Path(mapping))
    check_centre(centre, study)
    found = findings if findings is not None else Findings()
    delivery = read_frames(centre.source, frames, found)
    mapped = map_centre(centre, delivery.tables, study, found)
    return {name: kind.back(d.frame.to_polars()) for name, d in mapped.datasets.items()}
