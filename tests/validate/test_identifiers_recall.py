"""How much of a seeded corpus of made-up identifiers is found, kind by kind."""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from tests.made_tables import centre, raw_table
from tests.validate.identifiers_corpus import COLUMNS, planted_texts

from tecdata.validate import scan_identifiers
from tecdata.validate.identifiers_patterns import find_identifiers

if TYPE_CHECKING:
    from tecdata.finding import Finding

SOURCE = centre("LB").source
ENOUGH = 0.99


@pytest.mark.parametrize("seed", range(5))
def test_at_least_99_in_100_are_found_in_free_text(seed: int) -> None:
    planted = list(planted_texts(seed, 200))
    texts: list[str | None] = [p.text for p in planted]
    ids: list[str | None] = [f"P{n}" for n in range(len(texts))]
    table = raw_table({"id": ids, "Bemerkung": texts})
    found = scan_identifiers({"t": table}, SOURCE)
    cells = {
        (f.check, cell)
        for f in found
        for cell in ([c.cell for c in f.cells] or [f.cell])
        if f.status == "failed"
    }
    # Long columns name their first hundred cells; the rest is asked text by text.
    total, hits = Counter[str](), Counter[str]()
    for row, one in enumerate(planted, start=2):
        total[one.kind] += 1
        seen = (f"identifier.{one.kind}", f"B{row}") in cells
        hits[one.kind] += seen or any(h.kind == one.kind for h in find_identifiers(one.text))
    assert {k: hits[k] / total[k] for k in total if hits[k] < ENOUGH * total[k]} == {}


@pytest.mark.parametrize("kind", sorted(COLUMNS))
def test_headers_that_say_so_lead_to_every_value_below_them(kind: str) -> None:
    rng = random.Random(7)  # noqa: S311 - reproducible, not secret
    headers, make = COLUMNS[kind]
    for header in headers:
        values: list[str | None] = [make(rng) for _ in range(20)]
        ids: list[str | None] = [f"P{n}" for n in range(20)]
        table = raw_table({"id": ids, header: values, "Datum": ["2025-03-12"] * 20})
        found = [f for f in scan_identifiers({"t": table}, SOURCE) if f.status == "failed"]
        assert _cells(found) == 20, header
        shown = [found[0].value, *(c.value for f in found for c in f.cells)]
        assert not set(shown) & set(values), header


def _cells(found: list[Finding]) -> int:
    return len({c.cell for f in found for c in f.cells} | {f.cell for f in found if not f.cells})


def test_the_secret_itself_is_what_is_hidden() -> None:
    from tecdata.validate.identifiers_mask import mask

    for one in planted_texts(99, 50):
        hits = [h for h in find_identifiers(one.text) if h.kind == one.kind]
        part = one.text[hits[0].start : hits[0].end]
        figures = [c for c in one.secret if c.isdigit()]
        if one.kind in ("phone", "personal_number", "insurance_number", "bank_account"):
            assert [c for c in part if c.isdigit()] == figures, one
        assert sum(c.isalnum() for c in mask(part)) <= 1
