"""Whoever gets past the program and writes SQL: what must never be of a title or a complaint is refused there too."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.communities.roads import (
    APPROVER,
    COMMUNITY_IN,
    DIGEST,
    OFFICER,
    a_study,
    answered,
    applied,
    by_one,
    by_two,
    ended,
    evaluated,
    in_review,
    received,
    titled,
)
from tests.people.cast import Cast

from tanheng.cases.models import Passage
from tanheng.cases.taking import take
from tanheng.communities import community_cases
from tanheng.communities.actions import do_complain
from tanheng.communities.judging import judged
from tanheng.communities.models import Community, Complaint, Study
from tanheng.measures.quiet.assessment.communities import Observed
from tanheng.people import approvals
from tanheng.people.anonymity import number_in
from tanheng.people.models import Approval
from tanheng.people.rights import HOUSE
from tanheng.problems import InputRejected

COMMUNITIES, COMPLAINTS = "communities_community", "communities_complaint"
CARD = """'{"card": {}, "figures": {}}'::jsonb"""
TITLE = "state = 'titled', titled_on = current_date - 1, review_due = current_date + 300"
COMPLAINT = f"INSERT INTO {COMPLAINTS} (state, word, source, place, noticed_at, text, answer, organisation_id) VALUES "
COMPLAINT += "('received', %s, 'traffic', %s, now(), %s, '', %s)"


def sql(statement: str, *values: str | int | None) -> None:
    """As a transaction that is committed: what is looked at in the end is looked at."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def refused(statement: str, *values: str | int | None, match: str | None = None) -> None:
    with pytest.raises(DatabaseError, match=match):
        sql(statement, *values)


@pytest.mark.parametrize(
    ("make", "change", "why"),
    [
        (applied, TITLE, "no evaluation|no step leads"),
        (applied, "state = 'evaluated'", "no evaluation with the score card"),
        (applied, "state = 'evaluated', finding = 'x'", "no evaluation with the score card"),
        (evaluated, TITLE, "two persons give a title"),
        (evaluated, f"{TITLE}, judged = NULL", "what was found does not change"),
        (evaluated, "state = 'titled', titled_on = current_date - 1", "quiet_title_reviewed"),
        (evaluated, f"{TITLE.replace('+ 300', '+ 400')}", "not put off"),
        (titled, "state = 'ended', ended_on = current_date", "two persons give a title or take it away"),
        (titled, "state = 'ended'", "does not change"),
        (titled, "review_due = review_due + 1", "not put off"),
        (titled, "titled_on = titled_on - 30", "the day of its title"),
        (in_review, "state = 'titled', review_due = current_date + 400", "not put off"),
        (in_review, "state = 'titled', report = ''", "renewed by a report"),
        (ended, "state = 'titled', ended_on = NULL", "no step leads"),
        (ended, "ended_on = NULL", "does not change"),
        *((COMMUNITY_IN[state], TITLE, "no step leads|no evaluation") for state in ("refused", "withdrawn")),
    ],
)
def test_no_title_by_another_way(make: Callable[[Cast], Community], change: str, why: str, cast: Cast):
    a_study()
    case = make(cast)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # by the ways of people, all is well
    refused(f"UPDATE {COMMUNITIES} SET {change} WHERE id = %s", case.pk, match=why)


def a_finding(cast: Cast, **other: object) -> tuple[str, str]:
    """As it would be written past the program: the statement and what was found."""
    found = {**judged(a_study(), "c"), **other}
    change = "state = 'evaluated', study_id = (SELECT max(id) FROM communities_study), feature = 'c', finding = 'x', "
    change += f"evaluated_by_id = {cast.user(*OFFICER).pk}, judged = %s::jsonb"
    return f"UPDATE {COMMUNITIES} SET {change} WHERE id = %s", json.dumps(found)


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"study": "b" * 64}, "of another study"),
        ({"study": None}, "of another study"),
        ({"id": "d"}, "of another outline"),
        ({"id": None}, "of another outline"),
        ({"on": "2999-01-01"}, "no day that was"),
        ({"on": None}, "no day that was"),
        ({}, "no step tells of its evaluation"),
    ],
)
def test_an_evaluation_is_of_this_community_and_somebodys(other: dict[str, object], why: str, cast: Cast):
    case = applied(cast)
    statement, found = a_finding(cast, **other)
    refused(statement, found, case.pk, match=why)


CARDS: dict[str, tuple[dict[str, object], str]] = {
    "score": ({"card": {"score": 59.5, "title": False, "least_for_title": 60.0}}, "noise.E094"),
    "study": ({"study": "b" * 64}, "noise.E093"),
    "outline": ({"id": "d"}, "noise.E093"),
}


