"""The pinned subset of CDISC terminology against a release: what changed, and what can be taken over."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from tecdata.exchange.ct_release import Release
    from tecdata.spec import Codelist, Specs

__all__ = ["Change", "compare_terminology", "update_terminology"]

Kind = Literal["removed", "renamed", "added", "code", "codelist"]


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """One difference between the pinned subset and a release.

    ``removed`` a term or codelist that is no more, ``renamed`` a code with another submission value,
    ``added`` a term of the study's own that CDISC now has, ``code`` a term with another NCI code,
    ``codelist`` another name or extensibility. The first two want a decision by a person.
    """

    kind: Kind
    codelist: str
    term: str
    before: str
    after: str

    @property
    def wants_a_decision(self) -> bool:
        """Whether the specs cannot be changed without asking."""
        return self.kind in ("removed", "renamed")


def compare_terminology(specs: Specs, release: Release) -> list[Change]:
    """What a release changes in the codelists of CDISC that the study pins.

    The terms of a list that joins several are sought in all of them, by NCI code: one code may have
    another submission value in each.
    """
    changes: list[Change] = []
    for codelist in specs.codelists.values():
        lists = codelist.joins or ((codelist.nci,) if codelist.nci else ())
        found = [release.codelists[code] for code in lists if code in release.codelists]
        gone = [code for code in lists if code not in release.codelists]
        changes.extend(Change("removed", codelist.codelist, "", code, "") for code in gone)
        if not found:
            continue
        if codelist.nci:
            changes.extend(_of_list(codelist, found[0].name, extensible=found[0].extensible))
        values: dict[str, set[str]] = {}
        for published in found:
            for code, value in published.terms.items():
                values.setdefault(code, set()).add(value)
        changes.extend(_of_terms(codelist, values))
    return changes


def _of_list(codelist: Codelist, name: str, *, extensible: bool) -> Iterator[Change]:
    if codelist.name != name:
        yield Change("codelist", codelist.codelist, "", codelist.name, name)
    if codelist.extensible != extensible:
        said = {True: "extensible", False: "not extensible"}
        yield Change("codelist", codelist.codelist, "", said[codelist.extensible], said[extensible])


def _of_terms(codelist: Codelist, published: Mapping[str, Collection[str]]) -> Iterator[Change]:
    """What a release says otherwise about the terms; ``published`` has submission values by NCI code."""
    codes = {value: code for code, values in published.items() for value in values}
    for term in codelist.terms:
        code = codes.get(term.term, "")
        if term.nci and term.nci not in published:
            if code:
                yield Change("code", codelist.codelist, term.term, term.nci, code)
            else:
                yield Change("removed", codelist.codelist, term.term, term.nci, "")
        elif term.nci and term.term not in published[term.nci]:
            now = " / ".join(sorted(published[term.nci]))
            yield Change("renamed", codelist.codelist, term.term, term.term, now)
        elif not term.nci and code:
            yield Change("added", codelist.codelist, term.term, "", code)


def update_terminology(
    folder: Path, changes: list[Change], release: Release, old: str
) -> list[Path]:
    """Take over dates, codes and extensibility in ``specs/``; comments and spellings stay as they are.

    Parameters
    ----------
    folder
        ``specs`` of the study; ``terminology/*.yaml`` and ``study.yaml`` are changed.
    changes
        As :func:`compare_terminology` found them. Removed and renamed terms stay: they want a decision.
    old
        The date of the release that the specs name so far.

    Returns
    -------
    list of Path
        The files that were changed.
    """
    written = []
    for path in sorted((folder / "terminology").glob("*.yaml")):
        text = path.read_text("utf-8")
        new = _updated(text, changes, release.date, old)
        if new != text:
            path.write_text(new, "utf-8")
            written.append(path)
    study = folder / "study.yaml"
    text = study.read_text("utf-8")
    new = re.sub(rf'(?m)^(ct:\s*"?){re.escape(old)}("?\s*)$', rf"\g<1>{release.date}\g<2>", text)
    if new != text:
        study.write_text(new, "utf-8")
        written.append(study)
    return written


def _updated(text: str, changes: list[Change], date: str, old: str) -> str:
    """The file with its codelists one by one: each begins with ``- codelist: NAME``."""
    parts = re.split(r"(?m)^(?=\s*- codelist: )", text)
    done = [parts[0]]
    for part in parts[1:]:
        name = part.partition("codelist: ")[2].splitlines()[0].strip()
        part = part.replace(f'package: "{old}"', f'package: "{date}"', 1)
        for change in (c for c in changes if c.codelist == name):
            part = _changed(part, change)
        done.append(part)
    return "".join(done)


def _changed(part: str, change: Change) -> str:
    term = rf'(\{{term: "?{re.escape(change.term)}"?)'
    if change.kind == "code":
        return re.sub(rf"{term}, nci: {change.before}(?=[,}}])", rf"\1, nci: {change.after}", part)
    if change.kind == "added":
        return re.sub(rf"{term}(?=[,}}])", rf"\1, nci: {change.after}", part, count=1)
    if change.kind == "codelist" and change.after == "extensible":
        return re.sub(r"(?m)^(\s*)terms:", r"\1extensible: true\n\1terms:", part, count=1)
    if change.kind == "codelist" and change.after == "not extensible":
        return re.sub(r"(?m)^\s*extensible: true\n", "", part, count=1)
    if change.kind == "codelist":
        return part.replace(f"name: {change.before}", f"name: {change.after}", 1)
    return part
