"""Counts of traffic and conditions of roads as tables of the warehouse, read with every fault by line and column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import numpy as np

from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.cnossos.road_tables import CLASS_COUNT, VEHICLE_CLASSES, surfaces
from tanheng.measures.quiet.periods import HOURS
from tanheng.problems import InputRejected, Problem
from tanheng.text import Text
from tanheng.warehouse.files import TableFile
from tanheng.warehouse.intake import read_table_file
from tanheng.warehouse.schema import Column, Table

_CLASS_WORDS = {
    "1": Text("light vehicles (class 1)", "小型车(1类)"),
    "2": Text("medium heavy vehicles (class 2)", "中型车(2类)"),
    "3": Text("heavy vehicles (class 3)", "大型车(3类)"),
    "4a": Text("mopeds (class 4a)", "轻便摩托车(4a类)"),
    "4b": Text("motorcycles (class 4b)", "摩托车(4b类)"),
}

COUNTS = Table(
    "noise_counts",
    Text("Traffic counts", "交通量观测"),
    Text(
        "Mean hour of a part of the day on a road, both directions together; CNOSSOS-EU classes",
        "某道路某时段的平均小时车流量,双向合计,按CNOSSOS-EU车型",
    ),
    (
        Column("road_id", "text", Text("road of the map", "道路编号")),
        Column("from_hour", "integer", Text("first full hour, 0 to 23", "起始整点"), least=0, most=23),
        Column(
            "to_hour",
            "integer",
            Text("hour at which it ends, 1 to 24; 6 after 22 is over midnight", "终止整点(可跨零点)"),
            least=0,
            most=24,
        ),
        *(
            Column(
                f"flow_{vehicle}",
                "number",
                Text(f"{words.en}, a mean hour", f"{words.zh}小时流量"),
                unit="1/h",
                default=None if vehicle == "1" else 0.0,
                required=vehicle == "1",
                least=0,
                most=50_000,
            )
            for vehicle, words in _CLASS_WORDS.items()
        ),
        *(
            Column(
                f"speed_{vehicle}",
                "number",
                Text(f"mean speed of {words.en}", f"{words.zh}平均车速"),
                unit="km/h",
                required=False,
                least=5,
                most=200,
            )
            for vehicle, words in _CLASS_WORDS.items()
        ),
    ),
    key=("road_id", "from_hour"),
)

CONDITIONS = Table(
    "noise_roads",
    Text("Conditions of roads", "道路状况"),
    Text(
        "What else the emission of a road depends on; empty is what the map says",
        "影响道路源强的其他条件,空缺时以地图为准",
    ),
    (
        Column("road_id", "text", Text("road of the map", "道路编号")),
        Column(
            "surface",
            "text",
            Text("surface, by the law's table", "路面类型(按指令附表)"),
            required=False,
            one_of=surfaces(),
        ),
        Column(
            "gradient_pct",
            "number",
            Text("slope along the line, uphill positive", "纵坡,沿线方向上坡为正"),
            unit="%",
            required=False,
            least=-30,
            most=30,
        ),
        Column(
            "temperature_c",
            "number",
            Text("yearly mean of the air, °C", "年平均气温,°C"),
            required=False,
            least=-30,
            most=50,
        ),
        Column(
            "junction_distance_m",
            "number",
            Text("distance to the nearest junction with lights, or roundabout", "距最近信号交叉口或环岛的距离"),
            unit="m",
            required=False,
            least=0,
            most=10_000,
        ),
        Column("roundabout", "boolean", Text("that junction is a roundabout", "该交叉口为环岛"), default=False),
        Column(
            "studded_pct",
            "number",
            Text("light vehicles with studs", "小型车装防滑钉比例"),
            unit="%",
            default=0.0,
            least=0,
            most=100,
        ),
        Column(
            "studded_months",
            "number",
            Text("months in which they have studs", "使用防滑钉月数"),
            default=0.0,
            least=0,
            most=12,
        ),
    ),
    key=("road_id",),
)


@dataclass(frozen=True)
class Counts:
    """Flows and speeds by road: roads x 24 hours x 5 classes, not-a-number where nobody counted."""

    roads: tuple[str, ...]
    flows: Array
    speeds: Array


@dataclass(frozen=True)
class Conditions:
    """Columns of ``CONDITIONS`` by road."""

    by_road: Mapping[str, Mapping[str, Any]]


def read_counts(path: Path) -> Counts:
    """Counts from a file (CSV, Excel or Parquet).

    Raises ``InputRejected`` with every fault of the schema (``intake.E0xx``), and rows of a road that tell the same
    hour twice or no hour at all (``noise.E036``), each with its line.
    """
    rows, lines = _rows(COUNTS, path)
    roads = sorted({row["road_id"] for row in rows})
    place = {road: number for number, road in enumerate(roads)}
    flows = np.full((len(roads), HOURS, CLASS_COUNT), np.nan)
    speeds = np.full_like(flows, np.nan)
    taken: dict[tuple[str, int], int] = {}
    problems = []
    for row, line in zip(rows, lines, strict=True):
        hours = hours_between(row["from_hour"], row["to_hour"])
        if not hours:
            said = f"{row['from_hour']} to {row['to_hour']} is no hour; the whole day is 0 to 24"
            problems.append(Problem("noise.E036", path.name, line, "to_hour", f"{row['to_hour']}", said))
        for hour in hours:
            before = taken.setdefault((row["road_id"], hour), line)
            if before != line:
                said = f"hour {hour} of {row['road_id']} stands in line {before} too"
                problems.append(Problem("noise.E036", path.name, line, "from_hour", f"{row['from_hour']}", said))
                break
        for number, vehicle in enumerate(VEHICLE_CLASSES):
            flows[place[row["road_id"]], hours, number] = row[f"flow_{vehicle}"]
            speed = row[f"speed_{vehicle}"]
            speeds[place[row["road_id"]], hours, number] = np.nan if speed is None else speed
    if problems:
        raise InputRejected(sorted(problems))
    return Counts(tuple(roads), flows, speeds)


def read_conditions(path: Path) -> Conditions:
    """Conditions from a file. Raises ``InputRejected`` with every fault; a road twice is ``noise.E036``."""
    rows, lines = _rows(CONDITIONS, path)
    found: dict[str, Mapping[str, Any]] = {}
    problems = []
    for row, line in zip(rows, lines, strict=True):
        if row["road_id"] in found:
            problems.append(Problem("noise.E036", path.name, line, "road_id", row["road_id"], "stands twice"))
        found[row["road_id"]] = {
            column.name: row[column.name] for column in CONDITIONS.columns if column.name != "road_id"
        }
    if problems:
        raise InputRejected(sorted(problems))
    return Conditions(found)


def hours_between(from_hour: int, to_hour: int) -> list[int]:
    """Full hours from one to another, over midnight where the second is the earlier one."""
    if from_hour == to_hour:
        return []
    return [(from_hour + step) % HOURS for step in range((to_hour - from_hour) % HOURS or HOURS)]


def _rows(table: Table, path: Path) -> tuple[list[dict[str, Any]], list[int]]:
    file = TableFile(table.name, path, path.name)
    with TemporaryDirectory() as scratch, duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA files")
        reading = read_table_file(connection, table, file, 0, categories=None, scratch=Path(scratch))
        if reading.problems:
            raise InputRejected(sorted(reading.problems))
        found = connection.sql(f'SELECT * FROM files."{table.name}#0" ORDER BY _row').to_arrow_table().to_pylist()
        numbers = [row["_row"] for row in found]
        lines = reading.lines.of(numbers)
    return found, [lines[number] for number in numbers]
