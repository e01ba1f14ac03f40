"""Table fuel_use: series of fuels, by enterprise, fuel and meter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tanheng.example_city import assumptions as a
from tanheng.example_city.energy import Energy, walk
from tanheng.example_city.enterprises import Enterprises
from tanheng.example_city.faults import MONTHS, Fault, Truth, key
from tanheng.example_city.inputs import Bools, Floats, Inputs, Integers
from tanheng.example_city.months import BLOCK, Grid, Key, by_year, day, deal_out, evidence, fuel_seasons, open_months
from tanheng.example_city.output import Coded, TableWriter, constant
from tanheng.example_city.streams import Streams

METERS = ("", "A", "B")
_FUELS = list(a.FUELS)
_BY_VOLUME = np.array([name in a.BY_VOLUME for name in _FUELS])
_BY_NAME = np.argsort(np.argsort(_FUELS))  # place of a fuel in the alphabet


@dataclass(frozen=True)
class Series:
    """One entry a series, in the order of enterprise, fuel and meter."""

    enterprise: Integers
    fuel: Integers
    meter: Integers  # code into METERS
    part: Floats  # of the enterprise's fuel
    measured: Integers  # heating value and carbon: 0 no, 1 with a laboratory report, 2 without

    def block(self, start: int) -> Series:
        """The series of the enterprises from ``start`` on."""
        first, last = np.searchsorted(self.enterprise, [start, start + BLOCK])
        here = slice(int(first), int(last))
        return Series(self.enterprise[here], self.fuel[here], self.meter[here], self.part[here], self.measured[here])


def make_series(streams: Streams, energy: Energy) -> Series:
    """A series for each fuel of an enterprise; some large ones have two meters."""
    rng = streams.of("meters")
    enterprise, fuel = np.nonzero(energy.fuel_co2 > 0)
    size = energy.fuel_co2[enterprise, fuel]
    two = (size > 100.0) & (rng.random(len(size)) < a.TWO_METERS_SHARE)
    # Never about half and half: two honest meters must not show the same amount by chance.
    share = rng.uniform(0.2, 0.36, size=len(size))
    share = np.where(rng.random(len(size)) < 0.5, share, 1 - share)
    measured = np.where((size > 1000.0) & (rng.random(len(size)) < a.MEASURED_SHARE), 1, 0)
    measured[(measured == 1) & (rng.random(len(size)) < a.MEASURED_WITHOUT_EVIDENCE_SHARE)] = 2
    index = np.repeat(np.arange(len(size)), np.where(two, 2, 1))
    second = np.concatenate([[False], index[1:] == index[:-1]])[: len(index)]
    return Series(
        enterprise=enterprise[index],
        fuel=fuel[index],
        meter=np.where(two[index], np.where(second, 2, 1), 0),
        part=np.where(two[index], np.where(second, 1 - share[index], share[index]), 1.0),
        measured=measured[index],
    )


def write(
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
    """Write the table; returns tCO2 by year with default factors, before faults were planted."""
    factor, ncv, carbon = (np.array([fuel[place] for fuel in a.FUELS.values()], dtype=np.float64) for place in range(3))
    services = np.array([d.broad_sector == "tertiary" for d in inputs.divisions], dtype=np.int64)
    reports = evidence()
    co2 = np.zeros(len(a.YEARS))
    for block, start in enumerate(range(0, len(enterprises), BLOCK)):
        rng = streams.of("fuel_use", block)
        here = series.block(start)
        who, fuel = here.enterprise, here.fuel
        annual = (energy.fuel_co2[who, fuel] * here.part / factor[fuel])[:, None] * energy.year_factor_fuel[who]
        noise = walk(rng, len(who), MONTHS, a.MONTH_SIGMA, a.MONTH_MEMORY)
        is_open = open_months(enterprises, energy, who)
        amount = deal_out(annual, fuel_seasons()[services[enterprises.division[who]]], noise, is_open)
        volume = _BY_VOLUME[fuel]
        amount = np.where(volume[:, None], np.round(amount, 4), np.round(amount, 3))
        co2 += by_year(amount * factor[fuel][:, None])
        deviation = np.exp(rng.normal(0.0, 0.008, size=amount.shape))

        grid = Grid(is_open & (amount > 0))
        for enterprise in sorted(faults):
            if start <= enterprise < start + BLOCK:
                _plant(faults[enterprise], here, amount, grid, enterprises, truth)
        row, month = grid.rows(who, _BY_NAME[fuel], here.meter)
        values, measured = amount[row, month], here.measured[row]
        by_volume, kind = volume[row], fuel[row]
        writer.write(
            {
                "facility_id": Coded(who[row] - start, enterprises.ids[start : start + BLOCK].tolist()),
                "month": grid.days(row, month),
                "fuel": Coded(kind, _FUELS),
                "meter": Coded(here.meter[row], METERS),
                "mass_t": np.where(by_volume, np.nan, values),
                "volume_10k_nm3": np.where(by_volume, values, np.nan),
                "measured_ncv_gj": np.where(measured > 0, np.round(ncv[kind] * deviation[row, month], 3), np.nan),
                "measured_carbon_t": np.where(measured > 0, np.round(carbon[kind] * deviation[row, month], 4), np.nan),
                "evidence": Coded(np.where(measured == 1, month, -1), reports),
                "origin": constant("made_up", len(row)),
                "source": constant(note, len(row)),
            }
        )
    return co2


def _plant(fault: Fault, here: Series, amount: Floats, grid: Grid, enterprises: Enterprises, truth: Truth) -> None:
    """Put a fault into the enterprise's largest series that can carry it."""
    mine = np.flatnonzero(here.enterprise == fault.enterprise)

    def key_of(position: int) -> Key:
        return lambda on: key(
            facility_id=enterprises.ids[fault.enterprise],
            month=on,
            fuel=_FUELS[here.fuel[position]],
            meter=METERS[here.meter[position]],
        )

    if fault.kind == "same_series":
        first, second = (int(place) for place in mine[here.meter[mine] > 0][:2])
        row_key, column = key_of(second), _column(here, second)
        for month in fault.months:
            true = amount[second, month]
            amount[second, month] = amount[first, month]
            truth.add(fault, row_key(day(month)), column, amount[second, month], true)
        return
    able = mine[_may_carry(fault, _BY_VOLUME[here.fuel[mine]])]
    target = int(able[np.argmax(amount[able].sum(axis=1))])
    decimals = 4 if _BY_VOLUME[here.fuel[target]] else 3
    grid.plant(fault, target, amount, decimals, _column(here, target), key_of(target), truth)


def _column(here: Series, position: int) -> str:
    return "volume_10k_nm3" if _BY_VOLUME[here.fuel[position]] else "mass_t"


def _may_carry(fault: Fault, volume: Bools) -> Bools:
    """Ten thousand is the slip of Nm3 for 10,000 Nm3, so it happens to gases."""
    return volume if fault.kind.startswith("x10000") else np.ones_like(volume)
