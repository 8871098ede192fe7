"""Derive: analysis datasets (ADaM) out of harmonised SDTM, by parts in a fixed order.

A part is one function ``derive_<part>(sdtm, specs, findings, adam)``: it gets the SDTM datasets
by name, the specs, where to report, and the analysis datasets of the parts before it, and returns its own
by name. Parts are pure: they read nothing but their arguments. They are imported when they run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Final

from tecdata.errors import UsageError
from tecdata.finding import Finding, Findings

if TYPE_CHECKING:
    from tecdata.dataset import Dataset
    from tecdata.spec import Specs

__all__ = ["PARTS", "Part", "derive_study"]

#: What a part is: SDTM datasets, specs, findings to add to, analysis datasets made before.
Part = Callable[
    [Mapping[str, "Dataset"], "Specs", Findings, Mapping[str, "Dataset"]], dict[str, "Dataset"]
]

#: The parts in the order they run: name -> (module under tecdata.derive, its function, its datasets).
PARTS: Final[Mapping[str, tuple[str, str, tuple[str, ...]]]] = {
    "adsl": ("subject_level", "derive_adsl", ("ADSL",)),
    "adex": ("doses", "derive_doses", ("ADEX",)),
    "adae": ("adverse_events", "derive_adae", ("ADAE",)),
    "findings": ("findings", "derive_findings", ("ADLB", "ADIS", "ADQS")),
    "adcm": ("medications", "derive_adcm", ("ADCM",)),
    "abnormalities": ("abnormalities", "derive_abnormalities", ("ADABN",)),
    "lab_times": ("lab_times", "derive_lab_times", ("ADTTL",)),
    "response": ("response.datasets", "derive_response", ("ADRS", "ADTTE")),
    "exposure": ("exposure.derive", "derive_exposure", ("ADPC", "ADPP")),
}


def derive_study(
    sdtm: Mapping[str, Dataset],
    specs: Specs,
    findings: Findings,
    parts: Sequence[str] | None = None,
) -> dict[str, Dataset]:
    """The analysis datasets of a study.

    Parameters
    ----------
    sdtm
        Harmonised datasets by name (``DM``, ``EX``, ``SUPPEX``).
    specs
        ``specs.adam`` says which datasets and variables are kept, ``specs.analysis`` how they are derived.
    findings
        Gets what a derivation could not do.
    parts
        Only these of :data:`PARTS`; ``adsl`` is always made, since the others read it.

    Returns
    -------
    dict of Dataset
        By name, in the order made. A dataset that ``specs/adam`` does not declare is not made; the findings
        say so. One whose SDTM domains are missing is left out too.

    Raises
    ------
    UsageError
        For a part that does not exist.
    """
    wanted = tuple(PARTS) if parts is None else tuple(dict.fromkeys(("adsl", *parts)))
    unknown = [name for name in wanted if name not in PARTS]
    if unknown:
        raise UsageError(
            f"there is no derivation '{unknown[0]}'",
            choices=[*PARTS, "all"],
            next_step="Name one of them",
        )
    adam: dict[str, Dataset] = {}
    for name in (part for part in PARTS if part in wanted):
        module, function, datasets = PARTS[name]
        undeclared = [d for d in datasets if d not in specs.adam]
        for dataset in undeclared:
            findings.add(Finding.of("derive.no_spec", domain=dataset, status="not_applicable"))
        if len(undeclared) == len(datasets):
            continue
        part: Part = getattr(import_module(f"tecdata.derive.{module}"), function)
        made = part(sdtm, specs, findings, adam)
        adam |= {key: value for key, value in made.items() if key in specs.adam}
    return adam
