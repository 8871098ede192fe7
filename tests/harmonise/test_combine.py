from __future__ import annotations

import dataclasses

import pandas as pd
import polars as pl
import pytest
from tests.harmonise.small_study import Row, domain_spec, records, run, specs

from tecdata.dataset import Dataset
from tecdata.errors import HarmoniseError
from tecdata.finding import Findings
from tecdata.harmonise import harmonise


def test_centres_with_different_columns_become_one_dataset() -> None:
    one: list[Row] = [{"AETERM": "a", "AEDECOD": "A", "AESTDTC": "2024-03-11"}]
    two: list[Row] = [{"AETERM": "b", "AEENDTC": "2024-03-12", "CRSTEMP": "39"}]
    person: list[Row] = [{"SEX": "F"}]
    mapped = [
        {
            "DM": records("DM", person, centre=centre, engine="polars"),
            "AE": records("AE", rows, centre=centre, engine="polars"),
        }
        for centre, rows in (("BE", one), ("HH", two))
    ]
    findings = Findings()
    for order in (mapped, mapped[::-1]):
        out = harmonise(order, specs(), findings)
        frame = out["AE"].to_polars()
        assert frame["USUBJID"].to_list() == ["TEST-BE-001", "TEST-HH-001"]
        assert frame["AEENDTC"].to_list() == [None, "2024-03-12"]
        assert out["SUPPAE"].to_polars()["USUBJID"].to_list() == ["TEST-HH-001"]
        assert list(out) == ["DM", "AE", "SUPPAE"]


def test_block_ids_that_clash_are_told_apart() -> None:
    centres = []
    for centre in ("BE", "HH"):
        made = records("DM", [{"SEX": "F"}], centre=centre, engine="polars")
        frame = made.frame.to_polars().with_columns(pl.lit("dm").alias("_block"))
        origin = next(iter(made.origins.values()))
        named = Dataset.of(frame, made.spec)
        centres.append({"DM": dataclasses.replace(named, origins={"dm": origin})})
    dm = harmonise(centres, specs(), Findings())["DM"]
    assert dm.frame["_block"].to_list() == ["dm", "HH/dm"]
    assert [dm.origins[b].centre for b in dm.frame["_block"]] == ["BE", "HH"]


def test_a_column_that_is_not_declared_is_reported() -> None:
    made = records("AE", [{"AETERM": "a"}, {"AETERM": "b"}], engine="polars")
    frame = made.frame.to_polars().with_columns(pl.Series("AEFOO", ["x", None]))
    findings = Findings()
    mapped = {
        "DM": records("DM", [{"SEX": "F"}], engine="polars"),
        "AE": Dataset.of(frame, made.spec),
    }
    out = harmonise([mapped], specs(), findings)
    assert "AEFOO" not in out["AE"].frame.columns
    (finding,) = [f for f in findings if f.check == "harmonise.undeclared_column"]
    assert "column 'AEFOO' is neither a variable nor" in finding.message
    assert "1 records have a value" in finding.message


def test_a_domain_without_records_is_left_out_and_noted() -> None:
    out = run({"AE": []})
    assert "AE" not in out.datasets
    (finding,) = out.found("empty_domain")
    assert (finding.severity, finding.domain) == ("notice", "AE")


def test_a_domain_without_a_spec_is_refused() -> None:
    small = specs()
    lacking = dataclasses.replace(
        small, domains={k: v for k, v in small.domains.items() if k != "AE"}
    )
    with pytest.raises(HarmoniseError, match=r"domain AE has no spec; allowed: CM, DM, .*ae\.yaml"):
        run({"AE": [{"AETERM": "a"}]}, with_specs=lacking)


def test_frames_of_different_kinds_are_refused() -> None:
    mapped = {
        "DM": records("DM", [{"SEX": "F"}], engine="polars"),
        "AE": records("AE", [{"AETERM": "a"}], engine="pandas"),
    }
    with pytest.raises(HarmoniseError, match="frames are of different kinds: pandas, polars"):
        harmonise([mapped], specs(), Findings())


def test_the_source_text_of_results_is_carried_to_the_end() -> None:
    made = records("LB", [{"LBTESTCD": "A", "LBTEST": "A"}], engine="polars")
    frame = made.frame.to_polars().with_columns(pl.lit("4,5").alias("_source_text"))
    mapped = {
        "DM": records("DM", [{"SEX": "F"}], engine="polars"),
        "LB": Dataset.of(frame, made.spec),
    }
    findings = Findings()
    lb = harmonise([mapped], specs(), findings)["LB"].frame
    assert lb.columns[-5:] == ["_block", "_row", "_column", "_part", "_source_text"]
    assert lb["_source_text"].to_list() == ["4,5"]
    assert not [f for f in findings if f.check == "harmonise.undeclared_column"]


def test_frames_of_a_caller_pandas_in_pandas_out() -> None:
    dm = pd.DataFrame({"USUBJID": ["S-1"], "SUBJID": ["1"], "SITEID": ["X"], "SEX": ["F"]})
    ex = pd.DataFrame({"USUBJID": ["S-1"], "EXTRT": ["X"], "EXSTDTC": ["2024-03-10"]})
    lb = pd.DataFrame(
        {
            "USUBJID": ["S-1", "S-1"],
            "LBTESTCD": ["A", "A"],
            "LBTEST": ["A", "A"],
            "LBORRES": ["1", ""],
            "LBSTRESC": ["1", ""],
            "LBSTRESN": ["1", "one"],
            "LBDTC": ["2024-03-09", "2024-03-10"],
        }
    )
    given = {"DM": dm, "EX": ex, "LB": lb}
    before = {name: frame.copy() for name, frame in given.items()}
    findings = Findings()
    mapped = {name: Dataset.of(frame, domain_spec(name)) for name, frame in given.items()}
    out = harmonise([mapped], specs(), findings)
    frame = out["LB"].to_native()
    assert isinstance(frame, pd.DataFrame)
    assert frame["LBSEQ"].tolist() == [1, 2]
    assert frame["LBDY"].tolist() == [-1, 1]
    assert frame["LBLOBXFL"].fillna("").tolist() == ["Y", ""]
    assert frame["LBORRES"].isna().tolist() == [False, True]
    (finding,) = [f for f in findings if f.check == "harmonise.not_a_number"]
    assert (finding.variable, finding.value) == ("LBSTRESN", "one")
    for name, frame in before.items():
        pd.testing.assert_frame_equal(given[name], frame)
