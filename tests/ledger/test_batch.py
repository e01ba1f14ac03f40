"""Many at once: the fast way gives the answers, balances and blocks of one after the other."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from tests.ledger.books import ALLOWANCE, CASH, Books, sql

from tanheng.ledger.actions import Row, do_reserve, do_transfer, do_transfer_batch
from tanheng.ledger.requests import Asked, send, send_batch
from tanheng.ledger.results import Code
from tanheng.people.models import AuditEntry
from tanheng.people.rights import HOUSE, Refused
from tanheng.problems import InputRejected

ROWS = st.lists(
    st.tuples(
        st.sampled_from(["A1", "A2", "B1", "BANK", "YUAN-A"]),
        st.sampled_from(["A1", "A2", "B1", "RETIRED", "RESERVE"]),
        st.sampled_from([ALLOWANCE, ALLOWANCE, ALLOWANCE, CASH]),
        st.integers(1, 40),
        st.sampled_from([None, None, None, 1]),
    ),
    min_size=1,
    max_size=12,
)


def state() -> list[list[tuple[object, ...]]]:
    return [
        sql("SELECT account_id, asset_id, posted, reserved FROM ledger_balance WHERE posted <> 0 ORDER BY 1, 2"),
        sql("SELECT asset_id, account_id, range_agg(serials)::text FROM ledger_block GROUP BY 1, 2 ORDER BY 1, 2"),
        sql("SELECT account_id, asset_id, quantity, balance_after FROM ledger_posting ORDER BY transfer_id, quantity"),
        sql(
            "SELECT from_account_id, to_account_id, asset_id, quantity, serials::text FROM ledger_transfer ORDER BY id"
        ),
    ]


class SameEitherWay(TestCase):
    """On one state of the books: as a batch, taken back, one by one."""

    @given(ROWS)
    @settings(max_examples=60)
    def test_a_batch_is_what_its_transfers_are_one_by_one(self, rows):
        books = Books()
        for number in ("A1", "A2", "B1"):
            books.issue(ALLOWANCE, number, 50)
        do_transfer("A1", "B1", ALLOWANCE, 20, acting_user=HOUSE)
        asked = [
            Asked(
                asset=books.asset(asset).pk,
                from_account=books.account(source).pk,
                to_account=books.account(to).pk,
                quantity=quantity,
                linked=UUID(int=linked) if linked else None,
            )
            for source, to, asset, quantity, linked in rows
        ]
        with transaction.atomic():
            at_once = [answer.code for answer in send_batch(asked, actor=None, organisation=None)]
            once = state()
            transaction.set_rollback(True)
        codes: list[Code] = []
        place = 0
        while place < len(asked):
            chain = [asked[place]]
            while chain[0].linked and place + len(chain) < len(asked) and asked[place + len(chain)].linked:
                chain.append(asked[place + len(chain)])
            codes += self.one_by_one(chain)
            place += len(chain)
        assert at_once == codes
        assert once == state()

    def one_by_one(self, chain: list[Asked]) -> list[Code]:
        with transaction.atomic():
            codes = []
            for one in chain:
                codes.append(send(one, actor=None, organisation=None).code)
                if codes[-1] != Code.OK:
                    break
            if codes[-1] == Code.OK or len(chain) == 1:
                return codes
            transaction.set_rollback(True)
        return [*[Code.LINKED_FAILED] * (len(codes) - 1), codes[-1], *[Code.LINKED_FAILED] * (len(chain) - len(codes))]


@pytest.mark.django_db
def test_a_batch_has_one_entry_in_the_audit_trail_and_a_leaf_for_each_transfer(filled: Books):
    rows = [Row("A1", "B1", ALLOWANCE, n) for n in range(1, 11)]
    before = AuditEntry.objects.count()
    answers = do_transfer_batch(rows, acting_user=HOUSE)
    assert {answer.code for answer in answers} == {Code.OK}
    assert AuditEntry.objects.count() == before + 1
    assert sql("SELECT count(*) FROM transparency_pending WHERE kind = 2 AND ref >= %s", answers[0].transfer) == [(10,)]
    assert filled.serials("B1")[0] == (1, 1)
    assert sum(last - first + 1 for first, last in filled.serials("B1")) == 55


@pytest.mark.django_db
def test_an_allocation_gives_each_account_its_serial_numbers(books: Books):
    rows = [
        Row("ISSUE-SZA-2026", to, ALLOWANCE, quantity, purpose="issue") for to, quantity in (("A1", 100), ("B1", 50))
    ]
    assert {answer.code for answer in do_transfer_batch(rows, acting_user=HOUSE)} == {Code.OK}
    assert (books.serials("A1"), books.serials("B1")) == ([(1, 100)], [(101, 150)])


@pytest.mark.django_db
def test_units_that_arrive_within_a_batch_can_be_spent_in_it(filled: Books):
    rows = [
        Row("A1", "A2", ALLOWANCE, 1000),
        Row("A2", "B1", ALLOWANCE, 1000),
        Row("B1", "RESERVE", ALLOWANCE, 1000, "surrender"),
    ]
    assert {answer.code for answer in do_transfer_batch(rows, acting_user=HOUSE)} == {Code.OK}
    assert filled.serials("RESERVE") == [(1, 1000)]


@pytest.mark.django_db
def test_what_is_reserved_is_not_spent_by_a_batch(filled: Books):
    do_reserve("A1", "B1", ALLOWANCE, 990, acting_user=HOUSE)
    rows = [Row("A1", "B1", ALLOWANCE, 6), Row("A1", "B1", ALLOWANCE, 6), Row("A1", "B1", ALLOWANCE, 4)]
    codes = [answer.code for answer in do_transfer_batch(rows, acting_user=HOUSE)]
    assert codes == [Code.OK, Code.RESERVED, Code.OK]


@pytest.mark.django_db
def test_a_batch_from_an_account_of_somebody_else_is_refused_whole(filled: Books):
    user = filled.user(filled.paper, "representative")
    with pytest.raises(Refused):
        do_transfer_batch([Row("B1", "A1", ALLOWANCE, 1), Row("A1", "B1", ALLOWANCE, 1)], acting_user=user)
    assert filled.held("B1") == 0


@pytest.mark.django_db
def test_a_batch_has_a_limit(filled: Books):
    with pytest.raises(InputRejected, match="10000"):
        do_transfer_batch([Row("A1", "B1", ALLOWANCE, 1)] * 10_001, acting_user=HOUSE)
    assert connection.is_usable()
