"""The people of these tests."""

from __future__ import annotations

import pytest
from tests.people.cast import Cast, make_cast


@pytest.fixture
def cast(db: None, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Cast:
    monkeypatch.setenv("TANHENG_DATA", str(tmp_path_factory.getbasetemp() / "quiet"))
    return make_cast()
