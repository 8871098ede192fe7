"""The order in which mapped centres become one set of SDTM datasets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tecdata.errors import HarmoniseError
from tecdata.harmonise.baseline import derive_baseline
from tecdata.harmonise.combine import combine
from tecdata.harmonise.demographics import derive_demographics
from tecdata.harmonise.finish import fill_defaults, finish
from tecdata.harmonise.range_indicator import derive_range_indicator
from tecdata.harmonise.relations import derive_relations
from tecdata.harmonise.sequence import derive_sequence
from tecdata.harmonise.subject import check_subjects, derive_usubjid
from tecdata.harmonise.supplemental import derive_supplemental
from tecdata.harmonise.timeline import attach_timeline, build_timeline
from tecdata.harmonise.visits import derive_subject_visits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tecdata.dataset import Dataset
    from tecdata.finding import Findings
    from tecdata.harmonise.timeline import Timeline
    from tecdata.spec import Specs

__all__ = ["harmonise"]


def harmonise(
    mapped: Sequence[Mapping[str, Dataset]], specs: Specs, findings: Findings
) -> dict[str, Dataset]:
    """Bring the mapped datasets of all centres together as SDTM (SDTMIG 3.4).

    Makes STUDYID, DOMAIN, USUBJID, the reference dates and arms of DM, --DY, --STDY, --ENDY,
    EPOCH, VISITNUM, VISIT, SV, --NRIND, --SEQ, --LOBXFL, SUPP-- and RELREC. The result does not
    depend on the order of the records, of the domains or of the centres.

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

    Returns
    -------
    dict
        Datasets by name: DM first, then the other domains and SV by name, RELREC, SUPP--.
        Those without a record are left out.

    Raises
    ------
    HarmoniseError
        No demographics at all; a domain without a spec; a template of USUBJID that cannot be
        filled; frames of different kinds.
    """
    study = specs.study
    datasets = {
        name: derive_usubjid(dataset, study, findings)
        for name, dataset in combine(mapped, specs, findings).items()
    }
    datasets = {name: d for name, d in datasets.items() if len(d.frame)}
    if "DM" not in datasets:
        raise HarmoniseError(
            "no centre delivered demographics (DM), so there is no subject to harmonise",
            choices=sorted(datasets),
            next_step="Map at least one DM record",
        )
    check_subjects(datasets, findings)
    datasets["DM"] = derive_demographics(datasets, study, findings)
    datasets = {n: fill_defaults(d, study.defaults.get(n, {})) for n, d in datasets.items()}
    timeline = build_timeline(datasets, datasets["DM"].frame, study)
    placed = {n: _placed(d, timeline, findings) for n, d in datasets.items()}
    if "SV" in specs.domains and "SV" not in placed:
        visits = derive_subject_visits(datasets, timeline.visits, specs.domains["SV"], study)
        if visits is not None:
            placed["SV"] = derive_sequence(attach_timeline(visits, timeline, findings))
    extra = {f"SUPP{n}": derive_supplemental(d, specs) for n, d in sorted(placed.items())}
    relations = derive_relations(placed, specs, findings)
    ordered = ["DM", *sorted(n for n in placed if n != "DM")]
    result = {name: finish(placed[name]) for name in ordered}
    if relations is not None:
        result["RELREC"] = finish(relations)
    result.update({name: finish(d) for name, d in extra.items() if d is not None})
    return result


def _placed(dataset: Dataset, timeline: Timeline, findings: Findings) -> Dataset:
    """One domain from its place in time to its flags; --SEQ needs all that sorts before it."""
    if dataset.domain != "DM":
        dataset = attach_timeline(dataset, timeline, findings)
    dataset = derive_range_indicator(dataset)
    return derive_baseline(derive_sequence(dataset))
