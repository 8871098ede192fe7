"""Who a record is of: USUBJID from the study's template, and what does not fit together."""

from __future__ import annotations

import re
from string import Formatter
from typing import TYPE_CHECKING, Any

import narwhals as nw

from tecdata.dataset import Dataset
from tecdata.errors import HarmoniseError
from tecdata.finding import Finding
from tecdata.harmonise.columns import CENTRE, NUMBER, SUBJECT
from tecdata.harmonise.report import first_records, plain, report

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tecdata.finding import Findings
    from tecdata.spec import StudySpec

__all__ = ["check_subjects", "derive_usubjid"]

_FIELDS = ("study", "centre", "subject", "number")


def derive_usubjid(dataset: Dataset, study: StudySpec, findings: Findings) -> Dataset:
    """Add STUDYID, DOMAIN and USUBJID (SDTMIG 3.4, 4.1.2); records without a subject are reported.

    USUBJID is made where it is missing, from the template ``study.usubjid`` with the record's centre, local id
    and subject number (digits).
    """
    made = usubjid_expression(study)
    frame = dataset.frame
    if "USUBJID" in frame.columns:
        made = nw.coalesce(nw.col("USUBJID"), made)
    frame = frame.with_columns(
        nw.lit(study.study).alias("STUDYID"),
        nw.lit(dataset.domain).alias("DOMAIN"),
        made.alias("USUBJID"),
    )
    nobody = frame.filter(nw.col("USUBJID").is_null())
    if len(nobody):
        lost = first_records(nobody.with_columns(nw.col(CENTRE).fill_null("")), CENTRE)
        counts = {plain(c): len(g) for (c,), g in nobody.group_by(nw.col(CENTRE).fill_null(""))}
        for (centre,), records in lost.group_by(CENTRE):
            count = counts[plain(centre)]
            report(findings, "harmonise.no_subject", dataset, records, SUBJECT, records=count)
        frame = frame.filter(~nw.col("USUBJID").is_null())
    return Dataset(spec=dataset.spec, frame=frame, origins=dataset.origins)


def usubjid_expression(study: StudySpec) -> nw.Expr:
    """USUBJID as an expression over centre, local id and number of a record.

    Raises :class:`HarmoniseError` for a template with other fields or formats.
    """
    digits = nw.col(NUMBER).str.contains(r"^\d{1,15}$").fill_null(value=False)
    number = nw.when(digits).then(nw.col(NUMBER)).otherwise(nw.lit("0")).cast(nw.Int64)
    pieces: list[nw.Expr] = []
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
            pieces.append(number.cast(nw.String).str.zfill(int(width[1] or 1)))
        else:
            pieces.append(nw.col({"centre": CENTRE, "subject": SUBJECT}[name]))
    return nw.when(digits).then(nw.concat_str(pieces, separator=""))


def check_subjects(datasets: Mapping[str, Dataset], findings: Findings) -> None:
    """Report subjects without demographics, and subjects that go by several local ids."""
    ids = [
        d.frame.select("USUBJID", SUBJECT).unique().with_columns(nw.lit(name).alias("_in"))
        for name, d in datasets.items()
    ]
    table = nw.concat(ids, how="vertical")
    names: dict[str, set[str]] = {}
    places: dict[str, set[str]] = {}
    for usubjid, local, domain in table.iter_rows():
        places.setdefault(domain, set()).add(usubjid)
        if plain(local):
            names.setdefault(usubjid, set()).add(local)
    for usubjid, found in sorted(names.items()):
        if len(found) > 1:
            shown = ", ".join(f"'{n}'" for n in sorted(found))
            findings.add(Finding.of("harmonise.several_local_ids", usubjid=usubjid, ids=shown))
    known = places.get("DM", set())
    for domain, found in sorted(places.items()):
        for usubjid in sorted(found - known):
            _without_demographics(datasets[domain], usubjid, findings)


def _without_demographics(dataset: Dataset, usubjid: str, findings: Findings) -> None:
    records: nw.DataFrame[Any] = dataset.frame.filter(nw.col("USUBJID") == usubjid)
    report(
        findings,
        "harmonise.subject_not_in_dm",
        dataset,
        first_records(records, "USUBJID"),
        "USUBJID",
        records=len(records),
    )
