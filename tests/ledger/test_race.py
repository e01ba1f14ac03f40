"""Many at once on one account, over connections of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction
from tests.ledger.books import CASH, Books, sql

from tanheng.ledger.actions import do_transfer
from tanheng.ledger.models import Posting, Transfer
from tanheng.ledger.recomputation import recompute
from tanheng.ledger.requests import Asked, send, send_batch
from tanheng.ledger.results import Code
from tanheng.people.rights import HOUSE

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS, ATTEMPTS, UNITS = 8, 400, 100


@pytest.fixture
def books(transactional_db: None) -> Books:
    return Books()


def at_once(attempt: Callable[[int], object]) -> Counter[object]:
    """``ATTEMPTS`` attempts by ``WORKERS`` threads that begin together; what came of them."""
    start = Barrier(WORKERS)

    def work(worker: int) -> list[object]:
        try:
            start.wait()
            return [attempt(number) for number in range(worker, ATTEMPTS, WORKERS)]
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        return Counter(result for results in pool.map(work, range(WORKERS)) for result in results)


def test_without_the_guard_more_is_spent_than_there_is(transactional_db: None):
    """Read, decide, write: as it is often written. If this stops failing to hold, the tests below prove nothing."""
    sql("CREATE TABLE naive_balance (posted bigint)")
    sql("INSERT INTO naive_balance VALUES (%s)", UNITS)
    try:

        def spend(_number: int) -> bool:
            posted = sql("SELECT posted FROM naive_balance")[0][0]
            if posted < 1:
                return False
            sql("UPDATE naive_balance SET posted = %s", posted - 1)
            return True

        assert at_once(spend)[True] > UNITS
    finally:
        sql("DROP TABLE naive_balance")


def test_exactly_what_there_is_can_be_spent(books: Books):
    books.issue(CASH, "YUAN-A", UNITS, purpose="deposit")

    def spend(number: int) -> Code:
        return do_transfer("YUAN-A", "YUAN-B", CASH, 1, key=f"k{number}", acting_user=HOUSE).code

    assert at_once(spend) == {Code.OK: UNITS, Code.INSUFFICIENT: ATTEMPTS - UNITS}
    assert (books.held("YUAN-A", CASH), books.held("YUAN-B", CASH)) == (0, UNITS)
    after = Posting.objects.filter(account__number="YUAN-A").order_by("at", "transfer_id")
    assert [posting.balance_after for posting in after] == list(range(UNITS, -1, -1))
    assert recompute() == []


def test_accounts_that_pay_each_other_do_not_wait_for_ever(books: Books):
    for number in ("YUAN-A", "YUAN-B"):
        books.issue(CASH, number, 1000, purpose="deposit")

    def pay(number: int) -> Code:
        source, to = ("YUAN-A", "YUAN-B") if number % 2 else ("YUAN-B", "YUAN-A")
        return do_transfer(source, to, CASH, 1, acting_user=HOUSE).code

    assert at_once(pay) == {Code.OK: ATTEMPTS}
    assert books.held("YUAN-A", CASH) == 1000


def test_one_key_sent_by_all_at_once_moves_once(books: Books):
    books.issue(CASH, "YUAN-A", UNITS, purpose="deposit")

    def same(_number: int) -> int | None:
        return do_transfer("YUAN-A", "YUAN-B", CASH, 1, key="the same", acting_user=HOUSE).transfer

    answers = at_once(same)
    assert len(answers) == 1 and None not in answers
    assert books.held("YUAN-B", CASH) == 1


def test_batches_and_single_transfers_together_lose_nothing(books: Books):
    for number in ("YUAN-A", "YUAN-B"):
        books.issue(CASH, number, 100_000, purpose="deposit")
    cash, a, b = books.asset(CASH).pk, books.account("YUAN-A").pk, books.account("YUAN-B").pk

    def one(number: int) -> Asked:
        return Asked(asset=cash, from_account=(a, b)[number % 2], to_account=(b, a)[number % 2], quantity=1)

    def mixed(number: int) -> frozenset[Code]:
        if number % 3:
            return frozenset({send(one(number), actor=None, organisation=None).code})
        return frozenset(
            answer.code for answer in send_batch([one(n) for n in range(20)], actor=None, organisation=None)
        )

    assert at_once(mixed) == {frozenset({Code.OK}): ATTEMPTS}
    assert books.held("YUAN-A", CASH) + books.held("YUAN-B", CASH) == 200_000
    assert recompute() == []


def test_what_is_not_committed_is_not_there(books: Books):
    books.issue(CASH, "YUAN-A", UNITS, purpose="deposit")
    before = Transfer.objects.count()
    with pytest.raises(RuntimeError), transaction.atomic():
        assert do_transfer("YUAN-A", "YUAN-B", CASH, 1, key="k", acting_user=HOUSE).code == Code.OK
        raise RuntimeError("the process ends here")
    assert Transfer.objects.count() == before
    assert do_transfer("YUAN-A", "YUAN-B", CASH, 1, key="k", acting_user=HOUSE).code == Code.OK
