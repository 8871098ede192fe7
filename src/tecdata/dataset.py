"""A domain on its way through the house: records, the spec they follow, where they came from."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from tecdata.table import cell_address

if TYPE_CHECKING:
    import narwhals as nw
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from tecdata.spec import DomainSpec

__all__ = [
    "BLOCK",
    "CENTRE",
    "COLUMN",
    "LOCAL",
    "NUMBER",
    "PART",
    "PROVENANCE",
    "RELATES",
    "RELATES_DOMAIN",
    "RELATES_VARIABLE",
    "ROW",
    "SOURCE_TEXT",
    "SUBJECT",
    "CellComment",
    "Dataset",
    "Origin",
]

#: Provenance columns every mapped record carries until export: the rule block that made it
#: (a key of ``Dataset.origins``), the source row, the source column of an unpivoted value
#: ("" where the record is not unpivoted) and the number of the split part (1 where not split).
BLOCK = "_block"
ROW = "_row"
COLUMN = "_column"
PART = "_part"
PROVENANCE = (BLOCK, ROW, COLUMN, PART)

#: What a mapped record carries until it is harmonised: site code, local subject id and its digits,
#: and a link to another domain (the value, and the domain and variable where it is to be found).
CENTRE = "_centre"
SUBJECT = "_subject"
NUMBER = "_number"
RELATES = "_relates"
RELATES_DOMAIN = "_relates_domain"
RELATES_VARIABLE = "_relates_variable"
LOCAL = (CENTRE, SUBJECT, NUMBER, RELATES, RELATES_DOMAIN, RELATES_VARIABLE)

#: Beside the provenance, for measured results: the text of the source cell as it was written.
SOURCE_TEXT = "_source_text"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CellComment:
    """What somebody noted beside a cell of a centre's table (its name in source.yaml)."""

    centre: str
    file: str
    sheet: str
    table: str
    cell: str
    text: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where the records of one rule block came from.

    ``columns`` gives for each SDTM variable the source column it was read from; the value
    ``"$value"`` means the unpivoted column named in the record's ``_column``. Variables that are
    hardcoded or derived are absent. ``positions`` are the 0-based positions of source columns.
    """

    centre: str
    file: str
    sheet: str
    table: str
    addressing: Literal["sheet", "lines", "records"]
    columns: Mapping[str, str]
    positions: Mapping[str, int]

    def cell(self, variable: str, row: int | None, column: str = "") -> str:
        """Address of the source cell of one variable of one record; row only if unknown."""
        source = self.columns.get(variable, "")
        if source == "$value" or (not source and column):
            source = column
        return cell_address(self.addressing, row, source, self.positions.get(source))


@dataclasses.dataclass(frozen=True, slots=True)
class Dataset:
    """Records of one SDTM domain with their spec and their source addresses.

    ``frame`` is a Narwhals dataframe (Polars inside unless the caller brought something else).
    It holds the domain's variables, the provenance columns :data:`PROVENANCE`, and nothing else
    once it has been harmonised. ``session`` is the Spark session the caller's frames came from.

    Examples
    --------
    >>> import tecdata
    >>> sdtm = tecdata.open_study(".").harmonise()  # doctest: +SKIP
    >>> sdtm["LB"].to_pandas()  # doctest: +SKIP
    """

    spec: DomainSpec
    frame: nw.DataFrame[Any]
    origins: Mapping[str, Origin] = dataclasses.field(default_factory=dict)
    session: Any = None

    @classmethod
    def of(cls, frame: Any, spec: DomainSpec) -> Dataset:
        """A dataset over a caller's own frame, which has no source addresses.

        Parameters
        ----------
        frame
            A pandas, Polars or PyArrow table (or an eager Narwhals frame) with the domain's
            variables: text as text, numbers as numbers. Lacking provenance columns are added empty.
        spec
            The domain it is of.
        """
        import narwhals as nw

        native: nw.DataFrame[Any] = nw.from_native(frame, eager_only=True, pass_through=False)
        # A plain pandas integer column cannot be empty, a float one can.
        whole = nw.Float64() if native.implementation.is_pandas() else nw.Int64()
        types = {BLOCK: nw.String(), ROW: whole, COLUMN: nw.String(), PART: whole}
        lacking = [name for name in PROVENANCE if name not in native.columns]
        empty = [nw.lit(None, dtype=types[name]).alias(name) for name in lacking]
        return cls(spec=spec, frame=native.with_columns(empty) if empty else native)

    @property
    def domain(self) -> str:
        """Two-letter domain code."""
        return self.spec.domain

    @property
    def records(self) -> nw.DataFrame[Any]:
        """The domain's own variables only, in spec order, without provenance."""
        names = [v.name for v in self.spec.variables if v.name in self.frame.columns]
        return self.frame.select(names)

    def __len__(self) -> int:
        return len(self.frame)

    def to_polars(self) -> pl.DataFrame:
        """The records as a Polars frame: text as String, numbers as Float64 or Int64."""
        return self.records.to_polars()

    def to_pandas(self) -> pd.DataFrame:
        """The records as a pandas frame; missing text is None/NaN as pandas has it."""
        return self.records.to_pandas()

    def to_arrow(self) -> pa.Table:
        """The records as an Arrow table."""
        return self.records.to_arrow()

    def to_native(self) -> Any:
        """The records as the kind of frame they are kept in: of Spark, where frames came from it."""
        if self.session is not None:
            return self.session.createDataFrame(self.to_arrow())
        return self.records.to_native()
