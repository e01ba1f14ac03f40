"""The inventory's rules of a facility's year: the engine beside plain pandas, on one city in memory.

Both begin with the checked tables and the parameters in memory and end with the same answers there: of 34
results the value, why there is none, and the weakest status behind it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa

from benchmarks.peers.inventory_pandas import KEY, facility_years
from tanheng.measures.base_entities import FACILITY_YEAR
from tanheng.measures.base_tables import BASE_TABLES
from tanheng.measures.inventory.rules import RULES
from tanheng.measures.inventory.tables import TABLES as INVENTORY_TABLES
from tanheng.policy.evaluation import Evaluation
from tanheng.policy.rulebook import Rulebook, load_rulebook
from tanheng.warehouse.city import City

ON = date(2024, 12, 31)
YEARS = range(2020, 2025)
REPEATS = 3
TABLES = (
    "cities", "districts", "facilities", "annual_reports",
    "fuel_use", "purchased_energy", "process_activity", "refrigerants", "electronics_gases",
)  # fmt: skip
RESULTS = (
    "fuel_energy_gj", "fuel_energy_tce", "fuel_co2_t", "biogenic_co2_t",
    "coal_co2_t", "coal_tce", "oil_co2_t", "oil_tce", "gas_co2_t", "gas_tce", "other_fuel_co2_t", "other_fuel_tce",
    "electricity_mwh", "electricity_sold_mwh", "green_electricity_mwh", "electricity_tce_net", "heat_tce_net",
    "energy_tce", "process_co2_t", "refrigerant_tco2e", "electronics_tco2e",
    "place_refrigerant_tco2e", "place_electronics_tco2e",
    "scope1_co2_t", "scope1_tco2e", "scope2_tco2e", "scope2_market_tco2e", "exported_tco2e", "emissions_tco2e",
    "place_scope1_tco2e", "place_scope2_tco2e", "grid_supply_tco2e", "place_exported_tco2e", "place_emissions_tco2e",
)  # fmt: skip

T = TypeVar("T")


def ratio(path: Path) -> float:
    """How many times as long pandas takes for the same results (medians).

    Raises
    ------
    AssertionError
        When the two do not give the same numbers and the same gaps.
    """
    rulebook = load_rulebook("shenzhen")
    with City.open(path, (*BASE_TABLES, *INVENTORY_TABLES), categories=rulebook.categories(), today=ON) as city:
        city.into_memory()
        tables = {name: _pandas(city.frame(name).collect("pyarrow").to_native()) for name in TABLES}
        factors = {name: _factor(rulebook, name) for name in rulebook.parameters if name.startswith("inventory.")}
        factors = {name.removeprefix("inventory."): factor for name, factor in factors.items()}

        def engine() -> pa.Table:
            evaluation = Evaluation(city, rulebook, RULES, on=ON)
            result: pa.Table = evaluation.table(FACILITY_YEAR, RESULTS).collect("pyarrow").to_native()
            return result

        ours, theirs = [], []
        for _ in range(REPEATS):
            seconds, found = _timed(engine)
            ours.append(seconds)
            seconds, expected = _timed(lambda: facility_years(tables, factors))
            theirs.append(seconds)
        must_agree(found.to_pandas(), expected)
    print(f"  {len(expected)} facility-years: engine {median(ours):.2f} s, pandas {median(theirs):.2f} s")
    return median(theirs) / median(ours)


def must_agree(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    """The same rows and gaps, a reason for every gap, the same trust, and numbers that agree to a millionth."""
    ours, theirs = (frame.set_index(KEY).sort_index() for frame in (found, expected))
    assert ours.index.equals(theirs.index), "the two give different facility-years"
    for name in RESULTS:
        left = ours[name].to_numpy(float, na_value=np.nan)
        right = theirs[name].where(theirs[f"{name}__why"] == 0).to_numpy(float, na_value=np.nan)
        # Differences and tiny sums are near zero: 1e-4 of a unit is the engine's millionth, added up over a year.
        _none(~np.isclose(left, right, rtol=1e-6, atol=1e-4, equal_nan=True), name, ours, "another value")
        if f"{name}__cause" in ours:
            _none(ours[f"{name}__cause"].isna() == np.isnan(left), name, ours, "a gap without a reason")
        trust = ours[f"{name}__trust"] != theirs[f"{name}__trust"]
        _none(trust.to_numpy() & ~np.isnan(left), name, ours, "another trust")


def _none(wrong: Any, name: str, rows: pd.DataFrame, what: str) -> None:
    count = int(np.sum(wrong))
    assert count == 0, f"{name}: {what} in {count} rows, e.g. {rows.index[wrong][0]}"


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def _pandas(table: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = table.to_pandas(date_as_object=False)
    return frame


def _factor(rulebook: Rulebook, name: str) -> pd.DataFrame:
    """A parameter as a frame: its categories, the year where it changes over the years, its value, its status."""
    parameter = rulebook[name]
    rows = []
    for keys in sorted({cell.keys for cell in parameter.cells}):
        for year in YEARS:
            cell = parameter.at(date(year, 12, 31), *keys)
            rows.append((*keys, year, None if cell is None else cell.value, 0 if cell is None else int(cell.status)))
    name = name.removeprefix("inventory.")
    frame = pd.DataFrame(rows, columns=[*parameter.by, "year", name, f"{name}__trust"])
    steady = frame.drop(columns="year").drop_duplicates()
    return steady if len(steady) * len(YEARS) == len(frame) else frame
