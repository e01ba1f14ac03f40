"""Table projects: what asks for head-room in a district's carbon budget."""

from __future__ import annotations

import numpy as np

from tanheng.example_city import assumptions as a
from tanheng.example_city.energy import Energy
from tanheng.example_city.enterprises import Enterprises
from tanheng.example_city.faults import MONTHS, Fault, Truth, key
from tanheng.example_city.inputs import Inputs
from tanheng.example_city.output import TableWriter, constant, from_rows
from tanheng.example_city.streams import Streams

_STATES = {"applied": 0.45, "approved": 0.25, "refused": 0.10, "running": 0.20}
_ELECTRICITY_TCE_PER_MWH = 0.1229
_VALUE_10K_CNY_PER_EMPLOYEE = 40.0
_NAMES = (
    "project_id",
    "name",
    "district_id",
    "sector",
    "starts",
    "energy_tce",
    "emissions_tco2e",
    "value_added_10k_cny",
    "state",
)


def write(
    writer: TableWriter,
    inputs: Inputs,
    streams: Streams,
    enterprises: Enterprises,
    energy: Energy,
    scale: float,
    truth: Truth,
    note: str,
) -> None:
    """Write the table: some 80 projects at scale 1, each a part of the size of an enterprise that exists.

    A project filed twice stands a second time under its identifier and -B.
    """
    rng = streams.of("projects")
    count = min(max(round(80 * scale), 8), 400, len(enterprises))
    size = energy.size_tco2
    likely = np.sqrt(size) / np.sqrt(size).sum()
    like = rng.choice(len(enterprises), size=count, replace=False, p=likely)
    part = rng.uniform(0.1, 0.8, count)
    state = rng.choice(len(_STATES), size=count, p=list(_STATES.values()))
    # What runs began in 2023 or 2024; the others begin from 2025 on.
    runs = np.array(list(_STATES))[state] == "running"
    month = np.where(runs, rng.integers(36, MONTHS, count), rng.integers(MONTHS, MONTHS + 48, count))
    fuel_gj = (energy.fuel_co2 / np.array([a.TCO2_PER_GJ[fuel[3]] for fuel in a.FUELS.values()])).sum(axis=1)
    tce = fuel_gj / a.GJ_PER_TCE + energy.electricity_mwh * _ELECTRICITY_TCE_PER_MWH
    rows: list[list[object]] = []
    for number, enterprise in enumerate(like.tolist()):
        division = inputs.divisions[int(enterprises.division[enterprise])]
        district = int(enterprises.district[enterprise])
        value = float(enterprises.employees[enterprise]) * division.value_per_employee * _VALUE_10K_CNY_PER_EMPLOYEE
        rows.append(
            [
                f"DEMO-P{number + 1:04d}",
                f"Demo project {number + 1:04d}, {division.slug} ({inputs.district_names[district]})",
                inputs.districts[district],
                division.code,
                (np.datetime64(f"{a.YEARS[0]}-01") + int(month[number])).astype("datetime64[D]"),
                round(float(tce[enterprise] * part[number]), 1),
                round(float(size[enterprise] * part[number]), 1),
                round(value * float(part[number]), 1),
                list(_STATES)[int(state[number])],
            ]
        )
    for place in range(min(max(round(2 * scale), 1), count)):
        twin = [f"{rows[place * 3 % count][0]}-B", *rows[place * 3 % count][1:]]
        fault = Fault(f"P{place + 1:05d}", "projects", "duplicate_row", -1)
        truth.add(fault, key(project_id=twin[0]), "", "filed twice", rows[place * 3 % count][0])
        rows.append(twin)
    rows.sort(key=lambda row: str(row[0]))
    writer.write(
        from_rows(writer.table, _NAMES, rows)
        | {"origin": constant("made_up", len(rows)), "source": constant(note, len(rows))}
    )
