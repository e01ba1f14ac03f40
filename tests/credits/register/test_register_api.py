"""The register from outside: what anybody reads without a name, and retirement that is done once however often sent."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from tests.credits.register.conftest import CREDIT, Books

from tanheng.people.actions import do_create_token
from tanheng.people.models import User
from tanheng.transparency.sealing import seal

BASE = "/api/credits/register"


class Program:
    """Somebody's program, with a token of some scopes."""

    def __init__(self, user: User, *scopes: str) -> None:
        secret = do_create_token("a program", list(scopes or ("credits:read", "credits:write")), acting_user=user)[1]
        self.headers = {"Authorization": f"Bearer {secret}"}

    def post(self, path: str, body: dict[str, Any], key: str | None = None) -> Any:
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        return Client().post(f"{BASE}{path}", body, "application/json", headers=headers)

    def get(self, path: str) -> Any:
        return Client().get(f"{BASE}{path}", headers=self.headers)


def retirement(quantity: int = 3, **more: Any) -> dict[str, Any]:
    lot = {"quantity": quantity, "beneficiary": "Guests", "purpose": "a week"} | more
    return {"from_account": "SHOP", "asset": CREDIT, "lots": [lot]}


@pytest.fixture
def program(books: Books) -> Program:
    return Program(books.user(books.hotel, "representative"))


def test_retired_once_however_often_it_is_sent(books: Books, program: Program) -> None:
    assert program.post("/retirements", retirement()).status_code == 400
    first, again = (program.post("/retirements", retirement(), "k1") for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert again["Idempotency-Replayed"] == "true"
    assert books.held("SHOP") == (97, 0)
    assert program.post("/retirements", retirement(4), "k1").status_code == 422


def test_anybody_reads_the_register_and_not_who_is_not_named(books: Books, program: Program) -> None:
    made = program.post("/retirements", retirement(named=False), "k1").json()["certificates"][0]
    seal()
    assert made["beneficiary"] == "Guests"
    stranger = Client().get(f"{BASE}/certificates/{made['number']}").json()
    assert (stranger["beneficiary"], stranger["purpose"], stranger["quantity"]) == (None, None, 3)
    assert stranger["lots"][0]["serials"] == "PHCER/2022/1-3"
    assert Client().get(f"{BASE}/certificates").json()["items"][0]["number"] == made["number"]
    assert "body" not in {
        k: v for k, v in Client().get(f"{BASE}/certificates/{made['number']}/proof").json().items() if v
    }
    unit = Client().get(f"{BASE}/units/{CREDIT}/2").json()
    assert unit["blocks"][0]["certificate"] == made["number"]
    assert [each["purpose"] for each in unit["moves"]] == ["issue", "retire"]
    assert Client().get(f"{BASE}/units/{CREDIT}/99999").status_code == 404
    assert Client().get(f"{BASE}/certificates/THC-1").status_code == 404
    cache.clear()
    told = Client().get(f"{BASE}/statistics").json()
    assert (told["issued"], told["retired"]) == (700, 3)
    assert {row["label"] for row in told["projects"]} == {"SZPH-2026-000001", "SZPH-2026-000002"}


def test_every_fault_is_told_at_once_and_nothing_is_done(books: Books, program: Program) -> None:
    body = retirement()
    body["lots"] += [{"quantity": 1, "beneficiary": " ", "purpose": " "}]
    told = program.post("/retirements", body, "k1")
    assert told.status_code == 422
    assert len(told.json()["errors"]) == 2
    assert books.held("SHOP") == (100, 0)


def test_a_token_that_only_reads_retires_nothing(books: Books) -> None:
    reads = Program(books.user(books.hotel, "representative"), "credits:read")
    assert reads.post("/retirements", retirement(), "k1").status_code in (401, 403)
    other = Program(books.user(books.works, "representative"))
    assert other.post("/retirements", retirement(), "k1").status_code == 403
    assert books.held("SHOP") == (100, 0)


def test_cases_begin_and_go_on_through_the_api(books: Books, program: Program) -> None:
    begun = program.post(
        "/neutrality",
        {"organisation": books.hotel.pk, "subject": "a meeting", "begins": "2025-05-01", "ends": "2025-05-02"},
    )
    assert begun.status_code == 200
    where = begun.json()["case"]
    step = Client().post(f"{where}/calculate", {"given": {"heat": "10"}}, "application/json", headers=program.headers)
    assert step.json()["state"] == "calculated"
    told = program.get(f"/neutrality/{begun.json()['id']}").json()
    assert (told["emissions_t"], told["needed"]) == ("1.100000", 2)
    emitter = Program(books.user(books.works, "representative"))
    assert emitter.get(f"/neutrality/{begun.json()['id']}").status_code == 404
    offset = emitter.post("/offsets", {"organisation": books.works.pk, "year": 2025})
    assert emitter.get(f"/offsets/{offset.json()['id']}").json()["limit"] is None
    named = program.post("/holders", {"organisation": books.hotel.pk, "shown": True})
    assert named.json()["shown"] is True
    assert Client().get(f"{BASE}/units/{CREDIT}/2").json()["blocks"][0]["holder"] == "hotel"
