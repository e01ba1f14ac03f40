"""What the tests of the whole share: things to ask for, and a house to kill."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.books.house import House
from tests.books.things import Things, make_things
from tests.portal.shelf import put_comparison, put_runs

from tanheng.web.rates import Rate


@pytest.fixture
def things(db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any) -> Things:
    """Something of everything, a run that proposes decisions and a comparison. Nobody has to wait."""
    settings.TANHENG_RUNS = str(put_runs(tmp_path / "runs"))
    settings.TANHENG_COMPARISONS = str(put_comparison(tmp_path / "comparisons"))
    for module in ("filing.folders", "filing.trying", "intake.keeping"):
        monkeypatch.setattr(f"tanheng.credits.{module}.data_folder", lambda: tmp_path / "data")
    monkeypatch.setattr(Rate, "allow_request", lambda self, request: True)
    return make_things()


@pytest.fixture(scope="session")
def house() -> Iterator[House]:
    """A house of its own, with accounts in it; its log is sealed all the time."""
    house = House("tests.books.faulty_site")
    try:
        house.tokens = json.loads(house.python("-m", "tests.books.stage"))
        house.open()
        house.seal_always()
        yield house
    finally:
        house.close()
