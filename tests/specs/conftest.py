"""The specs that ship with the package, and the published facts they are compared with."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tecdata.spec import Specs, load_specs

HERE = Path(__file__).parent


def read_facts(name: str) -> list[dict[str, str]]:
    with (HERE / "facts" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def shipped() -> Specs:
    """``specs/`` of this repository."""
    return load_specs(HERE.parents[1] / "specs")


@pytest.fixture(scope="session")
def guide() -> dict[str, list[dict[str, str]]]:
    """The variables of SDTMIG 3.4, by domain, in order."""
    domains: dict[str, list[dict[str, str]]] = {}
    for row in read_facts("sdtmig_3_4.csv"):
        domains.setdefault(row["domain"], []).append(row)
    return domains


@pytest.fixture(scope="session")
def terminology() -> dict[str, list[dict[str, str]]]:
    """The terms of SDTM controlled terminology 2025-03-28 in use, by codelist."""
    codelists: dict[str, list[dict[str, str]]] = {}
    for row in read_facts("sdtm_ct_2025_03_28.csv"):
        codelists.setdefault(row["codelist"], []).append(row)
    return codelists
