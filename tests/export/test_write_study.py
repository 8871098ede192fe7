from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pyreadstat
import pytest
from tests.made_specs import AE, SUPPAE, dataset, events, small_specs, with_frame

from tecdata.dataset import Dataset
from tecdata.errors import ExportError
from tecdata.export import XptVariable, write_study, write_xpt
from tecdata.export.read_back import verify_xpt
from tecdata.export.study import moment_of


def xpt(out: Path, name: str = "ae") -> dict[str, list[object]]:
    path = out / "sdtm" / "xpt" / f"{name}.xpt"
    return dict(pyreadstat.read_xport(str(path), output_format="dict", encoding="UTF-8")[0])


def test_what_is_written(tmp_path: Path) -> None:
    assert write_study({"AE": events({}, {"AETEMP": None})}, small_specs(), tmp_path) == []
    files = sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file())
    assert [name for name in files if not name.startswith("define/") and "/json/" not in name] == [
        "sdtm/parquet/ae.parquet",
        "sdtm/xpt/ae.xpt",
        "trace/ae.parquet",
    ]
    assert "define/define.xml" in files
    assert {p.stat().st_mode & 0o777 for p in tmp_path.rglob("*") if p.is_file()} == {0o600}
    path = tmp_path / "sdtm" / "xpt" / "ae.xpt"
    _, meta = pyreadstat.read_xport(str(path), output_format="dict")
    assert (meta.table_name, meta.file_label) == ("AE", "Adverse Events")
    assert meta.column_names_to_labels == {v.name: v.label for v in AE.variables}
    assert meta.variable_storage_width == {
        "STUDYID": 2, "DOMAIN": 2, "USUBJID": 9, "AESEQ": 8, "AETERM": 5, "AESEV": 4,
        "AEOUT": 9, "AETEMP": 8, "AESTDTC": 10, "AEDUR": 3,
    }  # fmt: skip


def test_variables_stand_in_spec_order_and_records_in_key_order(tmp_path: Path) -> None:
    data = events(
        {"USUBJID": "S1-XX-002", "AETERM": "b"},
        {"USUBJID": "S1-XX-001", "AETERM": "b", "AESTDTC": None},
        {"USUBJID": "S1-XX-001", "AETERM": "a"},
        {"USUBJID": "S1-XX-001", "AETERM": "b", "AESTDTC": "2025"},
    )
    frame = data.frame.to_polars()
    turned = with_frame(AE, frame.select(list(reversed(frame.columns))))
    write_study({"AE": turned}, small_specs(), tmp_path)
    values = xpt(tmp_path)
    assert list(values) == [v.name for v in AE.variables]
    assert values["USUBJID"] == ["S1-XX-001"] * 3 + ["S1-XX-002"]
    assert values["AETERM"] == ["a", "b", "b", "b"]
    assert values["AESTDTC"] == ["2025-03-01", "", "2025", "2025-03-01"]
    parquet = pl.read_parquet(tmp_path / "sdtm" / "parquet" / "ae.parquet")
    assert parquet["AESTDTC"].to_list() == ["2025-03-01", None, "2025", "2025-03-01"]


def test_row_order_does_not_matter(tmp_path: Path) -> None:
    changes = [{"AETERM": t, "AESEQ": s} for s, t in enumerate(["x", "y", "x", "x"], start=1)]
    frame = events(*changes).frame.to_polars().with_columns(USUBJID=pl.lit("S1-XX-001"))
    for seed in range(5):
        shuffled = with_frame(AE, frame.sample(fraction=1.0, shuffle=True, seed=seed))
        write_study({"AE": shuffled}, small_specs(), tmp_path / str(seed))
    for kind in ("xpt/ae.xpt", "parquet/ae.parquet"):
        assert len({(tmp_path / str(s) / "sdtm" / kind).read_bytes() for s in range(5)}) == 1


def test_text_shared_by_domains_has_one_length(tmp_path: Path) -> None:
    cm = AE.model_copy(update={"domain": "CM", "label": "Other"})
    supplement = {"STUDYID": "A longer study", "QVAL": "x"}
    datasets = {
        "AE": events({}),
        "CM": events({"USUBJID": "S1-XX-0000001"}, spec=cm),
        "SUPPAE": dataset([supplement], SUPPAE),
    }
    write_study(datasets, small_specs(), tmp_path)
    widths = {}
    for name in ("ae", "cm", "suppae"):
        path = tmp_path / "sdtm" / "xpt" / f"{name}.xpt"
        widths[name] = pyreadstat.read_xport(str(path), metadataonly=True)[1].variable_storage_width
    assert widths["ae"]["USUBJID"] == widths["cm"]["USUBJID"] == 13
    assert (widths["ae"]["STUDYID"], widths["suppae"]["STUDYID"]) == (2, 14)


