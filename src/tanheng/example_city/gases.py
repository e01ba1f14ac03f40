"""Tables electronics_gases and refrigerants: gases by the year."""

from __future__ import annotations

import numpy as np

from tanheng.example_city import assumptions as a
from tanheng.example_city.energy import Energy
from tanheng.example_city.enterprises import Enterprises
from tanheng.example_city.faults import Fault, Truth, key
from tanheng.example_city.inputs import Bools, Inputs
from tanheng.example_city.output import TableWriter, constant, from_rows
from tanheng.example_city.streams import Streams

# Process class and gas of a fab, kg fed for each GWh of electricity.
_FABS: dict[str, tuple[tuple[str, str, float], ...]] = {
    "chips": (
        ("semiconductor_cvd", "N2O", 60.0),
        ("semiconductor_cvd", "NF3", 10.0),
        ("semiconductor_etch", "CF4", 9.0),
        ("semiconductor_etch", "HFC23", 2.5),
        ("semiconductor_etch", "SF6", 2.0),
        ("semiconductor_etch", "cC4F8", 4.0),
        ("semiconductor_remote_nf3", "NF3", 55.0),
    ),
    "panels": (
        ("display_cvd", "N2O", 90.0),
        ("display_etch", "CF4", 3.0),
        ("display_etch", "SF6", 6.0),
        ("display_remote_nf3", "NF3", 75.0),
    ),
}
_ABATED = ("CF4", "HFC23", "NF3", "SF6", "cC4F8")  # burners are rated for fluorinated gases, not for N2O
# Class of equipment -> kg of gas for each MWh of electricity, share topped up in a year, gases. The last gas of each is
# rare and not in large enterprises: the newest blends, to which some assessment reports give no warming potential.
_COOLING: dict[str, tuple[float, float, tuple[str, ...]]] = {
    "air_conditioning": (0.06, 0.06, ("R-410A", "HFC32", "HCFC22")),
    "chillers": (0.08, 0.03, ("HFC134a", "HCFC22", "R-513A")),
    "gas_insulated_switchgear": (0.004, 0.006, ("SF6",)),
    "industrial_refrigeration": (0.25, 0.08, ("R-404A", "R-507A", "HCFC22")),
    "large_commercial": (0.12, 0.11, ("R-404A", "R-507A", "R-448A")),
}
_RARE, _LARGE_MWH = 0.03, 5000.0
_WEIGHED_SHARE = 0.75  # of the equipment whose top-ups are weighed


