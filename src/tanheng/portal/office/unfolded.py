"""How django-unfold looks in this house."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _


def _mark(request: HttpRequest) -> str:
    return static("site/mark.svg")


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": _("Back office"),
    "SITE_HEADER": _("Back office"),
    "SITE_SUBHEADER": "碳衡 Tanheng",
    "SITE_URL": reverse_lazy("home"),
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": _mark}],
    "SHOW_HISTORY": False,
    "SHOW_LANGUAGES": True,
    "THEME": "light",
    "BORDER_RADIUS": "6px",
    "COLORS": {
        "primary": {
            "50": "#eef5f8",
            "100": "#d9e8ee",
            "200": "#b5d0dc",
            "300": "#86b1c3",
            "400": "#4f8aa3",
            "500": "#2f6f8b",
            "600": "#1f5f7a",
            "700": "#184c62",
            "800": "#123d50",
            "900": "#0f3443",
            "950": "#0a2530",
        },
    },
    "SIDEBAR": {"show_search": False, "show_all_applications": False},
}
