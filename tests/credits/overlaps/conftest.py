"""The people of the tests, and holders with something to claim."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.utils import translation
from tests.people.cast import Cast, make_cast

from tanheng.credits.overlaps.claims import ClaimIn, Holder


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def buses(cast: Cast) -> Holder:
    return Holder("project", "SZPH-2026-000001", "Bus line 300 goes electric", cast.organisation("emitter"))


@pytest.fixture
def other(cast: Cast) -> Holder:
    return Holder("project", "SZPH-2026-000002", "Electric buses of Futian", cast.organisation("other emitter"))


@pytest.fixture
def inverter() -> ClaimIn:
    return ClaimIn("device", "INV-0001", date(2026, 1, 1), date(2035, 12, 31), activity="sz_distributed_pv")
