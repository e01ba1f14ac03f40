"""Another program reads the books and finds that they balance."""

from __future__ import annotations

from decimal import Decimal

import pytest
from beancount import loader
from beancount.core import realization
from beancount.core.data import Balance, Transaction
from tests.ledger.books import ALLOWANCE, CASH, POINTS, Books, without_triggers

from tanheng.ledger.actions import do_open_account, do_post, do_reserve, do_retire, do_transfer
from tanheng.ledger.beancount import commodity, lines, name
from tanheng.ledger.models import Balance as Held
from tanheng.people.rights import HOUSE

pytestmark = pytest.mark.django_db


@pytest.fixture
def busy(filled: Books) -> Books:
    do_open_account("a.b_c", "holding", filled.glass, second_person=False, acting_user=HOUSE)
    do_transfer("A1", "a.b_c", ALLOWANCE, 300, reason='for "peace"\n\\and quiet', acting_user=HOUSE)
    do_retire("a.b_c", ALLOWANCE, 20, reason="深圳马拉松 2026", acting_user=HOUSE)
    do_transfer("YUAN-A", "YUAN-B", CASH, 100, purpose="payment", acting_user=HOUSE)
    do_transfer("PTS-1", "RETIRED", POINTS, 7, purpose="spend", acting_user=HOUSE)
    made = do_reserve("A1", "B1", ALLOWANCE, 50, acting_user=HOUSE)
    do_post(made.transfer or 0, quantity=30, acting_user=HOUSE)
    return filled


def test_beancount_finds_no_fault_and_the_same_balances(busy: Books):
    entries, errors, _options = loader.load_string("\n".join(lines()))
    assert errors == []
    assert sum(isinstance(entry, Transaction) for entry in entries) == 3 + 5
    assert sum(isinstance(entry, Balance) for entry in entries) == Held.objects.count()
    root = realization.realize(entries)  # type: ignore[no-untyped-call]
    for held in Held.objects.select_related("account", "asset"):
        account = name(held.account.number, held.account.type_id)
        there = realization.get(root, account).balance  # type: ignore[no-untyped-call]
        assert there.get_currency_units(commodity(held.asset.code)).number == Decimal(held.posted)


def test_beancount_finds_a_balance_that_is_not_its_transfers(busy: Books):
    without_triggers("UPDATE ledger_balance SET posted = posted + 1 WHERE account_id = %s", busy.account("B1").pk)
    _entries, errors, _options = loader.load_string("\n".join(lines()))
    assert len(errors) == 1 and "Balance failed" in errors[0].message


def test_no_two_accounts_become_one():
    numbers = ["a.b", "a_b", "a-b", "a-2e-b", "A.b"]
    assert len({name(number, "cash") for number in numbers}) == len(numbers)
