"""The name of a query: the same trouble has the same name in every delivery.

A query is named by what it is about (subject, variable, record, check), never by a row or
sequence number, since both change when a row is inserted above.
"""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
import json
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tecdata.finding import Finding

__all__ = ["distinguish", "query_id", "query_key"]

#: Crockford's base 32: no I, L, O, U, so that an id can be read out over the telephone.
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH: Final = 6
#: Prefix of queries that concern no single centre.
_STUDY: Final = "STUDY"

_COLUMN: Final = re.compile(r"column '(?P<name>.*)'$|^(?P<letters>[A-Z]{1,3})\d*(?::|$)", re.DOTALL)


def query_id(finding: Finding) -> str:
    """A short id that stays the same as long as the trouble does.

    Parameters
    ----------
    finding
        Best one that has been through :func:`distinguish` and names its record; without a record
        the file (its digits left out), the column and the value stand in for it.

    Returns
    -------
    str
        The centre's code (``STUDY`` where there is none), a hyphen and six letters or digits.

    Examples
    --------
    >>> from tecdata.finding import Finding
    >>> one = Finding(check="x.y", severity="error", message="", centre="XX",
    ...     usubjid="S-XX-001", variable="LBORRES", record="LBTESTCD=IGG; LBDTC=2025-03-01")
    >>> query_id(one)
    'XX-0VC3NW'
    >>> query_id(dataclasses.replace(one, seq=7, value="4.5", cell="C14")) == query_id(one)
    True
    """
    number = int.from_bytes(hashlib.sha256(query_key(finding).encode()).digest()[:8])
    letters = "".join(_LETTERS[(number >> (5 * i)) & 31] for i in range(_LENGTH))
    return f"{finding.centre or _STUDY}-{letters}"


def query_key(finding: Finding) -> str:
    """Everything the id is made of, as JSON text: two queries are one if their keys are equal."""
    about = [finding.check, finding.usubjid or finding.centre, finding.domain, finding.variable]
    if finding.record:
        about.append(finding.record)
    elif not finding.usubjid:
        value = hashlib.sha256(finding.value.encode()).hexdigest()[:16] if finding.value else ""
        about += [_logical(finding.file), finding.sheet, _column(finding.cell), value]
    return json.dumps(about, ensure_ascii=False)


def distinguish(
    findings: Iterable[Finding], known: Mapping[str, str] | None = None
) -> list[Finding]:
    """The same findings in the same order, with records that give each an id of its own.

    Findings that are about the same thing are counted in the order of their places; the count
    becomes part of the record (``…; #2``). The same is done where two ids happen to fall
    together. ``known`` gives the keys behind ids in use already (see :class:`History`).
    """
    kept = list(findings)
    taken = dict(known or {})
    used: set[str] = set()
    order = sorted(range(len(kept)), key=lambda i: (query_key(kept[i]), _place(kept[i])))
    for index in order:
        for number in itertools.count(1):
            candidate = _counted(kept[index], number)
            name, key = query_id(candidate), query_key(candidate)
            if name not in used and taken.setdefault(name, key) == key:
                break
        used.add(name)
        kept[index] = candidate
    return kept


def _counted(finding: Finding, number: int) -> Finding:
    """The finding with its number among those that would be called alike."""
    if number == 1:
        return finding
    record = f"{finding.record}; #{number}" if finding.record else _unnamed(finding, number)
    return dataclasses.replace(finding, record=record)


def _unnamed(finding: Finding, number: int) -> str:
    """What the key would have held without a record, so that the count adds to it."""
    if finding.usubjid:
        return f"#{number}"
    value = hashlib.sha256(finding.value.encode()).hexdigest()[:8] if finding.value else ""
    parts = (_logical(finding.file), finding.sheet, _column(finding.cell), value, f"#{number}")
    return "; ".join(part for part in parts if part)


def _logical(file: str) -> str:
    """The file's name without the digits that change from delivery to delivery.

    >>> _logical("Labor_2025-03-01.csv") == _logical("labor_2025-06-30.CSV")
    True
    """
    return re.sub(r"\d+", "#", file.casefold())


def _column(cell: str) -> str:
    """The column part of a cell's address.

    >>> _column("C14"), _column("line 12, column 'Wert'"), _column("row 3"), _column("")
    ('C', 'Wert', '', '')
    """
    found = _COLUMN.search(cell)
    return (found["name"] or found["letters"] or "") if found else ""


def _place(finding: Finding) -> tuple[object, ...]:
    """The order of findings that are called alike: by their place in the source."""
    row = re.search(r"\d+", finding.cell)
    return (
        finding.file,
        finding.sheet,
        int(row[0]) if row else 0,
        finding.cell,
        finding.seq or 0,
        finding.value,
        finding.message,
    )
