"""From collected values to a panel: which form, which baseline, which value a visit uses."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import polars as pl

from tecdata.derive.response.course_of import (
    APART,
    Baselines,
    collected_course,
    day_keys,
    dosed_course,
    happened_course,
)
from tecdata.derive.response.doses import DoseSpan, dose_spans, event_days, weights
from tecdata.derive.response.panel import Panel, Rows
from tecdata.derive.response.records import VALUES, Sdtm, collect_values
from tecdata.derive.response.tiers import add_scores
from tecdata.spec.instrument import Instrument, ItemScore

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tecdata.derive.response.amounts import Bools
    from tecdata.spec.response import DiseaseSpec, Measure, ResponseSettings, ResponseSpecs

__all__ = ["Assembly", "assemble"]

_Told = TypeVar("_Told")
#: By measure and number of the subject: doses, and (day, --SEQ) of events.
_Doses = dict[str, dict[int, list[DoseSpan]]]
_Events = dict[str, dict[int, list[tuple[int, int]]]]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Assembly:
    """A disease's subjects as a panel, and the records behind its numbers.

    ``values`` is the table of records; ``source`` of a course numbers its rows. ``bases`` are the baselines of the
    subjects by measure, ``forms`` the form each is followed by (-1: without values), of measures that have several.
    ``anchor`` marks the rows that are assessments; ``items`` are the --TESTCD a measure sums.
    """

    disease: DiseaseSpec
    settings: ResponseSettings
    subjects: tuple[str, ...]
    panel: Panel
    values: pl.DataFrame
    bases: Mapping[str, Baselines]
    forms: Mapping[str, Rows]
    anchor: Bools
    instruments: Mapping[str, Instrument]
    items: Mapping[str, tuple[str, ...]]


def assemble(
    sdtm: Sdtm, disease: DiseaseSpec, subjects: tuple[str, ...], specs: ResponseSpecs
) -> Assembly:
    """Lay out all visits after baseline of the subjects that have the disease.

    A row is a day on which anything of the disease was measured or a dose changed. Each measure takes the value
    of the day, else the nearest within the window, else (slow measures) the last one carried forward.
    """
    settings, size = specs.settings, len(subjects)
    collected = {n: m for n, m in disease.measures.items() if m.forms or m.items is not None}
    highest = _highest(collected, specs.instruments)
    values = {
        name: _one_form(own, disease.measures[name])
        for name, own in collect_values(sdtm, collected, highest, subjects).items()
    }
    number = {subject: at for at, subject in enumerate(subjects)}
    doses = {
        n: _numbered(dose_spans(sdtm, m.dose), number)
        for n, m in disease.measures.items()
        if m.dose
    }
    events = {
        n: _numbered(event_days(sdtm, m.event), number)
        for n, m in disease.measures.items()
        if m.event
    }
    panel = Panel(*_rows(values, doses, events, size), {})
    made = {
        name: collected_course(panel, own, offset, disease.measures[name], settings, size)
        for name, own, offset in _placed(values)
    }
    told = {**_told_doses(doses), **_told_events(events, disease)}
    for name, own, offset in _placed(told, sum(map(len, values.values()))):
        measure = disease.measures[name]
        keys = own.select("subject", "seq").iter_rows()
        records = {key: at for at, key in enumerate(keys, start=offset)}
        if measure.dose:
            kilograms = weights(sdtm, subjects) if measure.dose.per_kg else None
            made[name] = dosed_course(panel, doses[name], kilograms, records, size)
        elif measure.event:
            ever = not measure.event.on_the_day
            made[name] = happened_course(panel, events[name], records, size, ever=ever)
    panel = panel.having({name: course for name, (course, _) in made.items()})
    panel = add_scores(panel, disease, specs.instruments)
    return Assembly(
        disease=disease,
        settings=settings,
        subjects=subjects,
        panel=panel,
        values=pl.concat([pl.DataFrame(schema=VALUES), *values.values(), *told.values()]),
        bases={name: base for name, (_, base) in made.items()},
        forms={n: _followed(values[n], size) for n, m in collected.items() if len(m.forms) > 1},
        anchor=panel.measured(disease.anchor),
        instruments=specs.instruments,
        items={
            name: tuple(sdtm.tests[f"{m.items.prefix}{item}"].testcd for item in highest[name])
            for name, m in collected.items()
            if m.items is not None
        },
    )


def _placed(
    values: Mapping[str, pl.DataFrame], offset: int = 0
) -> Iterator[tuple[str, pl.DataFrame, int]]:
    """Each measure's records, and the number of the first of them."""
    for name, own in values.items():
        yield name, own, offset
        offset += len(own)


