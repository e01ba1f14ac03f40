"""The made-up run of the report's tests, for tests of how a run is kept."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from tanheng.measures.assessment import Assessment

_FILE = Path(__file__).parents[1] / "report" / "conftest.py"


def _made_up() -> Any:
    spec = spec_from_file_location("made_up_run", _FILE)
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def assessment() -> Assessment:
    found: Assessment = _made_up().made_up_assessment()
    return found
