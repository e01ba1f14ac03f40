"""Who calls an endpoint of the API: a person who is signed in, or a program with a token."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja.security import APIKeyCookie

from tanheng.people.models import User
from tanheng.people.rights import Refused
from tanheng.people.tokens import BearerToken


class SignedIn(APIKeyCookie):
    """An endpoint's door for who is signed in by a session; what changes something wants the CSRF token too.

    Who is not signed in is told so, before anything is said of CSRF.
    """

    def __init__(self) -> None:
        self.param_name = settings.SESSION_COOKIE_NAME
        super().__init__(csrf=True)

    def __call__(self, request: HttpRequest) -> Any:
        """The user, or None."""
        if "Authorization" in request.headers or not request.user.is_authenticated:
            return None
        return super().__call__(request)

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        """The user of the session."""
        return request.user


PERSON = SignedIn()
"""Only a person: for what no program may do, as making tokens or confirming what another asked for."""


def anyone(scope: str) -> list[Any]:
    """A person, or a program whose token has the scope."""
    return [BearerToken(scope), PERSON]


def caller(request: HttpRequest) -> User:
    """Who makes this request.

    Raises
    ------
    Refused
        When nobody is signed in; an endpoint with a door above never sees it.
    """
    if not isinstance(request.user, User):
        raise Refused("people.nobody", "Nobody is signed in.")
    return request.user
