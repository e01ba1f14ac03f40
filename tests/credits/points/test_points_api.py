"""What a page does, the API does: operators by mandate, persons by key, the bureau by right."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from tests.credits.points.conftest import City, today

from tanheng.credits.intake.mandates import known_mandates
from tanheng.credits.points.actions import do_offer_good
from tanheng.credits.points.models import Mandate, Person, Redemption
from tanheng.credits.points.shop import GoodIn
from tanheng.people.actions import do_create_token
from tanheng.people.models import Role, User

ROOT = "/api/credits/points"


class Api:
    """A client with a token, or with a person's key."""

    def __init__(self, key: str) -> None:
        self.client = Client(headers={"Authorization": f"Bearer {key}"})

    @classmethod
    def of(cls, user: User, *scopes: str) -> Api:
        return cls(do_create_token("t", list(scopes or ("credits:read", "credits:write")), acting_user=user)[1])

    def get(self, path: str) -> tuple[int, Any]:
        answer = self.client.get(ROOT + path)
        return answer.status_code, json.loads(answer.content)

    def post(self, path: str, body: Any = None, key: str = "") -> tuple[int, Any]:
        headers = {"Idempotency-Key": key} if key else {}
        answer = self.client.post(ROOT + path, json.dumps(body or {}), content_type="application/json", headers=headers)
        return answer.status_code, json.loads(answer.content) if answer.content else None


@pytest.fixture
def operator(city: City) -> Api:
    return Api.of(city.operator)


@pytest.fixture
def officer(city: City) -> Api:
    return Api.of(city.officer)


def enrolled(city: City, operator: Api, reference: str = "r-000001") -> dict[str, Any]:
    status, told = operator.post(f"/applications/{city.bus.pk}/persons", {"persons": [{"reference": reference}]})
    assert status == 200, told
    person: dict[str, Any] = told["persons"][0]
    return person


def test_an_operator_enrols_some_at_once_and_again_without_harm(city: City, operator: Api):
    what = {"persons": [{"reference": f"r-00000{n}"} for n in range(3)]}
    status, first = operator.post(f"/applications/{city.bus.pk}/persons", what)
    again = operator.post(f"/applications/{city.bus.pk}/persons", what)[1]
    assert status == 200 and all(each["key"] for each in first["persons"])
    assert [(each["person"], each["key"]) for each in again["persons"]] == [
        (each["person"], None) for each in first["persons"]
    ]


def test_of_some_that_are_not_all_right_none_is_enrolled(city: City, operator: Api):
    what = {"persons": [{"reference": "r-000001"}, {"reference": "13800138000"}]}
    status, told = operator.post(f"/applications/{city.bus.pk}/persons", what)
    assert status == 422 and "13800138000" not in json.dumps(told) and not Person.objects.exists()


def test_another_operators_application_is_not_there(city: City, operator: Api):
    other = Api.of(city.user("bike", Role.REPRESENTATIVE))
    person = enrolled(city, operator)["person"]
    paths = ("persons", f"persons/{person}/withdraw", f"persons/{person}/key", f"persons/{person}/redemptions")
    for number, path in enumerate(paths):
        body = {"persons": [{"reference": "r-000009"}]} if path == "persons" else {"good": 1}
        assert other.post(f"/applications/{city.bus.pk}/{path}", body, key=f"k{number}")[0] in (403, 404), path
    assert other.get(f"/applications/{city.bus.pk}/persons")[0] == 404
    assert Mandate.objects.filter(withdrawn_at=None).count() == 1


def test_an_operator_redeems_withdraws_and_renews_by_mandate(city: City, operator: Api, officer: Api):
    person = enrolled(city, operator)
    city.grant((person["person"], today(), 20))
    good = officer.post("/goods", {"name_zh": "票", "name_en": "ticket", "price": 4, "stock": 9})[1]["id"]
    at = f"/applications/{city.bus.pk}/persons/{person['person']}"
    first = operator.post(f"{at}/redemptions", {"good": good, "quantity": 2}, key="abc")
    assert first[0] == 201 and operator.post(f"{at}/redemptions", {"good": good, "quantity": 2}, key="abc") == first
    assert operator.post(f"{at}/redemptions", {"good": good})[0] == 400, "what uses points wants a key"
    assert operator.get(f"/applications/{city.bus.pk}/persons")[1]["items"][0]["points"] == 20
    new = operator.post(f"{at}/key")[1]["key"]
    assert Api(person["key"]).get("/mine")[0] == 401 and Api(new).get("/mine")[1] == {"free": 12, "set_aside": 8}
    assert operator.post(f"{at}/withdraw")[1]["withdrawn_at"]
    assert operator.post(f"{at}/redemptions", {"good": good}, key="z")[0] == 404


