"""TA TE TI TV TS from the study's spec, SE from the dates of the subjects."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import narwhals as nw
import polars as pl
import pytest
from tests.conftest import REPOSITORY
from tests.harmonise import small_study

from tecdata.errors import SpecError
from tecdata.harmonise.subject_elements import derive_subject_elements
from tecdata.harmonise.trial_design import derive_trial_design
from tecdata.spec import Specs, load_specs

if TYPE_CHECKING:
    from tecdata.pipeline import StudyRun

NO_VISITS = nw.from_native(
    pl.DataFrame(schema={"USUBJID": pl.String, "_date": pl.String, "_start_day": pl.Int64})
)


@pytest.fixture(scope="module")
def specs() -> Specs:
    return load_specs(REPOSITORY / "specs")


def subject(**values: str | None) -> nw.DataFrame[Any]:
    row = {
        "USUBJID": "T-1",
        "RFICDTC": "2024-02-20",
        "RFSTDTC": "2024-03-01T10:00",
        "RFXSTDTC": "2024-03-01T10:00",
        "RFXENDTC": "2024-03-15",
        "RFPENDTC": "2024-06-01",
        "COUNTRY": "DEU",
        **values,
    }
    frame = pl.DataFrame({k: [v] for k, v in row.items()}, schema=dict.fromkeys(row, pl.String))
    return nw.from_native(frame)


def elements(specs: Specs, **values: str | None) -> list[tuple[Any, ...]]:
    made = derive_subject_elements(subject(**values), NO_VISITS, specs)
    if made is None:
        return []
    columns = ("ETCD", "SESTDTC", "SEENDTC", "SESTDY", "SEENDY", "TAETORD")
    return list(made.frame.select(*columns).iter_rows())


def test_a_subject_goes_through_every_element_in_turn(specs: Specs) -> None:
    assert elements(specs) == [
        ("SCRN", "2024-02-20", "2024-03-01T10:00", -10.0, 1.0, 1.0),
        ("TEC", "2024-03-01T10:00", "2024-03-22", 1.0, 22.0, 2.0),
        ("FU", "2024-03-22", "2024-06-01", 22.0, 93.0, 3.0),
    ]


def test_an_element_after_the_last_contact_was_not_reached(specs: Specs) -> None:
    found = elements(specs, RFPENDTC="2024-03-16")
    assert [(row[0], row[2]) for row in found] == [
        ("SCRN", "2024-03-01T10:00"),
        ("TEC", "2024-03-16"),
    ]


def test_without_a_dose_there_is_screening_only_and_without_dates_nothing(specs: Specs) -> None:
    found = elements(specs, RFSTDTC=None, RFXSTDTC=None, RFXENDTC=None)
    assert found == [("SCRN", "2024-02-20", "2024-06-01", None, None, 1.0)]
    assert elements(specs, RFICDTC="2024", RFXSTDTC=None, RFXENDTC=None) == []


def test_a_visit_before_the_consent_opens_screening(specs: Specs) -> None:
    visits = nw.from_native(
        pl.DataFrame(
            {
                "USUBJID": ["T-1", "T-1"],
                "_date": ["2023-01-01", "2024-02-10"],
                "_start_day": [-425, -20],
            }
        )
    )
    made = derive_subject_elements(subject(), visits, specs)
    assert made is not None
    assert made.frame["SESTDTC"].to_list()[0] == "2024-02-10"


def test_trial_summary_has_codes_of_its_codelists_and_a_reason_for_every_gap(specs: Specs) -> None:
    ts = derive_trial_design(specs, subject())["TS"].frame
    rows = {row["TSPARMCD"]: row for row in ts.iter_rows(named=True)}
    assert rows["ACTSUB"]["TSVAL"] == "1"
    assert rows["FCNTRY"]["TSVAL"] == "DEU"
    assert (rows["SSTDTC"]["TSVAL"], rows["SENDTC"]["TSVAL"]) == ("2024-02-20", "2024-06-01")
    assert rows["STYPE"]["TSVALCD"] == "C16084"
    assert rows["STYPE"]["TSVCDVER"] == "2025-03-28"
    assert rows["AGEMAX"]["TSVALNF"] == "PINF"
    for row in rows.values():
        assert (row["TSVAL"] is None) != (row["TSVALNF"] is None), row["TSPARMCD"]
        assert (row["TSVCDREF"] == "CDISC CT") == (row["TSVALCD"] is not None)


def test_a_parameter_without_data_to_count_is_unknown(specs: Specs) -> None:
    ts = derive_trial_design(specs, subject(RFICDTC=None))["TS"].frame
    start = ts.filter(nw.col("TSPARMCD") == "SSTDTC")
    assert start.select("TSVAL", "TSVALNF").row(0) == (None, "UNK")


def test_arms_elements_and_visits_follow_the_spec(specs: Specs) -> None:
    made = derive_trial_design(specs, subject())
    ta = made["TA"].frame
    assert ta["EPOCH"].to_list() == [e.epoch for e in specs.study.epochs]
    assert ta["ETCD"].to_list() == made["TE"].frame["ETCD"].to_list()
    assert made["TV"].frame["VISIT"].to_list() == [v.name for v in specs.study.visits]
    assert set(made["TI"].frame["IECAT"].to_list()) == {"INCLUSION"}


def test_a_study_without_a_design_has_none_of_it() -> None:
    found = small_study.run({}).datasets
    assert not {"TA", "TE", "TI", "TV", "TS", "SE"} & found.keys()


def test_the_epochs_of_the_design_are_those_of_the_study(tmp_path: Path) -> None:
    import shutil

    shutil.copytree(REPOSITORY / "specs", tmp_path / "specs")
    path = tmp_path / "specs" / "study.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("epoch: TREATMENT\n", "epoch: BASELINE\n"), "utf-8")
    with pytest.raises(SpecError, match="one element is needed for each of SCREENING, TREATMENT"):
        load_specs(tmp_path / "specs")
    path.write_text(text.replace("values: [OBSERVATIONAL]", "values: [OBSERVING]"), "utf-8")
    with pytest.raises(SpecError, match="'OBSERVING' is not a term of codelist STYPE"):
        load_specs(tmp_path / "specs")


def test_epochs_of_records_lie_in_the_elements_of_their_subject(sample_run: StudyRun) -> None:
    se = sample_run.datasets["SE"].to_polars().with_columns(pl.col("SEENDTC").str.slice(0, 10))
    assert se.group_by("USUBJID").len().height == 18
    lb = sample_run.datasets["LB"].to_polars().filter(pl.col("EPOCH").is_not_null())
    joined = lb.join(se, on=["USUBJID", "EPOCH"], how="left")
    assert joined["SESTDTC"].null_count() == 0
    day = pl.col("LBDTC").str.slice(0, 10)
    inside = (day >= pl.col("SESTDTC").str.slice(0, 10)) & (day <= pl.col("SEENDTC"))
    assert joined.filter(~inside).height == 0
