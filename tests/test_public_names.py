from __future__ import annotations

import subprocess
import sys

import pytest

import tecdata


@pytest.mark.parametrize("name", tecdata.__all__)
def test_every_public_name_is_there_and_documented(name: str) -> None:
    value = getattr(tecdata, name)
    if name != "__version__":
        assert value.__doc__


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = tecdata.nothing


def test_dir_lists_the_public_names() -> None:
    assert dir(tecdata) == sorted(tecdata.__all__)


@pytest.mark.parametrize("statement", ["import tecdata", "import tecdata.cli"])
def test_importing_loads_none_of_the_heavy_libraries(statement: str) -> None:
    heavy = ("pandas", "polars", "pandera", "pyreadstat", "pydantic", "numpy", "rich", "openpyxl")
    code = f"{statement}\nimport sys\nprint([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
