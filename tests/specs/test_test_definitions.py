"""specs/lab_tests.yaml and specs/clinical_tests.yaml."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest

from tecdata.spec import Specs, fold

LAB = [
    "IGG",
    "IGA",
    "IGM",
    "IGG4",
    "WBC",
    "LYM",
    "NEUT",
    "PLAT",
    "HGB",
    "CREAT",
    "ALT",
    "AST",
    "CK",
    "LDH",
    "ALDOLASE",
    "CRP",
    "C3",
    "C4",
    "FERRITIN",
    "INTLK6",
    "CALPRO",
    "PROTCRT",
]
COURSES = ["ANA", "DSDNA", "SCL70", "JO1", "VZVIGG"]
PROFILE = [
    f"AB_{name}"
    for name in [
        "ANA",
        "DSDNA",
        "SSA",
        "U1RNP",
        "SM",
        "SCL70",
        "NUCLEOSOME",
        "JO1",
        "RNAP3",
        "PMSCL75",
        "PMSCL100",
        "KU",
        "RF",
        "CENPB",
        "MDA5",
        "RUVBL",
    ]
]
SCORES = [
    *("MRSSTOT", *(f"MRSS{i:02}" for i in range(1, 18)), "MMT8", "MMT8B", "MDGA", "EXMVAS"),
    *("PGA", *(f"SLEDAI{i:02}" for i in range(1, 25)), "SLEDAITOT", "BILAGNA", "BILAGNB"),
    *(*(f"IGG4RI{i:02}" for i in range(1, 5)), "IGG4RITOT", "IGG4RI12"),
]
DOMAIN_OF = {
    **dict.fromkeys(LAB, "LB"),
    **dict.fromkeys([*COURSES, *PROFILE], "IS"),
    **dict.fromkeys(("CD19", "CD3"), "CP"),
    **dict.fromkeys(("WEIGHT", "TEMP"), "VS"),
    **dict.fromkeys(("FVC", "FVCPP", "DLCO", "DLCOPP"), "RE"),
    **dict.fromkeys(("PTGA", "HAQDI", "FACITF"), "QS"),
    **dict.fromkeys(SCORES, "RS"),
}


def test_the_tests_of_the_study_and_no_others(shipped: Specs) -> None:
    assert {k: t.domain for k, t in shipped.tests.items()} == DOMAIN_OF


def test_codes_and_names_are_terms_of_their_variables(shipped: Specs) -> None:
    for key, test in shipped.tests.items():
        variables = shipped.domains[test.domain].by_name
        given = {
            f"{test.domain}TESTCD": test.testcd,
            f"{test.domain}TEST": test.test,
            **test.variables,
        }
        for name, value in given.items():
            variable = variables[name]
            assert len(value) <= variable.length, (key, name)
            if variable.codelist:
                assert value in shipped.codelists[variable.codelist].by_term, (key, name)


def test_code_and_name_share_their_nci_code(shipped: Specs) -> None:
    for key, test in shipped.tests.items():
        variables = shipped.domains[test.domain].by_name
        for name, value in (
            (f"{test.domain}TESTCD", test.testcd),
            (f"{test.domain}TEST", test.test),
        ):
            codelist = variables[name].codelist
            assert codelist is not None
            assert shipped.codelists[codelist].by_term[value].nci == test.nci, (key, name)


def test_one_code_has_one_name(shipped: Specs) -> None:
    names: dict[tuple[str, str], set[str]] = {}
    for test in shipped.tests.values():
        names.setdefault((test.domain, test.testcd), set()).add(test.test)
    assert all(len(n) == 1 for n in names.values())


def test_records_of_two_tests_never_share_their_key(shipped: Specs) -> None:
    for (a, one), (b, other) in combinations(shipped.tests.items(), 2):
        if (one.domain, one.testcd) == (other.domain, other.testcd):
            keys = shipped.domains[one.domain].keys
            differing = [k for k in keys if one.variables.get(k) != other.variables.get(k)]
            assert differing, (a, b)


def test_units_are_terms_and_numbers_have_one_unless_they_are_scores(shipped: Specs) -> None:
    units = shipped.codelists["UNIT"].by_term
    for key, test in shipped.tests.items():
        if test.unit:
            assert test.unit in units, key
        assert test.units.keys() <= units.keys(), key
        assert test.unit not in test.units, key
        if test.domain in ("LB", "CP", "VS", "RE"):
            assert test.unit, key
        if test.domain in ("QS", "RS"):
            assert not test.unit, key


@pytest.mark.parametrize(
    ("test", "unit", "value", "standard"),
    [
        ("IGG", "mg/dL", "700", "7"),
        ("IGG", "umol/L", "26.7", "4.00233"),
        ("IGA", "umol/L", "10", "1.6"),
        ("IGM", "umol/L", "1", "0.971"),
        ("HGB", "g/dL", "12.9", "129"),
        ("CREAT", "mg/dL", "1.5", "132.6"),
        ("CK", "ukat/L", "2.83", "169.8"),
        ("CRP", "mg/dL", "5", "50"),
        ("CRP", "nmol/L", "100", "10.5"),
        ("C3", "mg/dL", "90", "0.9"),
        ("LYM", "10^6/L", "500", "0.5"),
        ("CD19", "10^9/L", "0.01", "10"),
        ("FVC", "mL", "2400", "2.4"),
        ("VZVIGG", "IU/mL", "0.15", "150"),
    ],
)
def test_conversions_are_exact(
    test: str, unit: str, value: str, standard: str, shipped: Specs
) -> None:
    assert Fraction(value) * shipped.tests[test].units[unit].factor == Fraction(standard)


@pytest.mark.parametrize(
    ("test", "unit", "reverse"),
    [
        ("CK", "ukat/L", "1/60"),
        ("HGB", "mmol/L", "0.06206"),
        ("DLCO", "mL/min/mmHg", "2.987"),
        ("CREAT", "mg/dL", "1/88.4"),
        ("PROTCRT", "g/mol", "0.1131"),
    ],
)
def test_conversions_are_the_published_ones_in_reverse(
    test: str, unit: str, reverse: str, shipped: Specs
) -> None:
    above, _, below = reverse.partition("/")
    assert shipped.tests[test].units[unit].factor * Fraction(above) / Fraction(below or 1) == 1


def test_numbers_have_a_plausible_range(shipped: Specs) -> None:
    for key, test in shipped.tests.items():
        if test.result == "ordinal":
            assert test.plausible is None, key
            assert test.codelist, key
        else:
            assert test.plausible is not None, key
            low, high = test.plausible
            assert 0 <= low < high, key


@pytest.mark.parametrize(
    ("test", "highest"),
    [
        ("MRSSTOT", 51),
        ("MMT8", 80),
        ("MMT8B", 150),
        ("FACITF", 52),
        ("HAQDI", 3),
        ("SLEDAITOT", 105),
    ],
)
def test_totals_reach_what_their_instrument_can(test: str, highest: int, shipped: Specs) -> None:
    plausible = shipped.tests[test].plausible
    assert plausible is not None
    assert plausible[1] == highest


def test_items_add_up_to_their_total(shipped: Specs) -> None:
    def highest(prefix: str, count: int) -> Fraction:
        ranges = [shipped.tests[f"{prefix}{i:02}"].plausible for i in range(1, count + 1)]
        return sum((r[1] for r in ranges if r), Fraction(0))

    assert highest("MRSS", 17) == 51
    assert highest("SLEDAI", 24) == 105


@pytest.mark.parametrize("language", ["en", "de", "da", "npu"])
def test_a_spelling_stands_for_one_test(language: str, shipped: Specs) -> None:
    found: dict[str, set[str]] = {}
    for key, test in shipped.tests.items():
        for name in test.names.get(language, ()):
            found.setdefault(fold(name), set()).add(key)
    assert {s: keys for s, keys in found.items() if len(keys) > 1} == {}


@pytest.mark.parametrize("language", ["de", "da"])
def test_what_a_laboratory_reports_has_a_name_in_its_language(
    language: str, shipped: Specs
) -> None:
    for key, test in shipped.tests.items():
        if test.domain != "RS":
            assert test.names.get(language), key


PUBLISHED_AUTOANTIBODIES = [
    "ANA",
    "dsDNA",
    "SSA",
    "U1-RNP",
    "Sm",
    "Scl70",
    "Scl-70",
    "Nucleosome",
    "Jo-1",
    "RNAP III",
    "PM-Scl75",
    "PM-Scl100",
    "Ku",
    "RF",
    "CENP-B",
    "MDA5",
    "RuvBL1/2",
]


@pytest.mark.parametrize("name", PUBLISHED_AUTOANTIBODIES)
def test_autoantibodies_as_the_case_series_prints_them(name: str, shipped: Specs) -> None:
    profile = {
        fold(n): k
        for k, t in shipped.tests.items()
        if k.startswith("AB_")
        for n in (*t.names.get("en", ()), *t.names["de"])
    }
    assert profile[fold(name)].startswith("AB_")


PUBLISHED_THERAPIES = [
    "PRED",
    "HCQ",
    "MTX",
    "DDS",
    "AZA",
    "MMF",
    "BEL",
    "ANI",
    "VOC",
    "IVIG",
    "RTX",
    "CYC",
    "DEX",
    "DARA",
    "PLEX",
    "NIN",
    "HSCT",
    "CYC/ATG",
    "CsA",
    "GC",
    "TOC",
    "TOF",
    "TAC",
    "BAR",
    "LEF",
    "ETN",
    "ABT",
    "CERT",
]


@pytest.mark.parametrize("name", PUBLISHED_THERAPIES)
def test_therapies_as_the_case_series_prints_them(name: str, shipped: Specs) -> None:
    assert len(shipped.codelists["MEDICATIONS"].lookup(["de"])[fold(name)]) == 1
