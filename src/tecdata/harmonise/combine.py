"""The centres' datasets of a domain become one: columns unioned and typed, origins merged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw

from tecdata.dataset import BLOCK, Dataset
from tecdata.engine import lookup
from tecdata.errors import HarmoniseError
from tecdata.finding import Finding
from tecdata.harmonise.columns import INTERNAL, NUMBER, SOURCE_TEXT, dtype_of, internal_dtype
from tecdata.harmonise.report import report

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tecdata.dataset import Origin
    from tecdata.finding import Findings
    from tecdata.spec import DomainSpec, Specs

__all__ = ["combine"]

_IDENTIFIERS = ("STUDYID", "DOMAIN", "USUBJID")


def combine(
    mapped: Sequence[Mapping[str, Dataset]], specs: Specs, findings: Findings
) -> dict[str, Dataset]:
    """Bring the datasets of all centres together, one per domain that has a record.

    Every frame of the result has the declared variables and supplemental qualifiers that any
    centre gives (text String, numbers Float64) and all internal columns of mapping. What is not
    declared, and text where a number belongs, is reported.

    Raises :class:`HarmoniseError` for a domain without a spec, frames of different engines, or
    no record at all.
    """
    combined: dict[str, Dataset] = {}
    for domain in sorted({name for centre in mapped for name in centre}):
        spec = specs.domains.get(domain)
        if spec is None:
            raise HarmoniseError(
                f"domain {domain} has no spec",
                choices=sorted(specs.domains),
                next_step=f"Add specs/sdtm/{domain.lower()}.yaml or drop the domain's mapping",
            )
        parts = [c[domain] for c in mapped if domain in c and len(c[domain].frame)]
        if parts:
            combined[domain] = _union(spec, parts, findings)
        else:
            findings.add(Finding.of("harmonise.empty_domain", domain=domain))
    engines = {d.frame.implementation.value for d in combined.values()}
    if len(engines) > 1:
        raise HarmoniseError(
            f"the frames are of different kinds: {', '.join(sorted(map(str, engines)))}",
            next_step="Give all of them as pandas frames or all as Polars frames",
        )
    return combined


def _union(spec: DomainSpec, parts: Sequence[Dataset], findings: Findings) -> Dataset:
    engines = {p.frame.implementation.value for p in parts}
    if len(engines) > 1:
        raise HarmoniseError(
            f"the frames are of different kinds: {', '.join(sorted(map(str, engines)))}",
            place=spec.domain,
            next_step="Give all of them as pandas frames or all as Polars frames",
        )
    origins: dict[str, Origin] = {}
    frames = []
    types = _types(spec, parts[0].frame)
    for part in parts:
        _report_undeclared(part, types, findings)
        renamed = _merge_origins(origins, part.origins)
        frames.append(_typed(part, types, renamed, findings))
    frame = nw.concat(frames, how="diagonal") if len(frames) > 1 else frames[0]
    given = set(frame.columns)
    lacking = [
        nw.lit(None, dtype=internal_dtype(name, frame)).alias(name)
        for name in INTERNAL
        if name not in given
    ]
    frame = frame.with_columns(lacking) if lacking else frame
    names = [*_IDENTIFIERS, *(v.name for v in spec.variables), *(s.name for s in spec.supplemental)]
    kept = [n for n in dict.fromkeys((*names, SOURCE_TEXT)) if n in given]
    return Dataset(spec=spec, frame=frame.select(*kept, *INTERNAL), origins=origins)


def _merge_origins(merged: dict[str, Origin], origins: Mapping[str, Origin]) -> dict[str, str]:
    """Add origins; a block id that already stands for another origin gets a new one."""
    renamed: dict[str, str] = {}
    for block, origin in origins.items():
        name = block
        if merged.get(name, origin) != origin:
            name = f"{origin.centre}/{block}"
        count = 2
        while merged.get(name, origin) != origin:
            name = f"{origin.centre}/{block}#{count}"
            count += 1
        merged[name] = origin
        if name != block:
            renamed[block] = name
    return renamed


def _types(spec: DomainSpec, frame: nw.DataFrame[Any]) -> dict[str, nw.dtypes.DType]:
    """The type of every column that a frame of the domain may have."""
    text = nw.String()
    return {
        **dict.fromkeys((*_IDENTIFIERS, SOURCE_TEXT), text),
        **{name: internal_dtype(name, frame) for name in INTERNAL},
        **{v.name: dtype_of(v) for v in spec.variables},
        **{s.name: text for s in spec.supplemental},
    }


def _typed(
    part: Dataset,
    types: Mapping[str, nw.dtypes.DType],
    renamed: Mapping[str, str],
    findings: Findings,
) -> nw.DataFrame[Any]:
    """Give the columns their types and the block ids their new names."""
    frame = part.frame
    text, number = nw.String(), nw.Float64()
    ours = BLOCK in frame.columns and NUMBER in frame.columns
    changed = []
    for name, dtype in frame.schema.items():
        wanted = types.get(name)
        if wanted is None:
            continue
        expr = nw.col(name)
        if name == BLOCK and renamed:
            expr = expr.replace_strict(dict(renamed), default=expr, return_dtype=nw.String)
        elif wanted == number and dtype == text:
            frame = _number_read(part, frame, name, findings)
            continue
        elif dtype != wanted:
            expr = expr.cast(wanted)
        elif ours:
            continue
        if not ours and wanted == text:
            # Other programs write missing text as "": in SDTM there is no empty text.
            expr = nw.when(expr != "").then(expr)
        if not ours and wanted == number:
            expr = nw.when(~expr.is_nan()).then(expr)
        changed.append(expr.alias(name))
    return frame.with_columns(changed) if changed else frame


def _report_undeclared(
    part: Dataset, types: Mapping[str, nw.dtypes.DType], findings: Findings
) -> None:
    for name in part.frame.columns:
        if name not in types:
            findings.add(
                Finding.of(
                    "harmonise.undeclared_column",
                    domain=part.domain,
                    variable=name,
                    records=len(part.frame[name].drop_nulls()),
                )
            )


def _number_read(
    part: Dataset, frame: nw.DataFrame[Any], name: str, findings: Findings
) -> nw.DataFrame[Any]:
    """Text in a numeric variable is read as a number; what is none is reported."""
    columns = frame.columns
    frame = frame.with_columns(nw.col(name).alias("_text"))
    frame = lookup(frame, ["_text"], _number, {name: nw.Float64()})
    wrong = frame.filter(nw.col(name).is_null() & (nw.col("_text").fill_null("") != ""))
    shown = wrong.with_columns(nw.col("_text").alias(name))
    report(findings, "harmonise.not_a_number", part, shown, name)
    return frame.select(columns)


def _number(text: object) -> tuple[float | None]:
    import re

    if isinstance(text, str) and re.fullmatch(r"\s*[+-]?\d+(\.\d+)?([eE][+-]?\d+)?\s*", text):
        return (float(text),)
    return (None,)
