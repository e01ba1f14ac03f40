"""Table process_activity: carbonates of glass works, sorbent of those that burn coal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tanheng.example_city import assumptions as a
from tanheng.example_city.energy import Energy, walk
from tanheng.example_city.enterprises import Enterprises
from tanheng.example_city.faults import MONTHS, Fault, Truth, key
from tanheng.example_city.inputs import Floats, Inputs, Integers
from tanheng.example_city.months import Grid, by_year, deal_out, evidence, open_months
from tanheng.example_city.output import Coded, TableWriter, constant
from tanheng.example_city.streams import Streams

PROCESSES = tuple(a.PROCESSES)
_FACTORS = np.array(list(a.PROCESSES.values()))
# t of carbonate for a tonne of glass, and t CO2 of fuel for it; t of sorbent for a tonne of coal.
_GLASS = {"carbonate_soda": 0.18, "carbonate_calcite": 0.06, "carbonate_dolomite": 0.12}
_FUEL_TCO2_PER_T_GLASS = 0.5
_SORBENT = 0.02


@dataclass(frozen=True)
class Series:
    """One entry a series, in the order of enterprise and process. ``amount_t`` is that of the anchor year."""

    enterprise: Integers
    process: Integers
    amount_t: Floats


def make_series(inputs: Inputs, streams: Streams, enterprises: Enterprises, energy: Energy, scale: float) -> Series:
    """Amounts that add up, in the anchor year, to ``assumptions.PROCESS_TCO2`` times ``scale``."""
    rng = streams.of("process_activity")
    codes = np.array([d.code for d in inputs.divisions])[enterprises.division]
    fuel = energy.fuel_co2.sum(axis=1)
    coal = energy.fuel_co2[:, list(a.FUELS).index("bituminous")]
    found = [
        (int(enterprise), PROCESSES.index(name), fuel[enterprise] / _FUEL_TCO2_PER_T_GLASS * share)
        for enterprise in np.flatnonzero((codes == "30") & (fuel > 300))
        for name, share in _GLASS.items()
    ]
    found += [
        (int(enterprise), PROCESSES.index("fgd_carbonate"), coal[enterprise] / a.FUELS["bituminous"][0] * _SORBENT)
        for enterprise in np.flatnonzero(coal > 200)
    ]
    found.sort()
    who, process, amount = (np.array([line[place] for line in found]) for place in range(3))
    who, process = who.astype(np.int64), process.astype(np.int64)
    amount = amount.astype(np.float64) * rng.uniform(0.8, 1.2, len(found))
    year = a.YEARS.index(a.ANCHOR_YEAR)
    counted = open_months(enterprises, energy, who)[:, year * 12 : year * 12 + 12].mean(axis=1)
    total = float((amount * _FACTORS[process] * counted).sum())
    return Series(who, process, amount * (a.PROCESS_TCO2 * scale / total if total else 0.0))


def write(
    writer: TableWriter,
    streams: Streams,
    enterprises: Enterprises,
    energy: Energy,
    series: Series,
    faults: dict[int, Fault],
    truth: Truth,
    note: str,
) -> Floats:
    """Write the table; returns tCO2 by year with default factors, before faults were planted."""
    rng = streams.of("process_activity.months")
    who, process = series.enterprise, series.process
    is_open = open_months(enterprises, energy, who)
    noise = walk(rng, len(who), MONTHS, a.MONTH_SIGMA, a.MONTH_MEMORY)
    annual = series.amount_t[:, None] * energy.year_factor_fuel[who]
    amount = np.round(deal_out(annual, np.ones((len(who), 12)), noise, is_open), 3)
    co2 = by_year(amount * _FACTORS[process][:, None])
    measured = np.where(rng.random(len(who)) < 0.2, rng.normal(1.0, 0.01, len(who)), np.nan)

    grid = Grid(is_open & (amount > 0))
    for enterprise, fault in sorted(faults.items()):
        facility = str(enterprises.ids[enterprise])
        target = int(np.flatnonzero(who == enterprise)[0])
        name = PROCESSES[process[target]]

        def row_key(on: str, facility: str = facility, name: str = name) -> str:
            return key(facility_id=facility, month=on, process=name)

        grid.plant(fault, target, amount, 3, "amount_t", row_key, truth)
    row, month = grid.rows(who, np.argsort(np.argsort(PROCESSES))[process])
    factor = np.round(measured[row] * _FACTORS[process[row]], 5)
    writer.write(
        {
            "facility_id": Coded(who[row], enterprises.ids.tolist()),
            "month": grid.days(row, month),
            "process": Coded(process[row], PROCESSES),
            "amount_t": amount[row, month],
            "measured_factor_tco2_per_t": factor,
            "evidence": Coded(np.where(np.isnan(factor), -1, month), evidence()),
            "origin": constant("made_up", len(row)),
            "source": constant(note, len(row)),
        }
    )
    return co2
