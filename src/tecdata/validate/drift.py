"""How a delivery differs from what the mapping expects and from the last delivery."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from tecdata.checks.file import CHECKS as OWN
from tecdata.finding import Finding
from tecdata.validate.drift_contents import content_drift
from tecdata.validate.drift_names import Shape, likely_names, numbered_shape
from tecdata.validate.drift_place import column_place, table_fields
from tecdata.validate.drift_shapes import VERSION, table_shape
from tecdata.validate.drift_subjects import amount_drift

if TYPE_CHECKING:
    from tecdata.spec.source import SourceSpec
    from tecdata.table import RawTable

__all__ = ["drift", "snapshot"]

#: Missing or new columns of one table named one by one; the rest are counted.
NAMED: Final = 20
#: Checks that compare with the last delivery, in the order they are declared.
_COMPARING: Final = (
    "file.column_new", "file.column_moved", "file.unit_changed", "file.unit_new",
    "file.decimal_changed", "file.date_notation_changed", "file.codes_changed",
    "file.rows_changed", "file.subject_vanished", "file.records_vanished",
)  # fmt: skip
#: Columns that a table must have -> what needs them.
Expected = Mapping[str, Mapping[str, str]]


def snapshot(tables: Mapping[str, RawTable], source: SourceSpec | None = None) -> dict[str, Any]:
    """What a delivery looks like, to be kept (as JSON) and compared with the next.

    Parameters
    ----------
    tables
        The raw tables by name.
    source
        The centre's source.yaml; without it the subjects are not noted.

    Returns
    -------
    dict
        ``version`` and, for each table, file, sheet, number of rows, the columns in their order
        (name, unit, label, kinds of cells, decimal signs, notations of dates, labels of codes),
        the units of each test and the numbers of the subjects. Values of cells are not kept.
    """
    return {
        "version": VERSION,
        "tables": {name: table_shape(table, source) for name, table in tables.items()},
    }


def drift(
    before: Mapping[str, Any] | None,
    tables: Mapping[str, RawTable],
    source: SourceSpec,
    *,
    expected: Expected | None = None,
) -> list[Finding]:
    """What has changed in the shape of a delivery.

    Parameters
    ----------
    before
        The :func:`snapshot` of the last delivery, None where there is none.
    tables
        The tables of this delivery; those that were not delivered are left out on both sides.
    source
        The centre's source.yaml.
    expected
        For each table the columns that rules read -> where; those of ``columns``, ``skip_rows`` and
        ``ignore`` in source.yaml are known here.

    Returns
    -------
    list of Finding
        ``file.*``, each with file, sheet and column; a check that compares with the last
        delivery is ``not_applicable`` where there is none.
    """
    now = snapshot(tables, source)["tables"]
    old: Mapping[str, Any] = {}
    if before is not None and before.get("version") == VERSION:
        old = before["tables"]
    found: list[Finding] = []
    for name, table in tables.items():
        needed = {**_declared(source, name), **(expected or {}).get(name, {})}
        columns = list(_columns(table, now[name], old.get(name), needed))
        found += columns
        if name in old:
            renamed = {
                f.value: dict(f.details)["expected"]
                for f in columns
                if f.check == "file.column_renamed"
            }
            found += content_drift(table, now[name], old[name], source, renamed)
    found += amount_drift(tables, now, old, source.centre)
    found += _statuses(found, source.centre, compared=bool(set(old) & set(now)))
    return found


def _declared(source: SourceSpec, table: str) -> dict[str, str]:
    """The columns that source.yaml itself names, and under which setting."""
    spec = source.tables.get(table)
    if spec is None:
        return {}
    return {
        **{rule.column: "skip_rows of source.yaml" for rule in spec.skip_rows},
        **dict.fromkeys(spec.columns, "columns of source.yaml"),
    }


def _columns(
    table: RawTable, now: Shape, old: Shape | None, needed: Mapping[str, str]
) -> Iterator[Finding]:
    """Columns missing, renamed, new and moved."""
    there = {shape["name"]: shape for shape in now["columns"]}
    past = {shape["name"]: shape for shape in old["columns"]} if old else {}
    missing = {name: f"needed by {place}" for name, place in needed.items() if name not in there}
    for name, shape in past.items():
        if name not in there and shape["filled"]:
            missing.setdefault(name, "it was in the last delivery")
    known = set(needed) | set(past)
    shapes = {numbered_shape(name) for name in known}
    new = [s for n, s in there.items() if n not in known]
    likely = likely_names(missing, new, past) if missing else {}
    for count, (name, why) in enumerate(missing.items()):
        if count == NAMED:
            yield _missing(table, f"… and {len(missing) - NAMED} more", "see the first ones", "")
            break
        if name in likely:
            yield _renamed(table, name, likely[name].name, why, likely[name].why)
        else:
            yield _missing(table, name, why, _nearest(name, [s["name"] for s in new]))
    renamed = {candidate.name for candidate in likely.values()}
    if old is not None:
        fresh = [
            s for s in new if s["name"] not in renamed and numbered_shape(s["name"]) not in shapes
        ]
        yield from (_new(table, shape) for shape in fresh[:NAMED])
        yield from _moved(table, list(past), list(there))


def _missing(table: RawTable, name: str, why: str, nearest: str) -> Finding:
    """A column that is needed, or was delivered before, and is gone."""
    return Finding.of(
        "file.column_missing", **table_fields(table), expected=name, needed=why, nearest=nearest
    )  # fmt: skip


def _renamed(table: RawTable, name: str, candidate: str, why: str, likeness: str) -> Finding:
    """A missing column that has probably become a new one."""
    return Finding.of(
        "file.column_renamed",
        **table_fields(table),
        cell=column_place(table, candidate),
        value=candidate,
        expected=name,
        needed=why,
        likeness=likeness,
    )


def _nearest(name: str, new: list[str]) -> str:
    """The new columns whose names are most like a missing one, in words; empty where none is."""
    from rapidfuzz import fuzz, process

    near = process.extract(name, sorted(new), scorer=fuzz.WRatio, limit=3, score_cutoff=50)
    listed = ", ".join(f"'{candidate}'" for candidate, _, _ in near)
    return f"; new columns that may be meant: {listed}" if listed else ""


def _new(table: RawTable, shape: Shape) -> Finding:
    """A column that the last delivery did not have."""
    return Finding.of(
        "file.column_new",
        **table_fields(table),
        cell=column_place(table, shape["name"]),
        value=shape["name"],
        count=table.frame.height - table.frame.get_column(shape["name"]).null_count(),
    )


def _moved(table: RawTable, past: list[str], there: list[str]) -> Iterator[Finding]:
    """One notice that names the columns to move to get the old order back, as few as possible."""
    common = set(past) & set(there)
    old = [name for name in past if name in common]
    new = [name for name in there if name in common]
    if old == new:
        return
    import difflib

    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    kept = {
        name for block in matcher.get_matching_blocks() for name in old[block.a :][: block.size]
    }
    moved = [f"'{name}'" for name in new if name not in kept]
    shown = ", ".join(moved[:5]) + (f" and {len(moved) - 5} more" if len(moved) > 5 else "")
    yield Finding.of("file.column_moved", **table_fields(table), value=shown)


def _statuses(found: list[Finding], centre: str, *, compared: bool) -> list[Finding]:
    """For each comparing check that found nothing: passed, or not applicable without an earlier delivery."""
    failed = {finding.check for finding in found}
    severities = {check.id: check.severity for check in OWN}
    return [
        Finding(
            check=check,
            severity=severities[check],
            status="passed" if compared else "not_applicable",
            centre=centre,
            message=f"{centre}: as in the last delivery"
            if compared
            else f"{centre}: there is no earlier delivery to compare with",
        )
        for check in _COMPARING
        if check not in failed
    ]
