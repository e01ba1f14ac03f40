"""How people come in: an administrator asks them, they accept with a key that serves once and for a time."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tanheng.people.door import Doing, door
from tanheng.people.memberships import known_role, new_user
from tanheng.people.models import Invitation, Membership, Organisation, User
from tanheng.people.rights import Actor, forget, require_active
from tanheng.people.secrets import INVITATION, hash_of, new_key
from tanheng.people.values import fit, refused_value

DAYS = 7


def do_invite(
    organisation: Organisation, email: str, role: str, *, days: int = DAYS, acting_user: Actor
) -> tuple[Invitation, str]:
    """Ask somebody into an organisation, in a role; the key goes by mail, once the invitation is committed.

    Returns
    -------
    The invitation, and its key, which is kept nowhere.

    Raises
    ------
    InputRejected
        When a value does not fit.
    """
    with door("people.invite", organisation, acting_user=acting_user) as doing:
        if not 1 <= days <= 30:
            raise refused_value("people.E020", "invitation", "days", str(days), _("must be from 1 to 30"))
        known_role(role, organisation)
        key = new_key(INVITATION)
        invitation = Invitation(
            organisation=organisation,
            role=role,
            email=email.strip(),
            key_hash=hash_of(key),
            invited_by=acting_user if isinstance(acting_user, User) else None,
            expires_at=timezone.now() + timedelta(days=days),
        )
        fit(invitation, but=["key_hash", "invited_by"])
        invitation.save(force_insert=True)
        doing.changed(f"invitation {invitation.pk}", new={"email": invitation.email, "role": role, "days": days})
        _send(invitation, key)
    return invitation, key


def do_revoke_invitation(invitation: Invitation, *, acting_user: Actor) -> None:
    """Take an invitation back that nobody accepted.

    Raises
    ------
    InputRejected
        When it was accepted or taken back already.
    """
    with door("people.invite", invitation.organisation, acting_user=acting_user) as doing:
        locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
        _open(locked, expired_too=True)
        locked.revoked_at = timezone.now()
        locked.save(update_fields=["revoked_at"])
        doing.changed(f"invitation {locked.pk}", old={"revoked": False}, new={"revoked": True})


def do_accept_invitation(
    key: str, *, username: str = "", name: str = "", password: str = "", acting_user: User | None
) -> Membership:
    """Come in: as a new user, or as who is signed in.

    Parameters
    ----------
    username, name, password
        Of a new user, with ``acting_user`` None.

    Raises
    ------
    InputRejected
        When the key is unknown, used, taken back or too old, or a value does not fit.
    """
    with transaction.atomic():
        invitation = (
            Invitation.objects.select_for_update(of=("self",))
            .select_related("organisation")
            .filter(key_hash=hash_of(key), organisation__is_active=True)
            .first()
        )
        if invitation is None:
            raise refused_value(
                "people.E021", "invitation", "key", None, _("is unknown"), _("Ask who invited you for another one")
            )
        _open(invitation)
        if acting_user is not None:
            require_active(acting_user)
            user = acting_user
        else:
            user = new_user(username, name=name, email=invitation.email, password=password)
        membership, new = Membership.objects.get_or_create(
            user=user,
            organisation=invitation.organisation,
            role=invitation.role,
            defaults={"given_by": invitation.invited_by},
        )
        if not new:
            raise refused_value("people.E014", "membership", "role", invitation.role, _("is held already"))
        invitation.accepted_by = user
        invitation.accepted_at = timezone.now()
        invitation.save(update_fields=["accepted_by", "accepted_at"])
        Doing("people.accept", invitation.organisation, user).changed(
            f"invitation {invitation.pk}",
            old={"accepted": False},
            new={"accepted": True, "user": user.pk, "username": user.username, "role": invitation.role},
        )
        forget(user)
    return membership


def _open(invitation: Invitation, *, expired_too: bool = False) -> None:
    again = _("Ask who invited you for another one")
    if invitation.accepted_at is not None:
        raise refused_value("people.E022", "invitation", "key", None, _("was used already"), again)
    if invitation.revoked_at is not None:
        raise refused_value("people.E023", "invitation", "key", None, _("was taken back"), again)
    if not expired_too and invitation.expires_at <= timezone.now():
        raise refused_value(
            "people.E024", "invitation", "key", None, _("expired on %s") % invitation.expires_at.isoformat(), again
        )


def _send(invitation: Invitation, key: str) -> None:
    send_mail(
        _("Invitation to %s") % invitation.organisation.name,
        _(
            "You are invited to act for %(organisation)s as %(role)s at %(address)s\n\n"
            "The key of the invitation, until %(end)s:\n\n%(key)s\n\nCome in here: %(link)s\n"
        )
        % {
            "organisation": invitation.organisation.name,
            "role": invitation.get_role_display(),
            "address": settings.TANHENG_ADDRESS,
            "end": timezone.localtime(invitation.expires_at).strftime("%Y-%m-%d %H:%M"),
            "key": key,
            "link": f"{settings.TANHENG_ADDRESS}{reverse('accept_invitation')}?{urlencode({'key': key})}",
        },
        None,
        [invitation.email],
    )
