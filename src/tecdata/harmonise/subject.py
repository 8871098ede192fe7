"""Who a record is of: USUBJID from the study's template, and what does not fit together."""

from __future__ import annotations

import re
from string import Formatter
from typing import TYPE_CHECKING, Any

import narwhals as nw

from tecdata.engine import once_each
from tecdata.errors import HarmoniseError
from tecdata.harmonise.columns import CENTRE, NUMBER, SUBJECT
from tecdata.harmonise.report import first_records, plain, report

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from tecdata.dataset import Dataset
    from tecdata.finding import Findings
    from tecdata.spec import StudySpec

__all__ = ["add_usubjid", "check_subjects", "report_nobody"]

_FIELDS = ("study", "centre", "subject", "number")


def add_usubjid(records: nw.DataFrame[Any], study: StudySpec) -> nw.DataFrame[Any]:
    """Add USUBJID from the template ``study.usubjid`` (SDTMIG 3.4, section 4.1.2).

    ``records`` have ``_centre``, ``_subject`` (local id) and ``_number`` (text of digits); where
    one the template needs is missing, USUBJID is empty. A USUBJID that is there already stays.

    Raises :class:`HarmoniseError` for a template with other fields or formats.
    """
    pieces, needed = _pieces(study)
    given = [name for name in (CENTRE, SUBJECT, NUMBER, "USUBJID") if name in records.columns]
    made = once_each(records, given, lambda subjects: _named(subjects, pieces, needed))
    return records.with_columns(made["USUBJID"])


def _named(
    records: nw.DataFrame[Any], pieces: Sequence[nw.Expr], needed: Collection[str]
) -> nw.DataFrame[Any]:
    records = records.with_columns(
        nw.col(NUMBER).str.contains(r"^\d{1,15}$").fill_null(value=False).alias("_digits")
    ).with_columns(
        nw.when(nw.col("_digits")).then(nw.col(NUMBER)).otherwise(nw.lit("0")).alias("_padded")
    )
    made = nw.concat_str(pieces, separator="")
    if NUMBER in needed:
        made = nw.when(nw.col("_digits")).then(made)
    if "USUBJID" in records.columns:
        made = nw.coalesce(nw.col("USUBJID"), made)
    return records.select(made.alias("USUBJID"))


def _pieces(study: StudySpec) -> tuple[list[nw.Expr], set[str]]:
    """The template as expressions, and the columns it needs."""
    pieces: list[nw.Expr] = []
    needed: set[str] = set()
    for literal, name, form, _ in Formatter().parse(study.usubjid):
        if literal:
            pieces.append(nw.lit(literal))
        if name is None:
            continue
        width = re.fullmatch(r"0?(\d*)d?", form or "")
        if name not in _FIELDS or width is None or (form and name != "number"):
            raise HarmoniseError(
                f"the USUBJID template has '{{{name}{':' + form if form else ''}}}'",
                place="specs/study.yaml: usubjid",
                choices=[f"{{{f}}}" for f in _FIELDS] + ["{number:03}"],
                next_step="Use these fields only",
            )
        if name == "study":
            pieces.append(nw.lit(study.study))
        elif name == "number":
            number = nw.col("_padded").cast(nw.Int64).cast(nw.String)
            pieces.append(number.str.zfill(int(width[1] or 1)))
            needed.add(NUMBER)
        else:
            pieces.append(nw.col({"centre": CENTRE, "subject": SUBJECT}[name]))
    return pieces, needed


def report_nobody(dataset: Dataset, nobody: nw.DataFrame[Any], findings: Findings) -> None:
    """Report records without USUBJID, once per centre, at the first of them."""
    counted = nobody.with_columns(nw.col(CENTRE).fill_null(""))
    counted = counted.with_columns(nw.len().over(CENTRE).alias("_records"))
    first = first_records(counted, CENTRE)
    report(findings, "harmonise.no_subject", dataset, first, SUBJECT, ("_records",))


def check_subjects(
    records: nw.DataFrame[Any], datasets: Mapping[str, Dataset], findings: Findings
) -> None:
    """Report subjects without demographics, and subjects that go by several local ids.

    ``records`` has USUBJID, ``_subject`` and ``_domain`` of all records of all ``datasets``.
    """
    spellings: dict[str, dict[str, str]] = {}
    places: dict[str, set[str]] = {}
    table = records.select("USUBJID", SUBJECT, "_domain").unique()
    # DM comes first: its spelling is the one that others are measured by.
    for usubjid, local, domain in sorted(table.iter_rows(), key=lambda r: (r[2] != "DM", r[2])):
        places.setdefault(domain, set()).add(usubjid)
        if plain(local):
            spellings.setdefault(usubjid, {}).setdefault(local, domain)
    for usubjid, found in sorted(spellings.items()):
        _report_other_ids(usubjid, found, datasets, findings)
    for domain, subjects in sorted(places.items()):
        for usubjid in sorted(subjects - places.get("DM", set())):
            mine = datasets[domain].frame.filter(nw.col("USUBJID") == usubjid)
            first = first_records(mine, "USUBJID")
            report(
                findings,
                "harmonise.subject_not_in_dm",
                datasets[domain],
                first,
                "USUBJID",
                records=len(mine),
            )


def _report_other_ids(
    usubjid: str, found: Mapping[str, str], datasets: Mapping[str, Dataset], findings: Findings
) -> None:
    """Report ids that differ from the first in more than case, blanks, signs, leading zeros."""
    known, *others = sorted(found, key=lambda local: (found[local] != "DM", local))
    for local in others:
        if _folded(local) == _folded(known):
            continue
        dataset = datasets[found[local]]
        here = (nw.col("USUBJID") == usubjid) & (nw.col(SUBJECT) == local)
        first = first_records(dataset.frame.filter(here), SUBJECT)
        report(findings, "harmonise.several_local_ids", dataset, first, SUBJECT, known=known)


def _folded(local: str) -> tuple[str, ...]:
    """What an id says, however it is written."""
    words = re.findall(r"[^\W\d_]+|\d+", local.casefold())
    return tuple(word.lstrip("0") if word.isdigit() else word for word in words)
