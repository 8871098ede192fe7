"""The SDTM records the truth of the cohort must end in, worked out by a second, plain path.

Nothing here uses the product's mapping, harmonising or unit factors: factors are written down again
(with the reason), days are counted with ``datetime``, visits and baselines are found by loops. What is
read from specs/ are names only: test codes and the visit table.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tecdata.demo.model import AdverseEvent, Medication, Result, Subject
    from tecdata.spec import Specs

Record = tuple[object, ...]

#: (test, unit it was measured in) -> exact factor to the standard unit, with the reason.
FACTORS: dict[tuple[str, str], Fraction] = {
    **{(t, "mg/dL"): Fraction(1, 100) for t in ("IGG", "IGA", "IGM", "IGG4", "C3", "C4")},  # 1 dL
    ("IGG", "umol/L"): Fraction(1499, 10000),  # molar mass 149.9 kg/mol, NPU02481
    ("IGA", "umol/L"): Fraction(16, 100),  # NPU02476
    ("IGM", "umol/L"): Fraction(971, 1000),  # NPU02488
    ("HGB", "g/dL"): Fraction(10),
    ("HGB", "mmol/L"): Fraction(10 * 10000, 6206),  # 0.6206 mmol/L (Fe) in 1 g/dL
    ("CREAT", "mg/dL"): Fraction(884, 10),  # 88.4 umol/L in 1 mg/dL
    ("CRP", "mg/dL"): Fraction(10),
    **{(t, "10^6/L"): Fraction(1, 1000) for t in ("WBC", "LYM", "NEUT", "PLAT")},
    ("CD19", "10^9/L"): Fraction(1000),
    ("CD3", "10^9/L"): Fraction(1000),
}


def usubjid(subject: Subject) -> str:
    """USUBJID as the study defines it."""
    return f"TECAID-{subject.centre}-{subject.number:03d}"


def study_day(subject: Subject, date: str) -> int | None:
    """Study day: day 1 is the first dose, there is no day 0, partial dates have none."""
    if len(date) < 10:
        return None
    days = (dt.date.fromisoformat(date[:10]) - dt.date.fromisoformat(subject.first_dose[:10])).days
    return days + 1 if days >= 0 else days


def plain(number: Fraction | Decimal) -> str:
    """A number as text: ten significant digits, no exponent, no trailing zeros."""
    if isinstance(number, Decimal):
        number = Fraction(number)
    context = Context(prec=10, rounding=ROUND_HALF_EVEN)
    value = context.divide(Decimal(number.numerator), Decimal(number.denominator))
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def standard(result: Result, specs: Specs) -> tuple[Fraction, str]:
    """Factor and standard unit of a result."""
    unit = specs.tests[result.test].unit
    if result.unit in ("", unit):
        return Fraction(1), unit
    return FACTORS[result.test, result.unit], unit


def expected_results(subject: Subject, specs: Specs) -> Iterator[tuple[str, Record]]:
    """(domain, record) of every result: identity, original and standard result, range, flag."""
    for result in subject.results:
        definition = specs.tests[result.test]
        factor, unit = standard(result, specs)
        known = result.value is not None
        original = standardised = number = None
        if result.text:
            original = standardised = result.text
        elif result.value is not None:
            ratio = "1:" if definition.result == "titre" else ""
            original = result.operator + ratio + plain(result.value)
            value = Fraction(result.value) * factor
            standardised = result.operator + plain(value)
            number = None if result.operator else float(plain(value))
        low, high = (
            None if x is None else plain(Fraction(x) * factor) for x in (result.low, result.high)
        )
        yield (
            definition.domain,
            (
                usubjid(subject),
                definition.testcd,
                definition.variables.get("ISBDAGNT", ""),
                result.start,
                original,
                (result.unit or unit or None) if known else None,
                standardised,
                number,
                (unit or None) if known else None,
                None if low is None or not known else float(low),
                None if high is None or not known else float(high),
                "NOT DONE" if result.not_done else None,
                study_day(subject, result.start),
            ),
        )


def expected_profile(subject: Subject, specs: Specs) -> Iterator[Record]:
    """The autoantibodies found positive at baseline: subject, antigen, result."""
    for test in subject.autoantibodies:
        yield (usubjid(subject), specs.tests[test].variables["ISBDAGNT"], "POSITIVE")


def expected_dm(subject: Subject) -> Record:
    """The DM record."""
    return (
        usubjid(subject),
        subject.local_id,
        subject.centre,
        float(subject.age),
        subject.sex,
        subject.country,
        subject.doses[0].start,
        subject.doses[-1].start,
        subject.consent,
        subject.death or subject.last_contact,
        subject.death or None,
        "Y" if subject.death else None,
        str(subject.birth_year),
    )


def expected_ex(subject: Subject) -> Iterator[Record]:
    """EX with the mg/kg level: subject, start, mg, unit, category, study day, level."""
    for dose in subject.doses:
        yield (
            usubjid(subject),
            dose.start,
            float(dose.mg),
            "mg",
            "TARGET DOSE" if dose.kind == "TARGET" else "STEP-UP DOSE",
            study_day(subject, dose.start),
            plain(dose.mg_per_kg),
        )


def expected_weights(subject: Subject) -> Iterator[Record]:
    """Body weight at each injection: subject, date, kg."""
    for dose in subject.doses:
        yield (usubjid(subject), dose.start[:10], float(dose.weight_kg))


def _answer(value: bool | None) -> str | None:
    return None if value is None else "Y" if value else "N"


def expected_ae(subject: Subject) -> Iterator[Record]:
    """AE with its supplemental qualifiers."""
    for event in subject.events:
        yield (
            usubjid(subject),
            event.verbatim,
            event.term,
            event.start,
            event.end or None,
            "ONGOING" if not event.end and event.outcome != "FATAL" else None,
            str(event.grade),
            _answer(event.serious),
            _answer(event.hospitalised),
            event.related,
            event.outcome,
            study_day(subject, event.start),
            study_day(subject, event.end) if event.end else None,
            event.scale,
            str(event.dose) if event.dose else None,
            None if event.temperature_c is None else plain(event.temperature_c),
            _answer(event.hypotension),
            _answer(event.hypoxia),
        )


def expected_cm(subject: Subject) -> Iterator[Record]:
    """CM: words, category, dates, dose."""
    for drug in subject.medications:
        yield (
            usubjid(subject),
            drug.verbatim,
            drug.name,
            drug.category,
            drug.start or None,
            drug.end or None,
            "ONGOING" if drug.ongoing else None,
            None if drug.dose is None else float(drug.dose),
            drug.unit or None,
            drug.frequency or None,
            drug.route or None,
            study_day(subject, drug.start) if drug.start else None,
        )


def expected_mh(subject: Subject) -> Iterator[Record]:
    """MH: words, category, start, duration of the primary diagnosis in years."""
    for item in subject.histories:
        primary = item.category == "PRIMARY DIAGNOSIS"
        yield (
            usubjid(subject),
            item.verbatim,
            item.term,
            item.category,
            item.start or None,
            plain(subject.disease_duration_y) if primary else None,
        )


def expected_ds(subject: Subject) -> Iterator[Record]:
    """DS: consent and how follow-up ended."""
    yield (usubjid(subject), "INFORMED CONSENT OBTAINED", "PROTOCOL MILESTONE", subject.consent)
    end = ("DEATH", subject.death) if subject.death else ("ALIVE AT DATA CUT", subject.last_contact)
    yield (usubjid(subject), end[0], "DISPOSITION EVENT", end[1])


def expected_links(subject: Subject) -> Iterator[Record]:
    """RELREC: (subject, event term, event start, drug words, drug start) of each treatment."""
    drugs: dict[str, Medication] = {drug.key: drug for drug in subject.medications}
    event: AdverseEvent
    for event in subject.events:
        for key in event.treatments:
            drug = drugs[key]
            yield (
                usubjid(subject),
                event.verbatim,
                event.start,
                drug.verbatim,
                drug.start,
            )
