"""Where complaints were heard: said with the answer, counted for the area, and never a zero that nobody knows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.communities.roads import DIGEST, OFFICER, a_study, answered, applied, by_one, received, set_aside, titled
from tests.communities.test_monitors import browser
from tests.people.cast import Cast

from tanheng.communities import complained as complained_module
from tanheng.communities.actions import do_complain
from tanheng.communities.complained import complained, kept_since
from tanheng.communities.models import Community, Complaint
from tanheng.problems import InputRejected


@pytest.fixture
def kept_for_years(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test waits for a year, and no one turns the clock of the books back."""
    monkeypatch.setattr(complained_module, "kept_since", lambda: timezone.now() - timedelta(days=400))


def long_ago(cast: Cast, area: Community) -> Complaint:
    """Answered, and heard more than a year ago."""
    heard = timezone.now() - timedelta(days=400)
    case = do_complain(source="traffic", place="Lake Road 3", noticed_at=heard, text="Lorries")
    case = by_one(case, "look_into", cast, OFFICER)
    found: Complaint = by_one(case, "give_answer", cast, OFFICER, answer="Closed at night", community=str(area.pk))
    return found


def test_nothing_is_known_before_complaints_were_kept_for_a_year(cast: Cast):
    area = applied(cast)
    assert kept_since() is None and complained(area.pk).complaints is None
    before = timezone.now()
    answered(cast, community=str(area.pk))
    long_ago(cast, area)
    assert complained(area.pk).why.en == "complaints have been kept for less than a year"
    assert before <= (kept_since() or before) <= timezone.now(), "by our clock, whenever it is said to have been heard"


@pytest.mark.usefixtures("kept_for_years")
def test_those_of_the_year_are_counted_where_they_were_heard(cast: Cast):
    area = applied(cast)
    long_ago(cast, area)
    assert complained(area.pk).complaints == 0, "that was more than a year ago"
    answered(cast, community=str(area.pk))
    answered(cast)
    set_aside(cast)
    assert complained(area.pk).complaints == 1
    waiting = received(cast)
    assert complained(area.pk).complaints is None
    assert complained(area.pk).why.zh == "近一年有1件投诉尚未答复,所在小区未定"
    by_one(waiting, "set_aside", cast, OFFICER, because="Said before")
    assert complained(area.pk).complaints == 1


@pytest.mark.usefixtures("kept_for_years")
def test_an_evaluation_says_the_rate_of_its_outline(cast: Cast):
    area = applied(cast)
    long_ago(cast, area)
    for _ in range(2):
        answered(cast, community=str(area.pk))
    a_study()
    case = by_one(area, "evaluate", cast, OFFICER, study=DIGEST[:8], feature="c", finding="Quiet")
    figures = case.judged["figures"]
    assert figures["complaints"]["value"] == pytest.approx(2000 / figures["persons"]["value"])
    assert "2 complaints in 1 year," in str(figures["complaints"])


def test_a_place_that_is_no_area_of_the_list_is_refused(cast: Cast):
    case = by_one(received(cast), "look_into", cast, OFFICER)
    for said in ("0", "Lake Road", "999999999999999999999"):
        with pytest.raises(InputRejected, match=r"noise\.E095"):
            by_one(case, "give_answer", cast, OFFICER, answer="Stopped", community=said)
    assert Complaint.objects.get(pk=case.pk).state == "looked_into"


@pytest.mark.usefixtures("kept_for_years")
def test_the_officer_goes_from_the_area_to_its_complaints(cast: Cast):
    area = titled(cast)
    long_ago(cast, area)
    case, elsewhere = answered(cast, community=str(area.pk)), answered(cast)
    officer = browser(cast.user(*OFFICER))
    said = officer.get(area.get_absolute_url()).content.decode()
    assert f'<dd>1 · <a href="/quiet/complaints/?community={area.pk}">' in said
    listed = officer.get(f"/quiet/complaints/?community={area.pk}").content.decode()
    assert case.called in listed and elsewhere.called not in listed and area.name in listed
    assert elsewhere.called not in officer.get("/quiet/complaints/?community=999999999999999999999").content.decode()
    assert area.name in officer.get(case.get_absolute_url()).content.decode()
