"""The tables that are no measurements: facilities, annual reports, projects."""

from __future__ import annotations

import numpy as np

from tanheng.example_city import assumptions as a
from tanheng.example_city import positions
from tanheng.example_city.energy import Energy, walk
from tanheng.example_city.enterprises import Enterprises
from tanheng.example_city.faults import Fault, Truth, key
from tanheng.example_city.inputs import Floats, Inputs
from tanheng.example_city.output import Coded, TableWriter, constant
from tanheng.example_city.streams import Streams

_FAR = np.array([-0.61, 0.05])  # degrees: the 60 km of a real fault, the landfill plant at Xiaping


def shows_as_gcj02(inputs: Inputs, enterprises: Enterprises) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Enterprises that would fall outside their district if their position were written down in GCJ-02."""
    shifted = positions.to_gcj02(enterprises.position)
    outside = np.zeros(len(enterprises), dtype=np.bool_)
    for index, code in enumerate(inputs.districts):
        here = enterprises.district == index
        outside[here] = ~positions.inside(shifted[here], inputs.polygons[code])
    return outside


def write_facilities(
    writer: TableWriter, inputs: Inputs, enterprises: Enterprises, faults: dict[int, Fault], truth: Truth, note: str
) -> None:
    """Writes facilities. A facility registered twice stands a second time under its identifier and -B."""
    position = enterprises.position.copy()
    opened = enterprises.opened.astype("datetime64[D]").copy()
    ids = enterprises.ids.tolist()
    index = list(range(len(ids)))
    for enterprise, fault in sorted(faults.items()):
        row = key(facility_id=enterprises.ids[enterprise])
        true = position[enterprise].copy()
        if fault.kind == "gcj02_position":
            position[enterprise] = positions.to_gcj02(true[None, :])[0]
        elif fault.kind == "far_outside":
            position[enterprise] = np.round(true + _FAR, 6)
        elif fault.kind == "future_opening":
            honest = opened[enterprise]
            year = int(str(honest)[:4])
            opened[enterprise] = np.datetime64(f"{year + 100}{str(honest)[4:]}")
            truth.add(fault, row, "opened", opened[enterprise], honest)
        else:
            ids.append(f"{enterprises.ids[enterprise]}-B")
            index.append(enterprise)
            truth.add(fault, key(facility_id=ids[-1]), "", "registered twice", enterprises.ids[enterprise])
        if fault.kind in ("gcj02_position", "far_outside"):
            for place, column in enumerate(("lon", "lat")):
                truth.add(fault, row, column, position[enterprise, place], true[place])
    order = np.array(sorted(range(len(ids)), key=ids.__getitem__))
    rows = np.array(index)[order]
    writer.write(
        {
            "facility_id": np.array(ids, dtype=object)[order],
            "name": enterprises.names[rows],
            "organisation_id": np.array([f"{i[:11]}-ORG" for i in ids], dtype=object)[order],
            "district_id": Coded(enterprises.district[rows], inputs.districts),
            "sector": Coded(enterprises.division[rows], [d.code for d in inputs.divisions]),
            "lon": position[rows, 0],
            "lat": position[rows, 1],
            "employees": enterprises.employees[rows],
            "opened": opened[rows],
            "capacity_mw": np.full(len(rows), np.nan),
            "origin": constant("made_up", len(rows)),
            "source": constant(note, len(rows)),
        }
    )


def value_added(inputs: Inputs, streams: Streams, enterprises: Enterprises, energy: Energy, scale: float) -> Floats:
    """Enterprises x years, 10,000 yuan at current prices: a stated part of the broad sector's value added."""
    rng = streams.of("annual_reports")
    weight = enterprises.employees * np.array([d.value_per_employee for d in inputs.divisions])[enterprises.division]
    weight = weight * np.exp(rng.normal(0.0, 0.35, len(enterprises)))
    noise = np.exp(walk(rng, len(enterprises), len(a.YEARS), a.YEAR_SIGMA, a.YEAR_MEMORY))
    result = np.zeros((len(enterprises), len(a.YEARS)))
    for sector, covered in a.VALUE_ADDED_COVERED.items():
        members = np.array([d.broad_sector == sector for d in inputs.divisions])[enterprises.division]
        for place, year in enumerate(a.YEARS):
            total = _sector_value(inputs, sector, year) * 1e4 * covered * scale
            parts = weight[members] * noise[members, place] * energy.reports[members, place]
            if parts.sum() > 0:
                result[members, place] = parts / parts.sum() * total
    return np.round(result, 1)


def _sector_value(inputs: Inputs, sector: str, year: int) -> float:
    """100 million yuan; a year without sectors takes the share of the next year that has them."""
    known = inputs.value_added.get((sector, year))
    if known is not None:
        return known
    after = min(y for s, y in inputs.value_added if s == sector and y > year)
    return inputs.value_added[sector, after] / inputs.gdp[after][0] * inputs.gdp[year][0]


