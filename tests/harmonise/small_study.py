"""A small study for the tests of harmonising: specs made in Python, records from plain dicts."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any, Literal

import pandas as pd
import polars as pl

from tecdata.dataset import Dataset, Origin
from tecdata.finding import Finding, Findings
from tecdata.harmonise import harmonise
from tecdata.spec import DomainSpec, Specs, StudySpec

Engine = Literal["polars", "pandas"]
Row = dict[str, Any]

_LB = (
    "LBSEQ:i! LBTESTCD! LBTEST! LBORRES LBSTRESC LBSTRESN:f LBSTNRLO:f LBSTNRHI:f LBNRIND LBSTAT "
    "LBSPEC LBLOBXFL VISITNUM:f VISIT VISITDY:i EPOCH LBDTC LBDY:i"
)
_DOMAINS: dict[str, tuple[str, str, str]] = {
    "DM": (
        (
            "SUBJID! RFSTDTC RFENDTC RFXSTDTC RFXENDTC RFICDTC RFPENDTC DTHDTC DTHFL SITEID! AGE:i "
            "AGEU SEX! ARMCD ARM ACTARMCD ACTARM ARMNRS"
        ),
        "",
        "DMNOTE",
    ),
    "EX": (
        "EXSEQ:i! EXTRT! EXDOSE:f EXOCCUR EPOCH EXSTDTC EXENDTC EXSTDY:i EXENDY:i",
        "EXTRT EXSTDTC",
        "EXDOSKG",
    ),
    "AE": (
        "AESEQ:i! AESPID AETERM! AEDECOD EPOCH AESTDTC AEENDTC AESTDY:i AEENDY:i",
        "AEDECOD AESTDTC",
        "AEDOSENO CRSTEMP",
    ),
    "CM": ("CMSEQ:i! CMTRT! EPOCH CMSTDTC CMENDTC CMSTDY:i CMENDY:i", "CMTRT CMSTDTC", ""),
    "LB": (_LB, "LBTESTCD LBSPEC VISITNUM LBDTC", ""),
    "IS": (
        (
            "ISSEQ:i! ISTESTCD! ISTEST! ISBDAGNT ISORRES ISSTRESC ISSTRESN:f ISLOBXFL VISITNUM:f "
            "VISIT EPOCH ISDTC ISDY:i"
        ),
        "ISTESTCD ISBDAGNT ISDTC",
        "",
    ),
    "DS": ("DSSEQ:i! DSTERM! DSDECOD DSCAT EPOCH DSSTDTC DSSTDY:i", "DSDECOD DSSTDTC", ""),
    "SV": (
        (
            "VISITNUM:f! VISIT SVPRESP SVOCCUR VISITDY:i EPOCH SVSTDTC SVENDTC SVSTDY:i SVENDY:i "
            "SVUPDES"
        ),
        "VISITNUM",
        "",
    ),
}


def domain_spec(domain: str) -> DomainSpec:
    """The spec of one domain of the small study."""
    variables, keys, supplemental = _DOMAINS[domain]
    texts = [_variable(f"{n}!") for n in ("STUDYID", "DOMAIN", "USUBJID")]
    return DomainSpec.model_validate(
        {
            "domain": domain,
            "label": domain,
            "class": "Findings" if domain in ("LB", "IS") else "Events",
            "structure": "One record",
            "keys": ["STUDYID", "USUBJID", *keys.split()],
            "variables": texts + [_variable(v) for v in variables.split()],
            "supplemental": [
                {"name": n, "label": f"About {n}", "evaluator": "INVESTIGATOR"}
                for n in supplemental.split()
            ],
        }
    )


def _variable(text: str) -> dict[str, str]:
    name, _, kind = text.rstrip("!").partition(":")
    types = {"i": "integer", "f": "float", "": "datetime" if name.endswith("DTC") else "text"}
    core = "Req" if text.endswith("!") else "Exp"
    return {"name": name, "label": name, "type": types[kind], "core": core, "role": "Topic"}


def _relationship(domain: str, names: str) -> DomainSpec:
    return DomainSpec.model_validate(
        {
            "domain": domain,
            "label": "Supplemental Qualifiers for {domain}" if domain != "RELREC" else "Related",
            "class": "Relationship",
            "structure": "One record",
            "keys": [],
            "variables": [_variable(f"{n}!") for n in names.split()],
        }
    )


def study(**changes: Any) -> StudySpec:
    """Four visits, three epochs, one arm; ``changes`` replace keys."""
    return StudySpec.model_validate(
        {
            "study": "TEST",
            "title": "A test",
            "usubjid": "{study}-{centre}-{number:03}",
            "sdtmig": "3.4",
            "ct": "2025-03-28",
            "data_cut": "2026-01-15",
            "treatment": "X",
            "defaults": {"DM": {"ARM": "X", "ARMCD": "X", "ACTARM": "X", "ACTARMCD": "X"}},
            "epochs": [
                {"epoch": "SCREENING", "starts": "first_contact"},
                {"epoch": "TREATMENT", "starts": "first_dose"},
                {"epoch": "FOLLOW-UP", "starts": "after_last_dose", "lag_days": 7},
            ],
            "visits": [
                {"number": 1, "name": "SCREENING", "day": -7, "first_day": -28, "last_day": -1},
                {"number": 2, "name": "DAY 1", "day": 1, "first_day": 1, "last_day": 7},
                {"number": 3, "name": "WEEK 2", "day": 15, "first_day": 8, "last_day": 21},
                {"number": 4, "name": "WEEK 4", "day": 29, "first_day": 25, "last_day": 42},
            ],
            **changes,
        }
    )


def specs(**changes: Any) -> Specs:
    """The small study; ``changes`` replace keys of the study."""
    domains = {d: domain_spec(d) for d in _DOMAINS}
    domains["SUPPQUAL"] = _relationship(
        "SUPPQUAL", "STUDYID RDOMAIN USUBJID IDVAR IDVARVAL QNAM QLABEL QVAL QORIG QEVAL"
    )
    domains["RELREC"] = _relationship(
        "RELREC", "STUDYID RDOMAIN USUBJID IDVAR IDVARVAL RELTYPE RELID"
    )
    return Specs(study=study(**changes), domains=domains, codelists={}, tests={})


def records(domain: str, rows: Sequence[Row], *, centre: str = "BE", engine: Engine) -> Dataset:
    """A mapped dataset of ``rows``: variables, ``subject`` (default 1), ``local``, ``relates``.

    A row without ``row`` counts up from 2 like the rows of a sheet; its variables stand in the
    columns of the spec's order.
    """
    spec = domain_spec(domain)
    numeric = {v.name for v in spec.variables if v.is_numeric}
    given = {n for row in rows for n in row if n.isupper()}
    known = [v.name for v in spec.variables] + [q.name for q in spec.supplemental]
    names = [n for n in known if n in given]
    columns: dict[str, list[Any]] = {n: [row.get(n) for row in rows] for n in names}
    numbers = [row.get("subject", 1) for row in rows]
    columns["_centre"] = [centre] * len(rows)
    columns["_subject"] = [row.get("local", f"P-{n}") for row, n in zip(rows, numbers, strict=True)]
    columns["_number"] = [None if n is None else str(n) for n in numbers]
    columns["_relates"] = [row.get("relates") for row in rows]
    columns["_relates_domain"] = ["AE" if row.get("relates") else None for row in rows]
    columns["_relates_variable"] = ["AESPID" if row.get("relates") else None for row in rows]
    columns["_block"] = [f"{centre}/{domain}/block"] * len(rows)
    columns["_row"] = [row.get("row", i + 2) for i, row in enumerate(rows)]
    columns["_column"] = [""] * len(rows)
    columns["_part"] = [1] * len(rows)
    schema = {
        n: pl.Float64 if n in numeric else pl.Int64 if n in ("_row", "_part") else pl.String
        for n in columns
    }
    frame = pl.DataFrame(columns, schema=schema)
    native: Any = frame if engine == "polars" else _as_pandas(frame)
    places = {n: i for i, n in enumerate([*names, "link"])}
    origin = Origin(
        centre=centre,
        file=f"{domain.lower()}.xlsx",
        sheet=domain,
        table=domain,
        addressing="sheet",
        columns={**{n: n for n in names}, "_relates": "link"},
        positions=places,
    )
    made = Dataset.of(native, spec)
    return dataclasses.replace(made, origins={f"{centre}/{domain}/block": origin})


def _as_pandas(frame: pl.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            name: pd.Series(
                frame[name].to_list(), dtype="str" if frame[name].dtype == pl.String else None
            )
            if frame[name].dtype != pl.Float64
            else pd.Series(frame[name].to_list(), dtype="float64")
            for name in frame.columns
        }
    )


@dataclasses.dataclass(frozen=True)
class Harmonised:
    """What came out: datasets as Polars frames, and the findings."""

    datasets: dict[str, Dataset]
    findings: list[Finding]

    def rows(self, name: str, *columns: str) -> list[tuple[Any, ...]]:
        """Some columns of a dataset, as Python values, missing as None."""
        frame = self.datasets[name].frame.select(*columns)
        return [tuple(None if v is None or v != v else v for v in row) for row in frame.iter_rows()]

    def column(self, name: str, column: str) -> list[Any]:
        """One column of a dataset."""
        return [row[0] for row in self.rows(name, column)]

    def found(self, check: str) -> list[Finding]:
        """The findings of one check."""
        return [f for f in self.findings if f.check == f"harmonise.{check}"]


def run(
    domains: dict[str, list[Row]],
    *,
    engine: Engine = "polars",
    with_specs: Specs | None = None,
    dose: str | None = "2024-03-10T09:00",
) -> Harmonised:
    """Harmonise one centre. Lacking DM and EX are one subject, number 1, with one ``dose``."""
    given = dict(domains)
    given.setdefault("DM", [{"SEX": "F", "AGE": 50.0}])
    if dose is not None:
        given.setdefault("EX", [{"EXTRT": "X", "EXSTDTC": dose}])
    mapped = {d: records(d, rows, engine=engine) for d, rows in given.items()}
    findings = Findings()
    result = harmonise([mapped], with_specs or specs(), findings)
    return Harmonised(datasets=result, findings=findings.ordered())