@pytest.mark.parametrize("what", CARDS)
def test_no_title_on_an_evaluation_that_does_not_carry_it(what: str, cast: Cast, monkeypatch: pytest.MonkeyPatch):
    other, code = CARDS[what]
    a_study()

    def as_found(study: Study, feature: str, observed: Observed | None = None) -> dict[str, object]:
        return {**judged(study, feature), **other}

    with connection.cursor() as cursor:
        # As if it had been written before the database looked at it.
        cursor.execute("DROP TRIGGER quiet_title_evaluation_own ON communities_community")
    monkeypatch.setattr(community_cases, "judged", as_found)
    case = by_one(applied(cast), "evaluate", cast, OFFICER, study=DIGEST, feature="c", finding="Loud")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "CREATE TRIGGER quiet_title_evaluation_own BEFORE UPDATE ON communities_community FOR EACH ROW "
            "WHEN (NEW.state <> OLD.state AND NEW.state IN ('evaluated', 'titled')) "
            "EXECUTE FUNCTION quiet_evaluation_own()"
        )
    with pytest.raises(InputRejected, match=code.replace(".", r"\.")):
        take(case, "give_title", acting_user=cast.user(*OFFICER))
    assert not Approval.objects.exists(), "no second person is asked for nothing"
    refused(f"UPDATE {COMMUNITIES} SET {TITLE} WHERE id = %s", case.pk, match="does not carry the title")


@pytest.mark.parametrize("change", ["study_id = NULL", "finding = 'better'", f"judged = {CARD}", "feature = 'other'"])
def test_what_was_found_is_not_exchanged(change: str, cast: Cast):
    case = evaluated(cast)
    refused(f"UPDATE {COMMUNITIES} SET {change} WHERE id = %s", case.pk, match="what was found does not change")


@pytest.mark.parametrize("change", ["name = 'Other'", "households = 9", "organisation_id = organisation_id + 1"])
def test_what_was_applied_with_is_not_exchanged(change: str, cast: Cast):
    case = applied(cast)
    refused(f"UPDATE {COMMUNITIES} SET {change} WHERE id = %s", case.pk, match="applied with does not change")


def test_nothing_begins_with_a_title_and_nothing_is_deleted(cast: Cast):
    case = titled(cast)
    columns = "organisation_id, name, address, households, measures, feature, finding, report"
    for state, found in (("titled", "study_id, judged"), ("applied", "NULL, NULL"), ("applied", "study_id, NULL")):
        refused(
            f"INSERT INTO {COMMUNITIES} ({columns}, study_id, judged, state) "
            f"SELECT {columns}, {found}, '{state}' FROM {COMMUNITIES} WHERE id = %s",
            case.pk,
            match="begins with its application|no step leads",
        )
    refused(f"DELETE FROM {COMMUNITIES} WHERE id = %s", case.pk, match="written once")
    refused(f"DELETE FROM {COMPLAINTS} WHERE id = %s", received(cast).pk, match="written once")
    refused("DELETE FROM communities_study WHERE digest = %s", DIGEST, match="written once")
    refused("UPDATE communities_study SET digest = %s", "b" * 64, match="only who reads it changes")
    sql("UPDATE communities_study SET public = true")


def test_a_title_with_a_passage_that_nobody_confirmed_is_none(cast: Cast):
    case = evaluated(cast)
    asked = take(case, "give_title", acting_user=cast.user(*OFFICER)).approval
    assert asked is not None
    with pytest.raises(DatabaseError, match="two persons give a title"), transaction.atomic():
        Passage.objects.create(
            kind="communities",
            case=case.pk,
            called=case.called,
            step="give_title",
            source="evaluated",
            target="titled",
            by=cast.user(*OFFICER),
            second_by=cast.user(*APPROVER),
            approval=asked.pk,
        )
        sql(f"UPDATE {COMMUNITIES} SET {TITLE} WHERE id = %s", case.pk)


def test_who_evaluated_does_not_confirm_the_title(cast: Cast):
    a_study()
    both = cast.user(*APPROVER)
    both.memberships.create(organisation=cast.organisation("bureau"), role="officer")
    case = by_one(applied(cast), "evaluate", cast, APPROVER, study=DIGEST[:8], finding="Quiet")
    asked = take(case, "give_title", acting_user=cast.user(*OFFICER)).approval
    assert asked is not None
    with pytest.raises(InputRejected, match=r"noise\.E087"):
        approvals.confirm(asked.pk, cast.user(*APPROVER))
    with pytest.raises(InputRejected, match=r"noise\.E087"):
        take(case, "give_title", acting_user=HOUSE)
    assert Community.objects.get(pk=case.pk).state == "evaluated"


