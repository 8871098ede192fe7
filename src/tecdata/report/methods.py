"""The methods of a report: every setting in force, as the specs have it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pydantic import BaseModel

    from tecdata.spec import Specs

__all__ = ["packages", "settings_of", "settings_tables"]

#: Packages whose numbers or drawings are in a report.
_PACKAGES: Final = ("polars", "numpy", "scipy", "matplotlib")

#: What names an entry of a list, the first that it has.
_NAMES: Final = ("id", "dataset", "variable", "name", "term", "section", "title", "label")


def settings_tables(specs: Specs) -> dict[str, list[tuple[str, str]]]:
    """Settings by the file or folder they stand in: path and value of each that is not empty."""
    tables = {
        "specs/study.yaml": settings_of(specs.study),
        "specs/analysis.yaml": settings_of(specs.analysis),
    }
    if specs.response is not None:
        tables["specs/response/settings.yaml"] = settings_of(specs.response.settings)
        for name, disease in specs.response.diseases.items():
            tables[f"specs/response, {name}"] = settings_of(disease)
    if specs.exposure is not None:
        tables["specs/exposure.yaml"] = settings_of(specs.exposure)
    for name, model in specs.pk.items():
        tables[f"specs/pk, {name}"] = settings_of(model)
    for name, scale in specs.grading.items():
        tables[f"specs/grading, {name}"] = settings_of(scale)
    return {name: rows for name, rows in tables.items() if rows}


def settings_of(model: BaseModel) -> list[tuple[str, str]]:
    """The fields of a model as paths and texts, in the order they are declared.

    >>> from tecdata.spec.tables import RateRow
    >>> settings_of(RateRow(id="ALL", label="All events"))
    [('id', 'ALL'), ('label', 'All events'), ('from_day', '1')]
    """
    return list(_walk(model.model_dump(mode="python"), ""))


def _walk(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Every number or text of a specification with its path."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _walk(item, f"{path} › {key}" if path else str(key))
    elif isinstance(value, (list, tuple)):
        if all(not isinstance(item, (Mapping, list, tuple)) for item in value):
            if value:
                yield path, ", ".join(_text(item) for item in value)
            return
        for number, item in enumerate(value, start=1):
            yield from _walk(item, f"{path} › {_name(item, number)}")
    elif value not in (None, ""):
        yield path, _text(value)


def _name(item: Any, number: int) -> str:
    """What an item of a list is called: its name, or its number."""
    if isinstance(item, Mapping):
        for key in _NAMES:
            if isinstance(item.get(key), str) and item[key]:
                return str(item[key])
    return str(number)


def _text(value: Any) -> str:
    """A value as text; fractions exact."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Fraction):
        exact = value.denominator == 1
        return str(value.numerator) if exact else f"{float(value):.10g}"
    return str(value)


def packages() -> Sequence[tuple[str, str]]:
    """Versions of the packages that computed and drew."""
    from importlib.metadata import version

    return [(name, version(name)) for name in _PACKAGES]
