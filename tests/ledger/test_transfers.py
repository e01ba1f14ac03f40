"""A transfer: what it moves, what it writes, what it costs."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.ledger.books import ALLOWANCE, CASH, POINTS, Books, sql

from tanheng.ledger.access import access_account, access_history_of_serial, access_statement, balance_at
from tanheng.ledger.actions import do_pledge, do_post, do_reserve, do_retire, do_transfer, do_void
from tanheng.ledger.models import Block, Movement, Posting, Transfer
from tanheng.ledger.results import Code
from tanheng.people.models import AuditEntry
from tanheng.people.rights import HOUSE

pytestmark = pytest.mark.django_db


def moment() -> datetime:
    now: datetime = sql("SELECT clock_timestamp()")[0][0]
    return now


def test_units_leave_one_account_and_reach_another_and_none_appear_or_vanish(filled: Books):
    answer = do_transfer("A1", "B1", ALLOWANCE, 300, acting_user=HOUSE)
    assert answer.code == Code.OK
    assert (filled.held("A1"), filled.held("B1")) == (700, 300)
    assert sql("SELECT sum(posted) FROM ledger_balance") == [(0,)]
    postings = Posting.objects.filter(transfer=answer.transfer).order_by("quantity")
    assert [(p.quantity, p.balance_after) for p in postings] == [(-300, 700), (300, 300)]


def test_what_came_first_leaves_first_and_blocks_are_cut_exactly(filled: Books):
    filled.issue(ALLOWANCE, "A1", 50)
    do_transfer("A1", "B1", ALLOWANCE, 300, acting_user=HOUSE)
    assert filled.serials("B1") == [(1, 300)]
    do_transfer("A1", "B1", ALLOWANCE, 710, acting_user=HOUSE)
    assert filled.serials("A1") == [(1011, 1050)]
    assert sorted(filled.serials("B1")) == [(1, 300), (301, 1000), (1001, 1010)]


def test_named_serial_numbers_are_the_ones_that_move(filled: Books):
    answer = do_transfer("A1", "B1", ALLOWANCE, 15, serials=[(100, 109), (200, 204)], acting_user=HOUSE)
    assert answer.code == Code.OK
    assert filled.serials("B1") == [(100, 109), (200, 204)]
    assert filled.serials("A1") == [(1, 99), (110, 199), (205, 1000)]


def test_the_history_of_a_serial_number_begins_with_its_issuance(filled: Books):
    do_transfer("A1", "B1", ALLOWANCE, 300, acting_user=HOUSE)
    do_transfer("B1", "A2", ALLOWANCE, 10, acting_user=HOUSE)
    do_retire("A2", ALLOWANCE, 4, reason="glass works, 2026", acting_user=HOUSE)
    ways = [
        (step.transfer.from_account.number, step.transfer.to_account.number)
        for step in access_history_of_serial(HOUSE, ALLOWANCE, 4)
    ]
    assert ways == [("ISSUE-SZA-2026", "A1"), ("A1", "B1"), ("B1", "A2"), ("A2", "RETIRED")]


def test_a_retired_unit_never_leaves_again(filled: Books):
    do_retire("A1", ALLOWANCE, 10, reason="for the marathon of 2026", acting_user=HOUSE)
    assert do_transfer("RETIRED", "A1", ALLOWANCE, 1, acting_user=HOUSE).code == Code.FROM_MAY_NOT_SEND


def test_a_past_balance_is_what_it_was_then(filled: Books):
    moments = [moment()]
    for _turn in range(5):
        do_transfer("YUAN-A", "YUAN-B", CASH, 10, acting_user=HOUSE)
        moments.append(moment())
    account, asset = filled.account("YUAN-A").pk, filled.asset(CASH).pk
    assert [balance_at(account, asset, at) for at in moments] == [1000, 990, 980, 970, 960, 950]
    assert balance_at(account, asset, moments[0] - timedelta(days=1)) == 0


def test_a_statement_leads_from_the_first_balance_to_the_last(filled: Books):
    for quantity in (7, 11, 13):
        do_transfer("YUAN-A", "YUAN-B", CASH, quantity, acting_user=HOUSE)
    rows = list(access_statement(access_account(HOUSE, "YUAN-A"), filled.asset(CASH).pk).order_by("at", "transfer_id"))
    assert [row.quantity for row in rows] == [1000, -7, -11, -13]
    assert [row.balance_after for row in rows] == [1000, 993, 982, 969]


def test_what_is_reserved_cannot_be_spent_and_is_posted_or_released(filled: Books):
    reservation = do_reserve("A1", "B1", ALLOWANCE, 800, acting_user=HOUSE)
    assert (filled.held("A1"), filled.reserved("A1"), filled.held("B1")) == (1000, 800, 0)
    assert do_transfer("A1", "B1", ALLOWANCE, 201, acting_user=HOUSE).code == Code.RESERVED
    assert do_post(reservation.transfer or 0, quantity=500, acting_user=HOUSE).code == Code.OK
    assert (filled.held("A1"), filled.reserved("A1"), filled.held("B1")) == (500, 0, 500)
    assert filled.serials("B1") == [(1, 500)]
    second = do_reserve("A1", "B1", ALLOWANCE, 100, acting_user=HOUSE)
    assert do_void(second.transfer or 0, acting_user=HOUSE).code == Code.OK
    assert (filled.held("A1"), filled.reserved("A1")) == (500, 0)
    assert do_post(second.transfer or 0, acting_user=HOUSE).code == Code.PENDING_VOIDED


def test_a_reservation_holds_its_serial_numbers(filled: Books):
    do_reserve("A1", "B1", ALLOWANCE, 10, serials=[(5, 14)], acting_user=HOUSE)
    do_transfer("A1", "B1", ALLOWANCE, 10, acting_user=HOUSE)
    assert filled.serials("B1") == [(1, 4), (15, 20)]
    named = do_transfer("A1", "B1", ALLOWANCE, 1, serials=[(7, 7)], acting_user=HOUSE)
    assert named.code == Code.SERIALS_RESERVED


def test_a_reservation_ends_by_its_time_when_its_units_are_wanted(filled: Books):
    do_reserve("A1", "B1", ALLOWANCE, 1000, expires_in=timedelta(milliseconds=1), acting_user=HOUSE)
    sql("SELECT pg_sleep(0.005)")
    assert do_transfer("A1", "B1", ALLOWANCE, 1000, acting_user=HOUSE).code == Code.OK
    assert Transfer.objects.filter(kind=5).count() == 1


def test_a_pledge_stays_with_its_owner_until_the_pledgee_takes_or_releases_it(filled: Books):
    pledge = do_pledge("A1", "BANK", ALLOWANCE, 600, reason="loan 7", acting_user=HOUSE)
    owner, banker = filled.user(filled.glass, "representative"), filled.user(filled.bank, "representative")
    assert filled.held("A1") == 1000
    assert do_transfer("A1", "B1", ALLOWANCE, 500, acting_user=HOUSE).code == Code.RESERVED
    with pytest.raises(Exception, match="no right"):
        do_void(pledge.transfer or 0, acting_user=owner)
    assert do_void(pledge.transfer or 0, acting_user=banker).code == Code.OK
    assert do_transfer("A1", "B1", ALLOWANCE, 500, acting_user=HOUSE).code == Code.OK


def test_a_single_transfer_takes_at_most_three_statements_with_its_rights(filled: Books):
    user = filled.user(filled.glass, "representative")
    with CaptureQueriesContext(connection) as captured:
        answer = do_transfer("A1", "B1", ALLOWANCE, 3, key="k1", acting_user=user)
    assert answer.code == Code.OK
    assert len(captured) == 1 <= 3, [query["sql"] for query in captured]


def test_the_audit_trail_and_the_log_know_of_it(filled: Books):
    user = filled.user(filled.glass, "representative")
    answer = do_transfer("A1", "B1", ALLOWANCE, 3, acting_user=user)
    entry = AuditEntry.objects.get(subject=f"transfer {answer.transfer}")
    assert (entry.action, entry.actor_id, entry.organisation_id) == ("ledger.transfer", user.pk, filled.glass.pk)
    assert sql("SELECT count(*) FROM transparency_pending WHERE kind = 2 AND ref = %s", answer.transfer) == [(1,)]
    assert sql("SELECT count(*) FROM transparency_pending WHERE kind = 1 AND ref = %s", entry.pk) == [(1,)]


def test_points_are_issued_and_spent_but_never_passed_on(filled: Books):
    assert do_transfer("PTS-1", "PTS-2", POINTS, 1, acting_user=HOUSE).code == Code.NOT_TRANSFERABLE
    assert do_transfer("PTS-1", "RETIRED", POINTS, 400, purpose="spend", acting_user=HOUSE).code == Code.OK
    assert filled.held("PTS-1", POINTS) == 600


def test_cash_and_points_have_no_blocks(filled: Books):
    do_transfer("YUAN-A", "YUAN-B", CASH, 10, acting_user=HOUSE)
    assert not Block.objects.exclude(asset__code=ALLOWANCE).exists()
    assert not Movement.objects.exclude(asset__code=ALLOWANCE).exists()
