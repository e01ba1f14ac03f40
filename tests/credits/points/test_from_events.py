"""From events to a person's page, by intake's own hands: only who gave the mandate counts, and no rate, no points."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from tests.credits.intake.sending import event, send
from tests.credits.points.conftest import City, sql, today

from tanheng.cases.guards import put_in_place
from tanheng.cases.taking import take
from tanheng.credits.filing.actions import do_begin_methodology
from tanheng.credits.intake.working_out import work_out
from tanheng.credits.points import own
from tanheng.credits.points.actions import do_grant_run
from tanheng.credits.points.models import Granting
from tanheng.people.rights import HOUSE
from tanheng.problems import InputRejected


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tanheng.credits.intake.keeping.data_folder", lambda: tmp_path)
    return tmp_path


def test_events_come_to_the_persons_page_and_without_a_rate_to_no_points(city: City, data: Path):
    put_in_place()
    case = do_begin_methodology(
        "sz_public_transport", "v1", organisation=city.organisations["bureau"], acting_user=HOUSE
    )
    take(case, "take_over", acting_user=HOUSE, given={"notice": "notice of the bureau"})
    enrolled = city.enrol()
    day = today() - timedelta(1)
    # The trip was yesterday; the mandate then as well.
    sql("SET LOCAL session_replication_role = replica")
    sql("UPDATE credit_points_mandate SET since = since - interval '2 days'")
    sql("SET LOCAL session_replication_role = origin")
    at = {"at": f"{day} 08:00:00", "until": f"{day} 08:30:00"}
    batch = send(
        city.bus,
        [
            event(1, person=str(enrolled.person.pseudonym), **at),
            event(2, person="33333333-3333-4333-8333-333333333333", **at),
        ],
    )
    assert (batch.taken, batch.refused) == (1, 1), "who gave no mandate is not taken in"
    run = work_out(day, day, acting_user=HOUSE, tell=lambda step, part: None)
    with pytest.raises(InputRejected) as raised:
        do_grant_run(run, acting_user=city.officer)
    assert raised.value.problems[0].code == "points.E020" and not Granting.objects.exists()
    [told] = own.days_of(enrolled.person, day, day)
    assert (told.points, told.granted) == (None, None) and told.points_missing
    client = Client()
    client.post(reverse("mine"), {"secret": enrolled.key})
    page = client.get(reverse("my_day", args=[day])).content.decode()
    assert re.search("unknown", page) and told.points_missing in page.replace("&#x27;", "'").replace("&quot;", '"')
