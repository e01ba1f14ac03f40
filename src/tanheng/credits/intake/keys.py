"""Keys of applications: made and revoked by the operator's people, shown once, and good for one application."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from tanheng.credits.intake.models import Application, ApplicationKey
from tanheng.people.door import door
from tanheng.people.models import User
from tanheng.people.rights import Actor
from tanheng.people.secrets import hash_of, new_key
from tanheng.people.values import fit, refused_value

BEGINNING = "tanheng_app_"
START_LENGTH = len(BEGINNING) + 2
DAYS, DAYS_MOST = 366, 732
KEYS_MOST = 10
OVER = ("withdrawn", "ended")


def do_create_key(
    application: Application, name: str, *, days: int = DAYS, acting_user: Actor
) -> tuple[ApplicationKey, str]:
    """Make a key for an application.

    Returns
    -------
    The key as it is kept, and its text, which is kept nowhere.

    Raises
    ------
    InputRejected
        ``intake.E020`` where the application is over, ``E021`` for days out of bounds, ``E022`` where it has as many
        good keys as it may have, or the name does not fit.
    """
    with door(
        "applications.key", application.organisation, right="applications.register", acting_user=acting_user
    ) as doing:
        locked = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
        if locked.state in OVER:
            raise refused_value("intake.E020", locked.number, "state", locked.state, _("is over; it sends nothing"))
        if not 1 <= days <= DAYS_MOST:
            raise refused_value("intake.E021", "key", "days", str(days), _("must be from 1 to %d") % DAYS_MOST)
        if good_keys(locked).count() >= KEYS_MOST:
            message = _("has %d keys that are good; revoke one first") % KEYS_MOST
            raise refused_value("intake.E022", locked.number, "keys", None, message)
        text = new_key(BEGINNING)
        key = ApplicationKey(
            application=locked,
            name=name.strip(),
            start=text[:START_LENGTH],
            key_hash=hash_of(text),
            made_by=acting_user if isinstance(acting_user, User) else None,
            expires_at=timezone.now() + timedelta(days=days),
        )
        fit(key, but=["key_hash"])
        key.save(force_insert=True)
        doing.changed(f"key {key.pk} of {locked.number}", new={"name": key.name, "days": days})
    return key, text


def do_revoke_key(key: ApplicationKey, *, acting_user: Actor) -> None:
    """End a key at once.

    Raises
    ------
    InputRejected
        ``intake.E023`` where it is revoked already.
    """
    organisation = key.application.organisation
    with door("applications.revoke_key", organisation, right="applications.register", acting_user=acting_user) as doing:
        locked = ApplicationKey.objects.select_for_update().get(pk=key.pk)
        if locked.revoked_at is not None:
            raise refused_value("intake.E023", "key", "revoked", "true", _("and nothing would change"))
        locked.revoked_at = timezone.now()
        locked.save(update_fields=["revoked_at"])
        doing.changed(f"key {locked.pk} of {key.application.number}", old={"revoked": False}, new={"revoked": True})


def good_keys(application: Application) -> Any:
    """The keys that can be used now."""
    return application.keys.filter(revoked_at=None, expires_at__gt=timezone.now())


def key_of(text: str) -> ApplicationKey | None:
    """The key that a text stands for, with its application; None for any that may not be used now."""
    now = timezone.now()
    found = (
        ApplicationKey.objects.select_related("application__organisation")
        .filter(key_hash=hash_of(text), revoked_at=None, expires_at__gt=now)
        .filter(application__organisation__is_active=True)
        .exclude(application__state__in=OVER)
        .first()
    )
    if found is not None and found.last_used_on != now.date():
        ApplicationKey.objects.filter(pk=found.pk).update(last_used_on=now.date())
    return found


class AppKey(HttpBearer):
    """An endpoint's door for the servers of an app: puts its key on the request, and no user."""

    openapi_bearerFormat = "tanheng_app_…"

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The key; None for what is no key of an application."""
        return key_of(token) if token.startswith(BEGINNING) else None
