"""Dataset-JSON 1.1: by the schema, by odmlib, and equal to XPT and Parquet but for what XPT cannot hold."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import odmlib
import polars as pl
import pyreadstat
import pytest
from anyascii import anyascii
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from tests.conftest import REPOSITORY

from tecdata.errors import ExportError
from tecdata.export import check_dataset_json, read_dataset_json, write_dataset_json
from tecdata.spec import DomainSpec, load_specs

if TYPE_CHECKING:
    from tecdata.pipeline import StudyRun

MOMENT = datetime.datetime(2026, 1, 15, tzinfo=datetime.UTC)
TEXT = {"type": "string"}
MOMENT_TEXT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}
COLUMN = {
    "type": "object",
    "additionalProperties": False,
    "required": ["itemOID", "name", "label", "dataType"],
    "properties": {
        **dict.fromkeys(("itemOID", "name", "label", "displayFormat"), TEXT),
        "dataType": {"enum": ["string", "integer", "decimal", "float", "double", "boolean",
                              "datetime", "date", "time", "URI"]},
        "targetDataType": {"enum": ["integer", "decimal"]},
        "length": {"type": "integer", "minimum": 1},
        "keySequence": {"type": "integer", "minimum": 1},
    },
}  # fmt: skip
#: What the standard says of the file, in our own words.
SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["datasetJSONCreationDateTime", "datasetJSONVersion", "itemGroupOID", "records",
                 "name", "label", "columns"],
    "properties": {
        **dict.fromkeys(("fileOID", "originator", "studyOID", "metaDataVersionOID", "metaDataRef",
                         "itemGroupOID", "name", "label"), TEXT),
        "datasetJSONCreationDateTime": MOMENT_TEXT,
        "dbLastModifiedDateTime": MOMENT_TEXT,
        "datasetJSONVersion": {"type": "string", "pattern": r"^1\.1(\.\d+)?$"},
        "sourceSystem": {"type": "object", "required": ["name", "version"]},
        "records": {"type": "integer", "minimum": 0},
        "columns": {"type": "array", "items": COLUMN},
        "rows": {"type": "array", "items": {"type": "array"}},
    },
}  # fmt: skip


def spec_of(**types: str) -> DomainSpec:
    variables = [
        {"name": name, "label": name.title(), "type": kind, "length": 200}
        for name, kind in types.items()
    ]
    return DomainSpec.model_validate(
        {"domain": "XX", "label": "A test", "class": "Findings", "structure": "One record",
         "keys": [next(iter(types))], "variables": variables}
    )  # fmt: skip


def write(folder: Path, table: pl.DataFrame, **types: str) -> Path:
    study = load_specs(REPOSITORY / "specs").study
    write_dataset_json(folder, table, "XX", spec_of(**types), study, MOMENT)
    return folder / "xx.json"


@pytest.fixture(scope="module", params=["sdtm", "adam"])
def room(request: pytest.FixtureRequest, sample_run: StudyRun, sample_out: Path) -> Path:
    assert sample_run.datasets
    return sample_out / str(request.param)


def test_every_file_is_valid_by_schema_and_by_meaning(room: Path) -> None:
    files = sorted((room / "json").glob("*.json"))
    assert {p.stem for p in files} == {p.stem for p in (room / "parquet").glob("*.parquet")}
    for path in files:
        jsonschema.validate(json.loads(path.read_text("utf-8")), SCHEMA)
        assert check_dataset_json(path) == []
        assert check_dataset_json(path.with_suffix(".ndjson")) == []


def test_odmlib_reads_both_kinds(room: Path) -> None:
    for path in sorted((room / "json").glob("*.json")):
        whole = odmlib.DatasetJSON.read_json(str(path))
        lines = odmlib.DatasetJSON.read_ndjson(str(path.with_suffix(".ndjson")))
        assert whole.to_dict() == lines.to_dict()
        frame = pl.read_parquet(room / "parquet" / f"{path.stem}.parquet")
        assert whole.column_names == frame.columns
        assert len(whole.rows) == frame.height


def test_all_formats_hold_the_same_values(room: Path) -> None:
    for path in sorted((room / "json").glob("*.json")):
        frame = pl.read_parquet(room / "parquet" / f"{path.stem}.parquet")
        dates = [n for n, kind in frame.schema.items() if kind == pl.Date]
        frame = frame.with_columns(pl.col(dates).cast(pl.String))
        metadata, rows = read_dataset_json(path)
        assert (metadata, rows) == read_dataset_json(path.with_suffix(".ndjson"))
        assert rows == [list(row) for row in frame.rows()], path.name
        data, _ = pyreadstat.read_xport(
            str(room / "xpt" / f"{path.stem}.xpt"), output_format="dict", encoding="UTF-8"
        )
        for column in frame.columns:
            written = [str(v) if column in dates and v is not None else v for v in data[column]]
            assert [plain(v) for v in written] == [plain(v) for v in frame[column]], column


def plain(value: Any) -> Any:
    """A value as an XPT file can hold it: ASCII, missing text empty, numbers as floats."""
    if isinstance(value, str):
        # The transliteration of the study writes ä as ae; letters are compared without vowels.
        return "".join(c for c in anyascii(value).lower() if c not in "aeou ")
    return "" if value is None else float(value)


def test_oids_are_those_of_the_define(room: Path) -> None:
    name = "define.xml" if room.name == "sdtm" else "define-adam.xml"
    root = etree.parse(str(room.parent / "define" / name))
    known = {str(v) for v in root.xpath("//@OID")}  # type: ignore[union-attr]
    for path in (room / "json").glob("*.json"):
        metadata, _ = read_dataset_json(path)
        named = {metadata["itemGroupOID"], *(c["itemOID"] for c in metadata["columns"])}
        assert named <= known


def test_text_beyond_ascii_stays_and_nan_is_missing(tmp_path: Path) -> None:
    table = pl.DataFrame({"A": ["Diarrhö", "æøå 字"], "N": [1.5, float("nan")]})
    path = write(tmp_path, table, A="text", N="float")
    metadata, rows = read_dataset_json(path)
    assert rows == [["Diarrhö", 1.5], ["æøå 字", None]]
    assert metadata["columns"][0]["length"] == len("æøå 字".encode())


def test_no_records_and_no_values(tmp_path: Path) -> None:
    path = write(
        tmp_path, pl.DataFrame(schema={"A": pl.String, "N": pl.Int64}), A="text", N="integer"
    )
    assert read_dataset_json(path)[1] == []
    assert check_dataset_json(path) == []


def test_partial_dates_are_text_and_whole_ones_dates(tmp_path: Path) -> None:
    table = pl.DataFrame({"A": ["1", "2"], "B": ["2024-03", "2024"], "C": ["2024-03-01", None]})
    metadata, _ = read_dataset_json(write(tmp_path, table, A="text", B="datetime", C="datetime"))
    assert [c["dataType"] for c in metadata["columns"]] == ["string", "string", "date"]


@given(
    st.lists(
        st.tuples(
            st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20),
            st.one_of(st.none(), st.integers(-(2**53), 2**53)),
            st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False)),
        ),
        max_size=8,
        unique_by=lambda row: row[0],
    )
)
def test_what_is_written_is_read_again(rows: list[tuple[Any, ...]]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        schema = {"A": pl.String, "I": pl.Int64, "F": pl.Float64}
        table = pl.DataFrame(rows, schema=schema, orient="row")
        path = write(Path(folder), table, A="text", I="integer", F="float")
        for file in (path, path.with_suffix(".ndjson")):
            assert read_dataset_json(file)[1] == [list(row) for row in rows]
            assert check_dataset_json(file) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda d: d.update(records=7), "records says 7, the file holds 2"),
        (lambda d: d["rows"][0].pop(), "row 1 does not have 3 values"),
        (lambda d: d["rows"][1].__setitem__(1, "5"), "row 2, N: the value is no integer"),
        (lambda d: d["rows"][1].__setitem__(1, True), "row 2, N: the value is no integer"),
        (lambda d: d["rows"][0].__setitem__(0, 5), "row 1, A: the value is no text"),
        (lambda d: d["rows"][0].__setitem__(0, "xyz"), "row 1, A: the text has more than 1 bytes"),
        (lambda d: d["rows"][0].__setitem__(2, "2024-3-1"), "row 1, D: the text is no date"),
        (lambda d: d["rows"][0].__setitem__(0, "y"), "the keys do not tell all records apart"),
        (lambda d: d["columns"][1].update(name="A"), "name A stands twice"),
        (lambda d: d["columns"][0].update(keySequence=2), "keySequence does not count from 1"),
        (lambda d: d.pop("label"), "label is missing"),
        (lambda d: d.update(name="YY"), "the dataset is called YY, the file xx.json"),
        (lambda d: d.update(datasetJSONVersion="1.0"), "datasetJSONVersion is not 1.1"),
    ],
)  # fmt: skip
def test_what_the_schema_lets_through_is_found(tmp_path: Path, change: Any, problem: str) -> None:
    table = pl.DataFrame({"A": ["x", "y"], "N": [1, 2], "D": ["2024-03-01", None]})
    path = write(tmp_path, table, A="text", N="integer", D="datetime")
    assert check_dataset_json(path) == []
    document = json.loads(path.read_text("utf-8"))
    change(document)
    path.write_text(json.dumps(document), "utf-8")
    assert any(found.startswith(problem) for found in check_dataset_json(path))


def test_a_file_that_is_no_dataset_json_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "xx.json"
    path.write_text("{", "utf-8")
    with pytest.raises(ExportError, match="not JSON"):
        read_dataset_json(path)
    path.write_text("[]", "utf-8")
    with pytest.raises(ExportError):
        check_dataset_json(path)
