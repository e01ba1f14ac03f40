"""Two persons for what moves value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from tests.people.cast import Cast, make_cast

from tanheng.people import approvals
from tanheng.people.approvals import ask, confirm, do_expire_approvals, refuse, second_person
from tanheng.people.models import Approval, AuditEntry, Organisation, User
from tanheng.people.rights import Refused
from tanheng.problems import InputRejected

pytestmark = pytest.mark.django_db

done: list[tuple[Mapping[str, Any], Organisation | None, User]] = []


@pytest.fixture(autouse=True)
def _a_deed() -> Iterator[None]:
    """A deed of these tests' own, which needs the right to invite."""
    done.clear()

    def check(payload: Mapping[str, Any], organisation: Organisation | None) -> None:
        if payload["quantity"] <= 0:
            raise ValueError("quantity must be above zero")

    @second_person("test.move", right="people.invite", check=check)
    def move(payload: Mapping[str, Any], *, organisation: Organisation | None, acting_user: User) -> Mapping[str, Any]:
        done.append((payload, organisation, acting_user))
        if payload.get("fails"):
            raise ArithmeticError("no cover")
        return {"moved": payload["quantity"]}

    yield
    del approvals._registered["test.move"]


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def asked(cast: Cast, **payload: Any) -> Approval:
    return ask(
        "test.move", {"quantity": 5, **payload}, cast.user("emitter", "administrator"), cast.organisation("emitter")
    )


def test_nothing_is_done_until_another_confirms(cast: Cast):
    approval = asked(cast)
    assert not done
    confirmed = confirm(approval.pk, cast.user("emitter", "approver"))
    assert done == [({"quantity": 5}, cast.organisation("emitter"), cast.user("emitter", "administrator"))]
    assert (confirmed.state, confirmed.result) == ("confirmed", {"moved": 5})
    trail = AuditEntry.objects.filter(subject=f"approval {approval.pk}").order_by("id")
    assert [(row.action, row.actor_id) for row in trail] == [
        ("people.ask", cast.user("emitter", "administrator").pk),
        ("people.approve", cast.user("emitter", "approver").pk),
    ]
    assert trail[0].new == {"action": "test.move", "payload": {"quantity": 5}, "hours": 72}
    assert trail[1].old == {"state": "pending"}


@pytest.mark.parametrize("who", [("bureau", "approver"), ("emitter", "approver")])
def test_approvers_of_the_organisation_and_of_the_bureau_may_confirm(cast: Cast, who: tuple[str, str]):
    confirm(asked(cast).pk, cast.user(*who))
    assert len(done) == 1


@pytest.mark.parametrize(
    "who", [("other emitter", "approver"), ("branch", "approver"), ("emitter", "representative"), ("bureau", "officer")]
)
def test_nobody_else_may(cast: Cast, who: tuple[str, str]):
    approval = asked(cast)
    with pytest.raises(Refused):
        confirm(approval.pk, cast.user(*who))
    with pytest.raises(Refused):
        refuse(approval.pk, cast.user(*who), "no")
    assert not done


def test_who_asked_cannot_confirm_with_any_role(cast: Cast):
    asker = cast.user("emitter", "administrator")
    asker.memberships.create(organisation=cast.organisation("emitter"), role="approver")
    approval = asked(cast)
    with pytest.raises(Refused) as refused:
        confirm(approval.pk, User.objects.get(pk=asker.pk))
    assert refused.value.code == "people.same_person"
    assert not done


def test_the_database_refuses_it_too(cast: Cast):
    approval = asked(cast)
    with pytest.raises(IntegrityError, match="people_approval_by_two"), transaction.atomic():
        Approval.objects.filter(pk=approval.pk).update(
            state="confirmed", decided_by=approval.requested_by, decided_at=timezone.now()
        )
    with pytest.raises(IntegrityError, match="people_approval_by_two"), transaction.atomic():
        Approval.objects.filter(pk=approval.pk).update(state="confirmed", decided_by=None, decided_at=timezone.now())


