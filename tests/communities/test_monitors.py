"""Monitors of organisations: files whole or not at all, who reads them, and what they say beside a study."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pyproj import Transformer
from tests.communities.sight.kept_study import with_traffic
from tests.measures.quiet.small_study import CRS, EAST, NORTH
from tests.people.cast import Cast

from tanheng.communities.actions import do_keep_study, do_show_study
from tanheng.communities.measuring import do_show_monitor, do_take_in, terms_of_city
from tanheng.communities.models import Hour, Monitor, Study
from tanheng.measures.quiet.places.monitors import transfer_to_monitors
from tanheng.measures.quiet.sources.emission import Emission
from tanheng.measures.quiet.transfer.levels import all_levels
from tanheng.people.models import AuditEntry, Role, User
from tanheng.people.rights import HOUSE, Refused
from tanheng.problems import InputRejected

KEEPER, OFFICER = ("emitter", "representative"), ("bureau", "officer")
STATEMENTS = 12
FIRST = date(2026, 3, 2)
DAYS = 3
# Where the small study has its own monitor, one further along the road, and one inside of tower A.
PLACES = {"gate": (-5.0, 14.0), "corner": (60.0, 12.0), "walled in": (-25.0, 28.0), "far": (9000.0, 9000.0)}


def monitors_csv(*names: str, **more: str) -> str:
    to_degrees = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)
    extra = "".join(f",{name}" for name in more)
    lines = [f"monitor_id,name,lon,lat,height_m,purpose,area_class{extra}"]
    for name in names:
        lon, lat = to_degrees.transform(EAST + PLACES[name][0], NORTH + PLACES[name][1])
        lines.append(
            f"{name},At the {name},{lon:.9f},{lat:.9f},4,road,1" + "".join(f",{each}" for each in more.values())
        )
    return "\n".join(lines) + "\n"


def hours_csv(levels: dict[str, tuple[float, float]], days: int = DAYS, first: date = FIRST) -> str:
    night = set(terms_of_city().night)
    lines = ["monitor_id,date,hour,leq_db,wind_m_s,wet"]
    for name, (by_day, at_night) in levels.items():
        for n in range(days):
            for hour in range(24):
                level = at_night if hour in night else by_day
                lines.append(f"{name},{first + timedelta(days=n)},{hour},{level},1.5,no")
    return "\n".join(lines) + "\n"


def take_in(cast: Cast, table: str, text: str, who: tuple[str, str] = KEEPER, *, replace: bool = False) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_text(text, encoding="utf-8")
        of = cast.organisation(who[0])
        return do_take_in(of, table, path, name=f"my {table}.csv", replace=replace, acting_user=cast.user(*who))


def taken(cast: Cast, levels: dict[str, tuple[float, float]]) -> dict[str, Monitor]:
    take_in(cast, "monitors", monitors_csv(*levels))
    take_in(cast, "hours", hours_csv(levels))
    return {each.identifier: each for each in Monitor.objects.all()}


def browser(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


@pytest.fixture
def study(cast: Cast, tmp_path: Path) -> Study:
    with_traffic().save(tmp_path / "study")
    kept = do_keep_study(tmp_path / "study", acting_user=HOUSE)
    return do_show_study(kept, public=True, acting_user=HOUSE)


def test_a_file_twice_is_one_and_a_contradiction_is_told_by_line(cast: Cast):
    take_in(cast, "monitors", monitors_csv("gate", "corner"))
    text = hours_csv({"gate": (62.0, 55.0), "corner": (60.0, 50.0)})
    first = take_in(cast, "hours", text)
    assert (first.rows, first.added, first.known) == (144, 144, 0)
    again = take_in(cast, "hours", text)
    assert (again.added, again.changed, again.known) == (0, 0, 144) and Hour.objects.count() == 144
    other = (
        text.replace(f"gate,{FIRST},5,55.0", f"gate,{FIRST},5,71.5") + f"gate,{FIRST + timedelta(days=9)},0,50,1,no\n"
    )
    with pytest.raises(InputRejected) as rejected:
        take_in(cast, "hours", other)
    (problem,) = rejected.value.problems
    assert (problem.code, problem.file, problem.line, problem.column) == ("noise.E102", "my hours.csv", 7, "leq_db")
    assert problem.value == "71.5" and "55 dB" in problem.message
    assert Hour.objects.count() == 144, "the row that was right is not taken either"
    replaced = take_in(cast, "hours", other, replace=True)
    assert (replaced.added, replaced.changed, replaced.known) == (1, 1, 143)
    assert Hour.objects.get(monitor__identifier="gate", date=FIRST, hour=5).leq_db == 71.5
    entry = AuditEntry.objects.filter(action="monitors.take_in").latest("pk")
    assert entry.new is not None and entry.new["changed"] == 1 and entry.new["file"] == "my hours.csv"


def test_every_fault_of_a_file_is_told_at_once_and_nothing_is_taken(cast: Cast):
    until = (FIRST + timedelta(days=1)).isoformat()
    take_in(cast, "monitors", monitors_csv("gate", in_force_from=FIRST.isoformat(), in_force_until=until))
    text = "monitor_id,date,hour,leq_db\n" + "\n".join(
        (f"gate,{FIRST},24,55", f"gate,{FIRST},3,151", f"gate,{FIRST},4,loud", f"gate,{FIRST},5,50")
    )
    with pytest.raises(InputRejected) as rejected:
        take_in(cast, "hours", text)
    assert [(each.file, each.line, each.column) for each in rejected.value.problems] == [
        ("my hours.csv", 2, "hour"), ("my hours.csv", 3, "leq_db"), ("my hours.csv", 4, "leq_db")]  # fmt: skip
    outside = f"monitor_id,date,hour,leq_db\nnobody,{FIRST},1,50\ngate,{FIRST - timedelta(days=1)},1,50\n"
    tomorrow = timezone.localdate() + timedelta(days=1)
    outside += f"gate,{FIRST + timedelta(days=2)},1,50\ngate,{tomorrow},1,50\ngate,{FIRST},1,50\n"
    with pytest.raises(InputRejected) as rejected:
        take_in(cast, "hours", outside)
    assert [(each.code, each.line, each.column) for each in rejected.value.problems] == [
        ("noise.E100", 2, "monitor_id"), ("noise.E101", 3, "date"), ("noise.E101", 4, "date"),
        ("noise.E101", 5, "date")]  # fmt: skip
    assert Hour.objects.count() == 0
    with pytest.raises(InputRejected, match=r"noise\.E103"):
        take_in(cast, "monitors", monitors_csv("corner", in_force_from=until, in_force_until=FIRST.isoformat()))
    with pytest.raises(InputRejected) as rejected:
        take_in(cast, "monitors", monitors_csv("corner", "gate").replace("At the gate", "x" * 101))
    assert [(each.code, each.line, each.column) for each in rejected.value.problems] == [("noise.E106", 3, "name")]
    assert set(Monitor.objects.values_list("identifier", flat=True)) == {"gate"}


def test_a_monitor_that_is_told_anew_keeps_what_it_measured(cast: Cast):
    found = taken(cast, {"gate": (62.0, 55.0)})
    changed = take_in(cast, "monitors", monitors_csv("gate", bearing_deg="180", community_id="c"))
    assert (changed.added, changed.changed) == (0, 1)
    assert (Monitor.objects.get().bearing_deg, Monitor.objects.get().community) == (180, "c")
    assert found["gate"].hours.count() == 24 * DAYS


def test_the_database_refuses_an_hour_twice_and_a_monitor_nowhere(cast: Cast):
    monitor = taken(cast, {"gate": (62.0, 55.0)})["gate"]
    for wrong in ({"date": FIRST, "hour": 3}, {"date": FIRST, "hour": 24}, {"date": date(2026, 1, 1), "leq_db": 200.0}):
        hour = {"hour": 1, "leq_db": 50.0, "measured_pct": 100.0, "wet": False, **wrong}
        with pytest.raises(IntegrityError), transaction.atomic():
            Hour.objects.create(monitor=monitor, **hour)
    for change in ({"lon": 181.0}, {"in_force_from": FIRST, "in_force_until": date(2025, 1, 1)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Monitor.objects.filter(pk=monitor.pk).update(**change)


def test_who_keeps_monitors_and_who_reads_them(cast: Cast):
    monitor = taken(cast, {"gate": (62.0, 55.0)})["gate"]
    keepers = {("emitter", "representative")}
    readers = {(place, str(role)) for place, roles in {
        "emitter": ("representative", "approver", "auditor", "reader"),
        "bureau": ("officer", "approver", "auditor", "reader"),
        "branch": ("officer", "auditor", "reader"),
    }.items() for role in roles}  # fmt: skip
    for place in ("bureau", "branch", "other branch", "emitter", "other emitter"):
        for role in Role.values:
            who = (place, str(role))
            seen = browser(cast.user(*who)).get(monitor.get_absolute_url()).status_code
            assert seen == (200 if who in readers else 404), who
            try:
                with transaction.atomic():
                    do_show_monitor(monitor, public=False, acting_user=cast.user(*who))
                done = True
            except Refused:
                done = False
            assert done == (who in keepers), who
    with pytest.raises(Refused):
        do_take_in(
            cast.organisation("emitter"),
            "hours",
            Path("x"),
            name="x",
            acting_user=cast.user("other emitter", "officer"),
        )
    assert browser(None).get(monitor.get_absolute_url()).status_code == 404
    do_show_monitor(monitor, public=True, acting_user=cast.user(*KEEPER))
    assert browser(None).get(monitor.get_absolute_url()).status_code == 200
    assert [row["identifier"] for row in Client().get("/api/quiet/monitors/public").json()["items"]] == ["gate"]


def test_a_page_shows_days_against_the_limit_and_what_does_not_count(cast: Cast):
    monitor = taken(cast, {"gate": (62.0, 44.0)})["gate"]
    # Of the second day 5 of 16 hours are in the rain: 11 count, and 12 are needed.
    Hour.objects.filter(date=FIRST + timedelta(days=1), hour__range=(8, 12)).update(wet=True)
    client = browser(cast.user(*KEEPER))
    answer = client.get(monitor.get_absolute_url())
    days = {each.date: each for each in answer.context["shown"].days}
    assert days[FIRST].Ld == pytest.approx(62.0) and days[FIRST].over_day == pytest.approx(7.0), "class 1: 55 dB(A)"
    assert days[FIRST].over_night == pytest.approx(-1.0), "class 1: 45 dB(A)"
    assert (days[FIRST + timedelta(days=1)].Ld, days[FIRST + timedelta(days=1)].hours_day) == (None, 11)
    html = answer.content.decode()
    assert "does not count" in html and "55 / 45 dB(A)" in html
    hours = client.get(reverse("noise_monitor_picture", args=[monitor.pk, "hours"])).json()["data"]["data"]
    assert sum(row["of_en"] == "does not count" for row in hours) == 5 and len(hours) == 24 * DAYS
    drawn = client.get(reverse("noise_monitor_drawing", args=[monitor.pk, "days"]))
    assert drawn.status_code == 200 and b"<svg" in drawn.content
    assert client.get(f"/quiet/monitors/{monitor.pk}/nothing.svg").status_code == 404
    given = client.get(reverse("noise_monitor_hours", args=[monitor.pk])).getvalue()
    written = list(csv.DictReader(io.StringIO(given.decode("utf-8-sig"))))
    assert len(written) == 24 * DAYS and sum(row["wet"] == "true" for row in written) == 5
    # What is written may be taken in again, and is the same.
    again = take_in(cast, "hours", given.decode())
    assert (again.added, again.changed) == (0, 0)


def test_hours_out_of_force_count_nowhere(cast: Cast):
    monitor = taken(cast, {"gate": (62.0, 44.0)})["gate"]
    Monitor.objects.filter(pk=monitor.pk).update(in_force_until=FIRST)
    shown = browser(cast.user(*KEEPER)).get(monitor.get_absolute_url()).context["shown"]
    assert {each.date for each in shown.days if each.Ld is not None} == {FIRST}


@pytest.mark.parametrize("until", ("0001-01-01", "9999-12-31"))
def test_any_day_may_be_asked_for(cast: Cast, until: str):
    monitor = taken(cast, {"gate": (62.0, 44.0)})["gate"]
    client = browser(cast.user(*KEEPER))
    page = client.get(monitor.get_absolute_url(), {"until": until})
    assert page.status_code == 200, "an address that anybody may write does not stop the page"
    told = client.get(f"/api/quiet/monitors/{monitor.pk}/days", {"until": until})
    assert told.status_code == 200
    assert FIRST.isoformat() in [each["date"] for each in told.json()["items"]]


def test_a_monitor_inside_of_a_building_and_no_other_is_told(cast: Cast, study: Study):
    taken(cast, {"walled in": (50.0, 40.0)})
    page = browser(cast.user(*KEEPER)).get(study.get_absolute_url())
    (row,) = page.context["measured"].rows
    assert row.calculated == {"Ld": None, "Ln": None}
    assert "stands inside of a building" in page.content.decode()


def test_a_page_and_a_program_take_the_same_file(cast: Cast):
    client, organisation = browser(cast.user(*KEEPER)), cast.organisation("emitter").pk
    file = SimpleUploadedFile("mine.csv", monitors_csv("gate").encode())
    sent = client.post(reverse("take_in_monitors"), {"organisation": organisation, "table": "monitors", "file": file})
    assert sent.status_code == 302 and Monitor.objects.get().identifier == "gate"
    wrong = SimpleUploadedFile("hours.csv", f"monitor_id,date,hour,leq_db\ngate,{FIRST},25,50\n".encode())
    told = client.post(reverse("take_in_monitors"), {"organisation": organisation, "table": "hours", "file": wrong})
    assert told.status_code == 422 and "hours.csv line 2, column hour" in told.content.decode()
    other = cast.organisation("other emitter").pk
    stolen = SimpleUploadedFile("mine.csv", monitors_csv("gate").encode())
    refused = client.post(reverse("take_in_monitors"), {"organisation": other, "table": "monitors", "file": stolen})
    assert refused.status_code == 422 and Monitor.objects.count() == 1
    good = SimpleUploadedFile("hours.csv", hours_csv({"gate": (60.0, 50.0)}).encode())
    done = client.post("/api/quiet/monitors/files", {"organisation": organisation, "table": "hours", "file": good})
    assert done.status_code == 201 and done.json() == {
        "table": "hours", "rows": 72, "added": 72, "changed": 0, "known": 0}, done.content  # fmt: skip
    key = Monitor.objects.get().pk
    days = client.get(f"/api/quiet/monitors/{key}/days").json()
    assert days["limit_day"] == 55 and days["items"][1]["Ld"] == pytest.approx(60.0)
    hours = client.get(f"/api/quiet/monitors/{key}/hours?limit=5").json()
    assert [row["hour"] for row in hours["items"]] == [0, 1, 2, 3, 4] and hours["next"]
    public = client.post(
        f"/api/quiet/monitors/{key}/show", json.dumps({"public": True}), content_type="application/json"
    )
    assert public.json()["public"] is True
    assert browser(cast.user("other emitter", "reader")).get(f"/api/quiet/monitors/{key}").status_code == 200


def test_a_study_says_what_was_measured_beside_what_it_calculates(cast: Cast, study: Study):
    quiet = with_traffic()
    ids, kinds, features, statuses = (
        tuple(quiet.columns[name].to_pylist()) for name in ("id", "kind", "feature", "status")
    )
    emission = Emission(ids, kinds, features, statuses, quiet.emission)
    known = all_levels(transfer_to_monitors(quiet.quarter, emission, quiet.settings), quiet.emission)
    wanted = {name: float(known[name][0]) for name in ("Ld", "Ln")}
    found = taken(
        cast, {"gate": (wanted["Ld"] + 3.0, wanted["Ln"] + 2.0), "walled in": (50.0, 40.0), "far": (50.0, 40.0)}
    )
    client = browser(cast.user(*KEEPER))
    page = client.get(study.get_absolute_url())
    rows = {row.station.name: row for row in page.context["measured"].rows}
    assert set(rows) == {"At the gate", "At the walled in"}, "what lies outside is not compared"
    gate = rows["At the gate"]
    assert gate.calculated["Ld"] == pytest.approx(wanted["Ld"], abs=0.01), "the place of the study's own monitor"
    assert gate.difference("Ld") == pytest.approx(3.0, abs=0.01) and gate.difference("Ln") == pytest.approx(
        2.0, abs=0.01
    )
    assert gate.hours == {"Ld": 16 * DAYS, "Ln": 6 + 8 * (DAYS - 1)}, "two hours of the last night are too few"
    assert rows["At the walled in"].calculated["Ld"] is None
    errors = page.context["measured"].errors
    assert (errors["Ld"].rmse, errors["Ld"].bias) == (pytest.approx(3.0, abs=0.01), pytest.approx(3.0, abs=0.01))
    html = page.content.decode()
    assert "stands inside of a building" in html and "needs at least two monitors" in html
    marks = page.context["described"]["measured"]
    assert marks[0]["said"]["Ld"].startswith(f"Ld measured {wanted['Ld'] + 3:.1f}, calculated {wanted['Ld']:.1f}")
    assert b"At the gate" in client.get(f"{study.get_absolute_url()}drawing.svg").content
    # Nobody else is told: the study is public, the monitors are not.
    assert browser(None).get(study.get_absolute_url()).context["measured"].rows == ()
    do_show_monitor(found["gate"], public=True, acting_user=cast.user(*KEEPER))
    alone = browser(None).get(f"{study.get_absolute_url()}monitors.json").json()
    assert [row["name"] for row in alone["monitors"]] == ["At the gate"]
    written = list(
        csv.DictReader(
            io.StringIO(browser(None).get(f"{study.get_absolute_url()}monitors.csv").getvalue().decode("utf-8-sig"))
        )
    )
    assert float(written[0]["Ld_difference"]) == pytest.approx(3.0, abs=0.01)
    api = client.get(f"/api/quiet/studies/{study.digest}/monitors").json()
    assert api["errors"]["Ld"]["rmse"] == pytest.approx(3.0, abs=0.01) and len(api["monitors"]) == 2
    # Readings that come in later are looked at: nothing old is kept.
    later = hours_csv({"gate": (wanted["Ld"] + 9.0, wanted["Ln"])}, first=FIRST + timedelta(days=5))
    take_in(cast, "hours", later)
    again = client.get(study.get_absolute_url()).context["measured"].rows[0]
    assert again.hours["Ld"] == 2 * 16 * DAYS and again.difference("Ld") > 5


@pytest.mark.parametrize(("moved", "helps"), [((4.0, 4.0), True), ((6.0, -6.0), False)])
def test_a_calibration_says_yes_or_no(cast: Cast, study: Study, moved: tuple[float, float], helps: bool):
    taken(cast, {"gate": (50.0, 40.0), "corner": (50.0, 40.0)})
    client = browser(cast.user(*OFFICER))
    before = {row.station.name: row.calculated for row in client.get(study.get_absolute_url()).context["measured"].rows}
    for name, by in zip(("gate", "corner"), moved, strict=True):
        levels = before[f"At the {name}"]
        text = hours_csv({name: (levels["Ld"] + by, levels["Ln"] + by)})
        take_in(cast, "hours", text, replace=True)
    page = client.get(study.get_absolute_url())
    found = page.context["measured"].calibration
    assert found.helps is helps and found.before.rmse == pytest.approx(float(np.hypot(*moved) / np.sqrt(2)), abs=0.02)
    assert found.after.rmse < found.before.rmse
    assert (found.left_out.rmse < found.before.rmse) is helps
    html = page.content.decode()
    assert ("It would help" in html) is helps and ("No: a monitor that is left out" in html) is not helps
    assert "each monitor left out in turn" in html and "road primary" in html
    zh = client.get(study.get_absolute_url(), headers={"accept-language": "zh-hans"}).content.decode()
    assert "监测与计算对比" in zh and "留一验证" in zh


def test_pages_ask_the_database_little(cast: Cast, study: Study):
    monitor = taken(cast, {"gate": (62.0, 55.0), "corner": (60.0, 50.0)})["gate"]
    places = [
        *(reverse(name) for name in ("noise_monitors", "take_in_monitors")),
        monitor.get_absolute_url(),
        study.get_absolute_url(),
        f"{study.get_absolute_url()}monitors.csv",
    ]
    for place in places:
        # The first who asks after readings came in asks the most.
        client = browser(cast.user(*OFFICER))
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(place)
        assert answer.status_code == 200, place
        assert len(asked) <= STATEMENTS, (place, [str(each["sql"])[:100] for each in asked.captured_queries])
