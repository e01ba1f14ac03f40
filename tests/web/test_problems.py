"""A client learns everything that is wrong with its request, and nothing that is not its business."""

import json
from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def post(shop: Client, body: Any) -> Any:
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    return shop.post("/api/orders", text, content_type="application/json")


def test_all_faults_of_a_request_come_at_once(shop):
    answer = shop.post("/api/orders?limit=0", '{"kind": -3, "quantity": "many"}', content_type="application/json")
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["code"] == "web.invalid"
    assert {(fault["in"], fault["pointer"], fault.get("value")) for fault in problem["errors"]} == {
        ("query", "/limit", "0"),
        ("body", "/kind", "-3"),
        ("body", "/quantity", "many"),
    }


def test_a_missing_field_is_named(shop):
    faults = post(shop, {}).json()["errors"]
    assert {fault["pointer"] for fault in faults} == {"/kind", "/quantity"}


def test_a_password_is_not_repeated(shop):
    answer = post(shop, {"kind": 1, "quantity": 1, "password": "hunter2"})
    assert answer.status_code == 422
    assert b"hunter2" not in answer.content


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('{"kind": 1, "kind": 2, "quantity": 1}', "said twice in one object: kind"),
        ('{"kind": 1, "quantity": NaN}', "NaN"),
        ('{"kind": 1,\n "quantity": }', "line 2"),
        (b'{"kind": "\xff"}', "UTF-8"),
        ("[" * 100_000, ""),
        ('{"kind": ' + "9" * 5000 + "}", ""),
    ],
)
def test_a_body_that_can_be_read_in_two_ways_or_in_none_is_refused(shop, body, said):
    answer = post(shop, body)
    assert answer.status_code == 400
    assert answer.json()["code"] == "web.not-json"
    assert said in answer.json()["detail"]


@pytest.mark.parametrize("text", ["a\\u0000b", "\\ud800"])
def test_text_that_a_database_cannot_keep_is_refused_with_its_place(shop, text):
    answer = post(shop, '{"kind": 1, "quantity": 1, "more": ["' + text + '"]}')
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/more/0"


def test_an_escaped_backslash_is_no_nul(shop):
    assert post(shop, '{"kind": 1, "quantity": 1, "more": "\\\\u0000"}').status_code == 201


def test_nul_in_an_address_is_no_fault_of_ours(shop):
    assert shop.get("/api/orders?cursor=%00").status_code == 422
    assert shop.get("/api/ord%00ers").status_code == 404


def test_an_exception_of_an_app_is_told_in_its_words(shop):
    answer = post(shop, {"kind": 1, "quantity": 999})
    assert (answer.status_code, answer.json()["code"]) == (409, "shop.out-of-stock")
    assert answer.json()["detail"] == "There is no apple left."


def test_a_problem_carries_its_faults(shop):
    problem = shop.get("/api/refused").json()
    assert problem["title"] == "The shop is closed"
    assert [fault["pointer"] for fault in problem["errors"]] == ["/day", "/hour"]


def test_a_fault_of_ours_tells_nothing_of_the_inside(shop):
    answer = post(shop, {"kind": 1, "quantity": 500})
    assert answer.status_code == 500
    assert answer["Content-Type"] == "application/problem+json"
    assert b"secret" not in answer.content


def test_a_value_that_the_database_cannot_hold_is_the_sender_s(shop):
    assert post(shop, {"kind": 1, "quantity": 422}).status_code == 422


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer x"}, {"Authorization": "nonsense"}])
def test_who_has_no_token_is_told_how_to_bring_one(shop, headers):
    answer = shop.get("/api/members-only", headers=headers)
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert answer["Content-Type"] == "application/problem+json"
    assert "Authorization: Bearer" in answer.json()["detail"]


def test_a_body_that_is_too_large_is_told_so(shop):
    answer = post(shop, '{"kind": 1, "quantity": 1, "more": "' + "x" * 3_000_000 + '"}')
    assert (answer.status_code, answer.json()["code"]) == (413, "web.too-large")


@pytest.mark.parametrize(
    "address", ["/api/%ff", "/api/orders?cursor=%ff", "/api/orders?limit=1&limit=x", "/api/orders?limit"]
)
def test_an_odd_address_is_no_fault_of_ours(shop, address):
    answer = shop.get(address)
    assert 400 <= answer.status_code < 500
    assert answer["Content-Type"] == "application/problem+json"


def test_a_host_that_is_not_served_is_refused_as_a_problem(shop):
    answer = shop.get("/api/orders", headers={"Host": "elsewhere.example"})
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_no_such_address_and_no_such_method_are_problems(shop):
    for answer, status in ((shop.get("/api/nowhere"), 404), (shop.delete("/api/orders"), 405)):
        assert answer.status_code == status
        assert answer["Content-Type"] == "application/problem+json"
    assert set(answer["Allow"].split(", ")) == {"GET", "POST"}


def test_the_description_says_that_every_operation_may_answer_with_a_problem(shop):
    schema = shop.get("/api/openapi.json").json()
    for operations in schema["paths"].values():
        for method, operation in operations.items():
            assert "application/problem+json" in operation["responses"]["default"]["content"]
            names = {parameter["name"] for parameter in operation["parameters"]}
            assert ("Idempotency-Key" in names) == (method == "post")
