"""What the tests of intake share: a source.yaml in one line, and reading a folder with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pytest

from tecdata.finding import Finding, Findings
from tecdata.intake import Delivery, read_centre
from tecdata.spec.source import SourceSpec

if TYPE_CHECKING:
    from pathlib import Path

Read = Callable[..., tuple[Delivery, list[Finding]]]


def make_source(tables: Mapping[str, Mapping[str, Any]], **settings: Any) -> SourceSpec:
    """A centre XX with these tables."""
    return SourceSpec.model_validate(
        {
            "centre": "XX",
            "name": "Example",
            "country": "DEU",
            "language": "de",
            "folder": "xx",
            "subject": {"pattern": r"(?P<number>\d+)"},
            "tables": tables,
            **settings,
        }
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The delivery folder of centre XX."""
    path = tmp_path / "xx"
    path.mkdir()
    return path


@pytest.fixture
def read(folder: Path) -> Read:
    """Read the folder: tables as keyword arguments, other settings under ``settings``."""

    def reading(
        settings: Mapping[str, Any] | None = None, /, **tables: Mapping[str, Any]
    ) -> tuple[Delivery, list[Finding]]:
        findings = Findings()
        delivery = read_centre(make_source(tables, **(settings or {})), folder, findings)
        return delivery, list(findings)

    return reading
