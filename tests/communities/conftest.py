"""The people of these tests."""

from __future__ import annotations

import pytest
from tests.people.cast import Cast, make_cast


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()
