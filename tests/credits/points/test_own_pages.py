"""A person signs in with a key and no name, sees what is theirs and nothing else, and can leave for good."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.credits.points.conftest import City, today

from tanheng.credits.points import residents
from tanheng.credits.points.actions import do_offer_good, do_renew_key
from tanheng.credits.points.models import Mandate, Person, Redemption
from tanheng.credits.points.persons import Enrolled
from tanheng.credits.points.shop import GoodIn
from tanheng.people.models import AuditEntry
from tanheng.people.rights import HOUSE
from tanheng.web.rates import Rate

STATEMENTS = 12
COOKIE = residents.cookie_name()
PAGES = ["mine", "my_statement", "my_data", "erase_me", "shop"]


@pytest.fixture
def enrolled(city: City) -> Enrolled:
    made = city.enrol()
    city.grant((made.person.pseudonym, today(), 30, 1234))
    return made


def signed_in(key: str | None) -> Client:
    client = Client()
    answer = client.post(reverse("mine"), {"secret": key})
    assert answer.status_code == 302, answer.content.decode()
    return client


@pytest.fixture
def mine(enrolled: Enrolled) -> Client:
    return signed_in(enrolled.key)


def test_a_person_signs_in_by_key_into_a_cookie_apart_from_staff(enrolled: Enrolled):
    client = Client()
    answer = client.post(reverse("mine"), {"secret": f" {enrolled.key} "})
    assert set(client.cookies) <= {COOKIE, settings.CSRF_COOKIE_NAME}, "no session of Django is made"
    cookie = answer.cookies[COOKIE]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    page = client.get(reverse("mine"))
    assert "1.234" in page.content.decode() and page["Cache-Control"].count("no-store")
    assert client.get(reverse("points")).status_code == 302, "a person is no member of staff"


@pytest.mark.parametrize("key", ["", "x", "tanheng_person_x", "tanheng_token_abc", "\x00"])
def test_what_is_no_key_opens_nothing(city: City, key: str):
    client = Client()
    answer = client.post(reverse("mine"), {"secret": key})
    assert answer.status_code == 422 and COOKIE not in client.cookies
    if len(key) > 1:
        assert key not in answer.content.decode(), "a key is not written into a page"


@pytest.mark.parametrize("name", ["my_statement", "my_data", "erase_me"])
def test_without_a_key_nothing_is_shown(city: City, name: str):
    assert Client().get(reverse(name))["Location"] == reverse("mine")


def test_staff_do_not_see_a_persons_pages_and_a_person_none_of_staff(city: City, mine: Client):
    client = Client()
    client.force_login(city.officer)
    assert client.get(reverse("my_data")).status_code == 302
    assert "/accounts/login" in mine.get(reverse("points"))["Location"]


def test_a_forged_or_old_cookie_opens_nothing(city: City, mine: Client, monkeypatch: pytest.MonkeyPatch):
    good = mine.cookies[COOKIE].value
    for forged in (good[:-1] + ("A" if good[-1] != "A" else "B"), "", "x.y.z"):
        mine.cookies[COOKIE] = forged
        assert mine.get(reverse("my_data")).status_code == 302
    mine.cookies[COOKIE] = good
    assert mine.get(reverse("my_data")).status_code == 200
    monkeypatch.setattr(residents, "LONGEST", timedelta(seconds=-1))
    mine.cookies[COOKIE] = good
    assert mine.get(reverse("my_data")).status_code == 302


def test_a_new_key_shuts_out_who_has_the_old_one(enrolled: Enrolled, mine: Client):
    other = signed_in(enrolled.key)
    page = mine.post(reverse("new_key"))
    [key] = re.findall(r"tanheng_person_[\w-]+", page.content.decode())
    assert key != enrolled.key and mine.get(reverse("my_data")).status_code == 200
    assert other.get(reverse("my_data")).status_code == 302
    assert Client().post(reverse("mine"), {"secret": enrolled.key}).status_code == 422
    signed_in(key)


def test_leaving_leaves_everywhere(enrolled: Enrolled, mine: Client):
    other = signed_in(enrolled.key)
    mine.post(reverse("leave"))
    assert mine.get(reverse("my_data")).status_code == 302 == other.get(reverse("my_data")).status_code


def test_too_many_tries_have_to_wait(city: City, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tanheng.credits.points.pages.TRIES", Rate(per_minute=1, burst=2, name="few"))
    answers = [Client().post(reverse("mine"), {"secret": "tanheng_person_no"}) for _try in range(3)]
    assert [each.status_code for each in answers] == [422, 422, 429]
    assert int(answers[2]["Retry-After"]) >= 1


def test_the_mandate_is_withdrawn_by_its_person_and_nobody_else(city: City, mine: Client):
    [own] = Mandate.objects.all()
    theirs = city.enrol("r-000002").mandate
    assert mine.post(reverse("withdraw_mandate", args=[theirs.pk])).status_code == 404
    assert mine.get(reverse("withdraw_mandate", args=[own.pk])).status_code == 200
    assert mine.post(reverse("withdraw_mandate", args=[own.pk])).status_code == 302
    own.refresh_from_db()
    theirs.refresh_from_db()
    assert own.withdrawn_at is not None and theirs.withdrawn_at is None


def test_a_form_without_its_token_does_nothing(enrolled: Enrolled):
    client = Client(enforce_csrf_checks=True)
    client.cookies[COOKIE] = signed_in(enrolled.key).cookies[COOKIE].value
    for name in ("erase_me", "new_key", "leave"):
        assert client.post(reverse(name), {"sure": "on"}).status_code == 403
    assert Person.objects.exists()


def test_what_a_person_does_is_recorded_without_an_address(city: City, mine: Client):
    before = AuditEntry.objects.latest("pk").pk
    mine.post(reverse("link_code"))
    mine.post(reverse("withdraw_mandate", args=[Mandate.objects.get().pk]))
    mine.post(reverse("new_key"))
    mine.post(reverse("erase_me"), {"sure": "on"})
    origins = set(AuditEntry.objects.filter(pk__gt=before).values_list("origin", flat=True))
    assert origins == {"resident"}


def test_the_data_are_all_of_the_person_and_of_nobody_else(city: City, enrolled: Enrolled, mine: Client):
    other = city.with_points(77, "r-000002")
    told = json.loads(mine.get(reverse("my_data")).content)
    assert told["pseudonym"] == str(enrolled.person.pseudonym)
    assert told["points"] == {"free": 30, "set_aside": 0}
    assert told["days_granted"] == [
        {"day": str(today()), "methodology": "sz_public_transport", "version": "v1", "reduction_g": 1234, "points": 30}
    ]
    assert [each["reference"] for each in told["mandates"]] == ["r-000001"]
    assert str(other.pseudonym) not in json.dumps(told)


def test_redeeming_on_the_page_is_done_once_however_often_it_is_sent(city: City, mine: Client):
    good = do_offer_good(GoodIn("公交票", "A bus ride", 10, 5), offered_by=None, acting_user=city.officer)
    assert "A bus ride" in mine.get(reverse("shop")).content.decode()
    for _sent in range(2):
        mine.post(reverse("redeem", args=[good.pk]), {"quantity": "2", "key": "abc"})
    [made] = Redemption.objects.all()
    assert (made.points, made.quantity) == (20, 2)
    page = mine.post(reverse("redeem", args=[good.pk]), {"quantity": "2", "key": "def"})
    assert page.status_code == 422 and "reserved" in page.content.decode()
    assert str(made.number) in mine.get(reverse("my_statement")).content.decode()


def test_goods_of_another_application_are_not_shown(city: City, mine: Client):
    theirs = do_offer_good(
        GoodIn("单车", "A bike", 1, 5),
        offered_by=city.organisations["bike"],
        open_to=city.bike,
        acting_user=city.user("bike", "representative"),
    )
    assert "A bike" not in mine.get(reverse("shop")).content.decode()
    assert mine.get(reverse("redeem", args=[theirs.pk])).status_code == 404


def test_a_person_erases_itself_only_when_it_says_that_it_is_sure(city: City, mine: Client):
    assert mine.post(reverse("erase_me")).status_code == 422 and Person.objects.exists()
    assert mine.post(reverse("erase_me"), {"sure": "on"}).status_code == 302
    assert not Person.objects.exists()
    assert mine.get(reverse("my_data")).status_code == 302


@pytest.mark.parametrize("name", [*PAGES, "my_day"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_each_page_in_both_languages_with_few_statements(city: City, mine: Client, name: str, language: str):
    for number in range(3):
        do_offer_good(GoodIn(f"票{number}", f"t{number}", 3, 5), offered_by=None, acting_user=city.officer)
    args = [today()] if name == "my_day" else []
    mine.cookies["django_language"] = language
    with CaptureQueriesContext(
        connection,
    ) as seen:
        answer = mine.get(reverse(name, args=args))
    assert answer.status_code == 200
    assert len(seen) <= STATEMENTS, "\n".join(each["sql"][:200] for each in seen)


@pytest.fixture
def worked_out(city: City, enrolled: Enrolled, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Lets a run of intake say something about the person, as its files would."""

    def say(*rows: Any, set_aside: Any = ()) -> None:
        from tanheng.credits.intake.models import WorkedOut
        from tanheng.credits.points import own

        WorkedOut.objects.create(
            address="a" * 64, first=today(), last=today(), up_to=1, methodologies=[], counts={}, totals=[],
            results_digest="b" * 64, at=timezone.now(),
        )  # fmt: skip
        monkeypatch.setattr(own, "person_reductions", lambda run, person, first, last: iter(rows))
        monkeypatch.setattr(own, "not_counted", lambda run, person, day: list(set_aside))

    return say


