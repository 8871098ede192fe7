"""Define-XML 2.1: valid against CDISC's schema, read by odmlib, and true of the files it describes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyreadstat
import pytest
from lxml import etree
from odmlib.define_loader import XMLDefineLoader
from odmlib.loader import ODMLoader
from odmlib.schema_manager import get_schema_path

from tecdata.export.item_types import type_of, type_of_text
from tecdata.export.package import oid
from tecdata.spec import VariableSpec

if TYPE_CHECKING:
    from tecdata.pipeline import StudyRun

SPACES = {
    "odm": "http://www.cdisc.org/ns/odm/v1.3",
    "def": "http://www.cdisc.org/ns/def/v2.1",
    "xlink": "http://www.w3.org/1999/xlink",
}
DEF = "{http://www.cdisc.org/ns/def/v2.1}"


@pytest.fixture(scope="module", params=["define.xml", "define-adam.xml"])
def path(request: pytest.FixtureRequest, sample_run: StudyRun, sample_out: Path) -> Path:
    assert sample_run.datasets
    return sample_out / "define" / str(request.param)


def found(path: Path, expression: str) -> list[Any]:
    nodes = etree.parse(str(path)).xpath(expression, namespaces=SPACES)
    assert isinstance(nodes, list)
    return nodes


def test_it_is_valid_by_the_schema(path: Path) -> None:
    schema = etree.XMLSchema(etree.parse(get_schema_path("define", "2.1")))
    schema.assertValid(etree.parse(str(path)))


def test_odmlib_reads_it(path: Path) -> None:
    loader = ODMLoader(XMLDefineLoader(model_package="define_2_1", ns_uri=SPACES["def"]))
    loader.open_odm_document(str(path))
    version = loader.MetaDataVersion()
    names = [group.Name for group in version.ItemGroupDef]
    room = "sdtm" if path.name == "define.xml" else "adam"
    files = sorted(p.stem.upper() for p in (path.parents[1] / room / "xpt").glob("*.xpt"))
    assert names == files
    assert version.DefineVersion == "2.1.0"
    assert {s.Name for s in version.Standards.Standard} >= {"CDISC/NCI"}


def test_labels_order_and_lengths_are_those_of_the_transport_files(path: Path) -> None:
    items = {i.get("OID"): i for i in found(path, "//odm:ItemDef")}
    for group in found(path, "//odm:ItemGroupDef"):
        leaf = group.find("def:leaf", SPACES)
        file = path.parent / leaf.get(f"{{{SPACES['xlink']}}}href")
        _, meta = pyreadstat.read_xport(str(file))
        refs = [items[r.get("ItemOID")] for r in group.findall("odm:ItemRef", SPACES)]
        assert [i.get("Name") for i in refs] == meta.column_names
        labels = [i.findtext("odm:Description/odm:TranslatedText", None, SPACES) for i in refs]
        assert labels == meta.column_labels
        for item in refs:
            if item.get("DataType") == "text":
                width = meta.variable_storage_width[item.get("Name")]
                assert int(item.get("Length")) == width, item.get("OID")


def test_everything_referred_to_is_there_and_everything_there_is_used(path: Path) -> None:
    for definition, reference in (
        ("//odm:ItemDef/@OID", "//odm:ItemRef/@ItemOID"),
        ("//odm:CodeList/@OID", "//odm:CodeListRef/@CodeListOID"),
        ("//odm:MethodDef/@OID", "//odm:ItemRef/@MethodOID"),
        ("//def:ValueListDef/@OID", "//def:ValueListRef/@ValueListOID"),
        ("//def:WhereClauseDef/@OID", "//def:WhereClauseRef/@WhereClauseOID"),
        ("//def:CommentDef/@OID", "//@def:CommentOID"),
        ("//odm:ItemGroupDef/def:leaf/@ID", "//@def:ArchiveLocationID"),
    ):
        defined = [str(oid) for oid in found(path, definition)]
        assert len(defined) == len(set(defined))
        assert set(defined) == {str(oid) for oid in found(path, reference)}, definition


def test_derived_variables_have_a_method_and_collected_ones_a_place(path: Path) -> None:
    origins = {
        i.get("OID"): i.find("def:Origin", SPACES).get("Type") for i in found(path, "//odm:ItemDef")
    }
    for ref in found(path, "//odm:ItemGroupDef/odm:ItemRef"):
        assert (origins[ref.get("ItemOID")] == "Derived") == ("MethodOID" in ref.attrib), ref.attrib
    predecessors = found(path, "//def:Origin[@Type='Predecessor']")
    assert all(o.findtext("*/odm:TranslatedText", None, SPACES) for o in predecessors)


def test_traceability_names_the_columns_of_the_centres(
    sample_run: StudyRun, sample_out: Path
) -> None:
    assert sample_run.datasets
    path = sample_out / "define" / "define.xml"
    text = found(path, "//odm:ItemDef[@OID='IT.AE.AETERM']/def:Origin//odm:TranslatedText/text()")
    assert "BE: Teclistamab_Berlin_Export.xlsx, " in str(text[0])
    assert str(text[0]).count("column") >= 5


def test_the_guide_is_linked_and_there(path: Path) -> None:
    (named,) = found(path, "//def:SupplementalDoc/def:DocumentRef/@leafID")
    (href,) = found(path, f"//odm:MetaDataVersion/def:leaf[@ID='{named}']/@xlink:href")
    guide = (path.parent / str(href)).resolve()
    assert guide.is_file()
    title = found(path, f"//odm:MetaDataVersion/def:leaf[@ID='{named}']/def:title/text()")
    assert guide.read_text("utf-8").startswith(f"# {title[0]}")


def test_loinc_is_an_external_codelist(sample_run: StudyRun, sample_out: Path) -> None:
    assert sample_run.datasets
    path = sample_out / "define" / "define.xml"
    (reference,) = found(path, "//odm:ItemDef[@Name='LBLOINC']/odm:CodeListRef/@CodeListOID")
    (external,) = found(path, f"//odm:CodeList[@OID='{reference}']/odm:ExternalCodeList")
    assert external.get("Dictionary") == "LOINC"
    assert external.get("Version")


def test_value_level_conditions_split_the_results(sample_run: StudyRun, sample_out: Path) -> None:
    path = sample_out / "define" / "define.xml"
    lb = sample_run.datasets["LB"].to_polars()
    codes = found(path, "//def:ValueListDef[@OID='VL.LB.LBORRES']/odm:ItemRef/@ItemOID")
    tests = lb.filter(lb["LBORRES"].is_not_null()).select("LBTESTCD", "LBSPEC").unique()
    assert sorted(map(str, codes)) == sorted(
        oid("IT", "LB", "LBORRES", *[v for v in row if v]) for row in tests.iter_rows()
    )
    for name in ("RS", "QS", "IS", "CP", "RE", "VS"):
        assert found(path, f"//def:ValueListDef[@OID='VL.{name}.{name}ORRES']")
    for name in ("SUPPAE.QVAL", "TS.TSVAL"):
        assert found(path, f"//def:ValueListDef[@OID='VL.{name}']")


def test_terms_have_their_nci_code_or_extend_the_list(path: Path) -> None:
    for codelist in found(path, "//odm:CodeList[@def:StandardOID]"):
        assert codelist.find("odm:Alias", SPACES) is not None
        for term in [*codelist.findall("odm:CodeListItem", SPACES),
                     *codelist.findall("odm:EnumeratedItem", SPACES)]:  # fmt: skip
            coded = term.find("odm:Alias", SPACES) is not None
            assert coded != (term.get(f"{DEF}ExtendedValue") == "Yes"), term.attrib


def test_terms_that_extend_two_joined_lists_are_marked_too(sample_out: Path) -> None:
    path = sample_out / "define" / "define.xml"
    for name, added in (("DSDECOD", "ALIVE AT DATA CUT"), ("ISBDAGNT", "RUVBL1/RUVBL2")):
        terms = found(path, f"//odm:CodeList[@OID='CL.{name}']/*[@CodedValue]")
        marked = {t.get("CodedValue") for t in terms if t.get(f"{DEF}ExtendedValue") == "Yes"}
        assert marked == {added}


def test_the_page_is_there_and_needs_nothing_else(path: Path) -> None:
    page = path.with_suffix(".html").read_text("utf-8")
    assert "<script" not in page
    for group in found(path, "//odm:ItemGroupDef"):
        assert f'id="{group.get("OID")}"' in page
    assert path.read_text("utf-8").splitlines()[1].endswith('href="define2-1.xsl"?>')
    assert (path.parent / "define2-1.xsl").is_file()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["2024-03-01"], "date"),
        (["2024-03-01", "2024"], "partialDate"),
        (["2024-03-01T10:00"], "datetime"),
        (["2024-03-01T10:00", "2024-03-01"], "partialDatetime"),
        ([None], "datetime"),
    ],
)
def test_date_types_follow_the_values(values: list[str | None], expected: str) -> None:
    import polars as pl

    variable = VariableSpec(name="LBDTC", label="Date", type="datetime")
    assert type_of(variable, pl.Series(values, dtype=pl.String), 10).name == expected


def test_number_types_count_characters_and_decimals() -> None:
    import polars as pl

    number = VariableSpec(name="X", label="X", type="float")
    assert type_of(number, pl.Series([1.5, -12.25]), 8).display_format == "6.2"
    assert type_of_text(pl.Series(["1", "-20"])).length == 3
    assert type_of_text(pl.Series(["<1", "20"])).name == "text"
