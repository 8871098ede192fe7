"""A centre's mapping as a workbook that the centre can read and sign."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tecdata.exchange.sheets import write_sheets

if TYPE_CHECKING:
    from tecdata.spec import CentreMapping, Specs

__all__ = ["export_mapping"]

_RULES: Final = (
    *("Dataset", "Block", "Source table", "Variable", "Label", "Rule", "Applies to"),
    *("Correct (yes/no)", "Remark", "Checked by", "Date"),
)
_IGNORED: Final = ("Table", "Column", "Reason", "Agreed (yes/no)", "Remark")


def export_mapping(mapping: CentreMapping, specs: Specs, path: Path) -> None:
    """Write the rules of a centre, one a row, and the columns it leaves out, with room to sign.

    Sheets: *Centre* (where its files are and how they are read), *Rules*, *Left out*. The last columns of *Rules*
    are empty: whether the rule is correct, a remark, who checked it and when.
    """
    source = mapping.source
    reading = source.model_dump(mode="json", exclude_defaults=True, by_alias=True)
    about = [
        (key, _said(value)) for key, value in reading.items() if key not in ("tables", "reading")
    ]
    about += [(f"reading: {k}", _said(v)) for k, v in (reading.get("reading") or {}).items()]
    left_out = [
        (name, column, reason, "", "")
        for name, table in (reading.get("tables") or {}).items()
        for column, reason in (table.get("ignore") or {}).items()
    ]
    write_sheets(
        path,
        {
            "Centre": (("What", "As declared"), about),
            "Rules": (_RULES, _rules(mapping, specs)),
            "Left out": (_IGNORED, left_out),
        },
    )


def _rules(mapping: CentreMapping, specs: Specs) -> Iterator[Sequence[str]]:
    for domain, rules in mapping.domains.items():
        spec = specs.domains.get(domain)
        for block in rules.blocks:
            told: dict[str, Any] = block.model_dump(
                mode="json", exclude_defaults=True, by_alias=True
            )
            variables = told.pop("variables", None) or {}
            name, table = str(told.pop("name", "")), _said(told.pop("from", ""))
            where = _said(told.pop("where", "")) or _said(told.pop("filter", ""))
            for key, value in told.items():
                yield domain, name, table, f"({key})", "", _said(value), where, *[""] * 4
            for variable, rule in variables.items():
                known = spec.by_name.get(variable) if spec else None
                more = spec.supplemental_by_name.get(variable) if spec else None
                label = known.label if known else more.label if more else ""
                yield domain, name, table, variable, label, _said(rule), where, *[""] * 4


def _said(value: Any) -> str:
    """A value of a mapping as people read it: ``assign_ct: Geschlecht; when: …``."""
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_said(item)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_said(item) for item in value)
    return "" if value is None else str(value)
