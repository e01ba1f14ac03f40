"""The smaller tables of the enterprises: processes, refrigerants, gases of the electronics industry."""

from __future__ import annotations

import numpy as np

from tanheng.example_city import assumptions as a
from tanheng.example_city.energy import Energy, walk
from tanheng.example_city.enterprises import Enterprises
from tanheng.example_city.faults import MONTHS, Fault, Truth, key
from tanheng.example_city.inputs import Inputs
from tanheng.example_city.monthly import FIRST, deal_out, open_months
from tanheng.example_city.output import Coded, TableWriter, constant
from tanheng.example_city.streams import Streams

# tCO2/t, IPCC 2006 vol. 3 table 2.1 and GB/T 32151.1; a test holds them beside the rulebook.
PROCESS_FACTORS = {"carbonate_soda": 0.41492, "carbonate_calcite": 0.43971, "carbonate_dolomite": 0.47732, "fgd_carbonate": 0.44}
PROCESSES = tuple(PROCESS_FACTORS)
MONTHS_BEFORE_END = (a.YEARS.index(a.ANCHOR_YEAR) + 1) * 12
# Process class and gas of a fab, kg for each GWh of electricity.
_FABS: dict[str, tuple[tuple[str, str, float], ...]] = {
    "chips": (
        ("semiconductor_etch", "CF4", 9.0),
        ("semiconductor_etch", "HFC23", 2.5),
        ("semiconductor_etch", "SF6", 2.0),
        ("semiconductor_etch", "cC4F8", 4.0),
        ("semiconductor_cvd", "NF3", 10.0),
        ("semiconductor_cvd", "N2O", 60.0),
        ("semiconductor_remote_nf3", "NF3", 55.0),
    ),
    "panels": (
        ("display_etch", "SF6", 6.0),
        ("display_etch", "CF4", 3.0),
        ("display_remote_nf3", "NF3", 75.0),
        ("display_cvd", "N2O", 90.0),
    ),
}
_COOLING: dict[str, tuple[str, ...]] = {
    "chillers": ("HFC134a", "R-513A", "HCFC22"),
    "air_conditioning": ("R-410A", "HFC32", "HCFC22"),
    "large_commercial": ("R-404A", "R-507A", "R-448A"),
    "industrial_refrigeration": ("R-404A", "R-507A", "HCFC22"),
    "gas_insulated_switchgear": ("SF6",),
}
_TOPPED_UP = {
    "chillers": 0.03,
    "air_conditioning": 0.06,
    "large_commercial": 0.11,
    "industrial_refrigeration": 0.08,
    "gas_insulated_switchgear": 0.006,
}


