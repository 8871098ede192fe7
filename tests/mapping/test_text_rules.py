from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tecdata.mapping.text_rules import rewriter, split_parts, template_columns, template_filler
from tecdata.spec.rules import Replacement, Rule


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("ANA, dsDNA", ("ANA", "dsDNA")),
        ("ANA;dsDNA;", ("ANA", "dsDNA")),
        ("ANA (1:80, fein), dsDNA", ("ANA (1:80, fein)", "dsDNA")),
        ("a (b (c, d), e), f", ("a (b (c, d), e)", "f")),
        ("a), b", ("a)", "b")),
        ("a (b, c", ("a (b, c",)),
        (" , ;", ()),
        ("Lunge", ("Lunge",)),
        ("", ()),
    ],
)
def test_split(text: str, parts: tuple[str, ...]) -> None:
    assert split_parts(text, (",", ";")) == parts


def test_separators_may_be_words() -> None:
    assert split_parts("Lunge und Haut", (" und ",)) == ("Lunge", "Haut")


@given(st.lists(st.text("abc ()", min_size=1).filter(lambda t: t.strip()), max_size=5))
def test_no_character_is_lost(parts: list[str]) -> None:
    found = split_parts(",".join(parts), (",",))
    assert "".join(found).replace(" ", "").replace(",", "") == "".join(parts).replace(" ", "")


@pytest.mark.parametrize(
    ("template", "texts", "filled"),
    [
        ("{A} ({B})", ("x", "y"), "x (y)"),
        ("{A} ({B})", ("x", None), "x ()"),
        ("{A}[ ({B})]", ("x", None), "x"),
        ("{A}[ ({B})]", ("x", "y"), "x (y)"),
        ("{A}[ ({B})]", (None, None), None),
        ("{A}[, {B}]", (None, "y"), ", y"),
        ("{Dosis [mg]} mg", ("5",), "5 mg"),
        ("no column", (), "no column"),
    ],
)
def test_templates(template: str, texts: tuple[str | None, ...], filled: str | None) -> None:
    assert template_filler(template)(*texts) == (filled,)


def test_a_column_named_twice_is_read_once() -> None:
    assert template_columns("{A}-{B}-{A}") == ("A", "B")
    assert template_filler("{A}-{B}-{A}")("x", "y") == ("x-y-x",)


def test_replace_then_extract() -> None:
    rule = Rule(
        assign_no_ct="x",
        replace=(Replacement(pattern="Grad", text="grade"), Replacement(pattern="II", text="2")),
        extract="grade (?P<value>[1-5])",
    )
    rewrite = rewriter(rule)
    assert rewrite is not None
    assert rewrite("CTCAE Grad II") == "2"
    assert rewrite("mild") is None
    assert rewrite(None) is None


def test_a_rule_without_either_changes_nothing() -> None:
    assert rewriter(Rule(assign_no_ct="x")) is None


def test_what_replace_empties_is_missing() -> None:
    rewrite = rewriter(Rule(assign_no_ct="x", replace=(Replacement(pattern="keine?"),)))
    assert rewrite is not None
    assert rewrite("kein") is None
