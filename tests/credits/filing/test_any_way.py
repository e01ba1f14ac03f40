"""Whatever people try in whatever order: nothing is in force that was not heard, open to comment, confirmed by two."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from tests.credits.filing.people import with_a_pool
from tests.credits.filing.roads import NOTICE, day, drafted, today
from tests.people.cast import Cast

from tanheng.cases.models import Passage
from tanheng.cases.steps import steps_of
from tanheng.cases.taking import take
from tanheng.credits.filing.actions import do_give_opinion
from tanheng.credits.filing.models import MethodologyCase
from tanheng.credits.filing.published import is_published
from tanheng.people import approvals
from tanheng.people.rights import Refused
from tanheng.problems import InputRejected

GIVEN = {
    "send_back": {"what": "x"},
    "assess": {"answer": "x"},
    "open_comment": {"from": day(0), "until": day(0)},
    "publish": {"from": day(0), "answer": "x"},
    "take_over": {"notice": NOTICE},
    "revise": {"by": "v2"},
    "retire": {"until": day(1)},
}
PEOPLE = (
    ("developer", "representative"),
    ("bureau", "officer"),
    ("bureau", "approver"),
    ("bureau", "expert"),
    ("bureau", "expert2"),
    ("emitter", "representative"),
)
VERDICTS = ("for", "conditional", "against")
DEEDS = st.one_of(
    st.tuples(st.sampled_from(sorted(steps_of(MethodologyCase))), st.sampled_from(PEOPLE)),
    st.tuples(st.sampled_from(VERDICTS), st.sampled_from(PEOPLE)),
    st.tuples(st.just("a night passes"), st.just(PEOPLE[0])),
)
# A way that gets somewhere is begun now and then, so that what comes late in it is tried as well.
WAY = [
    ("file", PEOPLE[0]),
    ("for", PEOPLE[3]),
    ("for", PEOPLE[4]),
    ("assess", PEOPLE[1]),
    ("open_comment", PEOPLE[1]),
    ("a night passes", PEOPLE[0]),
    ("publish", PEOPLE[1]),
]


class AnyWay(TestCase):
    """One methodology, and whatever people try with it."""

    @settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
    @given(st.integers(0, len(WAY)), st.lists(DEEDS, max_size=12))
    def test_nothing_is_in_force_by_another_way(self, begun: int, tried: list[tuple[str, tuple[str, str]]]) -> None:
        cast = with_a_pool()
        case = drafted(cast)
        for deed, person in [*WAY[:begun], *tried]:
            with suppress(InputRejected, Refused):
                _do(case, deed, person, cast)
            case = MethodologyCase.objects.get(pk=case.pk)
            _look(case)


def _do(case: MethodologyCase, deed: str, person: tuple[str, str], cast: Cast) -> None:
    user = cast.user(*person)
    if deed == "a night passes":
        yesterday = today() - timedelta(days=1)
        MethodologyCase.objects.filter(pk=case.pk, state="comment").update(
            comment_from=yesterday, comment_until=yesterday
        )
    elif deed in VERDICTS:
        do_give_opinion(case, deed, "x", acting_user=user)
    else:
        asked = take(case, deed, acting_user=user, given=GIVEN.get(deed, {}))
        if asked.approval is not None:
            approvals.confirm(asked.approval.pk, cast.user("bureau", "approver"))


def _look(case: MethodologyCase) -> None:
    passages = list(Passage.objects.filter(kind="methodologies", case=case.pk).order_by("pk"))
    assert passages[-1].target == case.state
    assert all(before.target == after.source for before, after in pairwise(passages))
    in_force = is_published(case.identifier, case.version, today())
    assert in_force == (case.state in ("published", "retired"))
    if case.state not in ("published", "retired"):
        return
    by_two = [each for each in passages if each.step in ("publish", "take_over", "retire")]
    assert all(each.second_by_id not in (None, each.by_id) for each in by_two)
    if not case.notice:
        heard = [each for each in case.opinions_heard() if each.verdict != "against"]
        assert len({each.expert_id for each in heard} - {case.filed_by_id}) >= 2
        assert case.comment_until is not None and case.comment_until < today()


def test_a_way_that_gets_somewhere(cast: Cast):
    case = drafted(cast)
    for deed, person in WAY:
        _do(case, deed, person, cast)
        case = MethodologyCase.objects.get(pk=case.pk)
        _look(case)
    assert case.state == "published"


@pytest.mark.parametrize("gone", range(6))
def test_none_of_it_can_be_left_out(gone: int, cast: Cast):
    case = drafted(cast)
    for number, (deed, person) in enumerate(WAY):
        if number != gone:
            with suppress(InputRejected, Refused):
                _do(case, deed, person, cast)
    case = MethodologyCase.objects.get(pk=case.pk)
    assert case.state != "published" and not is_published(case.identifier, case.version, today())
