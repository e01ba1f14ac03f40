"""A holder shows what it did, with nothing but a file; and learns nothing of what others hold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.test import Client
from tests.ledger.books import ALLOWANCE, Books

from tanheng.ledger.actions import do_retire, do_transfer
from tanheng.people.models import User
from tanheng.transparency.sealing import seal
from tanheng.transparency.verification import verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def books() -> Books:
    """A1 holds a thousand allowances."""
    return Books().fill()


def client(user: User) -> Client:
    by = Client()
    by.force_login(user)
    return by


def test_a_holder_proves_its_retirement(books: Books, tmp_path: Path):
    holder = books.user(books.glass, "representative")
    retired = do_retire("A1", ALLOWANCE, 25, reason="for 2025, glass works", acting_user=holder)
    seal()
    answer = client(holder).get(f"/api/log/transfers/{retired.transfer}")
    assert answer.status_code == 200
    file = tmp_path / "proof.json"
    file.write_bytes(answer.content)
    assert verify(file).faults == []
    assert verify(file).said.startswith("the row is entry ")
    shown = json.loads(answer.json()["body"])
    assert (shown["quantity"], shown["reason"]) == (25, "for 2025, glass works")
    forged = answer.json() | {"body": answer.json()["body"].replace('"quantity":25', '"quantity":95')}
    file.write_text(json.dumps(forged), encoding="utf-8")
    assert verify(file).faults == ["the row's text is not what was sealed: its hash is another"]


def test_both_parties_of_a_transfer_prove_it_and_neither_learns_what_the_other_holds(books: Books):
    done = do_transfer("A1", "B1", ALLOWANCE, 10, acting_user=books.user(books.glass, "representative"))
    seal()
    for party in (books.glass, books.paper):
        answer = client(books.user(party, "representative")).get(f"/api/log/transfers/{done.transfer}")
        assert json.loads(answer.json()["body"])["quantity"] == 10
        assert "balance" not in answer.content.decode()
    # The proof without the text is for anyone.
    assert "body" not in Client().get(f"/api/log/entries/2/{done.transfer}/proof").json()
    assert client(books.user(books.bureau, "officer")).get(f"/api/log/transfers/{done.transfer}").status_code == 200


def test_who_does_not_see_a_transfer_does_not_see_that_it_is_there(books: Books):
    done = do_transfer("A1", "B1", ALLOWANCE, 10, acting_user=books.user(books.glass, "representative"))
    seal()
    stranger = client(books.user(books.bank, "representative"))
    assert stranger.get(f"/api/log/transfers/{done.transfer}").status_code == 404
    assert stranger.get("/api/log/transfers/999999").status_code == 404
