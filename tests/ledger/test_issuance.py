"""An issuance is one statement, and what it writes and answers is what the long way and a batch do."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.ledger.books import ALLOWANCE, CASH, Books, sql

from tanheng.ledger import assets
from tanheng.ledger.actions import do_block_account, do_issue_units
from tanheng.ledger.models import Asset, Batch
from tanheng.ledger.requests import Asked, send_batch
from tanheng.ledger.results import Code
from tanheng.people import approvals
from tanheng.people.models import Approval
from tanheng.people.rights import HOUSE, Refused

pytestmark = pytest.mark.django_db
WITH_BATCH: dict[str, Any] = {"vintage": 2026, "label": "SZPH-1"}


def written() -> list[list[tuple[Any, ...]]]:
    """All that an issuance leaves behind, without the numbers that every row has of its own."""
    return [
        sql(
            "SELECT t.kind, t.purpose, t.asset_id, t.from_account_id, t.to_account_id, t.quantity, t.serials::text, "
            "b.vintage, b.label, t.reason, t.actor_id, t.linked, t.pending_id, t.expires_at "
            "FROM ledger_transfer t LEFT JOIN ledger_batch b ON b.id = t.batch_id ORDER BY t.id"
        ),
        sql("SELECT asset_id, vintage, label FROM ledger_batch ORDER BY 1, 2, 3"),
        sql("SELECT account_id, asset_id, quantity, balance_after FROM ledger_posting ORDER BY transfer_id, quantity"),
        sql("SELECT account_id, asset_id, posted, reserved, issuing FROM ledger_balance ORDER BY 1, 2"),
        sql(
            "SELECT k.asset_id, k.account_id, k.serials::text, b.vintage, b.label FROM ledger_block k "
            "LEFT JOIN ledger_batch b ON b.id = k.batch_id ORDER BY k.arrived, k.serials"
        ),
        sql("SELECT asset_id, serials::text FROM ledger_movement ORDER BY transfer_id, serials"),
        sql("SELECT actor_id, key, code, transfer_id IS NULL FROM ledger_request ORDER BY 1, 2"),
        sql("SELECT code, next_serial FROM ledger_asset ORDER BY code"),
        sql("SELECT kind, count(*) FROM transparency_pending GROUP BY 1 ORDER BY 1"),
    ]


def audited() -> list[tuple[Any, ...]]:
    return sql(
        "SELECT actor_id, organisation_id, action, split_part(subject, ' ', 1), old, new, origin "
        "FROM people_audit_entry ORDER BY id"
    )


def taken_back(work: Callable[[], Any]) -> tuple[Any, ...]:
    with transaction.atomic():
        code = work()
        found = (code, written(), audited())
        transaction.set_rollback(True)
    # Sequences do not go back.
    return found


def issue(**values: Any) -> Code:
    asked: dict[str, Any] = {"asset": ALLOWANCE, "to_account": "A1", "quantity": 10, "acting_user": HOUSE} | values
    return do_issue_units(**asked).code


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"reason": "why", "key": "k"},
        WITH_BATCH,
        WITH_BATCH | {"key": "k"},
        WITH_BATCH | {"serials": [(5, 9), (21, 25)]},
        WITH_BATCH | {"quantity": 0, "key": "refused"},
        WITH_BATCH | {"quantity": 10**16},
        WITH_BATCH | {"serials": [(5, 9)]},
        WITH_BATCH | {"to_account": "NOT-THERE", "key": "nowhere"},
        WITH_BATCH | {"to_account": "YUAN-A"},
        {"asset": CASH, "to_account": "YUAN-A", "purpose": "deposit"},
        {"asset": CASH, "to_account": "YUAN-A", "purpose": "issue"},
        {"purpose": "no such"},
        {"purpose": "trade"},
        {"to_account": "B1"},
    ],
)
def test_the_one_statement_writes_what_the_long_way_writes(
    books: Books, monkeypatch: pytest.MonkeyPatch, values: dict[str, Any]
):
    do_block_account(books.account("B1"), "a test", acting_user=HOUSE)
    for user in (HOUSE, books.user(books.bureau, "officer")):
        work = partial(issue, acting_user=user, **values)
        short = taken_back(work)
        with monkeypatch.context() as patched:
            patched.setattr(assets, "issue_as_asked", lambda *_, **__: None)
            assert taken_back(work) == short


def test_a_batch_of_issuances_writes_the_same_rows(books: Books):
    asset, account = books.asset(ALLOWANCE), books.account("A1")
    batch = Batch.objects.create(asset=asset, vintage=2026, label="SZPH-1")

    def at_once() -> None:
        issuance = Asset.objects.select_related("issuance_account").get(pk=asset.pk).issuance_account
        asked = Asked(
            purpose="issue", asset=asset.pk, from_account=issuance.pk, to_account=account.pk, quantity=10,
            batch=batch.pk, key="k",
        )  # fmt: skip
        send_batch([asked], actor=None, organisation=None)

    def alone() -> None:
        issue(key="k", **WITH_BATCH)

    # The line of the audit trail is about the batch there, and about the transfer here.
    assert taken_back(at_once)[1] == taken_back(alone)[1]


def test_it_is_one_statement(books: Books):
    for _ in range(2):  # with the batch to be made, and with the batch there
        with CaptureQueriesContext(connection) as captured:
            assert issue(**WITH_BATCH) == Code.OK
        assert len(captured) == 1


def test_asked_again_under_its_key_it_is_done_once(books: Books):
    first = do_issue_units(ALLOWANCE, "A1", 10, key="k", acting_user=HOUSE, **WITH_BATCH)
    assert do_issue_units(ALLOWANCE, "A1", 10, key="k", acting_user=HOUSE, **WITH_BATCH) == first
    assert issue(quantity=11, key="k", **WITH_BATCH) == Code.KEY_REUSED
    assert issue(key="k", vintage=2026, label="SZPH-2") == Code.KEY_REUSED
    refused = do_issue_units(ALLOWANCE, "NOT-THERE", 10, key="r", acting_user=HOUSE, vintage=2020)
    assert refused.code == Code.TO_NOT_FOUND
    assert do_issue_units(ALLOWANCE, "NOT-THERE", 10, key="r", acting_user=HOUSE, vintage=2020) == refused
    assert books.held("A1") == 10


def test_only_who_may_issue_does_and_an_asset_must_be_there(books: Books):
    with pytest.raises(Refused):
        issue(acting_user=books.user(books.glass, "representative"))
    with pytest.raises(Refused):
        issue(acting_user=books.user(books.bureau, "reader"))
    with pytest.raises(Asset.DoesNotExist):
        issue(asset="NOT-THERE")
    assert books.held("A1") == 0


def test_where_a_second_person_is_needed_nothing_is_issued_before(books: Books):
    sql("UPDATE ledger_account SET second_person = true WHERE number = %s", f"ISSUE-{ALLOWANCE}")
    asks, confirms = books.user(books.bureau, "officer"), books.user(books.bureau, "approver")
    assert issue(acting_user=asks, **WITH_BATCH) == Code.WAITS_FOR_SECOND
    assert books.held("A1") == 0
    approvals.confirm(Approval.objects.get().pk, confirms)
    assert books.held("A1") == 10
    assert issue() == Code.OK, "the house itself needs none"
