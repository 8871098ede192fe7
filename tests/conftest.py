"""What many tests share: the repository, and one run of the main job over the sample exports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

import tecdata

if TYPE_CHECKING:
    from tecdata.pipeline import StudyRun
    from tecdata.spec import Specs

REPOSITORY = Path(__file__).parents[1]

# How long an example takes is a matter of the machine, and the machine may be busy; speed is
# measured in tests/bench.
settings.register_profile("tecdata", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tecdata")


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
def sample_specs() -> Specs:
    """The specs of the checkout."""
    return tecdata.open_study(REPOSITORY).specs