@pytest.mark.parametrize(
    "change",
    [
        "payload = '{\"quantity\": 500}'",
        "action = 'test.other'",
        "expires_at = expires_at + interval '1 year'",
        "organisation_id = NULL",
        "requested_by_id = (SELECT max(id) FROM people_user)",
    ],
)
def test_what_was_asked_cannot_be_changed_before_it_is_confirmed(cast: Cast, change: str):
    approval = asked(cast)
    with pytest.raises(IntegrityError, match="cannot be changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE people_approval SET {change} WHERE id = %s", [approval.pk])


def test_a_decision_stands(cast: Cast):
    approval = asked(cast)
    confirm(approval.pk, cast.user("emitter", "approver"))
    with pytest.raises(InputRejected, match="confirmed"):
        confirm(approval.pk, cast.user("emitter", "approver"))
    with pytest.raises(InputRejected, match="confirmed"):
        refuse(approval.pk, cast.user("emitter", "approver"), "too late")
    assert len(done) == 1
    for statement in ("UPDATE people_approval SET state = 'refused'", "DELETE FROM people_approval"):
        with pytest.raises(IntegrityError, match="is refused"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_after_its_time_it_cannot_be_confirmed(cast: Cast):
    user, organisation = cast.user("emitter", "administrator"), cast.organisation("emitter")
    approval = ask("test.move", {"quantity": 1}, user, organisation, hours=0)
    with pytest.raises(IntegrityError, match="expired"), transaction.atomic():
        Approval.objects.filter(pk=approval.pk).update(
            state="confirmed", decided_by=cast.user("emitter", "approver"), decided_at=timezone.now()
        )
    with pytest.raises(InputRejected, match="expired"):
        confirm(approval.pk, cast.user("emitter", "approver"))
    assert not done
    approval.refresh_from_db()
    assert (approval.state, approval.decided_by) == ("expired", None)
    row = AuditEntry.objects.get(action="people.expire")
    assert (row.subject, row.actor, row.organisation) == (f"approval {approval.pk}", None, organisation)
    assert do_expire_approvals() == 0


def test_it_waits_three_days(cast: Cast):
    approval = asked(cast)
    assert timedelta(hours=71) < approval.expires_at - timezone.now() < timedelta(hours=72)


def test_refusing_needs_a_reason_and_does_nothing(cast: Cast):
    approval = asked(cast)
    with pytest.raises(InputRejected, match="reason"):
        refuse(approval.pk, cast.user("emitter", "approver"), "  ")
    refused = refuse(approval.pk, cast.user("emitter", "approver"), "wrong account")
    assert (refused.state, refused.reason, done) == ("refused", "wrong account", [])


def test_who_asked_may_withdraw(cast: Cast):
    withdrawn = refuse(asked(cast).pk, cast.user("emitter", "administrator"), "a mistake")
    assert withdrawn.state == "withdrawn"


def test_who_lost_the_right_since_has_asked_for_nothing(cast: Cast):
    approval = asked(cast)
    cast.user("emitter", "administrator").memberships.all().delete()
    with pytest.raises(Refused, match=r"people\.invite"):
        confirm(approval.pk, cast.user("emitter", "approver"))
    assert not done


def test_without_the_right_nobody_can_even_ask(cast: Cast):
    with pytest.raises(Refused):
        ask("test.move", {"quantity": 1}, cast.user("emitter", "reader"), cast.organisation("emitter"))
    assert not Approval.objects.exists()


def test_what_cannot_be_done_is_refused_when_it_is_asked(cast: Cast):
    with pytest.raises(ValueError, match="above zero"):
        asked(cast, quantity=0)
    assert not Approval.objects.exists()


def test_when_the_deed_fails_nothing_of_it_stands_and_it_is_still_pending(cast: Cast):
    approval = asked(cast, fails=True)
    before = AuditEntry.objects.count()
    with pytest.raises(ArithmeticError):
        confirm(approval.pk, cast.user("emitter", "approver"))
    approval.refresh_from_db()
    assert (approval.state, AuditEntry.objects.count()) == ("pending", before)


def test_an_action_that_nobody_registered_cannot_be_asked_for(cast: Cast):
    with pytest.raises(KeyError, match=r"test\.other"):
        ask("test.other", {}, cast.user("emitter", "administrator"), cast.organisation("emitter"))
