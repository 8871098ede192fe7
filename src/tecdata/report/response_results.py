"""Response in numbers: long result rows from ADSL, ADRS and ADTTE, and one row a subject."""

from __future__ import annotations

import dataclasses
import statistics
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tecdata.report.survival import (
    EVENT,
    compute_incidence,
    compute_rate,
    compute_survival,
    median_time,
    value_at,
)

if TYPE_CHECKING:
    import polars as pl

    from tecdata.spec import Specs
    from tecdata.spec.response import ResponseSettings

__all__ = ["ALL", "ResponseData", "Result", "response_results", "response_subjects"]

#: PARAMCD of the time to each tier, from the least to the best.
TIMES = {"MINIMAL": "TTMIN", "MODERATE": "TTMOD", "MAJOR": "TTMAJ"}
ALL = "All"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One number: which group, which row (``id``), which statistic, its value."""

    group: str
    id: str
    label: str
    statistic: str
    value: float | None


@dataclasses.dataclass(frozen=True, slots=True)
class ResponseData:
    """Rows of ADSL, ADRS and ADTTE as dictionaries, and the settings they were derived with."""

    subjects: Sequence[Mapping[str, Any]]
    responses: Sequence[Mapping[str, Any]]
    times: Mapping[tuple[str, str], Mapping[str, Any]]
    settings: ResponseSettings

    @classmethod
    def of(cls, frames: Mapping[str, pl.DataFrame], specs: Specs) -> ResponseData:
        """From the analysis datasets as frames; subjects are those that ADTTE follows."""
        if specs.response is None:
            raise ValueError("the study has no specs/response")
        times = frames["ADTTE"].to_dicts()
        followed = {row["USUBJID"] for row in times}
        subjects = frames["ADSL"].sort("USUBJID").to_dicts()
        return cls(
            [s for s in subjects if s["USUBJID"] in followed],
            frames["ADRS"].to_dicts(),
            {(row["USUBJID"], row["PARAMCD"]): row for row in times},
            specs.response.settings,
        )

    def groups(self) -> dict[str, list[str]]:
        """Subjects of all diseases together, then of each in the order of ADSL.DISEASEN."""
        made: dict[str, list[str]] = {ALL: [s["USUBJID"] for s in self.subjects]}
        for subject in sorted(self.subjects, key=lambda s: (s["DISEASEN"] or 0, s["USUBJID"])):
            made.setdefault(str(subject["DISEASE"]), []).append(subject["USUBJID"])
        return made

    def weeks(self, usubjid: str, code: str) -> float | None:
        """Weeks to an event; None where it did not happen."""
        row = self.times.get((usubjid, code))
        return None if row is None or row["CNSR"] != EVENT else float(row["AVAL"])

    def value(self, usubjid: str, code: str) -> Mapping[str, Any]:
        """The record of a parameter that has one record a subject."""
        return next(r for r in self.responses if r["USUBJID"] == usubjid and r["PARAMCD"] == code)


def response_results(frames: Mapping[str, pl.DataFrame], specs: Specs) -> pl.DataFrame:
    """Rates, times, survival and incidence, for all subjects and by disease.

    Parameters
    ----------
    frames
        ADSL, ADRS and ADTTE by name.
    specs
        ``specs.response.settings`` gives weeks, level of confidence and the length of a month.

    Returns
    -------
    polars.DataFrame
        group, id, label, statistic, value. Rates have ``n``, ``N``, ``percent``, ``low``, ``high`` (percent,
        Clopper-Pearson); times ``n``, ``median``, ``min``, ``max`` (weeks among those with the event), ``km_median``; at each
        week ``incidence`` (percent, death competing), ``survival`` (percent without event) and ``at_risk``.
    """
    import polars as pl

    data = ResponseData.of(frames, specs)
    rows: list[Result] = []
    for group, members in data.groups().items():
        rows += _best(data, group, members)
        rows += _by_week(data, group, members)
        rows += _times(data, group, members)
        rows += _relapse(data, group, members)
        rows += _reported(data, group, members)
    return pl.DataFrame([dataclasses.asdict(row) for row in rows])


def response_subjects(frames: Mapping[str, pl.DataFrame], specs: Specs) -> pl.DataFrame:
    """One row a subject: follow-up, best tier, weeks to each tier, relapse, death."""
    import polars as pl

    data = ResponseData.of(frames, specs)
    rows = []
    for subject in data.subjects:
        name = subject["USUBJID"]
        best, relapse = data.value(name, "BESTTIER"), data.value(name, "RELAPSE")
        rows.append(
            {
                "subject": name,
                "disease": subject["DISEASE"],
                "follow_up_weeks": subject["FUPW"],
                "best_tier": best["AVALC"],
                **{f"weeks_to_{t.lower()}": data.weeks(name, c) for t, c in TIMES.items()},
                "weeks_to_relapse": data.weeks(name, "TTREL"),
                "relapse": relapse["REASON"] if relapse["AVALC"] == "Y" else None,
                "died": subject["DTHFL"] == "Y",
                "not_evaluable": best["REASON"],
            }
        )
    return pl.DataFrame(rows, infer_schema_length=None)


def _rate(
    data: ResponseData, group: str, name: str, label: str, count: int, total: int
) -> Iterator[Result]:
    """A rate with its numerator, denominator, percentage and exact interval."""

    def row(statistic: str, value: float | None) -> Result:
        return Result(group=group, id=name, label=label, statistic=statistic, value=value)

    yield row("n", count)
    yield row("N", total)
    if total:
        low, high = compute_rate(count, total, float(data.settings.confidence))
        yield row("percent", 100 * count / total)
        yield row("low", 100 * low)
        yield row("high", 100 * high)


def _best(data: ResponseData, group: str, members: Sequence[str]) -> Iterator[Result]:
    """The best tiers of a group."""
    tiers = [data.value(name, "BESTTIER")["AVALC"] for name in members]
    for tier in ("MAJOR", "MODERATE", "MINIMAL", "NONE", "NOT EVALUABLE"):
        label = f"Best tier {tier.lower()}"
        yield from _rate(data, group, f"BEST_{tier}", label, tiers.count(tier), len(members))
    some = sum(tier in ("MINIMAL", "MODERATE") for tier in tiers)
    label = "Best tier minimal or moderate"
    yield from _rate(data, group, "BEST_MINMOD", label, some, len(members))


def _followed(data: ResponseData, members: Sequence[str], days: float) -> list[str]:
    """The members followed for so many days."""
    seen = {s["USUBJID"]: s["FUPD"] for s in data.subjects}
    return [name for name in members if seen[name] >= days]


def _by_week(data: ResponseData, group: str, members: Sequence[str]) -> Iterator[Result]:
    """Who has reached which tier by which week, of those followed so long."""
    for week in data.settings.weeks:
        followed = _followed(data, members, 7 * week)
        for tier, code in TIMES.items():
            reached = [n for n in followed if _before(data.weeks(n, code), week)]
            label = f"At least {tier.lower()} response by week {week}, of those followed"
            name = f"{tier}_W{week}"
            yield from _rate(data, group, name, label, len(reached), len(followed))
            kept = [n for n in reached if not _before(data.weeks(n, "TTREL"), week)]
            label = f"At least {tier.lower()} response by week {week} and no relapse until then"
            yield from _rate(data, group, f"{tier}_KEPT_W{week}", label, len(kept), len(followed))


def _before(weeks: float | None, limit: float) -> bool:
    """Whether something happened by a week."""
    return weeks is not None and weeks <= limit


def _times(data: ResponseData, group: str, members: Sequence[str]) -> Iterator[Result]:
    """Times to each tier and to relapse."""
    for code in (*TIMES.values(), "TTREL"):
        rows = [data.times[n, code] for n in members if (n, code) in data.times]
        if not rows:
            continue
        label = str(rows[0]["PARAM"])
        happened = [float(r["AVAL"]) for r in rows if r["CNSR"] == EVENT]

        def row(
            statistic: str, value: float | None, code: str = code, label: str = label
        ) -> Result:
            return Result(group=group, id=code, label=label, statistic=statistic, value=value)

        yield row("N", len(rows))
        yield row("n", len(happened))
        if happened:
            yield row("median", statistics.median(happened))
            yield row("min", min(happened))
            yield row("max", max(happened))
        weeks, cnsr = [float(r["AVAL"]) for r in rows], [int(r["CNSR"]) for r in rows]
        curve = compute_survival(weeks, cnsr, float(data.settings.confidence))
        yield row("km_median", median_time(curve))
        incidence = compute_incidence(weeks, cnsr)
        for week in data.settings.weeks:
            yield row(f"incidence_W{week}", 100 * value_at(incidence, week))
            yield row(f"survival_W{week}", 100 * value_at(curve, week))
            yield row(f"at_risk_W{week}", sum(t >= week for t in weeks))


def _relapse(data: ResponseData, group: str, members: Sequence[str]) -> Iterator[Result]:
    """Who relapsed, and the rate by person-time."""
    relapsed = [n for n in members if data.weeks(n, "TTREL") is not None]
    yield from _rate(data, group, "RELAPSE", "Relapse", len(relapsed), len(members))
    months = data.settings.months_of_relapse
    limit = months * float(data.settings.month_days)
    followed = _followed(data, members, limit)
    early = [n for n in followed if _before(data.weeks(n, "TTREL"), limit / 7)]
    label = f"Relapse within {months} months, of those followed"
    yield from _rate(data, group, "RELAPSE_MONTHS", label, len(early), len(followed))


def _reported(data: ResponseData, group: str, members: Sequence[str]) -> Iterator[Result]:
    """Measures before and after, as the study reports them."""
    week, window = data.settings.outcome_week, data.settings.outcome_window_days
    for code in data.settings.reported:
        before, after, label = [], [], code
        for name in members:
            own = [
                r
                for r in data.responses
                if r["USUBJID"] == name and r["PARAMCD"] == code and r["AVAL"] is not None
            ]
            label = own[0]["PARAM"] if own else label
            before += [r["AVAL"] for r in own if r["ABLFL"] == "Y"]
            aim = 7 * week + 1
            near = [
                (abs(r["ADY"] - aim), r["ADY"], r["AVAL"])
                for r in own
                if r["ABLFL"] != "Y" and r["DTYPE"] is None and abs(r["ADY"] - aim) <= window
            ]
            after += [min(near)[2]] if near else []
        for name, told, values in (
            (f"{code}_BASE", f"{label} at baseline", before),
            (f"{code}_W{week}", f"{label} at week {week} (within {window} days)", after),
        ):
            numbers: dict[str, float] = {"n": len(values)}
            if values:
                numbers |= {
                    "median": statistics.median(values),
                    "min": min(values),
                    "max": max(values),
                }
            for statistic, value in numbers.items():
                yield Result(group=group, id=name, label=told, statistic=statistic, value=value)
