"""The real layer, number by number: a slip here is a false statement about Shenzhen."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from tanheng.example_city.inputs import read_inputs
from tanheng.example_city.positions import inside

from .conftest import CITY

REAL = CITY / "real"
TABLES = sorted(REAL.glob("*.csv"))
EVERY_CSV = sorted(REAL.rglob("*.csv"))


def rows(name: str) -> list[dict[str, str]]:
    lines = (REAL / name).read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


@pytest.mark.parametrize("path", EVERY_CSV, ids=lambda path: path.name)
def test_every_file_names_its_source_and_is_whole(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# ")
    data = list(csv.reader(line for line in lines if not line.startswith("#")))
    assert {len(row) for row in data} == {len(data[0])}


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.name)
def test_every_row_says_that_it_is_real_or_derived_and_from_where(path: Path) -> None:
    for row in rows(path.name):
        assert row["origin"] in ("real", "derived")
        assert row["source"]


def test_the_layer_is_small_enough_to_commit() -> None:
    assert sum(path.stat().st_size for path in REAL.rglob("*") if path.is_file()) < 6_000_000
    assert (REAL / "districts.geojson").stat().st_size < 150_000


def test_no_real_facility_has_activity_data() -> None:
    """No invented number for a real company: the only tables are those that were published."""
    assert {path.stem for path in TABLES} == {
        "cities", "districts", "city_economy", "sector_economy", "district_economy", "facilities", "outside_totals",
    }  # fmt: skip


def test_totals_of_others() -> None:
    found = {(row["publisher"], int(row["year"])): int(row["co2_t"]) for row in rows("outside_totals.csv")}
    assert found["CEADs", 2019] == 44_263_193
    assert found["CMCC v2", 2020] == 43_727_641
    assert found["CMCC v2", 2021] == 45_673_757
    assert ("CEADs", 2017) not in found
    assert len(found) == 17


def test_guangdong_by_sector_and_by_fuel_adds_up() -> None:
    table = read_inputs(CITY).guangdong_co2_mt
    total = table[2019, "Total", "Scope_1_Total"]
    assert total == pytest.approx(569.1195, abs=5e-5)
    sectors = sum(v for (y, s, i), v in table.items() if y == 2019 and s != "Total" and i == "Scope_1_Total")
    items = sum(v for (y, s, i), v in table.items() if y == 2019 and s == "Total" and i != "Scope_1_Total")
    assert abs(sectors - total) < 1e-5
    assert abs(items - total) < 1e-5
    assert table[2015, "Total", "Scope_1_Total"] == pytest.approx(515.0798, abs=5e-5)


def test_districts_of_2016_add_up_to_the_city() -> None:
    of_2016 = [row for row in rows("district_economy.csv") if row["year"] == "2016"]
    city = {row["year"]: row for row in rows("city_economy.csv")}
    gdp = sum(float(row["gdp_100m_cny"]) for row in of_2016)
    assert gdp == pytest.approx(19_492.6012, abs=5e-4)
    assert gdp == pytest.approx(float(city["2016"]["gdp_100m_cny"]), abs=0.01)
    assert sum(float(row["population_10k"]) for row in of_2016) == pytest.approx(1190.84, abs=0.015)
    assert sum(float(row["land_km2"]) for row in rows("districts.csv")) == pytest.approx(1997.27, abs=0.015)
    assert {row["origin"] for row in of_2016} == {"real"}


def test_derived_districts_add_up_to_the_bulletins_and_keep_their_shares() -> None:
    economy = rows("district_economy.csv")
    city = {row["year"]: row for row in rows("city_economy.csv")}
    share = {row["district_id"]: float(row["gdp_100m_cny"]) for row in economy if row["year"] == "2016"}
    for year in ("2020", "2021", "2022", "2023", "2024"):
        here = [row for row in economy if row["year"] == year]
        total = float(city[year]["gdp_100m_cny"])
        assert {row["origin"] for row in here} == {"derived"}
        assert sum(float(row["gdp_100m_cny"]) for row in here) == pytest.approx(total, abs=1e-3)
        for row in here:
            expected = total * share[row["district_id"]] / sum(share.values())
            assert float(row["gdp_100m_cny"]) == pytest.approx(expected, abs=1e-3)


def test_sectors_of_2022_add_up_to_gdp() -> None:
    sectors = [row for row in rows("sector_economy.csv") if row["year"] == "2022"]
    assert sum(float(row["value_added_100m_cny"]) for row in sectors) == pytest.approx(32_387.68, abs=0.011)


def test_years_that_were_not_found_are_not_filled_in() -> None:
    years = {int(row["year"]) for row in rows("city_economy.csv")}
    assert years == {*range(2001, 2018), *range(2020, 2025)}


def test_plants() -> None:
    plants = {row["facility_id"]: row for row in rows("facilities.csv")}
    assert len([p for p in plants.values() if p["sector"] == "44"]) == 8
    assert len([p for p in plants.values() if p["sector"] == "46"]) == 22
    assert float(plants["SZ-P01"]["capacity_mw"]) == 1840
    assert plants["SZ-P08"]["lon"] == plants["SZ-P08"]["lat"] == ""
    assert all(p["employees"] == p["opened"] == "" for p in plants.values())
    names = {row["id"]: row["name_zh"] for row in rows("reference/power_enterprise_names.csv")}
    assert len(names) == 75
    assert names[plants["SZ-P01"]["organisation_id"]] == "深圳妈湾电力有限公司"
    water = rows("reference/wastewater_plants_hydrowaste.csv")
    assert sum(float(row["waste_dis_m3d"]) for row in water) == 2_310_800
    assert sum(float(row["pop_served"]) for row in water) == 9_060_800


def test_plants_stand_in_their_district_but_for_two_that_are_known() -> None:
    polygons = read_inputs(CITY).polygons
    outside = []
    for row in rows("facilities.csv"):
        if row["lon"]:
            point = np.array([[float(row["lon"]), float(row["lat"])]])
            if not inside(point, polygons[row["district_id"]])[0]:
                outside.append(row["facility_id"])
    assert outside == ["SZ-P07", "SZ-W47094"]


def test_survey_and_employment_are_those_of_the_yearbook() -> None:
    inputs = read_inputs(CITY)
    assert sum(values.sum() for values in inputs.survey_units.values()) == 18_839
    assert inputs.survey_units["industry"].sum() == 6_627
    # The column of totals, which the file here leaves out.
    totals = dict(zip(inputs.districts, np.sum(list(inputs.employees.values()), axis=0), strict=True))
    assert sum(totals.values()) == 4_425_477
    assert (totals["440304"], totals["440306"], totals["440307D"]) == (977_584, 822_354, 47_430)


def test_districts_have_one_polygon_each_with_the_codes_of_the_table() -> None:
    features = json.loads((REAL / "districts.geojson").read_text(encoding="utf-8"))["features"]
    assert [f["properties"]["district_id"] for f in features] == [row["district_id"] for row in rows("districts.csv")]


def test_months_of_the_load_add_up_to_a_year() -> None:
    assert read_inputs(CITY).month_shares.sum() == pytest.approx(1.0, abs=1e-5)
