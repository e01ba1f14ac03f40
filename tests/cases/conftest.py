"""The people of these tests."""

from __future__ import annotations

import pytest
from tests.credits.filing.people import with_a_pool
from tests.people.cast import Cast


@pytest.fixture
def cast(db: None) -> Cast:
    return with_a_pool()
