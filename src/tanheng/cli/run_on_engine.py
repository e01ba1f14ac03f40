"""``tanheng run --engine spark --master URL``: the rules of a city of Parquet, worked out on a cluster."""

from __future__ import annotations

import time
from pathlib import Path
from typing import get_args

from tanheng.cli.screen import faults_told, read_date, screen
from tanheng.on_engine import work_out
from tanheng.problems import InputRejected, Problem
from tanheng.warehouse.engines import Engine


def run(
    city: Path,
    *,
    year: int | None,
    on: str | None,
    known_on: str | None,
    rulebook: str | None,
    out: Path | None,
    force: bool,
    engine: str,
    master: str,
) -> None:
    """Write the results of every entity into ``out`` and say the emissions and the energy of each year.

    Raises
    ------
    typer.Exit
        With code 2 for input that cannot be used.
    """
    start = time.monotonic()
    with faults_told():
        _must_mean_something(engine, year, force, out)
        assert out is not None
        days = {"on": read_date(on), "known_on": read_date(known_on, "--known-on")}
        years = work_out(city, out, engine=engine, master=master, rulebook=rulebook, **days)  # type: ignore[arg-type]
    console = screen()
    for row in years:
        # The controlled ones: undetermined in a year without a report, where the plain sums of nothing would say 0.
        said = [f"{name} {_shown(row.get(name))}" for name in ("controlled_tco2e", "controlled_tce")]
        console.print(f"{row['city_id']} {row['year']}   {'   '.join(said)}")
    console.print(f"Results    {out}, {time.monotonic() - start:.1f} s on {engine}")


def _must_mean_something(engine: str, year: int | None, force: bool, out: Path | None) -> None:
    problems = []
    if engine not in get_args(Engine):
        expected = f"one of duckdb, {', '.join(get_args(Engine))}"
        problems.append(Problem("engine.E005", "--engine", value=engine, expected=expected))
    if year is not None:
        hint = "All years are written; --date says whose rules hold"
        problems.append(Problem("engine.E005", "--year", value=str(year), message="is for duckdb only", hint=hint))
    if force:
        hint = "Name a folder with --out that is not there"
        problems.append(Problem("engine.E005", "--force", message="is for duckdb only", hint=hint))
    if out is None:
        problems.append(Problem("engine.E005", "--out", message="is needed", hint="Name a new folder for the results"))
    if problems:
        raise InputRejected(problems)


def _shown(value: object) -> str:
    return f"{value:,.0f}" if isinstance(value, float) else "undetermined"