def fabs(inputs: Inputs, enterprises: Enterprises, energy: Energy) -> dict[int, str]:
    """Enterprise -> chips or panels: the largest users of electricity in electronics, one in 20, by turns."""
    members = np.flatnonzero(_of(inputs, enterprises, "39"))
    count = -(-len(members) // 20)
    largest = members[np.argsort(-energy.electricity_mwh[members], kind="stable")[:count]]
    return {int(e): ("panels" if place % 4 == 0 else "chips") for place, e in enumerate(largest)}


def write_electronics_gases(
    writer: TableWriter,
    streams: Streams,
    enterprises: Enterprises,
    energy: Energy,
    kinds: dict[int, str],
    faults: dict[int, Fault],
    truth: Truth,
    note: str,
) -> None:
    """Write electronics_gases. A fault sits on the first gas of a fab."""
    rng = streams.of("electronics_gases")
    rows: list[tuple[object, ...]] = []
    for enterprise in sorted(kinds):
        facility = str(enterprises.ids[enterprise])
        abated = rng.uniform(0.6, 0.97)
        fault = faults.get(enterprise)
        for number, (process, gas, per_gwh) in enumerate(_FABS[kinds[enterprise]]):
            level = energy.electricity_mwh[enterprise] / 1000 * per_gwh * np.exp(rng.normal(0.0, 0.3))
            noise = np.exp(rng.normal(0.0, 0.05, len(a.YEARS)))
            for place, year in enumerate(a.YEARS):
                if not energy.reports[enterprise, place]:
                    continue
                used = round(float(level * energy.year_factor_electricity[enterprise, place] * noise[place]), 2)
                if fault is not None and number == 0 and fault.months[0] // 12 == place:
                    true, used = used, round(used * fault.factor, 2)
                    row_key = key(facility_id=facility, year=year, process=process, gas=gas)
                    truth.add(fault, row_key, "used_kg", used, true)
                share = round(min(abated + 0.01 * place, 0.99), 3) if gas in _ABATED else 0.0
                rows.append((facility, year, process, gas, used, share))
    rows.sort(key=lambda row: [str(cell) for cell in row[:4]])
    _write(writer, ("facility_id", "year", "process", "gas", "used_kg", "abated_share"), rows, note)


Refrigerant = tuple[int, int, str, str, float, float]  # enterprise, year, gas, equipment, charge, topped up (kg)


def make_refrigerants(inputs: Inputs, streams: Streams, enterprises: Enterprises, energy: Energy) -> list[Refrigerant]:
    """Charge by the electricity of the enterprise, top-ups (or NaN) where they are weighed; sorted."""
    rng = streams.of("refrigerants")
    rows: list[Refrigerant] = []
    for equipment, owners in _owners(rng, inputs, enterprises, energy).items():
        kg_per_mwh, topped_up, gases = _COOLING[equipment]
        who = np.flatnonzero(owners)
        charge = energy.electricity_mwh[who] * kg_per_mwh * np.exp(rng.normal(0.0, 0.4, len(who)))
        charge = np.round(charge.clip(2.0), 1)
        common = max(len(gases) - 1, 1)
        gas = np.minimum((rng.random(len(who)) * (common + _RARE)).astype(np.int64), len(gases) - 1)
        gas = np.where(energy.electricity_mwh[who] > _LARGE_MWH, np.minimum(gas, common - 1), gas)
        weighed = rng.random(len(who)) < _WEIGHED_SHARE
        noise = np.exp(rng.normal(0.0, 0.5, (len(who), len(a.YEARS))))
        most = charge[:, None] * 0.8
        topped = np.round((charge[:, None] * topped_up * noise).clip(0, most), 2)
        topped[~weighed] = np.nan
        for place, year in enumerate(a.YEARS):
            for i in np.flatnonzero(energy.reports[who, place]).tolist():
                rows.append((int(who[i]), year, gases[gas[i]], equipment, float(charge[i]), float(topped[i, place])))
    return sorted(rows, key=lambda row: row[:4])


def weighing(rows: list[Refrigerant]) -> set[int]:
    """Enterprises that weighed what they topped up in every year: candidates for a planted fault."""
    years: dict[int, set[int]] = {}
    for enterprise, year, _gas, _equipment, _charge, added in rows:
        if not np.isnan(added):
            years.setdefault(enterprise, set()).add(year)
    return {enterprise for enterprise, found in years.items() if len(found) == len(a.YEARS)}


def write_refrigerants(
    writer: TableWriter,
    enterprises: Enterprises,
    rows: list[Refrigerant],
    faults: dict[int, Fault],
    truth: Truth,
    note: str,
) -> None:
    """Write refrigerants. A fault sits on the first equipment with a weighed top-up in its year."""
    planted: set[int] = set()
    said: list[tuple[object, ...]] = []
    for enterprise, year, gas, equipment, charge, added in rows:
        facility = str(enterprises.ids[enterprise])
        fault = faults.get(enterprise)
        topped_up = added
        if (
            fault is not None
            and enterprise not in planted
            and a.YEARS[fault.months[0] // 12] == year
            and not np.isnan(added)
        ):
            planted.add(enterprise)
            topped_up = round(charge * 1.6, 2)
            row_key = key(facility_id=facility, year=year, gas=gas, equipment=equipment)
            truth.add(fault, row_key, "topped_up_kg", topped_up, added)
        said.append((facility, year, gas, equipment, charge, topped_up, 0.0))
    names = ("facility_id", "year", "gas", "equipment", "charge_kg", "topped_up_kg", "recovered_kg")
    _write(writer, names, said, note)


def _owners(rng: np.random.Generator, inputs: Inputs, enterprises: Enterprises, energy: Energy) -> dict[str, Bools]:
    mwh = energy.electricity_mwh
    food = _of(inputs, enterprises, "13", "14", "15", "52", "59", "61", "62")
    cold = _of(inputs, enterprises, "13", "14", "59")

    def some(share: float) -> Bools:
        return np.asarray(rng.random(len(mwh)) < share)

    return {
        "air_conditioning": (mwh > 150) & some(0.3),
        "chillers": (mwh > 1500) & some(0.7),
        "gas_insulated_switchgear": (mwh > 20_000) & some(0.8),
        "industrial_refrigeration": cold & (mwh > 800) & some(0.6),
        "large_commercial": food & (mwh > 300) & some(0.4),
    }


def _of(inputs: Inputs, enterprises: Enterprises, *codes: str) -> Bools:
    return np.asarray(np.array([d.code in codes for d in inputs.divisions])[enterprises.division])


def _write(writer: TableWriter, names: tuple[str, ...], rows: list[tuple[object, ...]], note: str) -> None:
    writer.write(
        from_rows(writer.table, names, rows)
        | {"origin": constant("made_up", len(rows)), "source": constant(note, len(rows))}
    )
