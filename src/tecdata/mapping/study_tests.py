"""Which study test a record is about, from the centre's own word for it."""

from __future__ import annotations

import fnmatch
from typing import TYPE_CHECKING

import narwhals as nw

from tecdata.engine import Lookup
from tecdata.mapping.internal import TEST
from tecdata.mapping.problems import Reader, Watch, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tecdata.mapping.refs import Ref
    from tecdata.mapping.terms import Terms
    from tecdata.mapping.verbs import Memory
    from tecdata.spec.rules import Block

__all__ = ["limit_tests", "study_test_lookup"]


def limit_tests(wanted: tuple[str, ...] | None, known: Mapping[str, object]) -> frozenset[str]:
    """Study test ids a block may mean; ``*`` in ``tests`` stands for anything."""
    if wanted is None:
        return frozenset(known)
    return frozenset(k for k in known if any(fnmatch.fnmatchcase(k, w) for w in wanted))


def study_test_lookup(
    terms: Terms, block: Block, domain: str, ref: Ref, memory: Memory
) -> tuple[Lookup, Watch]:
    """Fill :data:`TEST` with a study test id of ``domain``, or null.

    Constants of the mapping file are study test ids; cells are names. A name of a test of another
    domain, or of one outside the block's ``tests``, is left to other blocks.
    """
    tests = terms.specs.tests
    limit = limit_tests(block.tests, tests)

    def read(text: str | None) -> tuple[str | None, str | None]:
        if text is None:
            return None, None
        if ref.kind == "constant" and text in tests:
            return (text if text in limit and tests[text].domain == domain else None), None
        found = terms.tests.find(text)
        if not found:
            return None, "mapping.unknown_test"
        meant = [key for key in found if key in limit]
        here = [key for key in meant if tests[key].domain == domain]
        if here and len(meant) > 1:
            return None, "mapping.ambiguous_test"
        return (here[0] if here else None), None

    settings = ("test", ref.kind == "constant", block.tests, domain)
    reader = Reader(read, memory.setdefault(settings, {}))

    def details(check: str, text: str) -> Mapping[str, object]:
        if check == "mapping.ambiguous_test":
            return {"choices": ", ".join(sorted(k for k in terms.tests.find(text) if k in limit))}
        return {
            "languages": terms.shown_languages(),
            "nearest": nearest(text, terms.tests.shown),
        }

    watch = Watch(
        problem="~test:problem", reader=reader, ref=ref, variable="--TESTCD", details=details
    )
    return Lookup([ref.name], reader, {TEST: nw.String, "~test:problem": nw.String}), watch