def test_parquet_types_and_metadata(tmp_path: Path) -> None:
    write_study({"AE": events({"AESTDTC": "2025-03"})}, small_specs(), tmp_path)
    path = tmp_path / "sdtm" / "parquet" / "ae.parquet"
    frame = pl.read_parquet(path)
    assert frame.columns == [v.name for v in AE.variables]
    kinds = {n: t for n, t in frame.schema.items() if t != pl.String}
    assert kinds == {"AESEQ": pl.Int64, "AETEMP": pl.Float64}
    assert frame["AESTDTC"].to_list() == ["2025-03"]
    metadata = pl.read_parquet_metadata(path)
    assert {k: metadata[k] for k in ("name", "label", "study", "sdtmig", "ct")} == {
        "name": "AE",
        "label": "Adverse Events",
        "study": "S1",
        "sdtmig": "3.4",
        "ct": "2025-03-28",
    }
    assert json.loads(metadata["labels"])["AETERM"] == "Reported Term"


def test_trace_names_the_source_of_every_record(tmp_path: Path) -> None:
    data = events(
        {"_row": 12},
        {"_row": 13, "_block": "gone"},
        {"_row": 14, "_column": "Start"},
    )
    supplement = {
        "STUDYID": "S1", "USUBJID": "S1-XX-001", "IDVARVAL": "3", "QNAM": "CRSTEMP", "QVAL": "39",
        "_block": "events", "_row": 12, "_column": "", "_part": 1,
    }  # fmt: skip
    datasets = {"AE": data, "SUPPAE": dataset([supplement], SUPPAE)}
    write_study(datasets, small_specs(), tmp_path)
    trace = pl.read_parquet(tmp_path / "trace" / "ae.parquet")
    known = {"centre": "XX", "file": "events.xlsx", "sheet": "AE"}
    assert trace.rows(named=True) == [
        {"USUBJID": "S1-XX-001", "SEQ": 1, "block": "events", **known, "row": 12, "value_cell": "B12", "source_text": None},
        {
            "USUBJID": "S1-XX-002", "SEQ": 1, "block": "gone", "centre": None, "file": None,
            "sheet": None, "row": 13, "value_cell": None, "source_text": None,
        },
        {"USUBJID": "S1-XX-003", "SEQ": 1, "block": "events", **known, "row": 14, "value_cell": "B14", "source_text": None},
    ]  # fmt: skip
    trace = pl.read_parquet(tmp_path / "trace" / "suppae.parquet")
    assert trace.select("SEQ", "row", "value_cell").rows() == [(3, 12, "F12")]


def test_trace_keeps_the_result_as_written(tmp_path: Path) -> None:
    frame = events({}, {}).frame.to_polars()
    given = frame.with_columns(_source_text=pl.Series(["38,5", None]))
    write_study({"AE": with_frame(AE, given)}, small_specs(), tmp_path)
    trace = pl.read_parquet(tmp_path / "trace" / "ae.parquet")
    assert trace["source_text"].to_list() == ["38,5", None]
    parquet = pl.read_parquet(tmp_path / "sdtm" / "parquet" / "ae.parquet")
    assert parquet.columns == [v.name for v in AE.variables]


def test_trace_without_provenance_is_empty(tmp_path: Path) -> None:
    frame = events({}).frame.to_polars().drop("_block", "_row", "_column", "_part")
    write_study({"AE": with_frame(AE, frame)}, small_specs(), tmp_path)
    assert pl.read_parquet(tmp_path / "trace" / "ae.parquet").is_empty()


def test_a_dataset_without_records_is_reported_not_written(tmp_path: Path) -> None:
    empty = with_frame(AE, events({}).frame.to_polars().clear())
    findings = write_study({"AE": empty}, small_specs(), tmp_path)
    assert [f.message for f in findings] == [
        "AE has no record: no file was written. Nothing is to be done if none was expected; otherwise look for findings on what it is made from."
    ]
    assert list((tmp_path / "sdtm" / "xpt").iterdir()) == []


def test_nan_is_reported(tmp_path: Path) -> None:
    data = events({"AETEMP": float("nan")}, {"AETEMP": None})
    findings = write_study({"AE": data}, small_specs(), tmp_path)
    assert [f.message for f in findings] == [
        "AE.AETEMP: 1 records hold NaN, written as missing. Look for the rule that makes it."
    ]
    assert xpt(tmp_path)["AETEMP"] == [None, None]


