"""The same for some of the subjects, and what is left to do when the shares come together.

Nothing that harmonising works out of a subject's records reads another subject's. What does is done
here once: the type of a column that is whole numbers in one share and not in another, the
trial design, which counts subjects, and domains that nobody has a record of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw
import polars as pl

from tecdata.dataset import Dataset
from tecdata.finding import Finding, Findings
from tecdata.harmonise.columns import INTERNAL, internal_dtype
from tecdata.harmonise.combine import combine
from tecdata.harmonise.finish import finish
from tecdata.harmonise.harmonise import in_order, place_records, with_demographics
from tecdata.harmonise.spine import build_spine, identify
from tecdata.harmonise.trial_design import derive_trial_design

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tecdata.dataset import CellComment, Origin
    from tecdata.spec import DomainSpec, Specs

__all__ = ["complete_study", "harmonise_share", "stack_shares"]

_EMPTY = "harmonise.empty_domain"


def harmonise_share(
    mapped: Sequence[Mapping[str, Dataset]],
    specs: Specs,
    findings: Findings,
    comments: Sequence[CellComment] = (),
) -> dict[str, Dataset]:
    """Harmonise the records of some subjects, all of whose records are there.

    The datasets that have a record, in Polars. The shares of a study, one below the other, are
    its datasets, in the same order where each share's USUBJIDs come after those of the one before.
    """
    own = Findings()
    found = combine(mapped, specs, own)
    findings.extend(f for f in own if f.check != _EMPTY)
    if not found:
        return {}
    datasets, spine = identify(found, specs.study, findings)
    if not datasets:
        return {}
    if "DM" not in datasets:
        # Subjects without demographics are reported one by one; here there are no others.
        datasets = dict(sorted({**datasets, "DM": _nobody(specs)}.items()))
        spine = build_spine(datasets, specs.study)
    made = place_records(datasets, spine, specs, findings, comments)
    return {name: dataset for name, dataset in made.items() if len(dataset)}


def _nobody(specs: Specs) -> Dataset:
    frame = nw.from_native(pl.DataFrame(), eager_only=True)
    schema: dict[str, nw.dtypes.DType] = {}
    schema |= dict.fromkeys(("STUDYID", "DOMAIN", "USUBJID"), nw.String())
    schema |= {name: internal_dtype(name, frame) for name in INTERNAL}
    empty = nw.from_dict({name: [] for name in schema}, schema, backend="polars")
    return Dataset(spec=specs.domains["DM"], frame=empty)


def stack_shares(
    spec: DomainSpec, frames: Sequence[pl.DataFrame], origins: Mapping[str, Origin]
) -> Dataset:
    """One dataset of its shares, in their order; what is lacking in one is empty there."""
    whole = pl.concat(frames, how="diagonal_relaxed") if len(frames) > 1 else frames[0]
    dataset = Dataset(spec=spec, frame=nw.from_native(whole, eager_only=True), origins=origins)
    return finish(dataset)


def complete_study(
    datasets: Mapping[str, Dataset], mapped: Mapping[str, int], specs: Specs, findings: Findings
) -> dict[str, Dataset]:
    """All datasets of a study of which the shares' are given: those of the trial design too.

    ``mapped`` says of each domain that some centre maps how many records mapping made. Raises
    :class:`~tecdata.errors.HarmoniseError` where nobody has demographics.
    """
    for domain in sorted(name for name, records in mapped.items() if not records):
        findings.add(Finding.of(_EMPTY, domain=domain))
    made = with_demographics(dict(datasets))
    design = derive_trial_design(specs, made["DM"].frame)
    return in_order(made | {name: finish(dataset) for name, dataset in design.items()})
