"""Who a request is from, as far as keys and rates need to know."""

from __future__ import annotations

from django.http import HttpRequest


def caller(request: HttpRequest) -> str:
    """``user 5`` for who is signed in, by session or token; ``address 192.0.2.1`` for everyone else.

    A way to sign in puts the user on the request; Django's session does, and a token must.
    """
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return f"user {user.pk}"
    return f"address {request.META.get('REMOTE_ADDR', '')}"
