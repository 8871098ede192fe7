"""Records of ADTTE: weeks from the first dose to each tier and to relapse, or to censoring."""

from __future__ import annotations

import polars as pl

from tecdata.spec.response import TIERS

__all__ = ["CENSORED", "DIED", "EVENT", "event_records"]

#: CNSR: the event, the end of follow-up, death before the event.
EVENT, CENSORED, DIED = 0, 1, 2

#: Column of the outcome, PARAMCD, PARAM, EVNTDESC.
_TO_TIER = (
    ("MINIMAL", "TTMIN", "Weeks to at Least Minimal Response", "MINIMAL RESPONSE"),
    ("MODERATE", "TTMOD", "Weeks to at Least Moderate Response", "MODERATE RESPONSE"),
    ("MAJOR", "TTMAJ", "Weeks to Major Response", "MAJOR RESPONSE"),
)
_TO_RELAPSE = ("relapse", "TTREL", "Weeks to Relapse after Response", "RELAPSE")


def event_records(outcomes: pl.DataFrame, adrs: pl.DataFrame) -> pl.DataFrame:
    """The time to each tier, and for subjects with a response the time to relapse.

    Parameters
    ----------
    outcomes
        Of :func:`tecdata.derive.response.outcome.outcomes`, with STUDYID, SITEID, DISEASE and TRTSDT.
    adrs
        Records of ADRS, which SRCSEQ refers to: USUBJID, PARAMCD, ADY and ASEQ.

    Notes
    -----
    All times count from the first dose. A subject without the event is censored at the end of follow-up
    (CNSR 1); death before the event is a competing event (CNSR 2).
    """
    responded = outcomes.filter(pl.col(TIERS[1]).is_not_null())
    tiers, relapses = (_dated(adrs, code) for code in ("TIER", "RELAPSE"))
    made = [_times(outcomes, tiers, *told) for told in _TO_TIER]
    made.append(_times(responded, relapses, *_TO_RELAPSE))
    return pl.concat(made).sort("USUBJID", "PARAMCD")


def _dated(adrs: pl.DataFrame, code: str) -> pl.DataFrame:
    """By subject and day the number of the record of a parameter."""
    return adrs.filter(pl.col("PARAMCD") == code).select("USUBJID", "ADY", SRCSEQ="ASEQ")


def _times(
    outcomes: pl.DataFrame, dated: pl.DataFrame, event: str, code: str, label: str, words: str
) -> pl.DataFrame:
    """One time for each subject: to the event, or to the end of follow-up."""
    happened, end = pl.col(event).is_not_null(), pl.coalesce(event, "days")

    def by_end(event: str, died: str, censored: str) -> pl.Expr:
        return (
            pl.when(happened)
            .then(pl.lit(event))
            .when("died")
            .then(pl.lit(died))
            .otherwise(pl.lit(censored))
        )

    records = outcomes.select(
        "STUDYID",
        "USUBJID",
        "SITEID",
        "DISEASE",
        PARAM=pl.lit(label),
        PARAMCD=pl.lit(code),
        STARTDT=pl.col("TRTSDT"),
        ADT=pl.col("TRTSDT") + pl.duration(days=end),
        ADY=end + 1,
        # NumPy's division is rounded correctly; Polars multiplies by the reciprocal.
        AVAL=pl.lit(pl.Series(outcomes.select(end).to_series().to_numpy() / 7)),
        CNSR=pl.when(happened).then(EVENT).when("died").then(DIED).otherwise(CENSORED),
        EVNTDESC=by_end(words, "DEATH", "END OF FOLLOW-UP"),
        CNSDTDSC=pl.when(~happened).then(by_end("", "DATE OF DEATH", "LAST CONTACT")),
        SRCDOM=by_end("ADRS", "ADSL", "ADSL"),
        SRCVAR=by_end("ADT", "DTHDT", "EOSDT"),
    )
    found = records.join(dated, on=["USUBJID", "ADY"], how="left", maintain_order="left")
    return found.with_columns(SRCSEQ=pl.when(pl.col("SRCDOM") == "ADRS").then("SRCSEQ"))
