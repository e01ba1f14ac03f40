"""Events to reductions to points: each event once, each day by what holds on it, nothing made up."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.measures.credits.events import (
    DAY,
    Event,
    all_year,
    as_published,
    credited,
    readings,
    with_examples,
    write,
)

from tanheng.measures.credits.crediting import credit, in_force, opened
from tanheng.measures.credits.event_files import REASONS, Span
from tanheng.problems import InputRejected

TRANSIT = "sz_public_transport"


def test_a_day_of_two_modes(tmp_path: Path) -> None:
    events = [Event(event_id="1", quantity=10), Event(event_id="2", mode="electric_bus", quantity=5.5)]
    answer = credited(tmp_path, all_year(as_published(TRANSIT)), files=[events])
    assert answer.rows["P1", DAY]["reduction_g"] == 614  # 467 + 147.95
    assert (answer.intake.read, answer.intake.counted, answer.intake.refused) == (2, 2, ())


def test_points_are_unknown_without_an_exchange_rule(tmp_path: Path) -> None:
    """Zero points would be an answer; there is none."""
    row = credited(tmp_path, all_year(as_published(TRANSIT)), files=[[Event()]]).rows["P1", DAY]
    assert (row["points"], row["points_missing"]) == (None, "credits.points_per_kg is not published")


def test_points_with_a_declared_example(tmp_path: Path) -> None:
    row = credited(tmp_path, all_year(with_examples(TRANSIT)), files=[[Event()]]).rows["P1", DAY]
    assert (row["reduction_g"], row["points"], row["points_missing"]) == (467, 4, None)


def test_a_reduction_without_figures_is_unknown_and_says_why(tmp_path: Path) -> None:
    ride = Event(scene="shared_bicycle", mode="bicycle")
    row = credited(tmp_path, all_year(as_published("sz_shared_bicycle")), files=[[ride]]).rows["P1", DAY]
    assert row["reduction_g"] is None
    assert row["missing"] == "sz_shared_bicycle.base_per_km is not published"


class TestEachEventOnce:
    def test_copies_count_once(self, tmp_path: Path) -> None:
        answer = credited(tmp_path, all_year(as_published(TRANSIT)), files=[[Event(), Event()], [Event()]])
        assert answer.rows["P1", DAY]["reduction_g"] == 467
        assert (answer.intake.counted, answer.intake.copies) == (1, 2)

    def test_the_same_number_in_two_applications_is_two_events(self, tmp_path: Path) -> None:
        answer = credited(tmp_path, all_year(as_published(TRANSIT)), files=[[Event(), Event(application="B")]])
        assert answer.rows["P1", DAY]["reduction_g"] == 934

    @pytest.mark.parametrize("change", [{"quantity": 11}, {"person": "P2"}, {"mode": "electric_bus"}, {"quantity": -1}])
    def test_copies_that_differ_do_not_count(self, tmp_path: Path, change: dict[str, Any]) -> None:
        """Whoever sends a trip a second time, longer, must not choose which of the two is paid."""
        other = Event()._replace(**change)
        answer = credited(tmp_path, all_year(as_published(TRANSIT)), files=[[Event()], [other]])
        assert answer.rows == {}
        assert [(each.reason, each.events) for each in answer.intake.refused] == [("conflicting", 2)]


FAULTS: dict[str, dict[str, Any]] = {
    "no_id": {"event_id": None},
    "no_person": {"person": None},
    "no_time": {"at": "yesterday"},
    "no_quantity": {"quantity": "far"},
    "negative": {"quantity": -0.5},
    "unknown_scene": {"scene": "walking"},
    "not_in_force": {"at": "2024-12-31 23:59:59"},
    "unknown_mode": {"mode": "tram"},
    "wrong_unit": {"unit": "m"},
    "too_much": {"quantity": 2e9},
    "conflicting": {"quantity": 11, "event_id": "1"},
}


def test_every_reason_is_tried() -> None:
    assert FAULTS.keys() == REASONS.keys()


@pytest.mark.parametrize("reason", FAULTS)
def test_a_faulty_event_is_refused_and_the_rest_taken(tmp_path: Path, reason: str) -> None:
    faulty = Event(event_id="2")._replace(**FAULTS[reason])
    answer = credited(tmp_path, all_year(as_published(TRANSIT)), files=[[Event(), Event(event_id="9"), faulty]])
    assert [each.reason for each in answer.intake.refused] == [reason]
    assert answer.rows["P1", DAY]["reduction_g"] == (467 if reason == "conflicting" else 934)
    assert answer.intake.read == 3


def test_the_day_is_that_of_beijing(tmp_path: Path) -> None:
    """16:30 UTC is half past midnight of the next day; the credit of a day must not hang on who wrote the file."""
    events = [
        Event(event_id="1", at="2025-03-01T16:30:00Z"),
        Event(event_id="2", at="2025-03-02T00:30:00+08:00"),
        Event(event_id="3", at="2025-03-02 00:30:00"),
    ]
    answer = credited(tmp_path, all_year(as_published(TRANSIT)), files=[events])
    assert {day: row["reduction_g"] for (_, day), row in answer.rows.items()} == {date(2025, 3, 2): 1401}


def test_parquet_with_types_of_its_own(tmp_path: Path) -> None:
    query = (
        "SELECT 'P1' AS person, 'A' AS application, 7 AS event_id, TIMESTAMPTZ '2025-03-01 16:30:00+00' AS \"at\", "
        "'public_transport' AS scene, 'metro' AS mode, CAST(8.6 AS DECIMAL(6, 1)) AS quantity, 'km' AS unit"
    )
    duckdb.connect().execute(f"COPY ({query}) TO '{tmp_path / 'a.parquet'}' (FORMAT parquet)")
    write(tmp_path / "b.csv", [Event(event_id="7", at="2025-03-02 00:30:00", quantity=8.6)])
    with opened(tmp_path) as connection:
        found = credit(connection, [all_year(as_published(TRANSIT))])
        assert connection.sql(f"SELECT day, reduction_g FROM {found.table}").fetchall() == [(date(2025, 3, 2), 401)]
        assert found.intake.copies == 0 or found.intake.counted == 1


def test_neither_order_nor_files_matter(tmp_path: Path) -> None:
    """A run that is repeated on another machine must come to the same gram."""
    chance = random.Random(7)
    events = [
        Event(f"P{chance.randrange(5)}", "A", str(chance.randrange(300)), quantity=round(chance.uniform(0, 30), 3))
        for _ in range(400)
    ]
    once = {event.event_id: event for event in events}
    events = [once[event.event_id] for event in events]  # copies, all of them alike
    span = all_year(as_published(TRANSIT))
    first = credited(tmp_path / "one", span, files=[events])
    chance.shuffle(events)
    second = credited(tmp_path / "many", span, files=[events[start::7] for start in range(7)])
    assert first == second
    assert first.intake.copies == 400 - len(once) > 0


def test_the_same_events_give_the_same_bytes(tmp_path: Path) -> None:
    events = [Event(f"P{n % 7}", "A", str(n), quantity=n / 8) for n in range(50)]
    for name, some in (("a", events), ("b", events[::-1])):
        write(tmp_path / name / "e.csv", some)
        with opened(tmp_path / name) as connection:
            credit(connection, [all_year(as_published(TRANSIT))]).write(tmp_path / f"{name}.parquet")
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


class TestHistory:
    """The mean of seven days, from readings."""

    SPAN = Span(with_examples("sz_home_electricity"), date(2025, 3, 8), date(2025, 3, 8))

    def test_seven_days_before_the_first_are_read_and_not_credited(self, tmp_path: Path) -> None:
        events = readings("H1", [8, 8, 8, 8, 8, 8, 4.5, 6], 2, date(2025, 3, 1))
        answer = credited(tmp_path, self.SPAN, files=[events])
        assert {day: row["reduction_g"] for (_, day), row in answer.rows.items()} == {date(2025, 3, 8): 750}

    def test_with_a_gap_the_mean_is_unknown(self, tmp_path: Path) -> None:
        events = readings("H1", [8, 8, None, 8, 8, 8, 4.5, 6], 2, date(2025, 3, 1))
        row = credited(tmp_path, self.SPAN, files=[events]).rows["H1", date(2025, 3, 8)]
        assert row["reduction_g"] is None
        assert row["missing"] == "person_days.electricity_mean_kwh was not reported"

    def test_a_day_without_a_reading_is_no_day_without_use(self, tmp_path: Path) -> None:
        """A meter that is silent would otherwise earn the whole baseline."""
        events = readings("H1", [8, 8, 8, 8, 8, 8, 8, None], 2, date(2025, 3, 1))
        row = credited(tmp_path, self.SPAN, files=[events]).rows["H1", date(2025, 3, 8)]
        assert row["reduction_g"] is None


def test_in_force_says_when_it_begins() -> None:
    (span,) = in_force([TRANSIT], date(2021, 6, 1), date(2025, 1, 31))
    assert (span.first, span.last) == (date(2022, 1, 1), date(2025, 1, 31))


@pytest.mark.parametrize(
    ("identifier", "said"),
    [("sz_milk_cartons", "of projects"), ("sz_paperless_banking", "v1 begins on 2025-05-06"), ("nothing", "E030")],
)
def test_what_cannot_be_credited_is_told(identifier: str, said: str) -> None:
    with pytest.raises(InputRejected, match=said):
        in_force([identifier], date(2025, 1, 1), date(2025, 1, 31))


def test_two_methodologies_never_credit_one_scene_on_one_day(tmp_path: Path) -> None:
    write(tmp_path / "e.csv", [Event()])
    with opened(tmp_path) as connection, pytest.raises(InputRejected, match="would both credit public_transport"):
        credit(connection, [all_year(as_published(TRANSIT)), all_year(with_examples(TRANSIT))])


@pytest.mark.parametrize(("content", "said"), [("", "E003|E002"), ("person,at\nP1,2025\n", "E002"), (None, "E001")])
def test_files_that_hold_no_events(tmp_path: Path, content: str | None, said: str) -> None:
    if content is not None:
        (tmp_path / "e.csv").write_text(content)
    with pytest.raises(InputRejected, match=said), opened(tmp_path):
        pass
