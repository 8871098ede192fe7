"""specs/terminology against SDTM controlled terminology 2025-03-28 and against itself."""

from __future__ import annotations

import pytest

from tecdata.spec import Codelist, Specs, fold

Published = dict[str, list[dict[str, str]]]

#: Codelists that join two CDISC ones, because one variable is served by both.
JOINED = {"DSDECOD": ("NCOMPLT", "PROTMLST"), "ISBDAGNT": ("ISBDAGT", "MICROORG")}
STUDY_LISTS = {
    *("AEGRADE", "AESCALE", "AETERMS", "CMCATS", "COUNTRY", "EXCATS", "MEDICATIONS", "MHCATS"),
    *("DISEASE", "MHTERMS", "QSTEST", "QSTESTCD", "RELATION"),
}


def _cdisc(specs: Specs) -> list[Codelist]:
    return [c for c in specs.codelists.values() if c.package]


def test_study_lists_say_what_they_are_not(shipped: Specs) -> None:
    own = {c.codelist: c for c in shipped.codelists.values() if not c.package}
    assert own.keys() == STUDY_LISTS
    assert all(c.dictionary for c in own.values())
    assert "not MedDRA" in own["AETERMS"].dictionary
    assert "not MedDRA" in own["MHTERMS"].dictionary
    assert "not WHODrug" in own["MEDICATIONS"].dictionary


def test_codelists_carry_their_cdisc_name_code_and_extensibility(
    shipped: Specs, terminology: Published
) -> None:
    for codelist in _cdisc(shipped):
        assert codelist.package == shipped.study.ct
        if codelist.codelist in JOINED:
            lists = [terminology[name][0] for name in JOINED[codelist.codelist]]
            assert codelist.joins == tuple(row["codelist_code"] for row in lists)
            assert codelist.extensible == all(row["extensible"] == "Yes" for row in lists)
            continue
        published = terminology[codelist.codelist][0]
        assert (codelist.name, codelist.nci) == (published["name"], published["codelist_code"])
        assert codelist.extensible == (published["extensible"] == "Yes"), codelist.codelist


def test_terms_carry_their_nci_code_or_extend_an_extensible_list(
    shipped: Specs, terminology: Published
) -> None:
    for codelist in _cdisc(shipped):
        sources = JOINED.get(codelist.codelist, (codelist.codelist,))
        codes = {row["term"]: row["code"] for s in sources for row in terminology[s]}
        for term in codelist.terms:
            assert term.nci == codes.get(term.term, ""), (codelist.codelist, term.term)
            assert term.nci or codelist.extensible, (codelist.codelist, term.term)


def test_questionnaire_codes_of_cdisc_keep_their_code(
    shipped: Specs, terminology: Published
) -> None:
    for own, cdisc in (("QSTESTCD", "FAC070TC"), ("QSTEST", "FAC070TN")):
        codes = {row["term"]: row["code"] for row in terminology[cdisc]}
        assert {t.term: t.nci for t in shipped.codelists[own].terms if t.nci} == codes


def test_terms_are_listed_once(shipped: Specs) -> None:
    for codelist in shipped.codelists.values():
        assert len(codelist.by_term) == len(codelist.terms), codelist.codelist


@pytest.mark.parametrize("languages", [("en",), ("de",), ("da",), ("da", "redcap")])
def test_no_spelling_stands_for_two_terms(languages: tuple[str, ...], shipped: Specs) -> None:
    for codelist in shipped.codelists.values():
        ambiguous = {s: t for s, t in codelist.lookup(languages).items() if len(t) > 1}
        # Folded they are one text; as written they differ (see the next test).
        assert ambiguous.keys() <= {"g/l"}, codelist.codelist


def test_giga_per_litre_is_told_from_gram_per_litre_by_its_capital(shipped: Specs) -> None:
    units = shipped.codelists["UNIT"].by_term
    assert units["10^9/L"].names["de"].count("G/l") == 1
    assert "g/l" not in units["10^9/L"].names["de"]
    assert units["g/L"].names["de"] == ("g/l",)


def test_study_terms_are_named_in_german_and_danish(shipped: Specs) -> None:
    for name in STUDY_LISTS - {"QSTEST", "QSTESTCD", "COUNTRY"}:
        for term in shipped.codelists[name].terms:
            assert {"en", "de", "da"} <= term.names.keys(), (name, term.term)


def test_terms_and_study_terms_fit_their_variables(shipped: Specs) -> None:
    for domain in shipped.domains.values():
        for variable in domain.variables:
            if variable.codelist and not variable.is_numeric:
                for term in shipped.codelists[variable.codelist].terms:
                    size = len(term.term.encode())
                    fits = size <= variable.length or variable.codelist in ("NY", "SEX", "RACE")
                    assert fits, (variable.name, term.term)


@pytest.mark.parametrize(
    ("codelist", "language", "spelling", "term"),
    [
        ("SEX", "de", "w", "F"),
        ("SEX", "de", "Männlich ", "M"),
        ("SEX", "da", "k", "F"),
        ("NY", "de", "Ja", "Y"),
        ("NY", "da", "nej", "N"),
        ("NY", "redcap", "1", "Y"),
        ("UNIT", "de", "/nl", "10^9/L"),
        ("UNIT", "de", "Gpt/l", "10^9/L"),
        ("UNIT", "de", "Tsd/µl", "10^9/L"),
        ("UNIT", "de", "/µl", "10^6/L"),
        ("UNIT", "de", "IE/ml", "IU/mL"),
        ("UNIT", "de", "mIU/ml", "IU/L"),
        ("UNIT", "de", "µg/g", "mg/kg"),
        ("UNIT", "de", "% Soll", "%"),
        ("UNIT", "da", "mia/L", "10^9/L"),
        ("UNIT", "da", "µmol/L", "umol/L"),
        ("OUT", "de", "genesen", "RECOVERED/RESOLVED"),
        ("OUT", "da", "i bedring", "RECOVERING/RESOLVING"),
        ("ROUTE", "de", "s.c.", "SUBCUTANEOUS"),
        ("FREQ", "de", "3x/Woche", "3 TIMES PER WEEK"),
        ("FREQ", "da", "2 gange dagligt", "BID"),
        ("AEGRADE", "de", "CTCAE 2", "2"),
        ("AEGRADE", "de", "Grad II", "2"),
        ("AEGRADE", "da", "grad 3", "3"),
        ("MEDICATIONS", "de", "HCQ", "HYDROXYCHLOROQUINE"),
        ("DSDECOD", "de", "verstorben", "DEATH"),
    ],
)
def test_spellings_of_the_centres(
    codelist: str, language: str, spelling: str, term: str, shipped: Specs
) -> None:
    assert shipped.codelists[codelist].lookup([language])[fold(spelling)] == (term,)
