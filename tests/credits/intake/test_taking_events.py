"""What operators send is taken once, line by line, and nothing of it is half taken."""

from __future__ import annotations

import gzip
import hashlib
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from tests.credits.intake.sending import TYPE, event, lines, opened, person, register, send
from tests.people.cast import Cast

from tanheng.cases.taking import take
from tanheng.credits.intake import limits, mandates
from tanheng.credits.intake.actions import do_create_key, do_revoke_key
from tanheng.credits.intake.keeping import file_of
from tanheng.credits.intake.models import Application, Batch
from tanheng.people.models import AuditEntry, User
from tanheng.people.rights import HOUSE
from tanheng.problems import InputRejected


@pytest.fixture
def key(rides: Application, operator: User) -> str:
    return do_create_key(rides, "server", acting_user=operator)[1]


def post(application: Application, body: bytes, key: str, **headers: str) -> Any:
    return Client().post(
        f"/api/credits/applications/{application.pk}/events",
        body,
        content_type=TYPE,
        headers={"Authorization": f"Bearer {key}", **headers},
    )


def test_what_is_answered_as_taken_lies_in_a_file_of_that_hash(rides: Application, key: str):
    answer = post(rides, lines([event(1), event(2)]), key)
    told = answer.json()
    assert answer.status_code == 201
    assert (told["lines"], told["taken"], told["copies"], told["refused"]) == (2, 2, 0, 0)
    file = file_of(told["file_digest"])
    assert hashlib.sha256(file.read_bytes()).hexdigest() == told["file_digest"]
    rows = pq.read_table(file).to_pylist()
    assert [(row["event_id"], row["person"], row["quantity"], row["line"]) for row in rows] == [
        ("T1", person(1), 10.0, 1),
        ("T2", person(1), 10.0, 2),
    ]
    assert {row["application"] for row in rows} == {rides.number}


def test_each_faulty_line_is_told_with_its_reason_and_the_others_are_taken(rides: Application, key: str):
    tomorrow = limits.today() + timedelta(days=1)
    faulty = {
        "not_json": b'{"event_id": "F1",',
        "unknown_field": event(1, event_id="F2", phone="13800138000"),
        "repeated_field": b'{"event_id": "F3", "event_id": "F4"}',
        "no_id": event(1, event_id=""),
        "no_pseudonym": event(1, event_id="F5", person="13800138000"),
        "no_time": event(1, event_id="F6", at="this morning"),
        "in_future": event(1, event_id="F7", at=f"{tomorrow} 08:00:00", until=None),
        "wrong_end": event(1, event_id="F8", until="2026-03-01 07:00:00"),
        "no_quantity": event(1, event_id="F9", quantity="many"),
        "negative": event(1, event_id="F10", quantity=-1),
        "other_scene": event(1, event_id="F11", scene="shared_bicycle", mode="bicycle"),
        "unknown_mode": event(1, event_id="F12", mode="tram"),
        "wrong_unit": event(1, event_id="F13", unit="mile"),
        "too_much": event(1, event_id="F14", quantity=1e10),
    }
    rows = [row if isinstance(row, bytes) else json.dumps(row).encode() for row in faulty.values()]
    told = post(rides, b"\n".join([json.dumps(event(0)).encode(), *rows]), key).json()
    assert told["taken"] == 1
    assert {each["line"]: each["reason"] for each in told["refusals"]} == dict(enumerate(faulty, 2))
    assert "13800138000" not in json.dumps(told), "what may be of a person is repeated nowhere"


def test_of_one_id_in_a_batch_copies_count_once_and_contradictions_not_at_all(rides: Application, key: str):
    told = post(rides, lines([event(1), event(1), event(2), event(2, quantity=20), event(3)]), key).json()
    assert (told["taken"], told["copies"], told["refused"]) == (2, 1, 2)
    assert [(each["line"], each["reason"]) for each in told["refusals"]] == [(3, "conflicting"), (4, "conflicting")]


def test_a_batch_sent_again_is_answered_as_before_and_taken_once(rides: Application, key: str):
    body = lines([event(1)])
    before = Batch.objects.count()
    first = post(rides, body, key, **{"Idempotency-Key": "march-1"})
    by_key = post(rides, body, key, **{"Idempotency-Key": "march-1"})
    by_content = post(rides, body, key)
    assert [each.status_code for each in (first, by_key, by_content)] == [201, 200, 200]
    assert first.json() == by_key.json() == by_content.json()
    assert by_key.headers["Idempotency-Replayed"] == "true"
    assert Batch.objects.count() == before + 1
    other = post(rides, lines([event(2)]), key, **{"Idempotency-Key": "march-1"})
    assert (other.status_code, other.json()["errors"][0]["code"]) == (422, "intake.E014")


