"""Every role of every organisation tries every step of a methodology and of a scene in every state.

Who may do what is written down here from the rules, not from the code: the developer's representative files and
withdraws, the bureau's officers decide, experts of the pool assess scenes; what is published or retired takes two.
``done`` the step is taken; ``asked`` it waits for a second person; ``state`` it is not this state's; else a code.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction
from tests.credits.filing.roads import METHODOLOGY_IN, SCENE_IN, day
from tests.people.cast import Cast

from tanheng.cases.models import Case
from tanheng.cases.taking import take
from tanheng.people.models import Role
from tanheng.people.rights import Refused
from tanheng.problems import InputRejected

DEVELOPER, OFFICER, EXPERT = ("developer", "representative"), ("bureau", "officer"), ("bureau", "expert")
APPLICANT = ("emitter", "representative")
PLACES = ("bureau", "branch", "emitter", "other emitter", "developer")
EVERYBODY = [(place, str(role)) for place in PLACES for role in Role]

# Step: who has the right, what it gives in which states (in all others: ``state``), what it is given.
METHODOLOGIES = {
    "file": ({DEVELOPER}, {"draft": "done"}, {}),
    "withdraw": ({DEVELOPER}, dict.fromkeys(("draft", "filed", "assessed", "comment"), "done"), {}),
    "send_back": ({OFFICER}, dict.fromkeys(("filed", "assessed", "comment"), "done"), {"what": "Scope"}),
    "assess": ({OFFICER}, {"filed": "done"}, {}),
    "open_comment": ({OFFICER}, {"assessed": "done"}, {"from": day(0), "until": day(30)}),
    "publish": ({OFFICER}, {"comment": "asked"}, {"from": day(0)}),
    "take_over": ({OFFICER}, {"draft": "asked"}, {"notice": "A notice"}),
    "revise": ({OFFICER}, {"published": "asked"}, {"by": "v2"}),
    "retire": ({OFFICER}, {"published": "asked"}, {"until": day(9)}),
}
SCENES = {
    "assess": ({EXPERT}, {"applied": "done"}, {"finding": "Sound"}),
    "refuse": ({OFFICER}, {"applied": "done", "assessed": "done"}, {"because": "Nothing is recorded"}),
    "publish": ({OFFICER}, {"assessed": "asked"}, {}),
    "hand_in_report": ({APPLICANT}, {"published": "done"}, {"report": "A year"}),
    "renew": ({OFFICER}, {"review": "done"}, {}),
    "end": ({OFFICER}, {"published": "done", "review": "done"}, {"because": "Closed"}),
    "withdraw": ({APPLICANT}, {"applied": "done", "assessed": "done"}, {}),
}
Table = dict[str, tuple[set[tuple[str, str]], dict[str, str], dict[str, str]]]


def outcomes(case: Case, table: Table, cast: Cast) -> dict[tuple[str, tuple[str, str]], str]:
    """What comes of each step for everybody, each tried and taken back."""
    found = {}
    for step, (_who, _states, given) in table.items():
        for person in EVERYBODY:
            with transaction.atomic():
                found[step, person] = _tried(type(case)._default_manager.get(pk=case.pk), step, given, cast, person)
                transaction.set_rollback(True)
    return found


def _tried(case: Case, step: str, given: dict[str, str], cast: Cast, person: tuple[str, str]) -> str:
    try:
        taken = take(case, step, acting_user=cast.user(*person), given=given)
    except Refused:
        return "refused"
    except InputRejected as rejected:
        codes = {problem.code for problem in rejected.problems}
        return "state" if codes == {"cases.E002"} else ", ".join(sorted(codes))
    return "asked" if taken.approval is not None else "done"


def expected(state: str, table: Table) -> dict[tuple[str, tuple[str, str]], str]:
    return {
        (step, person): states.get(state, "state") if person in who else "refused"
        for step, (who, states, _given) in table.items()
        for person in EVERYBODY
    }


@pytest.mark.parametrize("state", METHODOLOGY_IN)
def test_methodologies(state: str, cast: Cast):
    make: Callable[[Cast], Case] = METHODOLOGY_IN[state]
    case = make(cast)
    assert case.state == state
    assert outcomes(case, METHODOLOGIES, cast) == expected(state, METHODOLOGIES)


@pytest.mark.parametrize("state", SCENE_IN)
def test_scenes(state: str, cast: Cast):
    case = SCENE_IN[state](cast)
    assert case.state == state
    assert outcomes(case, SCENES, cast) == expected(state, SCENES)


def test_the_tables_know_every_step():
    from tanheng.cases.steps import steps_of
    from tanheng.credits.filing.models import MethodologyCase, SceneCase

    assert set(METHODOLOGIES) == set(steps_of(MethodologyCase))
    assert set(SCENES) == set(steps_of(SceneCase))
