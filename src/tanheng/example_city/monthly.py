"""Months: how a year's fuel and electricity is dealt out, and the two large tables that come of it.

Tables are written in blocks of enterprises, so that memory does not grow with the city.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tanheng.example_city import assumptions as a
from tanheng.example_city.energy import Energy, walk
from tanheng.example_city.enterprises import Enterprises
from tanheng.example_city.faults import MONTHS, Fault, Truth, key
from tanheng.example_city.inputs import Floats, Inputs
from tanheng.example_city.output import Coded, TableWriter, constant
from tanheng.example_city.streams import Streams

Integers = NDArray[np.int64]
Bools = NDArray[np.bool_]

BLOCK = 10_000  # enterprises
FIRST = np.datetime64("2020-01", "M")
DAYS = np.arange(FIRST, FIRST + MONTHS + 1).astype("datetime64[D]")[:MONTHS]
_FUTURE_MONTHS = 30 * 12  # a slip of the pen: 2052 for 2022


@dataclass(frozen=True)
class Series:
    """Fuel series, one entry each, in the order of enterprise, fuel and meter. ``part`` of the fuel's amount is on the meter."""

    enterprise: Integers
    fuel: Integers
    meter: Integers  # code into METERS
    part: Floats
    measured: Integers  # 0 no, 1 with evidence, 2 without

    def __len__(self) -> int:
        return len(self.enterprise)


METERS = ("", "A", "B")


def fuel_series(streams: Streams, energy: Energy) -> Series:
    """A series for each fuel of an enterprise; two meters for some of the large ones."""
    rng = streams.of("meters")
    enterprise, fuel = np.nonzero(energy.fuel_co2 > 0)
    size = energy.fuel_co2[enterprise, fuel]
    two = (size > 100.0) & (rng.random(len(size)) < 0.12)
    share = rng.uniform(0.3, 0.7, size=len(size))
    measured = np.where((size > 1000.0) & (rng.random(len(size)) < a.MEASURED_SHARE * 5), 1, 0)
    measured[(measured == 1) & (rng.random(len(size)) < a.MEASURED_WITHOUT_EVIDENCE_SHARE)] = 2
    times = np.where(two, 2, 1)
    index = np.repeat(np.arange(len(size)), times)
    second = np.concatenate([[False], index[1:] == index[:-1]]) if len(index) else np.zeros(0, dtype=np.bool_)
    return Series(
        enterprise=enterprise[index],
        fuel=fuel[index],
        meter=np.where(two[index], np.where(second, 2, 1), 0),
        part=np.where(two[index], np.where(second, 1 - share[index], share[index]), 1.0),
        measured=measured[index],
    )


def open_months(enterprises: Enterprises, energy: Energy, members: Integers) -> Bools:
    """Enterprises x months: open, and in a year with a report."""
    reported = np.repeat(energy.reports[members], 12, axis=1)
    return np.asarray(reported & (np.arange(MONTHS)[None, :] >= enterprises.opened_month[members][:, None]))


def seasons(inputs: Inputs) -> tuple[Floats, Floats]:
    """Shape of a year, mean 1: electricity of (industry, services), fuel of (industry, services). 2 x 12 each."""
    days = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) / (365 / 12)
    load = inputs.month_shares * 12
    holiday = np.ones(12)
    holiday[1] = 0.85  # Spring Festival
    fuel = np.stack([days * holiday, days])
    electricity = np.stack([0.6 * load + 0.4 * days, 1.15 * load - 0.15 * days])
    return electricity / electricity.mean(axis=1, keepdims=True), fuel / fuel.mean(axis=1, keepdims=True)


def deal_out(annual: Floats, season: Floats, noise: Floats, is_open: Bools) -> Floats:
    """Rows x months: ``annual`` (rows x years) by season and noise, so that the open months of a year have their share of it."""
    weight = np.tile(season, (1, len(a.YEARS))) * np.exp(noise) * is_open
    by_year = weight.reshape(len(weight), len(a.YEARS), 12)
    total = by_year.sum(axis=2, keepdims=True)
    months = is_open.reshape(by_year.shape).sum(axis=2, keepdims=True)
    share = np.divide(by_year, total, out=np.zeros_like(by_year), where=total > 0) * months / 12
    return np.asarray((share * annual[:, :, None]).reshape(weight.shape))


