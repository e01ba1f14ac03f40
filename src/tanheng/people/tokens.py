"""Tokens: keys with which programs act for a user, within scopes and for a time.

A token never does more than its user may; a scope only narrows it. Making and revoking tokens takes a person who is
signed in: no token makes another.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from tanheng.people.audit import Value
from tanheng.people.door import OWN, door
from tanheng.people.models import Token, User
from tanheng.people.scopes import SCOPES
from tanheng.people.secrets import TOKEN, hash_of, new_key
from tanheng.people.values import fit, refused_value
from tanheng.web.problems import Problem

DAYS = 90
DAYS_MOST = 366
START_LENGTH = len(TOKEN) + 2


def do_create_token(name: str, scopes: list[str], *, days: int = DAYS, acting_user: User) -> tuple[Token, str]:
    """Make a token for oneself.

    Returns
    -------
    The token, and its key, which is kept nowhere.

    Raises
    ------
    InputRejected
        When a scope is unknown or none is given, or another value does not fit.
    """
    with door("people.token", None, right=OWN, acting_user=acting_user) as doing:
        unknown = sorted(set(scopes) - SCOPES.keys())
        if unknown or not scopes:
            message = _("is none of: %s") % ", ".join(SCOPES)
            raise refused_value("people.E030", "token", "scopes", ", ".join(unknown) or None, message)
        if not 1 <= days <= DAYS_MOST:
            raise refused_value("people.E031", "token", "days", str(days), _("must be from 1 to %d") % DAYS_MOST)
        key = new_key(TOKEN)
        token = Token(
            user=acting_user,
            name=name.strip(),
            start=key[:START_LENGTH],
            key_hash=hash_of(key),
            scopes=sorted(set(scopes)),
            expires_at=timezone.now() + timedelta(days=days),
        )
        fit(token, but=["key_hash"])
        token.save(force_insert=True)
        values: dict[str, Value] = {"user": acting_user.pk, "name": token.name, "scopes": token.scopes, "days": days}
        doing.changed(f"token {token.pk}", new=values)
    return token, key


def do_revoke_token(token: Token, *, acting_user: User) -> None:
    """End a token at once: one's own, or anybody's for who may block users.

    Raises
    ------
    InputRejected
        When it is revoked already.
    """
    right = OWN if token.user_id == acting_user.pk else "people.block"
    with door("people.revoke_token", None, right=right, acting_user=acting_user) as doing:
        locked = Token.objects.select_for_update().get(pk=token.pk)
        if locked.revoked_at is not None:
            raise refused_value("people.E032", "token", "revoked", "true", _("and nothing would change"))
        locked.revoked_at = timezone.now()
        locked.save(update_fields=["revoked_at"])
        doing.changed(f"token {locked.pk}", old={"revoked": False}, new={"revoked": True, "user": locked.user_id})


def token_of(key: str) -> Token | None:
    """The token that a key stands for, with its user; None for any that may not be used now."""
    now = timezone.now()
    token = (
        Token.objects.select_related("user")
        .filter(key_hash=hash_of(key), revoked_at=None, expires_at__gt=now, user__is_active=True)
        .first()
    )
    if token is not None and token.last_used_on != now.date():
        # Once a day, so that reading writes nothing as a rule.
        Token.objects.filter(pk=token.pk).update(last_used_on=now.date())
    return token


class BearerToken(HttpBearer):
    """An endpoint's door for programs: ``auth=[BearerToken("ledger:write"), ...]``. Puts the user on the request."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        if scope not in SCOPES:
            raise KeyError(f"no scope is called {scope}; an app declares its scopes with tanheng.people.scopes.declare")
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The user of the key.

        Raises
        ------
        Problem
            403 ``people.scope`` when the token is good, but not for this.
        """
        found = token_of(token)
        if found is None:
            return None
        request.user = found.user
        if self.scope not in found.scopes:
            needed = _("The token %(name)s has no scope %(scope)s; make one that has.")
            raise Problem(403, "people.scope", detail=needed % {"name": found.name, "scope": self.scope})
        return found.user
