"""From collected values to a panel: which form, which baseline, which value a visit uses."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import polars as pl

from tecdata.derive.response.course_of import (
    dosed_course,
    happened_course,
    ranges_of,
    spans_of,
)
from tecdata.derive.response.doses import (
    DoseSpan,
    dose_spans,
    event_days,
    weights,
)
from tecdata.derive.response.panel import (
    CARRIED,
    MEASURED,
    MISSING,
    NEAR,
    Course,
    Panel,
    Rows,
)
from tecdata.derive.response.records import VALUES, Sdtm, collect_values
from tecdata.derive.response.tiers import add_scores
from tecdata.spec.instrument import Instrument, ItemScore

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tecdata.derive.response.amounts import Bools
    from tecdata.spec.response import DiseaseSpec, Measure, ResponseSettings, ResponseSpecs

__all__ = ["Assembly", "assemble"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Assembly:
    """A disease's subjects as a panel, and the records behind its numbers.

    ``values`` is the table of records; ``source`` of a course numbers its rows. ``anchor`` marks the rows that are
    assessments; ``doses`` are the dose spans by measure and subject, ``items`` the --TESTCD a measure sums.
    """

    disease: DiseaseSpec
    settings: ResponseSettings
    subjects: tuple[str, ...]
    panel: Panel
    values: pl.DataFrame
    anchor: Bools
    doses: Mapping[str, Mapping[str, list[DoseSpan]]]
    items: Mapping[str, tuple[str, ...]]

    def rows_of(self, usubjid: str) -> Rows:
        """The rows of one subject."""
        return np.flatnonzero(self.panel.subject == self.subjects.index(usubjid))


def assemble(
    sdtm: Sdtm, disease: DiseaseSpec, subjects: tuple[str, ...], specs: ResponseSpecs
) -> Assembly:
    """Lay out all visits after baseline of the subjects that have the disease.

    A row is a day on which anything of the disease was measured or a dose changed. Each measure takes the value
    of the day, else the nearest within the window, else (slow measures) the last one carried forward.
    """
    settings = specs.settings
    collected = {n: m for n, m in disease.measures.items() if m.forms or m.items is not None}
    highest = _highest(disease, specs.instruments)
    values = collect_values(sdtm, collected, highest)
    values = values.filter(pl.col("usubjid").is_in(list(subjects)))
    values = _one_form(values, disease)
    doses = {n: dose_spans(sdtm, m.dose) for n, m in disease.measures.items() if m.dose}
    events = {n: event_days(sdtm, m.event) for n, m in disease.measures.items() if m.event}
    values = pl.concat([values, _told(doses, events, disease)]).with_row_index("id")
    values = values.with_columns(pl.col("id").cast(pl.Int64))
    rows = _rows(values, subjects, doses, events)
    number = {subject: i for i, subject in enumerate(subjects)}
    panel = Panel(
        np.array([number[u] for u in rows["usubjid"]], dtype=np.int64),
        rows["day"].to_numpy().astype(np.int64),
        {},
    )
    courses: dict[str, Course] = {}
    kilograms = weights(sdtm)
    for name, measure in disease.measures.items():
        if name in collected:
            own = values.filter(pl.col("measure") == name)
            courses[name] = _collected(rows, own, values, measure, settings)
        elif measure.dose:
            per_kg = kilograms if measure.dose.per_kg else None
            told = values.filter(pl.col("measure") == name)
            courses[name] = dosed_course(rows, doses[name], per_kg, told)
        elif measure.event:
            ever = not measure.event.on_the_day
            told = values.filter(pl.col("measure") == name)
            courses[name] = happened_course(rows, events[name], told, ever=ever)
    panel = add_scores(panel.having(courses), disease, specs.instruments)
    return Assembly(
        disease=disease,
        settings=settings,
        subjects=subjects,
        panel=panel,
        values=values,
        anchor=panel.measured(disease.anchor),
        doses=doses,
        items={
            name: tuple(
                sdtm.tests[f"{measure.items.prefix}{item}"].testcd for item in highest[name]
            )
            for name, measure in collected.items()
            if measure.items is not None
        },
    )


def _highest(
    disease: DiseaseSpec, instruments: Mapping[str, Instrument]
) -> dict[str, dict[str, int]]:
    """By measure, what each item it sums can count at most."""
    found: dict[str, dict[str, int]] = {}
    for name, measure in disease.measures.items():
        if measure.items is None:
            continue
        instrument = instruments[measure.items.instrument]
        if not isinstance(instrument, ItemScore):
            raise TypeError(f"{measure.items.instrument} has no items")
        items = instrument.form()
        chosen = instrument.subsets[measure.items.subset] if measure.items.subset else tuple(items)
        found[name] = {item: items[item].high for item in chosen}
    return found


def _one_form(values: pl.DataFrame, disease: DiseaseSpec) -> pl.DataFrame:
    """Only the form each subject is followed by; the others have other scales."""
    by_ratio = [n for n, m in disease.measures.items() if m.choose == "highest_uln"]
    ratio = pl.col("low") / pl.col("top")
    chosen = (
        values.sort("usubjid", "measure", "form", "day")
        .group_by("usubjid", "measure", "form", maintain_order=True)
        .agg(
            has_base=pl.col("before").any(),
            after=(~pl.col("before")).sum(),
            ratio=ratio.filter(pl.col("before")).last().fill_null(0.0),
        )
        .with_columns(
            rank=pl.when(pl.col("measure").is_in(by_ratio))
            .then(pl.col("ratio"))
            .otherwise(pl.col("after").cast(pl.Float64))
        )
        .sort(
            ["usubjid", "measure", "has_base", "rank", "form"],
            descending=[False, False, True, True, False],
        )
        .unique(["usubjid", "measure"], keep="first", maintain_order=True)
        .select("usubjid", "measure", "form")
    )
    return values.join(chosen, on=["usubjid", "measure", "form"], how="semi").sort(
        "usubjid", "measure", "day"
    )


def _told(
    doses: Mapping[str, Mapping[str, list[DoseSpan]]],
    events: Mapping[str, Mapping[str, list[tuple[int, int]]]],
    disease: DiseaseSpec,
) -> pl.DataFrame:
    """Records of doses and events beside the values, without a form: what a rule on them read."""
    rows: list[dict[str, Any]] = []
    for name, by_subject in doses.items():
        for subject, spans in by_subject.items():
            head = {"usubjid": subject, "measure": name, "domain": "CM", "testcd": "CMDOSE"}
            rows += [{**head, "day": s.first, "seq": s.seq, "low": float(s.dose)} for s in spans]
    for name, found in events.items():
        event = disease.measures[name].event
        code = event.domain if event else ""
        for subject, days in found.items():
            head = {"usubjid": subject, "measure": name, "domain": code, "testcd": f"{code}DECOD"}
            rows += [{**head, "day": day, "seq": seq, "low": 1.0} for day, seq in days]
    full = [{**dict.fromkeys(VALUES), **row, "before": row["day"] <= 0} for row in rows]
    return pl.DataFrame(full, schema=VALUES).with_columns(high=pl.col("low"))


def _rows(
    values: pl.DataFrame,
    subjects: tuple[str, ...],
    doses: Mapping[str, Mapping[str, list[DoseSpan]]],
    events: Mapping[str, Mapping[str, list[tuple[int, int]]]],
) -> pl.DataFrame:
    """(usubjid, day) of every row, in the order of the subjects."""
    collected = pl.col("form").is_not_null()
    taken = values.filter(collected & ~pl.col("before") & (pl.col("day") > 0))
    days = set(taken.select("usubjid", "day").iter_rows())
    seen = taken.group_by("usubjid").agg(pl.col("day").max())
    last = dict(seen.iter_rows())
    for by_subject in doses.values():
        for subject, spans in by_subject.items():
            changes = {s.first for s in spans} | {s.last + 1 for s in spans}
            days |= {(subject, day) for day in changes if 0 < day <= last.get(subject, 0)}
    for found in events.values():
        days |= {(subject, day) for subject, told in found.items() for day, _ in told}
    order = {subject: i for i, subject in enumerate(subjects)}
    kept = sorted((d for d in days if d[0] in order), key=lambda d: (order[d[0]], d[1]))
    return pl.DataFrame(
        {"usubjid": [u for u, _ in kept], "day": [d for _, d in kept]},
        schema={"usubjid": pl.String, "day": pl.Int64},
    ).with_row_index("row")


def _collected(
    rows: pl.DataFrame,
    own: pl.DataFrame,
    values: pl.DataFrame,
    measure: Measure,
    settings: ResponseSettings,
) -> Course:
    before = own.filter(pl.col("before"))
    if settings.baseline_within_days:
        before = before.filter(pl.col("day") >= -settings.baseline_within_days)
    keep: Literal["last", "first"] = (
        "last" if settings.baseline == "last_before_first_dose" else "first"
    )
    base = before.sort("usubjid", "day").unique("usubjid", keep=keep, maintain_order=True)
    after = own.filter(~pl.col("before") & (pl.col("day") > 0))
    used = _chosen(rows, after, measure, settings)
    source = used["id"].fill_null(-1).to_numpy().astype(np.int64)
    how = used["how"].to_numpy().astype(np.int8)
    based = rows.join(base.select("usubjid", base="id"), on="usubjid", how="left").sort("row")
    base_source = based["base"].fill_null(-1).to_numpy().astype(np.int64)
    return Course(
        higher_is_better=measure.better == "higher",
        now=ranges_of(values, source),
        how=how,
        base=ranges_of(values, base_source),
        span=spans_of(values, base_source, measure),
        source=source,
        base_source=base_source,
    )


def _chosen(
    rows: pl.DataFrame, after: pl.DataFrame, measure: Measure, settings: ResponseSettings
) -> pl.DataFrame:
    """By row, the record used and how the row came by it."""
    window = settings.window_days if measure.window_days is None else measure.window_days
    carry = measure.carry_days if settings.carry_forward else 0
    left = rows.sort("day")
    right = after.select("usubjid", "id", there="day").sort("there")

    def nearest(
        strategy: Literal["backward", "forward"], tolerance: int, name: str
    ) -> pl.DataFrame:
        joined = left.join_asof(
            right,
            left_on="day",
            right_on="there",
            by="usubjid",
            strategy=strategy,
            tolerance=tolerance,
            check_sortedness=False,
        )
        gap = (pl.col("there") - pl.col("day")).abs()
        return joined.select("row", gap.alias(f"{name}_gap"), pl.col("id").alias(f"{name}_id"))

    told = (
        left.join(nearest("backward", window, "back"), on="row", how="left")
        .join(nearest("forward", window, "ahead"), on="row", how="left")
        .join(nearest("backward", max(carry, window), "carry"), on="row", how="left")
    )
    ahead = pl.col("ahead_gap").fill_null(10**6) < pl.col("back_gap").fill_null(10**6)
    near = pl.when(ahead).then(pl.col("ahead_id")).otherwise(pl.col("back_id"))
    same = pl.col("back_gap").fill_null(-1) == 0
    how = (
        pl.when(same)
        .then(MEASURED)
        .when(near.is_not_null())
        .then(NEAR)
        .when(pl.col("carry_id").is_not_null())
        .then(CARRIED)
        .otherwise(MISSING)
    )
    return told.select("row", id=pl.coalesce(near, pl.col("carry_id")), how=how).sort("row")