def write_fuel_use(
    writer: TableWriter,
    inputs: Inputs,
    streams: Streams,
    enterprises: Enterprises,
    energy: Energy,
    series: Series,
    faults: dict[int, Fault],
    truth: Truth,
    note: str,
) -> Floats:
    """Writes fuel_use; returns tCO2 by year of the rows before faults were planted (default factors)."""
    fuels = list(a.FUELS)
    factor = np.array([a.FUELS[name][0] for name in fuels])
    ncv = np.array([a.FUELS[name][1] for name in fuels])
    carbon = np.array([a.FUELS[name][2] for name in fuels])
    by_volume = np.array([name in a.BY_VOLUME for name in fuels])
    services = np.array([d.broad_sector == "tertiary" for d in inputs.divisions], dtype=np.int64)
    _, season = seasons(inputs)
    co2 = np.zeros(len(a.YEARS))
    for block, start in enumerate(range(0, len(enterprises), BLOCK)):
        rng = streams.of("fuel_use", block)
        first, last = np.searchsorted(series.enterprise, [start, start + BLOCK])
        who, fuel = series.enterprise[first:last], series.fuel[first:last]
        meter, part = series.meter[first:last], series.part[first:last]
        annual = (energy.fuel_co2[who, fuel] * part / factor[fuel])[:, None] * energy.year_factor_fuel[who]
        noise = walk(rng, len(who), MONTHS, a.MONTH_SIGMA, a.MONTH_MEMORY)
        is_open = open_months(enterprises, energy, who)
        kind = services[enterprises.division[who]]
        amount = deal_out(annual, season[kind], noise, is_open)
        amount = np.where(by_volume[fuel][:, None], np.round(amount, 4), np.round(amount, 3))
        keep = is_open & (amount > 0)
        co2 += (amount * keep * factor[fuel][:, None]).reshape(len(who), len(a.YEARS), 12).sum(axis=(0, 2))
        measured = series.measured[first:last]
        deviation = np.exp(rng.normal(0.0, 0.008, size=(len(who), MONTHS)))

        month = np.tile(np.arange(MONTHS), (len(who), 1))
        copies = keep.astype(np.int64)
        for position in np.flatnonzero(np.isin(who, np.fromiter(faults, dtype=np.int64, count=len(faults)))):
            fault = faults[int(who[position])]
            _plant(fault, position, amount, copies, month, who, fuel, meter, by_volume, enterprises, fuels, truth)

        row, column = np.nonzero(copies)
        times = copies[row, column]
        row, column = np.repeat(row, times), np.repeat(column, times)
        names = np.argsort(np.argsort(fuels))[fuel[row]]
        order = np.lexsort((meter[row], names, month[row, column], who[row]))
        row, column = row[order], column[order]
        values = amount[row, column]
        volume = by_volume[fuel[row]]
        has = measured[row] > 0
        writer.write(
            {
                "facility_id": Coded(who[row] - start, enterprises.ids[start : start + BLOCK].tolist()),
                "month": (FIRST + month[row, column]).astype("datetime64[D]"),
                "fuel": Coded(fuel[row], fuels),
                "meter": Coded(meter[row], METERS),
                "mass_t": np.where(volume, np.nan, values),
                "volume_10k_nm3": np.where(volume, values, np.nan),
                "measured_ncv_gj": np.where(has, np.round(ncv[fuel[row]] * deviation[row, column], 3), np.nan),
                "measured_carbon_t": np.where(has, np.round(carbon[fuel[row]] * deviation[row, column], 4), np.nan),
                "evidence": Coded(
                    np.where(measured[row] == 1, column, -1), [f"DEMO-LAB-{str(day)[:7]}" for day in DAYS]
                ),
                "origin": constant("made_up", len(row)),
                "source": constant(note, len(row)),
            }
        )
    return co2


