"""Every answer of the ledger, and which one is given when several faults meet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone
from tests.ledger.books import ALLOWANCE, CASH, POINTS, Books, sql, without_triggers

from tanheng.ledger.models import Account, Kind, Limit, Setting, TrustedAccount
from tanheng.ledger.requests import Answer, Asked, send, send_batch
from tanheng.ledger.results import SENTENCES, Code

pytestmark = pytest.mark.django_db


def asked(books: Books, **changes: object) -> Asked:
    """A transfer in which nothing is wrong: 10 allowances from A1 to B1."""
    plain = Asked(
        asset=books.asset(ALLOWANCE).pk,
        from_account=books.account("A1").pk,
        to_account=books.account("B1").pk,
        quantity=10,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def ask(books: Books, **changes: object) -> Answer:
    return send(asked(books, **changes), actor=7, organisation=None)


def status(books: Books, number: str, status: str) -> object:
    return Account.objects.filter(number=number).update(status=status, status_reason="a test")


def reserve(books: Books, **changes: object) -> int:
    answer = ask(books, kind=Kind.RESERVE, **changes)
    assert answer.code == Code.OK
    return answer.transfer or 0


def must_be_trusted() -> object:
    return Setting.objects.create(
        name="trusted.required", value="yes", since=timezone.now(), source="a test", status="example"
    )


def trust(books: Books, number: str, days: int) -> object:
    return TrustedAccount.objects.create(
        account=books.account("A1"),
        trusted=books.account(number),
        effective_at=timezone.now() + timedelta(days=days, seconds=-1),
    )


def limit(books: Books, quantity: int) -> object:
    return Limit.objects.create(
        asset=books.asset(ALLOWANCE), quantity=quantity, since=timezone.now(), source="a test", status="example"
    )


def closed_hours() -> object:
    today = sql("SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date")[0][0]
    sql("INSERT INTO ledger_calendarday VALUES (%s, false, 'a holiday', 'a test', 'example')", today)
    for name, value in (("hours.open", "00:00"), ("hours.close", "23:59")):
        Setting.objects.create(name=name, value=value, since=timezone.now(), source="a test", status="example")
    return today


# Each makes one fault, and returns what must be changed in the request for it.
Fault = Callable[[Books], dict[str, object]]


def _pending_ended(books: Books, kind: Kind) -> dict[str, object]:
    pending = reserve(books)
    assert ask(books, kind=kind, pending=pending, quantity=None).code == Code.OK
    return {"kind": Kind.POST, "pending": pending}


def _pending_expired(books: Books) -> dict[str, object]:
    pending = reserve(books, expires_in=timedelta(milliseconds=1))
    sql("SELECT pg_sleep(0.003)")
    return {"kind": Kind.POST, "pending": pending}


def _did(do: object, **changes: object) -> dict[str, object]:
    return changes


FAULTS: dict[Code, Fault] = {
    Code.QUANTITY_NOT_POSITIVE: lambda b: {"quantity": 0},
    Code.QUANTITY_TOO_LARGE: lambda b: {"quantity": 10**15 + 1},
    Code.SAME_ACCOUNT: lambda b: {"to_account": b.account("A1").pk},
    Code.ASSET_NOT_FOUND: lambda b: {"asset": None},
    Code.FROM_NOT_FOUND: lambda b: {"from_account": 10**9},
    Code.TO_NOT_FOUND: lambda b: {"to_account": 10**9 + 1},
    Code.PURPOSE_NOT_FOUND: lambda b: {"purpose": "gift"},
    Code.PENDING_NOT_FOUND: lambda b: {"kind": Kind.POST, "pending": 10**9},
    Code.PENDING_POSTED: lambda b: _pending_ended(b, Kind.POST),
    Code.PENDING_VOIDED: lambda b: _pending_ended(b, Kind.VOID),
    Code.PENDING_EXPIRED: _pending_expired,
    Code.PENDING_NOT_DUE: lambda b: {"kind": Kind.EXPIRE, "pending": reserve(b, expires_in=timedelta(days=1))},
    Code.EXCEEDS_PENDING: lambda b: {"kind": Kind.POST, "pending": reserve(b), "quantity": 11},
    Code.FROM_CLOSED: lambda b: _did(status(b, "A1", "closed")),
    Code.TO_CLOSED: lambda b: _did(status(b, "B1", "closed")),
    Code.FROM_BLOCKED: lambda b: _did(status(b, "A1", "blocked")),
    Code.TO_BLOCKED: lambda b: _did(status(b, "B1", "blocked")),
    Code.ISSUES_ANOTHER_ASSET: lambda b: {"from_account": b.account("ISSUE-CNY").pk},
    Code.FROM_MAY_NOT_SEND: lambda b: {"from_account": b.account("RETIRED").pk},
    Code.TO_MAY_NOT_RECEIVE: lambda b: {"to_account": b.account("YUAN-B").pk},
    Code.NOT_TRANSFERABLE: lambda b: {
        "asset": b.asset(POINTS).pk, "from_account": b.account("PTS-1").pk, "to_account": b.account("PTS-2").pk,
    },
    Code.NOT_TRADABLE: lambda b: {
        "asset": b.asset(CASH).pk, "from_account": b.account("YUAN-A").pk, "to_account": b.account("YUAN-B").pk,
        "purpose": "trade",
    },
    Code.PURPOSE_DOES_NOT_FIT: lambda b: {"purpose": "retire"},
    Code.SERIALS_NOT_KEPT: lambda b: {
        "asset": b.asset(CASH).pk, "from_account": b.account("YUAN-A").pk, "to_account": b.account("YUAN-B").pk,
        "serials": [(1, 10)],
    },
    Code.SERIALS_DO_NOT_MATCH: lambda b: {"serials": [(1, 9)]},
    Code.NOT_TRUSTED: lambda b: _did(must_be_trusted()),
    Code.TRUSTED_TOO_RECENTLY: lambda b: _did((must_be_trusted(), trust(b, "B1", 4))),
    Code.OVER_LIMIT: lambda b: _did(limit(b, 9)),
    Code.SERIALS_TAKEN: lambda b: {
        "from_account": b.account("ISSUE-SZA-2026").pk, "purpose": "issue", "serials": [(991, 1000)],
    },
    Code.SERIALS_NOT_HELD: lambda b: {"serials": [(995, 1004)]},
    Code.SERIALS_RESERVED: lambda b: _did(reserve(b, serials=[(1, 10)]), serials=[(1, 10)]),
    Code.INSUFFICIENT: lambda b: {"quantity": 1001},
    Code.RESERVED: lambda b: _did(reserve(b, quantity=995)),
    Code.QUEUED: lambda b: _did(closed_hours()),
}  # fmt: skip


@pytest.mark.parametrize("code", FAULTS, ids=lambda code: code.name)
def test_each_fault_has_its_answer_and_changes_nothing(filled: Books, code: Code):
    changes = FAULTS[code](filled)
    before = sql("SELECT account_id, asset_id, posted, reserved FROM ledger_balance ORDER BY 1, 2")
    answer = ask(filled, **changes)
    assert (answer.code, answer.transfer) == (code, None)
    after = sql("SELECT account_id, asset_id, posted, reserved FROM ledger_balance ORDER BY 1, 2")
    assert [row for row in after if row[2:] != (0, 0)] == [row for row in before if row[2:] != (0, 0)]


# Faults that one request can have together: the smaller number is told. By hand, from results.py.
TOGETHER = [
    (Code.QUANTITY_NOT_POSITIVE, Code.SAME_ACCOUNT),
    (Code.QUANTITY_NOT_POSITIVE, Code.PENDING_NOT_FOUND),
    (Code.QUANTITY_TOO_LARGE, Code.ASSET_NOT_FOUND),
    (Code.QUANTITY_TOO_LARGE, Code.INSUFFICIENT),
    (Code.SAME_ACCOUNT, Code.ASSET_NOT_FOUND),
    (Code.ASSET_NOT_FOUND, Code.FROM_NOT_FOUND),
    (Code.FROM_NOT_FOUND, Code.TO_NOT_FOUND),
    (Code.TO_NOT_FOUND, Code.PURPOSE_NOT_FOUND),
    (Code.PURPOSE_NOT_FOUND, Code.FROM_CLOSED),
    (Code.PENDING_EXPIRED, Code.FROM_BLOCKED),
    (Code.EXCEEDS_PENDING, Code.TO_CLOSED),
    (Code.FROM_CLOSED, Code.TO_CLOSED),
    (Code.TO_CLOSED, Code.FROM_BLOCKED),
    (Code.FROM_BLOCKED, Code.TO_BLOCKED),
    (Code.TO_BLOCKED, Code.ISSUES_ANOTHER_ASSET),
    (Code.ISSUES_ANOTHER_ASSET, Code.TO_MAY_NOT_RECEIVE),
    (Code.FROM_MAY_NOT_SEND, Code.TO_MAY_NOT_RECEIVE),
    (Code.TO_MAY_NOT_RECEIVE, Code.PURPOSE_DOES_NOT_FIT),
    (Code.NOT_TRANSFERABLE, Code.SERIALS_DO_NOT_MATCH),
    (Code.NOT_TRADABLE, Code.SERIALS_DO_NOT_MATCH),
    (Code.PURPOSE_DOES_NOT_FIT, Code.SERIALS_DO_NOT_MATCH),
    (Code.SERIALS_DO_NOT_MATCH, Code.NOT_TRUSTED),
    (Code.NOT_TRUSTED, Code.OVER_LIMIT),
    (Code.TRUSTED_TOO_RECENTLY, Code.OVER_LIMIT),
    (Code.OVER_LIMIT, Code.SERIALS_NOT_HELD),
    (Code.OVER_LIMIT, Code.INSUFFICIENT),
    (Code.SERIALS_NOT_HELD, Code.QUEUED),
    (Code.SERIALS_RESERVED, Code.QUEUED),
    (Code.INSUFFICIENT, Code.QUEUED),
    (Code.RESERVED, Code.QUEUED),
]


@pytest.mark.parametrize(("told", "also"), TOGETHER, ids=lambda code: code.name)
def test_of_two_faults_the_one_with_the_smaller_number_is_told(filled: Books, told: Code, also: Code):
    assert told < also
    changes = FAULTS[told](filled)
    changes = FAULTS[also](filled) | changes
    assert ask(filled, **changes).code == told


def test_a_key_used_for_something_else_is_told_before_anything(filled: Books):
    assert ask(filled, key="k").code == Code.OK
    assert ask(filled, key="k", quantity=0).code == Code.KEY_REUSED
    assert ask(filled, key="k", to_account=10**9).code == Code.KEY_REUSED


def test_an_account_cannot_hold_more_than_is_counted(filled: Books):
    cash = filled.asset(CASH).pk
    without_triggers("UPDATE ledger_balance SET posted = 8999999999999999990 WHERE asset_id = %s AND NOT issuing", cash)
    wanted = {"asset": cash, "from_account": filled.account("ISSUE-CNY").pk, "purpose": "deposit"}
    assert ask(filled, **wanted, to_account=filled.account("YUAN-A").pk, quantity=11).code == Code.BALANCE_TOO_LARGE


def test_linked_transfers_stand_or_fall_together_and_do_not_wait(filled: Books):
    group = UUID(int=5)
    rows = [asked(filled, linked=group, key="a"), asked(filled, linked=group, quantity=5000, key="b")]
    codes = [answer.code for answer in send_batch(rows, actor=7, organisation=None)]
    assert codes == [Code.LINKED_FAILED, Code.INSUFFICIENT]
    assert filled.held("B1") == 0
    closed_hours()
    rows = [asked(filled, linked=group), asked(filled, linked=group)]
    codes = [answer.code for answer in send_batch(rows, actor=7, organisation=None)]
    assert codes == [Code.OUTSIDE_HOURS, Code.LINKED_FAILED]


def test_every_answer_has_a_sentence_and_a_test():
    assert set(SENTENCES) == set(Code)
    elsewhere = {
        Code.OK,
        Code.KEY_REUSED,
        Code.BALANCE_TOO_LARGE,
        Code.LINKED_FAILED,
        Code.OUTSIDE_HOURS,
        Code.WAITS_FOR_SECOND,  # test_rights
    }
    assert set(FAULTS) | elsewhere == set(Code)
