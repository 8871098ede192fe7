"""Response and exposure as tables of the study report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tecdata.report.number_text import count_percent, median, range_text, rounded
from tecdata.report.response_results import ALL, TIMES, response_results, response_subjects
from tecdata.report.results import Place, ResultTable

if TYPE_CHECKING:
    from tecdata.dataset import Dataset
    from tecdata.report.evidence import Ref
    from tecdata.spec import Specs

__all__ = ["exposure_tables", "response_tables"]

#: Parameters of exposure shown, in this order.
_EXPOSURE: Final = ("AUCIFO", "CMAX", "TGEEC90", "AUCGEC90")


def response_tables(datasets: Mapping[str, Dataset], specs: Specs) -> list[ResultTable]:
    """Rates and times of response of all subjects, and a row a subject; none without response specs or records."""
    if specs.response is None or any(not len(datasets.get(n, ())) for n in ("ADRS", "ADTTE")):
        return []
    behind = _Behind(datasets)
    results = response_results(datasets, specs).filter(pl.col("group") == ALL)
    by_id: dict[str, dict[str, float | None]] = {}
    labels: dict[str, str] = {}
    for name, label, statistic, value in results.select("id", "label", "statistic", "value").rows():
        by_id.setdefault(name, {})[statistic] = value
        labels[name] = label
    rates = {n: s for n, s in by_id.items() if "percent" in s and s.get("N")}
    times = {n: s for n, s in by_id.items() if "km_median" in s and s.get("n")}
    rows = [_rate_row(name, s, behind) for name, s in rates.items()]
    rows += [_time_row(name, s, behind) for name, s in times.items()]
    level = rounded(100 * specs.response.settings.confidence)
    return [
        ResultTable(
            name="response",
            title="Response of all subjects",
            headings=(
                "",
                "Subjects, n (%) of those followed",
                f"{level} % confidence limits",
                "Weeks, median (range)",
            ),
            labels=tuple(labels[name] for name in (*rates, *times)),
            rows=tuple(rows),
            groups=("Rates",) * len(rates) + ("Times",) * len(times),
            notes=(
                "Rates with exact confidence limits (Clopper-Pearson); times among subjects with the event.",
            ),
        ),
        _subjects(datasets, specs, behind),
    ]


class _Behind:
    """The records that made a subject reach a tier: those of the assessment on that day."""

    def __init__(self, datasets: Mapping[str, Dataset]) -> None:
        response = datasets["ADRS"].to_polars().filter(pl.col("SRCDOM").is_not_null())
        self._by_day: dict[tuple[str, Any], list[Ref]] = {}
        for subject, day, domain, seq in response.select(
            "USUBJID", "ADT", "SRCDOM", "SRCSEQ"
        ).iter_rows():
            if seq is not None:
                self._by_day.setdefault((subject, day), []).append((domain, subject, int(seq)))
        self._times = datasets["ADTTE"].to_polars().filter(pl.col("CNSR") == 0)
        self._best = datasets["ADRS"].to_polars().filter(pl.col("PARAMCD") == "BESTTIER")

    def day(self, subject: str, day: Any) -> tuple[Ref, ...]:
        """The records of a day, and the subject."""
        return ("DM", subject, None), *self._by_day.get((subject, day), ())

    def event(self, code: str, weeks: float | None = None, subject: str = "") -> tuple[Ref, ...]:
        """Records of the days on which subjects (or one) had an event, at the latest after so many weeks."""
        events = self._times.filter(pl.col("PARAMCD") == code)
        if weeks is not None:
            events = events.filter(pl.col("AVAL") <= weeks)
        if subject:
            events = events.filter(pl.col("USUBJID") == subject)
        return self._of(events)

    def best(self, tiers: Sequence[str], subject: str = "") -> tuple[Ref, ...]:
        """Records of the days of the best tier."""
        chosen = self._best.filter(pl.col("AVALC").is_in(list(tiers)))
        return self._of(chosen.filter(pl.col("USUBJID") == subject) if subject else chosen)

    def _of(self, rows: pl.DataFrame) -> tuple[Ref, ...]:
        pairs = rows.select("USUBJID", "ADT").iter_rows()
        return tuple(ref for subject, day in pairs for ref in self.day(subject, day))

    def of_rate(self, name: str) -> tuple[Ref, ...]:
        """The records behind the count of a rate, by its id in the response results."""
        if name.startswith("BEST_"):
            tier = name.removeprefix("BEST_")
            return self.best(("MINIMAL", "MODERATE") if tier == "MINMOD" else (tier,))
        if name.startswith("RELAPSE"):
            return self.event("TTREL")
        tier, _, week = name.rpartition("_W")
        code = TIMES.get(tier.removesuffix("_KEPT"), "")
        return self.event(code, float(week)) if code and week.isdigit() else ()


def _rate_row(name: str, s: Mapping[str, float | None], behind: _Behind) -> tuple[Place, ...]:
    n, total = int(s["n"] or 0), int(s["N"] or 0)
    limits = f"{rounded(s['low'] or 0)}-{rounded(s['high'] or 0)} %"
    text = f"{count_percent(n, total)} of {total}"
    return Place(text, behind.of_rate(name) if n else ()), Place(limits), Place("")


def _time_row(name: str, s: Mapping[str, float | None], behind: _Behind) -> tuple[Place, ...]:
    n, total = int(s["n"] or 0), int(s["N"] or 0)
    between = range_text([s["min"] or 0.0, s["max"] or 0.0], 1, fixed=True)
    weeks = f"{rounded(s['median'] or 0.0, 1)} ({between})"
    refs = behind.event(name)
    return Place(f"{n} of {total}", refs), Place(""), Place(weeks, refs)


def _subjects(datasets: Mapping[str, Dataset], specs: Specs, behind: _Behind) -> ResultTable:
    rows, labels = [], []
    for row in response_subjects(datasets, specs).sort("subject").iter_rows(named=True):
        subject = row["subject"]
        labels.append(subject)
        weeks = [
            Place(_weeks(row[f"weeks_to_{tier.lower()}"]), behind.event(code, subject=subject))
            for tier, code in TIMES.items()
        ]
        best = str(row["best_tier"])
        said = best.capitalize() + (
            f": {row['not_evaluable'].lower()}" if row["not_evaluable"] else ""
        )
        person: tuple[Ref, ...] = (("DM", subject, None),)
        relapse = Place(_weeks(row["weeks_to_relapse"]), behind.event("TTREL", subject=subject))
        rows.append(
            (
                Place(str(row["disease"] or "")),
                Place(_weeks(row["follow_up_weeks"]), person),
                Place(said, behind.best((best,), subject)),
                *weeks,
                relapse,
                Place("yes" if row["died"] else "", person),
            )
        )
    heads = [f"Weeks to {tier.lower()}" for tier in TIMES]
    return ResultTable(
        name="response_subjects",
        title="Response by subject",
        headings=(
            "Subject",
            "Disease",
            "Follow-up (weeks)",
            "Best tier",
            *heads,
            "Weeks to relapse",
            "Died",
        ),
        labels=tuple(labels),
        rows=tuple(rows),
        notes=("The records of a tier are those of the assessment at which it was first met.",),
    )


def _weeks(value: float | None) -> str:
    return "" if value is None else rounded(value, 1)


def exposure_tables(datasets: Mapping[str, Dataset], specs: Specs) -> list[ResultTable]:
    """Simulated exposure by analysis in all subjects, and a row a subject for the main one; none without ADPP."""
    if specs.exposure is None or not len(datasets.get("ADPP", ())):
        return []
    analyses = {analysis.code: analysis.label for analysis in specs.exposure.analyses}
    parameters = (
        datasets["ADPP"]
        .to_polars()
        .filter(
            pl.col("PARAMCD").is_in(_EXPOSURE)
            & pl.col("DOSNO").is_null()
            & pl.col("AVAL").is_not_null()
        )
    )
    units = dict(parameters.select("PARAMCD", "AVALU").unique().sort("PARAMCD").iter_rows())
    names = dict(parameters.select("PARAMCD", "PARAM").unique().sort("PARAMCD").iter_rows())
    shown = [code for code in _EXPOSURE if code in names]
    doses = _doses(datasets)
    rows: list[tuple[Place, ...]] = []
    for model in analyses:
        for code in shown:
            own = parameters.filter((pl.col("PKMODEL") == model) & (pl.col("PARAMCD") == code))
            values = own["AVAL"].to_list()
            refs = tuple(ref for subject in own["USUBJID"] for ref in doses.get(subject, ()))
            text = (
                f"{rounded(median(values), 1)} ({range_text(values, 1, fixed=True)})"
                if values
                else ""
            )
            rows.append((Place(text, refs),))
    heads = [f"{names[code]} ({_unit(units[code])})" for code in shown]
    return [
        ResultTable(
            name="exposure",
            title="Simulated exposure in all subjects",
            headings=("", "Median (range)"),
            labels=tuple(head for _ in analyses for head in heads),
            rows=tuple(rows),
            groups=tuple(label for label in analyses.values() for _ in heads),
            notes=("The records behind a number are the doses it was simulated from.",),
        ),
        _exposure_subjects(
            parameters.filter(pl.col("PKMODEL") == next(iter(analyses))), shown, heads, doses
        ),
    ]


def _unit(term: str) -> str:
    """A CDISC unit as print has it.

    >>> _unit("ug*day/mL")
    'µg·day/mL'
    """
    return term.replace("ug", "µg").replace("*", "·")


def _exposure_subjects(
    parameters: pl.DataFrame,
    shown: Sequence[str],
    heads: Sequence[str],
    doses: Mapping[str, tuple[Ref, ...]],
) -> ResultTable:
    values = {(s, c): v for s, c, v in parameters.select("USUBJID", "PARAMCD", "AVAL").iter_rows()}
    subjects = sorted({subject for subject, _ in values})

    def place(subject: str, code: str) -> Place:
        value = values.get((subject, code))
        return Place("") if value is None else Place(rounded(value, 1), doses.get(subject, ()))

    return ResultTable(
        name="exposure_subjects",
        title="Simulated exposure by subject, main analysis",
        headings=("Subject", *heads),
        labels=tuple(subjects),
        rows=tuple(tuple(place(subject, code) for code in shown) for subject in subjects),
    )


def _doses(datasets: Mapping[str, Dataset]) -> dict[str, tuple[Ref, ...]]:
    given: dict[str, tuple[Ref, ...]] = {}
    if len(datasets.get("ADEX", ())):
        frame = datasets["ADEX"].to_polars()
        for subject, seq in frame.select("USUBJID", "EXSEQ").iter_rows():
            given[subject] = (*given.get(subject, ()), ("EX", subject, int(seq)))
    return given
