"""``tanheng quiet``: noise of a quarter of a city, from maps to levels at façades and a plan of measures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="quiet",
    help="Noise of a quarter: maps in, levels at façades, what-ifs, assessment, plan of measures, maps out.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

_QUARTER = "A quarter: a GeoPackage or a folder of GeoJSON, as make-quarter and import write them"
_STUDY = "The folder of a study, as calculate writes it"
_Rulebook = Annotated[str, typer.Option(help="A rulebook by name, or the folder of one.")]
_Date = Annotated[str, typer.Option(help="The day whose rules hold, as 2026-01-01.")]
_Crs = Annotated[str, typer.Option(help="The coordinate system of the quarter, in metres.")]
_Counts = Annotated[Path | None, typer.Option(help="Traffic counts (CSV); roads without are assumed by their class.")]
_With = Annotated[
    list[Path] | None,
    typer.Option("--with", help="An overlay (YAML) with what the rulebook leaves unset, as costs; again for others."),
]
_Out = Annotated[Path | None, typer.Option(help="Write the answer as JSON into this file.")]


@app.command("make-quarter")
def make_quarter(
    file: Annotated[Path, typer.Argument(help="A .gpkg file, or a folder for GeoJSON")],
    seed: Annotated[int, typer.Option(help="The same seed gives the same quarter.")] = 440300,
    area_km2: Annotated[float, typer.Option(help="About this area, km².")] = 1.0,
) -> None:
    """Make up a dense high-rise quarter of Shenzhen's kind; nothing of it exists."""
    from tanheng.cli.quiet_work import make_up

    make_up(file, seed, area_km2)


@app.command("import")
def import_maps(
    maps: Annotated[list[Path], typer.Argument(help="An extract of OpenStreetMap, or TABLE=FILE for other maps")],
    out: Annotated[Path, typer.Option(help="A .gpkg file, or a folder for GeoJSON.")],
    column: Annotated[
        list[str] | None, typer.Option(help="TABLE.COLUMN=NAME: how the file names a column; again for others.")
    ] = None,
    crs: _Crs = "EPSG:4547",
    crop: Annotated[str | None, typer.Option(help="WEST,SOUTH,EAST,NORTH in degrees: only what touches it.")] = None,
    storey_m: Annotated[float, typer.Option(help="Height of a storey where only floors are known, m.")] = 3.0,
    assume_floors: Annotated[
        float | None, typer.Option(help="Floors of buildings of which nothing is known; unknown if not given.")
    ] = None,
    m2_per_person: Annotated[
        float | None, typer.Option(help="Floor area for each person of dwellings; nobody counted if not given.")
    ] = None,
    barrier_m: Annotated[
        float | None,
        typer.Option(help="Height of walls without one, m; those of OpenStreetMap are left out if not given."),
    ] = None,
    layer_m: Annotated[
        float | None,
        typer.Option(help="Height of bridges for each layer of OpenStreetMap, m; on the ground if not given."),
    ] = None,
    leave_out: Annotated[
        bool, typer.Option("--leave-out", help="Leave faulty features out instead of refusing.")
    ] = False,
) -> None:
    """Make a quarter of maps; every fault is told with the feature's id."""
    from tanheng.cli.quiet_work import take_maps

    take_maps(
        [str(each) for each in maps],
        out,
        columns=column or [],
        crs=crs,
        crop=crop,
        storey_m=storey_m,
        floors=assume_floors,
        m2_per_person=m2_per_person,
        barrier_m=barrier_m,
        layer_m=layer_m,
        leave_out=leave_out,
    )


@app.command()
def calculate(
    quarter: Annotated[Path, typer.Argument(help=_QUARTER)],
    study: Annotated[Path, typer.Argument(help="A new folder for the study")],
    settings: Annotated[Path | None, typer.Option(help="Settings (JSON), where they differ from the usual.")] = None,
    counts: _Counts = None,
    rulebook: _Rulebook = "shenzhen",
    date: _Date = "2026-01-01",
    crs: _Crs = "EPSG:4547",
) -> None:
    """Work out the levels in front of every façade, and of a grid if the settings ask for one."""
    from tanheng.cli.quiet_work import work_out

    work_out(quarter, study, settings_file=settings, counts=counts, rulebook=rulebook, day=date, crs=crs)


