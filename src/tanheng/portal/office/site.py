"""The door of the back office: our own sign-in with its second factor, a right, and a policy of its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_protect
from unfold.sites import UnfoldAdminSite

from tanheng.people.models import User
from tanheng.people.rights import may, require

RIGHT = "office.see"
# django-unfold's pages are moved by Alpine, which makes functions of the expressions in attributes ('unsafe-eval') and
# writes style attributes; its colours stand in a <style> of the page. Nothing else than on our own pages is let in:
# no script within a page, and nothing from elsewhere.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


class Office(UnfoldAdminSite):  # type: ignore[misc]
    """A site of django-unfold without a sign-in, a password form or a sign-out of its own."""

    site_title = site_header = _("Back office")
    index_title = _("Records")
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether this visitor may see the back office at all."""
        return isinstance(request.user, User) and may(request.user, RIGHT, None)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        """Each of its pages: for who is signed in and has the right, under the office's own policy."""
        inner = super().admin_view(view, cacheable)

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **options: Any) -> HttpResponseBase:
            if not isinstance(request.user, User):
                return redirect_to_login(request.get_full_path())
            require(request.user, RIGHT, None)
            response: HttpResponseBase = inner(request, *args, **options)
            response["Content-Security-Policy"] = POLICY
            return response

        # AdminSite wraps so unless told otherwise; a view that is posted to stays protected.
        return csrf_protect(guarded)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one sign-in, and it is not here."""
        return redirect("account_login")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Nor a sign-out."""
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Nor a change of the password."""
        return redirect("account_change_password")


office = Office(name="office")