def test_a_day_without_points_says_what_is_missing(enrolled: Enrolled, mine: Client, worked_out):
    from tanheng.credits.intake.results import PersonDay

    lacking = PersonDay(
        str(enrolled.person.pseudonym), today(), "sz_shared_bicycle", "v1", 800, None, None, "the rate is not set"
    )
    worked_out(lacking, set_aside=[{"person": "p", "reason": "overlap", "stands": "AP-000002 e9"}])
    page = mine.get(reverse("mine")).content.decode()
    assert "the rate is not set" in page and "0.800" in page
    day = mine.get(reverse("my_day", args=[today()])).content.decode()
    assert "the rate is not set" in day and "AP-000002 e9" in day


def test_a_key_given_by_the_operator_is_the_persons_from_then_on(city: City, enrolled: Enrolled):
    key = do_renew_key(enrolled.person, city.bus, acting_user=city.operator)
    signed_in(key)
    assert Client().post(reverse("mine"), {"secret": enrolled.key}).status_code == 422


def test_who_was_erased_by_the_bureau_is_signed_out(city: City, enrolled: Enrolled, mine: Client):
    from tanheng.credits.points.actions import do_erase_person

    do_erase_person(enrolled.person, acting_user=HOUSE)
    assert mine.get(reverse("my_data")).status_code == 302
