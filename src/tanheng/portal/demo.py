"""Sign-in without a password, for a demonstration: it exists only where TANHENG_DEMO is set, for made-up people."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from tanheng.people.models import User

PREFIX = "demo-"


@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the made-up people."""
    if not settings.TANHENG_DEMO:
        raise Http404
    user = User.objects.filter(
        username=request.POST.get("username", ""), username__startswith=PREFIX, is_active=True
    ).first()
    if user is None:
        raise Http404
    login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return redirect("home")
