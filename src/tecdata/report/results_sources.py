"""SDTM records behind numbers that come from derived records: response from its assessments, exposure from the doses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from tecdata.report.response_results import ALL, TIMES

if TYPE_CHECKING:
    from tecdata.report.evidence import Ref

__all__ = ["DerivedSources"]

_EMPTY = pl.DataFrame(
    schema={"USUBJID": pl.String, "PARAMCD": pl.String, "ADT": pl.Date, "AVALC": pl.String}
)


class DerivedSources:
    """Looks up what derived records were made from.

    Parameters
    ----------
    frames
        Analysis datasets by name; those that are not there lead to no records.
    """

    def __init__(self, frames: Mapping[str, pl.DataFrame]) -> None:
        response = frames.get("ADRS", _EMPTY)
        self._best = response.filter(pl.col("PARAMCD") == "BESTTIER")
        self._by_day: dict[tuple[str, Any], list[Ref]] = {}
        if "SRCSEQ" in response.columns:
            kept = response.filter(pl.col("SRCDOM").is_not_null() & pl.col("SRCSEQ").is_not_null())
            columns = ("USUBJID", "ADT", "SRCDOM", "SRCSEQ")
            for subject, day, domain, seq in kept.select(columns).iter_rows():
                self._by_day.setdefault((subject, day), []).append((domain, subject, int(seq)))
        times = frames.get("ADTTE", _EMPTY)
        self._times = times.filter(pl.col("CNSR") == 0) if "CNSR" in times.columns else times
        self._doses: dict[str, tuple[Ref, ...]] = {}
        if "ADEX" in frames:
            for subject, seq in frames["ADEX"].select("USUBJID", "EXSEQ").iter_rows():
                own = self._doses.get(subject, ())
                self._doses[subject] = (*own, ("EX", subject, int(seq)))
        subjects = frames.get("ADSL", pl.DataFrame(schema={"USUBJID": pl.String}))
        known = "DISEASE" in subjects.columns
        pairs = subjects.select("USUBJID", "DISEASE").iter_rows() if known else ()
        self._disease: dict[str, str | None] = dict(pairs)

    def doses(self, subject: str = "") -> tuple[Ref, ...]:
        """The doses of a subject, or of all: what simulated exposure was computed from."""
        if subject:
            return self._doses.get(subject, ())
        return tuple(ref for refs in self._doses.values() for ref in refs)

    def event(
        self, code: str, weeks: float | None = None, subject: str = "", group: str = ALL
    ) -> tuple[Ref, ...]:
        """Records of the assessments at which subjects had an event of ADTTE, at the latest after so many weeks."""
        events = self._times.filter(pl.col("PARAMCD") == code)
        if weeks is not None:
            events = events.filter(pl.col("AVAL") <= weeks)
        return self._of(events, subject, group)

    def best(
        self, tiers: Sequence[str] = (), subject: str = "", group: str = ALL
    ) -> tuple[Ref, ...]:
        """Records of the assessments at which subjects met their best tier (any, or one of these)."""
        chosen = self._best.filter(pl.col("AVALC").is_in(list(tiers))) if tiers else self._best
        return self._of(chosen, subject, group)

    def result(self, name: str, group: str = ALL) -> tuple[Ref, ...]:
        """The records behind a response result by its id (``BEST_MAJOR``, ``MAJOR_W12``, ``TTMAJ``, ``RELAPSE``)."""
        if name.startswith("BEST_"):
            tier = name.removeprefix("BEST_")
            tiers = ("MINIMAL", "MODERATE") if tier == "MINMOD" else (tier,)
            return self.best(tiers, group=group)
        if name.startswith("RELAPSE"):
            return self.event("TTREL", group=group)
        if name in (*TIMES.values(), "TTREL"):
            return self.event(name, group=group)
        tier, _, week = name.rpartition("_W")
        code = TIMES.get(tier.removesuffix("_KEPT"), "")
        return self.event(code, float(week), group=group) if code and week.isdigit() else ()

    def _of(self, rows: pl.DataFrame, subject: str, group: str) -> tuple[Ref, ...]:
        """The records behind rows of an analysis dataset."""
        return tuple(self._refs(rows.select("USUBJID", "ADT").iter_rows(), subject, group))

    def _refs(self, pairs: Iterable[tuple[str, Any]], subject: str, group: str) -> Iterable[Ref]:
        """The records of subjects at days."""
        for person, day in pairs:
            if subject not in ("", person) or group not in (ALL, self._disease.get(person)):
                continue
            yield "DM", person, None
            yield from self._by_day.get((person, day), ())
