"""The lists of quiet communities and of complaints in a browser: phone and desk, both languages, no barrier."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from tests.communities.roads import DIGEST, a_study
from tests.portal.browser import DESK, ON_THE_SITE, PHONE, Visitor, chromium, site
from tests.portal.shelf import put_city, put_runs

from tanheng.cases.taking import take
from tanheng.communities.actions import do_apply_community, do_complain
from tanheng.communities.models import Community
from tanheng.people import approvals
from tanheng.people.models import Membership, User
from tanheng.people.rights import HOUSE

pytestmark = ON_THE_SITE
__all__ = ["chromium", "site"]
WRONG = "organisation,name,address,households,measures\nnobody,Hill Court,Nanshan 2,many,Quiet hours\n"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return put_city(tmp_path_factory.mktemp("city") / "testville")


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return put_runs(tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="module")
def places(site: str, django_db_blocker: Any) -> list[str]:
    """Titles that are due for review and one that is not, complaints about the same place."""
    with django_db_blocker.unblock():
        a_study()
        officer, approver = (User.objects.get(username=f"demo-{name}") for name in ("officer", "approver"))
        park = Membership.objects.filter(user__username="demo-park").select_related("organisation").get().organisation
        for name, feature in (("海湾花园 Harbour Gardens", "c"), ("北苑 North Court", ""), ("南苑 South Court", "")):
            case = do_apply_community(
                park, name=name, address="南山区海湾路1号", households=420, measures="夜间禁止装卸", acting_user=HOUSE
            )
            given = {"study": DIGEST[:8], "feature": feature, "finding": "安静"}
            take(case, "evaluate", acting_user=officer, given=given)
            asked = take(Community.objects.get(pk=case.pk), "give_title", acting_user=officer).approval
            assert asked is not None
            approvals.confirm(asked.pk, approver)
        due = Community.objects.filter(state="titled").order_by("pk")
        for each, days in zip(due[:2], (-3, 20), strict=True):
            Community.objects.filter(pk=each.pk).update(review_due=timezone.localdate() + timedelta(days=days))
        for source in ("traffic", "traffic", "social"):
            do_complain(
                source=source, place="示例高架路口", noticed_at=timezone.now() - timedelta(days=2), text="夜间货车频繁"
            )
        connection.close()
    lists = ("communities/", "communities/reviews/", "communities/import/", "complaints/", "complaints/places/?days=30")
    return [f"/quiet/{name}" for name in lists]


@pytest.mark.parametrize(("size", "language"), [(PHONE, "zh-CN"), (DESK, "en-GB")])
def test_nobody_meets_a_barrier(
    places: list[str], chromium: Any, site: str, size: Any, language: str, tmp_path: Path
) -> None:
    officer = Visitor(chromium, site, size, language)
    officer.is_let_in_as("officer")
    for place in places:
        officer.goes(place)
        officer.is_at_ease()
        officer.meets_no_barrier()
    officer.goes("/quiet/communities/import/")
    (tmp_path / "applications.csv").write_text(WRONG, "utf-8")
    officer.page.set_input_files("#file", str(tmp_path / "applications.csv"))
    officer.page.locator("main form button").click()
    assert officer.page.locator(".alert li").count() == 2, "both faults of the line are told"
    officer.meets_no_barrier()
