"""Value lists and where clauses of Define-XML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tecdata.export.define_xml import DEF, add
from tecdata.export.package import oid

if TYPE_CHECKING:
    from lxml.etree import _Element

    from tecdata.export.package import DatasetFacts, ItemFacts
    from tecdata.export.value_level import ValueFacts

__all__ = ["add_value_lists", "add_where_clauses", "value_item_oid"]


def value_item_oid(dataset: DatasetFacts, item: ItemFacts, entry: ValueFacts) -> str:
    """OID of the item of one entry of a value list."""
    return oid("IT", dataset.name, item.spec.name, *(value for _, value in entry.conditions))


def _where_oid(dataset: DatasetFacts, entry: ValueFacts) -> str:
    """Identifier of the condition under which a definition of the value level holds."""
    return oid("WC", dataset.name, *(part for pair in entry.conditions for part in pair))


def _lists(datasets: Sequence[DatasetFacts]) -> Iterator[tuple[DatasetFacts, ItemFacts]]:
    """Variables that have definitions of the value level, each with its dataset."""
    for dataset in datasets:
        for item in dataset.items:
            if item.values:
                yield dataset, item


def add_value_lists(version: _Element, datasets: Sequence[DatasetFacts]) -> None:
    """One ValueListDef for each variable with value-level metadata."""
    for dataset, item in _lists(datasets):
        listed = add(version, "def:ValueListDef", OID=oid("VL", dataset.name, item.spec.name))
        for order, entry in enumerate(item.values, 1):
            ref = add(
                listed,
                "ItemRef",
                ItemOID=value_item_oid(dataset, item, entry),
                OrderNumber=str(order),
                Mandatory="No",
            )
            add(ref, "def:WhereClauseRef", WhereClauseOID=_where_oid(dataset, entry))


def add_where_clauses(version: _Element, datasets: Sequence[DatasetFacts]) -> None:
    """Each condition once, however many value lists use it; all its checks must hold."""
    done: set[str] = set()
    for dataset, item in _lists(datasets):
        for entry in item.values:
            identity = _where_oid(dataset, entry)
            if identity in done:
                continue
            done.add(identity)
            clause = add(version, "def:WhereClauseDef", OID=identity)
            for variable, value in entry.conditions:
                check = add(clause, "RangeCheck", Comparator="EQ", SoftHard="Soft")
                check.set(f"{{{DEF}}}ItemOID", oid("IT", dataset.name, variable))
                add(check, "CheckValue").text = value
