"""The made-up layer of the example city, from one seed: read, fit, draw, write, check."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tanheng.example_city import assumptions as a
from tanheng.example_city import gases, monthly, registers, sizes
from tanheng.example_city import energy as energies
from tanheng.example_city import enterprises as companies
from tanheng.example_city.area import write_area_sources
from tanheng.example_city.faults import Chooser, Fault, Truth, of_table
from tanheng.example_city.inputs import Inputs, read_inputs
from tanheng.example_city.output import TableWriter
from tanheng.example_city.streams import Streams
from tanheng.example_city.structure import Structure, split
from tanheng.example_city.summary import Check, Summary
from tanheng.measures import base_tables
from tanheng.measures.dual_control import tables as dual_control_tables
from tanheng.measures.inventory import tables as inventory_tables
from tanheng.problems import reject
from tanheng.warehouse.schema import Table

LAYER = "demonstration"
SEED = 440_300
Progress = Callable[[str, float], None]

_COLUMNS: dict[str, tuple[str, ...]] = {
    table.name: tuple(column.name for column in table.columns)
    for table in (
        base_tables.FACILITIES,
        base_tables.ANNUAL_REPORTS,
        inventory_tables.FUEL_USE,
        inventory_tables.PURCHASED_ENERGY,
        inventory_tables.PROCESS_ACTIVITY,
        inventory_tables.REFRIGERANTS,
        inventory_tables.ELECTRONICS_GASES,
        inventory_tables.AREA_SOURCES,
        dual_control_tables.PROJECTS,
    )
}


def make_city(
    folder: Path | str,
    seed: int = SEED,
    scale: float = 1.0,
    progress: Progress | None = None,
    *,
    out: Path | str | None = None,
) -> Summary:
    """Write the made-up layer of a city folder: ``folder/demonstration``, or ``out``.

    ``folder`` holds the real layer (``real/``) of examples/shenzhen. ``scale`` multiplies the number of
    enterprises and what they emit together; the area sources stay those of the city, so only scale 1 meets the city's totals.
    ``progress`` is told what is being done and which share is done. The files are put together beside
    their place and moved there in one step; an older layer is replaced.

    Raises
    ------
    InputRejected
        When the real layer is not complete, the scale is not between 0.005 and 100, or ``out`` is a folder with other files.
    """
    folder = Path(folder)
    if not 0.005 <= scale <= 100:
        raise reject("example_city.E002", folder, f"the scale is {scale:g}, and must be from 0.005 to 100")
    if seed < 0:
        raise reject("example_city.E002", folder, f"the seed is {seed}, and must be 0 or more")
    target = Path(out) if out is not None else folder / LAYER
    if target.exists() and not (target.is_dir() and ((target / "NOTICE.txt").is_file() or not any(target.iterdir()))):
        raise reject(
            "example_city.E003", target, "holds something else than a made-up layer, and is not overwritten",
            hint="name another folder, or empty it",
        )
    inputs = read_inputs(folder)
    building = target.with_name(f".{target.name}.part")
    if building.exists():
        shutil.rmtree(building)
    building.mkdir(parents=True)
    try:
        summary = _make(inputs, building, target, seed, scale, progress or (lambda _what, _share: None))
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    if target.exists():
        shutil.rmtree(target)
    building.rename(target)
    return summary


def notice(inputs: Inputs, seed: int, scale: float) -> dict[str, str]:
    """What stands in the metadata of every file of the layer."""
    together = hashlib.sha256("".join(f"{name} {digest}\n" for name, digest in inputs.hashes).encode()).hexdigest()
    return {
        "notice": "demonstration data: made up by tanheng make-city, no figure belongs to a real enterprise",
        "seed": str(seed),
        "scale": f"{scale:g}",
        "generator": a.VERSION,
        "inputs_sha256": together,
    }


def _make(inputs: Inputs, folder: Path, target: Path, seed: int, scale: float, progress: Progress) -> Summary:
    streams = Streams(seed)
    said = notice(inputs, seed, scale)
    note = f"demonstration data, seed {seed}"
    truth = Truth()

    def writer(table: Table) -> TableWriter:
        return TableWriter(folder, table, said, _COLUMNS[table.name])

    progress("enterprises", 0.0)
    structure = split(inputs)
    enterprises = companies.make(inputs, streams, scale)
    progress("energy", 0.05)
    energy = energies.make(inputs, streams, structure, enterprises, scale)
    series = monthly.fuel_series(streams, energy)
    levels = monthly.exchange(inputs, streams, enterprises, energy)
    processes = gases.process_series(inputs, streams, enterprises, energy, scale)
    fabs = gases.fabs(inputs, enterprises, energy)
    faults = _choose(inputs, streams, enterprises, energy, series, levels, processes, fabs, scale)
    rows: dict[str, int] = {}

    progress("fuel_use", 0.15)
    with writer(inventory_tables.FUEL_USE) as out:
        fuel_co2 = monthly.write_fuel_use(
            out, inputs, streams, enterprises, energy, series, of_table(faults, "fuel_use"), truth, note
        )
    rows["fuel_use"] = out.rows
    progress("purchased_energy", 0.5)
    with writer(inventory_tables.PURCHASED_ENERGY) as out:
        electricity = monthly.write_purchased_energy(
            out, inputs, streams, enterprises, energy, levels, of_table(faults, "purchased_energy"), truth, note
        )
    rows["purchased_energy"] = out.rows
    progress("smaller tables", 0.85)
    with writer(inventory_tables.PROCESS_ACTIVITY) as out:
        processed = gases.write_process_activity(
            out, streams, enterprises, energy, processes, of_table(faults, "process_activity"), truth, note
        )
    rows["process_activity"] = out.rows
    with writer(inventory_tables.ELECTRONICS_GASES) as out:
        gases.write_electronics_gases(
            out, streams, enterprises, energy, fabs, of_table(faults, "electronics_gases"), truth, note
        )
    rows["electronics_gases"] = out.rows
    with writer(inventory_tables.REFRIGERANTS) as out:
        gases.write_refrigerants(
            out, inputs, streams, enterprises, energy, of_table(faults, "refrigerants"), truth, note
        )
    rows["refrigerants"] = out.rows
    with writer(inventory_tables.AREA_SOURCES) as out:
        area_co2 = write_area_sources(out, inputs, structure, note)
    rows["area_sources"] = out.rows
    values = registers.value_added(inputs, streams, enterprises, energy, scale)
    with writer(base_tables.ANNUAL_REPORTS) as out:
        registers.write_annual_reports(
            out, inputs, streams, enterprises, energy, values, of_table(faults, "annual_reports"), truth, note
        )
    rows["annual_reports"] = out.rows
    with writer(base_tables.FACILITIES) as out:
        registers.write_facilities(out, inputs, enterprises, of_table(faults, "facilities"), truth, note)
    rows["facilities"] = out.rows
    with writer(dual_control_tables.PROJECTS) as out:
        registers.write_projects(out, inputs, streams, enterprises, energy, scale, truth, note)
    rows["projects"] = out.rows

    progress("checks", 0.97)
    process_co2 = sum(processed[name] * factor for name, factor in gases.PROCESS_FACTORS.items())
    checks = _checks(
        inputs, structure, enterprises, energy, scale, fuel_co2, np.asarray(process_co2), area_co2, electricity, values
    )
    summary = Summary(
        folder=target,
        seed=seed,
        scale=scale,
        rows=rows,
        faults=len({line[0] for line in truth.lines}),
        fault_lines=len(truth.lines),
        checks=checks,
    )
    headline = "\n".join(f"{name}: {value}" for name, value in said.items())
    truth.write(folder / "faults.csv", f"The truth about the faults planted on purpose.\n{headline}")
    hashes = "\n".join(f"{digest}  real/{name}" for name, digest in inputs.hashes)
    text = "\n".join(summary.lines())
    (folder / "NOTICE.txt").write_text(
        f"{headline}\n\nThe real layer it was fitted to:\n{hashes}\n\n{text}\n", encoding="utf-8"
    )
    progress("done", 1.0)
    return summary


def _choose(
    inputs: Inputs,
    streams: Streams,
    enterprises: companies.Enterprises,
    energy: energies.Energy,
    series: monthly.Series,
    levels: tuple[NDArray[np.float64], ...],
    processes: list[tuple[int, int, float]],
    fabs: dict[int, str],
    scale: float,
) -> list[Fault]:
    """Faults for enterprises that can carry them and show them: the rarer kinds choose first."""
    count = len(enterprises)
    chooser = Chooser(streams, energy.size_tco2, energy.reports, scale)
    old = enterprises.opened_month == 0
    green = levels[0] > 0

    def among(members: object) -> NDArray[np.bool_]:
        mask = np.zeros(count, dtype=np.bool_)
        mask[np.fromiter(members, dtype=np.int64)] = True  # type: ignore[call-overload]
        return mask & old

    names = list(a.FUELS)
    factor = np.array([a.FUELS[name][0] for name in names])
    amount = energy.fuel_co2 / factor  # t or 10,000 Nm3 a year
    gas = amount[:, names.index("natural_gas")]
    two = np.zeros(count, dtype=np.bool_)
    two[series.enterprise[series.meter == 2]] = True
    burns = old & (amount.max(axis=1) > 60)
    large_series = old & (amount.max(axis=1) > 2000)
    buys = old & (energy.electricity_mwh > 60)
    wants: list[tuple[str, str, NDArray[np.bool_]]] = [
        ("electronics_gases", "x1000_year", among(fabs)),
        ("process_activity", "x1000_month", among({s[0] for s in processes})),
        ("process_activity", "duplicate_row", among({s[0] for s in processes})),
        ("fuel_use", "same_series", old & two),
        ("fuel_use", "d1000_month", large_series),
        ("fuel_use", "d1000_year", large_series),
        ("fuel_use", "x10000_month", old & (gas > 12)),
        ("fuel_use", "x10000_year", old & (gas > 12)),
        ("facilities", "gcj02_position", registers.shows_as_gcj02(inputs, enterprises)),
        ("refrigerants", "part_exceeds_whole", old & gases.refrigerant_owners(energy)),
        ("fuel_use", "x1000_month", burns),
        ("fuel_use", "x1000_year", burns),
        ("fuel_use", "duplicate_row", burns),
        ("fuel_use", "missing_month", burns),
        ("fuel_use", "future_month", burns),
        ("purchased_energy", "d1000_month", old & ~green & (energy.electricity_mwh > 600)),
        ("purchased_energy", "d1000_year", old & ~green & (energy.electricity_mwh > 600)),
        ("purchased_energy", "part_exceeds_whole", buys & green),
        ("purchased_energy", "x1000_month", buys),
        ("purchased_energy", "x10000_month", buys),
        ("purchased_energy", "x1000_year", buys),
        ("purchased_energy", "duplicate_row", buys),
        ("purchased_energy", "missing_month", buys),
        ("purchased_energy", "future_month", buys),
        ("annual_reports", "x10000_year", old),
        ("annual_reports", "future_submission", old),
        ("facilities", "far_outside", old),
        ("facilities", "duplicate_row", old),
        ("facilities", "future_opening", old & (enterprises.opened > np.datetime64("2000-01-01"))),
    ]
    return [fault for table, kind, fits in wants for fault in chooser.choose(table, kind, fits)]


def _checks(
    inputs: Inputs,
    structure: Structure,
    enterprises: companies.Enterprises,
    energy: energies.Energy,
    scale: float,
    fuel_co2: NDArray[np.float64],
    process_co2: NDArray[np.float64],
    area_co2: NDArray[np.float64],
    electricity: NDArray[np.float64],
    values: NDArray[np.float64],
) -> tuple[Check, ...]:
    year = a.YEARS.index(a.ANCHOR_YEAR)
    size = energy.size_tco2[energy.reports[:, year]]
    ordered = np.sort(size)[::-1]
    facilities = fuel_co2 + process_co2
    enterprises_planned = structure.facilities + a.PROCESS_TCO2
    planned = a.CITY_SCOPE1_TCO2 + enterprises_planned * (scale - 1)
    electric = (a.INDUSTRY_MWH + a.SERVICES_MWH) * scale
    within = 0.001 if scale >= 0.5 else 0.01
    exponent, tail_units = sizes.hill_index(inputs.registry_sizes_t["uk"], a.FIT_FROM_T["uk"])
    # The index in the lower half of the tail, where the cut at its upper end does not bend the line.
    slope = sizes.rank_size_slope(size, a.THRESHOLD_TCO2E, a.THRESHOLD_TCO2E * 10)
    opened = enterprises.opened_month[:, None] < (np.arange(len(a.YEARS))[None, :] + 1) * 12
    real = inputs.real_names & set(enterprises.names.tolist())
    return (
        Check("enterprises", "", float(len(enterprises)), a.FACILITIES * scale, 0.01),
        Check("scope 1 of the city 2022, fuel and process, faults undone", "tCO2", float(facilities[year] + area_co2[year]), planned, within),
        *(
            Check(f"scope 1 of the city {y}", "tCO2", float(facilities[i] + area_co2[i]))
            for i, y in enumerate(a.YEARS)
        ),
        Check("scope 1 of enterprises 2022", "tCO2", float(facilities[year])),
        Check("electricity of enterprises 2022", "MWh", float(electricity[year]), electric, within),
        Check("electricity of the city 2022, homes and small users included", "MWh", float(electricity[year]) + sum(a.AREA_MWH.values())),
        Check(f"enterprises above {a.THRESHOLD_TCO2E:g} t in 2022, scope 1 and electricity", "", float((size > a.THRESHOLD_TCO2E).sum()), a.ABOVE_THRESHOLD * scale, 0.06 if scale >= 0.5 else None),
        Check("their share of the enterprises' emissions", "", float(size[size > a.THRESHOLD_TCO2E].sum() / size.sum())),
        Check("share of the ten largest", "", float(ordered[:10].sum() / ordered.sum())),
        Check("largest enterprise", "tCO2", float(ordered[0])),
        Check(f"tail index of UK registry 2022 ({tail_units} installations)", "", exponent),
        Check("tail index of California 2022", "", energy.tail_index_second),
        Check("rank-size slope of the enterprises, 3,000 to 30,000 t", "", slope, -_cut_slope(energy.tail), 0.15 if scale >= 0.5 else None),
        Check("employees", "", float(enterprises.employees.sum()), _employees(inputs) * scale, 0.001 if scale >= 0.5 else None),
        Check("largest gap of a district x sector margin of employment", "", companies.margin_gap(inputs, enterprises, scale)),
        Check("largest gap of a division from its fitted number of units", "units", enterprises.division_gap),
        Check("value added of enterprises 2022", "10k CNY", float(values[:, year].sum())),
        Check("reports that are missing", "", float(1 - energy.reports.sum() / opened.sum()), a.MISSING_REPORT_SHARE, 0.2 if scale >= 0.5 else None),
        Check("stretch of Guangdong's structure to the city's total", "", structure.stretch),
        Check("names equal to a real one", "", float(len(real)), 0.0, 0.0),
    )


def _cut_slope(tail: sizes.Tail) -> float:
    """Slope between 3,000 and 30,000 t that the cut tail itself has."""
    many = tail.quantile((np.arange(20_000) + 0.5) / 20_000)
    return -sizes.rank_size_slope(many, a.THRESHOLD_TCO2E, a.THRESHOLD_TCO2E * 10)


def _employees(inputs: Inputs) -> float:
    sectors = {d.stat_sector for d in inputs.divisions}
    return float(sum(inputs.employees[s].sum() for s in sorted(sectors)))
