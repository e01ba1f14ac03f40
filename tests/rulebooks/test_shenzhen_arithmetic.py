"""The factors of the rulebook worked out by hand and held against published answers.

The answers are literals from the sources named, not computed here from the same numbers: a digit lost while a table was
copied shows as a wrong tonne.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from tanheng.policy.rulebook import Cell, Rulebook, load_rulebook

ON = date(2024, 12, 31)
Value = Callable[..., float]


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return load_rulebook("shenzhen")


@pytest.fixture(scope="module")
def value(book: Rulebook) -> Value:
    def look_up(name: str, *keys: str, on: date = ON) -> float:
        cell = book[name].at(on, *keys)
        assert cell is not None, f"{name}[{', '.join(keys)}] is not there"
        assert isinstance(cell.value, float), f"{name}[{', '.join(keys)}] is {cell.value!r}"
        return cell.value

    return look_up


def co2_per_gj(value: Value, fuel_set: str, fuel: str) -> float:
    carbon = value("inventory.carbon_content", fuel_set, fuel) * value("inventory.oxidation", fuel_set, fuel)
    return carbon * value("inventory.co2_per_carbon")


# Widely quoted coefficients of the provincial inventory guide, kgCO2 per kg and per Nm3.
PROVINCIAL = {
    "raw_coal": 1.9003,
    "crude_oil": 3.0202,
    "fuel_oil": 3.1705,
    "gasoline": 2.9251,
    "diesel": 3.0959,
}


@pytest.mark.parametrize(("fuel", "published"), PROVINCIAL.items())
def test_coefficients_of_the_provincial_guide(value: Value, fuel: str, published: float) -> None:
    """A tonne of diesel would be counted wrongly in every account of the city."""
    fuel_set = "CN_PROVINCIAL_GUIDE_2011"
    made = value("inventory.ncv_mass", fuel_set, fuel) * co2_per_gj(value, fuel_set, fuel)
    assert round(made, 4) == published


def test_the_natural_gas_coefficient_of_the_provincial_guide(value: Value) -> None:
    fuel_set = "CN_PROVINCIAL_GUIDE_2011"
    by_10k = value("inventory.ncv_volume", fuel_set, "natural_gas") * co2_per_gj(value, fuel_set, "natural_gas")
    assert round(by_10k / 10, 4) == 2.1622


# tCO2/GJ as the power generation guideline of 2013 prints them.
POWER_2013 = {
    "crude_oil": 0.072226,
    "fuel_oil": 0.0758193,
    "gasoline": 0.067914,
    "kerosene": 0.0704293,
    "diesel": 0.0725853,
    "lpg": 0.0618053,
    "refinery_gas": 0.0653987,
    "natural_gas": 0.055539,
    "coke_oven_gas": 0.043923,
    "blast_furnace_gas": 0.257004,
    "other_coal_gas": 0.044286,
}


@pytest.mark.parametrize(("fuel", "published"), POWER_2013.items())
def test_factors_of_the_power_guideline_of_2013(value: Value, fuel: str, published: float) -> None:
    assert value("inventory.co2_per_gj", "CN_POWER_2013", fuel) == pytest.approx(published, abs=5e-8)
    assert co2_per_gj(value, "CN_POWER_2013", fuel) == pytest.approx(published, abs=5e-8)


# tCO2/TJ as GB/T 51366-2019 prints them, with a set whose carbon content and oxidation give them.
BUILDINGS = [
    ("natural_gas", 55.54, "CN_POWER_2013"),
    ("lpg", 61.81, "CN_POWER_2013"),
    ("diesel", 72.59, "CN_POWER_2013"),
    ("gasoline", 67.91, "CN_POWER_2013"),
    ("fuel_oil", 75.82, "CN_POWER_2013"),
    ("bituminous", 89.00, "GBT32151_10_2015"),
]


@pytest.mark.parametrize(("fuel", "published", "fuel_set"), BUILDINGS)
def test_factors_of_the_building_standard(value: Value, fuel: str, published: float, fuel_set: str) -> None:
    """Printed independently of the carbon contents: a wrong content or oxidation rate shows here."""
    assert value("inventory.co2_per_gj", "GBT51366_2019", fuel) * 1000 == pytest.approx(published)
    assert round(co2_per_gj(value, fuel_set, fuel) * 1000, 2) == published


def test_mass_factors_of_the_building_standard(value: Value) -> None:
    gas, diesel = (value("inventory.co2_per_gj", "GBT51366_2019", fuel) for fuel in ("natural_gas", "diesel"))
    assert round(gas * 38.93, 2) == 2.16
    assert round(diesel * 42.70, 2) == 3.10


# tCO2 per tonne as the public workbook prints them.
IPCC_2006 = {
    "crude_oil": 3.10059,
    "orimulsion": 2.1175,
    "natural_gas_liquids": 2.83764,
    "motor_gasoline": 3.06999,
    "aviation_gasoline": 3.101,
    "jet_gasoline": 3.101,
    "jet_kerosene": 3.15315,
    "other_kerosene": 3.14922,
    "shale_oil": 2.79273,
    "gas_diesel_oil": 3.1863,
    "residual_fuel_oil": 3.12696,
    "liquified_petroleum_gases": 2.98463,
    "ethane": 2.85824,
    "naphtha": 3.26185,
    "bitumen": 3.24414,
    "lubricants": 2.94666,
    "petroleum_coke": 3.16875,
    "refinery_feedstocks": 3.1519,
    "refinery_gas": 2.8512,
    "paraffin_waxes": 2.94666,
    "white_spirit_sbp": 2.94666,
    "other_petroleum_products": 2.94666,
    "anthracite": 2.62461,
    "coking_coal": 2.66772,
    "other_bituminous_coal": 2.44068,
    "sub_bituminous_coal": 1.81629,
    "lignite": 1.2019,
    "oil_shale_and_tar_sands": 0.9523,
    "brown_coal_briquettes": 2.01825,
    "patent_fuel": 2.01825,
    "coke_oven_coke": 3.0174,
    "lignite_coke": 3.0174,
    "gas_coke": 3.0174,
    "coal_tar": 2.2596,
    "gas_works_gas": 1.71828,
    "coke_oven_gas": 1.71828,
    "blast_furnace_gas": 0.6422,
    "oxygen_steel_furnace_gas": 1.28492,
    "natural_gas": 2.6928,
    "municipal_waste_non_biomass_fraction": 0.917,
    "waste_oils": 2.94666,
    "wood_or_wood_waste": 1.7472,
    "sulphite_lyes_black_liquor": 1.12454,
    "other_primary_solid_biomass_fuels": 1.16,
    "charcoal": 3.304,
    "biogasoline": 1.9116,
    "biodiesels": 1.9116,
    "other_liquid_biofuels": 2.18104,
    "landfill_gas": 2.75184,
    "sludge_gas": 2.75184,
    "other_biogas": 2.75184,
    "municipal_wastes_biomass_fraction": 1.16,
    "peat": 1.03456,
}


@pytest.mark.parametrize(("fuel", "published"), IPCC_2006.items())
def test_mass_factors_of_ipcc_2006(value: Value, fuel: str, published: float) -> None:
    made = value("inventory.ncv_mass", "IPCC2006", fuel) * value("inventory.co2_per_gj", "IPCC2006", fuel)
    assert made == pytest.approx(published, rel=1e-6)


def test_all_fuels_of_ipcc_2006_are_there(book: Rulebook) -> None:
    assert {c.keys[1] for c in book["inventory.co2_per_gj"].cells if c.keys[0] == "IPCC2006"} == set(IPCC_2006)
    assert len(IPCC_2006) == 53


def test_the_combined_margin_of_the_southern_grid(value: Value) -> None:
    """0.6565 for wind and sun is what projects of 2019 were credited with; 0.50885 for the others."""
    on = date(2019, 12, 31)
    operating, build = (value("credits.grid_margin", margin, "South", on=on) for margin in ("OM", "BM"))
    assert (operating, build) == (0.8042, 0.2135)

    def combined(rule: str) -> float:
        weight = "credits.combined_margin_weight"
        return value(weight, rule, "OM") * operating + value(weight, rule, "BM") * build

    assert round(combined("cdm_wind_and_solar"), 4) == 0.6565
    assert combined("cdm_first_period") == pytest.approx(0.50885)


@pytest.mark.parametrize("rule", ["cdm_wind_and_solar", "cdm_first_period", "cdm_later_periods", "ccer_01_001_and_002"])
def test_margin_weights_sum_to_one(value: Value, rule: str) -> None:
    weights = [value("credits.combined_margin_weight", rule, margin) for margin in ("OM", "BM")]
    assert sum(weights) == 1


# Molar masses (IUPAC) of the cations and of CO2 and CO3, g/mol.
CA, MG, FE, MN, NA, CO2, CO3 = 40.078, 24.305, 55.845, 54.938, 22.990, 44.0095, 60.0089
CARBONATES = [
    ("carbonate_calcite", CO2 / (CA + CO3), 0.43971, 1e-5),
    ("carbonate_magnesite", CO2 / (MG + CO3), 0.52197, 1e-5),
    ("carbonate_dolomite", 2 * CO2 / (CA + MG + 2 * CO3), 0.47732, 1e-5),
    ("carbonate_siderite", CO2 / (FE + CO3), 0.37987, 1e-5),
    ("carbonate_rhodochrosite", CO2 / (MN + CO3), 0.38286, 2e-5),
    ("carbonate_soda", CO2 / (2 * NA + CO3), 0.41492, 8e-4),  # IPCC prints 0.07 % less than the masses give
]


@pytest.mark.parametrize(("process", "stoichiometric", "printed", "relative"), CARBONATES)
def test_carbonates_by_stoichiometry(
    value: Value, process: str, stoichiometric: float, printed: float, relative: float
) -> None:
    made = value("inventory.process_factor", process)
    assert made == printed
    assert made == pytest.approx(stoichiometric, rel=relative, abs=1e-5)


# Stoichiometric ratio x oxide content, and the value that IPCC 2006 prints (cut, not rounded, in two rows).
LIME = [
    ("lime_high_calcium", 0.785 * 0.95, 0.75),
    ("lime_dolomitic_developed", 0.913 * 0.95, 0.86),
    ("lime_dolomitic_developing", 0.913 * 0.85, 0.77),
    ("lime_hydraulic", 0.785 * 0.75, 0.59),
]


@pytest.mark.parametrize(("process", "product", "printed"), LIME)
def test_lime_keeps_the_printed_values(value: Value, process: str, product: float, printed: float) -> None:
    assert value("inventory.process_factor", process) == printed
    assert abs(product - printed) < 0.01


# Published GWPs of blends, fourth assessment report, EU values for the two HFOs.
BLENDS_AR4 = {
    "R-410A": 2088,
    "R-404A": 3922,
    "R-407A": 2107,
    "R-448A": 1387,
    "R-449A": 1397,
    "R-452A": 2140,
    "R-513A": 631,
}


@pytest.mark.parametrize(("blend", "published"), BLENDS_AR4.items())
def test_blends_have_their_published_gwp(value: Value, blend: str, published: int) -> None:
    assert abs(value("inventory.gwp", "AR4", blend) - published) <= 0.5 + 1e-9


def fractions(book: Rulebook) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for cell in book["inventory.blend_fraction"].cells:
        assert isinstance(cell.value, float)
        found.setdefault(cell.keys[0], {})[cell.keys[1]] = cell.value
    return found


@pytest.mark.parametrize("gwp_set", ["SAR", "AR4", "AR5", "AR5_CCF", "AR6"])
def test_every_blend_is_the_sum_of_its_components(book: Rulebook, gwp_set: str) -> None:
    """The blends stand in the table as numbers; a component corrected without its blends would show here."""
    blends = fractions(book)
    assert len(blends) == 13
    for blend, parts in blends.items():
        assert sum(parts.values()) == pytest.approx(1, abs=1e-12), f"the fractions of {blend}"
        cell = book["inventory.gwp"].at(ON, gwp_set, blend)
        assert cell is not None
        potentials = [book["inventory.gwp"].at(ON, gwp_set, component) for component in parts]
        if any(one is None or one.value is None for one in potentials):
            assert cell.value is None, f"{blend} in {gwp_set} has a component without a value"
        else:
            known = [one.value for one in potentials if one is not None and isinstance(one.value, float)]
            made = sum(fraction * one for fraction, one in zip(parts.values(), known, strict=True))
            assert cell.value == pytest.approx(made, abs=1e-6), f"{blend} in {gwp_set}"


@pytest.mark.parametrize(
    ("process", "waste"),
    [
        ("incineration_municipal_waste", "municipal"),
        ("incineration_hazardous_waste", "hazardous"),
        ("incineration_sludge", "sludge"),
    ],
)
def test_waste_burned_is_the_product_of_its_parts(value: Value, process: str, waste: str) -> None:
    parts = [value(f"inventory.incineration_{part}", waste) for part in ("carbon", "fossil", "efficiency")]
    made = parts[0] * parts[1] * parts[2] * value("inventory.co2_per_carbon")
    assert value("inventory.process_factor", process) == pytest.approx(made, abs=1e-9)


def test_standard_coal(value: Value) -> None:
    """The standard rounds its equivalents to four digits; a factor of 1000 between kWh and MWh would show."""
    tonne = value("inventory.standard_coal")
    assert round(3.6 / tonne, 4) == pytest.approx(0.1228)  # printed 0.1229
    assert value("inventory.electricity_tce") == pytest.approx(3.6 / tonne, rel=1e-3)
    assert value("inventory.heat_tce") == pytest.approx(1 / tonne, rel=1e-4)


def test_factors_of_one_year_are_not_those_of_another(book: Rulebook) -> None:
    """The reporting factor and the provincial average have like names and serve different purposes."""
    factor = book["inventory.grid_factor"]

    def in_year(year: int, *keys: str) -> Cell | None:
        return factor.at(date(year, 12, 31), *keys)

    def values(method: str, region: str, years: range) -> list[object]:
        return [None if (cell := in_year(year, method, region)) is None else cell.value for year in years]

    assert values("national_ets", "CN", range(2019, 2026)) == [0.6101, 0.6101, 0.581, 0.5703, 0.5703, 0.5366, 0.5306]
    assert values("provincial_same_year", "Guangdong", range(2018, 2025)) == [
        *(0.4512, 0.4512, 0.4512),
        *(0.4715, 0.4403, 0.4419, 0.4419),
    ]
    assert values("provincial_average", "Guangdong", range(2021, 2026)) == [0.4512, 0.4512, 0.4715, 0.4403, 0.4419]
    assert values("national_same_year", "CN", range(2020, 2024)) == [None, 0.5568, 0.5366, 0.5306]
