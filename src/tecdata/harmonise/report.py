"""Findings of this room, each with the source cell its record came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tecdata.dataset import BLOCK, COLUMN, PROVENANCE, ROW
from tecdata.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import narwhals as nw

    from tecdata.dataset import Dataset, Origin
    from tecdata.finding import Findings

__all__ = ["first_records", "plain", "report", "source"]


def plain(value: Any) -> str:
    """A cell of a frame as text; missing in whichever way an engine has it is ``""``.

    >>> plain("x"), plain(None), plain(float("nan")), plain(2.0)
    ('x', '', '', '2')
    """
    if value is None or value != value:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def source(
    origins: Mapping[str, Origin], record: Mapping[str, Any], variable: str
) -> dict[str, Any]:
    """Centre, file, sheet and cell of one variable of a record; empty where not known."""
    origin = origins.get(plain(record.get(BLOCK)))
    if origin is None:
        return {"centre": plain(record.get("_centre"))}
    row = plain(record.get(ROW))
    cell = origin.cell(variable, int(row) if row else None, plain(record.get(COLUMN)))
    return {"centre": origin.centre, "file": origin.file, "sheet": origin.sheet, "cell": cell}


def report(
    findings: Findings,
    check: str,
    dataset: Dataset,
    found: nw.DataFrame[Any],
    variable: str,
    details: Sequence[str] = (),
    /,
    **fixed: Any,
) -> None:
    """Report each record of ``found`` under ``check``, its value that of ``variable``.

    ``details`` are columns of ``found`` and ``fixed`` constants that fill the check's template.
    """
    if not len(found):
        return
    shown = [variable] if variable in found.columns else []
    known = [c for c in ("USUBJID", "_centre", *PROVENANCE) if c in found.columns]
    wanted = list(dict.fromkeys([*shown, *known, *details]))
    for record in found.select(wanted).iter_rows(named=True):
        filled: dict[str, Any] = {name.lstrip("_"): plain(record[name]) for name in details}
        findings.add(
            Finding.of(
                check,
                domain=dataset.domain,
                usubjid=plain(record.get("USUBJID")),
                variable=variable,
                value=plain(record.get(variable)),
                **source(dataset.origins, record, variable),
                **filled,
                **fixed,
            )
        )


def first_records(records: nw.DataFrame[Any], by: str) -> nw.DataFrame[Any]:
    """The first record of each value of ``by`` in the order of the source."""
    place = [c for c in PROVENANCE if c in records.columns]
    return records.sort(by, *place, nulls_last=True).unique(by, keep="first", maintain_order=True)
