"""What the public, experts and the bureau see of methodologies and scenes, on pages and from outside."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.credits.filing.roads import (
    METHODOLOGY_IN,
    SCENE_IN,
    TRANSIT,
    applied,
    day,
    drafted,
    filed,
    heard,
    in_comment,
    published,
    scene_published,
    taken_over,
    today,
)
from tests.people.cast import Cast

from tanheng.credits.filing import api, pages
from tanheng.credits.filing.actions import do_comment_methodology, do_show_comment
from tanheng.credits.filing.folders import texts_of
from tanheng.credits.filing.models import ExpertOpinion, MethodologyCase, PublicComment, SceneCase
from tanheng.people.actions import do_create_token
from tanheng.people.models import User
from tanheng.transparency import proofs
from tanheng.transparency.sealing import seal
from tanheng.web.rates import Rate

STATEMENTS = 12
READERS: list[tuple[str, str] | None] = [
    None,
    ("developer", "representative"),
    ("bureau", "officer"),
    ("bureau", "expert"),
    ("other emitter", "reader"),
]


@pytest.fixture(autouse=True)
def _place_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TANHENG_DATA", str(tmp_path))


def browser(user: User | None, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    if user is not None:
        client.force_login(user)
    return client


def program(cast: Cast, organisation: str, role: str, *scopes: str) -> Client:
    _token, key = do_create_token("test", list(scopes), acting_user=cast.user(organisation, role))
    return Client(headers={"authorization": f"Bearer {key}"})


def sent(client: Client, path: str, body: dict[str, Any]) -> Any:
    return client.post(f"/api/credits/filing{path}", body, content_type="application/json")


@pytest.mark.parametrize("reader", READERS, ids=str)
@pytest.mark.parametrize("state", ["draft", "filed", "comment", "published"])
def test_who_reads_a_methodology(state: str, reader: tuple[str, str] | None, cast: Cast):
    case = METHODOLOGY_IN[state](cast)
    sees = state in ("comment", "published") or reader in (READERS[1], READERS[2])
    sees = sees or (reader == READERS[3] and state == "filed")
    answer = browser(cast.user(*reader) if reader else None).get(case.get_absolute_url())
    assert answer.status_code == (200 if sees else 404)


def test_the_page_tells_the_formulas_and_what_was_not_found(cast: Cast):
    case = taken_over(cast, "sz_home_electricity")
    page = browser(None).get(case.get_absolute_url()).content.decode()
    assert "<math" in page and "city_mean" in page
    assert "nothing is credited for it" in page
    assert "Taken over from what was published before" in page and case.digest in page
    page = browser(None, "zh-hans").get(case.get_absolute_url()).content.decode()
    assert "每日" in page or "当日" in page


def test_experts_do_not_read_each_other_before_the_assessment_is_closed(cast: Cast):
    case = heard(cast)
    third = browser(cast.user("bureau", "expert3")).get(case.get_absolute_url()).content.decode()
    assert "The baseline is conservative." not in third
    first = browser(cast.user("bureau", "expert")).get(case.get_absolute_url()).content.decode()
    assert first.count("The baseline is conservative.") == 1
    officer = browser(cast.user("bureau", "officer")).get(case.get_absolute_url()).content.decode()
    assert officer.count("The baseline is conservative.") == 2


def test_the_public_reads_opinions_without_names(cast: Cast):
    case = in_comment(cast)
    page = browser(None).get(case.get_absolute_url()).content.decode()
    assert "The baseline is conservative." in page
    assert cast.user("bureau", "expert").get_full_name() not in page
    assert cast.user("bureau", "officer").get_full_name() not in page


def test_anybody_comments_and_the_bureau_shows_it(cast: Cast):
    case = in_comment(cast)
    where = reverse("comment_methodology", args=[case.pk])
    answer = browser(None).post(where, {"text": "Night <b>buses</b> are missing.", "name": "A passenger"})
    assert answer.status_code == 302
    comment = PublicComment.objects.get()
    stranger = browser(None)
    assert "Night" not in stranger.get(case.get_absolute_url()).content.decode()
    officer = browser(cast.user("bureau", "officer"))
    assert "Night &lt;b&gt;buses" in officer.get(case.get_absolute_url()).content.decode()
    officer.post(reverse("show_comment", args=[comment.pk]), {"shown": "yes"})
    assert "Night &lt;b&gt;buses" in stranger.get(case.get_absolute_url()).content.decode()
    assert (
        browser(cast.user("developer", "representative")).get(reverse("show_comment", args=[comment.pk])).status_code
        == 403
    )


def test_a_flood_of_comments_is_stopped(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pages, "COMMENTS", Rate(per_minute=1, burst=2, name="test-comment"))
    case = in_comment(cast)
    where = reverse("comment_methodology", args=[case.pk])
    answers = [browser(None).post(where, {"text": f"Comment {number}"}).status_code for number in range(4)]
    assert answers == [302, 302, 422, 422] and PublicComment.objects.count() == 2
    assert api.COMMENTS.name == "methodology-comment"


def test_an_expert_gives_an_opinion_on_a_page(cast: Cast):
    case = filed(cast)
    expert = browser(cast.user("bureau", "expert"))
    assert reverse("give_opinion", args=[case.pk]) in expert.get(case.get_absolute_url()).content.decode()
    answer = expert.post(reverse("give_opinion", args=[case.pk]), {"verdict": "conditional", "text": "With a cap."})
    assert answer.status_code == 302 and ExpertOpinion.objects.get().verdict == "conditional"
    assert reverse("give_opinion", args=[case.pk]) not in expert.get(case.get_absolute_url()).content.decode()
    stranger = browser(cast.user("developer", "representative"))
    assert stranger.get(reverse("give_opinion", args=[case.pk])).status_code == 403


def test_a_developer_begins_and_revises_on_pages(cast: Cast):
    developer = browser(cast.user("developer", "representative"))
    whose = cast.organisation("developer").pk
    answer = developer.post(reverse("new_methodology"), {"methodology": f"{TRANSIT} v1", "organisation": whose})
    assert answer.status_code == 302
    case = MethodologyCase.objects.get()
    assert (case.state, case.organisation_id) == ("draft", whose)
    texts = {name.removesuffix(".yaml"): text for name, text in texts_of(case).items()}
    texts["methodology"] = texts["methodology"].replace("version: v1", "version: v2")
    where = reverse("revise_methodology", args=[case.pk])
    wrong = developer.post(where, {**texts, "organisation": whose, "parameters": "sz_public_transport.x: ["})
    assert wrong.status_code == 422 and MethodologyCase.objects.count() == 1
    assert developer.post(where, {**texts, "organisation": whose}).status_code == 302
    assert MethodologyCase.objects.filter(version="v2", packaged=False).exists()
    reader = browser(cast.user("developer", "reader"))
    assert reader.get(reverse("new_methodology")).status_code == 403


@pytest.mark.parametrize("reader", READERS, ids=str)
def test_pages_ask_the_database_little(reader: tuple[str, str] | None, cast: Cast):
    case = in_comment(cast)
    for number in range(3):
        do_show_comment(
            do_comment_methodology(case, f"Comment {number}"), shown=True, acting_user=cast.user("bureau", "officer")
        )
    taken_over(cast, "sz_milk_cartons")
    scene = scene_published(cast)
    client = browser(cast.user(*reader) if reader else None)
    for where in (
        reverse("credits"),
        reverse("methodologies"),
        case.get_absolute_url(),
        reverse("scenes"),
        scene.get_absolute_url(),
        reverse("workflow", args=["methodologies"]),
    ):
        client.get(where)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            answer = client.get(where)
        assert answer.status_code == 200, where
        assert len(asked) <= STATEMENTS, (where, [each["sql"][:120] for each in asked.captured_queries])


def test_the_front_page_counts_what_one_may_see(cast: Cast):
    drafted(cast)
    taken_over(cast, "sz_milk_cartons")
    applied(cast)
    from tanheng.credits.filing.front import shelves

    def counts(user: User | None) -> dict[str, int]:
        return {shelf.slug: shelf.count for shelf in shelves(user) if shelf.slug in ("methodologies", "scenes")}

    assert counts(None) == {"methodologies": 1, "scenes": 0}
    assert counts(cast.user("bureau", "officer")) == {"methodologies": 2, "scenes": 1}
    assert counts(cast.user("emitter", "reader")) == {"methodologies": 1, "scenes": 1}


def test_the_front_page_leads_to_what_one_may_read(cast: Cast):
    def leads(user: User | None) -> set[str]:
        page = browser(user).get(reverse("credits")).content.decode()
        routes = ("register", "statistics", "mine", "shop", "points", "registries", "neutralities", "offset_uses")
        return {route for route in routes if f'href="{reverse(route)}"' in page}

    for_all = {"register", "statistics", "mine", "shop", "neutralities", "offset_uses"}
    assert leads(None) == for_all
    assert leads(cast.user("bureau", "officer")) == for_all | {"points", "registries"}


@pytest.mark.parametrize("state", SCENE_IN)
def test_who_reads_a_scene(state: str, cast: Cast):
    case: SceneCase = SCENE_IN[state](cast)
    public = state in ("published", "review", "ended")
    assert browser(None).get(case.get_absolute_url()).status_code == (200 if public else 404)
    assert browser(cast.user("emitter", "reader")).get(case.get_absolute_url()).status_code == 200
    assert browser(cast.user("other emitter", "representative")).get(case.get_absolute_url()).status_code == (
        200 if public else 404
    )
    page = browser(None).get(case.get_absolute_url()).content.decode() if public else ""
    assert "Four million trips" not in page and "Gates count each trip once." not in page


def test_a_scene_is_applied_for_on_a_page(cast: Cast):
    fields = {"name": "Line 11", "scene": "public_transport", "place": "Shenzhen", "behaviour": "Trips"}
    whose = cast.organisation("emitter").pk
    client = browser(cast.user("emitter", "representative"))
    wrong = client.post(reverse("new_scene"), {**fields, "organisation": whose})
    assert wrong.status_code == 422 and not SceneCase.objects.exists()
    done = client.post(
        reverse("new_scene"), {**fields, "organisation": whose, "data_protection": "Hashed at the gate."}
    )
    assert done.status_code == 302 and SceneCase.objects.get().state == "applied"


def test_an_expert_of_the_applicant_does_not_assess_its_scene(cast: Cast):
    from tests.credits.filing.roads import by_one

    from tanheng.problems import InputRejected

    expert = cast.user("bureau", "expert")
    expert.memberships.create(organisation=cast.organisation("emitter"), role="reader")
    with pytest.raises(InputRejected, match=r"filing\.E021"):
        by_one(applied(cast), "assess", cast.user("bureau", "expert"), finding="Sound")


def test_a_review_that_is_late_is_told(cast: Cast):
    case = scene_published(cast)
    assert case.review_due is not None and case.review_due.year == today().year + 1
    SceneCase.objects.filter(pk=case.pk).update(review_due=day(-1))
    page = browser(None).get(reverse("scenes")).content.decode()
    assert "overdue" in page


def test_the_whole_way_from_outside(cast: Cast):
    developer = program(cast, "developer", "representative", "credits:read", "credits:write")
    made = sent(
        developer,
        "/methodologies",
        {"organisation": cast.organisation("developer").pk, "identifier": TRANSIT, "version": "v1"},
    )
    assert made.status_code == 200, made.content
    key = made.json()["id"]
    steps = f"/api/credits/cases/methodologies/{key}"
    assert developer.post(f"{steps}/file", {}, content_type="application/json").json()["state"] == "filed"
    for name in ("expert", "expert2"):
        expert = program(cast, "bureau", name, "credits:read", "credits:write")
        said = sent(expert, f"/methodologies/{key}/opinions", {"verdict": "for", "text": "Good."})
        assert said.status_code == 200 and said.json()["digest"] == made.json()["digest"]
    officer = program(cast, "bureau", "officer", "credits:read", "credits:write")
    given = {"given": {"from": day(0), "until": day(20)}}
    assert officer.post(f"{steps}/assess", {}, content_type="application/json").json()["state"] == "assessed"
    assert officer.post(f"{steps}/open_comment", given, content_type="application/json").json()["state"] == "comment"
    answer = sent(Client(), f"/methodologies/{key}/comments", {"text": "Night buses are missing."})
    assert answer.status_code == 200 and answer.json()["shown"] is None
    shown = sent(officer, f"/comments/{answer.json()['id']}", {"shown": True})
    assert shown.json()["shown"] is True
    assert [each["id"] for each in Client().get("/api/credits/filing/register").json()["items"]] == [key]
    assert Client().get("/api/credits/filing/methodologies").status_code == 401
    passages = program(cast, "other emitter", "reader", "credits:read").get(f"{steps}/passages").json()
    assert [each["step"] for each in passages] == ["open_comment"]


def test_the_version_in_force_is_told_to_anybody(cast: Cast):
    taken_over(cast)
    found = Client().get(f"/api/credits/filing/in-force?identifier={TRANSIT}&on=2025-03-01").json()
    assert (found["version"], found["since"], found["until"]) == ("v1", "2022-01-01", None)
    assert Client().get(f"/api/credits/filing/in-force?identifier={TRANSIT}&on=2021-03-01").status_code == 404


def test_what_was_said_is_in_the_log(cast: Cast):
    case = in_comment(cast)
    comment = do_comment_methodology(case, "Night buses are missing.")
    seal()
    opinion = ExpertOpinion.objects.earliest("pk")
    assert '"verdict":"for"' in proofs.inclusion(15, opinion.pk, with_body=True)["body"]
    assert "Night buses" in proofs.inclusion(16, comment.pk, with_body=True)["body"]


def test_a_published_methodology_can_be_read_by_who_has_nothing_to_do_with_it(cast: Cast):
    case = published(cast)
    make: Callable[..., Any] = browser(cast.user("other emitter", "administrator")).get
    page = make(case.get_absolute_url()).content.decode()
    assert "open to public comment" in page.lower()
    assert cast.user("bureau", "officer").get_full_name() not in page
