"""The made-up layer of the example city, from one seed: read, fit, draw, write, check."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tanheng.example_city import (
    area,
    checks,
    fuel_use,
    gases,
    planting,
    processes,
    projects,
    purchased_energy,
    registers,
)
from tanheng.example_city import assumptions as a
from tanheng.example_city import energy as energies
from tanheng.example_city import enterprises as companies
from tanheng.example_city.faults import Truth, of_table
from tanheng.example_city.inputs import Inputs, read_inputs
from tanheng.example_city.output import TableWriter
from tanheng.example_city.streams import Streams
from tanheng.example_city.structure import split
from tanheng.example_city.summary import Summary
from tanheng.measures import base_tables
from tanheng.measures.dual_control import tables as dual_control_tables
from tanheng.measures.inventory import tables as inventory_tables
from tanheng.problems import reject
from tanheng.warehouse.schema import Table

LAYER = "demonstration"
SEED = 440_300
LEAST_SCALE, MOST_SCALE = 0.02, 100.0  # a smaller city has no tail to speak of
Progress = Callable[[str, float], None]


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
    enterprises and what they emit together; the area sources stay those of the city, so only scale 1 meets
    the city's totals. ``progress`` is told what is being done and which share is done. The files are put
    together beside their place and moved there in one step; an older layer is replaced.

    Raises
    ------
    InputRejected
        When the real layer is not complete, the scale is not between 0.02 and 100, or ``out`` holds
        other files.
    """
    folder = Path(folder)
    if not LEAST_SCALE <= scale <= MOST_SCALE:
        expected = f"from {LEAST_SCALE:g} to {MOST_SCALE:g}"
        raise reject("example_city.E002", folder, f"the scale is {scale:g}, and must be {expected}")
    if seed < 0:
        raise reject("example_city.E002", folder, f"the seed is {seed}, and must be 0 or more")
    target = Path(out) if out is not None else folder / LAYER
    if target.exists() and not (target.is_dir() and ((target / "NOTICE.txt").is_file() or not any(target.iterdir()))):
        raise reject(
            "example_city.E003",
            target,
            "holds something else than a made-up layer, and is not overwritten",
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
    rows: dict[str, int] = {}

    @contextmanager
    def writing(table: Table, share: float) -> Iterator[TableWriter]:
        progress(table.name, share)
        with TableWriter(folder, table, said) as writer:
            yield writer
        rows[table.name] = writer.rows

    progress("enterprises and their energy", 0.0)
    structure = split(inputs)
    enterprises = companies.make(inputs, streams, scale)
    energy = energies.make(inputs, streams, structure, enterprises, scale)
    fuels = fuel_use.make_series(streams, energy)
    exchange = purchased_energy.make_exchange(inputs, streams, enterprises, energy)
    materials = processes.make_series(inputs, streams, enterprises, energy, scale)
    fabs = gases.fabs(inputs, enterprises, energy)
    everyone = (inputs, streams, enterprises, energy)
    refrigerants = gases.make_refrigerants(*everyone)
    faults = planting.plan(*everyone, fuels, exchange, materials, fabs, gases.weighing(refrigerants), scale)

    with writing(inventory_tables.FUEL_USE, 0.1) as writer:
        co2 = fuel_use.write(writer, *everyone, fuels, of_table(faults, "fuel_use"), truth, note)
    with writing(inventory_tables.PURCHASED_ENERGY, 0.4) as writer:
        bought = purchased_energy.write(writer, *everyone, exchange, of_table(faults, "purchased_energy"), truth, note)
    with writing(inventory_tables.PROCESS_ACTIVITY, 0.75) as writer:
        co2 = co2 + processes.write(
            writer, streams, enterprises, energy, materials, of_table(faults, "process_activity"), truth, note
        )
    with writing(inventory_tables.ELECTRONICS_GASES, 0.78) as writer:
        gases.write_electronics_gases(
            writer, streams, enterprises, energy, fabs, of_table(faults, "electronics_gases"), truth, note
        )
    with writing(inventory_tables.REFRIGERANTS, 0.8) as writer:
        gases.write_refrigerants(writer, enterprises, refrigerants, of_table(faults, "refrigerants"), truth, note)
    with writing(inventory_tables.AREA_SOURCES, 0.85) as writer:
        area_co2 = area.write(writer, inputs, structure, note)
    with writing(base_tables.ANNUAL_REPORTS, 0.87) as writer:
        registers.write_annual_reports(writer, *everyone, scale, of_table(faults, "annual_reports"), truth, note)
    with writing(base_tables.FACILITIES, 0.92) as writer:
        registers.write_facilities(writer, inputs, enterprises, of_table(faults, "facilities"), truth, note)
    with writing(dual_control_tables.PROJECTS, 0.96) as writer:
        projects.write(writer, *everyone, scale, truth, note)

    progress("checks", 0.97)
    summary = Summary(
        folder=target,
        seed=seed,
        scale=scale,
        rows=rows,
        faults=len({line[0] for line in truth.lines}),
        fault_lines=len(truth.lines),
        checks=checks.make(
            inputs,
            structure,
            enterprises,
            energy,
            scale,
            enterprise_co2=co2,
            area_co2=area_co2,
            electricity=bought,
        ),
    )
    headline = [f"{name}: {value}" for name, value in said.items()]
    truth.write(folder / "faults.csv", ["The truth about the faults planted on purpose.", *headline])
    hashes = [f"{digest}  real/{name}" for name, digest in inputs.hashes]
    text = [*headline, "", "The real layer it was fitted to:", *hashes, "", *summary.lines()]
    (folder / "NOTICE.txt").write_text("\n".join(text) + "\n", encoding="utf-8")
    progress("done", 1.0)
    return summary