def _plant(
    fault: Fault,
    position: int,
    amount: Floats,
    copies: Integers,
    month: Integers,
    who: Integers,
    fuel: Integers,
    meter: Integers,
    by_volume: Bools,
    enterprises: Enterprises,
    fuels: list[str],
    truth: Truth,
) -> None:
    """Put one fault into one fuel series; a fault goes into the first series of its enterprise that fits."""
    mine = np.flatnonzero(who == fault.enterprise)
    if fault.kind == "same_series":
        if position != mine[0]:
            return
        pair = [p for p in mine if meter[p] > 0][:2]
        target = pair[1]
    else:
        largest = mine[np.argmax(amount[mine].sum(axis=1) * np.where(_may_carry(fault, by_volume[fuel[mine]]), 1, 0))]
        if position != largest:
            return
        target = largest
    column = "volume_10k_nm3" if by_volume[fuel[target]] else "mass_t"

    def row_key(m: int) -> str:
        return key(
            facility_id=enterprises.ids[fault.enterprise],
            month=str(FIRST + month[target, m]) + "-01",
            fuel=fuels[fuel[target]],
            meter=METERS[meter[target]],
        )

    for m in fault.months:
        if not copies[target, m]:
            continue
        true = amount[target, m]
        if fault.kind == "duplicate_row":
            copies[target, m] = 2
            truth.add(fault, row_key(m), "", "twice", "once")
        elif fault.kind == "missing_month":
            copies[target, m] = 0
            truth.add(fault, row_key(m), column, None, true)
        elif fault.kind == "future_month":
            honest = str(FIRST + m) + "-01"
            month[target, m] = m + _FUTURE_MONTHS
            truth.add(fault, row_key(m), "month", str(FIRST + month[target, m]) + "-01", honest)
        else:
            if fault.kind == "same_series":
                amount[target, m] = amount[pair[0], m]
                copies[target, m] = copies[pair[0], m]
            else:
                amount[target, m] = np.round(true * fault.factor, 4 if by_volume[fuel[target]] else 3)
            truth.add(fault, row_key(m), column, amount[target, m], true)


def _may_carry(fault: Fault, volume: Bools) -> Bools:
    """10,000 is the slip of Nm3 for 10,000 Nm3, so it happens to gases."""
    return volume if fault.kind.startswith("x10000") else np.ones_like(volume)


def exchange(inputs: Inputs, streams: Streams, enterprises: Enterprises, energy: Energy) -> tuple[Floats, ...]:
    """What else crosses the fence, by enterprise: green share, solar power sold per MWh bought, heat bought, heat sold (GJ), power sold (MWh)."""
    rng = streams.of("purchased_energy.exchange")
    count = len(enterprises)
    power = np.array([d.code == "44" for d in inputs.divisions])[enterprises.division]
    users = np.array([d.code in ("13", "14", "15", "17", "26", "27", "61", "84") for d in inputs.divisions])
    green = np.where(rng.random(count) < 0.06, rng.uniform(0.05, 0.45, count), 0.0)
    solar = np.where(rng.random(count) < 0.03, rng.uniform(0.002, 0.02, count), 0.0)
    heat = np.where(users[enterprises.division] & (rng.random(count) < 0.15), rng.uniform(0.5, 1.5, count), 0.0)
    # Of each GJ of gas the heat and power plants sell 0.35 GJ as heat and 0.42 GJ as power; 4 % of the heat is lost on the way.
    gas = energy.fuel_co2[:, list(a.FUELS).index("natural_gas")] / a.TCO2_PER_GJ["gas"]
    sold_gj = np.where(power, gas * 0.35, 0.0)
    sold_mwh = np.where(power, gas * 0.42 / 3.6, 0.0)
    use = heat * energy.electricity_mwh
    heat_gj = use / use.sum() * sold_gj.sum() * 0.96 if use.sum() > 0 else use
    return green, solar, heat_gj, sold_gj, sold_mwh


