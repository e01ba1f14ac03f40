"""The second reckoning finds what was changed behind the ledger's back, blocks, and lets go when it is explained."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ledger.books import ALLOWANCE, CASH, Books, sql, without_triggers

from tanheng.ledger.actions import (
    do_explain_difference,
    do_recompute,
    do_reserve,
    do_restore_balance,
    do_transfer,
    do_unblock_account,
)
from tanheng.ledger.holdings import Run, replay
from tanheng.ledger.models import AccountStatus, Difference
from tanheng.ledger.recomputation import recompute
from tanheng.ledger.results import Code
from tanheng.people.rights import HOUSE
from tanheng.problems import InputRejected


@pytest.fixture
def busy(filled: Books) -> Books:
    do_transfer("A1", "B1", ALLOWANCE, 300, acting_user=HOUSE)
    do_transfer("YUAN-A", "YUAN-B", CASH, 100, acting_user=HOUSE)
    do_reserve("B1", "A1", ALLOWANCE, 50, acting_user=HOUSE)
    assert recompute() == []
    return filled


TAMPERED = {
    "a balance raised": ("UPDATE ledger_balance SET posted = posted + 1 WHERE account_id = %s AND posted > 0", {"C001"}),
    "a balance raised on both sides": ("UPDATE ledger_balance SET posted = posted + CASE WHEN issuing THEN -1 ELSE 1 END "
                                       "WHERE account_id = %s OR issuing", {"C001"}),
    "a reservation forgotten": ("UPDATE ledger_balance SET reserved = 0 WHERE reserved > 0 AND account_id <> %s * 0", {"C002"}),
    "a posting raised": ("UPDATE ledger_posting SET quantity = quantity + 1 WHERE account_id = %s AND quantity = 300", {"C003", "C004"}),
    "a posting removed": ("DELETE FROM ledger_posting WHERE account_id = %s AND quantity = 300", {"C003"}),
    "a past balance rewritten": ("UPDATE ledger_posting SET balance_after = 7 WHERE account_id = %s", {"C004"}),
    "a transfer made smaller": ("UPDATE ledger_transfer SET quantity = 99 WHERE quantity = 100 AND to_account_id <> %s", {"C001", "C003"}),
    "a transfer removed": ("DELETE FROM ledger_transfer WHERE to_account_id = %s AND quantity = 300", {"C001", "C003"}),
    "a block given to another": ("UPDATE ledger_block SET account_id = account_id + 1 WHERE account_id = %s", {"C006", "C007"}),
    "a block made longer": ("UPDATE ledger_block SET serials = int8range(lower(serials), upper(serials) + 5000) "
                            "WHERE account_id <> %s AND reserved_by IS NULL", {"C006", "C007"}),
    "a movement to another's numbers": ("UPDATE ledger_movement SET serials = int8range(401, 701) "
                                        "WHERE transfer_id IN (SELECT id FROM ledger_transfer WHERE to_account_id = %s)", {"C006"}),
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("what", TAMPERED)
def test_what_was_changed_behind_its_back_is_found(busy: Books, what: str):
    statement, expected = TAMPERED[what]
    without_triggers(statement, busy.account("B1").pk)
    found = {one.check.removeprefix("ledger.") for one in recompute()}
    assert expected <= found, what


@pytest.mark.django_db
def test_an_account_that_differs_is_blocked_until_it_is_mended_and_explained(busy: Books):
    account = busy.account("B1")
    without_triggers("UPDATE ledger_balance SET posted = 100000 WHERE account_id = %s", account.pk)
    assert any(one.account == account.pk for one in do_recompute())
    assert busy.account("B1").status == AccountStatus.BLOCKED
    assert do_transfer("B1", "A1", ALLOWANCE, 1, acting_user=HOUSE).code == Code.FROM_BLOCKED
    assert do_transfer("A1", "A2", ALLOWANCE, 1, acting_user=HOUSE).code == Code.OK, "others go on"
    count = Difference.objects.count()
    do_recompute()
    assert Difference.objects.count() == count, "the same difference is written down once"

    with pytest.raises(InputRejected, match="not explained"):
        do_unblock_account(account, acting_user=HOUSE)
    difference = Difference.objects.filter(account=account).first()
    assert difference is not None
    with pytest.raises(InputRejected, match="still differs"):
        do_explain_difference(difference, "a disk", acting_user=HOUSE)
    do_restore_balance(account, busy.asset(ALLOWANCE).pk, acting_user=HOUSE)
    assert busy.held("B1") == 300
    assert recompute() == []
    for one in Difference.objects.filter(explained_at=None):
        do_explain_difference(one, "a disk, restored from the postings", acting_user=HOUSE)
    do_unblock_account(account, acting_user=HOUSE)
    assert do_transfer("B1", "A1", ALLOWANCE, 1, acting_user=HOUSE).code == Code.OK


@pytest.mark.django_db
def test_a_difference_is_told_in_words(busy: Books):
    without_triggers("UPDATE ledger_balance SET posted = 301 WHERE account_id = %s", busy.account("B1").pk)
    said = [str(one) for one in recompute()]
    assert any("recorded 301, recomputed 300" in line and "ledger.C001" in line for line in said)


RUNS = st.lists(st.tuples(st.integers(1, 40), st.integers(1, 20), st.integers(1, 4)), max_size=30)


@given(RUNS)
def test_following_serial_numbers_is_what_a_dictionary_says(runs: list[tuple[int, int, int]]):
    owner: dict[int, int] = {}
    moved = []
    for first, span, account in runs:
        moved.append(Run(1, first, first + span, 0, account))
        owner |= dict.fromkeys(range(first, first + span), account)
    held = replay(moved)
    assert {serial: held.holder(1, serial) for serial in range(70)} == {s: owner.get(s) for s in range(70)}
    spread = {s: account for _asset, account, first, end in held.holdings() for s in range(first, end)}
    assert spread == owner


@pytest.mark.django_db
def test_a_block_of_nobody_is_found(busy: Books):
    without_triggers("DELETE FROM ledger_block WHERE account_id = %s", busy.account("A1").pk)
    assert {one.check for one in recompute()} == {"ledger.C006", "ledger.C007"}
    assert sql("SELECT count(*) FROM ledger_difference") == [(0,)], "looking changes nothing"