def test_passages_stay_as_they_were_written(cast: Cast):
    case = titled(cast)
    for change in ("reason = 'x'", "by_id = second_by_id", "target = 'ended'", "second_by_id = NULL, approval = NULL"):
        refused(
            f"UPDATE credit_cases_passage SET {change} WHERE kind = 'communities' AND \"case\" = %s",
            case.pk,
            match="written once",
        )
    refused("DELETE FROM credit_cases_passage WHERE kind = 'communities'", match="written once")


WHO = (
    "打电话13800138000找我",
    "+8613800138000",
    "Write to a.b@example.com",
    "１３８００１３８０００",
    "证号11010519491231002X",
)


@pytest.mark.parametrize("said", WHO)
def test_no_number_of_a_person_is_kept_with_a_complaint(said: str, cast: Cast):
    assert number_in(said), "the program says so in words before the database does"
    refused(COMPLAINT, "w" * 16, "Lake Road", said, None, match="tells who complains")
    refused(COMPLAINT, "w" * 16, said, "Horns", None, match="tells who complains")


def test_a_complaint_has_no_place_for_a_name(cast: Cast):
    case = answered(cast)
    with connection.cursor() as cursor:
        cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_name = %s", [COMPLAINTS])
        columns = {name for (name,) in cursor.fetchall()}
    assert columns == {
        *("id", "state", "word", "organisation_id"),
        *("source", "place", "noticed_at", "text", "answer", "community_id"),
    }, "a new column of complaints is looked at for what it tells of who complains"
    refused(COMPLAINT, "w" * 16, "Lake Road", "Horns", cast.organisation("emitter").pk, match="tells who complains")
    refused(
        'INSERT INTO credit_cases_passage (kind, "case", called, step, source, target, reason, given, by_id, public) '
        "VALUES ('complaints', %s, 'x', 'begin', '', 'received', '', '{}', %s, false)",
        case.pk,
        cast.user("emitter", "reader").pk,
        match="names nobody",
    )
    for change in ("text = 'Nothing'", "place = 'Elsewhere'", "word = 'abc'", "noticed_at = now()"):
        refused(f"UPDATE {COMPLAINTS} SET {change} WHERE id = %s", case.pk, match="what was said does not change")
    area = titled(cast).pk
    refused(f"UPDATE {COMPLAINTS} SET community_id = {area} WHERE id = %s", case.pk, match="said with the answer")
    refused(f"UPDATE {COMPLAINTS} SET answer = '' WHERE id = %s", case.pk, match="noise_complaint_answered")
    refused(f"UPDATE {COMPLAINTS} SET state = 'received' WHERE id = %s", case.pk, match="no step leads")


def test_a_complaint_that_was_taken_before_is_still_answered(cast: Cast):
    case = answered(cast)
    with connection.cursor() as cursor:
        # As if what is refused today had been taken once.
        cursor.execute(
            "CREATE OR REPLACE FUNCTION quiet_tells_who(said text) RETURNS boolean LANGUAGE sql IMMUTABLE "
            "AS 'SELECT true'"
        )
        cursor.execute(f"UPDATE {COMPLAINTS} SET answer = 'We look into it.' WHERE id = %s", [case.pk])
        assert cursor.rowcount == 1
    refused(COMPLAINT, "w" * 16, "Lake Road", "Horns", None, match="tells who complains")


PIECES = st.sampled_from(
    [
        "13800138000",
        "0086",
        "86",
        "+",
        " ",
        "-",
        "11010519491231002",
        "X",
        "x",
        "１３８",
        "0013 8000",
        "@",
        "栋",
        "7",
        "19",
    ]
)
TEXTS = st.lists(st.one_of(PIECES, st.text("0123456789X 号-", max_size=20)), max_size=6).map("".join)


@pytest.mark.django_db
@settings(max_examples=40)
@given(st.lists(TEXTS, min_size=20, max_size=20))
def test_what_the_database_refuses_the_program_refused_in_words(texts: list[str]):
    """Otherwise who complains would meet a fault of the house instead of a sentence."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT said FROM unnest(%s::text[]) AS said WHERE quiet_tells_who(said)", [texts])
        refused_there = [said for (said,) in cursor.fetchall()]
    assert [said for said in refused_there if not number_in(said)] == []


@pytest.mark.parametrize("said", ["楼下 24 小时, 5 栋 1203, 85 dB", "门牌 138001380000 号", "单号 110105199913450020"])
def test_numbers_that_are_nobodys_are_taken(said: str, cast: Cast):
    case = do_complain(source="traffic", place="x", noticed_at=timezone.now() - timedelta(hours=1), text=said)
    assert Complaint.objects.get(pk=case.pk).text == said


def test_two_persons_take_a_title_away(cast: Cast):
    case = by_two(titled(cast), "end", cast, because="A bar opened")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    passage = Passage.objects.filter(kind="communities", case=case.pk).latest("pk")
    assert {passage.by_id, passage.second_by_id} == {cast.user(*OFFICER).pk, cast.user(*APPROVER).pk}
