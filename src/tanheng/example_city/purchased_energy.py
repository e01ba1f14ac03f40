"""Table purchased_energy: electricity and heat that cross an enterprise's fence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tanheng.example_city import assumptions as a
from tanheng.example_city.energy import Energy, walk
from tanheng.example_city.enterprises import Enterprises
from tanheng.example_city.faults import MONTHS, Fault, Truth, key
from tanheng.example_city.inputs import Floats, Inputs
from tanheng.example_city.months import BLOCK, Grid, by_year, day, deal_out, electricity_seasons, open_months
from tanheng.example_city.output import Coded, TableWriter, constant
from tanheng.example_city.streams import Streams

_HEAT_USERS = ("13", "14", "15", "17", "26", "27", "61", "84")
# Of a GJ of gas the heat and power plants sell this much as heat and as power; what is bought is less by the losses.
_HEAT_SHARE, _POWER_SHARE, _HEAT_LOSS = 0.35, 0.42, 0.04
_GREEN_PATH = np.array([0.35, 0.5, 0.7, 0.85, 1.0])  # green power comes in over the years


@dataclass(frozen=True)
class Exchange:
    """What crosses the fence besides electricity bought, by enterprise, in the anchor year."""

    green_share: Floats  # of the electricity bought, in the last year
    solar_share: Floats  # sold for each MWh bought
    heat_bought_gj: Floats
    heat_sold_gj: Floats
    power_sold_mwh: Floats


def make_exchange(inputs: Inputs, streams: Streams, enterprises: Enterprises, energy: Energy) -> Exchange:
    """Who has green power, solar roofs, heat; the heat sold in the city is bought in the city."""
    rng = streams.of("purchased_energy.exchange")
    count = len(enterprises)
    codes = np.array([d.code for d in inputs.divisions])[enterprises.division]
    green = np.where(rng.random(count) < 0.06, rng.uniform(0.05, 0.45, count), 0.0)
    solar = np.where(rng.random(count) < 0.03, rng.uniform(0.002, 0.02, count), 0.0)
    heat = np.where(np.isin(codes, _HEAT_USERS) & (rng.random(count) < 0.15), rng.uniform(0.5, 1.5, count), 0.0)
    gas_gj = energy.fuel_co2[:, list(a.FUELS).index("natural_gas")] / a.TCO2_PER_GJ["gas"] * (codes == "44")
    use = heat * energy.electricity_mwh
    bought = use / use.sum() * gas_gj.sum() * _HEAT_SHARE * (1 - _HEAT_LOSS) if use.sum() > 0 else use
    return Exchange(green, solar, bought, gas_gj * _HEAT_SHARE, gas_gj * _POWER_SHARE / 3.6)


def write(
    writer: TableWriter,
    inputs: Inputs,
    streams: Streams,
    enterprises: Enterprises,
    energy: Energy,
    exchange: Exchange,
    faults: dict[int, Fault],
    truth: Truth,
    note: str,
) -> Floats:
    """Write the table; returns MWh bought by year, before faults were planted."""
    season = electricity_seasons(inputs)
    services = np.array([d.broad_sector == "tertiary" for d in inputs.divisions], dtype=np.int64)
    total = np.zeros(len(a.YEARS))
    for block, start in enumerate(range(0, len(enterprises), BLOCK)):
        rng = streams.of("purchased_energy", block)
        who = np.arange(start, min(start + BLOCK, len(enterprises)))
        is_open = open_months(enterprises, energy, who)
        noise = walk(rng, len(who), MONTHS, a.MONTH_SIGMA, a.MONTH_MEMORY)
        annual = energy.electricity_mwh[who][:, None] * energy.year_factor_electricity[who]
        bought = np.round(deal_out(annual, season[services[enterprises.division[who]]], noise, is_open), 3)
        total += by_year(bought)

        fuel_path, flat = energy.year_factor_fuel[who], np.ones((len(who), 12))
        power_sold, heat_bought, heat_sold = (
            deal_out(yearly[who][:, None] * fuel_path, flat, noise, is_open)
            for yearly in (exchange.power_sold_mwh, exchange.heat_bought_gj, exchange.heat_sold_gj)
        )
        green = bought * np.repeat(exchange.green_share[who][:, None] * _GREEN_PATH, 12, axis=1)
        values = {
            "electricity_bought_mwh": bought,
            "electricity_sold_mwh": np.round(power_sold + bought * exchange.solar_share[who][:, None], 3),
            "green_electricity_mwh": np.round(green, 3),
            "heat_bought_gj": np.round(heat_bought, 2),
            "heat_sold_gj": np.round(heat_sold, 2),
        }
        grid = Grid(is_open)
        for enterprise in sorted(faults):
            if start <= enterprise < start + BLOCK:
                _plant(faults[enterprise], enterprise - start, values, grid, str(enterprises.ids[enterprise]), truth)
        row, month = grid.rows(who)
        writer.write(
            {
                "facility_id": Coded(row, enterprises.ids[who].tolist()),
                "month": grid.days(row, month),
                **{name: cells[row, month] for name, cells in values.items()},
                "origin": constant("made_up", len(row)),
                "source": constant(note, len(row)),
            }
        )
    return total


def _plant(fault: Fault, row: int, values: dict[str, Floats], grid: Grid, facility: str, truth: Truth) -> None:
    def row_key(on: str) -> str:
        return key(facility_id=facility, month=on)

    bought, green = values["electricity_bought_mwh"], values["green_electricity_mwh"]
    if fault.kind == "part_exceeds_whole":
        for month in fault.months:
            true = green[row, month]
            green[row, month] = np.round(bought[row, month] * 1.4, 3)
            truth.add(fault, row_key(day(month)), "green_electricity_mwh", green[row, month], true)
    else:
        grid.plant(fault, row, bought, 3, "electricity_bought_mwh", row_key, truth)
