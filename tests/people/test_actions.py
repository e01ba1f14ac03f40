"""Every action: who may, who may not, what the audit trail says of it with old and new value, and what it refuses."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone
from tests.people.cast import PLACES, Cast, make_cast

from tanheng.people import actions
from tanheng.people.actions import (
    do_accept_invitation,
    do_block_user,
    do_change_organisation,
    do_change_role,
    do_create_organisation,
    do_create_token,
    do_create_user,
    do_give_role,
    do_invite,
    do_revoke_invitation,
    do_revoke_token,
    do_take_role,
    do_unblock_user,
)
from tanheng.people.door import NothingRecorded, done, door
from tanheng.people.models import AuditEntry, Invitation, Membership, Organisation, Role, Token, User
from tanheng.people.origin import coming_from
from tanheng.people.rights import HOUSE, Refused
from tanheng.people.secrets import hash_of
from tanheng.people.tokens import token_of
from tanheng.problems import InputRejected

pytestmark = pytest.mark.django_db
GOOD = "correct horse battery staple"
CODE = "91440300MA5EXAMP12"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def invitation(cast: Cast, name: str = "emitter", role: str = "reader", **options: Any) -> tuple[Invitation, str]:
    return do_invite(cast.organisation(name), "wang@example.org", role, acting_user=HOUSE, **options)


# Each action once, on the emitter and its reader: what is done, who may, and the row that it leaves.
Deed = Callable[[Cast, User], Any]
BUREAU_ADMINISTRATOR = {("bureau", "administrator")}
OWN_ADMINISTRATOR = {("emitter", "administrator")}


def _block(cast: Cast, acting_user: User) -> None:
    do_block_user(cast.user("other emitter", "reader"), "left", acting_user=acting_user)


def _unblock(cast: Cast, acting_user: User) -> None:
    user = cast.user("other emitter", "reader")
    User.objects.filter(pk=user.pk).update(is_active=False)
    do_unblock_user(user, "back again", acting_user=acting_user)


def _revoke_invitation(cast: Cast, acting_user: User) -> None:
    do_revoke_invitation(invitation(cast)[0], acting_user=acting_user)


def _revoke_token(cast: Cast, acting_user: User) -> None:
    # Of somebody who is nowhere in the table.
    token, _key = do_create_token("x", ["people:read"], acting_user=User.objects.create_user("stranger"))
    do_revoke_token(token, acting_user=acting_user)


DEEDS: dict[str, tuple[Deed, set[tuple[str, str]], str, dict[str, Any] | None, dict[str, Any] | None]] = {
    "do_create_organisation": (
        lambda cast, user: do_create_organisation(
            "bank", "Bank of Clay", credit_code="91440300MA5EXAMP12", acting_user=user
        ),
        BUREAU_ADMINISTRATOR,
        "people.found",
        None,
        {
            "kind": "bank",
            "name": "Bank of Clay",
            "credit_code": CODE,
            "register_number": None,
            "district": "",
            "is_active": True,
        },
    ),
    "do_change_organisation": (
        lambda cast, user: do_change_organisation(
            cast.organisation("emitter"), name="Glass works", district="440306", acting_user=user
        ),
        BUREAU_ADMINISTRATOR,
        "people.found",
        {"name": "emitter", "district": "440305"},
        {"name": "Glass works", "district": "440306"},
    ),
    "do_invite": (
        lambda cast, user: do_invite(cast.organisation("emitter"), "li@example.org", "approver", acting_user=user),
        BUREAU_ADMINISTRATOR | OWN_ADMINISTRATOR,
        "people.invite",
        None,
        {"email": "li@example.org", "role": "approver", "days": 7},
    ),
    "do_revoke_invitation": (
        _revoke_invitation,
        BUREAU_ADMINISTRATOR | OWN_ADMINISTRATOR,
        "people.invite",
        {"revoked": False},
        {"revoked": True},
    ),
    "do_give_role": (
        lambda cast, user: do_give_role(
            cast.user("other emitter", "reader"), cast.organisation("emitter"), "auditor", acting_user=user
        ),
        BUREAU_ADMINISTRATOR | OWN_ADMINISTRATOR,
        "people.roles",
        None,
        {"role": "auditor"},
    ),
    "do_take_role": (
        lambda cast, user: do_take_role(
            cast.user("emitter", "officer"), cast.organisation("emitter"), "officer", acting_user=user
        ),
        BUREAU_ADMINISTRATOR | OWN_ADMINISTRATOR,
        "people.roles",
        {"role": "officer"},
        None,
    ),
    "do_block_user": (
        _block,
        BUREAU_ADMINISTRATOR,
        "people.block",
        {"is_active": True},
        {"is_active": False, "reason": "left", "tokens_revoked": 0},
    ),
    "do_unblock_user": (
        _unblock,
        BUREAU_ADMINISTRATOR,
        "people.block",
        {"is_active": False},
        {"is_active": True, "reason": "back again", "tokens_revoked": 0},
    ),
    "do_revoke_token": (_revoke_token, BUREAU_ADMINISTRATOR, "people.revoke_token", {"revoked": False}, None),
}


@pytest.mark.parametrize("name", DEEDS)
def test_each_role_of_each_organisation_tries_each_action(cast: Cast, name: str):
    deed, allowed, _action, _old, _new = DEEDS[name]
    wrong = []
    for of, _kind, _district in PLACES:
        for role in Role.values:
            before = AuditEntry.objects.count()
            try:
                with transaction.atomic():
                    # What the deed needs is prepared by the house; only the last entry counts.
                    deed(cast, cast.user(of, role))
                    did = AuditEntry.objects.order_by("-id")[0].actor_id == cast.users[of, role].pk
                    transaction.set_rollback(True)
            except Refused:
                did = False
            assert AuditEntry.objects.count() == before
            if did != ((of, role) in allowed):
                wrong.append(f"{role} of {of}: {'done' if did else 'refused'}")
    assert not wrong


@pytest.mark.parametrize("name", DEEDS)
def test_the_trail_tells_who_when_what_old_and_new_value_and_from_where(cast: Cast, name: str):
    deed, _allowed, action, old, new = DEEDS[name]
    administrator = cast.user("bureau", "administrator")
    with coming_from("api 192.0.2.7"):
        deed(cast, administrator)
    row = AuditEntry.objects.order_by("-id")[0]
    assert (row.actor, row.action, row.origin) == (administrator, action, "api 192.0.2.7")
    assert timezone.now() - row.at < timedelta(minutes=1)
    assert re.fullmatch(r"(organisation|user|invitation|token) \d+", row.subject)
    assert row.old == old
    assert row.new == (
        new or {"revoked": True, "user": User.objects.get(username="stranger").pk} if name == "do_revoke_token" else new
    )


def test_no_action_is_missing_in_the_table():
    # These have tests of their own: there is nobody but oneself, or the house, who may do them.
    alone = {"do_accept_invitation", "do_change_role", "do_create_token", "do_create_user", "do_expire_approvals"}
    assert set(actions.__all__) == set(DEEDS) | alone


def test_an_action_without_an_audit_row_is_taken_back(cast: Cast):
    with pytest.raises(NothingRecorded), door("people.found", None, acting_user=HOUSE):
        Organisation.objects.create(kind="bank", name="Bank of Clay")
    assert not Organisation.objects.filter(name="Bank of Clay").exists()


@pytest.mark.django_db(transaction=True)
def test_events_come_when_it_is_committed_and_not_before():
    told: list[str] = []

    def listen(**event: Any) -> None:
        told.append(event["subject"])

    done.connect(listen)
    try:
        with transaction.atomic():
            organisation = do_create_organisation("bank", "Bank of Clay", acting_user=HOUSE)
            assert told == []
        assert told == [f"organisation {organisation.pk}"]
        with pytest.raises(InputRejected):
            do_create_organisation("pirate", "Ship", acting_user=HOUSE)
        assert len(told) == 1
    finally:
        done.disconnect(listen)


# Organisations


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"kind": "pirate"}, "kind"),
        ({"name": " "}, "name"),
        ({"credit_code": "91440300MA5EXAMPL"}, "credit_code"),
        ({"credit_code": "91440300MA5EXAMPIO"}, "credit_code"),
        ({"district": "4403"}, "district"),
        ({"kind": "district_branch"}, "people_branch_has_a_district"),
    ],
)
def test_an_organisation_with_a_wrong_value_is_refused(values: dict[str, str], said: str):
    with pytest.raises(InputRejected, match=said):
        do_create_organisation(**{"kind": "emitter", "name": "Glass works", **values}, acting_user=HOUSE)
    assert not AuditEntry.objects.exists()


def test_all_faults_of_an_organisation_come_at_once():
    with pytest.raises(InputRejected) as rejected:
        do_create_organisation("pirate", "Ship", district="4403", acting_user=HOUSE)
    assert {problem.column for problem in rejected.value.problems} >= {"kind", "district"}


def test_what_names_one_organisation_in_the_tables_names_no_other(cast: Cast):
    """Else two would send rows of one facility, and read its figures."""
    known = do_create_organisation("bank", "Bank of Clay", credit_code=CODE, acting_user=HOUSE)
    with pytest.raises(InputRejected, match="Bank of Clay"):
        do_create_organisation("bank", "Bank of Sand", register_number=CODE, acting_user=HOUSE)
    other = do_create_organisation("bank", "Bank of Sand", register_number="R-7", acting_user=HOUSE)
    with pytest.raises(InputRejected, match="register_number"):
        do_change_organisation(known, register_number="R-7", acting_user=HOUSE)
    assert (known.numbers, other.numbers) == ((CODE,), ("R-7",))


def test_two_organisations_cannot_have_one_credit_code(cast: Cast):
    do_create_organisation("bank", "Bank of Clay", credit_code=CODE, acting_user=HOUSE)
    with pytest.raises(InputRejected, match="credit_code"):
        do_create_organisation("bank", "Bank of Sand", credit_code=CODE, acting_user=HOUSE)


def test_a_change_of_nothing_is_refused_and_leaves_no_row(cast: Cast):
    with pytest.raises(InputRejected, match=r"E012"):
        do_change_organisation(cast.organisation("emitter"), name="emitter", acting_user=HOUSE)
    assert not AuditEntry.objects.exists()


# Roles


def test_nobody_changes_their_own_roles_or_blocks_themselves(cast: Cast):
    administrator, bureau = cast.user("bureau", "administrator"), cast.organisation("bureau")
    for attempt in (
        lambda: do_give_role(administrator, bureau, "approver", acting_user=administrator),
        lambda: do_take_role(administrator, bureau, "administrator", acting_user=administrator),
        lambda: do_block_user(administrator, "tired", acting_user=administrator),
    ):
        with pytest.raises(Refused) as refused:
            attempt()
        assert refused.value.code == "people.oneself"


def test_a_role_that_means_nothing_there_is_refused(cast: Cast):
    user, organisation = cast.user("bureau", "reader"), cast.organisation("emitter")
    for role in ("officer", "emperor"):
        with pytest.raises(InputRejected, match="is none of: administrator, representative"):
            do_give_role(user, organisation, role, acting_user=HOUSE)
        with pytest.raises(InputRejected, match="is none of"):
            do_invite(organisation, "li@example.org", role, acting_user=HOUSE)


def test_a_role_is_given_once_and_taken_once(cast: Cast):
    user, organisation = cast.user("emitter", "reader"), cast.organisation("emitter")
    with pytest.raises(InputRejected, match="held already"):
        do_give_role(user, organisation, "reader", acting_user=HOUSE)
    do_take_role(user, organisation, "reader", acting_user=HOUSE)
    with pytest.raises(InputRejected, match="not held"):
        do_take_role(user, organisation, "reader", acting_user=HOUSE)


def test_a_changed_role_leaves_the_old_and_the_new_one_in_the_trail_or_nothing(cast: Cast):
    user, organisation = cast.user("emitter", "reader"), cast.organisation("emitter")
    do_change_role(user, organisation, "reader", "auditor", acting_user=HOUSE)
    rows = AuditEntry.objects.filter(action="people.roles").order_by("id")
    assert [(row.old, row.new) for row in rows] == [({"role": "reader"}, None), (None, {"role": "auditor"})]
    with pytest.raises(InputRejected):
        do_change_role(user, organisation, "auditor", "emperor", acting_user=HOUSE)
    assert list(user.memberships.values_list("role", flat=True)) == ["auditor"]


# Users


def test_a_user_of_the_command_line_has_the_role_and_is_in_the_trail(cast: Cast):
    user = do_create_user(
        "zhao",
        name="Zhao",
        email="zhao@example.org",
        password=GOOD,
        organisation=cast.organisation("bureau"),
        role="officer",
    )
    assert user.check_password(GOOD)
    assert user.password.startswith("argon2")
    assert [row.new for row in AuditEntry.objects.filter(subject=f"user {user.pk}").order_by("id")] == [
        {"username": "zhao", "name": "Zhao", "email": "zhao@example.org"},
        {"role": "officer"},
    ]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"password": "kurz12x"}, "12"),
        ({"password": "123456789012345"}, "E011"),
        ({"password": "zhaozhaozhao1", "username": "zhaozhaozhao"}, "E011"),
        ({"username": "zhao zhao"}, "username"),
        ({"username": ""}, "username"),
        ({"email": "zhao"}, "email"),
        ({"role": "emperor"}, "role"),
        ({"username": "officer_of_bureau"}, "username"),
    ],
)
def test_a_user_with_a_wrong_value_is_refused_whole(cast: Cast, values: dict[str, str], said: str):
    before = User.objects.count()
    given = {"username": "zhao", "password": GOOD, "email": "", "role": "officer", **values}
    with pytest.raises(InputRejected, match=said) as rejected:
        do_create_user(organisation=cast.organisation("bureau"), **given)
    assert given["password"] not in str(rejected.value)
    assert User.objects.count() == before


def test_a_blocked_user_is_out_with_every_token_and_the_reason_is_kept(cast: Cast):
    user = cast.user("emitter", "representative")
    _token, key = do_create_token("nightly report", ["people:read"], acting_user=user)
    assert token_of(key) is not None
    do_block_user(user, "left the company", acting_user=cast.user("bureau", "administrator"))
    assert token_of(key) is None
    row = AuditEntry.objects.get(action="people.block")
    assert row.new == {"is_active": False, "reason": "left the company", "tokens_revoked": 1}
    do_unblock_user(user, "came back", acting_user=HOUSE)
    assert token_of(key) is None, "a revoked token must not come back with its user"
    with pytest.raises(Refused):
        User.objects.filter(pk=user.pk).update(is_active=False)
        do_create_token("x", ["people:read"], acting_user=User.objects.get(pk=user.pk))


def test_blocking_needs_a_reason(cast: Cast):
    with pytest.raises(InputRejected, match="reason"):
        do_block_user(cast.user("emitter", "reader"), " ", acting_user=HOUSE)


# Invitations


def test_an_invitation_goes_by_mail_and_its_key_is_kept_nowhere(cast: Cast):
    made, key = invitation(cast)
    assert key in mail.outbox[0].body and mail.outbox[0].to == ["wang@example.org"]
    assert bytes(Invitation.objects.get(pk=made.pk).key_hash) == hash_of(key)
    assert key not in str(list(AuditEntry.objects.values()))


def test_an_accepted_invitation_makes_a_user_with_the_role_once(cast: Cast):
    made, key = invitation(cast, role="auditor")
    membership = do_accept_invitation(key, username="wang", name="Wang", password=GOOD, acting_user=None)
    assert (membership.organisation, membership.role) == (cast.organisation("emitter"), "auditor")
    assert (membership.user.email, membership.user.check_password(GOOD)) == ("wang@example.org", True)
    row = AuditEntry.objects.get(action="people.accept")
    assert (row.actor, row.organisation) == (membership.user, cast.organisation("emitter"))
    assert row.new is not None and row.new["role"] == "auditor"
    with pytest.raises(InputRejected, match="used already"):
        do_accept_invitation(key, username="wang2", password=GOOD, acting_user=None)
    with pytest.raises(InputRejected, match="used already"):
        do_revoke_invitation(made, acting_user=HOUSE)


def test_who_is_signed_in_accepts_as_themselves(cast: Cast):
    user = cast.user("other emitter", "reader")
    _made, key = invitation(cast, role="auditor")
    do_accept_invitation(key, acting_user=user)
    assert Membership.objects.filter(user=user, organisation=cast.organisation("emitter"), role="auditor").exists()


def test_an_invitation_ends(cast: Cast):
    made, key = invitation(cast)
    Invitation.objects.filter(pk=made.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(InputRejected, match="expired on"):
        do_accept_invitation(key, username="wang", password=GOOD, acting_user=None)
    assert not User.objects.filter(username="wang").exists()


def test_an_invitation_taken_back_or_of_a_closed_organisation_or_unknown_serves_nobody(cast: Cast):
    made, key = invitation(cast)
    do_revoke_invitation(made, acting_user=HOUSE)
    with pytest.raises(InputRejected, match="taken back"):
        do_accept_invitation(key, username="wang", password=GOOD, acting_user=None)
    _made, key = invitation(cast)
    do_change_organisation(cast.organisation("emitter"), is_active=False, acting_user=HOUSE)
    for unknown in (key, "tanheng_invitation_x", ""):
        with pytest.raises(InputRejected, match="unknown"):
            do_accept_invitation(unknown, username="wang", password=GOOD, acting_user=None)


def test_a_faulty_acceptance_does_not_use_the_invitation_up(cast: Cast):
    _made, key = invitation(cast)
    with pytest.raises(InputRejected, match="username"):
        do_accept_invitation(key, username="officer_of_bureau", password=GOOD, acting_user=None)
    do_accept_invitation(key, username="wang", password=GOOD, acting_user=None)


def test_the_database_knows_no_half_accepted_invitation(cast: Cast):
    made, _key = invitation(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.filter(pk=made.pk).update(accepted_at=timezone.now())


@pytest.mark.parametrize("days", [0, 31])
def test_invitations_last_from_a_day_to_a_month(cast: Cast, days: int):
    with pytest.raises(InputRejected, match="from 1 to 30"):
        invitation(cast, days=days)


# Tokens


def test_of_a_token_only_the_hash_is_kept(cast: Cast):
    user = cast.user("emitter", "representative")
    token, key = do_create_token(" nightly report ", ["people:write", "people:read"], acting_user=user)
    kept = Token.objects.get(pk=token.pk)
    assert bytes(kept.key_hash) == hash_of(key)
    assert key.startswith(kept.start) and len(kept.start) < 20 < len(key)
    assert (kept.name, kept.scopes) == ("nightly report", ["people:read", "people:write"])
    assert key not in str(list(AuditEntry.objects.values())) + str(Token.objects.values())


def test_a_token_stands_for_its_user_until_it_ends(cast: Cast):
    user = cast.user("emitter", "representative")
    token, key = do_create_token("x", ["people:read"], acting_user=user)
    found = token_of(key)
    assert found is not None and found.user == user
    token.refresh_from_db()
    assert token.last_used_on == timezone.now().date()
    assert token_of(key + "x") is None
    Token.objects.filter(pk=token.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert token_of(key) is None


def test_a_revoked_token_opens_nothing_and_is_revoked_once(cast: Cast):
    user = cast.user("emitter", "representative")
    token, key = do_create_token("x", ["people:read"], acting_user=user)
    do_revoke_token(token, acting_user=user)
    assert token_of(key) is None
    with pytest.raises(InputRejected, match="revoked"):
        do_revoke_token(token, acting_user=user)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"scopes": []}, "scopes"),
        ({"scopes": ["people:read", "house:burn"]}, "house:burn"),
        ({"days": 0}, "days"),
        ({"days": 1000}, "days"),
        ({"name": " "}, "name"),
    ],
)
def test_a_token_with_a_wrong_value_is_refused(cast: Cast, values: dict[str, Any], said: str):
    with pytest.raises(InputRejected, match=said):
        do_create_token(
            acting_user=cast.user("emitter", "reader"), **{"name": "x", "scopes": ["people:read"], **values}
        )
