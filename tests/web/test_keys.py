"""A client that heard nothing may send again: what it asked for is done once."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tanheng.transparency.models import Pending
from tanheng.web.keys import forget
from tanheng.web.models import Answer

ORDER = '{"kind": 1, "quantity": 7}'


def send(shop: Client, body: str = ORDER, key: str | None = "a-key", address: str = "/api/orders") -> Any:
    headers = {"Idempotency-Key": key} if key is not None else {}
    return shop.post(address, body, content_type="application/json", headers=headers)


@pytest.mark.django_db
def test_sent_twice_is_done_once_and_answered_the_same(shop, done):
    first, second = send(shop), send(shop)
    assert (first.status_code, first.content) == (second.status_code, second.content) == (201, first.content)
    assert second["Idempotency-Replayed"] == "true"
    assert not first.has_header("Idempotency-Replayed")
    assert done == [7]
    assert Pending.objects.count() == 1


@pytest.mark.django_db
def test_without_a_key_each_request_counts(shop, done):
    send(shop, key=None)
    send(shop, key=None)
    assert done == [7, 7]


@pytest.mark.django_db
def test_a_refusal_is_remembered_and_leaves_no_trace_of_the_deed(shop, done):
    first, second = (send(shop, '{"kind": 1, "quantity": 999}') for _ in range(2))
    assert first.status_code == second.status_code == 409
    assert first.content == second.content
    assert second["Content-Type"] == "application/problem+json"
    assert done == [999]
    assert Pending.objects.count() == 0


@pytest.mark.django_db
def test_a_fault_of_ours_is_not_remembered_so_that_it_can_be_tried_again(shop, done):
    assert send(shop, '{"kind": 1, "quantity": 500}').status_code == 500
    assert send(shop, '{"kind": 1, "quantity": 500}').status_code == 500
    assert done == [500, 500]
    assert Pending.objects.count() == Answer.objects.count() == 0


@pytest.mark.django_db
def test_another_request_under_the_same_key_is_refused(shop, done):
    send(shop)
    answer = send(shop, '{"kind": 1, "quantity": 8}')
    assert (answer.status_code, answer.json()["code"]) == (422, "web.key-reused")
    assert done == [7]


@pytest.mark.django_db
def test_the_keys_of_two_callers_are_not_the_same(shop, done):
    send(shop)
    shop.post(
        "/api/orders", ORDER, content_type="application/json", headers={"Idempotency-Key": "a-key"}, REMOTE_ADDR="::2"
    )
    assert done == [7, 7]


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "two words", "x" * 201, "schlüssel"])
def test_what_can_be_no_key_is_refused(shop, key):
    assert send(shop, key=key).json()["code"] == "web.key"


@pytest.mark.django_db
def test_what_moves_value_needs_a_key(shop):
    assert send(shop, key=None, address="/api/careful-orders").json()["code"] == "web.key"
    assert send(shop, address="/api/careful-orders").status_code == 201


@pytest.mark.django_db
def test_old_answers_are_forgotten_and_young_ones_kept(shop):
    send(shop)
    assert forget(timedelta(days=1)) == 0
    with connection.cursor() as cursor:
        cursor.execute("UPDATE web_answer SET at = now() - interval '2 days'")
    assert forget(timedelta(days=1)) == 1


@pytest.mark.django_db(transaction=True)
def test_old_answers_are_cleared_away_now_and_then(shop, monkeypatch):
    send(shop, key="old")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE web_answer SET at = now() - interval '31 days'")
    monkeypatch.setattr("tanheng.web.keys._CLEAR_ONE_IN", 1)
    assert send(shop, key="new").status_code == 201
    assert list(Answer.objects.values_list("key", flat=True)) == ["new"]


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_with_one_key_are_done_once(shop, done):
    answers = []
    together = threading.Barrier(8)

    def client() -> None:
        together.wait()
        answer = send(Client(raise_request_exception=False))
        answers.append((answer.status_code, answer.content))
        connection.close()

    threads = [threading.Thread(target=client) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8
    assert len(set(answers)) == 1
    assert answers[0][0] == 201
    assert done == [7]
    assert Pending.objects.count() == 1
