"""The root of the addresses."""

from __future__ import annotations

from django.urls import path

from tanheng.portal.api import api

urlpatterns = [path("api/", api.urls)]
