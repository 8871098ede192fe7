"""The order in which mapped centres become one set of SDTM datasets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tecdata.errors import HarmoniseError
from tecdata.harmonise.baseline import derive_baseline
from tecdata.harmonise.combine import combine
from tecdata.harmonise.comments import derive_comments
from tecdata.harmonise.demographics import derive_demographics
from tecdata.harmonise.finish import fill_defaults, finish
from tecdata.harmonise.loinc import derive_loinc
from tecdata.harmonise.range_indicator import derive_range_indicator
from tecdata.harmonise.relations import derive_relations
from tecdata.harmonise.result_scale import derive_result_scale
from tecdata.harmonise.sequence import derive_sequence
from tecdata.harmonise.spine import identify, take_timing
from tecdata.harmonise.subject import check_subjects
from tecdata.harmonise.subject_elements import derive_subject_elements
from tecdata.harmonise.supplemental import derive_supplemental
from tecdata.harmonise.timing import work_out_timing
from tecdata.harmonise.trial_design import DESIGN, derive_trial_design
from tecdata.harmonise.visits import derive_subject_visits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tecdata.dataset import CellComment, Dataset
    from tecdata.finding import Findings
    from tecdata.harmonise.spine import Spine
    from tecdata.spec import Specs

__all__ = ["harmonise", "in_order", "place_records", "with_demographics"]


def harmonise(
    mapped: Sequence[Mapping[str, Dataset]],
    specs: Specs,
    findings: Findings,
    comments: Sequence[CellComment] = (),
) -> dict[str, Dataset]:
    """Bring the mapped datasets of all centres together as SDTM (SDTMIG 3.4).

    Makes STUDYID, DOMAIN, USUBJID, the reference dates and arms of DM, --DY, --STDY, --ENDY,
    EPOCH, VISITNUM, VISIT, SV, SE, CO, --NRIND, --RESSCL, --LOINC, --SEQ, --LOBXFL, SUPP--, RELREC and the trial
    design. The result does not depend on the order of the records, of the domains or of the centres.

    Parameters
    ----------
    mapped
        For each centre its datasets by domain, as mapping makes them, or built from a caller's
        frames with :meth:`tecdata.dataset.Dataset.of`: pandas or Polars, but all of one kind.
        DM is needed.
    specs
        The study: identity, epochs, visits, domains.
    findings
        Receives what does not fit together; no value is changed or dropped without one.
    comments
        Comments on cells that are to become records of CO.

    Returns
    -------
    dict
        Datasets by name: DM first, then the other domains, SE and SV by name, the trial design
        (TA, TE, TI, TS, TV), RELREC, SUPP--.
        Those without a record are left out.

    Raises
    ------
    HarmoniseError
        No demographics at all; a domain without a spec; a template of USUBJID that cannot be
        filled; frames of different kinds.
    """
    datasets, spine = identify(
        with_demographics(combine(mapped, specs, findings)), specs.study, findings
    )
    made = place_records(with_demographics(datasets), spine, specs, findings, comments)
    design = derive_trial_design(specs, made["DM"].frame)
    return in_order(made | {name: finish(dataset) for name, dataset in design.items()})


def in_order(datasets: Mapping[str, Dataset]) -> dict[str, Dataset]:
    """DM, the other domains, the trial design, RELREC, SUPP--, each group by name."""

    def place(name: str) -> tuple[int, str]:
        groups = (name == "DM", name in DESIGN, name == "RELREC", name.startswith("SUPP"))
        return (0, 2, 3, 4)[groups.index(True)] if any(groups) else 1, name

    return {name: datasets[name] for name in sorted(datasets, key=place)}


def place_records(
    datasets: dict[str, Dataset],
    spine: Spine,
    specs: Specs,
    findings: Findings,
    comments: Sequence[CellComment] = (),
) -> dict[str, Dataset]:
    """All that is worked out of identified records; the trial design is not among it."""
    study = specs.study
    check_subjects(spine.frame, datasets, findings)
    datasets["DM"] = derive_demographics(datasets, study, findings)
    dm = datasets["DM"].frame
    spine, visits = work_out_timing(spine, dm, study)
    placed = _placed(datasets, spine, specs, findings)
    if "SV" in specs.domains and "SV" not in placed:
        sv = derive_subject_visits(dm, visits, spine.visit_domains, specs.domains["SV"], study)
        if sv is not None:
            placed["SV"] = derive_sequence(sv)
    se = derive_subject_elements(dm, visits, specs)
    if se is not None:
        placed["SE"] = se
    noted = derive_comments(placed, comments, specs)
    if noted is not None:
        placed["CO"] = noted
    return _finished(placed, specs, findings)


def _placed(
    datasets: Mapping[str, Dataset], spine: Spine, specs: Specs, findings: Findings
) -> dict[str, Dataset]:
    """The datasets with what follows from their own records and the subjects' dates."""
    placed: dict[str, Dataset] = {}
    for name, dataset in datasets.items():
        timed = dataset if name == "DM" else take_timing(dataset, spine, findings)
        filled = fill_defaults(timed, specs.study.defaults.get(name, {}))
        scaled = derive_result_scale(derive_range_indicator(filled), specs)
        coded = derive_loinc(scaled, specs)
        placed[name] = derive_baseline(derive_sequence(coded))
    return placed


def _finished(
    placed: Mapping[str, Dataset], specs: Specs, findings: Findings
) -> dict[str, Dataset]:
    """The datasets in their order, with what is made of all of them at the end."""
    relations = derive_relations(placed, specs, findings)
    result = {n: finish(placed[n]) for n in ("DM", *sorted(n for n in placed if n != "DM"))}
    if relations is not None:
        result["RELREC"] = finish(relations)
    for name in sorted(placed):
        supplemental = derive_supplemental(placed[name], specs)
        if supplemental is not None:
            result[f"SUPP{name}"] = finish(supplemental)
    return result


def with_demographics(datasets: dict[str, Dataset]) -> dict[str, Dataset]:
    """The datasets; :class:`HarmoniseError` where DM is not among them."""
    if "DM" not in datasets:
        raise HarmoniseError(
            "no centre delivered demographics (DM), so there is no subject to harmonise",
            place=", ".join(sorted(datasets)),
            next_step="Map at least one DM record with a subject number",
        )
    return datasets
