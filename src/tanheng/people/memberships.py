"""What is done to users and their roles."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tanheng.people.door import Doing, door
from tanheng.people.models import Membership, Organisation, Token, User
from tanheng.people.rights import HOUSE, Actor, Refused, forget
from tanheng.people.roles import roles_in
from tanheng.people.values import fit, fit_password, refused_value


def do_create_user(
    username: str, *, name: str = "", email: str = "", password: str, organisation: Organisation | None, role: str = ""
) -> User:
    """Make a user from the command line, with a role; everybody else comes by invitation.

    Raises
    ------
    InputRejected
        When a value does not fit, or the user name is taken.
    """
    with transaction.atomic():
        user = new_user(username, name=name, email=email, password=password)
        doing = Doing("people.create_user", organisation, HOUSE)
        doing.changed(f"user {user.pk}", new={"username": user.username, "name": user.name, "email": user.email})
        if organisation is not None:
            do_give_role(user, organisation, role, acting_user=HOUSE)
    return user


def new_user(username: str, *, name: str, email: str, password: str) -> User:
    """A user's record, within an action.

    Raises
    ------
    InputRejected
        When a value does not fit, or the user name is taken.
    """
    user = User(username=User.normalize_username(username.strip()), name=name.strip(), email=email.strip())
    fit(user, but=["password"])
    fit_password(password, user)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        raise refused_value("people.E013", "user", "username", repr(user.username), _("is taken")) from None
    return user


def known_role(role: str, organisation: Organisation) -> None:
    """Go on only with a role that an organisation of this kind has.

    Raises
    ------
    InputRejected
        With the roles that there are.
    """
    there = roles_in(organisation.kind)
    if role not in there:
        raise refused_value("people.E018", "membership", "role", repr(role), _("is none of: %s") % ", ".join(there))


def do_give_role(user: User, organisation: Organisation, role: str, *, acting_user: Actor) -> Membership:
    """Give a role to a user, never to oneself.

    Raises
    ------
    InputRejected
        When there is no such role, or the user has it already.
    """
    with door("people.roles", organisation, acting_user=acting_user) as doing:
        _not_oneself(user, acting_user)
        known_role(role, organisation)
        given_by = acting_user if isinstance(acting_user, User) else None
        membership, new = Membership.objects.get_or_create(
            user=user, organisation=organisation, role=role, defaults={"given_by": given_by}
        )
        if not new:
            raise refused_value("people.E014", "membership", "role", role, _("is held already"))
        doing.changed(f"user {user.pk}", new={"role": role})
        forget(user)
    return membership


def do_take_role(user: User, organisation: Organisation, role: str, *, acting_user: Actor) -> None:
    """Take a role from a user, never from oneself, so that an organisation keeps its last administrator.

    Raises
    ------
    InputRejected
        When the user does not have it.
    """
    with door("people.roles", organisation, acting_user=acting_user) as doing:
        _not_oneself(user, acting_user)
        if not Membership.objects.filter(user=user, organisation=organisation, role=role).delete()[0]:
            raise refused_value("people.E015", "membership", "role", role, _("is not held"))
        doing.changed(f"user {user.pk}", old={"role": role})
        forget(user)


def do_change_role(user: User, organisation: Organisation, old: str, new: str, *, acting_user: Actor) -> Membership:
    """Give another role in place of one.

    Raises
    ------
    InputRejected
        As with giving and taking.
    """
    with transaction.atomic():
        do_take_role(user, organisation, old, acting_user=acting_user)
        return do_give_role(user, organisation, new, acting_user=acting_user)


def do_block_user(user: User, reason: str, *, acting_user: Actor) -> None:
    """Shut a user out at once: sign-in, open sessions, tokens. The bureau's administrators do; a reason is needed.

    Raises
    ------
    InputRejected
        When no reason is given, or the user is blocked already.
    """
    _set_active(user, False, reason, acting_user)


def do_unblock_user(user: User, reason: str, *, acting_user: Actor) -> None:
    """Let a blocked user in again; tokens stay revoked.

    Raises
    ------
    InputRejected
        When no reason is given, or the user is not blocked.
    """
    _set_active(user, True, reason, acting_user)


def _set_active(user: User, active: bool, reason: str, acting_user: Actor) -> None:
    with door("people.block", None, acting_user=acting_user) as doing:
        _not_oneself(user, acting_user)
        if not reason.strip():
            raise refused_value("people.E016", "user", "reason", None, _("is empty"))
        locked = User.objects.select_for_update().get(pk=user.pk)
        if locked.is_active == active:
            raise refused_value("people.E017", "user", "is_active", str(active).lower(), _("and nothing would change"))
        locked.is_active = active
        locked.save(update_fields=["is_active"])
        revoked = 0
        if not active:
            revoked = Token.objects.filter(user=user, revoked_at=None).update(revoked_at=timezone.now())
        doing.changed(
            f"user {user.pk}",
            old={"is_active": not active},
            new={"is_active": active, "reason": reason.strip(), "tokens_revoked": revoked},
        )
    user.is_active = active
    forget(user)


def _not_oneself(user: User, acting_user: Actor) -> None:
    if isinstance(acting_user, User) and user.pk == acting_user.pk:
        raise Refused("people.oneself", _("Nobody changes their own roles or blocks themselves; another one can."))
