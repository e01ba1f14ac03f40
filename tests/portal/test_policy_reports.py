"""What browsers report may be sent by anybody: little is believed, little is kept, and no log is filled."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tanheng.web import policy_reports
from tanheng.web.models import PolicyReport
from tanheng.web.policy_reports import BYTES_MOST, KEPT_MOST, Reported, count

pytestmark = pytest.mark.django_db
TAKE = "/policy-reports/take/"


def report(page: str = "http://testserver/book/?q=private", blocked: str = "inline", **said: Any) -> dict[str, Any]:
    return {"csp-report": {"document-uri": page, "effective-directive": "script-src", "blocked-uri": blocked, **said}}


def send(body: Any, kind: str = "application/csp-report", client: Client | None = None) -> int:
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    return (client or Client()).post(TAKE, text, content_type=kind).status_code


def test_every_answer_says_where_to_report():
    assert f"report-uri {TAKE}" in Client().get("/")["Content-Security-Policy"]


def test_both_forms_are_taken_and_the_same_is_counted():
    assert send(report()) == 204 and send(report()) == 204
    body = {"documentURL": "http://testserver/book/", "effectiveDirective": "script-src", "blockedURL": "inline"}
    api = [{"type": "csp-violation", "body": {**body, "sample": "alert(1)"}}]
    assert send(api, "application/reports+json") == 204
    one = PolicyReport.objects.get()
    assert (one.page, one.directive, one.blocked, one.times) == ("/book/", "script-src", "inline", 3)


def test_what_is_private_in_an_address_is_not_kept():
    send(report(blocked="https://evil.example/x.js?token=secret#part"))
    assert PolicyReport.objects.get().blocked == "https://evil.example/x.js"
    assert "private" not in PolicyReport.objects.get().page


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("{", "application/csp-report", 400),
        ('"x"', "application/csp-report", 400),
        ("{}", "application/csp-report", 400),
        ("x", "text/plain", 415),
        (json.dumps(report(sample="x" * BYTES_MOST)), "application/csp-report", 413),
        (json.dumps([1, None, {"body": 7}]), "application/reports+json", 204),
        (json.dumps(report(page="http://elsewhere.example/")), "application/csp-report", 204),
        (json.dumps({"csp-report": {"document-uri": ["x"]}}), "application/csp-report", 204),
    ],
)
def test_what_is_no_report_of_ours_is_not_kept(body: str, kind: str, status: int, caplog: pytest.LogCaptureFixture):
    assert send(body, kind) == status
    assert not PolicyReport.objects.exists() and caplog.records == []


def test_markup_in_a_report_stays_text_and_texts_are_short():
    send(report(**{"script-sample": "<script>alert(1)</script>" + "x" * 900}))
    assert len(PolicyReport.objects.get().sample) == 200


def test_a_flood_fills_neither_the_table_nor_a_log():
    for number in range(KEPT_MOST + 20):
        count(Reported(f"/{number}", "script-src", "inline"))
    assert PolicyReport.objects.count() == KEPT_MOST
    count(Reported("/0", "script-src", "inline"))
    assert PolicyReport.objects.get(page="/0").times == 2, "what is known is counted on"
    answers = [send(report(page=f"http://testserver/{number}")) for number in range(11)]
    assert answers[-1] == 429


def test_what_is_old_is_forgotten():
    count(Reported("/", "script-src", "inline"))
    assert policy_reports.forget() == 0
    PolicyReport.objects.update(last_at="2020-01-01T00:00:00Z")
    assert policy_reports.forget() == 1
