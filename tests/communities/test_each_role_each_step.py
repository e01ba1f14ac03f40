"""Every role of every organisation tries every step of a community and of a complaint in every state.

Written from the rules, not from the code: who manages homes applies, reports and withdraws; the bureau's officers
decide, and two of the bureau give a title or take it away; officers of the bureau look into complaints.
"""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from tests.communities.roads import COMMUNITY_IN, COMPLAINT_IN, DIGEST, a_study, applied, titled
from tests.people.cast import Cast

from tanheng.cases.models import Case
from tanheng.cases.steps import steps_of
from tanheng.cases.taking import take
from tanheng.communities.models import Community, Complaint
from tanheng.people.models import Role
from tanheng.people.rights import Refused
from tanheng.problems import InputRejected

OFFICER, MANAGER = ("bureau", "officer"), ("emitter", "representative")
EVERYBODY = [(place, str(role)) for place in ("bureau", "branch", "emitter", "other emitter") for role in Role]
Table = dict[str, tuple[tuple[str, str], dict[str, str], dict[str, str]]]
COMMUNITIES: Table = {
    "evaluate": (OFFICER, {"applied": "done"}, {"study": DIGEST[:8], "finding": "Quiet"}),
    "refuse": (OFFICER, {"applied": "done", "evaluated": "done"}, {"because": "Not lived in"}),
    "give_title": (OFFICER, {"evaluated": "asked"}, {}),
    "hand_in_report": (MANAGER, {"titled": "done"}, {"report": "A year"}),
    "renew": (OFFICER, {"review": "done"}, {}),
    "end": (OFFICER, {"titled": "asked", "review": "asked"}, {"because": "A bar opened"}),
    "withdraw": (MANAGER, {"applied": "done", "evaluated": "done"}, {}),
}
COMPLAINTS: Table = {
    "look_into": (OFFICER, {"received": "done"}, {}),
    "give_answer": (OFFICER, {"looked_into": "done"}, {"answer": "Stopped"}),
    "set_aside": (OFFICER, {"received": "done"}, {"because": "Said before"}),
}


def outcome(case: Case, step: str, given: dict[str, str], cast: Cast, person: tuple[str, str]) -> str:
    with transaction.atomic():
        try:
            taken = take(type(case)._default_manager.get(pk=case.pk), step, acting_user=cast.user(*person), given=given)
            return "asked" if taken.approval is not None else "done"
        except Refused:
            return "refused"
        except InputRejected as rejected:
            codes = {problem.code for problem in rejected.problems}
            return "state" if codes == {"cases.E002"} else ", ".join(sorted(codes))
        finally:
            transaction.set_rollback(True)


@pytest.mark.parametrize(("state", "ways", "table"), [
    *((state, COMMUNITY_IN, COMMUNITIES) for state in COMMUNITY_IN),
    *((state, COMPLAINT_IN, COMPLAINTS) for state in COMPLAINT_IN),
])  # fmt: skip
def test_who_takes_which_step_when(state: str, ways: dict[str, object], table: Table, cast: Cast):
    a_study()
    case = ways[state](cast)  # type: ignore[operator]
    assert case.state == state
    assert set(table) == set(steps_of(type(case))), "the table knows every step"
    for step, (who, states, given) in table.items():
        for person in EVERYBODY:
            wanted = states.get(state, "state") if person == who else "refused"
            assert outcome(case, step, given, cast, person) == wanted, (state, step, person)


def test_a_study_is_found_by_the_beginning_of_its_digest_and_no_other(cast: Cast):
    a_study()
    for said in ("beef", "zz"):
        with pytest.raises(InputRejected, match=r"noise\.E080"):
            take(applied_once(cast), "evaluate", acting_user=cast.user(*OFFICER), given={"study": said, "finding": "x"})


def applied_once(cast: Cast) -> Community:
    return Community.objects.first() or applied(cast)


def test_one_community_applies_once(cast: Cast):
    applied(cast)
    with pytest.raises(InputRejected, match=r"noise\.E081"):
        applied(cast)


def test_the_database_refuses_a_title_without_a_study_and_a_leap(cast: Cast):
    case = titled(cast)
    for change in ({"study": None}, {"review_due": None}, {"finding": ""}, {"state": "applied"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Community.objects.filter(pk=case.pk).update(**change)
    assert Complaint.objects.count() == 0
