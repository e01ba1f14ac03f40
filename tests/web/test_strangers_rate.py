"""Who is not signed in comes so often from one address, and no oftener."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tanheng.people.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def slow(settings: Any) -> int:
    settings.TANHENG_STRANGERS_RATE = 10
    return 5  # at once


def test_an_address_that_asks_too_often_waits_and_others_do_not(slow: int):
    client = Client(REMOTE_ADDR="192.0.2.1", headers={"accept-language": "en"})
    answers = [client.get("/accounts/login/") for _ in range(slow + 2)]
    assert [answer.status_code for answer in answers] == [200] * slow + [429] * 2
    assert 1 <= int(answers[-1]["Retry-After"]) <= 6 and "Too many requests" in answers[-1].content.decode()
    assert client.post("/accounts/login/", {"login": "x", "password": "y"}).status_code == 429
    assert Client(REMOTE_ADDR="192.0.2.2").get("/accounts/login/").status_code == 200


def test_who_is_signed_in_and_what_costs_nothing_is_not_counted(slow: int):
    client = Client(REMOTE_ADDR="192.0.2.3")
    client.force_login(User.objects.create_user("li"), backend="allauth.account.auth_backends.AuthenticationBackend")
    # A session that did not begin with our sign-in ends; the middleware for that comes later.
    session = client.session
    from django.utils import timezone

    session.update({"began": timezone.now().isoformat(), "seen": timezone.now().isoformat()})
    session.save()
    assert {client.get("/measures/").status_code for _ in range(slow + 5)} == {200}
    stranger = Client(REMOTE_ADDR="192.0.2.4")
    assert {stranger.get("/static/site/site.css").status_code for _ in range(slow + 5)} == {200}
    assert {stranger.get("/api/log/key").status_code for _ in range(slow + 5)} == {200}
