"""specs/adam: what ADaMIG 1.3 and the XPT format ask of every analysis dataset."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.derive.made_study import shipped_specs

if TYPE_CHECKING:
    from tecdata.spec import DomainSpec

DATASETS = list(shipped_specs().adam.values())


def _variables(dataset: DomainSpec) -> dict[str, str]:
    return {v.name: v.type for v in dataset.variables}


def test_datasets_are_named_and_keyed() -> None:
    assert "ADSL" in shipped_specs().adam
    for dataset in DATASETS:
        assert dataset.domain.startswith("AD")
        assert dataset.keys[:2] == ("STUDYID", "USUBJID")


def test_dates_are_numbers_with_a_format_and_flags_take_yes_or_no() -> None:
    for dataset in DATASETS:
        for variable in dataset.variables:
            if re.search(r"DT$", variable.name):
                assert (variable.type, variable.format) == ("date", "DATE9."), variable.name
            if variable.name.endswith("FL"):
                assert variable.codelist == "NY", f"{dataset.domain}.{variable.name}"
            if variable.name.endswith(("DY", "SEQ")):
                assert variable.type == "integer", variable.name


def test_predecessors_exist() -> None:
    specs = shipped_specs()
    for dataset in DATASETS:
        for variable in dataset.variables:
            if variable.predecessor:
                source, _, name = variable.predecessor.partition(".")
                spec = specs.domains.get(source) or specs.adam.get(source)
                assert spec is not None, variable.predecessor
                assert spec.has(name), variable.predecessor


def test_one_variable_is_one_thing_everywhere() -> None:
    known: dict[str, tuple[str, str]] = {}
    for dataset in DATASETS:
        for v in dataset.variables:
            assert known.setdefault(v.name, (v.label, v.type)) == (v.label, v.type), (
                f"{dataset.domain}.{v.name}"
            )
