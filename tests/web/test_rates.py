"""A caller that asks too often waits, and the others do not wait for it."""

import pytest
from django.db import connection

from tanheng.web.rates import Rate

pytestmark = pytest.mark.django_db


def test_after_a_burst_the_caller_is_told_how_long_to_wait(shop):
    assert [shop.get("/api/seldom").status_code for _ in range(3)] == [200] * 3
    answer = shop.get("/api/seldom")
    assert (answer.status_code, answer["Retry-After"]) == (429, "1")
    assert answer.json()["code"] == "web.rate"
    assert shop.get("/api/seldom", REMOTE_ADDR="198.51.100.9").status_code == 200


def test_after_the_wait_it_goes_on(shop):
    for _ in range(4):
        shop.get("/api/seldom")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE web_rate SET paid_until = paid_until - interval '1 second'")
    assert shop.get("/api/seldom").status_code == 200
    assert shop.get("/api/seldom").status_code == 429


def test_a_rate_of_nothing_is_a_mistake_of_whoever_declares_it():
    with pytest.raises(ValueError, match="1 or more"):
        Rate(per_minute=0, burst=1)


def test_who_has_paid_is_forgotten_now_and_then(shop, monkeypatch):
    shop.get("/api/seldom", REMOTE_ADDR="198.51.100.9")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE web_rate SET paid_until = now() - interval '1 second'")
        monkeypatch.setattr("tanheng.web.rates._CLEAR_ONE_IN", 1)
        shop.get("/api/seldom")
        cursor.execute("SELECT count(*) FROM web_rate")
        assert cursor.fetchone() == (1,)
