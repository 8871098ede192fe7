"""specs/sdtm against SDTMIG 3.4 (facts/sdtmig_3_4.csv, from the CDISC Library)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tecdata.spec import Specs, VariableSpec

DOMAINS = [
    "AE",
    "CM",
    "CO",
    "CP",
    "DM",
    "DS",
    "EX",
    "IS",
    "LB",
    "MH",
    "QS",
    "RE",
    "RELREC",
    "RS",
    "SE",
    "SUPPQUAL",
    "SV",
    "TA",
    "TE",
    "TI",
    "TS",
    "TV",
    "VS",
]
#: Domains about the study, not about a subject.
DESIGN = ["TA", "TE", "TI", "TS", "TV"]
FINDINGS = ["CP", "IS", "LB", "QS", "RE", "RS", "VS"]

#: Variables that the guide lets a study add to a domain: timing variables of the model (SDTMIG 3.4, 4.1; FDA wants a
#: study day beside every start date), and the continuation of a comment (CO, assumption 3).
ADDED = {
    "MH": {"MHSTDY": ("Study Day of Start of Observation", "Num", "Timing", "Perm")},
    "CO": {f"COVAL{n}": (f"Comment {n}", "Char", "Topic", "Perm") for n in range(1, 5)},
}

Guide = dict[str, list[dict[str, str]]]


def test_every_domain_of_the_study_has_a_spec(shipped: Specs, guide: Guide) -> None:
    assert sorted(shipped.domains) == DOMAINS
    assert sorted(guide) == DOMAINS


@pytest.mark.parametrize("domain", DOMAINS)
def test_variables_are_those_of_the_guide(domain: str, shipped: Specs, guide: Guide) -> None:
    published = {row["name"]: row for row in guide[domain]}
    ours = {
        v.name: (v.label, "Num" if v.is_numeric else "Char", v.role, v.core)
        for v in shipped.domains[domain].variables
    }
    theirs = {
        name: tuple(published[name][key] for key in ("label", "type", "role", "core"))
        for name in ours
        if name in published
    }
    assert ours == theirs | ADDED.get(domain, {})


@pytest.mark.parametrize("domain", DOMAINS)
def test_variables_are_in_the_order_of_the_guide(domain: str, shipped: Specs, guide: Guide) -> None:
    added = ADDED.get(domain, {})
    names = [v.name for v in shipped.domains[domain].variables if v.name not in added]
    assert names == [row["name"] for row in guide[domain] if row["name"] in names]


@pytest.mark.parametrize("domain", DOMAINS)
def test_required_and_expected_variables_are_there(
    domain: str, shipped: Specs, guide: Guide
) -> None:
    needed = {row["name"] for row in guide[domain] if row["core"] in ("Req", "Exp")}
    assert needed <= shipped.domains[domain].by_name.keys()


@pytest.mark.parametrize("domain", DOMAINS)
def test_labels_fit_xpt_and_keys_start_with_the_subject(domain: str, shipped: Specs) -> None:
    spec = shipped.domains[domain]
    assert all(len(v.label) <= 40 for v in spec.variables)
    assert all(len(s.label) <= 40 for s in spec.supplemental)
    assert spec.keys[0] == "STUDYID"
    assert ("USUBJID" in spec.keys) == (domain not in DESIGN)
    # Several values of one trial summary parameter are told apart by TSSEQ alone.
    counters = [key for key in spec.keys if key.endswith("SEQ")]
    assert counters == (["TSSEQ"] if domain == "TS" else []), "natural keys, not a counter"


@pytest.mark.parametrize("domain", FINDINGS)
def test_findings_have_result_flag_and_timing(domain: str, shipped: Specs) -> None:
    spec = shipped.domains[domain]
    needed = ["TESTCD", "TEST", "ORRES", "STRESC", "STRESN", "STAT", "LOBXFL", "DTC", "DY"]
    assert {domain + n for n in needed} <= spec.by_name.keys()
    assert {"VISITNUM", "VISIT", "EPOCH"} <= spec.by_name.keys()
    assert spec.by_name[f"{domain}DTC"].type == "datetime"
    assert f"{domain}DTC" in spec.keys


def test_dates_are_iso_8601_and_days_whole_numbers(shipped: Specs) -> None:
    for variable in _variables(shipped):
        if variable.name.endswith("DTC"):
            assert variable.type == "datetime", variable.name
        if variable.name.endswith(("SEQ", "DY")):
            assert variable.type == "integer", variable.name


def test_birth_date_holds_a_year_and_no_more(shipped: Specs) -> None:
    assert shipped.domains["DM"].by_name["BRTHDTC"].length == 4


def test_flags_take_yes_or_no(shipped: Specs) -> None:
    flags = [
        "AESER",
        "AESDTH",
        "AESHOSP",
        "AESLIFE",
        "AESMIE",
        "DTHFL",
        "LBLOBXFL",
        "SVPRESP",
        "SVOCCUR",
    ]
    found = {v.name: v.codelist for v in _variables(shipped) if v.name in flags}
    assert found == dict.fromkeys(flags, "NY")


def test_supplemental_qualifiers_are_not_variables_of_the_guide(
    shipped: Specs, guide: Guide
) -> None:
    published = {row["name"] for rows in guide.values() for row in rows}
    names = {s.name for d in shipped.domains.values() for s in d.supplemental}
    assert names == {
        *("EXDOSKG", "AEGRSCAL", "CRSTEMP", "CRSHYPOT", "CRSHYPOX", "AEDOSENO", "MHDURY")
    }
    assert not names & published


def _variables(specs: Specs) -> list[VariableSpec]:
    return [v for d in specs.domains.values() for v in d.variables]
