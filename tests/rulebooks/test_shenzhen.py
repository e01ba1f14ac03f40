"""The rulebook of Shenzhen: complete, cited, and honest about what was not found."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

import tanheng.measures
from tanheng.measures.base_tables import BROAD_SECTORS
from tanheng.policy.rulebook import Rulebook, Status, load_rulebook

ON = date(2024, 12, 31)


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return load_rulebook("shenzhen")


def texts(book: Rulebook, name: str, on: date = ON) -> dict[str, object]:
    """The values in force of a parameter with one axis."""
    return {cell.keys[0]: cell.value for cell in book[name].in_force(on)}


def test_every_value_says_where_it_comes_from(book: Rulebook) -> None:
    for name, parameter in book.parameters.items():
        for cell in parameter.cells:
            assert cell.source.document.strip(), f"{name} {cell.keys}"
            assert cell.line > 0 and cell.file.startswith(("shenzhen/", "guangdong/", "china/"))


def test_official_is_only_what_is_so_by_definition(book: Rulebook) -> None:
    """No official text was read: a value marked so would be trusted more than it deserves."""
    official = {(name, cell.keys) for name, p in book.parameters.items() for cell in p.cells if cell.status == 0}
    gas = {("inventory.gwp", (report, "CO2")) for report in ("SAR", "AR4", "AR5", "AR5_CCF", "AR6")}
    assert official == gas | {("inventory.co2_per_carbon", ())}


def test_our_own_assumptions_are_called_examples(book: Rulebook) -> None:
    """An assumption of ours that passes as a rule of the bureau would be the worst mistake of all."""
    for name, parameter in book.parameters.items():
        for cell in parameter.cells:
            if cell.source.document.startswith("An assumption of this rulebook") and cell.value is not None:
                assert cell.status is Status.EXAMPLE, f"{name} {cell.keys}"


def test_what_was_not_read_is_not_called_reported(book: Rulebook) -> None:
    """A source without a word on the kind of copy was not seen; what it says is recalled."""
    for name, parameter in book.parameters.items():
        for cell in parameter.cells:
            if cell.status is Status.REPORTED:
                assert cell.source.read, f"{name} {cell.keys}: {cell.source.document}"


NOT_FOUND = [
    ("dual_control.carbon_intensity_target", "440300"),
    ("dual_control.energy_intensity_target", "440304"),
    ("dual_control.budget_weight", "gdp"),
    ("dual_control.budget_reserve",),
    ("near_zero.pilot_grant", "building"),
    ("near_zero.pilot_grant", "enterprise"),
    ("inventory.ghg_monitor_cap",),
    ("clusters.upgrade_grant",),
    ("new_pollutants.demonstration_grant",),
    ("climate_projects.library_award", "promotion"),
    ("financing.award",),
    ("credits.award", "methodology"),
    ("inventory.green_electricity_factor", "enterprise"),
    ("inventory.oxidation", "CN_MEE_2022", "anthracite"),
    ("inventory.gwp", "AR5", "C5F8"),
]


@pytest.mark.parametrize("place", NOT_FOUND, ids=lambda place: "-".join(place))
def test_what_was_not_found_is_unset(book: Rulebook, place: tuple[str, ...]) -> None:
    """A number here would be made up."""
    name, *keys = place
    cell = book[name].at(ON, *keys)
    assert cell is not None and cell.value is None


READ = [
    ("dual_control.energy_intensity_target", ("440300",), -14.5),
    ("dual_control.energy_intensity_target", ("440308",), -15.5),
    ("near_zero.pilot_grant", ("region",), 3_000_000.0),
    ("near_zero.pilot_grant", ("kindergarten",), 150_000.0),
    ("funding.frontier_technology_cap", (), 10_000_000.0),
    ("inventory.ghg_monitor_share", (), 50.0),
    ("dual_control.yearly_carbon_intensity_yardstick", ("100000",), -3.9),
    ("inventory.heat_factor", (), 0.11),
]


@pytest.mark.parametrize(("name", "keys", "value"), READ)
def test_what_was_read_is_there(book: Rulebook, name: str, keys: tuple[str, ...], value: float) -> None:
    cell = book[name].at(ON, *keys)
    assert cell is not None and (cell.value, cell.status) == (value, Status.REPORTED)


def test_targets_of_a_plan_end_with_the_plan(book: Rulebook) -> None:
    """The goal of 2021-2025 must not be shown as the goal of 2026."""
    for cell in book["dual_control.energy_intensity_target"].in_force(date(2026, 1, 1)):
        assert cell.value is None


def test_all_97_divisions_have_sector_section_and_names(book: Rulebook) -> None:
    broad = texts(book, "sectors.broad_sector")
    assert len(broad) == 97
    assert set(broad.values()) == set(BROAD_SECTORS)
    for name in ("sectors.section", "sectors.name_en", "sectors.name_zh", "inventory.guideline"):
        assert set(texts(book, name)) == set(broad), name
    assert len(set(texts(book, "sectors.name_en").values())) == 97


def test_broad_sectors_follow_the_rule_of_the_statistics_bureau(book: Rulebook) -> None:
    """Services to farming and mining, and repair, are tertiary though their sections are not."""
    broad, section = texts(book, "sectors.broad_sector"), texts(book, "sectors.section")
    expected = {"A": "primary", "B": "secondary", "C": "secondary", "D": "secondary", "E": "secondary"}
    for sector, found in broad.items():
        services = sector in ("05", "11", "43")
        assert found == ("tertiary" if services else expected.get(str(section[sector]), "tertiary")), sector


def test_every_guideline_leads_to_factors_that_exist(book: Rulebook) -> None:
    """A guideline without its table of fuels would leave a whole sector undetermined."""
    sets, gwp_sets = texts(book, "inventory.fuel_set"), texts(book, "inventory.gwp_set")
    named = {cell.value for cell in book["inventory.guideline"].cells}
    assert named <= set(sets) and named <= set(gwp_sets)
    assert set(sets.values()) <= book["inventory.ncv_mass"].categories["fuel_set"]
    assert set(gwp_sets.values()) <= book["inventory.gwp"].categories["gwp_set"]
    for name in ("inventory.guideline_name", "inventory.guideline_name_zh"):
        assert set(texts(book, name)) == set(sets)
    assert set(texts(book, "inventory.exported_energy_deducted")) == named


def test_power_plants_change_guideline_with_the_revision_of_2022(book: Rulebook) -> None:
    guideline = book["inventory.guideline"]
    found = [guideline.at(date(year, 12, 31), "44") for year in (2021, 2022)]
    assert [cell and cell.value for cell in found] == ["power_2013", "power_mee_2022"]


def test_every_fuel_has_a_name_a_group_and_a_state(book: Rulebook) -> None:
    fuels = set().union(
        *(
            book[f"inventory.{name}"].categories["fuel"]
            for name in ("ncv_mass", "ncv_volume", "carbon_content", "co2_per_gj")
        )
    )
    for name in ("fuel_name", "fuel_name_zh", "fuel_group", "fuel_state"):
        assert set(texts(book, f"inventory.{name}")) >= fuels, name
    assert set(texts(book, "inventory.fuel_group").values()) == {"coal", "oil", "gas", "waste", "biomass"}


def test_a_fuel_has_one_heating_value_in_a_set(book: Rulebook) -> None:
    """By mass or by volume: with both, one amount would have two energies."""
    by_mass, by_volume = ({c.keys for c in book[f"inventory.ncv_{by}"].cells} for by in ("mass", "volume"))
    assert not by_mass & by_volume


@pytest.mark.parametrize("year", [2021, 2022, 2023])
def test_grid_factors_are_complete_in_announced_years(book: Rulebook, year: int) -> None:
    """Thirty provinces (none is published for Tibet) and seven regions: one missing is noticed when it is asked for."""
    cells = [c for c in book["inventory.grid_factor"].cells if c.start == date(year, 1, 1)]
    counted = Counter(c.keys[0] for c in cells)
    assert counted["provincial_same_year"] == 30
    assert counted["regional_same_year"] == 7
    assert all(isinstance(c.value, float) and 0.05 < c.value < 1.2 for c in cells)


def test_grid_factors_of_accounts_are_those_of_earlier_data(book: Rulebook) -> None:
    """Accounts of 2023 were made when the factors of 2021 were the newest announced."""
    factor = book["inventory.grid_factor"]
    for region in sorted(factor.categories["region"] - {"CN"}):
        announced = factor.at(date(2024, 12, 31), "provincial_average", region)
        same = factor.at(date(2022, 12, 31), "provincial_same_year", region)
        assert (announced is None) == (same is None)
        assert announced is None or same is None or announced.value == same.value


def test_methods_by_purpose_exist(book: Rulebook) -> None:
    methods = book["inventory.grid_factor"].categories["method"]
    assert set(texts(book, "inventory.grid_factor_method").values()) <= methods


def test_every_gas_has_a_name_and_a_potential(book: Rulebook) -> None:
    gases = book["inventory.gwp"].categories["gas"]
    assert gases == set(texts(book, "inventory.gas_name")) == set(texts(book, "inventory.gas_name_zh"))
    used = book["inventory.electronics_emitted_share"].categories["gas"]
    assert used <= gases, "an electronics gas without a potential cannot be counted"
    assert book["inventory.process_gas_factor"].categories["gas"] <= gases


def test_reports_are_not_mixed(book: Rulebook) -> None:
    """Methane in four reports: each set by its name."""
    potential = book["inventory.gwp"]
    found = {report: potential.at(ON, report, "CH4") for report in ("SAR", "AR4", "AR5", "AR5_CCF", "AR6")}
    assert {report: cell and cell.value for report, cell in found.items()} == {
        "SAR": 21.0,
        "AR4": 25.0,
        "AR5": 28.0,
        "AR5_CCF": 34.0,
        "AR6": 27.9,
    }


def test_electronics_by_products_are_complete(book: Rulebook) -> None:
    """A by-product that is missing, not zero, would make a chip maker's whole account undetermined."""
    emitted = {cell.keys for cell in book["inventory.electronics_emitted_share"].cells}
    for by_product in ("cf4", "c2f6", "chf3", "c3f8"):
        assert {cell.keys for cell in book[f"inventory.electronics_byproduct_{by_product}"].cells} == emitted
    assert book["inventory.electronics_destruction"].categories["gas"] == {gas for _, gas in emitted}


