"""The ledger in the API, as a program with a token sees it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from tests.ledger.books import ALLOWANCE, CASH, Books, sql

from tanheng.ledger.actions import do_transfer
from tanheng.people.actions import do_create_token
from tanheng.people.models import User
from tanheng.people.rights import HOUSE

pytestmark = pytest.mark.django_db


class Program:
    """A program with a token of a user."""

    def __init__(self, user: User, scopes: tuple[str, ...] = ("ledger:read", "ledger:write")) -> None:
        _token, key = do_create_token("test", list(scopes), acting_user=user)
        self.headers = {"Authorization": f"Bearer {key}"}

    def get(self, path: str, **query: str) -> Any:
        return Client().get(f"/api/ledger{path}", query, headers=self.headers)

    def post(self, path: str, body: Any, key: str | None = "k1") -> Any:
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        return Client().generic("POST", f"/api/ledger{path}", json.dumps(body), "application/json", headers=headers)


@pytest.fixture
def glass(filled: Books) -> Program:
    return Program(filled.user(filled.glass, "representative"))


def move(quantity: object = 10, **more: Any) -> dict[str, Any]:
    return {"from_account": "A1", "to_account": "B1", "asset": ALLOWANCE, "quantity": quantity, **more}


def test_a_transfer_is_made_once_for_its_key_and_has_an_address(filled: Books, glass: Program):
    answer = glass.post("/transfers", move())
    assert answer.status_code == 201
    assert glass.post("/transfers", move()).json() == answer.json()
    assert filled.held("B1") == 10
    made = Client().get(answer.json()["transfer"], headers=glass.headers).json()
    assert (made["from_account"], made["to_account"], made["quantity"]) == ("A1", "B1", 10)
    assert made["serials"] == [{"first": 1, "last": 10}]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (move(5000), 409, "ledger.insufficient"),
        (move(to_account="NONE"), 422, "ledger.to_not_found"),
        (move(purpose="gift"), 422, "ledger.purpose_not_found"),
        (move(from_account="B1", to_account="A1"), 403, "people.refused"),
        (move(0), 422, "web.invalid"),
        (move(1.5), 422, "web.invalid"),
        (move("10"), 422, "web.invalid"),
        (move(serials=[{"first": 1, "last": 9}]), 409, "ledger.serials_do_not_match"),
        (move(surprise=1), 422, "web.invalid"),
    ],
)
def test_a_refusal_is_a_problem_with_its_code(filled: Books, glass: Program, body: Any, status: int, code: str):
    answer = glass.post("/transfers", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer["Content-Type"] == "application/problem+json"
    assert filled.held("B1") == 0


def test_a_key_is_wanted_and_stands_for_one_request(filled: Books, glass: Program):
    assert glass.post("/transfers", move(), key=None).status_code == 400
    glass.post("/transfers", move())
    answer = glass.post("/transfers", move(11))
    assert (answer.status_code, answer.json()["code"]) == (422, "web.key-reused")


def test_many_in_one_call_each_with_its_answer(filled: Books, glass: Program):
    body = {"transfers": [move(1), move(5000), move(2)]}
    answer = glass.post("/transfer-batches", body)
    assert [one["code"] for one in answer.json()["answers"]] == ["ok", "insufficient", "ok"]
    assert glass.post("/transfer-batches", body).json() == answer.json()
    assert filled.held("B1") == 3


def test_a_reservation_is_posted_in_part_and_another_released(filled: Books, glass: Program):
    first = glass.post("/reservations", move(100, expires_in_s=3600)).json()
    number = int(first["transfer"].rsplit("/", 1)[1])
    assert glass.post(f"/reservations/{number}/post", {"quantity": 60}, key="k2").status_code == 201
    assert glass.post(f"/reservations/{number}/void", {}, key="k3").json()["code"] == "ledger.pending_posted"
    balances = glass.get("/accounts/A1/balances").json()
    assert balances == [{"asset": ALLOWANCE, "unit": "tCO2e", "posted": 940, "reserved": 0}]


def test_a_pledge_and_a_retirement(filled: Books, glass: Program):
    assert (
        glass.post(
            "/pledges", {"from_account": "A1", "to_account": "BANK", "asset": ALLOWANCE, "quantity": 900}
        ).status_code
        == 201
    )
    body = {"from_account": "A1", "asset": ALLOWANCE, "quantity": 100, "reason": "the marathon of 2026"}
    assert glass.post("/retirements", body, key="k2").status_code == 201
    assert glass.post("/retirements", body, key="k3").json()["code"] == "ledger.reserved"


def test_balances_then_and_now(filled: Books, glass: Program):
    then = sql("SELECT clock_timestamp()")[0][0].astimezone(UTC).isoformat()
    do_transfer("A1", "B1", ALLOWANCE, 400, acting_user=HOUSE)
    assert glass.get("/accounts/A1/balances", at=then).json()[0]["posted"] == 1000
    assert glass.get("/accounts/A1/balances").json()[0]["posted"] == 600
    assert glass.get("/accounts/A1/balances", at=datetime(2000, 1, 1, tzinfo=UTC).isoformat()).json()[0]["posted"] == 0
    assert glass.get("/accounts/A1/balances", at="2026-01-01T00:00:00").status_code == 422, "of no time zone"


def test_a_statement_comes_in_pages_that_stay_while_rows_are_added(filled: Books, glass: Program):
    for _turn in range(6):
        do_transfer("YUAN-A", "YUAN-B", CASH, 10, acting_user=HOUSE)
    page = glass.get(f"/accounts/YUAN-A/statements/{CASH}", limit="3").json()
    assert [row["balance_after"] for row in page["items"]] == [940, 950, 960]
    do_transfer("YUAN-A", "YUAN-B", CASH, 10, acting_user=HOUSE)
    page = glass.get(f"/accounts/YUAN-A/statements/{CASH}", limit="9", cursor=page["next"]).json()
    assert [row["balance_after"] for row in page["items"]] == [970, 980, 990, 1000]
    assert page["next"] is None


def test_the_life_of_a_serial_number(filled: Books, glass: Program):
    filled.issue(ALLOWANCE, "B1", 10, vintage=2026, label="free allocation")
    steps = glass.get(f"/assets/{ALLOWANCE}/serials/7").json()["items"]
    assert [(step["from_account"], step["to_account"]) for step in steps] == [("ISSUE-SZA-2026", "A1")]
    assert glass.get(f"/assets/{ALLOWANCE}/serials/1005").json()["items"] == [], "another's is not seen"
    bureau = Program(filled.user(filled.bureau, "reader"))
    assert bureau.get(f"/assets/{ALLOWANCE}/serials/1005").json()["items"][0]["vintage"] == 2026


def test_accounts_of_others_are_not_there(filled: Books, glass: Program):
    numbers = [row["number"] for row in glass.get("/accounts").json()["items"]]
    assert numbers == ["A1", "A2", "YUAN-A"]
    for path in ("/accounts/B1", "/accounts/B1/balances", f"/accounts/B1/statements/{ALLOWANCE}", "/accounts/NONE"):
        assert glass.get(path).status_code == 404


def test_a_token_for_reading_moves_nothing(filled: Books):
    reader = Program(filled.user(filled.glass, "representative"), ("ledger:read",))
    assert reader.post("/transfers", move()).status_code == 403
    assert Client().get("/api/ledger/accounts").status_code == 401


def test_what_needs_a_second_person_is_accepted_and_waits(db: None):
    books = Books(second_person=True).fill()
    program = Program(books.user(books.glass, "representative"))
    answer = program.post("/transfers", move())
    assert answer.status_code == 202
    assert answer.json()["code"] == "waits_for_second"
    assert answer.json()["approval"].startswith("/api/people/approvals/")
    assert program.post("/transfers", move()).json() == answer.json()
