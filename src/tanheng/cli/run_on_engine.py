"""``tanheng run --engine spark --master URL``: the rules of a city of Parquet, worked out on a cluster."""

from __future__ import annotations

import time
from pathlib import Path
from typing import get_args

import typer

from tanheng.cli.screen import faults_told, read_date, screen
from tanheng.on_engine import work_out
from tanheng.warehouse.engines import Engine


def run(
    city: Path, *, on: str | None, known_on: str | None, rulebook: str | None, out: Path, engine: str, master: str
) -> None:
    """Write the results of every entity into ``out`` and say the emissions and the energy of each year.

    Raises
    ------
    typer.Exit
        With code 2 for input that cannot be used.
    """
    if engine not in get_args(Engine):
        typer.echo(f"--engine is {engine}, must be one of duckdb, {', '.join(get_args(Engine))}", err=True)
        raise typer.Exit(2)
    start = time.monotonic()
    with faults_told():
        days = {"on": read_date(on), "known_on": read_date(known_on, "--known-on")}
        years = work_out(city, out, engine=engine, master=master, rulebook=rulebook, **days)  # type: ignore[arg-type]
    console = screen()
    for row in years:
        # The controlled ones: undetermined in a year without a report, where the plain sums of nothing would say 0.
        said = [f"{name} {_shown(row.get(name))}" for name in ("controlled_tco2e", "controlled_tce")]
        console.print(f"{row['city_id']} {row['year']}   {'   '.join(said)}")
    console.print(f"Results    {out}, {time.monotonic() - start:.1f} s on {engine}")


def _shown(value: object) -> str:
    return f"{value:,.0f}" if isinstance(value, float) else "undetermined"
