"""What was answered as taken is there after kill -9 of whatever stands in between, and nothing is taken twice or half.

four senders: batch after batch, again with the same key until answered     meanwhile: kill -9, start again, kill -9
"""

from __future__ import annotations

import hashlib
import http.client
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from tests.books.house import House, meanwhile, together
from tests.credits.intake.sending import TYPE, event, lines

SENDERS, BATCHES, EVENTS = 4, 12, 400
PATIENCE_S = 60


@pytest.fixture(scope="module")
def house() -> Iterator[tuple[House, int, str]]:
    house = House("tests.credits.intake.site_without_mandates")
    try:
        staged = json.loads(house.python("-m", "tests.credits.intake.stage"))
        house.open()
        yield house, staged["application"], staged["key"]
    finally:
        house.close()


def send(
    house: House, application: int, key: str, body: bytes, name: str, **first: str
) -> tuple[int, dict[str, Any], int]:
    """Until it is answered for good: status, what was told, how many tries it took."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": TYPE, "Idempotency-Key": name}
    end, tries = time.monotonic() + PATIENCE_S, 0
    while time.monotonic() < end:
        tries += 1
        connection = http.client.HTTPConnection("127.0.0.1", house.port, timeout=20)
        try:
            address = f"/api/credits/applications/{application}/events"
            connection.request("POST", address, body, headers | (first if tries == 1 else {}))
            response = connection.getresponse()
            told = json.loads(response.read())
            if response.status < 500:
                return response.status, told, tries
        except (OSError, http.client.HTTPException, json.JSONDecodeError):
            pass  # it heard nothing: so it asks again
        finally:
            connection.close()
        time.sleep(0.05)
    raise TimeoutError(f"no answer to {name} after {tries} tries")


def batch(sender: int, number: object) -> bytes:
    return lines([event(n, event_id=f"S{sender}-{number}-{n}") for n in range(EVENTS)])


@pytest.mark.parametrize(
    "kills", [("kill_a_worker", "kill_the_web_server"), ("kill_postgresql",)], ids=["web server", "postgresql"]
)
def test_what_was_answered_is_there_and_once(house: tuple[House, int, str], kills: tuple[str, ...]):
    books, application, key = house
    heard: dict[str, tuple[int, dict[str, Any], int]] = {}
    run = "-".join(kills)

    def senders(number: int) -> None:
        for count in range(BATCHES):
            name = f"{run}-{number}-{count}"
            body = batch(number, f"{run}{count}")
            heard[name] = send(books, application, key, body, name)
            time.sleep(0.05)

    def kill() -> None:
        for name in kills:
            time.sleep(0.4)
            getattr(books, name)()

    with meanwhile(kill):
        together(SENDERS, senders)
    assert {status for status, _told, _tries in heard.values()} <= {200, 201}
    assert len(heard) == SENDERS * BATCHES
    assert any(tries > 1 for _status, _told, tries in heard.values()), "nobody noticed that anything was killed"
    rows = books.sql("SELECT key, taken, file_digest FROM credit_intake_batch WHERE key LIKE %s", f"{run}-%")
    assert sorted(name for name, _taken, _digest in rows) == sorted(heard)
    events: set[str] = set()
    for name, taken, digest in rows:
        assert heard[name][1]["file_digest"] == digest
        assert taken == EVENTS
        file = Path(books.folder) / "credits" / "events" / digest[:2] / f"{digest}.parquet"
        assert hashlib.sha256(file.read_bytes()).hexdigest() == digest
        events |= set(pq.read_table(file).column("event_id").to_pylist())
    assert len(events) == SENDERS * BATCHES * EVENTS


def test_what_was_taken_and_not_told_is_told_when_it_is_sent_again(house: tuple[House, int, str]):
    """The worst moment: all is on record, and whoever took it dies before it can say so."""
    books, application, key = house
    for number in range(3):
        name = f"died-{number}"
        status, told, tries = send(books, application, key, batch(9, number), name, **{"X-Test-Die": "answered"})
        assert (status, told["taken"]) == (200, EVENTS) and tries > 1
        assert books.sql("SELECT count(*) FROM credit_intake_batch WHERE key = %s", name) == [(1,)]


def test_of_one_batch_sent_by_many_at_once_one_is_taken_and_all_hear_of_it(house: tuple[House, int, str]):
    books, application, key = house
    heard: list[tuple[int, dict[str, Any], int]] = []
    body = batch(7, 0)
    together(6, lambda number: heard.append(send(books, application, key, body, "the-same")))
    assert sorted(status for status, _told, _tries in heard) == [200] * 5 + [201]
    assert len({told["id"] for _status, told, _tries in heard}) == 1
    assert books.sql("SELECT count(*) FROM credit_intake_batch WHERE key = 'the-same'") == [(1,)]


def test_a_body_that_was_cut_off_on_its_way_is_not_taken_for_a_short_one(house: tuple[House, int, str]):
    books, application, key = house
    body = batch(8, 0)
    head = (
        f"POST /api/credits/applications/{application}/events HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: Bearer {key}\r\nContent-Type: {TYPE}\r\nIdempotency-Key: cut-off\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    whole_lines = body[: body.index(b"\n", len(body) // 2) + 1]
    with socket.create_connection(("127.0.0.1", books.port), timeout=10) as connection:
        connection.sendall(head.encode() + whole_lines)
        connection.shutdown(socket.SHUT_WR)
        answer = connection.recv(65536)
    assert b"201" not in answer.split(b"\r\n")[0]
    assert books.sql("SELECT count(*) FROM credit_intake_batch WHERE key = 'cut-off'") == [(0,)]
