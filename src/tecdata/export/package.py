"""The facts of a package of datasets, gathered once for Define-XML, Dataset-JSON and the guides."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from tecdata.export.item_types import ItemType, type_of
from tecdata.export.traceability import source_text
from tecdata.export.value_level import ValueFacts, values_of

if TYPE_CHECKING:
    import polars as pl

    from tecdata.dataset import Origin
    from tecdata.spec import DomainSpec, Specs, VariableSpec

__all__ = ["DatasetFacts", "ItemFacts", "OriginFacts", "describe", "oid"]

#: Domains with at most one record for each subject or thing: not repeating.
_SINGLE: Final = ("DM", "ADSL", "TA", "TE", "TI", "TS", "TV")
_REFERENCE: Final = ("TA", "TE", "TI", "TS", "TV")


@dataclasses.dataclass(frozen=True, slots=True)
class OriginFacts:
    """Origin of an item as Define-XML 2.1 has it: Type, Source, description."""

    type: str
    source: str = ""
    text: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ItemFacts:
    """A variable of a dataset; ``key`` is its place among the keys, 0 where it is none.

    ``method`` is (OID part, text), two empty texts where there is none; ``values`` is value-level
    metadata.
    """

    oid: str
    spec: VariableSpec
    type: ItemType
    key: int
    origin: OriginFacts
    method: tuple[str, str]
    values: tuple[ValueFacts, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class DatasetFacts:
    """A dataset as it is written: ``table`` holds its records as the XPT file has them."""

    name: str
    spec: DomainSpec
    table: pl.DataFrame
    items: tuple[ItemFacts, ...]
    comment: str = ""

    @property
    def oid(self) -> str:
        """OID of the item group."""
        return f"IG.{self.name}"

    @property
    def parent(self) -> str:
        """The domain whose records these are: that of the parent for SUPP--."""
        domain = self.spec.domain
        return domain[4:] if domain.startswith("SUPP") else domain

    @property
    def repeating(self) -> bool:
        """Whether a subject (or the study) may have several records."""
        return self.spec.domain not in _SINGLE

    @property
    def reference(self) -> bool:
        """Whether the dataset is about the study rather than its subjects."""
        return self.spec.domain in _REFERENCE


def oid(*parts: str) -> str:
    """An OID of parts, with only letters, digits, points, underscores and hyphens.

    >>> oid("WC", "IS", "ISBDAGNT", "RUVBL1/RUVBL2")
    'WC.IS.ISBDAGNT.RUVBL1_RUVBL2'
    """
    return ".".join(re.sub(r"[^A-Za-z0-9_-]+", "_", part).strip("_") for part in parts)


def describe(
    tables: Mapping[str, tuple[DomainSpec, pl.DataFrame]],
    lengths: Mapping[str, Mapping[str, int]],
    origins: Mapping[str, Mapping[str, Origin]],
    specs: Specs,
) -> tuple[DatasetFacts, ...]:
    """Facts of every dataset, by name.

    Parameters
    ----------
    tables
        For each dataset its spec and its records as they are written.
    lengths
        Bytes of the text variables as the XPT files have them.
    origins
        For each dataset where the records of its blocks came from.
    specs
        Methods and comments of ``specs.submission``, tests and codelists.
    """
    return tuple(
        _dataset(name, *tables[name], lengths[name], origins.get(tables[name][0].domain, {}), specs)
        for name in sorted(tables)
    )


def _dataset(
    name: str,
    spec: DomainSpec,
    table: pl.DataFrame,
    lengths: Mapping[str, int],
    origins: Mapping[str, Origin],
    specs: Specs,
) -> DatasetFacts:
    """What Define-XML says about one dataset, worked out of its spec and its records."""
    keys = [key for key in spec.keys if key in table.columns]
    # A dataset in parts (LB1, LB2) has the variables of its domain.
    values = values_of(spec.domain, spec, table, specs)
    items = tuple(
        ItemFacts(
            oid=oid("IT", name, variable.name),
            spec=variable,
            type=type_of(variable, table[variable.name], lengths.get(variable.name, 0)),
            key=keys.index(variable.name) + 1 if variable.name in keys else 0,
            origin=_origin(variable, origins),
            method=_method(name, spec, variable, specs),
            values=values.get(variable.name, ()),
        )
        for variable in spec.variables
        if variable.name in table.columns
    )
    kept = table.select(item.spec.name for item in items)
    comment = specs.submission.comments.get(spec.domain, "")
    return DatasetFacts(name=name, spec=spec, table=kept, items=items, comment=comment)


def _origin(variable: VariableSpec, origins: Mapping[str, Origin]) -> OriginFacts:
    """Origin of a variable: for collected ones with the columns of the sites that it came from."""
    kind = variable.origin
    if kind == "Predecessor":
        return OriginFacts(kind, "", variable.predecessor)
    if kind == "Collected":
        return OriginFacts(kind, "Investigator", source_text(variable.name, origins.values()))
    return OriginFacts(kind, "Sponsor")


def _method(name: str, spec: DomainSpec, variable: VariableSpec, specs: Specs) -> tuple[str, str]:
    """Identifier and text of how a variable is derived; empty where it is not."""
    if variable.origin != "Derived":
        return "", ""
    if variable.method:
        return f"{name}.{variable.name}", variable.method
    key, text = specs.submission.method_of(spec.domain, variable.name)
    shared = "" if key == variable.name else f"{name}."
    return (f"{shared}{variable.name}", text) if text else ("", "")
