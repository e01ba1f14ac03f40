"""Whoever gets past the program and writes SQL: what must never be of a methodology is refused there too."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction
from tests.credits.filing.roads import (
    SCENE_IN,
    applied,
    assessed,
    drafted,
    filed,
    heard,
    in_comment,
    published,
    scene_published,
    taken_over,
)
from tests.people.cast import Cast

from tanheng.credits.filing.actions import do_comment_methodology
from tanheng.credits.filing.models import MethodologyCase

CASES = "credit_filing_methodologycase"
OPINION = """
INSERT INTO credit_filing_expertopinion (case_id, expert_id, digest, verdict, text) VALUES (%s, %s, %s, 'for', 'x')
"""
HOLDS = "state = 'published', in_force_from = '2025-01-01', published_on = '2025-01-01'"


def sql(statement: str, *values: str | int | None) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def refused(statement: str, *values: str | int | None, match: str | None = None) -> None:
    with pytest.raises(DatabaseError, match=match):
        sql(statement, *values)


@pytest.mark.parametrize(
    ("make", "state", "why"),
    [
        (drafted, "published", "a notice has to say"),
        (drafted, "assessed", "no step leads|2 experts"),
        (filed, "assessed", "2 experts have to be for its text"),
        (filed, "published", "2 experts|no step leads"),
        (in_comment, "published", "can still comment"),
        (published, "draft", "no step leads"),
        (published, "comment", "no step leads"),
    ],
)
def test_no_state_is_reached_by_another_way(make: Callable[[Cast], MethodologyCase], state: str, why: str, cast: Cast):
    case = make(cast)
    refused(
        f"UPDATE {CASES} SET state = %s, in_force_from = '2030-01-01', published_on = '2029-01-01' WHERE id = %s",
        state,
        case.pk,
        match=why,
    )


def test_the_opinions_of_an_earlier_text_do_not_count(cast: Cast):
    case = heard(cast)
    refused(
        f"UPDATE {CASES} SET digest = %s, state = 'assessed' WHERE id = %s", "0" * 64, case.pk, match="does not change"
    )


@pytest.mark.parametrize("field", ["digest", "version", "identifier"])
def test_what_was_filed_is_not_exchanged(field: str, cast: Cast):
    case = assessed(cast)
    refused(f"UPDATE {CASES} SET {field} = 'other' WHERE id = %s", case.pk, match="does not change")


def test_since_when_it_holds_is_not_moved(cast: Cast):
    case = taken_over(cast)
    refused(f"UPDATE {CASES} SET in_force_from = '2020-01-01' WHERE id = %s", case.pk, match="does not change")
    refused(f"UPDATE {CASES} SET notice = 'another' WHERE id = %s", case.pk, match="does not change")


def test_two_versions_do_not_hold_on_one_day(cast: Cast):
    taken_over(cast)
    other = drafted(cast, whose="developer")
    sql(f"UPDATE {CASES} SET version = 'v7', notice = 'n' WHERE id = %s", other.pk)
    refused(f"UPDATE {CASES} SET {HOLDS} WHERE id = %s", other.pk, match="credit_methodology_one_a_day")


def test_nothing_begins_as_published_and_nothing_is_deleted(cast: Cast):
    case = drafted(cast)
    columns = "organisation_id, identifier, name_en, name_zh, scheme, track, scene, digest, packaged, page, facts, "
    columns += "answer_to_experts, answer_to_public, notice"
    refused(
        f"INSERT INTO {CASES} ({columns}, version, state) "
        f"SELECT {columns}, 'v8', 'published' FROM {CASES} WHERE id = %s",
        case.pk,
        match="begins as a draft|no step leads",
    )
    refused(f"DELETE FROM {CASES} WHERE id = %s", case.pk)
    refused("DELETE FROM credit_filing_scenecase WHERE id = %s", applied(cast).pk)


def test_opinions_stay_as_they_are(cast: Cast):
    heard(cast)
    refused("UPDATE credit_filing_expertopinion SET verdict = 'against'")
    refused("DELETE FROM credit_filing_expertopinion")


def test_the_filer_has_no_opinion_in_the_books(cast: Cast):
    case = filed(cast)
    refused(
        OPINION,
        case.pk,
        case.filed_by_id,
        case.digest,
        match="does not judge it",
    )


def test_an_opinion_is_about_the_text_as_it_stands(cast: Cast):
    case = filed(cast)
    refused(
        OPINION,
        case.pk,
        cast.user("bureau", "expert").pk,
        "0" * 64,
        match="not open to opinions on that text",
    )


def test_the_text_of_a_comment_stays(cast: Cast):
    comment = do_comment_methodology(in_comment(cast), "It is too high.")
    refused("UPDATE credit_filing_publiccomment SET text = 'It is fine.' WHERE id = %s", comment.pk)
    refused("DELETE FROM credit_filing_publiccomment WHERE id = %s", comment.pk)
    refused("UPDATE credit_filing_publiccomment SET shown = false WHERE id = %s", comment.pk)
    sql("UPDATE credit_filing_publiccomment SET shown = true WHERE id = %s", comment.pk)


def test_no_comment_comes_when_it_is_not_open(cast: Cast):
    case = assessed(cast)
    refused(
        "INSERT INTO credit_filing_publiccomment (case_id, name, text, hidden_because) VALUES (%s, '', 'x', '')",
        case.pk,
        match="not open to comments",
    )


def test_a_scene_protects_data_and_was_assessed(cast: Cast):
    case = scene_published(cast)
    refused("UPDATE credit_filing_scenecase SET data_protection = '' WHERE id = %s", case.pk)
    refused("UPDATE credit_filing_scenecase SET finding = '' WHERE id = %s", case.pk)
    refused("UPDATE credit_filing_scenecase SET review_due = NULL WHERE id = %s", case.pk)


@pytest.mark.parametrize("state", ["ended", "refused", "withdrawn"])
def test_no_scene_comes_back(state: str, cast: Cast):
    case = SCENE_IN[state](cast)
    refused("UPDATE credit_filing_scenecase SET state = 'published' WHERE id = %s", case.pk, match="no step leads")
