"""Everything that the pages of applications do is done from outside too, within scopes, and told the same."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from tests.credits.intake.sending import TYPE, event, lines, person, send
from tests.people.cast import Cast

from tanheng.credits.intake.models import Application, Batch
from tanheng.credits.intake.working_out import work_out
from tanheng.jobs.models import Job
from tanheng.people.actions import do_create_token
from tanheng.people.models import User
from tanheng.people.rights import HOUSE

ROOT = "/api/credits/applications"
SCOPES = ["credits:read", "credits:write", "events:write"]


class Program:
    """A program that acts for a user within scopes."""

    def __init__(self, user: User, scopes: list[str] | None = None) -> None:
        key = do_create_token("test", scopes or SCOPES, acting_user=user)[1]
        self.client = Client(headers={"Authorization": f"Bearer {key}"})

    def get(self, address: str) -> Any:
        return self.client.get(f"{ROOT}{address}")

    def post(self, address: str, body: Any, **headers: str) -> Any:
        return self.client.post(f"{ROOT}{address}", body, content_type="application/json", headers=headers)


@pytest.fixture
def new(cast: Cast) -> dict[str, Any]:
    return {
        "organisation": cast.organisation("operator").pk,
        "name": "Rides",
        "scenes": ["public_transport"],
        "about": "gates",
        "protection": "pseudonyms only",
    }


def test_an_application_is_registered_once_for_each_key(operator: User, new: dict[str, Any]):
    program = Program(operator)
    answers = [program.post("", new, **{"Idempotency-Key": "k"}) for _ in range(2)]
    assert [each.status_code for each in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert Application.objects.count() == 1
    assert program.get(f"/{answers[0].json()['id']}").json()["number"] == Application.objects.get().number


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"scenes": ["time_travel"]}, "intake.E002"),
        ({"scenes": []}, "intake.E002"),
        ({"name": " "}, "people.E010"),
        ({"protection": ""}, "people.E010"),
        ({"address": "nowhere"}, "people.E010"),
    ],
)
def test_what_does_not_fit_is_told(operator: User, new: dict[str, Any], change: dict[str, Any], code: str):
    answer = Program(operator).post("", new | change)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, code)


def test_nobody_registers_for_another_operator_or_an_organisation_without_an_app(
    cast: Cast, operator: User, new: dict[str, Any]
):
    other = new | {"organisation": cast.organisation("other operator").pk}
    assert Program(operator).post("", other).status_code == 404
    emitter = Program(cast.user("emitter", "representative"))
    assert emitter.post("", new | {"organisation": cast.organisation("emitter").pk}).status_code == 403


def test_a_name_is_taken_once(cast: Cast, operator: User, new: dict[str, Any]):
    assert Program(operator).post("", new).status_code == 201
    other = Program(cast.user("other operator", "representative"))
    answer = other.post("", new | {"organisation": cast.organisation("other operator").pk})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "people.E010")


def test_a_key_is_made_listed_without_its_text_and_revoked(rides: Application, operator: User):
    program = Program(operator)
    made = program.post(f"/{rides.pk}/keys", {"name": "server", "days": 30})
    assert made.status_code == 201 and made.json()["key"].startswith("tanheng_app_")
    listed = program.get(f"/{rides.pk}/keys")
    assert made.json()["key"] not in listed.content.decode()
    key = listed.json()[0]["id"]
    assert program.post(f"/{rides.pk}/keys/{key}/revoke", {}).status_code == 204
    again = program.post(f"/{rides.pk}/keys/{key}/revoke", {})
    assert (again.status_code, again.json()["errors"][0]["code"]) == (422, "intake.E023")
    assert program.post(f"/{rides.pk}/keys", {"name": "server", "days": 9999}).status_code == 422


def test_the_bureau_sees_no_keys_and_makes_none(rides: Application, bureau: User):
    assert Program(bureau).get(f"/{rides.pk}/keys").json() == []
    assert Program(bureau).post(f"/{rides.pk}/keys", {"name": "mine"}).status_code == 403


def test_a_token_of_the_operator_with_the_scope_sends_and_one_without_does_not(rides: Application, operator: User):
    body = lines([event(1)])
    for scopes, status in ((["events:write"], 201), (["credits:write"], 403)):
        client = Program(operator, scopes).client
        assert client.post(f"{ROOT}/{rides.pk}/events", body, content_type=TYPE).status_code == status
    assert Batch.objects.filter(application=rides, sandbox=False).get().by == operator


def test_the_bureau_and_readers_cannot_send_in_an_operators_name(cast: Cast, rides: Application, bureau: User):
    for user in (bureau, cast.user("operator", "reader")):
        client = Program(user).client
        assert client.post(f"{ROOT}/{rides.pk}/events", lines([event(1)]), content_type=TYPE).status_code == 403
    other = Program(cast.user("other operator", "representative")).client
    assert other.post(f"{ROOT}/{rides.pk}/events", lines([event(1)]), content_type=TYPE).status_code == 404


def test_another_kind_of_body_is_refused(rides: Application, operator: User):
    client = Program(operator).client
    answer = client.post(f"{ROOT}/{rides.pk}/events", lines([event(1)]), content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (415, "intake.type")


def test_batches_are_told_as_they_were_answered(rides: Application, operator: User):
    batch = send(rides, [event(1), event(2, mode="tram")])
    program = Program(operator)
    newest = program.get(f"/{rides.pk}/batches?limit=1").json()["items"][0]
    assert newest == program.get(f"/{rides.pk}/batches/{batch.pk}").json()
    assert newest["refusals"] == [
        {"line": 2, "reason": "unknown_mode", "said": "is of a mode that the methodology does not know"}
    ]
    assert program.get(f"/{rides.pk}/batches/{batch.pk + 1000}").status_code == 404


@pytest.mark.usefixtures("published")
def test_what_was_worked_out_is_for_who_works_it_out(rides: Application, operator: User, bureau: User):
    send(rides, [event(1)])
    run = work_out(date(2026, 3, 1), date(2026, 3, 1), acting_user=HOUSE, tell=lambda step, part: None)
    program = Program(bureau)
    assert program.get(f"/workings/{run.pk}").json()["totals"][0]["reduction_g"] == 467
    (day,) = program.get(f"/workings/{run.pk}/persons/{person(1)}").json()
    assert (day["day"], day["reduction_g"], day["points"]) == ("2026-03-01", 467, None)
    assert Program(operator).get(f"/workings/{run.pk}").status_code == 404
    assert Program(operator).get("/workings").json()["items"] == []


def test_working_out_is_asked_for_by_who_may(operator: User, bureau: User):
    days = {"first": "2026-03-01", "last": "2026-03-02"}
    assert Program(operator).post("/workings", days).status_code == 403
    answer = Program(bureau).post("/workings", days)
    assert answer.status_code == 202
    assert Job.objects.get().arguments == days
    late = Program(bureau).post("/workings", {"first": "2026-03-02", "last": "2026-03-01"})
    assert (late.status_code, late.json()["errors"][0]["code"]) == (422, "intake.E030")
