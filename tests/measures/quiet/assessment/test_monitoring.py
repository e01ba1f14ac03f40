"""Hours of monitors: which count, whole days and nights, and files of them with faults by line."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from tests.measures.quiet.assessment.studies import terms

from tanheng.measures.quiet.assessment.monitoring import attainment, long_term, spells, valid_hours
from tanheng.measures.quiet.assessment.reading import read_files
from tanheng.measures.quiet.assessment.tables import COMPLAINTS, MONITORS, READINGS
from tanheng.problems import InputRejected

TERMS = terms()
FIRST = date(2026, 3, 1)


def readings(*hours: dict[str, object]) -> pa.Table:
    blank: dict[str, object] = {"monitor_id": "m", "measured_pct": 100.0, "wet": False, "wind_m_s": None}
    names = [column.name for column in READINGS.columns]
    kinds = {"text": pa.string(), "date": pa.date32(), "integer": pa.int64(), "number": pa.float64()}
    schema = pa.schema({column.name: kinds.get(column.kind, pa.bool_()) for column in READINGS.columns})
    return pa.table({name: [{**blank, **hour}.get(name) for hour in hours] for name in names}, schema=schema)


def whole_days(days: int, day_db: float, night_db: float) -> list[dict[str, object]]:
    return [
        {"date": FIRST + timedelta(days=n), "hour": hour, "leq_db": night_db if hour in TERMS.night else day_db}
        for n in range(days)
        for hour in range(24)
    ]


def test_an_hour_in_rain_wind_or_half_measured_does_not_count() -> None:
    hour: dict[str, object] = {"date": FIRST, "hour": 9, "leq_db": 55.0}
    found = valid_hours(
        readings(
            hour,
            {**hour, "wet": True},
            {**hour, "wind_m_s": 5.0},
            {**hour, "wind_m_s": 5.1},
            {**hour, "measured_pct": 74.9},
            {**hour, "leq_db": None},
        ),
        TERMS,
    )
    assert found.tolist() == [True, False, True, False, False, False]


def test_a_night_belongs_to_the_evening_on_which_it_began() -> None:
    found = spells(readings(*whole_days(2, 60.0, 50.0)), TERMS)
    nights = {each.date: each for each in found if each.period == "night"}
    assert set(nights) == {FIRST - timedelta(days=1), FIRST, FIRST + timedelta(days=1)}
    assert nights[FIRST].hours == 8
    assert nights[FIRST].level == pytest.approx(50.0)
    # Six hours of the first one were measured, which is enough, and two of the last one, which is not.
    assert nights[FIRST - timedelta(days=1)].level == pytest.approx(50.0)
    assert nights[FIRST + timedelta(days=1)].level is None


def test_attainment_counts_days_that_count_and_long_term_levels_are_energy_means() -> None:
    hours = whole_days(3, 60.0, 50.0)
    for hour in hours[24:48]:
        hour["leq_db"] = 70.0
    for hour in hours[48:60]:
        hour["wet"] = True  # the third day has ten hours left
    found = spells(readings(*hours), TERMS)
    by_day = attainment(found, {"m": "2"}, TERMS, "day")
    assert (by_day.counted, by_day.kept, by_day.percent) == (2, 1, 50.0)
    assert attainment(found, {}, TERMS, "day").percent is None
    assert long_term(found, "m", "day") == pytest.approx(67.404, abs=1e-3)  # 60 and 70 dB
    assert long_term(found, "nobody", "day") is None


def test_files_are_read_and_faults_told_by_line_and_column(tmp_path: Path) -> None:
    monitors, hours, complaints = (tmp_path / f"{name}.csv" for name in ("monitors", "hours", "complaints"))
    monitors.write_text("monitor_id,lon,lat,height_m,purpose,area_class\nm1,114.05,22.54,4,community,2\n", "utf-8")
    hours.write_text("monitor_id,date,hour,leq_db\nm1,2026-03-01,1,48.5\nm1,2026-03-01,0,47.5\n", "utf-8")
    complaints.write_text("complaint_id,received,about\nk1,2026-03-01,construction\n", "utf-8")
    tables = {"noise_monitors": MONITORS, "noise_hours": READINGS, "noise_complaints": COMPLAINTS}
    files = {"noise_monitors": monitors, "noise_hours": hours, "noise_complaints": complaints}
    found = read_files(files, tables, TERMS)
    assert found["noise_hours"]["leq_db"].to_pylist() == [47.5, 48.5]
    assert found["noise_hours"]["measured_pct"].to_pylist() == [100.0, 100.0]
    assert found["noise_complaints"]["building_id"].to_pylist() == [None]

    monitors.write_text("monitor_id,lon,lat,height_m,purpose,area_class\nm1,114.05,22.54,4,community,5\n", "utf-8")
    hours.write_text("monitor_id,date,hour,leq_db\nm1,2026-03-01,24,48\nm2,2026-03-01,2,loud\n", "utf-8")
    with pytest.raises(InputRejected) as refused:
        read_files(files, tables, TERMS)
    told = {(problem.file, problem.line, problem.column) for problem in refused.value.problems}
    assert {
        ("monitors.csv", 2, "area_class"),
        ("hours.csv", 2, "hour"),
        ("hours.csv", 3, "leq_db"),
        ("hours.csv", 3, "monitor_id"),
    } <= told


def test_a_reading_that_stands_twice_is_refused_where_it_differs(tmp_path: Path) -> None:
    hours = tmp_path / "hours.csv"
    hours.write_text("monitor_id,date,hour,leq_db\nm,2026-03-01,1,48\nm,2026-03-01,1,48\n", "utf-8")
    assert read_files({"noise_hours": hours}, {"noise_hours": READINGS}, TERMS)["noise_hours"].num_rows == 1
    hours.write_text("monitor_id,date,hour,leq_db\nm,2026-03-01,1,48\nm,2026-03-01,1,58\n", "utf-8")
    with pytest.raises(InputRejected, match=r"hours\.csv line 3"):
        read_files({"noise_hours": hours}, {"noise_hours": READINGS}, TERMS)
    with pytest.raises(InputRejected, match=r"noise\.E062"):
        read_files({"noise_hours": tmp_path / "none.csv"}, {"noise_hours": READINGS}, TERMS)