def code_is(inputs: Inputs, enterprises: Enterprises, *codes: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which enterprises belong to one of the divisions."""
    return np.asarray(np.array([d.code in codes for d in inputs.divisions])[enterprises.division])


def process_series(
    inputs: Inputs, streams: Streams, enterprises: Enterprises, energy: Energy, scale: float
) -> list[tuple[int, int, float]]:
    """(enterprise, process, t a year): carbonates of glass works, sorbent of those that burn coal."""
    rng = streams.of("process_activity")
    fuel = energy.fuel_co2.sum(axis=1)
    glass = code_is(inputs, enterprises, "30") & (fuel > 300)
    coal = energy.fuel_co2[:, list(a.FUELS).index("bituminous")]
    found: list[tuple[int, int, float]] = []
    for enterprise in np.flatnonzero(glass):
        melted = fuel[enterprise] / 0.5  # 0.5 t CO2 of fuel for a tonne melted
        found += [
            (int(enterprise), process, melted * share * rng.uniform(0.8, 1.2))
            for process, share in ((0, 0.18), (1, 0.06), (2, 0.12))
        ]
    for enterprise in np.flatnonzero(coal > 200):
        tonnes = coal[enterprise] / a.FUELS["bituminous"][0]
        found.append((int(enterprise), 3, tonnes * 0.02 * rng.uniform(0.8, 1.2)))
    # What is written for the anchor year adds up to the city's processes.
    year = a.YEARS.index(a.ANCHOR_YEAR)
    months = (MONTHS_BEFORE_END - enterprises.opened_month).clip(0, 12) / 12 * energy.reports[:, year]
    factor = list(PROCESS_FACTORS.values())
    total = sum(tonnes * factor[process] * months[enterprise] for enterprise, process, tonnes in found)
    stretch = a.PROCESS_TCO2 * scale / total if total else 0.0
    return sorted((enterprise, process, float(tonnes * stretch)) for enterprise, process, tonnes in found)


def write_process_activity(
    writer: TableWriter,
    streams: Streams,
    enterprises: Enterprises,
    energy: Energy,
    series: list[tuple[int, int, float]],
    faults: dict[int, Fault],
    truth: Truth,
    note: str,
) -> dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]]:
    """Writes process_activity; returns t by process and year before faults were planted."""
    rng = streams.of("process_activity.months")
    who = np.array([s[0] for s in series], dtype=np.int64)
    process = np.array([s[1] for s in series], dtype=np.int64)
    yearly = np.array([s[2] for s in series])[:, None] * energy.year_factor_fuel[who] if series else np.zeros((0, len(a.YEARS)))
    is_open = open_months(enterprises, energy, who)
    noise = walk(rng, len(series), MONTHS, a.MONTH_SIGMA, a.MONTH_MEMORY)
    amount = np.round(deal_out(yearly, np.ones((len(series), 12)), noise, is_open), 3)
    copies = (is_open & (amount > 0)).astype(np.int64)
    totals = {
        name: (amount * copies)[process == code].reshape(-1, len(a.YEARS), 12).sum(axis=(0, 2))
        for code, name in enumerate(PROCESSES)
    }
    measured = np.where(rng.random(len(series)) < 0.2, rng.normal(1.0, 0.01, len(series)), np.nan)
    factor = np.array(list(PROCESS_FACTORS.values()))[process]
    done: set[int] = set()
    for position, enterprise in enumerate(who.tolist()):
        fault = faults.get(enterprise)
        if fault is None or enterprise in done:
            continue
        done.add(enterprise)
        for m in fault.months:
            true = amount[position, m]
            row = key(facility_id=enterprises.ids[enterprise], month=f"{FIRST + m}-01", process=PROCESSES[process[position]])
            if fault.kind == "duplicate_row":
                copies[position, m] = 2
                truth.add(fault, row, "", "twice", "once")
            else:
                amount[position, m] = np.round(true * fault.factor, 3)
                truth.add(fault, row, "amount_t", amount[position, m], true)
    row_index, column = np.nonzero(copies)
    times = copies[row_index, column]
    row_index, column = np.repeat(row_index, times), np.repeat(column, times)
    names = np.argsort(np.argsort(PROCESSES))[process[row_index]]
    order = np.lexsort((names, column, who[row_index]))
    row_index, column = row_index[order], column[order]
    has = ~np.isnan(measured[row_index])
    writer.write(
        {
            "facility_id": Coded(who[row_index], enterprises.ids.tolist()),
            "month": (FIRST + column).astype("datetime64[D]"),
            "process": Coded(process[row_index], PROCESSES),
            "amount_t": amount[row_index, column],
            "measured_factor_tco2_per_t": np.round(measured[row_index] * factor[row_index], 5),
            "evidence": Coded(np.where(has, column, -1), [f"DEMO-LAB-{FIRST + m}" for m in range(MONTHS)]),
            "origin": constant("made_up", len(row_index)),
            "source": constant(note, len(row_index)),
        }
    )
    return totals


def fabs(inputs: Inputs, enterprises: Enterprises, energy: Energy) -> dict[int, str]:
    """Enterprise -> chips or panels: the largest users of electricity in electronics, one in 20, by turns."""
    members = np.flatnonzero(code_is(inputs, enterprises, "39"))
    count = max(len(members) // 20, 1) if len(members) else 0
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
    """Writes electronics_gases: kg a year for each process class and gas of the fabs."""
    rng = streams.of("electronics_gases")
    rows: list[tuple[str, int, str, str, float, float]] = []
    for enterprise in sorted(kinds):
        abated = rng.uniform(0.6, 0.97)
        for number, (process, gas, per_gwh) in enumerate(sorted(_FABS[kinds[enterprise]])):
            level = energy.electricity_mwh[enterprise] / 1000 * per_gwh * np.exp(rng.normal(0.0, 0.3))
            fault = faults.get(enterprise) if number == 0 else None
            for place, year in enumerate(a.YEARS):
                noise = np.exp(rng.normal(0.0, 0.05))
                if not energy.reports[enterprise, place]:
                    continue
                used = round(float(level * energy.year_factor_electricity[enterprise, place] * noise), 2)
                if fault is not None and fault.months[0] // 12 == place:
                    wrong = round(used * fault.factor, 2)
                    row = key(facility_id=enterprises.ids[enterprise], year=year, process=process, gas=gas)
                    truth.add(fault, row, "used_kg", wrong, used)
                    used = wrong
                rows.append((str(enterprises.ids[enterprise]), year, process, gas, used, round(min(abated + 0.01 * place, 0.99), 3)))
    rows.sort(key=lambda row: row[:4])
    columns = list(zip(*rows, strict=True)) if rows else [()] * 6
    names = ("facility_id", "year", "process", "gas", "used_kg", "abated_share")
    kinds_of = (object, np.int64, object, object, np.float64, np.float64)
    writer.write(
        {name: np.array(cells, dtype=kind) for name, cells, kind in zip(names, columns, kinds_of, strict=True)}
        | {"origin": constant("made_up", len(rows)), "source": constant(note, len(rows))}
    )


def write_refrigerants(
    writer: TableWriter,
    inputs: Inputs,
    streams: Streams,
    enterprises: Enterprises,
    energy: Energy,
    faults: dict[int, Fault],
    truth: Truth,
    note: str,
) -> None:
    """Writes refrigerants: charge and top-up a year, by the electricity of the enterprise."""
    rng = streams.of("refrigerants")
    count = len(enterprises)
    mwh = energy.electricity_mwh
    food = code_is(inputs, enterprises, "13", "14", "15", "52", "59", "61", "62")
    has = {
        "chillers": (mwh > 1500) & (rng.random(count) < 0.7),
        "air_conditioning": (mwh > 150) & (rng.random(count) < 0.3),
        "large_commercial": food & (mwh > 300) & (rng.random(count) < 0.4),
        "industrial_refrigeration": code_is(inputs, enterprises, "13", "14", "59") & (mwh > 800) & (rng.random(count) < 0.6),
        "gas_insulated_switchgear": (mwh > 20_000) & (rng.random(count) < 0.8),
    }
    kg_per_mwh = {"chillers": 0.08, "air_conditioning": 0.06, "large_commercial": 0.12, "industrial_refrigeration": 0.25, "gas_insulated_switchgear": 0.004}
    parts = []
    for equipment, mask in sorted(has.items()):
        who = np.flatnonzero(mask)
        charge = mwh[who] * kg_per_mwh[equipment] * np.exp(rng.normal(0.0, 0.4, len(who)))
        charge = np.round(charge.clip(2.0), 1)
        gas = rng.integers(0, len(_COOLING[equipment]), len(who))
        weighed = rng.random(len(who)) < 0.75
        noise = np.exp(rng.normal(0.0, 0.5, (len(who), len(a.YEARS))))
        topped = np.where(weighed[:, None], np.round((charge[:, None] * _TOPPED_UP[equipment] * noise).clip(0, charge[:, None] * 0.8), 2), np.nan)
        for place, year in enumerate(a.YEARS):
            there = energy.reports[who, place]
            parts.append(
                [
                    (int(e), year, _COOLING[equipment][g], equipment, c, t)
                    for e, g, c, t in zip(who[there], gas[there], charge[there], topped[there, place], strict=True)
                ]
            )
    rows = sorted((row for part in parts for row in part), key=lambda row: row[:4])
    done: set[int] = set()
    cells = []
    for enterprise, year, gas_name, equipment, charge_kg, topped_kg in rows:
        fault = faults.get(enterprise)
        if fault is not None and enterprise not in done and fault.months[0] // 12 == year - a.YEARS[0] and topped_kg == topped_kg:
            done.add(enterprise)
            wrong = round(float(charge_kg) * 1.6, 2)
            row = key(facility_id=enterprises.ids[enterprise], year=year, gas=gas_name, equipment=equipment)
            truth.add(fault, row, "topped_up_kg", wrong, topped_kg)
            topped_kg = wrong
        cells.append((str(enterprises.ids[enterprise]), year, gas_name, equipment, charge_kg, topped_kg))
    columns = list(zip(*cells, strict=True)) if cells else [()] * 6
    names = ("facility_id", "year", "gas", "equipment", "charge_kg", "topped_up_kg")
    kinds = (object, np.int64, object, object, np.float64, np.float64)
    writer.write(
        {name: np.array(values, dtype=kind) for name, values, kind in zip(names, columns, kinds, strict=True)}
        | {
            "recovered_kg": np.zeros(len(cells)),
            "origin": constant("made_up", len(cells)),
            "source": constant(note, len(cells)),
        }
    )


def refrigerant_owners(energy: Energy) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Enterprises large enough to weigh what they top up, most likely: candidates for a planted fault."""
    return np.asarray(energy.electricity_mwh > 1500)
