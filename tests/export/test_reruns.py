"""The same data give the same bytes, whatever the machine is set to."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import sys
from pathlib import Path
from tecdata.export import build_manifest, write_findings, write_manifest, write_study
from tests.made_specs import events, small_specs
out, specs = Path(sys.argv[1]), small_specs()
data = events(
    {"AETERM": "Übelkeit"}, {"AETERM": "x" * 250}, {"AETEMP": None}, {"AETEMP": 0.1}, {"AEOUT": "Größer"}
)
findings = write_study({"AE": data}, specs, out)
write_findings(findings, out)
write_manifest(build_manifest(inputs=[], specs=specs, out=out, findings=findings), out)
"""


def run(out: Path, **settings: str) -> dict[str, str]:
    environment = {k: v for k, v in os.environ.items() if k != "SOURCE_DATE_EPOCH"} | settings
    repository = Path(__file__).parents[2]
    subprocess.run(
        [sys.executable, "-c", PROGRAM, str(out)],
        env=environment | {"PYTHONPATH": str(repository)},
        check=True,
    )
    files = sorted(p for p in out.rglob("*") if p.is_file())
    return {
        p.relative_to(out).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files
    }


def test_time_zone_locale_hash_seed_and_threads_do_not_matter(tmp_path: Path) -> None:
    one = run(tmp_path / "1", TZ="UTC", LC_ALL="C", PYTHONHASHSEED="1", POLARS_MAX_THREADS="1")
    two = run(
        tmp_path / "2",
        TZ="Pacific/Kiritimati",
        LC_ALL="de_DE.UTF-8",
        PYTHONHASHSEED="4242",
        POLARS_MAX_THREADS="7",
    )
    assert {name.partition("/")[0] for name in one} == {
        "define", "manifest.json", "sdtm", "trace", "validation",
    }  # fmt: skip
    assert len(one) == 12
    assert one == two


def test_the_environment_sets_the_moment(tmp_path: Path) -> None:
    run(tmp_path / "1", SOURCE_DATE_EPOCH="0")
    assert b"01JAN70:00:00:00" in (tmp_path / "1" / "sdtm" / "xpt" / "ae.xpt").read_bytes()
