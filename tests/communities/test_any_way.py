"""Whatever people try in whatever order: no title without a study's score card and two persons, no year without review,
and a title that was taken away counts nowhere."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from functools import cache
from itertools import pairwise
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from tests.communities.roads import APPROVER, DIGEST, MANAGER, OFFICER, a_study, applied
from tests.people.cast import Cast, make_cast

from tanheng.cases.models import Passage
from tanheng.cases.steps import steps_of
from tanheng.cases.taking import take
from tanheng.communities import community_cases, judging
from tanheng.communities.community_cases import STANDING, Community
from tanheng.communities.counted import title_statistics
from tanheng.communities.models import Study
from tanheng.measures.quiet.assessment.communities import Observed
from tanheng.people import approvals
from tanheng.people.models import Approval, Membership, Role
from tanheng.people.rights import Refused
from tanheng.problems import InputRejected

BOTH = ("bureau", "both")
PEOPLE = (MANAGER, OFFICER, BOTH, APPROVER, ("other emitter", "representative"))
GIVEN = {
    "evaluate": {"study": DIGEST[:8], "feature": "c", "finding": "Quiet"},
    "refuse": {"because": "x"},
    "hand_in_report": {"report": "A year"},
    "end": {"because": "x"},
}
DEEDS = st.tuples(st.sampled_from([*steps_of(Community), "confirm", "a year passes"]), st.sampled_from(PEOPLE))
# A way that gets somewhere is begun now and then, so that what comes late in it is tried as well.
WAY = [
    ("evaluate", BOTH),
    ("give_title", OFFICER),
    ("confirm", APPROVER),
    ("a year passes", OFFICER),
    ("hand_in_report", MANAGER),
    ("renew", OFFICER),
    ("end", BOTH),
    ("confirm", APPROVER),
]
TITLED = 3  # so much of the way leads to the title


def a_cast() -> Cast:
    """With one more, who is officer and approver of the bureau."""
    cast = make_cast()
    user = cast.users[BOTH] = type(cast.users[OFFICER]).objects.create_user("both_of_bureau", name="both of bureau")
    for role in (Role.OFFICER, Role.APPROVER):
        Membership.objects.create(user=user, organisation=cast.organisation("bureau"), role=role)
    return cast


@cache
def _kept(feature: str) -> dict[str, Any]:
    """What the study says, asked once: a walk through states need not read its files at each evaluation."""
    return judging.judged(a_study(), feature)


def as_kept(study: Study, feature: str, observed: Observed | None = None) -> dict[str, Any]:
    """In place of the reading of the files."""
    assert study.digest == DIGEST
    return _kept(feature)


class AnyWay(TestCase):
    """One community, and whatever people try with it."""

    @settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
    @given(st.integers(0, len(WAY)), st.lists(DEEDS, max_size=12))
    def test_no_title_by_another_way(self, begun: int, tried: list[tuple[str, tuple[str, str]]]) -> None:
        cast = a_cast()
        case = applied(cast)
        a_study()
        with mock.patch.object(community_cases, "judged", as_kept):
            for deed, person in [*WAY[:begun], *tried]:
                with suppress(InputRejected, Refused):
                    _do(case, deed, person, cast)
                case = Community.objects.get(pk=case.pk)
                _look(case)


def _do(case: Community, deed: str, person: tuple[str, str], cast: Cast) -> None:
    user = cast.user(*person)
    if deed == "a year passes":
        due = timezone.localdate() - timedelta(days=3)
        Community.objects.filter(pk=case.pk, state__in=STANDING).update(review_due=due)
    elif deed == "confirm":
        if asked := Approval.objects.filter(state="pending").order_by("pk").first():
            approvals.confirm(asked.pk, user)
    else:
        take(case, deed, acting_user=user, given=GIVEN.get(deed, {}))


def _look(case: Community) -> None:
    with connection.cursor() as cursor:  # what the database looks at in the end
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    passages = list(Passage.objects.filter(kind="communities", case=case.pk).order_by("pk"))
    assert passages[-1].target == case.state
    assert all(before.target == after.source for before, after in pairwise(passages))
    titles = [each for each in passages if each.step == "give_title"]
    ends = [each for each in passages if each.step == "end"]
    stands = len(titles) > len(ends)
    assert (case.state in STANDING) == stands
    counted = title_statistics()
    assert (counted.applied, counted.titled, counted.ended) == (1, int(stands), len(ends))
    assert counted.outlined == int(stands) and (counted.persons is not None) == stands
    assert (counted.households, bool(counted.quiet_side_pct is not None)) == (case.households if stands else 0, stands)
    assert all(each.by_id is not None and each.second_by_id not in (None, each.by_id) for each in (*titles, *ends))
    if titles:
        assert case.study is not None and case.finding and case.judged is not None
        assert case.judged["card"]["score"] is None, "no weights are published"
        assert case.evaluated_by_id is not None
        assert titles[0].second_by_id != case.evaluated_by_id
        assert case.titled_on == timezone.localdate()
    if stands:
        assert case.review_due is not None
        assert case.review_due <= community_cases._year_after(timezone.localdate())
        overdue = case.review_due < timezone.localdate()
        assert counted.overdue == int(overdue) == int(case.is_overdue)


@pytest.fixture
def cast(db: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr(community_cases, "judged", as_kept)
    a_study()
    return a_cast()


def test_a_way_that_gets_somewhere(cast: Cast):
    case, states = applied(cast), []
    for deed, person in WAY:
        _do(case, deed, person, cast)
        case = Community.objects.get(pk=case.pk)
        states.append(case.state)
        _look(case)
    assert states == ["evaluated", "evaluated", "titled", "titled", "review", "titled", "titled", "ended"]
    assert Client().get("/api/quiet/statistics").json()["titled"] == 0
    assert Client().get("/api/quiet/titles").json()["items"][0]["state"] == "ended", "it is told, and does not count"


@pytest.mark.parametrize("gone", range(TITLED))
def test_none_of_it_can_be_left_out(gone: int, cast: Cast):
    case = applied(cast)
    for number, (deed, person) in enumerate(WAY[:TITLED]):
        if number != gone:
            with suppress(InputRejected, Refused):
                _do(Community.objects.get(pk=case.pk), deed, person, cast)
    assert Community.objects.get(pk=case.pk).state in ("applied", "evaluated")
    assert title_statistics().titled == 0


def test_reports_that_come_early_do_not_put_a_review_off(cast: Cast):
    case = applied(cast)
    for deed, person in WAY[:TITLED]:
        _do(Community.objects.get(pk=case.pk), deed, person, cast)
    first = Community.objects.get(pk=case.pk).review_due
    for _year in range(3):
        for deed, person in (("hand_in_report", MANAGER), ("renew", OFFICER)):
            _do(Community.objects.get(pk=case.pk), deed, person, cast)
    assert Community.objects.get(pk=case.pk).review_due == first
