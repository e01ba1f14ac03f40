"""On whose home page a community waits for its next step; a report is asked for when its review comes near."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.communities.roads import COMMUNITY_IN, OFFICER
from tests.people.cast import Cast

from tanheng.communities.community_cases import REMINDED_DAYS, Community
from tanheng.people.models import Role

MANAGER = ("emitter", "representative")
EVERYBODY = [(place, str(role)) for place in ("bureau", "branch", "emitter", "other emitter") for role in Role]
WAITS = {
    "applied": ("Evaluate: Lakeside", {OFFICER}),
    "evaluated": ("Give the title: Lakeside", {OFFICER}),
    "titled": ("Hand in the yearly report: Lakeside", {MANAGER}),
    "review": ("Renew: Lakeside", {OFFICER}),
}
STEPS = {what for what, _whose in WAITS.values()}


def told(cast: Cast) -> dict[tuple[str, str], set[str]]:
    """What stands on each home page of all that could."""
    found = {}
    for person in EVERYBODY:
        client = Client(headers={"accept-language": "en"})
        client.force_login(cast.user(*person))
        page = client.get("/").content.decode()
        if there := {what for what in STEPS if what in page}:
            found[person] = there
    return found


@pytest.mark.parametrize("state", COMMUNITY_IN)
def test_it_waits_for_who_has_the_next_step_and_for_nobody_else(state: str, cast: Cast):
    case = COMMUNITY_IN[state](cast)
    if state == "titled":
        assert told(cast) == {}, "the review is a year away"
        soon = timezone.localdate() + timedelta(days=REMINDED_DAYS)
        Community.objects.filter(pk=case.pk).update(review_due=soon)
    what, whose = WAITS.get(state, ("", set()))
    assert told(cast) == {person: {what} for person in whose}