def write_annual_reports(
    writer: TableWriter,
    inputs: Inputs,
    streams: Streams,
    enterprises: Enterprises,
    energy: Energy,
    values: Floats,
    faults: dict[int, Fault],
    truth: Truth,
    note: str,
) -> None:
    """Writes annual_reports: due on 31 March of the next year, some late."""
    rng = streams.of("annual_reports.days")
    shape = values.shape
    late = rng.random(shape) < a.LATE_REPORT_SHARE
    day = np.where(late, rng.integers(90, 200, shape), rng.integers(10, 89, shape))
    new_year = np.array([np.datetime64(f"{year + 1}-01-01") for year in a.YEARS])
    submitted = new_year[None, :] + day
    ratio = np.exp(rng.normal(0.0, 0.5, shape[0]))[:, None] * np.exp(rng.normal(0.0, 0.04, shape))
    output = np.round(values * ratio / 10, 1)
    units = [d.output_unit for d in inputs.divisions]
    without = np.array([unit == "" for unit in units])[enterprises.division]
    values = values.copy()
    for enterprise, fault in sorted(faults.items()):
        place = fault.months[0] // 12
        row = key(facility_id=enterprises.ids[enterprise], year=a.YEARS[place])
        if fault.kind == "future_submission":
            honest = submitted[enterprise, place]
            submitted[enterprise, place] = np.datetime64(f"{int(str(honest)[:4]) + 30}{str(honest)[4:]}")
            truth.add(fault, row, "submitted", submitted[enterprise, place], honest)
        else:
            true = values[enterprise, place]
            values[enterprise, place] = np.round(true * fault.factor, 1)
            truth.add(fault, row, "value_added_10k_cny", values[enterprise, place], true)
    who, place = np.nonzero(energy.reports)
    known = sorted({unit for unit in units if unit})
    unit_code = np.array([known.index(unit) if unit else -1 for unit in units])[enterprises.division[who]]
    writer.write(
        {
            "facility_id": Coded(who, enterprises.ids.tolist()),
            "year": np.array(a.YEARS, dtype=np.int64)[place],
            "value_added_10k_cny": values[who, place],
            "output": np.where(without[who], np.nan, output[who, place]),
            "output_unit": Coded(unit_code, known),
            "submitted": submitted[who, place],
            "origin": constant("made_up", len(who)),
            "source": constant(note, len(who)),
        }
    )


def write_projects(
    writer: TableWriter,
    inputs: Inputs,
    streams: Streams,
    enterprises: Enterprises,
    energy: Energy,
    scale: float,
    truth: Truth,
    note: str,
) -> int:
    """Writes projects: some 80 at scale 1, each like an extension of an enterprise of its division. Returns their number."""
    rng = streams.of("projects")
    count = int(min(max(round(80 * scale), 8), 400))
    size = energy.size_tco2
    likely = np.sqrt(size) / np.sqrt(size).sum()
    like = rng.choice(len(enterprises), size=min(count, len(enterprises)), replace=False, p=likely)
    part = rng.uniform(0.1, 0.8, len(like))
    states = ("applied", "approved", "refused", "running")
    state = rng.choice(len(states), size=len(like), p=(0.45, 0.25, 0.1, 0.2))
    # What runs began in 2023 or 2024; what is asked for begins from 2025 on.
    month = np.where(state == 3, rng.integers(36, MONTHS_OF_YEARS, len(like)), rng.integers(MONTHS_OF_YEARS, MONTHS_OF_YEARS + 48, len(like)))
    gj = energy.fuel_co2 @ np.array([1 / a.TCO2_PER_GJ[fuel[3]] for fuel in a.FUELS.values()])
    rows = []
    for number, (enterprise, share) in enumerate(zip(like.tolist(), part, strict=True), start=1):
        division = inputs.divisions[int(enterprises.division[enterprise])]
        district = int(enterprises.district[enterprise])
        tce = gj[enterprise] / a.GJ_PER_TCE + energy.electricity_mwh[enterprise] * 0.1229
        emissions = round(float(size[enterprise] * share), 1)
        value = float(enterprises.employees[enterprise]) * division.value_per_employee * 40 * share
        rows.append(
            [
                f"DEMO-P{number:04d}",
                f"Demo project {number:04d}, {division.slug} ({inputs.district_names[district]})",
                inputs.districts[district],
                division.code,
                np.datetime64("2020-01") + int(month[number - 1]),
                round(float(tce * share), 1),
                emissions,
                round(value, 1),
                states[int(state[number - 1])],
            ]
        )
    planted = min(max(round(2 * scale), 1), len(rows))
    for place in range(planted):
        twin = list(rows[place * 3 % len(rows)])
        twin[0] = f"{twin[0]}-B"
        fault = Fault(f"P{place + 1:05d}", "projects", "duplicate_row", -1)
        truth.add(fault, key(project_id=twin[0]), "", "filed twice", rows[place * 3 % len(rows)][0])
        rows.append(twin)
    rows.sort(key=lambda row: str(row[0]))
    names = ("project_id", "name", "district_id", "sector", "starts", "energy_tce", "emissions_tco2e", "value_added_10k_cny", "state")
    kinds = (object, object, object, object, "datetime64[M]", np.float64, np.float64, np.float64, object)
    columns = list(zip(*rows, strict=True))
    writer.write(
        {name: np.array(cells, dtype=kind) for name, cells, kind in zip(names, columns, kinds, strict=True)}
        | {"origin": constant("made_up", len(rows)), "source": constant(note, len(rows))}
    )
    return len(rows)


MONTHS_OF_YEARS = len(a.YEARS) * 12
