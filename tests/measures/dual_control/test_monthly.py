"""The panel of the forecast: whoever reports late or wrongly must not look like a city that emits less."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.measures.dual_control.small_city import Rows, city_rows, evaluate

from tanheng.measures.dual_control.like_with_like import like_with_like
from tanheng.measures.dual_control.monthly import Months, read_months
from tanheng.policy.evaluation import Evaluation

YEARS = (2022, 2023)
STATION_MWH = 1e7
TCE_PER_MWH = 0.1229


def damaged() -> Rows:
    """Twelve facilities, of which F2 to F5 have a fault each, and a power station."""
    rows = city_rows(YEARS, facilities=12)
    rows["facilities"].append({"facility_id": "P", "name": "Demo power", "district_id": "440304", "sector": "44"})
    for year in YEARS:
        rows["annual_reports"].append({"facility_id": "P", "year": year})
    kept = []
    for row in rows["purchased_energy"]:
        facility, month = row["facility_id"], row["month"]
        if facility == "F2" and month == date(2022, 6, 1):
            row = {**row, "electricity_bought_mwh": None}  # a value that is not known
        if (facility, month) in (("F3", date(2022, 7, 1)), ("F4", date(2023, 12, 1))):
            continue  # F3 has a gap, F4 is late
        if facility == "F5" and month >= date(2022, 4, 1):
            continue  # F5 closed long ago: that is change and counts
        kept.append(row)
    for month in range(1, 13):
        kept += [{"facility_id": "P", "month": date(y, month, 1), "electricity_bought_mwh": STATION_MWH} for y in YEARS]
    rows["purchased_energy"] = kept
    rows["fuel_use"] = [
        row for row in rows["fuel_use"] if row["facility_id"] != "F5" or row["month"] < date(2022, 4, 1)
    ]
    return rows


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    return evaluate(damaged(), date(2023, 12, 31))


def months_of(evaluation: Evaluation, year: int = 2023) -> Months:
    found = read_months(evaluation, year)
    assert found is not None
    return found


def test_gaps_late_months_and_unknown_values_are_left_out_and_counted(evaluation: Evaluation) -> None:
    months = months_of(evaluation)
    assert (months.facilities, months.facilities_of) == (9, 12)  # not F2, F3, F4; F5 closed and counts
    assert (months.first, months.last, months.count) == (date(2022, 1, 1), date(2023, 12, 1), 24)


def test_a_power_station_is_no_part_of_the_panel(evaluation: Evaluation) -> None:
    """Its power counts where it is used; with it, the month would be a thousandfold."""
    months = months_of(evaluation)
    assert months.carbon is not None
    assert months.series(months.carbon).values.max() < 1e6


def test_a_facility_that_closed_goes_down_to_nothing_and_stays_in_the_panel(evaluation: Evaluation) -> None:
    months = months_of(evaluation)
    before, after = months.energy["440308"][2], months.energy["440308"][3]
    # F5 has 6,000 of the 1,000 * (2 + 6 + 8 + 10 + 12) MWh of Yantian that compare, and a fifth of its gas.
    assert after < 0.9 * before


def test_electricity_counts_at_one_factor_so_that_months_follow_activity(evaluation: Evaluation) -> None:
    """The factor of places changed between the years; the series must not know."""
    months = months_of(evaluation)
    assert months.carbon is not None
    whole = months.series(months.carbon).values
    energy = months.series(months.energy).values
    # From May 2022 on, when the panel no longer changes.
    assert whole[16:] / whole[4:12] == pytest.approx(energy[16:] / energy[4:12], rel=1e-6)


def test_months_after_the_date_of_the_run_are_not_known() -> None:
    months = months_of(evaluate(city_rows(YEARS, facilities=2), date(2023, 10, 30)))
    assert months.last == date(2023, 9, 1)


def test_a_last_month_that_few_have_reported_is_not_taken_for_a_fall() -> None:
    rows = city_rows(YEARS, facilities=10)
    rows["purchased_energy"] = [
        row
        for row in rows["purchased_energy"]
        if row["month"] < date(2023, 12, 1) or row["facility_id"] in ("F0", "F1")
    ]
    months = months_of(evaluate(rows, date(2023, 12, 31)))
    assert months.last == date(2023, 11, 1)
    assert months.facilities == 10


def test_without_any_month_there_is_nothing() -> None:
    rows: dict[str, Any] = {**city_rows(YEARS), "purchased_energy": [], "fuel_use": []}
    assert read_months(evaluate(rows, date(2023, 12, 31)), 2023) is None


def test_only_facilities_known_in_both_years_are_compared(evaluation: Evaluation) -> None:
    """F2 and F3 are undetermined in 2022, F4 in 2023, F5 in both: they compare with nothing."""
    found = like_with_like(evaluation, "energy_tce", *YEARS)
    assert found.left_out == 4
    station = 12 * STATION_MWH * TCE_PER_MWH
    assert (found.end - station) / (found.start - station) == pytest.approx(1.002**12, rel=1e-5)
