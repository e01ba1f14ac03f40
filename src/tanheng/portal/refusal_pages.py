"""The page for an address that is none."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.shortcuts import render


def not_there(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404; the API says it in its own way."""
    if request.path_info.startswith("/api/"):
        return HttpResponseNotFound()
    return render(request, "portal/not_there.html", status=404)
