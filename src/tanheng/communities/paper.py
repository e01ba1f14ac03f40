"""The report on a community as a PDF file in one language: what it is, what the study says, and from what that came.

WeasyPrint is imported when the first one is made; a server on which it cannot run (it needs Pango) says so, and
everything else goes on.
"""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tanheng.communities.models import Community
from tanheng.web.problems import Problem

LANGUAGES = {"en": "en", "zh": "zh-hans"}


def paper(community: Community, language: str, *, whole: bool) -> bytes:
    """The file, in ``en`` or ``zh``; ``whole`` with the finding and the yearly report.

    Raises
    ------
    Problem
        503 ``noise.paper`` where this server cannot draw files.
    """
    with translation.override(LANGUAGES[language]):
        return _drawn(page_of(community, whole=whole))


def page_of(community: Community, *, whole: bool) -> str:
    """The page that becomes the file, in the language that is active."""
    context = {"case": community, "whole": whole, "today": timezone.localdate(), "demo": settings.TANHENG_DEMO}
    return render_to_string("communities/paper.html", context)


def _drawn(page: str) -> bytes:
    try:
        from weasyprint import HTML  # type: ignore[import-untyped]
        from weasyprint.urls import URLFetcher  # type: ignore[import-untyped]
    except (ImportError, OSError) as missing:  # OSError: the package is there and Pango is not
        detail = _("This server cannot draw PDF files: %s. The page of the community holds without.") % missing
        raise Problem(503, "noise.paper", detail=detail) from missing
    # Everything stands in the page: nothing is fetched from anywhere.
    drawn = HTML(string=page, url_fetcher=URLFetcher(allowed_protocols=())).write_pdf()
    assert isinstance(drawn, bytes)
    return drawn