def test_a_fraction_in_an_integer_variable_is_kept(tmp_path: Path) -> None:
    write_study({"AE": events({"AESEQ": 1.5})}, small_specs(), tmp_path)
    assert xpt(tmp_path)["AESEQ"] == [1.5]


@pytest.mark.parametrize(
    ("column", "message"),
    [
        (pl.lit("38").alias("AETEMP"), "AE.AETEMP: the variable is float by its spec, the data are String. Correct the type in specs/sdtm, or the rule that makes the variable"),
        (pl.lit(1).alias("AETERM"), "AE.AETERM: the variable is text by its spec, the data are Int32. Correct the type in specs/sdtm, or the rule that makes the variable"),
    ],
)  # fmt: skip
def test_data_of_the_wrong_type(tmp_path: Path, column: pl.Expr, message: str) -> None:
    frame = events({}).frame.to_polars().with_columns(column)
    with pytest.raises(ExportError) as caught:
        write_study({"AE": with_frame(AE, frame)}, small_specs(), tmp_path)
    assert str(caught.value) == message


def test_pandas_frames_give_the_same_files(tmp_path: Path) -> None:
    import narwhals as nw

    data = events({}, {"AETERM": None, "AETEMP": None, "AESTDTC": "2025"})
    frame = data.frame.to_polars().to_pandas()
    other = Dataset(spec=AE, frame=nw.from_native(frame, eager_only=True), origins=data.origins)
    write_study({"AE": data}, small_specs(), tmp_path / "polars")
    write_study({"AE": other}, small_specs(), tmp_path / "pandas")
    for name in ("sdtm/xpt/ae.xpt", "sdtm/parquet/ae.parquet", "trace/ae.parquet"):
        assert (tmp_path / "polars" / name).read_bytes() == (
            tmp_path / "pandas" / name
        ).read_bytes()


def test_nothing_is_changed_in_the_datasets(tmp_path: Path) -> None:
    data = events({"AETERM": "Übel " + "x" * 300}, {"AETEMP": float("nan")})
    before = data.frame.to_polars().clone()
    write_study({"AE": data}, small_specs(), tmp_path)
    assert data.frame.to_polars().equals(before, null_equal=True)


def test_the_moment_comes_from_the_data_cut_or_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    study = small_specs().study
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert moment_of(study) == datetime(2026, 3, 1, tzinfo=UTC)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert moment_of(study) == datetime(1970, 1, 2, tzinfo=UTC)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    with pytest.raises(ExportError, match="SOURCE_DATE_EPOCH is 'yesterday'"):
        moment_of(study)


VARIABLES = (XptVariable("A", "Text", length=2), XptVariable("N", "Number", numeric=True))


@pytest.mark.parametrize(
    ("table", "variables", "label", "message"),
    [
        ({"A": ["x", "z"], "N": [1.0, 2.0]}, VARIABLES, "L", "A of record 2 came back as another"),
        ({"A": ["x", "y"], "N": [1.0, 2.5]}, VARIABLES, "L", "N of record 2 came back as another"),
        ({"A": ["x"], "N": [1.0]}, VARIABLES, "L", "2 records came back of 1 written"),
        ({"A": ["x", "y"], "N": [1.0, 2.0]}, VARIABLES, "M", "the label came back as L, not M"),
        (
            {"A": ["x", "y"], "N": [1.0, 2.0]},
            (XptVariable("A", "Texts", length=2), VARIABLES[1]),
            "L",
            "the variable labels came back as ",
        ),
        (
            {"A": ["x", "y"], "N": [1.0, 2.0]},
            (XptVariable("A", "Text", length=3), VARIABLES[1]),
            "L",
            "the lengths came back as ",
        ),
    ],
)
def test_a_file_that_reads_differently_is_noticed(
    tmp_path: Path,
    table: dict[str, list[object]],
    variables: tuple[XptVariable, ...],
    label: str,
    message: str,
) -> None:
    path = tmp_path / "t.xpt"
    frame = pl.DataFrame({"A": ["x", "y"], "N": [1.0, 2.0]})
    write_xpt(path, frame, VARIABLES, "L", datetime(2026, 3, 1, tzinfo=UTC))
    verify_xpt(path, frame, VARIABLES, "L")
    with pytest.raises(ExportError) as caught:
        verify_xpt(path, pl.DataFrame(table), variables, label)
    assert str(caught.value).startswith(f"t.xpt: {message}")
    assert "Do not use the file" in str(caught.value)