def test_a_packed_body_is_the_same_batch(rides: Application, key: str):
    body = lines([event(1)])
    first = post(rides, body, key)
    packed = post(rides, gzip.compress(body), key, **{"Content-Encoding": "gzip"})
    assert (packed.status_code, packed.json()["id"]) == (200, first.json()["id"])


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"\xff\xfe\n", {}, 422),
        (gzip.compress(b"{}")[:-4], {"Content-Encoding": "gzip"}, 422),
        (b"{}", {"Content-Encoding": "gzip"}, 422),
        (b"{}", {"Content-Encoding": "br"}, 415),
        (gzip.compress(b"\n" * (limits.BODY_MOST_BYTES + 2)), {"Content-Encoding": "gzip"}, 413),
        (b"{}\n" * (limits.LINES_MOST + 1), {}, 422),
    ],
    ids=["no UTF-8", "cut off", "no gzip", "other packing", "a bomb", "too many lines"],
)
def test_a_body_that_cannot_be_read_as_a_whole_leaves_nothing(
    rides: Application, key: str, data: Path, body: bytes, headers: dict[str, str], status: int
):
    before = Batch.objects.count()
    assert post(rides, body, key, **headers).status_code == status
    assert Batch.objects.count() == before
    assert not list(data.rglob("*.parquet"))


def test_a_body_without_a_line_is_no_batch(rides: Application):
    with pytest.raises(InputRejected, match=r"intake\.E010"):
        send(rides, [])


def test_in_a_test_everything_is_checked_and_nothing_kept(cast: Cast, operator: User, data: Path):
    trial = opened(register(cast, "operator", "Trial"))
    batch = send(trial, [event(1), event(2, mode="tram")])
    assert (batch.sandbox, batch.taken, batch.refused, batch.file_digest) == (True, 1, 1, "")
    assert not list(data.rglob("*.parquet"))
    with pytest.raises(InputRejected, match=r"intake\.E001"):
        take(trial, "connect", acting_user=HOUSE)


def test_a_key_sends_for_its_own_application_while_it_is_good_and_nothing_else(
    rides: Application, buses: Application, operator: User, key: str
):
    assert post(buses, lines([event(1)]), key).status_code == 404
    assert post(rides, lines([event(1)]), "tanheng_app_guessed").status_code == 401
    bearer = {"Authorization": f"Bearer {key}"}
    assert Client().get(f"/api/credits/applications/{rides.pk}/batches", headers=bearer).status_code == 200
    for address in ("/api/credits/applications", f"/api/credits/applications/{rides.pk}/keys", "/api/jobs"):
        assert Client().get(address, headers=bearer).status_code == 401
    do_revoke_key(rides.keys.get(), acting_user=operator)
    assert post(rides, lines([event(2)]), key).status_code == 401


@pytest.mark.parametrize(("step", "state"), [("suspend", "suspended"), ("withdraw", "withdrawn")])
def test_who_is_not_connected_sends_nothing(rides: Application, key: str, step: str, state: str):
    given = {"finding": "sent trips that nobody made"} if step == "suspend" else {}
    take(rides, step, acting_user=HOUSE, given=given)
    assert post(rides, lines([event(1)]), key).status_code in (401, 422)
    with pytest.raises(IntegrityError, match=state), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO credit_intake_batch (application_id, sandbox, key, body_digest, file_digest, lines, taken, "
            "copies, refused, reasons, refusals) VALUES (%s, false, 'x', 'x', '', 0, 0, 0, 0, '{}', '[]')",
            [rides.pk],
        )


@pytest.mark.parametrize("statement", ["UPDATE {} SET at = now()", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
@pytest.mark.parametrize("table", ["credit_intake_batch", "credit_intake_workedout"])
def test_the_database_keeps_what_was_taken_and_worked_out(rides: Application, table: str, statement: str):
    with pytest.raises(IntegrityError, match="written once"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement.format(table))


def test_a_revoked_key_does_not_come_back_by_any_hand(rides: Application, operator: User, key: str):
    do_revoke_key(rides.keys.get(), acting_user=operator)
    with pytest.raises(IntegrityError, match="revoked once"), transaction.atomic():
        rides.keys.update(revoked_at=None)


def test_events_of_persons_without_a_mandate_are_refused_where_mandates_are_kept(
    rides: Application, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(mandates, "_known", [lambda application, persons: set(persons) & {person(1)}])
    batch = send(rides, [event(1), event(2, person=person(2))])
    assert (batch.taken, batch.reasons) == (1, {"no_mandate": 1})


def test_a_time_with_a_zone_and_beijing_time_without_are_the_same_moment(rides: Application):
    batch = send(rides, [event(1, at="2026-03-01T01:00:00Z", until=None), event(2, at="2026-03-01 09:00", until=None)])
    rows = pq.read_table(file_of(batch.file_digest)).to_pylist()
    assert rows[0]["at"] == rows[1]["at"]
    assert batch.first_day == date(2026, 3, 1)


def test_each_batch_stands_in_the_audit_trail_of_its_operator(rides: Application, operator: User):
    batch = send(rides, [event(1)])
    entry = AuditEntry.objects.filter(action="applications.events").latest("pk")
    assert entry.new is not None
    assert (entry.organisation_id, entry.new["taken"]) == (rides.organisation_id, 1)
    assert str(batch.pk) in entry.subject
