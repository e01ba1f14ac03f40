"""The example city in the house: the warehouse takes it, the rulebook knows its codes, the traps find its faults."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from tanheng.example_city import assumptions as a
from tanheng.example_city.inputs import read_inputs
from tanheng.measures.base_tables import BASE_TABLES
from tanheng.measures.dual_control.tables import TABLES as DUAL_CONTROL
from tanheng.measures.inventory.tables import TABLES as INVENTORY
from tanheng.policy.rulebook import Rulebook, load_rulebook
from tanheng.warehouse.city import City

from .conftest import CITY, Layer

TABLES = (*BASE_TABLES, *INVENTORY, *DUAL_CONTROL)


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return load_rulebook("shenzhen")


@pytest.fixture(scope="module")
def city(fifth: Layer, rulebook: Rulebook, tmp_path_factory: pytest.TempPathFactory) -> City:
    """The city as a user has it, with the layer of the test."""
    folder = tmp_path_factory.mktemp("city")
    shutil.copytree(CITY / "real", folder / "real")
    shutil.copy(CITY / "city.yaml", folder / "city.yaml")
    (folder / "demonstration").symlink_to(fifth.folder, target_is_directory=True)
    return City.open(folder, TABLES, categories=rulebook.categories(), today=date(2024, 12, 31))


def test_no_table_breaks_its_schema_and_all_are_read(city: City, fifth: Layer) -> None:
    """Opening would have raised. Rows of both layers are put together."""
    for name in fifth.summary.rows:
        assert city.made_up(name), name
    facilities = city.frame("facilities").select("facility_id").collect()
    assert len(facilities) == 30 + fifth.summary.rows["facilities"]


def test_every_planted_fault_is_asked_about_and_nothing_else(city: City, fifth: Layer) -> None:
    """Recall of the traps, and their false alarms. A missing month is a matter of completeness, not of a trap."""
    faults: dict[tuple[str, str], set[str]] = {}
    kinds = {line["fault"]: (line["table"], line["kind"]) for line in fifth.truth}
    for line in fifth.truth:
        faults.setdefault((line["table"], line["key"].split(";")[0]), set()).add(line["fault"])
    found: set[str] = set()
    false_alarms = []
    for question in city.questions:
        hit = faults.get((question.table, question.key.split(";")[0]))
        if hit is None:
            false_alarms.append(question.key)
        found |= hit or set()
    missed = Counter(kinds[fault] for fault in kinds.keys() - found if kinds[fault][1] != "missing_month")
    assert not missed
    assert false_alarms == ["facility_id=SZ-P07", "facility_id=SZ-W47094"]  # real, and really outside


@pytest.mark.parametrize("name", a.FUELS)
def test_the_factors_of_the_fuels_are_those_of_the_rulebook(name: str, rulebook: Rulebook) -> None:
    """Anchoring to the city's total with one factor and counting with another would miss it silently."""
    on, key = date(2022, 12, 31), ("CN_OTHER_IND_2015", name)

    def value(parameter: str) -> float:
        cell = rulebook[parameter].at(on, *key)
        assert cell is not None and isinstance(cell.value, float | int)
        return float(cell.value)

    co2, ncv, carbon, _group = a.FUELS[name]
    assert ncv == value("inventory.ncv_volume" if name in a.BY_VOLUME else "inventory.ncv_mass")
    assert carbon == pytest.approx(ncv * value("inventory.carbon_content"))
    assert co2 == pytest.approx(carbon * value("inventory.oxidation") * 44 / 12, rel=1e-6)


@pytest.mark.parametrize("name", a.PROCESSES)
def test_the_factors_of_the_processes_are_those_of_the_rulebook(name: str, rulebook: Rulebook) -> None:
    cell = rulebook["inventory.process_factor"].at(date(2022, 12, 31), name)
    assert cell is not None and cell.value == a.PROCESSES[name]


def test_divisions_belong_to_the_broad_sector_that_the_rulebook_says(rulebook: Rulebook) -> None:
    for division in read_inputs(CITY).divisions:
        cell = rulebook["sectors.broad_sector"].at(date(2022, 12, 31), division.code)
        assert cell is not None and cell.value == division.broad_sector, division.code


def test_the_example_knows_the_folder_that_it_is_made_for() -> None:
    text = Path(CITY / "city.yaml").read_text(encoding="utf-8")
    assert "made_by: tanheng make-city" in text
