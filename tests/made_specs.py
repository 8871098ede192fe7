"""A small AE domain with its specs and a dataset, for the tests of structure check and export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import narwhals as nw
import polars as pl

from tecdata.dataset import PROVENANCE, Dataset, Origin
from tecdata.spec import Codelist, DomainSpec, Specs, StudySpec, Term, VariableSpec

ORIGINS = {
    "events": Origin(
        centre="XX",
        file="events.xlsx",
        sheet="AE",
        table="events",
        addressing="sheet",
        columns={"AETERM": "Event", "AESEV": "Grade", "AESTDTC": "Start", "CRSTEMP": "Temp"},
        positions={"Event": 1, "Grade": 2, "Start": 3, "Temp": 5},
    )
}

AE_VARIABLES = (
    VariableSpec(name="STUDYID", label="Study Identifier", core="Req", role="Identifier"),
    VariableSpec(
        name="DOMAIN", label="Domain Abbreviation", length=2, core="Req", role="Identifier"
    ),
    VariableSpec(name="USUBJID", label="Unique Subject Identifier", core="Req", role="Identifier"),
    VariableSpec(
        name="AESEQ", label="Sequence Number", type="integer", core="Req", role="Identifier"
    ),
    VariableSpec(name="AETERM", label="Reported Term", core="Req", role="Topic"),
    VariableSpec(
        name="AESEV",
        label="Severity/Intensity",
        length=8,
        role="Record Qualifier",
        codelist="AESEV",
    ),
    VariableSpec(name="AEOUT", label="Outcome", length=12, role="Qualifier", codelist="OUT"),
    VariableSpec(name="AETEMP", label="Temperature", type="float", role="Record Qualifier"),
    VariableSpec(name="AESTDTC", label="Start", type="datetime", core="Exp", role="Timing"),
    VariableSpec(name="AEDUR", label="Duration", type="duration", role="Timing"),
)

AE = DomainSpec.model_validate(
    {
        "domain": "AE",
        "label": "Adverse Events",
        "class": "Events",
        "structure": "One record per event",
        "keys": ["STUDYID", "USUBJID", "AETERM", "AESTDTC"],
        "variables": AE_VARIABLES,
    }
)

SUPPQUAL = DomainSpec.model_validate(
    {
        "domain": "SUPPQUAL",
        "label": "Supplemental Qualifiers for {domain}",
        "class": "Relationship",
        "structure": "One record per qualifier",
        "keys": ["STUDYID", "RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "QNAM"],
        "variables": [
            {"name": "STUDYID", "label": "Study Identifier", "core": "Req", "role": "Identifier"},
            {"name": "RDOMAIN", "label": "Related Domain", "core": "Req", "role": "Identifier"},
            {"name": "USUBJID", "label": "Subject", "core": "Req", "role": "Identifier"},
            {"name": "IDVAR", "label": "Identifying Variable", "core": "Exp", "role": "Identifier"},
            {"name": "IDVARVAL", "label": "Its Value", "core": "Exp", "role": "Identifier"},
            {"name": "QNAM", "label": "Qualifier Name", "core": "Req", "role": "Topic"},
            {"name": "QLABEL", "label": "Qualifier Label", "core": "Req", "role": "Qualifier"},
            {"name": "QVAL", "label": "Data Value", "core": "Req", "role": "Result Qualifier"},
            {"name": "QORIG", "label": "Origin", "core": "Req", "role": "Qualifier"},
            {"name": "QEVAL", "label": "Evaluator", "core": "Exp", "role": "Qualifier"},
        ],
    }
)

SUPPAE = SUPPQUAL.model_copy(update={"domain": "SUPPAE", "label": "Supplemental Qualifiers for AE"})


def small_specs(
    non_ascii: Literal["transliterate", "keep", "refuse"] = "transliterate",
    *,
    domains: Sequence[DomainSpec] = (AE, SUPPQUAL),
) -> Specs:
    """A study of these domains with one closed and one extensible codelist."""
    study = StudySpec(
        study="S1",
        title="A study",
        usubjid="{study}-{centre}-{number:03}",
        sdtmig="3.4",
        ct="2025-03-28",
        data_cut="2026-03-01",
        treatment="DRUG",
        non_ascii=non_ascii,
        epochs=(),
        visits=(),
    )
    severity = _codelist("AESEV", False, "MILD", "MODERATE", "SEVERE")
    outcome = _codelist("OUT", True, "FATAL", "RECOVERED")
    return Specs(
        study=study,
        domains={d.domain: d for d in domains},
        codelists={"AESEV": severity, "OUT": outcome},
        tests={},
    )


def _codelist(name: str, extensible: bool, *terms: str) -> Codelist:
    kept = tuple(Term(term=term) for term in terms)
    return Codelist(codelist=name, name=name, extensible=extensible, terms=kept)


def events(*changes: Mapping[str, Any], spec: DomainSpec = AE) -> Dataset:
    """One event per argument: a sound record with these changes; subjects S1-XX-001, -002, …"""
    records = []
    for number, change in enumerate(changes, start=1):
        record: dict[str, Any] = {
            "STUDYID": "S1",
            "DOMAIN": "AE",
            "USUBJID": f"S1-XX-{number:03}",
            "AESEQ": 1.0,
            "AETERM": "Fever",
            "AESEV": "MILD",
            "AEOUT": "RECOVERED",
            "AETEMP": 38.5,
            "AESTDTC": "2025-03-01",
            "AEDUR": "P2D",
            "_block": "events",
            "_row": number + 4,
            "_column": "",
            "_part": 1,
        }
        records.append(record | dict(change))
    return dataset(records, spec)


def dataset(records: Sequence[Mapping[str, Any]], spec: DomainSpec) -> Dataset:
    """A dataset from plain records, typed as harmonising types them."""
    names = [v.name for v in spec.variables] + list(PROVENANCE)
    numeric = {v.name for v in spec.variables if v.is_numeric}
    schema: dict[str, Any] = {}
    for name in (n for n in names if any(n in record for record in records)):
        whole = name in ("_row", "_part")
        schema[name] = pl.Int64 if whole else pl.Float64 if name in numeric else pl.String
    rows = [{name: record.get(name) for name in schema} for record in records]
    return with_frame(spec, pl.DataFrame(rows, schema=schema))


def with_frame(spec: DomainSpec, frame: pl.DataFrame) -> Dataset:
    """A dataset of exactly this frame."""
    return Dataset(spec=spec, frame=nw.from_native(frame, eager_only=True), origins=ORIGINS)
