"""What a page of decisions does, a program does; and anybody reads the register."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from tests.people.cast import Cast
from tests.portal.shelf import LATEST

from tanheng.people.actions import do_create_token
from tanheng.people.models import Approval
from tanheng.transparency.sealing import seal

NEW = {"run": LATEST, "measure": "inventory", "reason": "two years in a row", "public": True}


@pytest.fixture
def officer(cast: Cast) -> Any:
    return program(cast, "bureau", "officer", "decisions:read", "decisions:write")


def program(cast: Cast, organisation: str, role: str, *scopes: str) -> Any:
    _token, key = do_create_token("test", list(scopes), acting_user=cast.user(organisation, role))
    return Client(headers={"authorization": f"Bearer {key}"})


def post(client: Client, path: str, body: dict[str, Any]) -> Any:
    return client.post(f"/api/decisions{path}", body, content_type="application/json")


def test_a_program_publishes_reads_proves_and_withdraws(officer: Client):
    made = post(officer, "", {**NEW, "decisions": ["warn-city-2024"]})
    assert made.status_code == 200, made.content
    (row,) = made.json()["decisions"]
    assert row["two_persons"] is False and row["proposes"]["zh"].endswith("黄色预警")
    seal()
    proof = officer.get(f"{row['url']}/proof").json()
    assert proof["kind"] == 10 and '"decision":"warn-city-2024"' in proof["body"]
    register = Client().get("/api/decisions/register?state=standing").json()
    assert [each["id"] for each in register["items"]] == [row["id"]]
    gone = post(officer, f"/{row['id']}/withdraw", {"reason": "the year was corrected"})
    assert gone.json()["decisions"][0]["withdrawal"]["reason"] == "the year was corrected"
    assert Client().get("/api/decisions/register?state=standing").json()["items"] == []


def test_what_binds_somebody_answers_with_the_request(officer: Client):
    made = post(officer, "", {**NEW, "decisions": ["list-F00001"]}).json()
    assert made["decisions"] == [] and made["approval"] == f"/api/people/approvals/{Approval.objects.get().pk}"
    proposed = officer.get(f"/api/decisions/proposed?run={LATEST}&measure=inventory").json()
    assert [(each["id"], each["binds"], each["approval"] is None) for each in proposed] == [
        ("warn-city-2024", False, True),
        ("list-F00001", True, False),
        ("list-F00002", True, True),
    ]
    assert proposed[2]["undetermined"]["en"] == "fuel_use.mass_t was not reported"


@pytest.mark.parametrize(
    ("organisation", "role", "scope", "status"),
    [
        ("bureau", "officer", "decisions:read", 403),  # a scope only narrows
        ("bureau", "approver", "decisions:write", 403),
        ("emitter", "representative", "decisions:write", 403),
    ],
)
def test_who_may_not_publish_is_refused(organisation: str, role: str, scope: str, status: int, cast: Cast):
    client = program(cast, organisation, role, scope)
    assert post(client, "", {**NEW, "decisions": ["warn-city-2024"]}).status_code == status


def test_a_stranger_reads_the_register_alone(cast: Cast):
    assert Client().get("/api/decisions").status_code == 401
    assert Client().get(f"/api/decisions/proposed?run={LATEST}&measure=inventory").status_code == 401


def test_what_is_wrong_is_told_as_a_problem(officer: Client):
    answer = post(officer, "", {**NEW, "decisions": ["nothing"]})
    assert answer.status_code == 422 and answer["Content-Type"].startswith("application/problem+json")
    assert post(officer, "", {**NEW, "run": "ffff", "decisions": ["warn-city-2024"]}).status_code == 404
