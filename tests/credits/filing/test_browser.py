"""Pages of methodologies and scenes in a real browser: on a desk and on a phone, in both languages, without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from tests.credits.filing.people import with_a_pool
from tests.credits.filing.roads import drafted, filed, in_comment, scene_published, taken_over
from tests.portal.browser import DESK, ON_THE_SITE, PHONE, Visitor, chromium, site_at_first
from tests.portal.conftest import city, shelf

from tanheng.credits.filing.actions import do_comment_methodology, do_show_comment
from tanheng.credits.filing.models import PublicComment

__all__ = ["chromium", "city", "shelf", "site_at_first"]
pytestmark = ON_THE_SITE


@pytest.fixture(scope="module")
def pages(site_at_first: str, django_db_blocker: Any) -> Iterator[dict[str, str]]:
    """Cases in several states, committed for the site_at_first's own threads; the site takes them away at the end."""
    with django_db_blocker.unblock():
        cast = with_a_pool()
        open_one = in_comment(cast)
        for number, text in enumerate(("Night buses are missing.", "The factor of the metro seems high to me.")):
            comment = do_comment_methodology(open_one, text)
            if number == 0:
                do_show_comment(comment, shown=True, acting_user=cast.user("bureau", "officer"))
        found = {
            "open": open_one.get_absolute_url(),
            "in force": taken_over(cast, "sz_home_electricity").get_absolute_url(),
            "filed": filed(cast, drafted(cast, "sz_milk_cartons")).get_absolute_url(),
            "scene": scene_published(cast).get_absolute_url(),
        }
        connection.close()
        yield found


@pytest.mark.parametrize(("size", "language"), [(DESK, "en-GB"), (PHONE, "zh-CN")], ids=["desk", "phone"])
def test_anybody_reads_what_is_public(
    size: tuple[int, int], language: str, pages: dict[str, str], site_at_first: str, chromium: Any
):
    visitor = Visitor(chromium, site_at_first, size, language)
    for where in (
        "/credits/",
        "/credits/methodologies/",
        pages["open"],
        pages["in force"],
        f"{pages['open']}comment/",
        "/credits/scenes/",
        pages["scene"],
        "/cases/methodologies/",
        "/cases/scenes/",
    ):
        visitor.goes(where)
        visitor.is_at_ease()
        visitor.meets_no_barrier()
    visitor.leaves()


@pytest.mark.parametrize(("size", "language"), [(DESK, "zh-CN"), (PHONE, "en-GB")], ids=["desk", "phone"])
def test_an_officer_decides(
    size: tuple[int, int], language: str, pages: dict[str, str], site_at_first: str, chromium: Any
):
    visitor = Visitor(chromium, site_at_first, size, language)
    visitor.is_let_in_as("officer")
    for where in (
        "/credits/",
        pages["filed"],
        pages["open"],
        f"{pages['filed']}try/",
        f"{pages['in force']}revise/",
        "/credits/methodologies/new/",
    ):
        visitor.goes(where)
        visitor.is_at_ease()
        visitor.meets_no_barrier()
    visitor.goes(pages["filed"])
    visitor.page.click("a[href$='/send_back/']")
    visitor.is_at_ease()
    visitor.meets_no_barrier()
    visitor.leaves()


def test_without_scripts_somebody_comments(
    pages: dict[str, str], site_at_first: str, chromium: Any, django_db_blocker: Any
):
    context = chromium.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto(f"{site_at_first}{pages['open']}")
    page.click("a[href$='/comment/']")
    page.fill("#text", "Without a script.")
    page.click("main form button.btn-primary")
    assert "Thank you." in page.inner_text("main")
    context.close()
    with django_db_blocker.unblock():
        assert PublicComment.objects.filter(text="Without a script.").exists()
