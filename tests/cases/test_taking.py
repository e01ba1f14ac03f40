"""A step is taken by who has the right, in its state, with what it asks for; one passage and one leaf, or nothing."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation
from tests.credits.filing.roads import applied, assessed, by_two, day, drafted, filed, in_comment, past_comment
from tests.people.cast import Cast

from tanheng.cases.access import NoCase, access_case
from tanheng.cases.diagram import diagram
from tanheng.cases.guards import put_in_place
from tanheng.cases.models import AllowedChange, Passage
from tanheng.cases.steps import CASES, arrows, steps_of
from tanheng.cases.taking import open_steps, take, title_of_request
from tanheng.credits.filing.models import MethodologyCase, SceneCase
from tanheng.people import approvals
from tanheng.people.actions import do_create_token
from tanheng.people.models import Approval, AuditEntry
from tanheng.people.rights import HOUSE, Refused
from tanheng.problems import InputRejected
from tanheng.transparency import proofs
from tanheng.transparency.sealing import seal


def passages(case: MethodologyCase | SceneCase) -> list[str]:
    rows = Passage.objects.filter(kind=case.SLUG, case=case.pk).order_by("pk")
    return list(rows.values_list("step", flat=True))


def test_a_step_leaves_a_passage_that_is_in_the_log(cast: Cast):
    case = filed(cast)
    last = Passage.objects.get(kind="methodologies", case=case.pk, step="file")
    assert (last.source, last.target, last.by) == ("draft", "filed", cast.user("developer", "representative"))
    seal()
    body = proofs.inclusion(12, last.pk, with_body=True)["body"]
    assert '"step":"file"' in body and '"target":"filed"' in body


def test_what_a_step_refuses_leaves_nothing(cast: Cast):
    case = filed(cast)
    with pytest.raises(InputRejected):
        take(case, "assess", acting_user=cast.user("bureau", "officer"))
    case.refresh_from_db()
    assert case.state == "filed" and passages(case) == ["begin", "file"]


@pytest.mark.parametrize(
    ("step", "given", "code"),
    [
        ("fly", {}, r"cases\.E001"),
        ("publish", {"from": "2030-01-01"}, r"cases\.E002"),
        ("send_back", {}, r"cases\.E003"),
        ("send_back", {"what": " "}, r"cases\.E003"),
        ("send_back", {"what": "x" * 2001}, r"cases\.E003"),
        ("send_back", {"what": "x", "else": "y"}, r"cases\.E003"),
    ],
)
def test_what_cannot_be_meant_is_told(step: str, given: dict[str, str], code: str, cast: Cast):
    case = filed(cast)
    with pytest.raises(InputRejected, match=code):
        take(case, step, acting_user=cast.user("bureau", "officer"), given=given)


def test_who_may_not_is_told_before_anything_is_looked_at(cast: Cast):
    case = filed(cast)
    with pytest.raises(Refused):
        take(case, "assess", acting_user=cast.user("developer", "representative"))


def test_two_persons_are_two(cast: Cast):
    case = past_comment(cast)
    officer = cast.user("bureau", "officer")
    officer.memberships.create(organisation=cast.organisation("bureau"), role="approver")
    asked = take(case, "publish", acting_user=cast.user("bureau", "officer"), given={"from": day(0)})
    assert asked.approval is not None
    case.refresh_from_db()
    assert case.state == "comment" and passages(case)[-1] == "open_comment"
    with pytest.raises(Refused, match="another person"):
        approvals.confirm(asked.approval.pk, cast.user("bureau", "officer"))
    approvals.confirm(asked.approval.pk, cast.user("bureau", "approver"))
    last = Passage.objects.get(kind="methodologies", case=case.pk, step="publish")
    assert (last.by, last.second_by, last.approval) == (officer, cast.user("bureau", "approver"), asked.approval.pk)


def test_a_request_that_has_become_untrue_is_not_done(cast: Cast):
    case = past_comment(cast)
    asked = take(case, "publish", acting_user=cast.user("bureau", "officer"), given={"from": day(0)})
    assert asked.approval is not None
    take(case, "withdraw", acting_user=cast.user("developer", "representative"))
    with pytest.raises(InputRejected, match=r"cases\.E002"):
        approvals.confirm(asked.approval.pk, cast.user("bureau", "approver"))
    assert Approval.objects.get().state == "pending"
    case.refresh_from_db()
    assert case.state == "withdrawn"


def test_a_request_has_a_title_that_people_read():
    said = title_of_request("cases.methodologies.publish")
    assert said is not None and said.zh == "公布"
    assert title_of_request("ledger.transfer") is None and title_of_request("credits.nothing.publish") is None


def test_steps_are_offered_to_who_may_take_them_now(cast: Cast):
    case = drafted(cast)
    people = (("developer", "representative"), ("bureau", "officer"), ("other emitter", "representative"))
    offered = {name: [each.name for each in open_steps(case, cast.user(*name))] for name in people}
    assert offered[("developer", "representative")] == ["file", "withdraw"]
    assert offered[("bureau", "officer")] == ["take_over"]
    assert offered[("other emitter", "representative")] == [] and open_steps(case, None) == []


def test_a_step_that_another_takes_along_is_not_offered(cast: Cast):
    case = past_comment(cast)
    by_two(case, "publish", cast, **{"from": day(0)})
    assert [each.name for each in open_steps(case, HOUSE)] == ["retire"]


def test_a_passage_is_never_changed(cast: Cast):
    case = filed(cast)
    for statement in (
        "UPDATE credit_cases_passage SET reason = 'other'",
        "DELETE FROM credit_cases_passage",
        "TRUNCATE credit_cases_passage",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert passages(case) == ["begin", "file"]


def test_no_second_person_without_a_request(cast: Cast):
    drafted(cast)
    columns = 'kind, "case", called, step, source, target, reason, given, public'
    table = "credit_cases_passage"
    copied = f"INSERT INTO {table} ({columns}, second_by_id) SELECT {columns}, %s FROM {table}"
    refused = pytest.raises(DatabaseError, match="credit_passage_by_two")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(copied, [cast.user("bureau", "approver").pk])


def test_the_databases_table_says_what_the_steps_say(db: None):
    AllowedChange.objects.create(kind="credit_filing_scenecase", source="refused", target="published")
    put_in_place()
    for model in (MethodologyCase, SceneCase):
        table = model._meta.db_table
        declared = {("", model.INITIAL)} | {(source, target) for source, target, _step in arrows(model)}
        assert set(AllowedChange.objects.filter(kind=table).values_list("source", "target")) == declared


@pytest.mark.parametrize("slug", sorted(CASES))
def test_a_drawing_shows_every_state_and_every_step(slug: str):
    model = CASES[slug]
    current = model.INITIAL
    with translation.override("en"):
        drawing = ElementTree.fromstring(str(diagram(model, current)))
    texts = [each.text or "" for each in drawing.iter("{http://www.w3.org/2000/svg}text")]
    assert {state.en for state in model.STATES.values()} <= set(texts)
    joined = " / ".join(texts)
    assert all(each.title.en in joined for each in steps_of(model).values())
    ways = {(source, target) for source, target, _step in arrows(model)}
    drawn = [each for each in drawing.iter("{http://www.w3.org/2000/svg}path") if each.get("class") == "way"]
    assert len(drawn) == len(ways)
    here = [each for each in drawing.iter("{http://www.w3.org/2000/svg}g") if each.get("class") == "here"]
    assert len(here) == 1
    assert "style" not in str(diagram(model)), "no style may stand in a page"


@pytest.mark.parametrize("slug", sorted(CASES))
def test_every_state_can_be_reached_and_every_step_taken(slug: str):
    model = CASES[slug]
    reached, before = {model.INITIAL}, set[str]()
    while reached != before:
        before = set(reached)
        reached |= {target for source, target, _step in arrows(model) if source in reached}
    assert reached == set(model.STATES), "a state that no step leads to is no state"


def test_a_step_on_its_page(cast: Cast):
    case = assessed(cast)
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast.user("bureau", "officer"))
    where = reverse("take_step", args=["methodologies", case.pk, "open_comment"])
    page = client.get(where).content.decode()
    assert "The first day on which anybody may comment." in page and 'name="until"' in page
    wrong = client.post(where, {"from": day(3), "until": day(1)})
    assert wrong.status_code == 422 and "is before the first day" in wrong.content.decode()
    done = client.post(where, {"from": day(0), "until": day(9), "reason": "Ten days are enough for two figures."})
    assert done.status_code == 302 and done["Location"] == case.get_absolute_url()
    assert "Ten days are enough" in Client().get(case.get_absolute_url()).content.decode()
    assert client.get(reverse("take_step", args=["methodologies", case.pk, "fly"])).status_code == 404
    assert client.get(reverse("take_step", args=["nothing", case.pk, "file"])).status_code == 404
    client.force_login(cast.user("developer", "representative"))
    assert client.get(where).status_code == 403
    stranger = Client()
    stranger.force_login(cast.user("other emitter", "representative"))
    hidden = drafted(cast, "sz_milk_cartons")
    assert stranger.get(reverse("take_step", args=["methodologies", hidden.pk, "file"])).status_code == 404


def test_a_step_that_wants_two_leads_to_its_request(cast: Cast):
    case = past_comment(cast)
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast.user("bureau", "officer"))
    done = client.post(reverse("take_step", args=["methodologies", case.pk, "publish"]), {"from": day(0)})
    assert done.status_code == 302 and done["Location"] == reverse("approval", args=[Approval.objects.get().pk])


def test_the_public_reads_the_public_steps_alone(cast: Cast):
    case = in_comment(cast)
    hidden = Passage.objects.get(kind="methodologies", case=case.pk, step="file")
    shown = Passage.objects.get(kind="methodologies", case=case.pk, step="open_comment")
    seal()
    stranger = Client()
    assert stranger.get(reverse("passage_proof", args=[hidden.pk])).status_code == 404
    assert stranger.get(reverse("passage_proof", args=[shown.pk])).status_code == 200
    # Whoever has an account reads no more than the public of a case of others.
    stranger.force_login(cast.user("other emitter", "representative"))
    assert stranger.get(reverse("passage_proof", args=[hidden.pk])).status_code == 404
    page = stranger.get(case.get_absolute_url()).content.decode()
    assert reverse("passage_proof", args=[shown.pk]) in page and reverse("passage_proof", args=[hidden.pk]) not in page
    stranger.force_login(cast.user("developer", "reader"))
    assert stranger.get(reverse("passage_proof", args=[hidden.pk])).status_code == 200


def test_a_step_from_outside_is_taken_once(cast: Cast):
    case = drafted(cast)
    filer = cast.user("developer", "representative")
    _token, key = do_create_token("t", ["credits:write", "credits:read"], acting_user=filer)
    client = Client(headers={"authorization": f"Bearer {key}"})
    where = f"/api/credits/cases/methodologies/{case.pk}"
    assert client.get(where).json()["steps"] == ["file", "withdraw"]
    first, again = (
        client.post(f"{where}/file", {}, content_type="application/json", headers={"Idempotency-Key": "a-1"})
        for _time in range(2)
    )
    assert (first.status_code, again.status_code) == (200, 200) and again["Idempotency-Replayed"] == "true"
    assert client.post(f"{where}/file", {}, content_type="application/json").status_code == 422
    assert passages(case) == ["begin", "file"]
    assert Client().get(where).status_code == 401
    _token, key = do_create_token("t", ["credits:read"], acting_user=filer)
    narrow = Client(headers={"authorization": f"Bearer {key}"})
    assert narrow.post(f"{where}/withdraw", {}, content_type="application/json").status_code == 403


def test_what_is_not_there_and_what_is_not_yours_look_the_same(cast: Cast):
    hidden = applied(cast)
    other = cast.user("other emitter", "representative")
    for slug, key in (("scenes", hidden.pk), ("scenes", hidden.pk + 1000), ("nothing", 1)):
        with pytest.raises(NoCase):
            access_case(other, slug, key)


def test_the_audit_trail_has_the_step(cast: Cast):
    case = filed(cast)
    rows = AuditEntry.objects.filter(action="cases.step", subject=f"methodologies {case.pk}").order_by("pk")
    assert [(row.old or {}).get("state") for row in rows] == [None, "draft"]
    last = rows[1].new or {}
    assert (last["state"], last["step"]) == ("filed", "file") and rows[1].organisation == cast.organisation("developer")


def test_the_page_of_a_workflow_is_for_anybody(db: None):
    page = Client(headers={"accept-language": "zh-hans"}).get(reverse("workflow", args=["scenes"])).content.decode()
    assert re.search(r"<svg[^>]*碳普惠场景", page)
