"""What must not get out: patients' values in what is printed, connections, readable files, formulas."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import stat
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

REPOSITORY = Path(__file__).parents[1]
CANARY = "Kanarienvogel"

#: In every process started: whatever asks for a connection or an address is written down.
WATCH = """
import os, sys
def _watch(event, arguments):
    if event in ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto",
                 "socket.gethostbyname", "urllib.Request"):
        with open(os.environ["WATCHED"], "a") as log:
            log.write(f"{event} {arguments}\\n")
sys.addaudithook(_watch)
"""

#: Several commands in one process; what each prints is kept apart.
DRIVER = """
import contextlib, io, json, sys
from tecdata.cli.errors import guarded
from tecdata.cli.main import cli
printed = []
for arguments in json.loads(sys.argv[1]):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = guarded(cli, arguments)
    printed.append((arguments, code, out.getvalue(), err.getvalue()))
print(json.dumps(printed))
"""


def canary_csv(path: Path, encoding: str, delimiter: str, skip: int) -> None:
    """A canary of its own in every cell below the header."""
    rows = list(csv.reader(io.StringIO(path.read_text(encoding)), delimiter=delimiter))
    for r, row in enumerate(rows[skip:]):
        for c, cell in enumerate(row):
            row[c] = f"{CANARY} {r}-{c}" if cell else ""
    target = io.StringIO()
    csv.writer(target, delimiter=delimiter, lineterminator="\n").writerows(rows)
    path.write_text(target.getvalue(), encoding)


def canary_xlsx(path: Path) -> None:
    """A canary in every second text cell: some records still come out."""
    workbook = openpyxl.load_workbook(path)
    number = 0
    for sheet in workbook.worksheets:
        for row in sheet.iter_rows(min_row=8):
            for cell in row:
                if isinstance(cell.value, str) and not cell.value.startswith("="):
                    number += 1
                    if number % 2:
                        cell.value = f"{CANARY} {number}"
    assert number > 100
    workbook.save(path)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("canary")
    for name in ("specs", "mappings", "sample_exports"):
        shutil.copytree(REPOSITORY / name, folder / name)
    for path in sorted((folder / "sample_exports/hamburg").glob("*.csv")):
        canary_csv(path, "cp1252", ";", 2)
    canary_csv(
        folder / "sample_exports/aarhus/AUH_teclistamab_DATA_LABELS.csv", "utf-8-sig", ",", 1
    )
    (book,) = (folder / "sample_exports/berlin").glob("*.xlsx")
    canary_xlsx(book)
    return folder


Printed = list[tuple[list[str], int, str, str]]


@pytest.fixture(scope="module")
def printed(study: Path) -> Printed:
    """What the commands print over exports that hold a canary in each cell."""
    watch = study / "watch"
    watch.mkdir()
    (watch / "sitecustomize.py").write_text(WATCH)
    out, s = str(study / "out"), str(study)
    (book,) = (study / "sample_exports/berlin").glob("*.xlsx")
    broken = study / "broken.xlsx"
    broken.write_bytes(book.read_bytes()[:-200])
    commands = [
        ["run", s, "--out", out, "--keep-going", "--format", "core-xlsx", "--format", "p21-xlsx"],
        ["run", s, "--out", str(study / "three"), "--centre", "aarhus", "--json"],
        ["map", s, "--out", str(study / "mapped"), "--keep-going"],
        ["verify", out],
        ["profile", str(book)],
        ["profile", str(study / "sample_exports/hamburg/HH_Labor.csv"), "--json"],
        ["profile", str(broken)],
        ["doctor", s],
        ["checks", "list", s],
    ]
    paths = os.pathsep.join([str(watch), str(REPOSITORY / "src")])
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, json.dumps(commands)],
        env=os.environ | {"PYTHONPATH": paths, "WATCHED": str(study / "watched.txt")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert CANARY not in done.stderr
    told: Printed = [tuple(entry) for entry in json.loads(done.stdout)]
    return told


def test_no_value_is_printed(printed: Printed, study: Path) -> None:
    for arguments, _, out, err in printed:
        assert out or err, arguments
        assert CANARY not in out, arguments
        assert CANARY not in err, arguments
        assert "Traceback" not in err, arguments
    codes = {" ".join(arguments[:1]): code for arguments, code, _, _ in printed}
    assert codes["verify"] == 0
    # The canaries were read: the findings, which are for the data manager, hold them.
    assert CANARY in (study / "out/validation/findings.csv").read_text("utf-8")


def test_no_connection_is_asked_for(printed: Printed, study: Path) -> None:
    assert printed
    assert not (study / "watched.txt").exists()


def test_the_watch_sees_a_connection(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(WATCH)
    program = "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('', 0))"
    subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONPATH": str(tmp_path), "WATCHED": str(tmp_path / "w")},
        check=True,
    )
    assert "socket.bind" in (tmp_path / "w").read_text()


def _everything(out: Path) -> Iterator[Path]:
    return (p for p in out.rglob("*") if p.is_file())


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_what_is_written_is_for_its_owner_only(printed: Printed, study: Path) -> None:
    assert printed
    for name in ("out", "mapped"):
        assert stat.S_IMODE((study / name).stat().st_mode) == 0o700
        modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in _everything(study / name)}
        assert modes
        assert {n: oct(m) for n, m in modes.items() if m & 0o077} == {}
    assert stat.S_IMODE((study / "history.sqlite").stat().st_mode) & 0o077 == 0


def test_no_workbook_holds_a_formula(printed: Printed, study: Path) -> None:
    """Cells that begin with = + - @ are text: a spreadsheet program runs none of them."""
    assert printed
    books = [p for p in _everything(study / "out") if p.suffix == ".xlsx"]
    assert len(books) > 2
    for book in books:
        with zipfile.ZipFile(book) as parts:
            for name in parts.namelist():
                if name.startswith("xl/worksheets/"):
                    part = parts.read(name)
                    assert b"<f>" not in part
                    assert b"<f " not in part
                assert "externalLinks" not in name
                assert "vbaProject" not in name
