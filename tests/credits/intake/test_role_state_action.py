"""Each role, in each state, tries each step: what the table says happens, and nothing else.

The table is written by the regulation and not by the code: the bureau's officer decides on applications, with a second
person where something begins to count or ends; the operator's representative registers and may leave; nobody else acts.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from tests.credits.intake.sending import event, register, send
from tests.people.cast import Cast

from tanheng.cases.models import Passage
from tanheng.cases.taking import take
from tanheng.credits.intake.models import Application
from tanheng.people.approvals import confirm
from tanheng.people.models import Approval, Role
from tanheng.people.rights import HOUSE

WHAT = {"finding": "looked at the log of its gates"}
GIVEN: dict[str, dict[str, str]] = {
    "test": {},
    "connect": {},
    "audit": {**WHAT, "outcome": "kept"},
    "suspend": WHAT,
    "resume": WHAT,
    "withdraw": {},
    "end": WHAT,
}
# How a state is reached from a new application; the trial batch goes before "connect".
WAY = {
    "registered": (),
    "testing": ("test",),
    "connected": ("test", "connect"),
    "suspended": ("test", "connect", "suspend"),
    "withdrawn": ("withdraw",),
    "ended": ("end",),
}
# state -> step -> who takes it -> what it is then; "asks" where a second person has to confirm.
OFFICER, OWNER = ("bureau", "officer"), ("operator", "representative")
TABLE = """
registered  test      officer  testing
registered  withdraw  owner    withdrawn
registered  end       officer  asks
testing     connect   officer  asks
testing     withdraw  owner    withdrawn
testing     end       officer  asks
connected   audit     officer  connected
connected   suspend   officer  suspended
connected   withdraw  owner    withdrawn
suspended   resume    officer  asks
suspended   end       officer  asks
"""
ALLOWED = {(state, step): (who, then) for state, step, who, then in map(str.split, TABLE.strip().splitlines())}
# Whose step it is where it is not possible now: who else is refused for want of the right.
TAKES = {"withdraw": OWNER} | dict.fromkeys(("test", "connect", "audit", "suspend", "resume", "end"), OFFICER)
PEOPLE = [
    (organisation, role)
    for organisation in ("bureau", "branch", "operator", "other operator", "emitter")
    for role in Role.values
]
# Who reads an application of "operator" at all: the others are told that there is none.
READS = {(place, role) for place, roles in {
    "bureau": {"officer", "approver", "auditor", "reader", "expert"},
    "branch": {"officer", "auditor", "reader"},
    "operator": {"representative", "approver", "auditor", "reader"},
}.items() for role in roles} - {("bureau", "expert")}  # fmt: skip


def in_state(cast: Cast, state: str) -> Application:
    application = register(cast, "operator", f"App {state}")
    for step in WAY[state]:
        if step == "connect":
            send(application, [event(1)])
        take(Application.objects.get(pk=application.pk), step, acting_user=HOUSE, given=GIVEN[step])
    found = Application.objects.get(pk=application.pk)
    assert found.state == state
    if state == "testing":
        send(found, [event(1)])
    return found


@pytest.fixture(autouse=True)
def one_factor(settings: Any) -> None:
    settings.TANHENG_SECOND_FACTOR = "offered"


@pytest.mark.parametrize("state", Application.STATES)
def test_each_role_and_each_step_in_a_state(cast: Cast, state: str):
    found = in_state(cast, state)
    from django.db import transaction

    for who in PEOPLE:
        client = Client()
        client.force_login(cast.users[who])
        for step, given in GIVEN.items():
            with transaction.atomic():
                before = Passage.objects.count(), Approval.objects.count()
                answer = client.post(
                    f"/api/credits/cases/applications/{found.pk}/{step}",
                    {"given": given, "reason": "as the table says"},
                    content_type="application/json",
                )
                told, after = answer.json(), (Passage.objects.count(), Approval.objects.count())
                now = Application.objects.get(pk=found.pk).state
                transaction.set_rollback(True)
            mine, then = ALLOWED.get((state, step), ("", ""))
            case = (who, state, step, answer.status_code, told)
            if who not in READS:
                assert answer.status_code == 404, case
            elif who != TAKES[step]:
                assert (answer.status_code, told["code"]) == (403, "people.refused"), case
            elif not mine:
                assert (answer.status_code, told["errors"][0]["code"]) == (422, "cases.E002"), case
            elif then == "asks":
                assert answer.status_code == 200 and told["approval"], case
                assert (now, after) == (state, (before[0], before[1] + 1)), case
                continue
            else:
                assert (answer.status_code, now, after) == (200, then, (before[0] + 1, before[1])), case
                continue
            assert (now, after) == (state, before), case


@pytest.mark.parametrize(
    ("state", "step", "then"),
    [("testing", "connect", "connected"), ("suspended", "resume", "connected"), ("registered", "end", "ended")],
)
def test_a_second_person_confirms_and_the_same_one_may_not(cast: Cast, state: str, step: str, then: str):
    found = in_state(cast, state)
    asked = take(found, step, acting_user=cast.user("bureau", "officer"), given=GIVEN[step]).approval
    assert asked is not None
    with pytest.raises(Exception, match=r"people|right|second|yourself"):
        confirm(asked.pk, cast.user("bureau", "officer"))
    assert Application.objects.get(pk=found.pk).state == state
    confirm(asked.pk, cast.user("bureau", "approver"))
    assert Application.objects.get(pk=found.pk).state == then
    passage = Passage.objects.filter(kind="applications", case=found.pk).latest("pk")
    assert (passage.by, passage.second_by) == (cast.users["bureau", "officer"], cast.users["bureau", "approver"])
