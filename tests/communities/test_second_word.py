"""A request for a second person is told in words: which step of which case, who asked and decided, when and why."""

from __future__ import annotations

from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.communities.roads import APPROVER, MANAGER, OFFICER, evaluated, titled
from tests.people.cast import Cast

from tanheng.cases.taking import take
from tanheng.people import approvals
from tanheng.people.models import User


def page(user: User | None, place: str, language: str = "en") -> str:
    client = Client(headers={"Accept-Language": language})
    if user is not None:
        client.force_login(user)
    answer = client.get(place)
    assert answer.status_code == 200, place
    return unescape(answer.content.decode())


@pytest.mark.parametrize(
    ("language", "title", "waits", "refused"),
    [
        ("en", "Give the title", "waits for a second person", "refused"),
        ("zh", "授予称号", "待第二人确认", "已拒绝"),
    ],
)
def test_the_page_of_a_community_tells_who_decided_what_and_why(
    cast: Cast, language: str, title: str, waits: str, refused: str
):
    case = evaluated(cast)
    asked = take(case, "give_title", acting_user=cast.user(*OFFICER), reason="As quiet as they say").approval
    assert asked is not None
    told = page(cast.user(*OFFICER), case.get_absolute_url(), language)
    assert title in told and waits in told and "As quiet as they say" in told
    approvals.refuse(asked.pk, cast.user(*APPROVER), "The yard is loud")
    told = page(cast.user(*OFFICER), case.get_absolute_url(), language)
    approver = cast.user(*APPROVER).get_full_name()
    assert approver in told and "The yard is loud" in told and waits not in told and f">{refused}</span>" in told
    for reader in (cast.user(*MANAGER), cast.user("emitter", "reader")):
        assert "The yard is loud" not in page(reader, case.get_absolute_url(), language), "the bureau's own matter"


def test_nobody_else_reads_who_confirmed_a_title(cast: Cast):
    case = titled(cast)
    asked = cast.user(*OFFICER).get_full_name()
    assert "confirmed and done" in page(cast.user(*OFFICER), case.get_absolute_url())
    public = page(None, case.get_absolute_url())
    assert "confirmed and done" not in public and asked not in public


def test_a_request_names_the_step_and_what_was_written(cast: Cast):
    case = titled(cast)
    given = {"because": "Lorries at night"}
    asked = take(case, "end", acting_user=cast.user(*OFFICER), given=given).approval
    assert asked is not None
    told = page(cast.user(*APPROVER), reverse("approval", args=[asked.pk]))
    assert "Take the title away" in told and "Lorries at night" in told and "Because" in told
    assert f'href="{case.get_absolute_url()}"' in told and "cases.communities.end" not in told
    client = Client()
    client.force_login(cast.user(*APPROVER))
    client.get(reverse("approvals"))
    with CaptureQueriesContext(connection) as statements:
        rows = unescape(client.get(reverse("approvals")).content.decode())
    assert "Take the title away: Lakeside" in rows and "cases.communities." not in rows
    assert len(statements) <= 12
