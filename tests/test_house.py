"""The rules of the house that a machine can hold."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
SOURCES = sorted((REPOSITORY / "src").rglob("*.py"))
CENTRES = re.compile(r"berlin|hamburg|heidelberg|aarhus|t(ü|ue)bingen", re.IGNORECASE)


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.relative_to(REPOSITORY).as_posix())
def test_a_module_is_small_and_names_no_centre(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.count("\n") <= 300
    if "demo" not in path.parts:
        assert not CENTRES.search(text)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno <= 60, node.name


def test_nothing_reads_the_published_numbers() -> None:
    for path in [*SOURCES, *sorted((REPOSITORY / "specs").rglob("*.yaml"))]:
        assert "published/" not in path.read_text("utf-8")


def test_the_top_level_holds_what_it_should() -> None:
    import subprocess

    done = subprocess.run(
        ["git", "ls-files"], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip("not a git checkout (an unpacked source distribution): nothing to list")
    top = {line.split("/")[0] for line in done.stdout.splitlines()}
    assert top <= {
        ".ci",
        ".gitignore",
        "CHANGELOG.md",
        "contradictions.yaml",
        "LICENSE",
        "README.md",
        "mappings",
        "pyproject.toml",
        "sample_exports",
        "specs",
        "src",
        "tests",
    }
