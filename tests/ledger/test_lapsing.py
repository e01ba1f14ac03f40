"""Points end when their life is over, those first that came first."""

from __future__ import annotations

import pytest
from django.db import connection
from tests.ledger.books import CASH, POINTS, Books, without_triggers

from tanheng.ledger.actions import do_lapse_points, do_reserve, do_transfer
from tanheng.people.rights import HOUSE
from tanheng.problems import InputRejected

pytestmark = pytest.mark.django_db


def years_ago(number: str, quantity: int, years: int) -> None:
    """As if these points had come then."""
    without_triggers(
        "UPDATE ledger_posting SET at = at - make_interval(years => %s) WHERE quantity = %s AND account_id = "
        "(SELECT id FROM ledger_account WHERE number = %s)",
        years,
        quantity,
        number,
    )


@pytest.mark.parametrize(
    ("spent", "lapses"),
    [(0, 100), (30, 70), (100, 0), (160, 0)],
)
def test_what_came_first_is_spent_first_and_the_rest_of_it_lapses(books: Books, spent: int, lapses: int):
    books.issue(POINTS, "PTS-1", 100)
    books.issue(POINTS, "PTS-1", 80)
    books.issue(POINTS, "PTS-2", 10)
    years_ago("PTS-1", 100, 11)
    years_ago("PTS-1", 80, 9)
    if spent:
        do_transfer("PTS-1", "RETIRED", POINTS, spent, purpose="spend", acting_user=HOUSE)
    asset = books.asset(POINTS)
    assert do_lapse_points(asset) == lapses
    assert books.held("PTS-1", POINTS) == 180 - spent - lapses
    assert do_lapse_points(asset) == 0, "once is enough"
    assert books.held("PTS-2", POINTS) == 10


def test_reserved_points_do_not_lapse(books: Books):
    books.issue(POINTS, "PTS-1", 100)
    years_ago("PTS-1", 100, 11)
    do_reserve("PTS-1", "RETIRED", POINTS, 60, purpose="spend", acting_user=HOUSE)
    assert do_lapse_points(books.asset(POINTS)) == 40


def test_what_does_not_expire_does_not_lapse(books: Books):
    with pytest.raises(InputRejected, match="does not expire"):
        do_lapse_points(books.asset(CASH))
    assert connection.is_usable()
