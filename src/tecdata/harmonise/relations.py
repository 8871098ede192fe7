"""RELREC: records of different domains that belong together (SDTMIG 3.4, section 8.2).

Mapping leaves in ``_relates`` what a centre wrote, in ``_relates_domain`` and
``_relates_variable`` where the value is to be found. Of two linked domains each record of the
first by name (AE before CM) makes a group with the records of the other that it is linked to,
whichever of the two holds the link.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import narwhals as nw

from tecdata.dataset import PROVENANCE, Dataset
from tecdata.errors import HarmoniseError
from tecdata.harmonise.columns import RELATES, RELATES_DOMAIN, RELATES_VARIABLE
from tecdata.harmonise.report import report

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tecdata.finding import Findings
    from tecdata.spec import Specs

__all__ = ["derive_relations"]

_KEYS = ["STUDYID", "RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "RELID"]


def derive_relations(
    datasets: Mapping[str, Dataset], specs: Specs, findings: Findings
) -> Dataset | None:
    """Make record-level RELREC of all datasets (with --SEQ set); None where nothing is related.

    RELID names the record the group is about, for instance ``AE3``, and is unique within a
    subject. A value that names no record is reported with its source cell; one that names several
    relates them all and is reported too.
    """
    pairs = []
    for dataset in datasets.values():
        frame = dataset.frame
        if RELATES not in frame.columns or f"{dataset.domain}SEQ" not in frame.columns:
            continue
        if frame[RELATES].null_count() == len(frame):
            continue
        linked = frame.filter(~nw.col(RELATES).is_null() & ~nw.col(RELATES_DOMAIN).is_null())
        targets = linked.select(RELATES_DOMAIN, RELATES_VARIABLE).unique()
        for domain, variable in sorted(targets.iter_rows()):
            here = (nw.col(RELATES_DOMAIN) == domain) & (nw.col(RELATES_VARIABLE) == variable)
            pairs += _pairs(dataset, linked.filter(here), datasets.get(domain), variable, findings)
    if not pairs:
        return None
    spec = specs.domains.get("RELREC")
    if spec is None:
        raise HarmoniseError(
            "records are related but there is no spec RELREC",
            choices=sorted(specs.domains),
            next_step="Add specs/sdtm/relrec.yaml",
        )
    records = nw.concat(pairs, how="vertical").sort(*_KEYS, *PROVENANCE, nulls_last=True)
    records = records.unique(_KEYS, keep="first", maintain_order=True)
    records = records.with_columns(nw.lit(None, dtype=nw.String()).alias("RELTYPE"))
    # The block ids of several domains meet here: each brings its own origins.
    origins = {block: o for d in datasets.values() for block, o in d.origins.items()}
    ordered = records.sort("USUBJID", "RELID", "RDOMAIN", "_seq").drop("_seq")
    return Dataset(spec=spec, frame=ordered, origins=origins)


def _pairs(
    dataset: Dataset,
    linked: nw.DataFrame[Any],
    target: Dataset | None,
    variable: str,
    findings: Findings,
) -> list[nw.DataFrame[Any]]:
    """Records of both sides of the links of one domain to one variable of another."""
    parts = _parts(linked)
    details = {
        "target": plain_domain(linked),
        "key": variable,
    }
    if target is None or variable not in target.frame.columns:
        report(findings, "harmonise.unknown_relation", dataset, parts, RELATES, **details)
        return []
    own, other = f"{dataset.domain}SEQ", f"{target.domain}SEQ"
    places = {name: f"{name}_target" for name in PROVENANCE}
    named = target.frame.select(
        nw.col("USUBJID"),
        nw.col(variable).alias(RELATES),
        nw.col(other).alias("_target_seq"),
        *[nw.col(name).alias(new) for name, new in places.items()],
    )
    links = parts.join(named, on=["USUBJID", RELATES], how="left")
    found = ~nw.col("_target_seq").is_null()
    lost = links.filter(~found)
    report(findings, "harmonise.unknown_relation", dataset, lost, RELATES, **details)
    if len(lost) == len(links):
        return []
    links = links.filter(found).with_columns(
        nw.len().over("USUBJID", own, RELATES).alias("_records")
    )
    several = links.filter(nw.col("_records") > 1)
    if len(several):
        once = several.unique(["USUBJID", own, RELATES], keep="any").sort("USUBJID", own, RELATES)
        report(
            findings,
            "harmonise.ambiguous_relation",
            dataset,
            once,
            RELATES,
            ("_records",),
            **details,
        )
    # The group is named by the same record whichever of the two domains holds the link.
    hub, seq = min((target.domain, "_target_seq"), (dataset.domain, own))
    relid = nw.concat_str([nw.lit(hub), _whole(nw.col(seq))], separator="")
    links = links.with_columns(relid.alias("RELID"))
    back = {new: name for name, new in places.items()}
    return [
        _side(links, dataset.domain, own, {}),
        _side(links, target.domain, "_target_seq", back),
    ]


def plain_domain(linked: nw.DataFrame[Any]) -> str:
    """The one domain that all of these links point to."""
    return str(linked[RELATES_DOMAIN][0])


def _side(
    links: nw.DataFrame[Any], domain: str, seq: str, places: Mapping[str, str]
) -> nw.DataFrame[Any]:
    backwards = {name: new for new, name in places.items()}
    return links.select(
        nw.col("STUDYID"),
        nw.lit(domain).alias("RDOMAIN"),
        nw.col("USUBJID"),
        nw.lit(f"{domain}SEQ").alias("IDVAR"),
        _whole(nw.col(seq)).alias("IDVARVAL"),
        nw.col("RELID"),
        nw.col(seq).cast(nw.Int64).alias("_seq"),
        *[nw.col(backwards.get(name, name)).alias(name) for name in PROVENANCE],
    )


def _whole(seq: nw.Expr) -> nw.Expr:
    return seq.cast(nw.Int64).cast(nw.String)


def _parts(linked: nw.DataFrame[Any]) -> nw.DataFrame[Any]:
    """One row for each of the values a record lists, separated by comma or semicolon."""
    texts = linked[RELATES].unique().to_list()
    listed = {t: dict.fromkeys(p.strip() for p in re.split("[,;]", t) if p.strip()) for t in texts}
    if all(list(parts) == [text] for text, parts in listed.items()):
        return linked
    table = nw.from_dict(
        {
            RELATES: [t for t, parts in listed.items() for _ in parts],
            "_part_text": [p for parts in listed.values() for p in parts],
        },
        schema={RELATES: nw.String(), "_part_text": nw.String()},
        backend=linked.implementation,
    )
    joined = linked.join(table, on=RELATES, how="inner")
    return joined.drop(RELATES).rename({"_part_text": RELATES})
