"""Text over 200 bytes: the variable keeps the beginning, SUPP-- records the rest.

SDTMIG 3.4 section 4.5.3.2: the first 200 characters stay in the standard variable, each further
200 become a SUPP-- record whose QNAM is the variable's name with a number (``AETERM1``; the last
character gives way where the name has eight), whose QLABEL is the variable's label; the text is cut
between words. Lengths are counted in bytes here, since that is what an XPT file limits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tecdata.dataset import PROVENANCE
from tecdata.errors import ExportError
from tecdata.export.xpt_records import TEXT_LIMIT
from tecdata.finding import Finding

if TYPE_CHECKING:
    from tecdata.spec import DomainSpec, Specs, VariableSpec

__all__ = ["Tables", "cut_text", "split_long_text"]

#: Datasets by name, each with its spec, as they go into the files.
Tables = dict[str, tuple["DomainSpec", pl.DataFrame]]

#: Roles whose text identifies or places a record: cutting it would change what it says.
_WHOLE: Final = ("Identifier", "Timing")


def cut_text(text: str, limit: int = TEXT_LIMIT) -> list[str]:
    """Cut a text into parts of at most ``limit`` bytes of UTF-8, between words where there is one.

    The blank at a cut between words is left out: joining the parts by a blank gives the text
    again. A word longer than the limit is cut between two characters, never inside one.

    >>> cut_text("one two three", 8)
    ['one two', 'three']
    >>> cut_text("Größe", 4)
    ['Grö', 'ße']
    """
    parts = []
    while len(text.encode()) > limit:
        head = text.encode()[: limit + 1].decode(errors="ignore")
        # Of several blanks the first one goes: leading blanks last in a file, trailing ones do not.
        words = head[: max(0, head.rfind(" "))].rstrip(" ")
        if words:
            parts.append(words)
            text = text[len(words) + 1 :]
            continue
        head = text.encode()[:limit].decode(errors="ignore")
        parts.append(head)
        text = text[len(head) :]
    return [*parts, text]


def split_long_text(tables: Tables, specs: Specs) -> tuple[Tables, list[Finding]]:
    """Split every free text over 200 bytes; returns new tables and one finding per text.

    Raises :class:`ExportError` for over 200 bytes in a text that must stay whole: an identifier,
    a date, a term of a codelist, --TESTCD or --TEST.
    """
    result = dict(tables)
    findings: list[Finding] = []
    for name, (spec, table) in tables.items():
        for variable in _too_long(spec, table):
            if not _may_be_cut(name, spec, variable):
                row = table.select(_bytes(variable.name).arg_max()).item()
                raise ExportError(
                    f"record {int(row or 0) + 1} has more than {TEXT_LIMIT} bytes",
                    place=f"{name}.{variable.name}",
                    next_step="This variable cannot go on in SUPP--: shorten it in the mapping",
                )
            spec, kept = result[name]
            cut, rest, own = _split(name, variable, kept)
            result[name] = (spec, cut)
            findings.extend(own)
            _append(result, specs, name, rest)
    return result, findings


def _too_long(spec: DomainSpec, table: pl.DataFrame) -> Iterable[VariableSpec]:
    """The text variables with a value beyond the limit of XPT."""
    texts = [
        v for v in spec.variables if v.name in table.columns and table.schema[v.name] == pl.String
    ]
    longest = table.select(_bytes(v.name).max() for v in texts)
    return [v for v in texts if (longest.item(0, v.name) or 0) > TEXT_LIMIT]


def _bytes(name: str) -> pl.Expr:
    """Number of bytes of a text as XPT keeps it."""
    # Trailing blanks are lost in any case.
    return pl.col(name).str.strip_chars_end(" ").str.len_bytes()


def _may_be_cut(name: str, spec: DomainSpec, variable: VariableSpec) -> bool:
    """Whether SDTM lets the text of a variable go on in supplemental qualifiers."""
    if name.startswith("SUPP"):
        return variable.name == "QVAL"
    test = variable.name.endswith(("TESTCD", "TEST"))
    return (
        variable.type == "text"
        and variable.codelist is None
        and variable.role not in _WHOLE
        and not test
        and spec.class_ != "Relationship"
    )


def _split(
    name: str, variable: VariableSpec, table: pl.DataFrame
) -> tuple[pl.DataFrame, list[dict[str, Any]], list[Finding]]:
    """Cut the long texts of one variable: the table, the records of the rest, a finding for each."""
    long = table.with_row_index("_at").filter(_bytes(variable.name) > TEXT_LIMIT)
    texts = table.get_column(variable.name).to_list()
    rest: list[dict[str, Any]] = []
    findings = []
    for row in long.iter_rows(named=True):
        parts = cut_text(row[variable.name].rstrip(" "))
        texts[row["_at"]] = parts[0]
        records = _records(name, variable, row, parts[1:])
        rest.extend(records)
        seq = _sequence(name, row)
        findings.append(
            Finding.of(
                "export.text_split",
                domain=name,
                usubjid=row.get("USUBJID") or "",
                seq=seq,
                variable=variable.name,
                bytes=len(row[variable.name].encode()),
                supplement=name if name.startswith("SUPP") else f"SUPP{name}",
                names=", ".join(r["QNAM"] for r in records),
            )
        )
    column = pl.Series(variable.name, texts, dtype=pl.String)
    return table.with_columns(column), rest, findings


def _records(
    name: str, variable: VariableSpec, row: Mapping[str, Any], parts: list[str]
) -> list[dict[str, Any]]:
    """Supplemental records that hold the rest of one text."""
    records = []
    for number, text in enumerate(parts, start=1):
        if name.startswith("SUPP"):
            record = {**row, "QNAM": _numbered(row["QNAM"], number), "QVAL": text}
        else:
            seq = _sequence(name, row)
            record = {
                "STUDYID": row.get("STUDYID"),
                "RDOMAIN": name,
                "USUBJID": row.get("USUBJID"),
                "IDVAR": None if seq is None else f"{name}SEQ",
                "IDVARVAL": None if seq is None else str(seq),
                "QNAM": _numbered(variable.name, number),
                "QLABEL": variable.label,
                "QVAL": text,
                "QORIG": variable.origin.upper(),
                **{column: row[column] for column in PROVENANCE if column in row},
            }
        records.append(record)
    return records


def _numbered(name: str, number: int) -> str:
    """A name with a number at its end, within the 8 characters of QNAM."""
    digits = str(number)
    return name[: 8 - len(digits)] + digits


def _sequence(name: str, row: Mapping[str, Any]) -> int | None:
    """--SEQ of a record; None where it has none."""
    value = row.get(f"{name}SEQ")
    return None if value is None else int(value)


def _append(tables: Tables, specs: Specs, name: str, rest: list[dict[str, Any]]) -> None:
    """Put records into the SUPP-- dataset, which is made where there was none."""
    supplement = name if name.startswith("SUPP") else f"SUPP{name}"
    if supplement in tables:
        spec, table = tables[supplement]
    else:
        spec = _supplement_spec(tables, specs, name)
        schema: dict[str, Any] = {v.name: pl.String for v in spec.variables}
        of_parent = tables[name][1].schema
        schema |= {n: of_parent[n] for n in PROVENANCE if n in of_parent}
        table = pl.DataFrame(schema=schema)
    more = [{column: record.get(column) for column in table.columns} for record in rest]
    tables[supplement] = (spec, table.vstack(pl.DataFrame(more, schema=table.schema)))


def _supplement_spec(tables: Tables, specs: Specs, name: str) -> DomainSpec:
    """The spec of a SUPP-- dataset that the study did not have before."""
    if "SUPPQUAL" not in specs.domains:
        raise ExportError(
            f"text over {TEXT_LIMIT} bytes needs SUPP{name}, and there is no spec for it",
            place=name,
            next_step="Add specs/sdtm/suppqual.yaml",
        )
    general = specs.domains["SUPPQUAL"]
    label = general.label.replace("{domain}", name)
    return general.model_copy(update={"domain": f"SUPP{name}", "label": label})
