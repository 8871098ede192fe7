"""YAML is read as text, and every problem of a file is named with its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tecdata.errors import SpecError
from tecdata.spec.model import Flag, Model, TextList
from tecdata.spec.text_yaml import load_model, read_yaml

if TYPE_CHECKING:
    from pathlib import Path


class Wheel(Model):
    size: int
    spokes: TextList = ()
    tubeless: Flag = False


class Cycle(Model):
    name: str
    wheels: tuple[Wheel, ...]


def _write(folder: Path, text: str) -> Path:
    path = folder / "cycle.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_scalar_stays_the_text_that_was_written(tmp_path: Path) -> None:
    path = _write(tmp_path, "a: No\nb: 00123\nc: 10:30\nd: 1.50\ne: 2024-04-03\nf: ~\ng: '~'\nh:\n")
    data, lines = read_yaml(path)
    assert data == {
        "a": "No",
        "b": "00123",
        "c": "10:30",
        "d": "1.50",
        "e": "2024-04-03",
        "f": None,
        "g": "~",
        "h": None,
    }
    assert lines[("c",)] == 3


@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.integers() | st.floats()))
def test_numbers_come_back_as_written(
    tmp_path_factory: pytest.TempPathFactory, numbers: dict[str, float]
) -> None:
    text = "".join(f"{k}: {v}\n" for k, v in numbers.items())
    data, _ = read_yaml(_write(tmp_path_factory.mktemp("yaml"), text))
    assert data == {k: str(v) for k, v in numbers.items()}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: 1\nb: 2\na: 3\n", "cycle.yaml:3: a: the key stands twice; keep one"),
        ("x:\n  - {a: 1, a: 2}\n", "cycle.yaml:2: x[0].a: the key stands twice; keep one"),
        ("? [a, b]\n: 1\n", "cycle.yaml:1: a key must be plain text"),
        (
            "a: &one [1]\nb: 2\nc:\n  d: *one\n",
            "cycle.yaml:4: c.d: an alias (*name) repeats what stands elsewhere; write it out in both places",
        ),
        (
            "a: 1\n---\nb: 2\n",
            "cycle.yaml:2: not valid YAML: another document begins here; a file holds one",
        ),
    ],
)
def test_what_yaml_allows_and_a_spec_does_not_is_refused(
    text: str, problem: str, tmp_path: Path
) -> None:
    with pytest.raises(SpecError) as caught:
        read_yaml(_write(tmp_path, text), shown="cycle.yaml")
    assert caught.value.problems == (problem,)


@pytest.mark.parametrize("text", ["a: [1, 2\n", "a: b: c\n", "\tx: 1\n"])
def test_what_is_not_yaml_is_named_with_its_line(text: str, tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"^cycle\.yaml:\d+: not valid YAML: "):
        read_yaml(_write(tmp_path, text), shown="cycle.yaml")


def test_what_is_not_utf8_is_named_with_its_byte(tmp_path: Path) -> None:
    path = tmp_path / "cycle.yaml"
    path.write_bytes("name: Größe\n".encode("cp1252"))
    with pytest.raises(SpecError) as caught:
        read_yaml(path, shown="cycle.yaml")
    assert caught.value.problems == ("cycle.yaml:1: not UTF-8 at byte 8; save the file as UTF-8",)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"^gone\.yaml: the file does not exist$"):
        read_yaml(tmp_path / "gone.yaml", shown="gone.yaml")


def test_a_model_is_made_of_texts(tmp_path: Path) -> None:
    text = "name: 007\nwheels:\n  - {size: 28, spokes: steel, tubeless: true}\n"
    cycle = load_model(_write(tmp_path, text), Cycle)
    assert cycle.name == "007"
    assert cycle.wheels[0] == Wheel(size=28, spokes=("steel",), tubeless=True)


def test_all_problems_of_a_file_are_reported_at_once(tmp_path: Path) -> None:
    text = (
        "wheels:\n  - {size: big, colour: red}\n  - spokes: steel\n  - {size: 1, tubeless: yes}\n"
    )
    with pytest.raises(SpecError) as caught:
        load_model(_write(tmp_path, text), Cycle, shown="cycle.yaml")
    problems = caught.value.problems
    assert len(problems) == 5
    assert problems[0] == "cycle.yaml:1: name: this key is needed here"
    assert problems[1].startswith("cycle.yaml:2: wheels[0].size: ")
    assert problems[1].endswith("(found 'big')")
    assert problems[2].startswith("cycle.yaml:2: wheels[0].colour: unknown key")
    assert problems[3] == "cycle.yaml:3: wheels[1].size: this key is needed here"
    assert problems[4] == "cycle.yaml:4: wheels[2].tubeless: write true or false (found 'yes')"
