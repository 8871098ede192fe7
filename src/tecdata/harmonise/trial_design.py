"""TA, TE, TI, TV and TS: the plan of the study as datasets (SDTMIG 3.4, section 7).

All of it stands in ``design`` and ``visits`` of the study's spec; TS also counts from DM.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw

from tecdata.dataset import PROVENANCE, Dataset
from tecdata.harmonise.columns import internal_dtype
from tecdata.harmonise.report import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tecdata.spec import Codelist, DomainSpec, Specs, StudySpec
    from tecdata.spec.trial_design import SummaryParameter, TrialDesign

__all__ = ["DESIGN", "derive_trial_design", "records_dataset"]

#: The datasets made here.
DESIGN = ("TA", "TE", "TI", "TS", "TV")

_CDISC = "CDISC CT"


def derive_trial_design(specs: Specs, dm: nw.DataFrame[Any]) -> dict[str, Dataset]:
    """The trial design datasets that the study describes and specs/sdtm declares.

    Parameters
    ----------
    specs
        ``specs.study.design`` and ``specs.study.visits``; TSPARM is the decode of codelist TSPARMCD.
    dm
        Demographics with reference dates: for the number of subjects, the countries, the first
        consent and the last contact of TS.

    Returns
    -------
    dict of Dataset
        TA, TE, TI, TS, TV by name; none where the study has no design. They have no source cells.
    """
    study, design = specs.study, specs.study.design
    if design is None:
        return {}
    rows: dict[str, list[dict[str, Any]]] = {
        "TA": list(_arms(design)),
        "TE": [
            {
                "ETCD": element.code,
                "ELEMENT": element.element,
                "TESTRL": element.start,
                "TEENRL": element.end or None,
                "TEDUR": element.duration or None,
            }
            for element in design.elements
        ],
        "TI": [
            {"IETESTCD": c.code, "IETEST": c.text, "IECAT": c.category} for c in design.criteria
        ],
        "TS": list(_summary(design, specs, _counted(study, design, dm))),
        "TV": list(_visits(study)),
    }
    return {
        name: records_dataset(specs.domains[name], found, study, dm)
        for name, found in rows.items()
        if found and name in specs.domains
    }


def records_dataset(
    spec: DomainSpec, rows: Sequence[Mapping[str, Any]], study: StudySpec, like: nw.DataFrame[Any]
) -> Dataset:
    """Records from rows, as a dataset of the same kind of frame as ``like``; sorted as given."""
    given = {name for row in rows for name in row}
    names = [v.name for v in spec.variables if v.name in given]
    types = {v.name: nw.Float64() if v.is_numeric else nw.String() for v in spec.variables}
    columns: dict[str, list[Any]] = {
        "STUDYID": [study.study] * len(rows),
        "DOMAIN": [spec.domain] * len(rows),
        **{name: [row.get(name) for row in rows] for name in names},
    }
    schema = {name: types[name] for name in columns}
    frame = nw.from_dict(columns, schema, backend=like.implementation)
    empty = [nw.lit(None, dtype=internal_dtype(n, frame)).alias(n) for n in PROVENANCE]
    return Dataset(spec=spec, frame=frame.with_columns(empty))


def _arms(design: TrialDesign) -> Iterator[dict[str, Any]]:
    for arm in design.arms:
        for order, element in enumerate(design.elements, 1):
            yield {
                "ARMCD": arm.code,
                "ARM": arm.arm,
                "TAETORD": float(order),
                "ETCD": element.code,
                "ELEMENT": element.element,
                "TATRANS": element.transition or None,
                "EPOCH": element.epoch,
            }


def _visits(study: StudySpec) -> Iterator[dict[str, Any]]:
    """Planned visits are the same in every arm, so ARMCD stays empty (SDTMIG 3.4, TV, assumption 2)."""
    for visit in study.visits:
        yield {
            "VISITNUM": float(visit.number),
            "VISIT": visit.name,
            "VISITDY": float(visit.day),
            "TVSTRL": f"First contact in study days {visit.first_day} to {visit.last_day} that is "
            f"nearest to day {visit.day}",
            "TVENRL": "End of the same day",
        }


def _counted(
    study: StudySpec, design: TrialDesign, dm: nw.DataFrame[Any]
) -> dict[str, tuple[str, ...]]:
    """What a summary parameter may be counted from."""

    def column(name: str) -> list[str]:
        values = dm[name].to_list() if name in dm.columns else []
        return sorted({plain(value) for value in values} - {""})

    return {
        "subjects": (str(len(dm)),),
        "countries": tuple(column("COUNTRY")),
        "first_consent": tuple(column("RFICDTC")[:1]),
        "last_contact": tuple(column("RFPENDTC")[-1:]),
        "arms": (str(len(design.arms)),),
        "data_cut": (study.data_cut,),
        "sdtmig": (study.sdtmig,),
        "title": (study.title,),
    }


def _summary(
    design: TrialDesign, specs: Specs, counted: Mapping[str, tuple[str, ...]]
) -> Iterator[dict[str, Any]]:
    """One record a value; a parameter without any has the null flavour UNK."""
    for parameter in sorted(design.summary, key=lambda p: p.code):
        values = counted[parameter.counted] if parameter.counted else parameter.values
        named = {"TSPARMCD": parameter.code, "TSPARM": _name(parameter, specs)}
        for number, value in enumerate(values, 1):
            yield {
                **named,
                "TSSEQ": float(number),
                "TSGRPID": parameter.group or None,
                "TSVAL": value,
                **_coded(parameter, value, specs),
            }
        if not values:
            yield {**named, "TSSEQ": 1.0, "TSVALNF": parameter.null or "UNK"}


def _name(parameter: SummaryParameter, specs: Specs) -> str:
    term = specs.codelists["TSPARMCD"].by_term[parameter.code]
    return term.decode or term.term


def _coded(parameter: SummaryParameter, value: str, specs: Specs) -> dict[str, Any]:
    codelist: Codelist | None = specs.codelists.get(parameter.codelist)
    if codelist is None:
        reference = parameter.reference or None
        return {"TSVCDREF": reference, "TSVCDVER": parameter.version or None}
    return {
        "TSVALCD": codelist.by_term[value].nci or None,
        "TSVCDREF": _CDISC,
        "TSVCDVER": codelist.package,
    }
