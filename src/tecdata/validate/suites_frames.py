"""The records of all datasets as the expectations read them, each prepared once.

Empty texts become nulls, variables nobody filled columns without values, and what a record lends
to others (its subject's first dose) is looked up once for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tecdata.validate.suites_conditions import holds
from tecdata.validate.suites_dates import cleaned

if TYPE_CHECKING:
    from tecdata.dataset import Dataset
    from tecdata.spec.condition import Condition

__all__ = ["INDEX", "Frames", "Records", "at", "clean"]

#: Row of the record in its own dataset.
INDEX: Final = "_i"


def at(column: str) -> str:
    """Name of the column with the row a supplemental or borrowed value comes from."""
    return f"_at_{column}"


def clean(column: str) -> str:
    """Name of the column with a date as far as it can be compared, else null."""
    return f"_clean_{column}"


class Records:
    """Records of one dataset: the frame, where its qualifiers come from, what is not there and why."""

    __slots__ = ("frame", "lacking", "sources")

    def __init__(
        self, frame: pl.DataFrame, sources: dict[str, str], lacking: dict[str, str]
    ) -> None:
        self.frame = frame
        self.sources = sources
        self.lacking = lacking


class Frames:
    """The datasets of a run, with what was read of them so far."""

    def __init__(self, datasets: Mapping[str, Dataset]) -> None:
        self.datasets = datasets
        self._bare: dict[str, pl.DataFrame] = {}
        self._checked: dict[str, set[str]] = {}
        self._added: dict[str, set[str]] = {}
        self._filtered: dict[Any, pl.DataFrame] = {}
        self._kept: dict[Any, Any] = {}

    def __contains__(self, name: object) -> bool:
        return name in self.datasets

    def is_date(self, name: str, column: str) -> bool:
        """Whether a variable of a dataset holds dates."""
        variable = self.datasets[name].spec.by_name.get(column)
        return variable is not None and variable.type == "datetime"

    def is_absent(self, name: str, column: str) -> bool:
        """Whether a permissible variable is not there and stands in the records without values."""
        return column in self._added.get(name, ())

    def once(self, key: object, make: Any) -> Any:
        """What was made under that key before, or what is made now."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    def records(self, name: str, columns: Iterable[str]) -> Records:
        """Variables and supplemental qualifiers of a dataset, beside all else it has.

        A permissible variable or a qualifier that no record has is a column without values. Dates
        have a second column (:func:`clean`).
        """
        wanted = list(dict.fromkeys(columns))
        spec = self.datasets[name].spec
        lacking: dict[str, str] = {}
        qualifiers: list[str] = []
        frame = self._with(name, wanted)
        types = frame.schema
        for column in wanted:
            variable = spec.by_name.get(column)
            if column in types:
                if variable is not None and (types[column] == pl.String) == variable.is_numeric:
                    lacking[column] = f"{name}.{column} is of the wrong type"
            elif column in spec.supplemental_by_name:
                qualifiers.append(column)
            else:
                lacking[column] = f"{name}.{column} is absent"
        supplement = f"SUPP{name}"
        if qualifiers:
            frame = self._with_qualifiers(frame, name, supplement, qualifiers)
        return Records(frame, dict.fromkeys(qualifiers, supplement), lacking)

    def filtered(
        self, name: str, where: tuple[Condition, ...], columns: Iterable[str]
    ) -> tuple[pl.DataFrame, dict[str, str]]:
        """The records of a dataset where conditions hold, and what of the columns is not there."""
        read = self.records(name, columns)
        if read.lacking or not where:
            return read.frame, read.lacking
        key = (name, repr(where), tuple(read.frame.columns))
        if key not in self._filtered:
            self._filtered[key] = read.frame.filter(holds(where, read.frame.schema))
        return self._filtered[key], read.lacking

    def _with(self, name: str, wanted: list[str]) -> pl.DataFrame:
        """The dataset's frame with these columns made ready; kept for the next who asks."""
        spec = self.datasets[name].spec
        frame = self._bare.get(name)
        if frame is None:
            frame = self.datasets[name].frame.to_polars().with_row_index(INDEX)
        checked = self._checked.setdefault(name, set())
        new = [c for c in wanted if c not in checked]
        if not new:
            return self._bare.setdefault(name, frame)
        types = frame.schema
        made: list[pl.Expr] = []
        texts: list[str] = []
        for column in new:
            variable = spec.by_name.get(column)
            dtype = types.get(column)
            void = dtype == pl.Null or (
                dtype is None and variable is not None and variable.core == "Perm"
            )
            if dtype is None and void:
                self._added.setdefault(name, set()).add(column)
            if void:
                numeric = variable is not None and variable.is_numeric
                made.append(pl.lit(None, pl.Float64 if numeric else pl.String).alias(column))
            elif dtype == pl.String:
                texts.append(column)
            if self.is_date(name, column) and (void or dtype == pl.String):
                made.append(
                    cleaned(pl.col(column)).alias(clean(column))
                    if not void
                    else pl.lit(None, pl.String).alias(clean(column))
                )
        if texts:
            empty = frame.select((pl.col(texts) == "").any()).row(0)
            odd = [c for c, has in zip(texts, empty, strict=True) if has]
            made.extend(pl.when(pl.col(c) != "").then(pl.col(c)).alias(c) for c in odd)
        checked.update(new)
        self._bare[name] = frame.with_columns(made) if made else frame
        return self._bare[name]

    def _with_qualifiers(
        self, frame: pl.DataFrame, name: str, supplement: str, qualifiers: list[str]
    ) -> pl.DataFrame:
        """A dataset with its supplemental qualifiers as columns, each with the row it stands in."""
        if supplement not in self.datasets:
            return frame.with_columns(
                *(pl.lit(None, pl.String).alias(q) for q in qualifiers),
                *(pl.lit(None, pl.UInt32).alias(at(q)) for q in qualifiers),
            )
        rows = self.datasets[supplement].frame.to_polars().with_row_index("_s").lazy()
        rows = rows.filter(pl.col("QNAM").is_in(qualifiers))
        sequence = f"{name}SEQ"
        keys = ["USUBJID"]
        if sequence in frame.columns:
            keys.append(sequence)
            number = pl.col("IDVARVAL").cast(frame.schema[sequence], strict=False)
            rows = rows.with_columns(number.alias(sequence))
        wide = rows.group_by(keys).agg(
            *(pl.col("QVAL").filter(pl.col("QNAM") == q).first().alias(q) for q in qualifiers),
            *(pl.col("_s").filter(pl.col("QNAM") == q).first().alias(at(q)) for q in qualifiers),
        )
        return frame.lazy().join(wide, on=keys, how="left", maintain_order="left").collect()
