"""SUPP--: supplemental qualifiers leave their parent and become records of their own.

SDTMIG 3.4, section 8.4.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import narwhals as nw

from tecdata.dataset import PROVENANCE, Dataset
from tecdata.engine import lookup
from tecdata.errors import HarmoniseError

if TYPE_CHECKING:
    from tecdata.spec import DomainSpec, Specs

__all__ = ["derive_supplemental", "spec_named", "supplemental_spec"]


def supplemental_spec(specs: Specs, parent: DomainSpec) -> DomainSpec:
    """The spec of SUPP-- of one parent: that of SUPPQUAL, named and labelled for the parent.

    Raises :class:`HarmoniseError` where the study has no SUPPQUAL spec.
    """
    general = specs.domains.get("SUPPQUAL")
    if general is None:
        raise HarmoniseError(
            f"{parent.domain} has supplemental qualifiers but there is no spec SUPPQUAL",
            choices=sorted(specs.domains),
            next_step="Add specs/sdtm/suppqual.yaml",
        )
    label = general.label.replace("{domain}", parent.domain)
    return general.model_copy(update={"domain": f"SUPP{parent.domain}", "label": label})


def spec_named(name: str, specs: Specs) -> DomainSpec:
    """The spec of a dataset by its name: a domain, or ``SUPP`` and its parent."""
    parent = specs.domains.get(name.removeprefix("SUPP")) if name.startswith("SUPP") else None
    return specs.domains[name] if parent is None else supplemental_spec(specs, parent)


def derive_supplemental(dataset: Dataset, specs: Specs) -> Dataset | None:
    """Make SUPP-- of a domain whose --SEQ is set; None where no qualifier has a value.

    One record per parent record and qualifier that is not empty, with the parent's provenance.
    IDVAR is --SEQ and IDVARVAL its number; both are empty in SUPPDM.
    """
    spec, frame = dataset.spec, dataset.frame
    names = [s.name for s in spec.supplemental if s.name in frame.columns]
    names = [n for n in names if frame[n].null_count() < len(frame)]
    if not names:
        return None
    key = f"{dataset.domain}SEQ" if f"{dataset.domain}SEQ" in frame.columns else None
    empty = nw.lit(None, dtype=nw.String())
    columns = [nw.col(c) for c in ("STUDYID", "USUBJID", *PROVENANCE)]
    parent = _as_text(frame, names).select(
        *columns,
        nw.lit(dataset.domain).alias("RDOMAIN"),
        (nw.lit(key) if key else empty).alias("IDVAR"),
        (nw.col(key).cast(nw.String) if key else empty).alias("IDVARVAL"),
        (nw.col(key) if key else nw.lit(0)).alias("_seq"),
        *[nw.col(n) for n in names],
    )
    index = [c for c in parent.columns if c not in names]
    records = parent.unpivot(on=names, index=index, variable_name="QNAM", value_name="QVAL").filter(
        ~nw.col("QVAL").is_null()
    )
    about = spec.supplemental_by_name
    described = nw.from_dict(
        {
            "QNAM": names,
            "QLABEL": [about[n].label for n in names],
            "QORIG": [about[n].origin for n in names],
            "QEVAL": [about[n].evaluator or None for n in names],
        },
        schema={c: nw.String() for c in ("QNAM", "QLABEL", "QORIG", "QEVAL")},
        backend=frame.implementation,
    )
    records = (
        records.join(described, on="QNAM", how="left").sort("USUBJID", "_seq", "QNAM").drop("_seq")
    )
    return Dataset(spec=supplemental_spec(specs, spec), frame=records, origins=dataset.origins)


def _as_text(frame: nw.DataFrame[Any], names: list[str]) -> nw.DataFrame[Any]:
    """Numbers a caller brought as numbers become plain decimal text."""
    for name in names:
        if frame.schema[name] == nw.String():
            continue
        frame = lookup(
            frame.with_columns(nw.col(name).alias("_value")), ["_value"], _text, {name: nw.String()}
        ).drop("_value")
    return frame


def _text(value: Any) -> tuple[str | None]:
    if value is None or value != value:
        return (None,)
    return (f"{Decimal(repr(value)).normalize():f}",)