def test_equipment_has_names_and_leaks(book: Rulebook) -> None:
    names = set(texts(book, "inventory.equipment_name"))
    assert names == set(texts(book, "inventory.leak_rate")) == set(texts(book, "inventory.equipment_name_zh"))
    shares = [c.value for n in ("leak_rate", "installation_loss") for c in book[f"inventory.{n}"].cells]
    assert all(isinstance(share, float) and 0 < share < 0.2 for share in shares), "percent taken for a share"


def test_example_weights_of_the_budget_sum_to_one(book: Rulebook) -> None:
    weights = texts(book, "dual_control.budget_weight_example")
    assert set(weights) == set(texts(book, "dual_control.budget_weight"))
    assert sum(w for w in weights.values() if isinstance(w, float)) == 1


def test_warning_colours_are_in_order(book: Rulebook) -> None:
    progress, budget = texts(book, "dual_control.warning_progress"), texts(book, "dual_control.warning_budget")
    assert (progress["green"], progress["yellow"]) == (1.0, 0.8)
    assert (budget["green"], budget["yellow"]) == (0.95, 1.0)


def test_the_catalogue_has_34_articles_of_which_two_have_numbers(book: Rulebook) -> None:
    """Only numbers that were read may be printed; the others stay empty until a person fills them in."""
    catalogue = book.catalogue
    assert len({measure.key for measure in catalogue}) == len(catalogue) == 34
    assert {m.key: m.official_number for m in catalogue if m.official_number is not None} == {
        "beautiful_china": 1,
        "carbon_dual_control": 2,
    }
    assert Counter(m.confirmation for m in catalogue) == {
        "confirmed": 2,
        "content confirmed": 19,
        "inferred": 7,
        "not found": 6,
    }
    for measure in catalogue:
        if measure.confirmation == "not found":
            assert (measure.content, measure.source, measure.block, measure.money) == (None, None, None, ())


def test_money_of_the_measures_is_in_the_catalogue(book: Rulebook) -> None:
    """A grant that no measure names would never be paid out."""
    named = {name for measure in book.catalogue for name in measure.money}
    pays = {name for name, parameter in book.parameters.items() if parameter.file == "shenzhen/funding.yaml"}
    assert named == pays


def test_packages_that_serve_a_measure_exist(book: Rulebook) -> None:
    folder = Path(tanheng.measures.__file__).parent
    packages = {path.name for path in folder.iterdir() if (path / "tables.py").is_file()}
    assert {name for measure in book.catalogue for name in measure.served_by} <= packages
    served = {measure.key: measure.served_by for measure in book.catalogue if measure.served_by}
    assert served == {"carbon_dual_control": ("inventory", "dual_control")}
