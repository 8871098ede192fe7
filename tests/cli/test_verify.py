from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tecdata.cli.errors import guarded
from tecdata.cli.main import cli


@pytest.mark.usefixtures("sample_run")
def test_the_output_of_the_main_job_is_verified(
    sample_out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    shutil.copytree(sample_out, out)
    assert guarded(cli, ["verify", str(out)]) == 0
    assert capsys.readouterr().out == f"{out}: as it was written\n"
    path = out / "sdtm/xpt/lb.xpt"
    content = bytearray(path.read_bytes())
    content[5_000] ^= 1
    path.write_bytes(content)
    assert guarded(cli, ["verify", str(out)]) == 1
    assert capsys.readouterr().out == (
        f"sdtm/xpt/lb.xpt: its bytes differ from what was written (SHA-256)\n{out}: 1 differences\n"
    )
    assert guarded(cli, ["verify", str(out), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [d["path"] for d in told["differences"]] == ["sdtm/xpt/lb.xpt"]
    assert guarded(cli, ["verify", str(tmp_path)]) == 2
    assert "there is no manifest.json" in capsys.readouterr().err
