"""The spine: one slim row for every record of every domain.

What is said of subject and time is worked out in it once, for all domains, and each domain takes
its share back. It holds who a record is of and its start and end dates. Its rows stand in the
order of the domains' frames, so that a domain's share is a slice.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import narwhals as nw

from tecdata.harmonise.columns import (
    BEFORE_DOSE,
    CENTRE,
    DEATH,
    LATE,
    NUMBER,
    SUBJECT,
    end_variable,
    start_variable,
)
from tecdata.harmonise.report import report
from tecdata.harmonise.subject import add_usubjid, report_nobody

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tecdata.dataset import Dataset
    from tecdata.finding import Findings
    from tecdata.spec import StudySpec

__all__ = ["Spine", "build_spine", "identify", "take_timing"]


@dataclasses.dataclass(frozen=True, slots=True)
class Spine:
    """``frame``: USUBJID, _domain, _centre, _subject, _start, _end and _bit of every record.

    ``shares`` says which rows are a domain's. ``_bit`` is 0 for domains that do not make visits;
    the others, ``visit_domains``, have a power of two each, in their order.
    """

    frame: nw.DataFrame[Any]
    shares: Mapping[str, tuple[int, int]]
    visit_domains: tuple[str, ...]

    def share(self, domain: str) -> nw.DataFrame[Any]:
        """The rows of one domain."""
        start, stop = self.shares[domain]
        return self.frame[start:stop]

    def with_frame(self, frame: nw.DataFrame[Any]) -> Spine:
        """The same records with other columns."""
        return dataclasses.replace(self, frame=frame)


def build_spine(datasets: Mapping[str, Dataset], study: StudySpec) -> Spine:
    """Stack subject and dates of all records and add USUBJID."""
    visit_domains = tuple(
        domain
        for domain, dataset in datasets.items()
        if domain != "SV"
        and "VISITNUM" in dataset.spec.by_name
        and start_variable(domain, dataset.frame.columns)
    )
    bits = {domain: 2**place for place, domain in enumerate(visit_domains)}
    parts, shares, begin = [], {}, 0
    for domain, dataset in datasets.items():
        columns = dataset.frame.columns
        start, end = start_variable(domain, columns), end_variable(domain, columns)
        given = "USUBJID" if "USUBJID" in columns else None
        named = {"_start": start, "_end": end, "USUBJID": given}
        parts.append(
            dataset.frame.select(
                CENTRE,
                SUBJECT,
                NUMBER,
                *[
                    (nw.col(name) if name else nw.lit(None, dtype=nw.String())).alias(new)
                    for new, name in named.items()
                ],
                nw.lit(domain).alias("_domain"),
                nw.lit(bits.get(domain, 0)).alias("_bit"),
            )
        )
        shares[domain] = (begin, begin + len(dataset.frame))
        begin = shares[domain][1]
    frame = add_usubjid(nw.concat(parts, how="vertical"), study)
    return Spine(frame=frame, shares=shares, visit_domains=visit_domains)


def identify(
    datasets: Mapping[str, Dataset], study: StudySpec, findings: Findings
) -> tuple[dict[str, Dataset], Spine]:
    """Give every record STUDYID, DOMAIN and USUBJID; those of nobody are reported and left out."""
    spine = build_spine(datasets, study)
    whole = not spine.frame["USUBJID"].null_count()
    named: dict[str, Dataset] = {}
    for domain, dataset in datasets.items():
        frame = dataset.frame.with_columns(
            nw.lit(study.study).alias("STUDYID"),
            nw.lit(domain).alias("DOMAIN"),
            spine.share(domain)["USUBJID"],
        )
        if not whole:
            nobody = frame.filter(nw.col("USUBJID").is_null())
            report_nobody(dataset, nobody, findings)
            frame = frame.filter(~nw.col("USUBJID").is_null())
        if len(frame):
            named[domain] = dataclasses.replace(dataset, frame=frame)
    return (named, spine) if whole else (named, build_spine(named, study))


def take_timing(dataset: Dataset, spine: Spine, findings: Findings) -> Dataset:
    """Add --DY or --STDY, --ENDY, EPOCH, VISITNUM, VISIT and VISITDY as the spec has them.

    The frame also gets ``_before_dose``. Records dated after the death are reported.
    """
    domain = dataset.domain
    start = start_variable(domain, dataset.frame.columns)
    if start is None:
        return dataset
    share = spine.share(domain)
    names = {"_start_day": f"{domain}STDY" if start.endswith("STDTC") else f"{domain}DY"}
    if end_variable(domain, dataset.frame.columns):
        names["_end_day"] = f"{domain}ENDY"
    for name in ("EPOCH", "VISITNUM", "VISIT", "VISITDY"):
        if name in dataset.spec.by_name:
            names[name] = name
    if any(f"{domain}{flag}" in dataset.spec.by_name for flag in ("LOBXFL", "BLFL")):
        names[BEFORE_DOSE] = BEFORE_DOSE
    frame = dataset.frame.with_columns([share[old].alias(new) for old, new in names.items()])
    placed = dataclasses.replace(dataset, frame=frame)
    if share[LATE].any():
        late = frame.with_columns(share[LATE], share[DEATH]).filter(nw.col(LATE))
        report(findings, "harmonise.after_death", placed, late, start, (DEATH,))
    return placed