def _numbered(found: Mapping[str, _Told], number: Mapping[str, int]) -> dict[int, _Told]:
    """By number of the subject what is there by USUBJID, of subjects that are followed."""
    return {number[subject]: told for subject, told in found.items() if subject in number}


def _highest(
    collected: Mapping[str, Measure], instruments: Mapping[str, Instrument]
) -> dict[str, dict[str, int]]:
    """By measure, what each item it sums can count at most."""
    found: dict[str, dict[str, int]] = {}
    for name, measure in collected.items():
        if measure.items is None:
            continue
        instrument = instruments[measure.items.instrument]
        if not isinstance(instrument, ItemScore):
            raise TypeError(f"{measure.items.instrument} has no items")
        items = instrument.form()
        chosen = instrument.subsets[measure.items.subset] if measure.items.subset else tuple(items)
        found[name] = {item: items[item].high for item in chosen}
    return found


def _one_form(values: pl.DataFrame, measure: Measure) -> pl.DataFrame:
    """Only the form each subject is followed by; the others have other scales.

    One with a baseline before one without; then that of the highest multiple of its upper limit, or the one
    collected most often; then the first of the spec.
    """
    if len(measure.forms) < 2:
        return values
    before = pl.col("before")
    ratio = (pl.col("low") / pl.col("top")).filter(before).last().fill_null(0.0)
    rank = ratio if measure.choose == "highest_uln" else (~before).sum().cast(pl.Float64)
    chosen = (
        values.group_by("subject", "form")
        .agg(based=before.any(), rank=rank)
        .sort(["subject", "based", "rank", "form"], descending=[False, True, True, False])
        .unique("subject", keep="first")
    )
    return values.join(chosen, on=["subject", "form"], how="semi", maintain_order="left")


def _followed(values: pl.DataFrame, size: int) -> Rows:
    """By subject the form that its values have, -1 where it has none."""
    form = np.full(size, -1)
    form[values["subject"].to_numpy()] = values["form"].to_numpy()
    return form


def _told_doses(doses: _Doses) -> dict[str, pl.DataFrame]:
    """Records of doses beside the values, without a form: what a rule on them read."""
    return {
        name: _records(
            name,
            [
                ("CM", "CMDOSE", at, s.first, s.seq, float(s.dose))
                for at, spans in found.items()
                for s in spans
            ],
        )
        for name, found in doses.items()
    }


def _told_events(events: _Events, disease: DiseaseSpec) -> dict[str, pl.DataFrame]:
    """Events by measure as a table of values."""
    made = {}
    for name, measure in disease.measures.items():
        if measure.event:
            code = measure.event.domain
            told = [(at, day, seq) for at, days in events[name].items() for day, seq in days]
            made[name] = _records(name, [(code, f"{code}DECOD", *t, 1.0) for t in told])
    return made


def _records(name: str, rows: list[tuple[str, str, int, int, int, float]]) -> pl.DataFrame:
    """Rows of doses or events as a table of values."""
    columns = ("domain", "testcd", "subject", "day", "seq", "low")
    told = pl.DataFrame(rows, schema={c: VALUES[c] for c in columns}, orient="row")
    absent = {c: pl.lit(None, kind).alias(c) for c, kind in VALUES.items()}
    absent |= {c: pl.col(c) for c in columns}
    absent |= {"measure": pl.lit(name).alias("measure"), "high": pl.col("low").alias("high")}
    absent["before"] = (pl.col("day") <= 0).alias("before")
    return told.select(*absent.values())


def _rows(
    values: Mapping[str, pl.DataFrame], doses: _Doses, events: _Events, size: int
) -> tuple[Rows, Rows]:
    """(subject, day) of every row, in order: of values, of events, of changes of doses while values go on."""
    taken = [
        own.filter(~pl.col("before") & (pl.col("day") > 0)).select("subject", "day")
        for own in values.values()
    ]
    every = pl.concat([pl.DataFrame(schema={c: VALUES[c] for c in ("subject", "day")}), *taken])
    subject, day = every["subject"].to_numpy(), every["day"].to_numpy()
    last = np.zeros(size, np.int64)
    np.maximum.at(last, subject, day)
    days = {
        (at, change)
        for by_subject in doses.values()
        for at, spans in by_subject.items()
        for span in spans
        for change in (span.first, span.last + 1)
        if 0 < change <= last[at]
    }
    days |= {
        (at, when) for found in events.values() for at, told in found.items() for when, _ in told
    }
    more = np.array(sorted(days), np.int64).reshape(-1, 2)
    keys = np.unique(np.concatenate([day_keys(subject, day), day_keys(more[:, 0], more[:, 1])]))
    return keys // APART, keys % APART
