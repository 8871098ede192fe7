"""Statements of the article that no table prints as such: from the analysis datasets, and from the result rows."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from tecdata.report.number_text import rounded

__all__ = ["stated"]

ORDINALS = {4: "4th", 5: "5th"}


def number(usubjid: str) -> int:
    return int(usubjid.rpartition("-")[2])


def stated(frames: Mapping[str, pl.DataFrame], ard: pl.DataFrame) -> dict[str, str]:
    """Texts by id of text_targets.csv."""
    return {
        **_response(ard),
        **_ranges(ard),
        "COLITIS": _colitis(frames["ADAE"]),
        "DEATH_6": _death(frames, 6),
        "DEATH_18": _death(frames, 18),
        "COVID_PRE": _covid(frames),
        "GC_CONT": _glucocorticoids(frames["ADCM"]),
        "R_RELAPSE": _relapse(frames),
        **_lowest_exposures(frames),
        "IGG_EARLY": _igg_at_early_infections(frames),
    }


def _colitis(events: pl.DataFrame) -> str:
    found = events.filter(pl.col("AEDECOD") == "IBD-LIKE COLITIS").select("USUBJID", "ASTDY")
    (first, late), (second, early) = sorted((number(u), day - 1) for u, day in found.iter_rows())
    months, weeks = rounded(late / 30.4375), rounded(early / 7)
    return f"subject {first} at {months} months; subject {second} at {weeks} weeks"


def _death(frames: Mapping[str, pl.DataFrame], subject: int) -> str:
    """The day of death counts the day of the first dose as day 1."""
    mine = pl.col("USUBJID").str.ends_with(f"-{subject:03}")
    (dead,) = frames["ADSL"].filter(mine).to_dicts()
    last = frames["ADEX"].filter(mine).sort("DOSENO").to_dicts()[-1]
    day = (dead["DTHDT"] - dead["TRTSDT"]).days + 1
    after = (dead["DTHDT"] - last["ASTDT"]).days
    assert last["TARGETNO"] == 2
    nth = ORDINALS[last["DOSENO"]]
    return f"day {day} after initiation; {after} days after the {nth} dose (2nd target dose)"


def _covid(frames: Mapping[str, pl.DataFrame]) -> str:
    before = (
        frames["MH"]
        .filter(pl.col("MHDECOD") == "COVID-19")
        .join(frames["ADSL"].select("USUBJID", "TRTSDT"), on="USUBJID")
    )
    found = []
    for usubjid, start, first in before.select("USUBJID", "MHSTDTC", "TRTSDT").iter_rows():
        year, month = map(int, start.split("-"))
        assert (first.year - year) * 12 + first.month - month == 2
        found.append(number(usubjid))
    return f"subjects {' and '.join(map(str, sorted(found)))}"


def _glucocorticoids(medications: pl.DataFrame) -> str:
    """Subjects who took glucocorticoids over the first dose and not throughout the follow-up."""
    taken = medications.filter(pl.col("CMCAT") == "GLUCOCORTICOID")
    spanning = taken.filter((pl.col("PREFL") == "Y") & (pl.col("ONTRTFL") == "Y"))
    throughout = spanning.filter(pl.col("CMENRTPT") == "ONGOING")["USUBJID"].unique().to_list()
    later = (
        taken.filter(pl.col("CMENRTPT") == "ONGOING").group_by("USUBJID").agg(pl.col("ASTDY").min())
    )
    # Steps of one course: it goes on where its last interval does and began within two months.
    throughout += [u for u, day in later.iter_rows() if day is not None and day < 60]
    subjects = {number(u) for u in spanning["USUBJID"]} - {number(u) for u in throughout}
    assert sorted({number(u) for u in throughout}) == [15]
    return f"subjects {' '.join(map(str, sorted(subjects)))}"


def _relapse(frames: Mapping[str, pl.DataFrame]) -> str:
    relapsed = frames["ADTTE"].filter((pl.col("PARAMCD") == "TTREL") & (pl.col("CNSR") == 0))
    ((disease, weeks),) = relapsed.select("DISEASE", "AVAL").iter_rows()
    return f"{relapsed.height} subject ({disease}) at {rounded(weeks)} weeks"


def _response(ard: pl.DataFrame) -> dict[str, str]:
    """The statistics of response from the numbers of its table."""
    rows = ard.filter(pl.col("table") == "response").select("row", "statistic", "value")
    numbers = {(row, statistic): value for row, statistic, value in rows.iter_rows()}

    def rate(row: str, *, percent: bool = True, of: bool = True) -> str:
        n, total, share = (numbers[f"{row}_rate_0", name] for name in ("n", "N", "percent"))
        counted = f"{n:.0f} of {total:.0f}" if of else f"{n:.0f}"
        return f"{counted} ({rounded(share)})" if percent else counted

    def spread(row: str, *, fixed: bool) -> str:
        names = ("median", "min", "max")
        middle, low, high = (rounded(numbers[row, n], 1, fixed=fixed) for n in names)
        return f"{middle} ({low}-{high})"

    def reported(code: str) -> str:
        times = (f"{code}_BASE_value_0", f"{code}_W24_value_0")
        return " / ".join(spread(row, fixed=False) for row in times)

    return {
        "R_MAJOR": rate("BEST_MAJOR", of=False),
        "R_MINMOD": rate("BEST_MINMOD", of=False),
        "R_T_MOD": spread("TTMOD_time_0", fixed=True),
        "R_T_MAJ": spread("TTMAJ_time_0", fixed=True),
        "R_W12": rate("MAJOR_W12"),
        "R_W12_ANY": rate("MINIMAL_W12", percent=False),
        "R_W24": rate("MAJOR_W24"),
        "R_W52": rate("MAJOR_KEPT_W52"),
        "R_RELAPSE_8M": rate("RELAPSE_MONTHS"),
        "PTGA": reported("PTGA"),
        "FACIT": reported("FACITF"),
    }


def _ranges(ard: pl.DataFrame) -> dict[str, str]:
    """The ranges of exposure."""
    rows = ard.filter(pl.col("table") == "exposure_summary").select("row", "statistic", "value")
    numbers = {(row, statistic): value for row, statistic, value in rows.iter_rows()}
    return {
        row: f"{rounded(numbers[row, 'min'])}-{rounded(numbers[row, 'max'])}"
        for row in ("PK_AUC", "PK_TEC90", "PK_AUCEC90")
    }


def _lowest_exposures(frames: Mapping[str, pl.DataFrame]) -> dict[str, str]:
    """Whether the dead have the lowest exposures and the relapsed the lowest of the others, by AUC and time."""
    dead = {number(u) for u in frames["ADSL"].filter(pl.col("DTHFL") == "Y")["USUBJID"]}
    full = frames["ADPP"].filter(pl.col("PKMODEL") == "FULL")
    orders = [
        [number(u) for u in full.filter(pl.col("PARAMCD") == code).sort("AVAL")["USUBJID"]]
        for code in ("AUCIFO", "TGEEC90")
    ]
    return {
        "PK_LOW_DEATH": str(all(set(order[:2]) == dead for order in orders)).lower(),
        "PK_LOW_RELAPSE": str(all(order[2] == 1 for order in orders)).lower(),
    }


def _igg_at_early_infections(frames: Mapping[str, pl.DataFrame]) -> str:
    infections = (
        "PNEUMONIA",
        "UPPER RESPIRATORY TRACT INFECTION",
        "TONSILLITIS WITH PROLONGED FEVER",
    )
    early = frames["ADAE"].filter(
        pl.col("AEDECOD").is_in(infections) & (pl.col("AESHOSP") == "Y") & (pl.col("ASTDY") <= 28)
    )
    igg = frames["ADLB"].filter(pl.col("PARAMCD") == "IGG").select("USUBJID", "AVAL", ASTDT="ADT")
    values = early.join(igg, on=["USUBJID", "ASTDT"])["AVAL"]
    assert early.height == len(values) == 4
    return str((values >= 4).all()).lower()
