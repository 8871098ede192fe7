"""``sample_exports/`` is what ``write_exports`` writes, byte for byte, and any cohort can be written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tecdata.demo import bootstrap, cohort, write_exports
from tecdata.demo.exports import FOLDERS

SAMPLE = Path(__file__).parents[2] / "sample_exports"


def _bytes(root: Path) -> dict[str, bytes]:
    return {
        p.relative_to(root).as_posix(): p.read_bytes()
        for p in sorted(root.rglob("*"))
        if p.is_file()
    }


def test_sample_exports_are_what_the_program_writes(tmp_path: Path) -> None:
    written = write_exports(cohort(), tmp_path)
    fresh, kept = _bytes(tmp_path), _bytes(SAMPLE)
    assert sorted(fresh) == sorted(p.relative_to(tmp_path).as_posix() for p in written)
    assert sorted(fresh) == sorted(kept)
    different = [name for name in fresh if fresh[name] != kept[name]]
    assert different == [], "write them anew with: tecdata demo --out sample_exports"


def test_order_of_subjects_does_not_matter(tmp_path: Path) -> None:
    write_exports(cohort()[::-1], tmp_path)
    assert _bytes(tmp_path) == _bytes(SAMPLE)


def test_same_seed_same_bytes_other_seed_other_bytes(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        write_exports(bootstrap(40, seed), tmp_path / name)
    first = _bytes(tmp_path / "a")
    assert first == _bytes(tmp_path / "b")
    assert first.keys() == _bytes(tmp_path / "c").keys()
    assert first != _bytes(tmp_path / "c")


def test_no_subjects_at_all_gives_all_files(tmp_path: Path) -> None:
    write_exports([], tmp_path)
    assert _bytes(tmp_path).keys() == _bytes(SAMPLE).keys()


def test_only_the_centres_asked_for(tmp_path: Path) -> None:
    write_exports(cohort(), tmp_path, centres=["HH"])
    assert [p.name for p in tmp_path.iterdir()] == [FOLDERS["HH"]]
    with pytest.raises(KeyError):
        write_exports([], tmp_path, centres=["XX"])
