"""``specs/response`` read into one model, and checked against the rest of the specs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tecdata.spec.files import SpecFile, read_file, read_files
from tecdata.spec.instrument import Instrument, InstrumentFile, ItemScore
from tecdata.spec.response import DiseaseSpec, Measure, ResponseSettings, ResponseSpecs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tecdata.spec.load import Specs

__all__ = ["read_response", "unfit_response"]

Read = tuple[ResponseSpecs, tuple[SpecFile[DiseaseSpec], ...]]


def read_response(folder: Path, problems: list[str]) -> Read | None:
    """Read the folder: settings, one file a disease, instruments; ``None`` without settings.

    Problems of the files are added to ``problems``.
    """
    if not (folder / "settings.yaml").is_file():
        return None
    settings = read_file(folder / "settings.yaml", ResponseSettings, problems)
    diseases = read_files(folder, "*.yaml", DiseaseSpec, problems, besides="settings.yaml")
    files = read_files(folder / "instruments", "*.yaml", InstrumentFile, problems)
    instruments: dict[str, Instrument] = {}
    for file in files:
        for name, instrument in file.model.instruments.items():
            if name in instruments:
                problems.append(file.at(f"instruments.{name}: is defined in another file too"))
            instruments[name] = instrument
    names: dict[str, str] = {}
    for disease in diseases:
        for term in disease.model.terms:
            if term in names:
                problems.append(disease.at(f"terms: {term} belongs to {names[term]} already"))
            names[term] = disease.model.disease
    if settings is None:
        return None
    response = ResponseSpecs(
        settings=settings.model,
        diseases={f.model.disease: f.model for f in diseases},
        instruments=instruments,
    )
    return response, tuple(diseases)


def unfit_response(read: Read, specs: Specs) -> Iterator[str]:
    """Problems of the diseases: tests, instruments or items that do not exist."""
    response, files = read
    for file in files:
        for name, measure in file.model.measures.items():
            for problem in _unfit(name, measure, response, specs):
                yield file.at(f"measures.{name}: {problem}")


def _unfit(name: str, measure: Measure, response: ResponseSpecs, specs: Specs) -> Iterator[str]:
    if len(name) > 8 or not name.isalnum() or name != name.upper():
        yield "the name becomes PARAMCD: up to 8 capitals and digits"
    for form in measure.forms:
        if form.test not in specs.tests:
            yield f"test {form.test} is not under specs/*_tests.yaml"
    if measure.score and measure.score not in response.instruments:
        yield f"instrument {measure.score} is not under specs/response/instruments"
    if measure.items is not None:
        instrument = response.instruments.get(measure.items.instrument)
        if not isinstance(instrument, ItemScore):
            yield f"instrument {measure.items.instrument} is none of items"
            return
        if measure.items.subset and measure.items.subset not in instrument.subsets:
            yield f"{measure.items.instrument} has no subset {measure.items.subset}"
        for item in instrument.form():
            if f"{measure.items.prefix}{item}" not in specs.tests:
                yield f"test {measure.items.prefix}{item} is not under specs/*_tests.yaml"
