"""The root of the addresses."""

from __future__ import annotations

from django.conf import settings
from django.contrib.staticfiles.views import serve
from django.urls import include, path

from tanheng.portal.api import api

urlpatterns = [
    path("api/", api.urls),
    path("accounts/", include("allauth.urls")),
    # Where no web server stands before us; one that does serves the folder of `tanheng collect-static` by itself.
    path(f"{settings.STATIC_URL.strip('/')}/<path:path>", serve, {"insecure": True}),
]