def test_a_person_does_by_key_what_the_pages_do(city: City, operator: Api, officer: Api):
    person = enrolled(city, operator)
    city.grant((person["person"], today(), 20))
    good = officer.post("/goods", {"name_zh": "票", "name_en": "ticket", "price": 4, "stock": 9})[1]["id"]
    own = Api(person["key"])
    assert own.get("/mine")[1] == {"free": 20, "set_aside": 0}
    assert own.get(f"/mine/days?first={today()}&last={today()}")[1][0]["granted"] == 20
    assert own.post("/mine/redemptions", {"good": good}, key="k")[0] == 201
    assert own.post("/mine/redemptions", {"good": good}, key="k")[0] == 201 and Redemption.objects.count() == 1
    assert own.post("/mine/redemptions", {"good": good, "quantity": 9}, key="m")[0] == 422
    [mandate] = own.get("/mine/mandates")[1]
    assert own.post(f"/mine/mandates/{mandate['id']}/withdraw")[1]["withdrawn_at"]
    assert own.get("/mine/data")[1]["pseudonym"] == person["person"]
    assert own.post("/mine/code")[1]["code"].count("-") == 2
    new = Api(own.post("/mine/key")[1]["key"])
    assert own.get("/mine")[0] == 401
    assert new.post("/mine/erase")[1]["points"] == 16
    assert new.get("/mine")[0] == 401 and not Person.objects.exists()


def test_a_token_of_staff_is_no_key_of_a_person_and_the_other_way_round(city: City, operator: Api, officer: Api):
    assert officer.get("/mine")[0] == 401
    assert Api(enrolled(city, operator)["key"]).get("/goods")[0] == 401


def test_the_shop_can_be_read_by_anybody(city: City):
    do_offer_good(GoodIn("票", "ticket", 3, 5), offered_by=None, acting_user=city.officer)
    answer = Client().get(f"{ROOT}/shop")
    assert [each["price"] for each in json.loads(answer.content)["items"]] == [3]


def test_the_bureau_cancels_gives_back_counts_and_erases(city: City, operator: Api, officer: Api):
    person = enrolled(city, operator)
    city.grant((person["person"], today(), 20))
    good = officer.post("/goods", {"name_zh": "票", "name_en": "ticket", "price": 4, "stock": 9})[1]["id"]
    own = Api(person["key"])
    made = [own.post("/mine/redemptions", {"good": good}, key=f"k{n}")[1]["id"] for n in range(2)]
    assert officer.post(f"/redemptions/{made[0]}/back", {"why": "sold out"})[1]["state"] == "returned"
    assert officer.post("/gatherings")[1]["gatherings"][0]["points"] == 4
    figures = officer.get("/statistics")[1]
    assert {name: figures[name] for name in ("granted", "held", "set_aside", "cancelled", "lapsed")} == {
        "granted": 20, "held": 16, "set_aside": 0, "cancelled": 4, "lapsed": 0
    }  # fmt: skip
    assert figures["applications"] == [{"application": "bus", "persons": None}], "one person could be told by it"
    assert officer.post(f"/persons/{person['person']}/erase", {"reason": "letter"})[1]["points"] == 16
    after = officer.get("/statistics")[1]
    assert (after["lapsed"], after["held"], after["erased"], after["granted"]) == (16, 0, 1, 20)


@pytest.mark.parametrize("organisation", ["bureau", "branch", "bus", "emitter"])
@pytest.mark.parametrize("role", Role.values)
def test_who_reads_and_does_what_of_the_city(city: City, organisation: str, role: str):
    """Figures of all persons are the bureau's; only its officer grants, cancels and erases."""
    api = Api.of(city.user(organisation, role))
    person = Api.of(city.operator).post(
        f"/applications/{city.bus.pk}/persons", {"persons": [{"reference": "r-000001"}]}
    )[1]["persons"][0]["person"]
    reads = organisation == "bureau" and role != "administrator"
    keeps = (organisation, role) == ("bureau", "officer")
    assert api.get("/statistics")[0] == (200 if reads else 403)
    assert api.post("/gatherings")[0] == (200 if keeps else 403)
    assert api.post("/grantings", {"run": 1})[0] == 404, "there is no such run, or not for this reader"
    assert api.post(f"/persons/{person}/erase", {"reason": "letter"})[0] == (200 if keeps else 404)
    # Persons of an application: its own people, the bureau, and a branch of its district; an administrator none.
    sees = role != "administrator" and (
        (organisation == "bureau" and role in ("officer", "approver", "auditor", "reader"))
        or (organisation == "bus" and role not in ("officer", "expert"))
        or (organisation == "branch" and role in ("officer", "auditor", "reader"))
    )  # fmt: skip
    assert api.get(f"/applications/{city.bus.pk}/persons")[0] == (200 if sees else 404)


def test_intake_is_told_who_gave_the_mandate(city: City, operator: Api):
    person = enrolled(city, operator)["person"]
    knows = known_mandates()
    assert knows is not None
    asked = [person, "11111111-1111-4111-8111-111111111111", "13800138000", person.upper()]
    assert set(knows(city.bus.pk, asked)) == {person}
    assert set(knows(city.bike.pk, asked)) == set()
    operator.post(f"/applications/{city.bus.pk}/persons/{person}/withdraw")
    assert set(knows(city.bus.pk, asked)) == set()
