"""Tables facilities and annual_reports."""

from __future__ import annotations

import numpy as np

from tanheng.example_city import assumptions as a
from tanheng.example_city import positions
from tanheng.example_city.energy import Energy, walk
from tanheng.example_city.enterprises import Enterprises
from tanheng.example_city.faults import Fault, Truth, key
from tanheng.example_city.inputs import Bools, Floats, Inputs
from tanheng.example_city.output import Coded, TableWriter, constant
from tanheng.example_city.streams import Streams

_WELL_OUTSIDE = 0.002  # degrees, some 200 m: borders are known no better
_FAR = np.array([-0.61, 0.05])  # degrees: the 60 km of a real fault, the landfill plant at Xiaping


def shows_as_gcj02(inputs: Inputs, enterprises: Enterprises) -> Bools:
    """Enterprises that would fall well outside their district if their position were written down in GCJ-02."""
    shifted = positions.to_gcj02(enterprises.position)
    outside = np.ones(len(enterprises), dtype=np.bool_)
    for index, code in enumerate(inputs.districts):
        here = enterprises.district == index
        for east in (-_WELL_OUTSIDE, 0.0, _WELL_OUTSIDE):
            for north in (-_WELL_OUTSIDE, 0.0, _WELL_OUTSIDE):
                outside[here] &= ~positions.inside(shifted[here] + np.array([east, north]), inputs.polygons[code])
    return outside


def write_facilities(
    writer: TableWriter, inputs: Inputs, enterprises: Enterprises, faults: dict[int, Fault], truth: Truth, note: str
) -> None:
    """Write facilities. A facility registered twice stands a second time under its identifier and -B."""
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
    scale: float,
    faults: dict[int, Fault],
    truth: Truth,
    note: str,
) -> None:
    """Write annual_reports: due on 31 March of the next year, some late.

    Those of the last year are provisional and have no day of submission yet: a run at the end of that year
    would find it in the future.
    """
    values = value_added(inputs, streams, enterprises, energy, scale)
    rng = streams.of("annual_reports.days")
    shape = values.shape
    late = rng.random(shape) < a.LATE_REPORT_SHARE
    day = np.where(late, rng.integers(90, 200, shape), rng.integers(10, 89, shape))
    new_year = np.array([np.datetime64(f"{year + 1}-01-01") for year in a.YEARS])
    submitted = new_year[None, :] + day
    submitted[:, -1] = np.datetime64("NaT")
    ratio = np.exp(rng.normal(0.0, 0.5, shape[0]))[:, None] * np.exp(rng.normal(0.0, 0.04, shape))
    output = np.round(values * ratio / 10, 1)
    units = [d.output_unit for d in inputs.divisions]
    without = np.array([unit == "" for unit in units])[enterprises.division]
    for enterprise, fault in sorted(faults.items()):
        year = fault.months[0] // 12
        row = key(facility_id=enterprises.ids[enterprise], year=a.YEARS[year])
        if fault.kind == "future_submission":
            year = min(year, len(a.YEARS) - 2)
            row = key(facility_id=enterprises.ids[enterprise], year=a.YEARS[year])
            honest = submitted[enterprise, year]
            submitted[enterprise, year] = np.datetime64(f"{int(str(honest)[:4]) + 30}{str(honest)[4:]}")
            truth.add(fault, row, "submitted", submitted[enterprise, year], honest)
        else:
            true = values[enterprise, year]
            values[enterprise, year] = np.round(true * fault.factor, 1)
            truth.add(fault, row, "value_added_10k_cny", values[enterprise, year], true)
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
