"""What many tests share: the repository, and one run of the main job over the sample exports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, settings

import tecdata
from tecdata.cli import starting
from tecdata.export import read_output
from tecdata.report import write_tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tecdata.pipeline import StudyRun
    from tecdata.spec import Specs

REPOSITORY = Path(__file__).parents[1]

# How long an example takes is a matter of the machine, and the machine may be busy; speed is
# measured in tests/bench.
settings.register_profile("tecdata", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# A mutation run wants few examples, always the same ones, and to know only whether one fails.
settings.register_profile(
    "mutation",
    settings.get_profile("tecdata"),
    max_examples=25,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    report_multiple_bugs=False,
)
settings.load_profile("tecdata")


@pytest.fixture(scope="session", autouse=True)
def _one_process() -> Iterator[None]:
    """Commands called in the process of the tests do all their work there, where it can be seen and replaced."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(starting, "cores", lambda: 1)
        yield


@pytest.fixture(scope="session")
def repository() -> Path:
    """The checkout's own folder, which is a study folder."""
    return REPOSITORY


@pytest.fixture(scope="session")
def sample_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the main job over the sample exports wrote to."""
    return tmp_path_factory.mktemp("sample") / "out"


@pytest.fixture(scope="session")
def sample_run(sample_out: Path) -> StudyRun:
    """One run of the main job over the sample exports."""
    return tecdata.open_study(REPOSITORY).run(sample_out)


@pytest.fixture(scope="session")
def sample_tables(
    sample_run: StudyRun,
    sample_out: Path,
    sample_specs: Specs,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """The folder of tables made from what the main job wrote."""
    assert not sample_run.failed
    folder = tmp_path_factory.mktemp("sample-tables")
    write_tables(read_output(sample_out), sample_specs, folder, version=tecdata.__version__)
    return folder


@pytest.fixture(scope="session")
def sample_specs() -> Specs:
    """The specs of the checkout."""
    return tecdata.open_study(REPOSITORY).specs
