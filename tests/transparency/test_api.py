"""Anyone may ask the log, without signing in; none of its answers tells what a row says."""

import json

import pytest
from django.test import Client, override_settings
from django.urls import path

from tanheng.transparency.api import router
from tanheng.transparency.sealing import seal
from tanheng.transparency.verification import verify
from tanheng.web.api import Api

api = Api(title="The log", urls_namespace="log-alone")
api.add_router("log", router)
urlpatterns = [path("api/", api.urls)]


@pytest.fixture
def log(deeds):
    """A client of a log of three rows, one of them a secret, in two heads."""
    deeds.do("one", "a secret")
    seal()
    deeds.do("three")
    seal()
    with override_settings(ROOT_URLCONF=__name__, SECURE_SSL_REDIRECT=False):
        yield Client(raise_request_exception=False)


def test_the_proof_that_anyone_gets_holds_and_keeps_the_row_to_itself(log, tmp_path):
    answer = log.get("/api/log/entries/77/2/proof")
    assert answer.status_code == 200
    assert b"secret" not in answer.content
    file = tmp_path / "proof.json"
    file.write_bytes(answer.content)
    assert verify(file, body='{"id" : 2, "what" : "a secret"}').said == "the row is entry 1 of the log of 3 entries"


def test_the_consistency_of_two_heads_is_shown(log, tmp_path):
    file = tmp_path / "proof.json"
    file.write_bytes(log.get("/api/log/consistency?old=2").content)
    assert verify(file).said == "the log of 3 entries holds that of 2 unchanged"


def test_the_whole_log_can_be_had_as_hashes(log, tmp_path):
    answer = log.get("/api/log/export")
    file = tmp_path / "log.jsonl"
    file.write_bytes(b"".join(answer.streaming_content))
    assert b"secret" not in file.read_bytes()
    key = log.get("/api/log/key").json()["key"]
    assert verify(file, key=key).said == "3 entries (hashes only, without bodies) under 2 signed heads"


def test_heads_come_in_pages_the_newest_first(log):
    first = log.get("/api/log/heads?limit=1").json()
    second = log.get(f"/api/log/heads?limit=1&cursor={first['next']}").json()
    assert [head["size"] for head in first["items"] + second["items"]] == [3, 2]
    assert second["next"] is None
    assert log.get("/api/log/head?size=2").json() == second["items"][0]
    assert log.get("/api/log/head").json() == first["items"][0]


@pytest.mark.parametrize(
    "address",
    ["entries/77/4/proof", "entries/78/1/proof", "entries/77/3/proof?size=2", "head?size=1", "consistency?old=1"],
)
def test_what_cannot_be_proved_is_not_found(log, address):
    answer = log.get(f"/api/log/{address}")
    assert (answer.status_code, answer.json()["code"]) == (404, "log.no-proof")


@pytest.mark.parametrize("address", [f"entries/1/{2**63}/proof", "entries/40000/1/proof", "head?size=0", "consistency"])
def test_what_no_log_can_have_is_refused(log, address):
    assert log.get(f"/api/log/{address}").status_code == 422


def test_an_empty_log_has_no_head(deeds):
    with override_settings(ROOT_URLCONF=__name__, SECURE_SSL_REDIRECT=False):
        client = Client(raise_request_exception=False)
        assert client.get("/api/log/head").status_code == 404
        assert client.get("/api/log/export").status_code == 404
        assert client.get("/api/log/heads").json() == {"items": [], "next": None}
        assert json.loads(client.get("/api/log/key").content)["kinds"] == {"77": "deed"}
