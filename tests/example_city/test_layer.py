"""The made-up layer of full size: what it must add up to, and what it must never say."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from tanheng.example_city import assumptions as a
from tanheng.example_city.inputs import read_inputs
from tanheng.example_city.positions import inside

from .conftest import CITY, Layer

_FACTORS = ", ".join(f"('{name}', {values[0]})" for name, values in a.FUELS.items())


def test_every_statistic_is_as_planned(full: Layer) -> None:
    assert [str(check) for check in full.summary.checks if not check.met] == []


def true_co2_of(full: Layer, year: int) -> float:
    """tCO2 of fuel of one year from the files alone, with every planted fault undone by the truth file."""
    full_years = f"year(month) = {year}"
    written = full.query(
        f"SELECT sum(coalesce(mass_t, volume_10k_nm3) * f.factor) FROM @fuel_use JOIN (VALUES {_FACTORS}) "
        f"AS f(name, factor) ON fuel = f.name WHERE {full_years}"
    )[0][0]
    total = float(str(written))
    key = "'facility_id=' || facility_id || ';month=' || month || ';fuel=' || fuel || ';meter=' || meter"
    truth = f"read_csv('{full.folder}/faults.csv', comment = '#', all_varchar = true)"
    amounts = {
        str(row[0]): float(str(row[1]))
        for row in full.query(
            f"SELECT {key} AS k, coalesce(mass_t, volume_10k_nm3) FROM @fuel_use WHERE k IN (SELECT key FROM {truth})"
        )
    }
    for line in full.truth:
        if line["table"] != "fuel_use":
            continue
        parts = dict(part.split("=") for part in line["key"].split(";"))
        factor = a.FUELS[parts["fuel"]][0]
        if line["kind"] == "future_month":
            total += amounts[line["key"]] * factor * (line["true"][:4] == str(year))
        elif parts["month"][:4] == str(year):
            if line["kind"] == "duplicate_row":
                total -= amounts[line["key"]] * factor
            else:
                total += (float(line["true"]) - float(line["planted"] or 0)) * factor
    return total


def test_the_city_emits_45_million_tonnes_once_the_faults_are_undone(full: Layer) -> None:
    """From the files alone: fuel, carbonates and area sources of 2022, anchored within 0.1 percent."""
    processes = ", ".join(f"('{name}', {factor})" for name, factor in a.PROCESSES.items())
    planted = {line["key"]: line for line in full.truth if line["table"] == "process_activity"}
    process = 0.0
    seen = set()
    for facility, month, name, amount, factor in full.query(
        f"SELECT facility_id, month, process, amount_t, f.factor FROM @process_activity JOIN (VALUES {processes}) "
        "AS f(name, factor) ON process = f.name WHERE year(month) = 2022"
    ):
        key = f"facility_id={facility};month={month};process={name}"
        line = planted.get(key)
        if key in seen:
            assert line is not None and line["kind"] == "duplicate_row"
            continue
        seen.add(key)
        true = float(line["true"]) if line and line["column"] == "amount_t" else float(str(amount))
        process += true * float(str(factor))
    area = full.query("SELECT sum(co2_t) FROM @area_sources WHERE year = 2022")[0][0]
    total = true_co2_of(full, 2022) + process + float(str(area))
    assert total == pytest.approx(45e6, rel=1e-3)
    assert total == pytest.approx(45e6, rel=1e-6)  # what the generator itself is content with


def test_real_power_plants_appear_as_formulas_only(full: Layer) -> None:
    derived = full.query(
        "SELECT DISTINCT source_class, fuel_group FROM @area_sources WHERE origin = 'derived' ORDER BY 2"
    )
    assert derived == [("power_plants", "coal"), ("power_plants", "gas"), ("power_plants", "waste")]
    mawan = full.query(
        "SELECT co2_t, source FROM @area_sources WHERE district_id = '440305' AND fuel_group = 'coal' "
        "AND source_class = 'power_plants' AND year = 2022"
    )[0]
    assert mawan[0] == pytest.approx(1840 * 4000 * 0.8729)
    assert (
        mawan[1]
        == "Mawan power station: 1840 MW x 4000 h (assumed) x 0.8729 tCO2/MWh (national benchmark 2022 of the class)"
    )
    for table in ("facilities", "fuel_use", "purchased_energy", "process_activity", "annual_reports"):
        assert full.query(f"SELECT count(*) FROM @{table} WHERE facility_id NOT LIKE 'DEMO-%'") == [(0,)]
        assert full.query(f"SELECT DISTINCT origin FROM @{table}") == [("made_up",)]


def test_no_name_can_be_taken_for_a_real_one(full: Layer) -> None:
    names = [str(row[0]) for row in full.query("SELECT name FROM @facilities WHERE facility_id NOT LIKE '%-B'")]
    assert len(set(names)) == len(names) == 20_000
    assert all(name.startswith("Demo ") and name.isascii() for name in names)
    lines = (CITY / "real" / "reference" / "power_enterprise_names.csv").read_text(encoding="utf-8").splitlines()
    real = {row["name_zh"] for row in csv.DictReader(line for line in lines if not line.startswith("#"))}
    assert len(real) == 75
    assert not real & set(names)


def test_every_point_lies_in_its_district_but_the_planted_ones(full: Layer) -> None:
    polygons = read_inputs(CITY).polygons
    planted = {
        line["key"].removeprefix("facility_id=")
        for line in full.truth
        if line["kind"] in ("gcj02_position", "far_outside")
    }
    outside = set()
    for district, shape in polygons.items():
        rows = full.query(f"SELECT facility_id, lon, lat FROM @facilities WHERE district_id = '{district}'")
        points = np.array([[row[1], row[2]] for row in rows], dtype=np.float64)
        outside |= {str(row[0]) for row, within in zip(rows, inside(points, shape), strict=True) if not within}
    assert outside == planted
    assert len(planted) == 30


def test_units_and_employees_are_those_of_the_district_and_sector(full: Layer) -> None:
    inputs = read_inputs(CITY)
    sector_of = {d.code: d.stat_sector for d in inputs.divisions}
    units: dict[tuple[str, str], int] = {}
    people: dict[tuple[str, str], int] = {}
    for district, code, count, employees in full.query(
        "SELECT district_id, sector, count(*), sum(employees) FROM @facilities "
        "WHERE facility_id NOT LIKE '%-B' GROUP BY ALL"
    ):
        key = (str(district), sector_of[str(code)])
        units[key] = units.get(key, 0) + int(str(count))
        people[key] = people.get(key, 0) + int(str(employees))
    for place, district in enumerate(inputs.districts):
        industry = ("manufacturing", "production_distribution_of_electricity_heat_gas_water")
        assert sum(units.get((district, s), 0) for s in industry) == inputs.survey_units["industry"][place]
        assert units[district, "construction"] == inputs.survey_units["construction"][place]
        assert people[district, "manufacturing"] == inputs.employees["manufacturing"][place]
        assert people[district, "wholesale_retail_trades"] == inputs.employees["wholesale_retail_trades"][place]


def test_heat_sold_in_the_city_is_bought_in_the_city(full: Layer) -> None:
    for bought, sold in full.query(
        "SELECT sum(heat_bought_gj), sum(heat_sold_gj) FROM @purchased_energy "
        "WHERE year(month) < 2025 GROUP BY year(month)"
    ):
        assert 0.85 < float(str(bought)) / float(str(sold)) < 1.1


def test_every_truth_stands_in_the_data(full: Layer) -> None:
    """A truth file that does not describe the data would score every check wrongly."""
    keys = {
        "fuel_use": "facility_id, month, fuel, meter",
        "purchased_energy": "facility_id, month",
        "process_activity": "facility_id, month, process",
        "refrigerants": "facility_id, year, gas, equipment",
        "electronics_gases": "facility_id, year, process, gas",
        "annual_reports": "facility_id, year",
        "facilities": "facility_id",
        "projects": "project_id",
    }
    assert {line["table"] for line in full.truth} == set(keys)
    for table, names in keys.items():
        lines = [line for line in full.truth if line["table"] == table]
        columns = sorted({line["column"] for line in lines if line["column"]})
        key = " || ';' || ".join(f"'{name}=' || {name}::VARCHAR" for name in names.split(", "))
        truth = f"read_csv('{full.folder}/faults.csv', comment = '#', all_varchar = true, nullstr = '')"
        found: dict[str, list[tuple[object, ...]]] = {}
        for row in full.query(
            f"SELECT {', '.join([f'{key} AS k', *columns])} FROM @{table} WHERE k IN "
            f"(SELECT key FROM {truth} WHERE \"table\" = '{table}')"
        ):
            found.setdefault(str(row[0]), []).append(row[1:])
        for line in lines:
            rows = found.get(line["key"], [])
            if line["kind"] == "missing_month":
                assert rows == [], line
            elif line["kind"] == "duplicate_row" and line["planted"] == "twice":
                assert len(rows) == 2 and rows[0] == rows[1], line
            elif line["column"]:
                value = rows[0][columns.index(line["column"])]
                assert len(rows) == 1, line
                assert str(value) == line["planted"] or float(str(value)) == float(line["planted"]), line
                assert line["planted"] != line["true"] or line["kind"] == "same_series", line
            else:
                assert len(rows) == 1, line


def test_an_enterprise_carries_one_fault_at_most_and_the_largest_none(full: Layer) -> None:
    faults: dict[str, set[str]] = {}
    for line in full.truth:
        if line["table"] != "projects":
            facility = line["key"].split(";")[0].removeprefix("facility_id=").removesuffix("-B")
            faults.setdefault(facility, set()).add(line["fault"])
    assert {len(found) for found in faults.values()} == {1}
    largest = full.query(
        "SELECT facility_id FROM @purchased_energy WHERE year(month) = 2022 AND electricity_bought_mwh < 200000 "
        "GROUP BY 1 ORDER BY sum(electricity_bought_mwh) DESC LIMIT 5"
    )
    assert not faults.keys() & {str(row[0]) for row in largest}


def test_no_honest_series_jumps_like_a_fault(full: Layer) -> None:
    """Month against the series' own median stays within a factor of four; only planted faults are beyond."""
    planted = {line["key"].split(";")[0] for line in full.truth if line["kind"][0] in "xd" and line["kind"][1] != "u"}
    for table, group, amount in (
        ("fuel_use", "facility_id, fuel, meter", "coalesce(mass_t, volume_10k_nm3)"),
        ("purchased_energy", "facility_id", "electricity_bought_mwh"),
    ):
        jumps = full.query(
            f"SELECT DISTINCT facility_id FROM (SELECT facility_id, {amount} AS v, median({amount}) "
            f"OVER (PARTITION BY {group}) AS usual FROM @{table}) WHERE v > 4 * usual OR v < usual / 4"
        )
        assert {f"facility_id={row[0]}" for row in jumps} <= planted


def test_a_run_at_the_end_of_the_last_year_finds_planted_dates_only_in_the_future(full: Layer) -> None:
    """The default date of a run: twenty thousand questions about honest reports would bury the planted ones."""
    for table, column, kind in (
        ("annual_reports", "submitted", "future_submission"),
        ("facilities", "opened", "future_opening"),
        ("purchased_energy", "month", "future_month"),
        ("fuel_use", "month", "future_month"),
    ):
        planted = [line for line in full.truth if line["table"] == table and line["kind"] == kind]
        assert full.query(f"SELECT count(*) FROM @{table} WHERE {column} > DATE '2024-12-31'") == [(len(planted),)]
        assert planted


def test_measured_values_lie_near_the_default_and_some_lack_their_report(full: Layer) -> None:
    with_report, without = full.query(
        "SELECT count(evidence), count(*) - count(evidence) FROM @fuel_use WHERE measured_ncv_gj IS NOT NULL"
    )[0]
    assert int(str(with_report)) > int(str(without)) > 0
    worst = full.query("SELECT max(abs(measured_ncv_gj / 389.31 - 1)) FROM @fuel_use WHERE fuel = 'natural_gas'")[0][0]
    assert 0 < float(str(worst)) < 0.06