@app.command("what-if")
def what_if(
    study: Annotated[Path, typer.Argument(help=_STUDY)],
    speed: Annotated[float | None, typer.Option(help="At most this speed, km/h.")] = None,
    ban_trucks: Annotated[bool, typer.Option("--ban-trucks", help="No trucks at night.")] = False,
    surface: Annotated[str | None, typer.Option(help="Another surface, by its name in the law's table.")] = None,
    flow: Annotated[float | None, typer.Option(help="The traffic times this factor.")] = None,
    road: Annotated[list[str] | None, typer.Option(help="Only this road, by id; again for others.")] = None,
    save: Annotated[Path | None, typer.Option(help="A new folder for the changed study.")] = None,
    counts: _Counts = None,
    rulebook: _Rulebook = "shenzhen",
    date: _Date = "2026-01-01",
) -> None:
    """Change the traffic of a study: nothing is calculated anew but one product."""
    from tanheng.cli.quiet_work import change

    change(
        study,
        speed=speed,
        ban_trucks=ban_trucks,
        surface=surface,
        flow=flow,
        roads=road,
        save=save,
        counts=counts,
        rulebook=rulebook,
        day=date,
    )


@app.command()
def assess(
    study: Annotated[Path, typer.Argument(help=_STUDY)],
    rulebook: _Rulebook = "shenzhen",
    overlays: _With = None,
    date: _Date = "2026-01-01",
    out: _Out = None,
    chinese: Annotated[bool, typer.Option("--chinese", help="In Chinese.")] = False,
) -> None:
    """Say what the levels mean: people above the limits, quiet sides, the score card of each community, hot spots."""
    from tanheng.cli.quiet_work import judge

    judge(study, rulebook=rulebook, overlays=overlays or (), day=date, out=out, chinese=chinese)


@app.command()
def plan(
    study: Annotated[Path, typer.Argument(help=_STUDY)],
    budget: Annotated[float, typer.Argument(help="What may be spent, CNY")],
    rulebook: _Rulebook = "shenzhen",
    overlays: _With = None,
    date: _Date = "2026-01-01",
    counts: _Counts = None,
    out: _Out = None,
    chinese: Annotated[bool, typer.Option("--chinese", help="In Chinese.")] = False,
) -> None:
    """Choose the measures that relieve the most people within a budget; those without a known cost stay out."""
    from tanheng.cli.quiet_plan import choose

    choose(study, budget, rulebook=rulebook, overlays=overlays or (), day=date, counts=counts, out=out, chinese=chinese)


@app.command()
def calibrate(
    study: Annotated[Path, typer.Argument(help=_STUDY)],
    measured: Annotated[Path, typer.Argument(help="CSV: monitor, level_db, from_hour, to_hour")],
    save: Annotated[Path | None, typer.Option(help="A new folder for the calibrated study.")] = None,
    rulebook: _Rulebook = "shenzhen",
    date: _Date = "2026-01-01",
    out: _Out = None,
) -> None:
    """Fit offsets of groups of sources to what monitors measured, and say the error before and after."""
    from tanheng.cli.quiet_plan import fit

    fit(study, measured, save=save, rulebook=rulebook, day=date, out=out)


@app.command()
def export(
    study: Annotated[Path, typer.Argument(help=_STUDY)],
    folder: Annotated[Path, typer.Argument(help="A folder for the maps")],
    indicator: Annotated[str, typer.Option(help="The indicator of the bands of level.")] = "Lden",
) -> None:
    """Write the quarter and its levels as GeoPackage, GeoJSON and, where there is a grid, GeoTIFF and bands."""
    from tanheng.cli.quiet_work import write_maps

    write_maps(study, folder, indicator)
