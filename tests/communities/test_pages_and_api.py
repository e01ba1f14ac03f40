"""What anybody reads, what the authority reads, and that a complaint stays nobody's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.communities.roads import OFFICER, a_study, answered, applied, by_two, evaluated, titled
from tests.communities.sight.kept_study import traffic, with_traffic
from tests.people.cast import Cast

from tanheng.communities.actions import do_keep_study, do_show_study
from tanheng.communities.models import Community, Complaint, Study
from tanheng.measures.quiet.kept_traffic import FILE as TRAFFIC
from tanheng.measures.quiet.kept_traffic import keep_traffic
from tanheng.people.models import AuditEntry, User
from tanheng.people.rights import Refused

STATEMENTS = 12


def browser(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def test_a_page_asks_the_database_little(cast: Cast):
    community, complaint = titled(cast), answered(cast)
    places = [
        *(reverse(name) for name in ("quiet", "noise_studies", "communities", "complaints", "new_community")),
        *(reverse(name) for name in ("new_complaint", "new_noise_study")),
        community.get_absolute_url(),
        complaint.get_absolute_url(),
    ]
    for place in places:
        client = browser(cast.user(*(OFFICER if place != reverse("new_community") else ("emitter", "representative"))))
        client.get(place)
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(place)
        assert answer.status_code == 200, place
        assert len(asked) <= STATEMENTS, (place, [each["sql"][:100] for each in asked.captured_queries])


def test_who_reads_a_community(cast: Cast):
    waiting = evaluated(cast)
    for reader, status in ((None, 404), (("other emitter", "reader"), 404), (("emitter", "reader"), 200)):
        client = browser(cast.user(*reader)) if reader else browser(None)
        assert client.get(waiting.get_absolute_url()).status_code == status, reader
    page = browser(None).get(by_two(waiting, "give_title", cast).get_absolute_url()).content.decode()
    assert "Lakeside" in page
    assert "Quiet on every side" not in page, "the finding is not public"


def test_a_complaint_is_handed_in_without_a_name_and_found_by_its_word(cast: Cast):
    client, place = browser(None), reverse("new_complaint")
    given = {"source": "traffic", "place": "Lake Road", "noticed_at": "2026-05-01 22:30", "text": "Horns"}
    told = client.post(place, {**given, "text": "Call me: 138 0013 8000"})
    assert told.status_code == 422
    assert "mobile number" in told.content.decode() and Complaint.objects.count() == 0
    # What is refused and mended does not count against how often one may complain.
    for _ in range(4):
        told = client.post(place, {**given, "noticed_at": "2999-01-01 00:00"})
        assert told.status_code == 422 and "lies in the future" in told.content.decode()
    sent = client.post(place, given)
    case = Complaint.objects.get()
    assert sent["Location"] == reverse("own_complaint", args=[case.word])
    page = client.get(sent["Location"])
    assert page.status_code == 200 and page["Referrer-Policy"] == "no-referrer"
    assert client.get(reverse("own_complaint", args=["0" * 16])).status_code == 404
    assert browser(None).get(case.get_absolute_url()).status_code == 302, "staff sign in"
    assert browser(cast.user("emitter", "reader")).get(case.get_absolute_url()).status_code == 404
    trail = json.dumps(list(AuditEntry.objects.values_list("new", flat=True)), default=str)
    assert case.word not in trail and "Horns" not in trail


def test_an_application_is_made_on_a_page_and_by_a_program(cast: Cast):
    client = browser(cast.user("emitter", "representative"))
    given = {"name": "Hill Court", "address": "Nanshan 2", "measures": "Quiet hours"}
    organisation = cast.organisation("emitter").pk
    wrong = client.post(reverse("new_community"), {**given, "organisation": organisation, "households": "many"})
    assert wrong.status_code == 422 and Community.objects.count() == 0
    client.post(reverse("new_community"), {**given, "organisation": organisation, "households": "120"})
    assert Community.objects.get().households == 120
    listed = browser(None).get("/api/quiet/titles").json()
    assert listed["items"] == [], "an application is not public"
    assert client.get("/api/quiet/communities").json()["items"][0]["name"] == "Hill Court"
    assert client.get("/api/quiet/complaints").status_code == 403


def test_a_study_is_kept_once_and_shown_by_who_may(cast: Cast, tmp_path: Path, monkeypatch: Any):
    monkeypatch.setenv("TANHENG_DATA", str(tmp_path / "data"))
    study = with_traffic()
    study.save(tmp_path / "study")
    with pytest.raises(Refused):
        do_keep_study(tmp_path / "study", acting_user=cast.user("emitter", "representative"))
    kept = do_keep_study(tmp_path / "study", acting_user=cast.user(*OFFICER))
    assert not (kept.folder / TRAFFIC).exists()
    keep_traffic(tmp_path / "study", traffic())
    assert do_keep_study(tmp_path / "study", acting_user=cast.user(*OFFICER)) == kept
    assert (kept.folder / TRAFFIC).exists(), "kept again with its traffic, it has what-ifs"
    assert Study.objects.get().receivers == study.receivers.num_rows
    assert kept.digest == study.digest() and (kept.folder / "study.json").exists()

    def status(client: Client) -> int:
        return int(client.get(kept.get_absolute_url()).status_code)

    officer, anybody = browser(cast.user(*OFFICER)), browser(None)
    assert (status(officer), status(anybody)) == (200, 404)
    assert officer.post(reverse("show_noise_study", args=[kept.digest]), {"public": "yes"}).status_code == 302
    assert status(anybody) == 200
    do_show_study(kept, public=False, acting_user=cast.user(*OFFICER))
    assert status(anybody) == 404


def test_what_cannot_be_worked_out_is_told_before_it_is_queued(cast: Cast):
    a_study()
    client = browser(cast.user(*OFFICER))
    good = {"seed": "7", "area_km2": "0.25", "every_floor": "9", "method": "cnossos"}
    for wrong in ({"area_km2": "40"}, {"area_km2": "nan"}, {"every_floor": "0"}, {"method": "ear"}):
        assert client.post(reverse("new_noise_study"), good | wrong).status_code == 422, wrong
    assert browser(cast.user("emitter", "representative")).get(reverse("new_noise_study")).status_code == 403
    assert applied(cast).state == "applied"