def write_purchased_energy(
    writer: TableWriter,
    inputs: Inputs,
    streams: Streams,
    enterprises: Enterprises,
    energy: Energy,
    levels: tuple[Floats, ...],
    faults: dict[int, Fault],
    truth: Truth,
    note: str,
) -> Floats:
    """Writes purchased_energy; returns MWh bought by year before faults were planted."""
    season, _ = seasons(inputs)
    services = np.array([d.broad_sector == "tertiary" for d in inputs.divisions], dtype=np.int64)
    green_level, solar_level, heat_gj, sold_gj, sold_mwh = levels
    growing = np.array([0.35, 0.5, 0.7, 0.85, 1.0])
    total = np.zeros(len(a.YEARS))
    for block, start in enumerate(range(0, len(enterprises), BLOCK)):
        rng = streams.of("purchased_energy", block)
        who = np.arange(start, min(start + BLOCK, len(enterprises)))
        is_open = open_months(enterprises, energy, who)
        kind = services[enterprises.division[who]]
        noise = walk(rng, len(who), MONTHS, a.MONTH_SIGMA, a.MONTH_MEMORY)
        annual = energy.electricity_mwh[who][:, None] * energy.year_factor_electricity[who]
        bought = np.round(deal_out(annual, season[kind], noise, is_open), 3)
        total += (bought * is_open).reshape(len(who), len(a.YEARS), 12).sum(axis=(0, 2))
        flat = np.ones((len(who), 12))
        fuel_path = energy.year_factor_fuel[who]
        sold = deal_out(sold_mwh[who][:, None] * fuel_path, flat, noise, is_open) + bought * solar_level[who][:, None]
        green = np.round(bought * np.repeat(green_level[who][:, None] * growing, 12, axis=1), 3)
        values = {
            "electricity_bought_mwh": bought,
            "electricity_sold_mwh": np.round(sold, 3),
            "green_electricity_mwh": green,
            "heat_bought_gj": np.round(deal_out(heat_gj[who][:, None] * fuel_path, flat, noise, is_open), 2),
            "heat_sold_gj": np.round(deal_out(sold_gj[who][:, None] * fuel_path, flat, noise, is_open), 2),
        }
        month = np.tile(np.arange(MONTHS), (len(who), 1))
        copies = is_open.astype(np.int64)
        for enterprise in sorted(e for e in faults if start <= e < start + BLOCK):
            _plant_energy(faults[enterprise], enterprise - start, values, copies, month, enterprises, truth)
        row, column = np.nonzero(copies)
        times = copies[row, column]
        row, column = np.repeat(row, times), np.repeat(column, times)
        order = np.lexsort((month[row, column], row))
        row, column = row[order], column[order]
        writer.write(
            {
                "facility_id": Coded(row, enterprises.ids[who].tolist()),
                "month": (FIRST + month[row, column]).astype("datetime64[D]"),
                **{name: cells[row, column] for name, cells in values.items()},
                "origin": constant("made_up", len(row)),
                "source": constant(note, len(row)),
            }
        )
    return total


def _plant_energy(
    fault: Fault,
    row: int,
    values: dict[str, Floats],
    copies: Integers,
    month: Integers,
    enterprises: Enterprises,
    truth: Truth,
) -> None:
    bought = values["electricity_bought_mwh"]

    def row_key(m: int) -> str:
        return key(facility_id=enterprises.ids[fault.enterprise], month=str(FIRST + month[row, m]) + "-01")

    for m in fault.months:
        if not copies[row, m]:
            continue
        true = bought[row, m]
        if fault.kind == "duplicate_row":
            copies[row, m] = 2
            truth.add(fault, row_key(m), "", "twice", "once")
        elif fault.kind == "missing_month":
            copies[row, m] = 0
            truth.add(fault, row_key(m), "electricity_bought_mwh", None, true)
        elif fault.kind == "future_month":
            honest = str(FIRST + m) + "-01"
            month[row, m] = m + _FUTURE_MONTHS
            truth.add(fault, row_key(m), "month", str(FIRST + month[row, m]) + "-01", honest)
        elif fault.kind == "part_exceeds_whole":
            green = values["green_electricity_mwh"]
            honest_green = green[row, m]
            green[row, m] = np.round(true * 1.4, 3)
            truth.add(fault, row_key(m), "green_electricity_mwh", green[row, m], honest_green)
        else:
            bought[row, m] = np.round(true * fault.factor, 3)
            truth.add(fault, row_key(m), "electricity_bought_mwh", bought[row, m], true)
