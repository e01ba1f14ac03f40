"""The programming interface as pages: all of the description, nothing else, in the reader's language."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client

from tanheng.portal.api import api
from tanheng.portal.interface_pages import SUBJECTS, operations

pytestmark = pytest.mark.usefixtures("db")


def page(client: Client, address: str, language: str = "en") -> str:
    answer = client.get(address, headers={"accept-language": language})
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def test_every_operation_of_the_description_is_on_the_page_of_its_subject(client: Client) -> None:
    schema = api.get_openapi_schema()
    described = {(method.upper(), path) for path, methods in schema["paths"].items() for method in methods}
    assert {(each.method, each.path) for each in operations()} == described
    for subject in SUBJECTS:
        found = set(re.findall(r"<summary><code>(\w+) ([^<]+)</code>", page(client, f"/interface/{subject}/")))
        assert found == {(each.method, each.path) for each in operations() if each.subject == subject} and found


def test_an_operation_says_what_it_takes_and_how_it_is_called(client: Client) -> None:
    reserve = next(each for each in operations() if each.path == "/api/ledger/reservations" and each.method == "POST")
    taken = {each.name: each for each in reserve.takes}
    assert taken["quantity"].required and taken["quantity"].place == "body"
    assert taken["Idempotency-Key"].place == "header" and not taken["Idempotency-Key"].required
    assert reserve.example.startswith("curl -X POST \\\n") and '"$ADDRESS/api/ledger/reservations"' in reserve.example
    assert "localhost" not in reserve.example and "://" not in reserve.example
    assert "a token of a person; a signed-in session" in page(client, "/interface/ledger/")


def test_anchors_are_one_each() -> None:
    anchors = [each.anchor for each in operations()]
    assert len(set(anchors)) == len(anchors) and all(re.fullmatch(r"[a-z][a-zA-Z0-9-]*", each) for each in anchors)


def test_words_find_operations_and_wrong_ones_are_told(client: Client) -> None:
    found = page(client, "/interface/?q=retire+certificate")
    assert "/api/credits/" in found and "/api/quiet/monitors" not in found
    assert "No operation has these words." in page(client, "/interface/?q=zeppelin")


def test_it_is_in_both_languages_and_where_people_look_for_it(client: Client) -> None:
    chinese = page(client, "/interface/", "zh-hans")
    assert "编程接口" in chinese and "如何开始" in chinese and "账户、单位与划转" in chinese and "碳普惠" in chinese
    assert client.get("/api/docs", follow=True).redirect_chain[-1][0] == "/interface/"
    assert 'href="/interface/"' in page(client, "/")
    assert client.get("/interface/nothing/").status_code == 404
