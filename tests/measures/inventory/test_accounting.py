"""What must hold of any city: null is never zero, totals are the sum of their parts, nothing is counted twice."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.measures.inventory.worlds import (
    CITY,
    a_facility,
    a_year_of_power,
    base_rows,
    changed,
    evaluated,
    one,
    plan,
    results,
    shenzhen,
)

from tanheng.measures.base_entities import CITY_YEAR, DISTRICT_YEAR, FACILITY_YEAR, SECTOR_YEAR
from tanheng.measures.inventory.entities import AREA_SOURCE, FUEL_USE, REFRIGERANT
from tanheng.measures.inventory.rules import RULES
from tanheng.policy.evaluation import Evaluation
from tanheng.policy.expressions import Call, Expr, Name

YEAR = 2023
TOTALS = ("emissions_tco2e", "scope1_tco2e", "scope2_tco2e", "energy_tce", "grid_supply_tco2e", "gas_co2_t")
FUELS = ("diesel", "bituminous", "natural_gas", "lpg")
amount = st.one_of(st.none(), st.floats(0, 1e5, allow_nan=False).map(lambda x: round(x, 3)))
SECTORS = st.sampled_from(["01", "14", "39", "44", "52"])


@st.composite
def cities(draw: Any) -> dict[str, list[dict[str, Any]]]:
    """One to twelve facilities in two districts, some amounts unknown, some area sources."""
    rows: dict[str, list[dict[str, Any]]] = base_rows()
    rows["districts"].append(
        {"district_id": "440308", "city_id": CITY, "name": "Yantian", "name_zh": "盐田", "land_km2": 75}
    )
    rows["city_economy"] = [{"city_id": CITY, "year": YEAR, "gdp_100m_cny": 34606.4}]
    rows["district_economy"] = [
        {"district_id": district["district_id"], "year": YEAR, "gdp_100m_cny": 100} for district in rows["districts"]
    ]
    rows["sector_economy"] = [
        {"city_id": CITY, "broad_sector": sector, "year": YEAR, "value_added_100m_cny": 1}
        for sector in ("primary", "secondary", "tertiary")
    ]
    rows |= {"facilities": [], "annual_reports": [], "fuel_use": [], "purchased_energy": [], "area_sources": []}
    for number in range(draw(st.integers(1, 12))):
        facility = f"F{number}"
        district = draw(st.sampled_from(rows["districts"]))["district_id"]
        rows["facilities"].append(a_facility(facility, draw(SECTORS)) | {"district_id": district})
        rows["annual_reports"].append({"facility_id": facility, "year": YEAR})
        for fuel in draw(st.lists(st.sampled_from(FUELS), unique=True, max_size=3)):
            column = "volume_10k_nm3" if fuel == "natural_gas" else "mass_t"
            rows["fuel_use"].append(
                {"facility_id": facility, "month": f"{YEAR}-05-01", "fuel": fuel, column: draw(amount)}
            )
        power = a_year_of_power(facility, YEAR, 10.0, draw(st.sampled_from([12, 12, 11])))
        power[0]["electricity_bought_mwh"] = draw(amount)
        power[1]["electricity_sold_mwh"] = draw(st.sampled_from([0.0, 3.0]))
        rows["purchased_energy"] += power
    for source_class, broad, group in draw(
        st.lists(
            st.sampled_from(
                [
                    ("power_plants", "secondary", "coal"),
                    ("road_transport", "tertiary", "oil"),
                    ("households", "households", "gas"),
                    ("households", "households", "electricity"),
                ]
            ),
            unique=True,
        )
    ):
        power_row = group == "electricity"
        rows["area_sources"].append(
            {
                "district_id": draw(st.sampled_from(rows["districts"]))["district_id"],
                "year": YEAR,
                "source_class": source_class,
                "broad_sector": broad,
                "fuel_group": group,
                "co2_t": 0.0 if power_row else draw(st.floats(0, 1e6)),
                "energy_tce": draw(amount),
                "electricity_mwh": draw(st.floats(0, 1e6)) if power_row else 0.0,
            }
        )
    return rows


@settings(max_examples=4, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(cities())
def test_unknown_is_never_zero_and_totals_are_what_is_determined(rows: dict[str, list[dict[str, Any]]]) -> None:
    """A facility with an unknown amount has no total and says why; a place has the sum of the others."""
    evaluation = evaluated(rows)
    _facilities_are_strict(evaluation, rows)
    _places_add_up(evaluation)


def _facilities_are_strict(evaluation: Evaluation, rows: dict[str, list[dict[str, Any]]]) -> None:
    names = ("fuel_co2_t", "electricity_mwh", "place_emissions_tco2e", "emissions_tco2e", "energy_tce")
    for row in results(evaluation, FACILITY_YEAR, *names):
        fuels = [item for item in rows["fuel_use"] if item["facility_id"] == row["facility_id"]]
        power = [item for item in rows["purchased_energy"] if item["facility_id"] == row["facility_id"]]
        fuel_unknown = any(item.get("mass_t") is None and item.get("volume_10k_nm3") is None for item in fuels)
        power_unknown = len(power) < 12 or any(item["electricity_bought_mwh"] is None for item in power)
        assert (row["electricity_mwh"] is None) == power_unknown
        if fuel_unknown:
            assert row["fuel_co2_t"] is None
        for name in ("place_emissions_tco2e", "emissions_tco2e", "energy_tce"):
            if fuel_unknown or power_unknown:
                assert row[name] is None
            if row[name] is None:
                assert evaluation.cause(row[f"{name}__cause"]).text.en


def _places_add_up(evaluation: Evaluation) -> None:
    """City = districts = facilities and area sources; a total that lost or doubled a part misleads the mayor."""
    (city,) = results(evaluation, CITY_YEAR, *TOTALS)
    districts = results(evaluation, DISTRICT_YEAR, *TOTALS)
    for name in TOTALS:
        # A place of which nothing is known is undetermined itself; the city may still know the others.
        if all(row[name] is not None for row in districts):
            assert city[name] == pytest.approx(sum(row[name] for row in districts), abs=1e-3), name
    facilities = results(evaluation, FACILITY_YEAR, "fuel_co2_t", "place_scope2_tco2e")
    area = results(evaluation, AREA_SOURCE, "electricity_co2_t", "co2_t", "broad_sector")
    known = {name: [row[name] for row in facilities if row[name] is not None] for name in facilities[0]}
    if not known["fuel_co2_t"] or not known["place_scope2_tco2e"]:
        assert city["emissions_tco2e"] is None
        return
    scope1 = sum(known["fuel_co2_t"]) + sum(row["co2_t"] for row in area)
    scope2 = sum(known["place_scope2_tco2e"]) + sum(row["electricity_co2_t"] for row in area)
    assert city["scope1_tco2e"] == pytest.approx(scope1, abs=1e-3)
    assert city["scope2_tco2e"] == pytest.approx(scope2, abs=1e-3)
    sectors = results(evaluation, SECTOR_YEAR, "scope1_tco2e")
    if all(row["scope1_tco2e"] is not None for row in sectors):
        homes = sum(row["co2_t"] for row in area if row["broad_sector"] == "households")
        assert sum(row["scope1_tco2e"] for row in sectors) + homes == pytest.approx(city["scope1_tco2e"], abs=1e-3)


@settings(max_examples=4)
@given(
    st.lists(
        st.tuples(st.floats(0.01, 2), st.one_of(st.none(), st.just("LAB-7")), st.floats(0.1, 1e4)),
        min_size=1,
        max_size=30,
    )
)
def test_a_measured_carbon_content_needs_its_evidence(drawn: list[tuple[float, str | None, float]]) -> None:
    """Without the rule a facility could write its own factor."""
    fuel = [
        {
            "facility_id": "F1",
            "month": f"{YEAR}-01-01",
            "fuel": "diesel",
            "meter": f"M{number:02d}",
            "mass_t": mass,
            "measured_carbon_t": measured,
            "evidence": evidence,
        }
        for number, (measured, evidence, mass) in enumerate(drawn)
    ]
    rows = {"facilities": [a_facility()], "annual_reports": [{"facility_id": "F1", "year": YEAR}], "fuel_use": fuel}
    for row, (measured, evidence, mass) in zip(results(evaluated(rows), FUEL_USE, "co2_t"), drawn, strict=True):
        carbon = measured if evidence is not None else 43.33 * 0.0202
        assert row["co2_t"] == pytest.approx(mass * carbon * 0.98 * 44 / 12, rel=1e-9)


def test_power_is_counted_once() -> None:
    """A power station and its customer in one city: the total does not hold the coal and the kilowatt-hours both."""
    rows = {
        "facilities": [a_facility("P", "44"), a_facility("C", "39")],
        "annual_reports": [{"facility_id": "P", "year": YEAR}, {"facility_id": "C", "year": YEAR}],
        "city_economy": [{"city_id": CITY, "year": YEAR, "gdp_100m_cny": 1}],
        "fuel_use": [{"facility_id": "P", "month": f"{YEAR}-01-01", "fuel": "natural_gas", "volume_10k_nm3": 50.0}],
        "purchased_energy": [{**row, "electricity_sold_mwh": 200.0} for row in a_year_of_power("P", YEAR, 0.0)]
        + a_year_of_power("C", YEAR, 200.0),
    }
    (city,) = results(
        evaluated(rows), CITY_YEAR, "emissions_tco2e", "scope1_tco2e", "grid_supply_tco2e", "scope2_tco2e"
    )
    assert city["emissions_tco2e"] == pytest.approx(2400 * 0.4419)
    assert city["scope1_tco2e"] == city["grid_supply_tco2e"] == pytest.approx(50 * 21.650152, rel=1e-6)


def test_what_an_ordinary_facility_sells_is_taken_off_its_place_once() -> None:
    rows = {
        "facilities": [a_facility("F1", "39")],
        "annual_reports": [{"facility_id": "F1", "year": YEAR}],
        "purchased_energy": [{**row, "electricity_sold_mwh": 4.0} for row in a_year_of_power("F1", YEAR, 10.0)],
    }
    (row,) = results(evaluated(rows), FACILITY_YEAR, "place_emissions_tco2e", "emissions_tco2e")
    assert row["place_emissions_tco2e"] == pytest.approx(12 * 6 * 0.4419)
    assert row["emissions_tco2e"] == pytest.approx(12 * 6 * 0.5703)


def test_green_electricity_counts_once_a_factor_for_it_is_published() -> None:
    rows = {
        "facilities": [a_facility("F1", "39")],
        "annual_reports": [{"facility_id": "F1", "year": YEAR}],
        "purchased_energy": [{**row, "green_electricity_mwh": 4.0} for row in a_year_of_power("F1", YEAR, 10.0)],
    }
    published = changed(shenzhen(), {"inventory.green_electricity_factor": {("enterprise",): 0.0}})
    assert one(evaluated(rows), FACILITY_YEAR, "scope2_tco2e") == pytest.approx(120 * 0.5703)
    assert one(evaluated(rows, published), FACILITY_YEAR, "scope2_tco2e") == pytest.approx(72 * 0.5703)
    assert one(evaluated(rows, published), FACILITY_YEAR, "place_scope2_tco2e") == pytest.approx(120 * 0.4419)


def test_an_unpublished_grid_factor_makes_scope_2_undetermined_and_names_it() -> None:
    """A missing rule never becomes a number."""
    rows = {
        "facilities": [a_facility("F1", "39")],
        "annual_reports": [{"facility_id": "F1", "year": YEAR}],
        "purchased_energy": a_year_of_power("F1", YEAR, 10.0),
    }
    unset = changed(shenzhen(), {"inventory.grid_factor": {("provincial_same_year", "Guangdong"): None}})
    evaluation = evaluated(rows, unset)
    (row,) = results(evaluation, FACILITY_YEAR, "place_scope2_tco2e")
    assert row["place_scope2_tco2e"] is None
    cause = evaluation.cause(row["place_scope2_tco2e__cause"])
    assert cause.who == "bureau"
    assert "inventory.grid_factor" in cause.text.en


def test_accounts_differ_by_gwp_set_and_grid_factor_only() -> None:
    """With the same GWPs and the same grid factor both accounts of a facility give one figure."""
    rows = {
        "facilities": [a_facility("F1", "39")],
        "annual_reports": [{"facility_id": "F1", "year": YEAR}],
        "purchased_energy": a_year_of_power("F1", YEAR, 10.0),
        "fuel_use": [{"facility_id": "F1", "month": f"{YEAR}-01-01", "fuel": "diesel", "mass_t": 3.0}],
        "refrigerants": [
            {"facility_id": "F1", "year": YEAR, "gas": "R-410A", "equipment": "chillers", "charge_kg": 50.0}
        ],
    }
    alike = changed(
        shenzhen(),
        {
            "inventory.gwp_set": {("electronics_2015",): "AR5"},
            "inventory.grid_factor_method": {("enterprise",): "provincial_same_year"},
        },
    )
    (row,) = results(evaluated(rows, alike), FACILITY_YEAR, "emissions_tco2e", "place_emissions_tco2e")
    assert row["emissions_tco2e"] == pytest.approx(row["place_emissions_tco2e"])
    (row,) = results(evaluated(rows), FACILITY_YEAR, "emissions_tco2e", "place_emissions_tco2e")
    assert row["emissions_tco2e"] != pytest.approx(row["place_emissions_tco2e"])


def test_a_held_top_up_does_not_slide_into_the_leak_rate() -> None:
    """The weighed mass is in doubt: the usual leak rate must not quietly take its place."""
    rows = {
        "facilities": [a_facility()],
        "annual_reports": [{"facility_id": "F1", "year": YEAR}],
        "refrigerants": [
            {"facility_id": "F1", "year": YEAR, "gas": "R-410A", "equipment": "chillers", "charge_kg": 100.0}
        ],
    }
    free = evaluated(rows)
    assert one(free, REFRIGERANT, "emitted_kg") == pytest.approx(3)
    held = evaluated(rows)
    columns = [row[0] for row in held.city.connection.execute("DESCRIBE refrigerants").fetchall()]
    chosen = ", ".join("'Q1' AS held" if name == "held" else name for name in columns)
    held.city.connection.execute(f"CREATE TEMP TABLE doubtful AS SELECT {chosen} FROM refrigerants")
    held.city.connection.execute("CREATE OR REPLACE VIEW refrigerants AS SELECT * FROM doubtful")
    again = Evaluation(held.city, shenzhen(), (), on=date(2024, 12, 31), plan=plan())
    assert one(again, REFRIGERANT, "emitted_kg") is None


def _asked_whether_known(expr: Expr) -> set[str]:
    return {
        part.name
        for node in expr.walk()
        if isinstance(node, Call) and node.function in ("is_known", "or_else")
        for part in node.arguments[:1]
        if isinstance(part, Name)
    }


def test_no_fallback_can_hide_a_held_value() -> None:
    """Where a rule falls back from an unknown column, no trap holds that column, or the rule asks ``held``.

    ``by_volume`` may ask: whichever way it decides, the amount itself stays unknown.
    """
    unguarded = []
    for rule in RULES:
        planned = plan()[(rule.entity, rule.name)]
        held = {column for trap in rule.entity.table.traps for column in trap.columns}
        asked = _asked_whether_known(planned.expr) & held
        if asked and rule.name != "by_volume" and "held" not in rule.arguments and rule.name != "is_weighed":
            unguarded.append((rule, sorted(asked)))
    assert unguarded == []
