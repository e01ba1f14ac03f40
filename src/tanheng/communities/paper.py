"""The report on a community as a PDF file in one language: what it is, what the study says, and from what that came.

WeasyPrint is imported when the first one is made; a server on which it cannot run (it needs Pango) says so, and
everything else goes on.
"""

from __future__ import annotations

from typing import NamedTuple

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tanheng.communities.models import Community
from tanheng.communities.sight.legend import INDICATORS
from tanheng.communities.sight.plate import plate
from tanheng.communities.sight.shelf import opened
from tanheng.communities.sight.words import WORDS
from tanheng.measures.quiet.methods import METHODS
from tanheng.problems import InputRejected
from tanheng.text import Text
from tanheng.web.problems import Problem
from tanheng.web.templatetags.page import language

LANGUAGES = {"en": "en", "zh": "zh-hans"}


class Maps(NamedTuple):
    """Drawings with their titles, as ``svg`` elements; ``lead`` says how they were made, or why there are none."""

    drawn: tuple[tuple[Text, str], ...]
    lead: Text
    more: Text | None = None


def paper(community: Community, tongue: str, *, whole: bool) -> bytes:
    """The file, in ``en`` or ``zh``; ``whole`` with the finding and the yearly report.

    Raises
    ------
    Problem
        503 ``noise.paper`` where this server cannot draw files.
    """
    with translation.override(LANGUAGES[tongue]):
        return _drawn(page_of(community, whole=whole))


def page_of(community: Community, *, whole: bool) -> str:
    """The page that becomes the file, in the language that is active."""
    context = {
        "case": community,
        "whole": whole,
        "today": timezone.localdate(),
        "demo": settings.TANHENG_DEMO,
        "w": WORDS,
        "maps": maps_of(community, whole=whole),
    }
    return render_to_string("communities/paper.html", context)


def maps_of(community: Community, *, whole: bool) -> Maps | None:
    """What is drawn of its study, by day and at night, in the language that is active; None without a study.

    A study that the authority keeps to itself is drawn for those alone who read the whole case.
    """
    if community.study is None:
        return None
    if not whole and not community.study.public:
        return Maps((), WORDS["plate_closed"])
    tongue = language()
    drawn = []
    try:
        study = opened(community.study.folder)
        for indicator in ("Ld", "Ln"):
            title = INDICATORS[indicator]
            describes = f"{community.name}: {title.in_language(tongue)}"
            drawn.append((title, plate(study, indicator, describes, tongue, community.feature)))
    except InputRejected as rejected:
        return Maps((), WORDS["plate_missing"].format(why=str(rejected.problems[0].code)))
    method = METHODS[study.settings.method].title.in_language(tongue)
    lead = WORDS["plate_lead"].format(method=method, count=study.receivers.num_rows)
    return Maps(tuple(drawn), lead, WORDS["plate_outline"] if community.feature else None)


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
