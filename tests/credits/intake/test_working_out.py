"""What counts of all that was sent, and what it comes to: each event once, each person's time once, paid once."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.credits.intake.sending import connect, event, person, register, send
from tests.people.cast import Cast

from tanheng.cases.taking import take
from tanheng.credits.intake.actions import do_work_out
from tanheng.credits.intake.explaining import explain
from tanheng.credits.intake.gathering import _overlapping
from tanheng.credits.intake.models import Application, WorkedOut
from tanheng.credits.intake.results import changes, folder_of, not_counted, person_reductions, require_whole
from tanheng.credits.intake.working_out import RESULTS, work_out
from tanheng.jobs.doing import do_job
from tanheng.people.models import User
from tanheng.people.rights import HOUSE, Refused
from tanheng.problems import InputRejected

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 3)
# By hand: 10 km by metro x 46.7 g a kilometre (sz_public_transport), whole grams of a day.
TRIP_G = 467

pytestmark = pytest.mark.usefixtures("published")


def run(first: date = FIRST, last: date = LAST) -> WorkedOut:
    return work_out(first, last, acting_user=HOUSE, tell=lambda step, part: None)


def grams(of: WorkedOut) -> dict[tuple[str, str], int | None]:
    return {(each.person[-1], str(each.day)): each.reduction_g for each in person_reductions(of)}


def test_an_event_counts_once_however_often_and_in_however_many_batches_it_is_sent(rides: Application):
    send(rides, [event(1), event(2)])
    send(rides, [event(2), event(1, event_id="T9", at="2026-03-02 08:00:00", until=None)])
    found = run()
    assert grams(found) == {("1", "2026-03-01"): 2 * TRIP_G, ("1", "2026-03-02"): TRIP_G}
    assert found.counts["not_counted"] == {"copy": 1}
    assert (found.counts["sent"], found.counts["counted"]) == (4, 3)


def test_an_event_sent_again_with_other_values_stays_what_it_was(rides: Application):
    send(rides, [event(1)])
    send(rides, [event(1, quantity=500)])
    send(rides, [event(2, event_id="T1", at="2026-03-03 08:00:00", until=None)])
    found = run()
    assert grams(found) == {("1", "2026-03-01"): TRIP_G}
    assert found.counts["not_counted"] == {"differs": 2}
    assert grams(run(LAST, LAST)) == {}, "a run about the other day alone does not count it either"


def test_one_time_of_a_person_told_by_two_applications_counts_once_and_shows_both(
    rides: Application, buses: Application
):
    trip = event(1, at="2026-03-01 08:00:00", until="2026-03-01 08:30:00")
    send(rides, [trip])
    send(
        buses,
        [
            trip | {"event_id": "B1", "at": "2026-03-01 08:29:00", "until": "2026-03-01 09:00:00"},
            trip | {"event_id": "B2", "at": "2026-03-01 08:30:00", "until": "2026-03-01 08:40:00"},
            trip | {"event_id": "B3", "person": person(2)},
        ],
    )
    found = run()
    assert grams(found) == {("1", "2026-03-01"): 2 * TRIP_G, ("2", "2026-03-01"): TRIP_G}
    (shown,) = not_counted(found)
    assert (shown["reason"], shown["event_id"], shown["application"]) == ("overlap", "B1", buses.number)
    assert (shown["for_event_id"], shown["for_application"]) == ("T1", rides.number)
    assert shown["for_until"] == datetime(2026, 3, 1, 8, 30)


def test_a_trip_over_midnight_is_not_counted_by_one_run_and_its_double_by_the_next(
    rides: Application, buses: Application
):
    send(rides, [event(1, at="2026-03-01 23:50:00", until="2026-03-02 00:20:00")])
    send(buses, [event(1, at="2026-03-02 00:05:00", until="2026-03-02 00:15:00")])
    assert grams(run(FIRST, FIRST)) == {("1", "2026-03-01"): TRIP_G}
    assert grams(run(date(2026, 3, 2), date(2026, 3, 2))) == {}


def test_what_is_read_of_a_meter_does_not_exclude_a_trip(cast: Cast, rides: Application):
    home = connect_home(cast)
    send(home, [meter("M1", 1, 5.0)])
    send(rides, [event(1, at="2026-03-01 00:00:00", until=None)])
    assert run().counts["not_counted"] == {}


def connect_home(cast: Cast) -> Application:
    return connect(register(cast, "other operator", "Meters", ["public_transport", "home_electricity"]))


def meter(name: str, day: int, quantity: float, mode: str = "electricity") -> dict[str, Any]:
    unit = "kWh" if mode == "electricity" else "person"
    other = {"mode": mode, "quantity": quantity, "unit": unit, "scene": "home_electricity"}
    return event(1, event_id=name, at=f"2026-03-{day:02} 00:00:00", until=None, **other)


def test_what_a_formula_lacks_stays_undetermined_and_says_so(cast: Cast):
    home = connect_home(cast)
    send(home, [meter("M1", 1, 5.0), meter("M2", 1, 3, "persons")])
    (day,) = list(person_reductions(run()))
    assert day.methodology == "sz_home_electricity"
    assert day.reduction_g is None and day.missing
    assert day.points is None and day.points_missing


def test_the_exchange_rule_was_not_found_so_points_are_undetermined(rides: Application):
    send(rides, [event(1)])
    (day,) = list(person_reductions(run()))
    assert (day.reduction_g, day.points) == (TRIP_G, None)
    assert day.points_missing


def test_the_same_events_are_the_same_run(rides: Application):
    send(rides, [event(1)])
    first, again = run(), run()
    assert first.pk == again.pk
    send(rides, [event(2)])
    assert run().address != first.address


def test_a_later_run_says_what_it_changed_and_nothing_else(rides: Application):
    send(rides, [event(1), event(2, person=person(2))])
    first = run()
    assert {(each.person[-1], each.reduction_g_before, each.reduction_g) for each in changes(first)} == {
        ("1", None, TRIP_G),
        ("2", None, TRIP_G),
    }
    send(rides, [event(3)])
    assert [(each.person[-1], each.reduction_g_before, each.reduction_g) for each in changes(run())] == [
        ("1", TRIP_G, 2 * TRIP_G)
    ]


def test_a_suspended_application_counts_for_nothing_and_one_that_left_for_what_it_sent(
    rides: Application, buses: Application
):
    send(rides, [event(1)])
    send(buses, [event(2, person=person(2))])
    take(rides, "suspend", acting_user=HOUSE, given={"finding": "trips that nobody made"})
    take(buses, "withdraw", acting_user=HOUSE)
    assert grams(run()) == {("2", "2026-03-01"): TRIP_G}


def test_results_that_were_changed_on_disk_are_noticed(rides: Application):
    send(rides, [event(1)])
    found = run()
    require_whole(found)
    file = folder_of(found) / RESULTS
    file.write_bytes(file.read_bytes() + b"x")
    with pytest.raises(InputRejected, match=r"intake\.E041"):
        require_whole(found)


def test_a_day_is_explained_by_its_events_and_each_figure_of_the_formula(rides: Application, buses: Application):
    send(rides, [event(1), event(2, mode="electric_bus", quantity=5.5)])
    send(buses, [event(1, event_id="B1")])
    found = explain(run(), person(1), FIRST)
    assert [(each["event_id"], each["quantity"]) for each in found.events] == [("T1", 10.0), ("T2", 5.5)]
    assert [each["event_id"] for each in found.aside] == ["B1"]
    (why,) = found.whys
    assert why.same
    values = {figure.name: figure.value for figure in why.figures}
    # By hand: 10 x 46.7 = 467; 5.5 x 26.9 = 147.95; together 614.95, of which whole grams.
    assert values["metro_g"] == pytest.approx(467)
    assert values["electric_bus_g"] == pytest.approx(147.95)
    assert values["reduction_g"] == 614
    assert why.result.reduction_g == 614


def test_the_job_works_out_what_was_asked_and_leads_to_it(rides: Application, bureau: User, operator: User):
    send(rides, [event(1)])
    with pytest.raises(Refused):
        do_work_out(FIRST, LAST, acting_user=operator)
    job = do_work_out(FIRST, LAST, acting_user=bureau)
    assert job.entry is not None
    do_job(job.pk, job.entry)
    job.refresh_from_db()
    found = WorkedOut.objects.get()
    assert job.result is not None
    assert (job.state, job.result["url"], found.by) == ("done", found.get_absolute_url(), bureau)


@pytest.mark.parametrize(("first", "last"), [(LAST, FIRST), (FIRST, date(2999, 1, 1))])
def test_days_that_are_none_are_refused(bureau: User, first: date, last: date):
    with pytest.raises(InputRejected, match=r"intake\.E030"):
        do_work_out(first, last, acting_user=bureau)


def test_without_events_or_methodology_nothing_is_worked_out(rides: Application):
    with pytest.raises(InputRejected, match=r"intake\.E031"):
        run()
    send(rides, [event(1)])
    with pytest.raises(InputRejected, match=r"intake\.E032"):
        run(date(2020, 1, 1), date(2020, 1, 2))


BEGIN = datetime(2026, 3, 1)
TIMES = st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 40), st.integers(1, 12)), min_size=1, max_size=25)


@given(TIMES)
def test_no_two_that_stand_are_of_one_time_and_none_is_left_out_for_nothing(times: Sequence[tuple[str, int, int]]):
    """By the plain rule: in the order of taking, each stands unless it meets one of another application that does."""
    rows = [
        ("p", "travel", 1, application, 1, line, BEGIN + timedelta(minutes=at), BEGIN + timedelta(minutes=at + long))
        for line, (application, at, long) in enumerate(times)
    ]
    aside = {(batch, line): against for batch, line, *against in _overlapping(iter(rows))}
    standing: list[Any] = []
    for row in rows:
        met = [one for one in standing if one[3] != row[3] and one[6] < row[7] and row[6] < one[7]]
        assert ((row[4], row[5]) in aside) == bool(met)
        if not met:
            standing.append(row)
    assert not any(
        one[3] != other[3] and one[6] < other[7] and other[6] < one[7] for one, other in combinations(standing, 2)
    )


def test_runs_by_day_and_in_one_come_to_the_same(rides: Application, buses: Application):
    """Random trips of three persons by two applications, sent twice and late, over three days."""
    draw = random.Random(440300)
    for application, name in ((rides, "R"), (buses, "B")):
        for number in range(4):
            send(application, [_trip(draw, f"{name}{draw.randrange(60)}") for _ in range(15 + number)])
    whole = grams(run())
    days = [FIRST + timedelta(day) for day in range(3)]
    assert whole == {key: value for day in days for key, value in grams(run(day, day)).items()}
    assert whole


def _trip(draw: random.Random, name: str) -> dict[str, Any]:
    begin = datetime(2026, 3, 1) + timedelta(minutes=draw.randrange(3 * 24 * 60))
    until = begin + timedelta(minutes=draw.randrange(1, 180))
    return event(1, event_id=name, person=person(draw.randrange(3)), at=str(begin), until=str(until))


def test_the_folder_of_a_run_is_whole_or_not_there(rides: Application, data: Path, monkeypatch: pytest.MonkeyPatch):
    send(rides, [event(1)])
    monkeypatch.setattr("tanheng.credits.intake.working_out._finished", lambda *given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run()
    assert list((data / "credits" / "worked_out").iterdir()) == []
    assert not WorkedOut.objects.exists()
