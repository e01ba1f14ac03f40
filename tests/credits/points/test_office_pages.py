"""What staff see of persons and points: no more than their organisation, by pseudonym, in few statements."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.credits.points.conftest import City, today

from tanheng.credits.intake.models import WorkedOut
from tanheng.credits.intake.working_out import RESULTS
from tanheng.credits.points import granting
from tanheng.credits.points.actions import do_offer_good, do_redeem
from tanheng.credits.points.models import Good, Mandate, Person, Redemption
from tanheng.credits.points.shop import GoodIn
from tanheng.people.models import Role

STATEMENTS = 12
PAGES = {
    "points": (), "persons": ("bus",), "enrol_person": ("bus",), "goods": (), "new_good": (), "change_good": ("good",),
    "grant_points": (), "cancel_points": (), "erase_person": (), "give_back": ("redemption",),
}  # fmt: skip
READS = {("bureau", role) for role in ("officer", "representative", "approver", "auditor", "reader", "expert")}
OVER = {("bureau", role) for role in ("officer", "approver", "auditor", "reader")}
OVER |= {("branch", role) for role in ("officer", "auditor", "reader")}
OWN = {("bus", role) for role in ("representative", "approver", "auditor", "reader")}
# Whoever is signed in opens these; they show what is theirs.
EVERYBODY = {"points", "goods"}
KEEPER, OPERATOR = {("bureau", "officer")}, {("bus", "representative")}
OPENS = {
    "persons": OVER | OWN,
    "enrol_person": OPERATOR,
    "new_good": KEEPER | OPERATOR | {("bike", "representative")},
    "change_good": KEEPER,
    "grant_points": KEEPER,
    "cancel_points": KEEPER,
    "erase_person": KEEPER,
    "give_back": KEEPER,
}


def client_of(city: City, organisation: str, role: str) -> Client:
    client = Client()
    client.force_login(city.user(organisation, role))
    session = client.session
    session["began"] = session["seen"] = timezone.now().isoformat()
    session.save()
    return client


@pytest.fixture
def lived(city: City) -> City:
    person = city.with_points(30)
    good = do_offer_good(GoodIn("公交票", "A bus ride", 10, 5), offered_by=None, acting_user=city.officer)
    do_redeem(person, good, 1, key="k")
    return city


def address(city: City, name: str) -> str:
    things = {"bus": city.bus.pk, "good": Good.objects.earliest("pk").pk, "redemption": Redemption.objects.get().pk}
    return reverse(name, args=[things[each] for each in PAGES[name]])


@pytest.mark.parametrize("organisation", ["bureau", "branch", "bus", "bike", "emitter"])
@pytest.mark.parametrize("role", Role.values)
def test_each_role_opens_what_is_its_own(lived: City, organisation: str, role: str):
    client, wrong = client_of(lived, organisation, role), []
    for name in PAGES:
        with CaptureQueriesContext(connection) as seen:
            answer = client.get(address(lived, name))
        opens = name in EVERYBODY or (organisation, role) in OPENS[name]
        if opens is not (answer.status_code == 200) or answer.status_code not in (200, 403, 404):
            wrong.append(f"{name}: {answer.status_code}")
        if len(seen) > STATEMENTS:
            wrong.append(f"{name}: {len(seen)} statements")
        if not opens:
            post = client.post(address(lived, name), {"reference": "r-000777", "why": "x", "price": 1})
            if post.status_code not in (403, 404, 405):
                wrong.append(f"{name} posted: {post.status_code}")
    assert wrong == []


@pytest.mark.parametrize("organisation", ["bureau", "branch", "bus", "bike", "emitter"])
@pytest.mark.parametrize("role", Role.values)
def test_figures_of_the_whole_city_are_for_the_bureau(lived: City, organisation: str, role: str):
    page = client_of(lived, organisation, role).get(reverse("points")).content.decode()
    assert ("Used and cancelled" in page) is ((organisation, role) in READS)
    assert ("AP-" in page and lived.bus.called in page) is ((organisation, role) in OVER | OWN)


@pytest.mark.parametrize("name", PAGES)
def test_each_page_speaks_chinese(lived: City, name: str):
    user = ("bus", "representative") if name == "enrol_person" else ("bureau", "officer")
    client = client_of(lived, *user)
    client.cookies["django_language"] = "zh-hans"
    page = client.get(address(lived, name)).content.decode()
    main = re.sub(r"<[^>]+>", " ", page.partition('<main id="main"')[2].partition(">")[2].partition("</main>")[0])
    main = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", main)
    assert set(re.findall(r"\b[a-z]{4,}\b", main)) <= {"bike"}, "but for the name of an operator"


def test_the_key_of_an_enrolled_person_is_shown_once(lived: City):
    client = client_of(lived, "bus", "representative")
    page = client.post(address(lived, "enrol_person"), {"reference": "r-000002"})
    assert re.search(r"tanheng_person_[\w-]+", page.content.decode()) and "no-store" in page["Cache-Control"]
    again = client.post(address(lived, "enrol_person"), {"reference": "r-000002"})
    assert again.status_code == 302 and Mandate.objects.count() == 2
    wrong = client.post(address(lived, "enrol_person"), {"reference": "13800138000"})
    assert wrong.status_code == 422 and "mobile number" in wrong.content.decode()


def test_goods_are_offered_changed_and_given_back(lived: City):
    client = client_of(lived, "bus", "representative")
    what = {"name_zh": "票", "name_en": "T", "price": "2", "stock": "3", "offered_by": lived.bus.organisation_id}
    assert client.post(reverse("new_good"), {**what, "price": "two"}).status_code == 422
    assert client.post(reverse("new_good"), what).status_code == 302
    good = Good.objects.latest("pk")
    assert good.offered_by == lived.bus.organisation
    client.post(reverse("change_good", args=[good.pk]), {"price": "4", "add_stock": "-1"})
    good.refresh_from_db()
    assert (good.price, good.stock, good.offered) == (4, 2, False)
    officer = client_of(lived, "bureau", "officer")
    assert officer.post(address(lived, "give_back"), {"why": "sold out"}).status_code == 302
    assert Redemption.objects.get().state == "returned"


def test_the_officer_cancels_and_erases(lived: City):
    client = client_of(lived, "bureau", "officer")
    assert client.post(reverse("cancel_points")).status_code == 302
    assert Redemption.objects.get().state == "cancelled"
    pseudonym = str(Person.objects.get().pseudonym)
    assert client.post(reverse("erase_person"), {"pseudonym": "x", "reason": "letter"}).status_code == 422
    assert client.post(reverse("erase_person"), {"pseudonym": pseudonym, "reason": "letter"}).status_code == 302
    assert not Person.objects.exists()


def test_a_run_is_granted_from_the_page_and_what_is_left_out_is_told(city: City, monkeypatch: pytest.MonkeyPatch):
    person = city.enrol().person
    run = WorkedOut.objects.create(
        address="a" * 64, first=today(), last=today(), up_to=1, methodologies=[], counts={}, totals=[],
        results_digest="b" * 64,
    )  # fmt: skip
    place = city.results((person.pseudonym, today(), 3), ("22222222-2222-4222-8222-222222222222", today(), 3))
    place.rename(place.with_name(RESULTS))
    monkeypatch.setattr(granting, "require_whole", lambda run: None)
    monkeypatch.setattr(granting, "folder_of", lambda run: place.parent)
    client = client_of(city, "bureau", "officer")
    page = client.post(reverse("grant_points"), {"run": str(run.pk)}, follow=True).content.decode()
    assert "3 points granted" in page and "not enrolled, or erased: 1" in page
    assert client.post(reverse("grant_points"), {"run": "999"}).status_code == 422
