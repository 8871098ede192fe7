"""A pandera schema from a DomainSpec, and what it says of a dataset.

pandera is imported inside the functions: it costs half a second, most of it pandas, which pandera
imports wherever it is installed.
"""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from tecdata.validate.rules_run import broken_rules

if TYPE_CHECKING:
    from tecdata.spec import DomainSpec
    from tecdata.validate.rules import Rule

__all__ = ["Verdict", "build_schema", "judge"]


@dataclasses.dataclass(slots=True)
class Verdict:
    """What pandera said of one dataset.

    ``broken`` is None where the value rules could not be run, and ``reason`` says why.
    """

    missing: list[str] = dataclasses.field(default_factory=list)
    wrong_type: list[str] = dataclasses.field(default_factory=list)
    misplaced: bool = False
    broken: list[Rule] | None = None
    reason: str = ""


class _Values:
    """The value rules as one pandera check: all of them in one pass over the data."""

    __name__ = "value_rules"

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = rules
        self.broken: list[Rule] | None = None

    def __call__(self, data: Any) -> bool | pl.LazyFrame:
        if not self.rules:
            self.broken = []
            return True
        frame: pl.DataFrame = data.lazyframe.collect()
        self.broken = broken_rules(frame, self.rules)
        if not self.broken:
            return True
        # A plain False beside other errors makes pandera 0.35 fail while it collects them: it
        # puts texts and truth values into one column. Records it can collect.
        sound: pl.Expr = pl.all_horizontal(~rule.broken for rule in self.broken)
        return frame.lazy().select(sound)


def build_schema(spec: DomainSpec, frame: pl.DataFrame, rules: Sequence[Rule]) -> tuple[Any, Any]:
    """The pandera ``DataFrameSchema`` of a domain and its value check.

    Columns: the variables of the spec, in its order, required where core is Req or Exp, text or
    numeric (an integer variable may be kept as Float64). Nothing else may be there. Permissible
    variables that the frame does not have are left out, since each column costs time.
    """
    import pandera.polars as pa

    found = frame.schema
    columns = {
        v.name: pa.Column(
            _dtype(found.get(v.name), numeric=v.is_numeric),
            required=v.core in ("Req", "Exp"),
            nullable=True,
        )
        for v in spec.variables
        if v.core != "Perm" or v.name in found
    }
    values = _Values(rules)
    check = pa.Check(values, name="value_rules", n_failure_cases=1)
    return pa.DataFrameSchema(columns, checks=[check], strict=True, ordered=True), values


def judge(spec: DomainSpec, frame: pl.DataFrame, rules: Sequence[Rule]) -> Verdict:
    """Validate a frame against the schema of its domain, eagerly and completely.

    Environment variables can switch pandera off or down to the schema, and to another backend;
    the context set here overrules them, so that what was not checked never looks checked.
    """
    with warnings.catch_warnings():
        # Where PySpark is installed pandera imports it, and it warns of the pandas it finds.
        warnings.simplefilter("ignore", FutureWarning)
        import pandera.polars as pa
    from pandera.config import ValidationDepth, config_context
    from pandera.errors import SchemaErrorReason

    schema, values = build_schema(spec, frame, rules)
    verdict = Verdict()
    settings = config_context(
        validation_enabled=True,
        validation_depth=ValidationDepth.SCHEMA_AND_DATA,
        use_narwhals_backend=False,
    )
    with settings:
        try:
            schema.validate(frame, lazy=True)
        except pa.errors.SchemaErrors as errors:
            for error in errors.schema_errors:
                if error.reason_code == SchemaErrorReason.COLUMN_NOT_IN_DATAFRAME:
                    verdict.missing.append(str(error.failure_cases))
                elif error.reason_code == SchemaErrorReason.WRONG_DATATYPE:
                    verdict.wrong_type.append(str(error.schema.name))
                elif error.reason_code in (
                    SchemaErrorReason.COLUMN_NOT_IN_SCHEMA,
                    SchemaErrorReason.COLUMN_NOT_ORDERED,
                ):
                    verdict.misplaced = True
                elif error.reason_code == SchemaErrorReason.CHECK_ERROR:
                    # The text quotes data; the kind of error is enough here.
                    verdict.reason = str(error.failure_cases).partition("(")[0]
    verdict.broken = values.broken
    if verdict.broken is None and not verdict.reason:
        verdict.reason = "pandera did not run the check"
    return verdict


def _dtype(found: pl.DataType | None, *, numeric: bool) -> Any:
    """The type a column must have: text, or whatever number it is."""
    if not numeric:
        return pl.String
    return found if found is not None and (found.is_integer() or found.is_float()) else pl.Float64
