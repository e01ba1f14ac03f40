from __future__ import annotations

import pytest
from tests.ledger.books import Books


@pytest.fixture
def books(db: None) -> Books:
    """Accounts with nothing in them."""
    return Books()


@pytest.fixture
def filled(books: Books) -> Books:
    """A1 holds 1000 allowances (serials 1-1000), YUAN-A 1000 fen, PTS-1 1000 points."""
    return books.fill()
