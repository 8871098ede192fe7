"""Nobody can switch the check off from outside: it would look as if everything had passed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from tests.made_specs import AE, events

from tecdata.validate.rules import Rule
from tecdata.validate.schema import judge

PROGRAM = """
import json
from tecdata.validate import check_structure
from tests.made_specs import AE, events, small_specs, with_frame
frame = events({"AESEV": "X"}, {"AETERM": None}).frame.to_polars().drop("DOMAIN")
findings = check_structure({"AE": with_frame(AE, frame)}, small_specs())
print(json.dumps(sorted((f.check, f.status) for f in findings)))
"""


def outcome(**settings: str) -> list[list[str]]:
    repository = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM],
        env=os.environ | settings | {"PYTHONPATH": str(repository)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[list[str]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(
    "settings",
    [
        {"PANDERA_VALIDATION_ENABLED": "False"},
        {"PANDERA_VALIDATION_DEPTH": "SCHEMA_ONLY"},
        {"PANDERA_VALIDATION_DEPTH": "DATA_ONLY"},
        {"PANDERA_USE_NARWHALS_BACKEND": "True"},
    ],
    ids=lambda settings: "=".join(*settings.items()),
)
def test_environment_variables_do_not_switch_the_check_off(settings: dict[str, str]) -> None:
    found = outcome(**settings)
    assert ["validate.codelist", "failed"] in found
    assert ["validate.required_null", "failed"] in found
    assert ["validate.variable_missing", "failed"] in found
    assert found == outcome()


def test_importing_the_room_does_not_import_pandera() -> None:
    program = (
        "import sys, tecdata.validate; print('pandera' in sys.modules, 'pandas' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False False\n"


def test_a_rule_that_cannot_be_computed_is_not_a_pass() -> None:
    frame = events({}).frame.to_polars().select(v.name for v in AE.variables)
    rule = Rule("validate.length", "AETERM", pl.col("AETEMP").str.len_bytes() > 1)
    verdict = judge(AE, frame, [rule])
    assert verdict.broken is None
    assert verdict.reason == "SchemaError"
