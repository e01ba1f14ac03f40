"""Sign-in: by password and a second factor, or by passkey alone; what happens there is in the audit trail.

django-allauth does the work. Here is what this house wants otherwise: nobody makes an account for themselves (people
come by invitation), secrets of second factors are not readable in the database, and the audit trail knows of it all.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

from allauth.account import signals as account
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa import signals as mfa
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from axes.signals import user_locked_out
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db.models.signals import post_delete, post_save
from django.http import HttpRequest
from django.utils import timezone

from tanheng.people import audit
from tanheng.people.audit import Value
from tanheng.people.middleware import BEGAN, SECOND_FACTOR, SEEN
from tanheng.people.models import AuditEntry, User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts come by invitation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of second factors are kept encrypted, so that a copy of the tables alone opens nothing."""

    def encrypt(self, text: str) -> str:
        """With a key made from the house's own."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """What ``encrypt`` made.

        Raises
        ------
        cryptography.fernet.InvalidToken
            When the house has another key than when it was made.
        """
        return _cipher().decrypt(encrypted_text.encode()).decode()


def second_factors_can_be_read() -> bool:
    """Whether the house has the key that it had when its people set up their second factors."""
    hidden = Authenticator.objects.filter(type=Authenticator.Type.TOTP).order_by("-pk").first()
    if hidden is None:
        return True
    try:
        SecondFactorAdapter().decrypt(hidden.data["secret"])
    except InvalidToken:
        return False
    return True


def _cipher() -> Fernet:
    key = hashlib.sha256(b"tanheng second factors\0" + str(settings.SECRET_KEY).encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def listen() -> None:
    """Have the audit trail told, and a session know when it began."""
    user_logged_in.connect(_signed_in, dispatch_uid="tanheng.people.signed_in")
    user_logged_out.connect(_signed_out, dispatch_uid="tanheng.people.signed_out")
    user_locked_out.connect(_locked_out, dispatch_uid="tanheng.people.locked_out")
    for name, signal in (
        ("password_changed", account.password_changed),
        ("password_reset", account.password_reset),
        ("password_set", account.password_set),
    ):
        signal.connect(_password(f"people.{name}"), weak=False, dispatch_uid=f"tanheng.people.{name}")
    account.email_changed.connect(_email_changed, dispatch_uid="tanheng.people.email_changed")
    # The records' own signals, since allauth's come after the commit: an entry stands with what it tells of.
    post_save.connect(_second_factor_added, sender=Authenticator, dispatch_uid="tanheng.people.second_factor_added")
    post_delete.connect(_second_factor_gone, sender=Authenticator, dispatch_uid="tanheng.people.second_factor_gone")
    mfa.authenticator_removed.connect(_look_again, dispatch_uid="tanheng.people.second_factor_looked_for")


def _signed_in(sender: Any, request: HttpRequest, user: User, **rest: Any) -> None:
    request.session[BEGAN] = request.session[SEEN] = timezone.now().isoformat()
    methods = [record.get("method", "") for record in request.session.get("account_authentication_methods", [])]
    new: dict[str, Value] = {"methods": [*methods]}
    audit.record("people.sign_in", f"user {user.pk}", new=new, acting_user=user)


def _signed_out(sender: Any, request: HttpRequest, user: User | None, **rest: Any) -> None:
    if user is not None:
        audit.record("people.sign_out", f"user {user.pk}", acting_user=user)


def _locked_out(sender: Any, request: HttpRequest, username: str, **rest: Any) -> None:
    # Not for names that nobody has, and once for each time: a stranger must not be able to fill the trail.
    user = User.objects.filter(username=username).first()
    if user is None:
        return
    subject = f"user {user.pk}"
    told = AuditEntry.objects.filter(
        subject=subject, action="people.lock_out", at__gt=timezone.now() - settings.AXES_COOLOFF_TIME
    )
    if not told.exists():
        audit.record("people.lock_out", subject, acting_user=None)


def _password(action: str) -> Any:
    def tell(sender: Any, request: HttpRequest, user: User, **rest: Any) -> None:
        audit.record(action, f"user {user.pk}", acting_user=user)

    return tell


def _email_changed(sender: Any, request: HttpRequest, user: User, **addresses: Any) -> None:
    old, new = addresses.get("from_email_address"), addresses.get("to_email_address")
    audit.record(
        "people.email_changed",
        f"user {user.pk}",
        old={"email": old.email if old else None},
        new={"email": new.email if new else None},
        acting_user=user,
    )


def _second_factor_added(sender: Any, instance: Authenticator, created: bool, **rest: Any) -> None:
    if created:
        _second_factor("people.second_factor_added", instance, new={"type": str(instance.type)})


def _second_factor_gone(sender: Any, instance: Authenticator, **rest: Any) -> None:
    _second_factor("people.second_factor_removed", instance, old={"type": str(instance.type)})


def _second_factor(
    action: str,
    instance: Authenticator,
    *,
    old: Mapping[str, Value] | None = None,
    new: Mapping[str, Value] | None = None,
) -> None:
    audit.record(action, f"user {instance.user_id}", old=old, new=new, acting_user=instance.user)


def _look_again(sender: Any, request: HttpRequest, **rest: Any) -> None:
    request.session.pop(SECOND_FACTOR, None)
