"""A request sent twice is done once and answered the same, refusals too."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from tests.ledger.books import ALLOWANCE, Books

from tanheng.ledger.models import Kind, Request, Transfer
from tanheng.ledger.requests import Asked, send, send_batch
from tanheng.ledger.results import Code

pytestmark = pytest.mark.django_db


def asked(books: Books, key: str | None, quantity: int = 10) -> Asked:
    return Asked(
        asset=books.asset(ALLOWANCE).pk,
        from_account=books.account("A1").pk,
        to_account=books.account("B1").pk,
        quantity=quantity,
        key=key,
    )


def test_the_same_key_moves_once(filled: Books):
    first = send(asked(filled, "k"), actor=7, organisation=None)
    again = send(asked(filled, "k"), actor=7, organisation=None)
    assert first == again
    assert filled.held("B1") == 10


def test_a_refusal_stays_refused_even_when_it_would_be_possible_now(filled: Books):
    refused = send(asked(filled, "k", 2000), actor=7, organisation=None)
    assert refused.code == Code.INSUFFICIENT
    filled.issue(ALLOWANCE, "A1", 5000)
    assert send(asked(filled, "k", 2000), actor=7, organisation=None) == refused
    assert send(asked(filled, "k2", 2000), actor=7, organisation=None).code == Code.OK


@pytest.mark.parametrize(
    "change",
    [
        {"quantity": 11},
        {"purpose": "surrender"},
        {"reason": "another"},
        {"serials": [(1, 10)]},
        {"kind": Kind.RESERVE},
        {"expires_in": timedelta(days=1)},
        {"batch": 1},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_same_key_with_other_content_is_told_apart(filled: Books, change: dict[str, object]):
    send(asked(filled, "k"), actor=7, organisation=None)
    other = replace(asked(filled, "k"), **change)  # type: ignore[arg-type]
    assert send(other, actor=7, organisation=None).code == Code.KEY_REUSED
    assert Transfer.objects.filter(purpose="transfer").count() == 1


def test_keys_of_two_users_do_not_meet(filled: Books):
    send(asked(filled, "k"), actor=7, organisation=None)
    assert send(asked(filled, "k", 20), actor=8, organisation=None).code == Code.OK
    assert filled.held("B1") == 30


def test_a_batch_sent_again_whole_or_in_part_moves_once(filled: Books):
    rows = [asked(filled, f"k{n}", n) for n in range(1, 6)]
    first = send_batch(rows, actor=7, organisation=None)
    assert send_batch(rows, actor=7, organisation=None) == first
    more = send_batch([*rows[2:], asked(filled, "k9", 100)], actor=7, organisation=None)
    assert more[:3] == first[2:]
    assert filled.held("B1") == 15 + 100


def test_one_key_twice_in_a_batch_moves_once(filled: Books):
    answers = send_batch([asked(filled, "k"), asked(filled, "k"), asked(filled, "k", 11)], actor=7, organisation=None)
    assert [answer.code for answer in answers] == [Code.OK, Code.OK, Code.KEY_REUSED]
    assert answers[0].transfer == answers[1].transfer
    assert filled.held("B1") == 10


def test_a_refused_chain_stays_refused(filled: Books):
    group = UUID(int=1)
    rows = [replace(asked(filled, f"k{n}", quantity), linked=group) for n, quantity in enumerate((10, 5000, 20))]
    first = send_batch(rows, actor=7, organisation=None)
    assert [one.code for one in first] == [Code.LINKED_FAILED, Code.INSUFFICIENT, Code.LINKED_FAILED]
    filled.issue(ALLOWANCE, "A1", 9000)
    assert send_batch(rows, actor=7, organisation=None) == first
    assert filled.held("B1") == 0


def test_without_a_key_nothing_is_kept(filled: Books):
    send(asked(filled, None), actor=7, organisation=None)
    send(asked(filled, None), actor=7, organisation=None)
    assert filled.held("B1") == 20
    assert not Request.objects.filter(actor_id=7).exists()
