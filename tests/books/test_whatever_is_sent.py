"""Whatever is sent to the API, by whomever, is answered: as described, or with a problem that says what is wrong.

Requests are made from the API's own description by schemathesis, good ones and spoilt ones.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests
import schemathesis
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance
from tests.books.things import Things

from tanheng.portal.api import api

SCHEMA = schemathesis.openapi.from_dict(dict(api.get_openapi_schema()))
ALL: Any = SCHEMA.get_all_operations()
OPERATIONS: dict[str, Any] = {found.label: found for found in (each.ok() for each in ALL)}
CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]


@schemathesis.serializer("application/x-ndjson")
def lines(context: Any, value: Any) -> bytes:
    """Events, one a line; what is no list is sent as it comes."""
    return "\n".join(json.dumps(each) for each in (value if isinstance(value, list) else [value])).encode()


PARTS = ["people", "ledger", "jobs", "tables", "comparisons", "decisions", "log", "credits", "quiet"]
OF_OPERATORS = ("/api/credits/applications", "/api/credits/points/applications")


@pytest.mark.parametrize("part", PARTS)
def test_no_request_is_a_fault_of_ours(part: str, things: Things):
    labels = [label for label in OPERATIONS if f" /api/{part}" in label]
    assert labels
    for label in labels:
        try_out(label, things)


def test_no_two_things_are_described_under_one_name():
    """Else the description of one stands for both, and who builds on it is told wrong things."""
    known: dict[str, object] = {}
    for router in api._get_bound_routers():
        for view in router.path_operations.values():
            models: list[Any] = [model for each in view.operations for model in each.response_models.values()]
            models += [model for each in view.operations for model in each.models]
            for model in models:
                if isinstance(model, type):
                    for name, schema in model.model_json_schema().get("$defs", {}).items():  # type: ignore[attr-defined]
                        assert known.setdefault(name, schema) == schema, name


def test_every_part_is_tried():
    assert {label.split("/")[2] for label in OPERATIONS} == {*PARTS}


def try_out(label: str, things: Things) -> None:
    """Send many requests to an address, each in a transaction that is taken back."""
    operation, cast, known = OPERATIONS[label], things.cast, things.here(label.split(" ")[1])
    callers: list[Any] = [cast.user("bureau", role) for role in ("administrator", "officer", "auditor")]
    callers += [cast.user("emitter", role) for role in ("representative", "administrator", "approver")] + [None]
    if label.split(" ")[1].startswith(OF_OPERATORS):
        callers.append(cast.user("operator", "representative"))

    # As it was found: to make a request of many parts small takes minutes.
    @settings(max_examples=10, database=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(
        case=st.one_of(
            operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
            operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
            operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
        ),
        who=st.sampled_from(callers),
        real=st.sampled_from([True, True, False]),
    )
    def try_it(case: Any, who: Any, real: bool) -> None:
        note(label)
        if real:
            for members in (case.path_parameters, case.body if isinstance(case.body, dict) else {}):
                members.update({name: known[name] for name in members.keys() & known.keys()})
        with transaction.atomic():
            answer = send(case, who)
            transaction.set_rollback(True)
        case.validate_response(answer, checks=CHECKS)
        assert answer.status_code != 405, "it is described, and cannot be reached"
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == ["application/problem+json"]
            assert json.loads(answer.content)["code"]

    try_it()


def send(case: Any, who: Any) -> schemathesis.Response:
    """Through Django's test client; the answer as schemathesis reads it."""
    request = requests.Request(**case.as_transport_kwargs(base_url="http://localhost")).prepare()
    client = Client(raise_request_exception=False)
    if who is not None:
        client.force_login(who)
    # What is made up as a sign-in is left to who has none. Nothing here undoes a compressed answer.
    without = {"Accept-Encoding", "Content-Length", "Cookie"} | ({"Authorization"} if who is not None else set())
    headers = {name: str(value) for name, value in request.headers.items() if name not in without}
    body: Any = request.body or b""
    found: Any = client.generic(
        str(request.method),
        request.path_url,
        body if isinstance(body, bytes) else body.encode(),
        content_type=headers.pop("Content-Type", "application/json"),
        headers=headers,
    )
    return schemathesis.Response(
        status_code=found.status_code,
        headers={name: [value] for name, value in found.headers.items()},
        content=b"".join(found.streaming_content) if found.streaming else found.content,
        request=request,
        elapsed=0.0,
        verify=True,
    )
