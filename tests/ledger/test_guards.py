"""What the database itself refuses, by whatever way it is asked."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from tests.ledger.books import ALLOWANCE, CASH, Books, sql

from tanheng.ledger.actions import do_reserve, do_transfer
from tanheng.ledger.models import Posting, Transfer
from tanheng.people.rights import HOUSE

pytestmark = pytest.mark.django_db

TRANSFER = (
    "INSERT INTO ledger_transfer (at, kind, purpose, asset_id, from_account_id, to_account_id, quantity, serials) "
    "SELECT clock_timestamp(), {kind}, 'transfer', a.id, f.id, t.id, {quantity}, {serials} "
    "FROM ledger_asset a, ledger_account f, ledger_account t "
    "WHERE a.code = '{asset}' AND f.number = '{source}' AND t.number = '{to}'"
)


def transfer(
    quantity: int, *, source: str = "A1", to: str = "B1", asset: str = ALLOWANCE, serials: str = "NULL", kind: int = 1
):
    return TRANSFER.format(quantity=quantity, source=source, to=to, asset=asset, serials=serials, kind=kind)


def refused(statement: str, match: str) -> None:
    with pytest.raises(IntegrityError, match=match), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("what", "statement"),
    [
        ("an edited posting", "UPDATE ledger_posting SET quantity = quantity + 1"),
        ("an edited balance after", "UPDATE ledger_posting SET balance_after = 0"),
        ("a deleted posting", "DELETE FROM ledger_posting"),
        ("no postings at all", "TRUNCATE ledger_posting"),
        ("an edited transfer", "UPDATE ledger_transfer SET quantity = 1"),
        ("a transfer of another day", "UPDATE ledger_transfer SET at = at - interval '1 year'"),
        ("a deleted transfer", "DELETE FROM ledger_transfer"),
        ("no transfers at all", "TRUNCATE ledger_transfer CASCADE"),
        ("an edited movement", "UPDATE ledger_movement SET serials = int8range(1, 2)"),
        ("a deleted movement", "DELETE FROM ledger_movement"),
        ("another answer to a key", "UPDATE ledger_request SET code = 0"),
        ("a forgotten key", "DELETE FROM ledger_request"),
        ("a deleted balance", "DELETE FROM ledger_balance"),
        ("a balance out of nothing", "UPDATE ledger_balance SET posted = posted + 1000000"),
        ("a balance that may go below zero", "UPDATE ledger_balance SET issuing = true"),
        ("a reservation forgotten in the balance", "UPDATE ledger_balance SET reserved = 0"),
        ("a reservation taken away", "DELETE FROM ledger_reservation"),
        ("a block of somebody else", "UPDATE ledger_block SET account_id = account_id + 1"),
        ("a pledged block set free", "UPDATE ledger_block SET reserved_by = NULL"),
        ("a deleted block", "DELETE FROM ledger_block"),
        ("a block out of nothing", "INSERT INTO ledger_block (asset_id, account_id, serials, arrived) "
         "SELECT asset_id, account_id, int8range(90000, 90010), 1 FROM ledger_block LIMIT 1"),
        ("a posting alone", "INSERT INTO ledger_posting (account_id, asset_id, at, transfer_id, quantity, balance_after) "
         "SELECT account_id, asset_id, clock_timestamp(), transfer_id, 5, 1005 FROM ledger_posting LIMIT 1"),
        ("a movement alone", "INSERT INTO ledger_movement (transfer_id, asset_id, serials) "
         "SELECT transfer_id, asset_id, int8range(5, 6) FROM ledger_movement LIMIT 1"),
        ("a deleted account", "DELETE FROM ledger_account"),
        ("a limit set otherwise afterwards", "UPDATE ledger_limit SET quantity = 1"),
        ("a setting set otherwise afterwards", "DELETE FROM ledger_setting"),
    ],
)  # fmt: skip
def test_direct_sql_is_refused(filled: Books, what: str, statement: str):
    do_transfer("A1", "B1", ALLOWANCE, 10, key="k", acting_user=HOUSE)
    do_reserve("A1", "B1", ALLOWANCE, 10, acting_user=HOUSE)
    before = sql("SELECT count(*), sum(quantity), sum(balance_after) FROM ledger_posting")
    refused(statement, "is refused")
    assert sql("SELECT count(*), sum(quantity), sum(balance_after) FROM ledger_posting") == before, what


@pytest.mark.parametrize(
    ("what", "statement", "match"),
    [
        ("more than there is", transfer(1001, asset=CASH, source="YUAN-A", to="YUAN-B"), "not_below_zero"),
        ("nothing", transfer(0, asset=CASH, source="YUAN-A", to="YUAN-B"), "ledger_transfer_quantity"),
        ("less than nothing", transfer(-5, asset=CASH, source="YUAN-A", to="YUAN-B"), "ledger_transfer_quantity"),
        ("to itself", transfer(5, asset=CASH, source="YUAN-A", to="YUAN-A"), "between_two"),
        ("from an account without a balance", transfer(5, asset=CASH, source="A2", to="YUAN-A"), "no balance"),
        ("allowances without serial numbers", transfer(5), "not free"),
        ("serial numbers of another account", transfer(5, serials="'{[2001,2005]}'"), "not free"),
        ("fewer serial numbers than units", transfer(5, serials="'{[1,4]}'"), "ledger_transfer_serials"),
        ("serial numbers that exist already",
         transfer(5, source="ISSUE-SZA-2026", serials="'{[996,1000]}'"), "no_serial_twice"),
        ("an overlap with existing serial numbers",
         transfer(5, source="ISSUE-SZA-2026", serials="'{[1000,1004]}'"), "no_serial_twice"),
        ("more reserved than there is", transfer(1001, kind=2, serials="'{[1,1001]}'"), "not_below_zero"),
        ("an end of no reservation", transfer(5, kind=3), "ledger_transfer_ends"),
    ],
)  # fmt: skip
def test_a_transfer_written_by_hand_must_be_true(filled: Books, what: str, statement: str, match: str):
    sql("INSERT INTO ledger_balance (account_id, asset_id) SELECT c.id, a.id FROM ledger_account c, ledger_asset a "
        "WHERE (c.number, a.code) IN (('B1', 'SZA-2026'), ('YUAN-B', 'CNY')) ON CONFLICT DO NOTHING")  # fmt: skip
    refused(statement, match)
    assert not Transfer.objects.filter(purpose="transfer").exists(), what


def test_a_transfer_written_by_hand_that_is_true_has_its_postings_and_blocks(filled: Books):
    sql("INSERT INTO ledger_balance (account_id, asset_id, posted) SELECT c.id, a.id, 777 FROM ledger_account c, ledger_asset a "
        "WHERE c.number = 'B1' AND a.code = 'SZA-2026'")  # fmt: skip
    assert filled.held("B1") == 0, "a balance begins with nothing, whatever is written"
    sql(transfer(5, serials="'{[1,3],[10,11]}'"))
    assert (filled.held("A1"), filled.held("B1")) == (995, 5)
    assert filled.serials("B1") == [(1, 3), (10, 11)]
    assert Posting.objects.filter(transfer__purpose="transfer").count() == 2


def test_a_reservation_cannot_end_twice_or_as_more_than_it_is(filled: Books):
    made = do_reserve("YUAN-A", "YUAN-B", CASH, 100, acting_user=HOUSE)
    end = (
        "INSERT INTO ledger_transfer (at, kind, purpose, asset_id, from_account_id, to_account_id, quantity, pending_id) "
        f"SELECT clock_timestamp(), 3, purpose, asset_id, from_account_id, to_account_id, %s, id FROM ledger_transfer WHERE id = {made.transfer}"
    )
    refused(end % 101, "does not stand, or says otherwise")
    sql(end % 60)
    refused(end % 40, "ends_once")
    assert (filled.held("YUAN-A", CASH), filled.reserved("YUAN-A", CASH)) == (940, 0)
