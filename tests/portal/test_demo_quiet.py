"""The demonstration's quiet city: something in every state, the same at every start, by the ways that people go."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from tanheng.cases.models import Passage
from tanheng.communities.models import Community, Complaint, Hour, Monitor, Study
from tanheng.people.models import User
from tanheng.portal import demo_quiet


@pytest.fixture
def quiet(town: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With few façade points, which are what takes time."""
    monkeypatch.setenv("TANHENG_DATA", str(tmp_path))
    monkeypatch.setitem(demo_quiet.QUARTER, "every_floor", 50)
    demo_quiet.work_out_the_quarter()


def states() -> dict[str, str]:
    return {case.name: case.state for case in Community.objects.exclude(state="refused")}


@pytest.mark.usefixtures("town")
def test_before_the_study_there_are_applications_and_complaints_in_every_state() -> None:
    assert not demo_quiet.is_whole()
    assert set(states()) == {each[1] for each in demo_quiet.APPLICATIONS} and set(states().values()) == {"applied"}
    refused = Community.objects.get(state="refused")
    assert (
        refused.name == demo_quiet.SPRUCE
        and refused.measures != Community.objects.get(name=refused.name, state="applied").measures
    )
    assert Counter(Complaint.objects.values_list("state", flat=True)) == {
        "received": 2, "looked_into": 1, "answered": 1, "set_aside": 1,
    }  # fmt: skip


@pytest.mark.usefixtures("quiet")
def test_one_has_the_title_one_is_under_review_and_one_waits_for_a_second_person(client: Client) -> None:
    assert demo_quiet.is_whole()
    assert states() == {
        demo_quiet.LAKESIDE: "review",
        demo_quiet.HILL_COURT: "titled",
        demo_quiet.GARDENS: "evaluated",
        demo_quiet.SPRUCE: "applied",
        demo_quiet.DAWN: "applied",
    }
    titled = Community.objects.get(name=demo_quiet.HILL_COURT)
    assert titled.judged is not None and titled.feature.startswith("community-")
    given = Passage.objects.filter(second_by__isnull=False, second_by__username="demo-approver")
    assert given.count() >= 2, "two persons stand behind each title"
    page = client.get("/quiet/").content.decode()
    assert demo_quiet.HILL_COURT in page and "made-up quarter" in page
    client.force_login(User.objects.get(username="demo-approver"))
    assert demo_quiet.GARDENS in client.get("/approvals/").content.decode()


@pytest.mark.usefixtures("quiet")
def test_monitors_have_four_weeks_of_hours_around_what_is_calculated(client: Client) -> None:
    monitors = Monitor.objects.all()
    assert monitors and all(each.public and each.name.startswith("示例") for each in monitors)
    days = 7 * demo_quiet.WEEKS
    for monitor in monitors:
        hours = Hour.objects.filter(monitor=monitor)
        assert hours.count() == 24 * days
        last = hours.order_by("-date").values_list("date", flat=True)[0]
        assert last == timezone.localdate() - timedelta(days=1)
    page = client.get(Study.objects.get().get_absolute_url()).content.decode()
    assert "示例监测点" in page


@pytest.mark.usefixtures("quiet")
def test_a_second_start_changes_nothing() -> None:
    before = list(Hour.objects.order_by("pk").values_list("leq_db", flat=True)[:100]), states(), Passage.objects.count()
    demo_quiet.work_out_the_quarter()
    after = list(Hour.objects.order_by("pk").values_list("leq_db", flat=True)[:100]), states(), Passage.objects.count()
    assert before == after and Study.objects.count() == 1
