from __future__ import annotations

from tecdata.intake.xml_parts import texts_by_attribute


def test_runs_are_one_text_and_two_comments_of_a_cell_are_two_lines() -> None:
    part = (
        b'<comments xmlns="urn:x"><commentList>'
        b'<comment ref="B2"><text><r><t>Material </t></r><r><t>fehlt</t></r></text></comment>'
        b'<comment ref="C3"><text><r><t>ok</t></r></text></comment>'
        b'<comment ref="B2"><text><r><t>geb. 14.03.1961</t></r></text></comment>'
        b"</commentList></comments>"
    )
    assert texts_by_attribute(part, "comment", "ref", place="b.xlsx") == {
        "B2": "Material fehlt\ngeb. 14.03.1961",
        "C3": "ok",
    }
