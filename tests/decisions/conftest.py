"""A shelf with proposals, a city that says whose facilities they are about, and the people of the tests."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.people.cast import Cast, make_cast
from tests.portal.shelf import EMITTER, put_city, put_runs


@pytest.fixture
def shelf(tmp_path: Path, settings: Any) -> Path:
    """One of its own for each test: some damage it."""
    city = put_city(tmp_path / "city")
    settings.TANHENG_CITY = str(city)
    settings.TANHENG_RUNS = str(put_runs(tmp_path / "runs", city))
    return tmp_path / "runs"


@pytest.fixture
def cast(db: None, shelf: Path) -> Cast:
    made = make_cast()
    emitter = made.organisations["emitter"]
    emitter.register_number = EMITTER
    emitter.save(update_fields=["register_number"])
    return made


@pytest.fixture
def gone(shelf: Path) -> Any:
    """Takes a run away."""
    return lambda address: shutil.rmtree(shelf / address)
