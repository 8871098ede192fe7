"""Read ``specs/pk``, ``specs/dosing`` and ``specs/exposure.yaml``, and check that they fit together."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path

from tecdata.spec.files import SpecFile, named_twice, read_file, read_files
from tecdata.spec.pharmacokinetics import ExposureSpec, PkModel, RestartRules

__all__ = ["PkFiles", "read_pharmacokinetics", "unfit_exposure"]


@dataclasses.dataclass(frozen=True)
class PkFiles:
    """The files as read; ``models`` and ``rules`` by name, ``exposure`` None where there is no such file."""

    pk: tuple[SpecFile[PkModel], ...]
    dosing: tuple[SpecFile[RestartRules], ...]
    settings: SpecFile[ExposureSpec] | None

    @cached_property
    def models(self) -> Mapping[str, PkModel]:
        """Population models by name."""
        return {file.model.model: file.model for file in self.pk}

    @cached_property
    def rules(self) -> Mapping[str, RestartRules]:
        """Restart rules by name."""
        return {file.model.rules_of: file.model for file in self.dosing}

    @property
    def exposure(self) -> ExposureSpec | None:
        """How the study uses them."""
        return self.settings.model if self.settings else None


def read_pharmacokinetics(folder: Path, problems: list[str]) -> PkFiles:
    """Read the files under ``specs/``; their problems are added to ``problems``."""
    pk = read_files(folder / "pk", "*.yaml", PkModel, problems)
    dosing = read_files(folder / "dosing", "*.yaml", RestartRules, problems)
    path = folder / "exposure.yaml"
    settings = read_file(path, ExposureSpec, problems) if path.is_file() else None
    problems += named_twice((f"model {f.model.model}", f, "model") for f in pk)
    problems += named_twice((f"rules {f.model.rules_of}", f, "rules_of") for f in dosing)
    return PkFiles(tuple(pk), tuple(dosing), settings)


def unfit_exposure(files: PkFiles) -> Iterator[str]:
    """Problems of specs/exposure.yaml: names of models, rules, places and covariates that do not exist."""
    if files.settings is not None:
        yield from (files.settings.at(p) for p in _unfit(files.settings.model, files))


def _unfit(exposure: ExposureSpec, files: PkFiles) -> Iterator[str]:
    if exposure.restart and exposure.restart not in files.rules:
        yield f"restart: {exposure.restart} is not under specs/dosing; allowed: {_list(files.rules)}"
    model = files.models.get(exposure.model)
    if model is None:
        yield f"model: {exposure.model} is not under specs/pk; allowed: {_list(files.models)}"
        return
    for i, analysis in enumerate(exposure.analyses):
        for place in analysis.without:
            if place not in ("transient", "exchange") or place not in model.parameters:
                allowed = "transient, exchange"
                yield f"analyses[{i}]: without: {place} cannot be taken away; allowed: {allowed}"
        levels = {**exposure.covariates, **analysis.covariates}
        yield from _unfit_levels(f"analyses[{i}].covariates", levels, model)


def _unfit_levels(path: str, levels: dict[str, str], model: PkModel) -> Iterator[str]:
    wanted = {name: c for name, c in model.covariates.items() if name != model.weight}
    for name in sorted(set(wanted) - set(levels)):
        yield f"{path}: covariate {name} of model {model.model} has no value"
    for name, level in levels.items():
        covariate = wanted.get(name)
        if covariate is None:
            yield f"{path}.{name}: no such covariate; allowed: {_list(wanted)}"
        elif covariate.levels and level not in covariate.levels:
            yield f"{path}.{name}: {level}; allowed: {', '.join(covariate.levels)}"


def _list(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"
