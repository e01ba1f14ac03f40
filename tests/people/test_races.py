"""Two at once: what may happen once happens once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from tests.people.cast import make_cast

from tanheng.people import approvals
from tanheng.people.actions import do_accept_invitation, do_give_role, do_invite
from tanheng.people.models import Approval, AuditEntry, Invitation, Membership, Organisation, User
from tanheng.people.rights import HOUSE
from tanheng.problems import InputRejected

pytestmark = pytest.mark.django_db(transaction=True)
GOOD = "correct horse battery staple"


def at_once(attempts: list[Callable[[], Any]]) -> list[Any]:
    """All attempts at the same moment, each on a connection of its own; what each gave, or what it was refused with."""
    start = Barrier(len(attempts))

    def one(attempt: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            start.wait(30)
            return attempt()
        except InputRejected as rejected:
            return rejected
        finally:
            connection.close()

    with ThreadPoolExecutor(len(attempts)) as threads:
        return list(threads.map(one, attempts))


def refused(outcomes: list[Any]) -> int:
    return sum(isinstance(outcome, InputRejected) for outcome in outcomes)


def test_two_approvers_at_once_do_it_once():
    cast = make_cast()
    done: list[int] = []

    @approvals.second_person("test.race", right="people.invite")
    def deed(payload: Mapping[str, Any], *, organisation: Organisation | None, acting_user: User) -> Mapping[str, Any]:
        done.append(1)
        return {}

    try:
        asker = cast.user("emitter", "administrator")
        approval = approvals.ask("test.race", {}, asker, cast.organisation("emitter"))
        second = [cast.user("emitter", "approver"), cast.user("bureau", "approver")] * 4
        outcomes = at_once([lambda user=user: approvals.confirm(approval.pk, user) for user in second])  # type: ignore[misc]
    finally:
        del approvals._registered["test.race"]
    assert (len(done), refused(outcomes)) == (1, 7)
    assert Approval.objects.get().state == "confirmed"
    assert AuditEntry.objects.filter(action="people.approve").count() == 1


def test_a_key_that_many_have_lets_one_in():
    cast = make_cast()
    _invitation, key = do_invite(cast.organisation("emitter"), "li@example.org", "reader", acting_user=HOUSE)
    outcomes = at_once(
        [
            lambda n=n: do_accept_invitation(key, username=f"li{n}", password=GOOD, acting_user=None)  # type: ignore[misc]
            for n in range(6)
        ]
    )
    assert refused(outcomes) == 5
    assert Invitation.objects.get().accepted_by == User.objects.get(username__startswith="li")


def test_one_name_is_taken_once():
    cast = make_cast()
    keys = [
        do_invite(cast.organisation("emitter"), f"li{n}@example.org", "reader", acting_user=HOUSE)[1] for n in range(6)
    ]
    outcomes = at_once(
        [
            lambda key=key: do_accept_invitation(key, username="li", password=GOOD, acting_user=None)  # type: ignore[misc]
            for key in keys
        ]
    )
    assert refused(outcomes) == 5
    assert Invitation.objects.exclude(accepted_at=None).count() == 1, "who was refused the name still has the key"


def test_one_role_is_given_once():
    cast = make_cast()
    user, organisation = cast.user("bureau", "reader"), cast.organisation("emitter")
    outcomes = at_once([lambda: do_give_role(user, organisation, "auditor", acting_user=HOUSE)] * 6)
    assert refused(outcomes) == 5
    assert Membership.objects.filter(user=user, organisation=organisation).count() == 1
