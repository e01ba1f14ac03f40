"""What the commands of ``tanheng quiet`` do: from maps to a study, changes to it, its assessment, and maps again."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import typer

from tanheng.cli.screen import faults_told, progress_shown, read_date
from tanheng.measures.quiet.assessment.boundary import NOTE, PlantCheck, check_plants
from tanheng.measures.quiet.assessment.burden import weights_of
from tanheng.measures.quiet.assessment.communities import assess_communities, assess_quarter
from tanheng.measures.quiet.assessment.hot_spots import hot_spots
from tanheng.measures.quiet.assessment.parameters import Terms
from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.calculation import calculate
from tanheng.measures.quiet.kept_traffic import keep_traffic
from tanheng.measures.quiet.places.assumptions import Assumptions
from tanheng.measures.quiet.places.features import Window
from tanheng.measures.quiet.places.generated import LEAST_KM2, make_quarter
from tanheng.measures.quiet.places.levels import bands_of_level, write_facades, write_geotiff
from tanheng.measures.quiet.places.osm import layers_of_extract
from tanheng.measures.quiet.places.reading import Layer, read_quarter
from tanheng.measures.quiet.places.writing import read_back, write_geojson, write_geojson_layer, write_geopackage
from tanheng.measures.quiet.quarter import TABLES, Quarter
from tanheng.measures.quiet.settings import Settings
from tanheng.measures.quiet.sources.by_class import class_traffic
from tanheng.measures.quiet.sources.counts import read_counts
from tanheng.measures.quiet.sources.of_quarter import emission_of
from tanheng.measures.quiet.sources.of_roads import traffic_of
from tanheng.measures.quiet.sources.traffic import Traffic, with_change
from tanheng.measures.quiet.study import Study
from tanheng.measures.quiet.transfer.levels import INDICATORS
from tanheng.policy.rulebook import load_rulebook
from tanheng.problems import reject
from tanheng.text import Text


def say(notes: Sequence[Text], *, chinese: bool = False) -> None:
    """Notes, one a line."""
    for note in notes:
        typer.echo(f"- {note.zh if chinese else note.en}")


def new_folder(place: Path) -> None:
    """Raises ``InputRejected`` (``noise.E039``) where a study could overwrite something."""
    if place.exists():
        raise reject("noise.E039", place, "is there already", hint="Name a new folder, or move this one away first.")


def write(quarter: Quarter, place: Path) -> None:
    """As a GeoPackage or a folder of GeoJSON, by the name.

    Raises ``InputRejected`` (``noise.E055``) for a file of another kind.
    """
    if place.suffix not in (".gpkg", ""):
        raise reject("noise.E055", place, "is neither a .gpkg file nor a folder for GeoJSON")
    if place.suffix == ".gpkg":
        write_geopackage(quarter, place)
    else:
        write_geojson(quarter, place)
    rows = ", ".join(f"{quarter[name].num_rows} {name}" for name in TABLES if quarter[name].num_rows)
    typer.echo(f"wrote {place}: {rows}")


def make_up(place: Path, seed: int, area_km2: float) -> None:
    """``make-quarter``."""
    with faults_told():
        if not area_km2 >= LEAST_KM2:
            raise reject("noise.E054", "area", f"{area_km2} km² is too small", hint=f"At least {LEAST_KM2:g}.")
        write(make_quarter(seed, area_km2), place)


def take_maps(
    maps: Sequence[str],
    out: Path,
    *,
    columns: Sequence[str],
    crs: str,
    crop: str | None,
    storey_m: float,
    floors: float | None,
    m2_per_person: float | None,
    barrier_m: float | None,
    layer_m: float | None,
    leave_out: bool,
) -> None:
    """``import``."""
    with faults_told():
        named: dict[str, dict[str, str]] = {}
        for each in columns:
            table, point, rest = each.partition(".")
            ours, equals, theirs = rest.partition("=")
            if not (point and equals) or table not in TABLES:
                raise reject("noise.E055", each, "is not TABLE.COLUMN=NAME", hint=f"Tables: {', '.join(TABLES)}.")
            named.setdefault(table, {})[ours] = theirs
        layers: list[Layer] = []
        for each in maps:
            table, equals, file = each.partition("=")
            if equals and table not in TABLES:
                raise reject("noise.E055", each, f"there is no table {table}", hint=f"Tables: {', '.join(TABLES)}.")
            layers += (
                [Layer(table, Path(file), columns=named.get(table, {}))] if equals else layers_of_extract(Path(each))
            )
        assumptions = Assumptions(storey_m, floors, m2_per_person, barrier_m, layer_m)
        window = None if crop is None else _window(crop)
        reading = read_quarter(
            layers,
            name=out.stem,
            crs=crs,
            crop=window,
            assumptions=assumptions,
            faults="leave out" if leave_out else "refuse",
        )
        for problem in reading.problems:
            typer.echo(str(problem), err=True)
        write(reading.quarter, out)
        say(reading.notes)


def _window(crop: str) -> Window:
    try:
        west, south, east, north = (float(part) for part in crop.split(","))
    except ValueError as fault:
        raise reject("noise.E055", crop, "is not WEST,SOUTH,EAST,NORTH in degrees") from fault
    return west, south, east, north


def traffic_by(quarter: Quarter, counts: Path | None, rulebook: str, day: str) -> Traffic:
    """Counted where there are counts, else as the rulebook assumes by class."""
    assumed = class_traffic(load_rulebook(rulebook), read_date(day))
    return traffic_of(quarter, counts=None if counts is None else read_counts(counts), by_class=assumed)


def work_out(
    place: Path, folder: Path, *, settings_file: Path | None, counts: Path | None, rulebook: str, day: str, crs: str
) -> None:
    """``calculate``."""
    with faults_told():
        new_folder(folder)
        settings = Settings()
        if settings_file is not None:
            try:
                plain = json.loads(settings_file.read_text(encoding="utf-8"))
            except (OSError, ValueError) as fault:
                raise reject("noise.E025", settings_file, f"cannot be read: {fault}") from fault
            settings = Settings.from_json(plain, str(settings_file))
        with progress_shown() as progress:
            progress(Text("Reading the quarter", "读取计算范围"), 0.0)
            reading = read_back(place, name=place.stem, crs=crs)
            traffic = traffic_by(reading.quarter, counts, rulebook, day)
            emission = emission_of(reading.quarter, traffic, method=settings.method)
            study = calculate(reading.quarter, emission, settings, progress=_by_tenths(progress))
            progress(Text("Writing the study", "写入计算结果"), 0.97)
            study.save(folder)
            keep_traffic(folder, traffic)
        typer.echo(
            f"wrote {folder}: {study.receivers.num_rows} façade receivers, {study.columns.num_rows} sources, "
            f"{study.settings.method}"
        )
        _table(study)
        say([*reading.notes, *study.notes])


def _by_tenths(progress: Callable[[Text, float], None]) -> Callable[[float], None]:
    """Tell of the calculation at each tenth: where there is no terminal, each is a line."""
    told = -1

    def tell(share: float) -> None:
        nonlocal told
        if (tenth := int(10 * min(share, 1.0))) > told:
            told = tenth
            progress(Text("Sound on its way to the façades", "计算声传播"), 0.05 + 0.9 * min(share, 1.0))

    return tell


def _table(study: Study, before: Study | None = None) -> None:
    """Percentiles of each indicator over the façade receivers, dB(A), and how much they changed."""
    for indicator in INDICATORS:
        heard = study.level(indicator)
        known = heard[np.isfinite(heard)]
        if not len(known):
            typer.echo(f"{indicator:9} nothing is heard")
            continue
        low, middle, high = np.percentile(known, [10, 50, 90])
        said = f"{indicator:9} 10 % below {low:5.1f}, half below {middle:5.1f}, 90 % below {high:5.1f} dB(A)"
        if before is not None:
            then = before.level(indicator)
            both = np.isfinite(heard) & np.isfinite(then)
            said += f"; changed by {np.mean(heard[both] - then[both]):+.2f} dB on average" if both.any() else ""
        typer.echo(said)


def same_sources(study: Study, traffic: Traffic) -> Array:
    """Powers of this traffic in the columns of the study, dB; those must be the ones that it gives."""
    emission = emission_of(study.quarter, traffic, method=study.settings.method)
    ids = study.columns["id"].to_pylist()
    if list(emission.ids) != ids:
        raise reject(
            "noise.E056",
            study.name,
            "other roads have traffic than when the study was calculated",
            hint="Give the same counts, rulebook and date.",
        )
    return emission.power


def changed(study: Study, before: Traffic, after: Traffic) -> Study:
    """The study with what a change of traffic does to its powers; offsets of a calibration stay."""
    power, then = same_sources(study, before), same_sources(study, after)
    silent = np.isneginf(power)
    moved = np.where(silent, 0.0, then - np.where(silent, 0.0, power))
    return study.with_emission(np.where(silent, then, study.emission + moved), after.notes[len(before.notes) :])


def change(
    folder: Path,
    *,
    speed: float | None,
    ban_trucks: bool,
    surface: str | None,
    flow: float | None,
    roads: Sequence[str] | None,
    save: Path | None,
    counts: Path | None,
    rulebook: str,
    day: str,
) -> None:
    """``what-if``."""
    with faults_told():
        if save is not None:
            new_folder(save)
        study = Study.load(folder)
        before = traffic_by(study.quarter, counts, rulebook, day)
        after = with_change(
            before, speed=speed, trucks_banned_at_night=ban_trucks, surface=surface, flow=flow, roads=roads or None
        )
        found = changed(study, before, after)
        _table(found, study)
        if save is not None:
            found.save(save)
            keep_traffic(save, after)
            typer.echo(f"wrote {save}")
        say(found.notes)


def judge(folder: Path, *, rulebook: str, overlays: Sequence[Path], day: str, out: Path | None, chinese: bool) -> None:
    """``assess``."""
    with faults_told():
        study = Study.load(folder)
        terms = Terms(load_rulebook(rulebook, overlays), read_date(day))
        whole = assess_quarter(study, terms)
        communities = assess_communities(study, terms)
        spots = hot_spots(study, weights_of(study, terms))
        for figure in whole.figures.values():
            title = figure.title.zh if chinese else figure.title.en
            if figure.value is None:
                why = figure.why or Text("unknown", "未知")
                typer.echo(f"{title}: {'无法确定:' if chinese else 'undetermined: '}{why.zh if chinese else why.en}")
            else:
                typer.echo(f"{title}: {figure.value:.{figure.digits}f} {figure.unit}")
        for community in communities:
            card = community.card
            told = "无法确定" if chinese else "undetermined"
            typer.echo(f"{community.name}: {told if card.score is None else f'{card.score:.1f}'}")
        for spot in spots[:5]:
            typer.echo(f"{spot.rank}. {', '.join(spot.buildings[:3])} …: {spot.burden:.0f} person·dB")
        plants = check_plants(study, terms)
        _say_plants(plants, chinese)
        if out is not None:
            answer: dict[str, Any] = {
                "quarter": whole.as_json(),
                "communities": [community.as_json() for community in communities],
                "plants": {"note": NOTE._asdict(), "checks": [each.as_json() for each in plants]},
            }
            write_json(out, answer)


def _say_plants(plants: Sequence[PlantCheck], chinese: bool) -> None:
    """What each plant sends to the façade that decides, one a line and period; nothing of a quarter without plants."""
    if not plants:
        return
    typer.echo("各声源与排放限值:" if chinese else "plants against their limits of emission:")
    periods = {"day": Text("day", "昼间"), "night": Text("night", "夜间")}
    for each in plants:
        period = periods[each.period].zh if chinese else periods[each.period].en
        if each.excess_db is None or each.level_db is None:
            why = each.why or Text("unknown", "未知")
            told = f"无法确定:{why.zh}" if chinese else f"undetermined: {why.en}"
        else:
            where = f"{each.receiver}, {'类别' if chinese else 'class'} {each.area_class}"
            against = f"{each.excess_db:+.1f} dB {'与限值相比' if chinese else 'against the limit'}"
            told = f"{each.level_db:.1f} dB(A), {against} ({where})"
        typer.echo(f"{each.name}, {period}: {told}")
    typer.echo(NOTE.zh if chinese else NOTE.en)


def write_json(file: Path, answer: Any) -> None:
    """Readable, in UTF-8."""
    file.write_text(json.dumps(answer, ensure_ascii=False, indent=1, default=float) + "\n", encoding="utf-8")
    typer.echo(f"wrote {file}")


def write_maps(folder: Path, out: Path, indicator: str) -> None:
    """``export``."""
    with faults_told():
        if indicator not in INDICATORS:
            raise reject("noise.E055", indicator, "is no indicator", hint=f"There are: {', '.join(INDICATORS)}.")
        study = Study.load(folder)
        out.mkdir(parents=True, exist_ok=True)
        write(study.quarter, out / "quarter.gpkg")
        write_facades(study, out / "facades.gpkg")
        write_facades(study, out / "facades.geojson")
        if study.grid is None:
            typer.echo("the study has no grid: no GeoTIFF and no bands")
            return
        write_geotiff(study, out / "levels.tif")
        areas, columns = bands_of_level(study, indicator)
        write_geojson_layer(out / f"bands_{indicator}.geojson", areas, columns, study.crs)
