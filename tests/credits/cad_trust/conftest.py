from __future__ import annotations

import pytest
from tests.credits.projects.house import House, make_house


@pytest.fixture
def house(db: None) -> House:
    return make_house()
