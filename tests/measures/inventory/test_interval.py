"""The interval of the city's totals, beside the same thing done part by part."""

from __future__ import annotations

import numpy as np
import pytest
from tests.measures.inventory.small_city import YEARS, rows, small_city
from tests.measures.inventory.worlds import (
    CITY,
    a_facility,
    a_year_of_power,
    base_rows,
    changed,
    evaluated,
    results,
    shenzhen,
)

from tanheng.measures.base_entities import CITY_YEAR
from tanheng.measures.inventory.entities import AREA_SOURCE, FUEL_USE, PURCHASED_ENERGY
from tanheng.measures.inventory.interval import read_errors
from tanheng.measures.inventory.uncertainty import ErrorSource, half_width, trend


def test_values_are_the_totals_of_the_rules() -> None:
    """An interval around another number than the one reported would be worse than none."""
    found = read_errors(small_city(), YEARS).intervals
    names = {
        "emissions": "emissions_tco2e",
        "scope1": "scope1_tco2e",
        "scope1_co2": "scope1_co2_t",
        "scope2": "scope2_tco2e",
    }
    for row in results(small_city(), CITY_YEAR, *names.values()):
        for total, rule in names.items():
            assert found[row["year"]][total].value == pytest.approx(row[rule], abs=1e-3), (row["year"], rule)


def test_by_hand_part_by_part() -> None:
    """Three facilities with default diesel, bought power, one area source; half widths 3 and 7, 2 and 5, 20 "
    "and 20 %."""
    year = 2023
    masses = {"A": 10.0, "B": 30.0, "C": 5.0}
    evaluation = evaluated(
        {
            "facilities": [a_facility(name) for name in masses],
            "annual_reports": [{"facility_id": name, "year": year} for name in masses],
            "fuel_use": [
                {"facility_id": name, "month": f"{year}-01-01", "fuel": "diesel", "mass_t": mass}
                for name, mass in masses.items()
            ],
            "purchased_energy": [row for name in masses for row in a_year_of_power(name, year, masses[name])],
            "area_sources": [
                {
                    "district_id": "440311",
                    "year": year,
                    "source_class": "road_transport",
                    "broad_sector": "tertiary",
                    "fuel_group": "oil",
                    "co2_t": 200.0,
                }
            ],
        }
    )
    fuel = np.array([row["co2_t"] for row in results(evaluation, FUEL_USE, "co2_t")])
    power = dict.fromkeys(masses, 0.0)
    for row in results(evaluation, PURCHASED_ENERGY, "place_electricity_co2_t"):
        power[row["facility_id"]] += row["place_electricity_co2_t"]
    bought = np.array(list(power.values()))
    area = np.array([row["co2_t"] for row in results(evaluation, AREA_SOURCE, "co2_t")])
    values = np.concatenate([fuel, bought, area])
    activity = ErrorSource(np.array([0.03] * 3 + [0.02] * 3 + [0.20]))
    factor = ErrorSource(np.array([0.07] * 3 + [0.05] * 3 + [0.20]), np.array([0, 0, 0, 1, 1, 1, 2]))
    found = read_errors(evaluation, [year]).intervals[year]["emissions"]
    assert found.half_width == pytest.approx(half_width(values, [activity, factor]), rel=1e-6)
    assert found.low + found.high == pytest.approx(2 * found.value)
    assert sum(found.shares.values()) == pytest.approx(1)


def test_without_a_half_width_there_is_no_interval() -> None:
    """A missing half width is not a half width of zero."""
    unset = changed(shenzhen(), {"inventory.uncertainty_factor": {("fuel_default",): None}})
    errors = read_errors(evaluated(rows(), unset), [2022, 2023])
    assert errors.intervals == {}
    assert errors.change(2022, 2023) is None


def test_a_year_without_reports_has_an_empty_interval() -> None:
    found = read_errors(
        evaluated({"city_economy": [{"city_id": CITY, "year": 2023, "gdp_100m_cny": 1}]}), [2023]
    ).intervals
    assert found[2023]["emissions"].value == 0
    assert found[2023]["emissions"].relative is None


def test_change_by_hand() -> None:
    """Diesel 10 t, then 20 t, at one factor, and an area source over two districts that stays."""
    evaluation = evaluated(
        {
            "districts": [
                *base_rows()["districts"],
                {"district_id": "440308", "city_id": CITY, "name": "Yantian", "name_zh": "盐田", "land_km2": 75},
            ],
            "facilities": [a_facility("A")],
            "annual_reports": [{"facility_id": "A", "year": year} for year in (2022, 2023)],
            "fuel_use": [
                {"facility_id": "A", "month": f"{year}-01-01", "fuel": "diesel", "mass_t": mass}
                for year, mass in ((2022, 10.0), (2023, 20.0))
            ],
            "purchased_energy": [row for year in (2022, 2023) for row in a_year_of_power("A", year, 0.0)],
            "area_sources": [
                {
                    "district_id": district,
                    "year": year,
                    "source_class": "road_transport",
                    "broad_sector": "tertiary",
                    "fuel_group": "oil",
                    "co2_t": 2.5,
                }
                for year in (2022, 2023)
                for district in ("440311", "440308")
            ],
        }
    )
    change = read_errors(evaluation, [2022, 2023]).change(2022, 2023)
    assert change is not None
    before, after = np.array([5.0, 31.45122]), np.array([5.0, 62.90244])
    expected = trend(before, after, np.array([0.20, 0.03]), np.array([0.20, 0.07]))
    assert change.change == pytest.approx(expected.change, abs=1e-3)
    assert change.half_width == pytest.approx(expected.half_width, rel=1e-4)
