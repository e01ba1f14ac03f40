"""A retirement of one lot is one statement, and writes and answers what the long way and many lots at once do."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.credits.register.conftest import CREDIT, Books

from tanheng.credits.register import retirement
from tanheng.credits.register.models import Certificate
from tanheng.credits.register.retirement import Lot, do_retire_lots
from tanheng.ledger.actions import do_reserve
from tanheng.people import approvals
from tanheng.people.models import Approval
from tanheng.people.origin import coming_from
from tanheng.people.rights import HOUSE, Refused
from tanheng.problems import InputRejected

WRITTEN = (
    "SELECT t.kind, t.purpose, t.asset_id, t.from_account_id, t.to_account_id, t.quantity, t.serials::text, "
    "t.batch_id, t.reason, t.actor_id, t.linked, t.pending_id, t.expires_at FROM ledger_transfer t ORDER BY t.id",
    "SELECT account_id, asset_id, quantity, balance_after FROM ledger_posting ORDER BY transfer_id, quantity",
    "SELECT account_id, asset_id, posted, reserved FROM ledger_balance WHERE posted <> 0 ORDER BY 1, 2",
    "SELECT asset_id, account_id, serials::text, batch_id FROM ledger_block ORDER BY serials",
    "SELECT asset_id, serials::text FROM ledger_movement ORDER BY transfer_id, serials",
    "SELECT actor_id, key, code, transfer_id IS NULL FROM ledger_request ORDER BY 1, 2",
    "SELECT c.kind, c.organisation_id, c.holder, c.account_id, c.asset_id, t.serials::text, c.quantity, c.beneficiary, "
    "c.purpose, c.named, c.about_kind, c.about, c.by_id, c.second_by_id, c.approval, "
    "c.number = format('THC-%s-%s', to_char(t.at AT TIME ZONE 'Asia/Shanghai', 'YYYY'), lpad(c.id::text, 8, '0')) "
    "FROM credit_register_certificate c JOIN ledger_transfer t ON t.id = c.transfer ORDER BY c.id",
    "SELECT asset_id, serials::text, vintage, label FROM credit_register_certificatelot "
    "ORDER BY certificate_id, serials",
)
LEAVES = "SELECT kind, count(*) FROM transparency_pending GROUP BY 1 ORDER BY 1"
AUDITED = (
    "SELECT actor_id, organisation_id, action, split_part(subject, ' ', 1), old, new, origin "
    "FROM people_audit_entry WHERE action LIKE 'register%' OR action LIKE 'ledger.transfer%' ORDER BY id"
)


def sql(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def written(also: tuple[str, ...] = (LEAVES, AUDITED)) -> list[list[tuple[Any, ...]]]:
    """All that a retirement leaves behind, without the numbers that every row has of its own."""
    return [sql(statement) for statement in (*WRITTEN, *also)]


def taken_back(work: Callable[[], Any], also: tuple[str, ...] = (LEAVES, AUDITED)) -> tuple[Any, ...]:
    """What came of it and what was written; then nothing is. Numbers that were drawn do not go back."""
    with transaction.atomic():
        try:
            came = work()
            if isinstance(came, Certificate):
                came = [
                    getattr(came, field.attname)
                    for field in Certificate._meta.concrete_fields
                    if field.attname not in ("id", "number", "at", "transfer", "salt")
                ]
            elif isinstance(came, Approval):
                came = (came.action, came.payload, came.requested_by_id, came.organisation_id)
        except (InputRejected, Refused) as refused:
            came = str(refused)
        found = (came, written(also))
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"key": "k"},
        {"quantity": 100},
        {"quantity": 120},
        {"quantity": 5, "serials": [(3, 5), (9, 10)]},
        {"named": False},
        {"beneficiary": "  a guest ", "purpose": " a night\n"},
        {"account": "HOTEL"},
        {"account": "RESERVE"},
        {"account": "WORKS"},
        {"account": "NOT-THERE"},
        {"quantity": 0, "purpose": ""},
        {"quantity": 1000, "key": "too much"},
        {"quantity": 60, "key": "set aside"},
        {"quantity": 10**16},
        {"serials": [(1, 3)]},
        {"serials": [(501, 510)]},
        {"beneficiary": "x" * 201},
    ],
)
def test_the_one_statement_writes_and_answers_what_the_long_way_does(
    books: Books, monkeypatch: pytest.MonkeyPatch, values: dict[str, Any]
) -> None:
    books.issue("SHOP", 50, 2024, "SZPH-2026-000009")
    books.issue("RESERVE", 50, 2024, "SZPH-2026-000009")
    if values.get("key") == "set aside":
        do_reserve("SHOP", "WORKS", CREDIT, 100, acting_user=HOUSE)
    for user in (books.user(books.hotel, "representative"), books.user(books.bureau, "officer"), HOUSE):
        work = partial(books.retire, **({"quantity": 10} | values | {"acting_user": user}))
        with coming_from("a test"):
            short = taken_back(work)
            with monkeypatch.context() as patched:
                patched.setattr(retirement, "_short_way", lambda *_: None)
                assert taken_back(work) == short


def test_many_lots_at_once_write_the_same_rows(books: Books) -> None:
    user = books.user(books.hotel, "representative")
    lots = [Lot(60, "a guest", "a night", key="a"), Lot(20, "another", "a week", named=False, key="b")]
    books.issue("SHOP", 50, 2024, "SZPH-2026-000009")
    # The audit trail has two lines about all of them there, and two about each here.
    at_once = taken_back(lambda: bool(do_retire_lots("SHOP", CREDIT, lots, acting_user=user)), also=())
    one_by_one = taken_back(
        lambda: bool([do_retire_lots("SHOP", CREDIT, [lot], acting_user=user) for lot in lots]), also=()
    )
    assert at_once == one_by_one


def test_it_is_one_statement(books: Books) -> None:
    user = books.user(books.hotel, "representative")
    with CaptureQueriesContext(connection) as captured:
        made = books.retire(10, acting_user=user)
    assert len(captured) == 1
    assert made == Certificate.objects.get()
    kept = Certificate.objects.get()
    assert [getattr(made, field.attname) for field in Certificate._meta.concrete_fields] == [
        getattr(kept, field.attname) for field in Certificate._meta.concrete_fields
    ]


def test_a_refusal_leaves_nothing_behind_and_the_key_free(books: Books) -> None:
    before = written()
    with pytest.raises(InputRejected):
        books.retire(1000, key="a")
    assert written() == before
    assert books.retire(10, key="a").quantity == 10


def test_what_a_second_person_confirmed_names_both(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    approval, second = books.retire(10, account="HOTEL"), books.user(books.hotel, "approver")

    def confirmed() -> None:
        approvals.confirm(approval.pk, second)

    short = taken_back(confirmed)
    monkeypatch.setattr(retirement, "_short_way", lambda *_: None)
    assert taken_back(confirmed) == short
