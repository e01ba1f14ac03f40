"""Operator and bureau see what is theirs, in few statements, in both languages; others see nothing is there."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.credits.intake.sending import event, person, register, send
from tests.people.cast import Cast

from tanheng.credits.intake.models import Application, ApplicationKey, Batch, WorkedOut
from tanheng.credits.intake.working_out import work_out
from tanheng.people.models import User
from tanheng.people.rights import HOUSE

STATEMENTS = 12  # of a page, at most


def signed_in(user: User, language: str = "en") -> Client:
    client = Client(headers={"Accept-Language": language})
    client.force_login(user)
    session = client.session
    session["second_factor"] = True
    session.save()
    return client


@pytest.fixture(autouse=True)
def one_factor(settings: pytest.FixtureRequest) -> None:
    settings.TANHENG_SECOND_FACTOR = "offered"  # type: ignore[attr-defined]


@pytest.fixture
def worked(rides: Application, buses: Application, published: None) -> WorkedOut:
    send(rides, [event(1), event(2, mode="tram")])
    send(buses, [event(1, event_id="B1")])
    return work_out(date(2026, 3, 1), date(2026, 3, 2), acting_user=HOUSE, tell=lambda step, part: None)


def addresses(worked: WorkedOut, rides: Application) -> dict[str, str]:
    batch = Batch.objects.filter(application=rides, sandbox=False).latest("pk")
    return {
        "applications": "/credits/applications/",
        "application": f"/credits/applications/{rides.pk}/",
        "batch": f"/credits/applications/{rides.pk}/batches/{batch.pk}/",
        "workflow": "/cases/applications/",
        "workings": "/credits/workings/",
        "new working": "/credits/workings/new/",
        "working": f"/credits/workings/{worked.pk}/",
        "why": f"/credits/workings/{worked.pk}/why/?person={person(1)}&day=2026-03-01",
        "keys": f"/credits/applications/{rides.pk}/keys/",
        "new application": "/credits/applications/new/",
    }


# Who reads what: found by anybody not here is refused or not there.
READS = {
    ("operator", "representative"): {"applications", "application", "batch", "workflow", "keys", "new application"},
    ("operator", "reader"): {"applications", "application", "batch", "workflow"},
    ("other operator", "representative"): {"applications", "workflow", "new application"},
    ("bureau", "officer"): {
        *("applications", "application", "batch", "workflow", "workings", "new working", "working", "why"),
    },
    ("bureau", "reader"): {"applications", "application", "batch", "workflow"},
    ("emitter", "representative"): {"applications", "workflow"},
}


@pytest.mark.parametrize("who", READS, ids=" ".join)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_each_reads_what_is_theirs_in_few_statements(
    cast: Cast, worked: WorkedOut, rides: Application, who: tuple[str, str], language: str
):
    client = signed_in(cast.user(*who), language)
    found = set()
    for name, address in addresses(worked, rides).items():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            answer = client.get(address)
        assert answer.status_code in (200, 403, 404), (name, answer.status_code)
        if answer.status_code == 200:
            found.add(name)
            assert len(asked) <= STATEMENTS, (name, [each["sql"][:100] for each in asked])
            assert "style=" not in answer.content.decode(), name
    assert found == READS[who]


def test_who_is_not_signed_in_is_led_to_sign_in(worked: WorkedOut, rides: Application):
    for name, address in addresses(worked, rides).items():
        expected = 200 if name == "workflow" else 302
        assert Client().get(address).status_code == expected, name


def test_an_application_is_registered_by_a_page_and_its_key_shown_once(cast: Cast):
    client = signed_in(cast.user("operator", "representative"))
    values = {
        "organisation": str(cast.organisation("operator").pk),
        "name": "Rides",
        "scenes": ["public_transport"],
        "about": "gates",
        "protection": "pseudonyms",
        "address": "",
    }
    assert client.post("/credits/applications/new/", values | {"scenes": []}).status_code == 422
    assert client.post("/credits/applications/new/", values).status_code == 302
    made = Application.objects.get()
    assert (made.state, made.scenes) == ("registered", ["public_transport"])
    answer = client.post(f"/credits/applications/{made.pk}/keys/", {"name": "server", "days": "30"})
    key = ApplicationKey.objects.get()
    assert "tanheng_app_" in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"
    again = client.get(f"/credits/applications/{made.pk}/keys/").content.decode()
    assert again.count("tanheng_app_") == 1 and f"{key.start}…" in again
    client.post(f"/credits/applications/{made.pk}/keys/{key.pk}/revoke/")
    key.refresh_from_db()
    assert key.revoked_at is not None


def test_a_refused_line_is_told_on_its_page_in_the_readers_language(cast: Cast, worked: WorkedOut, rides: Application):
    address = addresses(worked, rides)["batch"]
    user = cast.user("operator", "representative")
    assert "has no such mode" not in signed_in(user).get(address).content.decode()
    assert "is of a mode that the methodology does not know" in signed_in(user).get(address).content.decode()
    assert "方法学中没有该行为方式" in signed_in(user, "zh-hans").get(address).content.decode()


def test_the_page_of_a_run_shows_both_sides_of_what_was_told_twice(
    cast: Cast, worked: WorkedOut, rides: Application, buses: Application
):
    client = signed_in(cast.user("bureau", "officer"))
    shown = client.get(f"/credits/workings/{worked.pk}/").content.decode()
    assert rides.number in shown and buses.number in shown and "B1" in shown
    why = client.get(f"/credits/workings/{worked.pk}/why/?person={person(1)}&day=2026-03-01").content.decode()
    assert "467 g CO2e" in why and "T1" in why


@pytest.mark.parametrize("asked", ["person=x&day=yesterday", "person=x&day=9999-99-99"])
def test_a_day_that_is_none_is_told(cast: Cast, worked: WorkedOut, asked: str):
    client = signed_in(cast.user("bureau", "officer"))
    assert client.get(f"/credits/workings/{worked.pk}/why/?{asked}").status_code == 422


def test_the_bureau_has_days_worked_out_from_a_page(cast: Cast):
    client = signed_in(cast.user("bureau", "officer"))
    assert client.post("/credits/workings/new/", {"first": "soon", "last": "2026-03-01"}).status_code == 422
    answer = client.post("/credits/workings/new/", {"first": "2026-03-01", "last": "2026-03-02"})
    assert answer.status_code == 302 and "/jobs/" in answer.headers["Location"]


def test_what_is_registered_is_not_told_to_another_operator(cast: Cast):
    made = register(cast, "operator", "Rides")
    client = signed_in(cast.user("other operator", "representative"))
    assert client.get(f"/credits/applications/{made.pk}/").status_code == 404
