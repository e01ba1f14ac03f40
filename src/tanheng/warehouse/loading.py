"""From a folder to checked tables: every file read, every fault of every file collected."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import duckdb

from tanheng.problems import InputRejected, Problem
from tanheng.warehouse.checks import Categories
from tanheng.warehouse.files import InputFile, Reading, TableFile, sha256_of
from tanheng.warehouse.intake import SHOWN_FAULTS, read_table_file, shorten
from tanheng.warehouse.manifest import MANIFEST_FILE, Manifest, find_tables, read_manifest
from tanheng.warehouse.relations import find_lost_references, find_repeated_keys, put_together
from tanheng.warehouse.schema import Table


@dataclass(frozen=True)
class Loaded:
    """A folder without faults: its rows stand in the views ``files."NAME"``."""

    manifest: Manifest
    readings: Mapping[str, Sequence[Reading]]
    with_repeats: frozenset[str]
    geometry: Mapping[str, dict[str, Any]]
    inputs: tuple[InputFile, ...]
    unread: tuple[str, ...]


def load(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    tables: Sequence[Table],
    *,
    categories: Categories | None,
    scratch: Path,
    faults_most: int = SHOWN_FAULTS,
) -> Loaded:
    """Read and check the folder. What has to be rewritten to be read stands in ``scratch``.

    Raises
    ------
    InputRejected
        With every fault, in the order of files and lines.
    """
    manifest = read_manifest(folder)
    files, unread, problems = find_tables(folder, manifest, [table.name for table in tables])
    geometry, faults = _read_geometry(folder, manifest)
    problems += faults
    problems += _unknown_parameters(tables, files, categories)
    connection.execute("CREATE SCHEMA files")
    readings: dict[str, list[Reading]] = {}
    for table in tables:
        own = [file for file in files if file.table == table.name]
        readings[table.name] = [
            read_table_file(
                connection, table, file, number, categories=categories, scratch=scratch, faults_most=faults_most
            )
            for number, file in enumerate(own)
        ]
        put_together(connection, table, readings[table.name])
        problems += [problem for reading in readings[table.name] for problem in reading.problems]
        problems += _missing(connection, table, readings[table.name], manifest, unread, problems)
    parents = {table.name: table for table in tables}
    whole = frozenset(n for n, found in readings.items() if found and all(r.is_readable for r in found))
    broken = frozenset(n for n, found in readings.items() if found) - whole
    with_repeats = set()
    for table in tables:
        faults, repeats = find_repeated_keys(connection, table, readings[table.name])
        problems += faults
        if repeats:
            with_repeats.add(table.name)
        known = {name: parent for name, parent in parents.items() if name not in broken}
        problems += find_lost_references(connection, table, known, whole, readings[table.name])
    if problems:
        raise InputRejected(_in_order(problems, files, faults_most))
    inputs = [InputFile(None, MANIFEST_FILE, sha256_of(folder / MANIFEST_FILE), None)]
    inputs += [InputFile(None, item.file, sha256_of(folder / item.file), None) for item in manifest.geometry.values()]
    inputs += [InputFile(name, r.file.name, r.sha256, r.rows) for name, found in readings.items() for r in found]
    return Loaded(
        manifest,
        readings,
        frozenset(with_repeats),
        geometry,
        tuple(sorted(inputs, key=lambda item: (item.path, item.table or ""))),
        tuple(unread),
    )


def _missing(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    readings: Sequence[Reading],
    manifest: Manifest,
    unread: Sequence[str],
    problems: Sequence[Problem],
) -> list[Problem]:
    """A table that every city needs is not there, or has no rows."""
    if table.optional:
        return []
    if readings:
        is_empty = all(reading.is_readable and reading.rows == 0 for reading in readings)
        if not is_empty or any(reading.problems for reading in readings):
            return []
        return [Problem("intake.E021", readings[0].file.name, message="has a header and no rows", expected="filled")]
    stems = {Path(name).stem: name for name in unread}
    near = get_close_matches(table.name, stems, n=1, cutoff=0.7)
    commands = [layer.made_by for layer in manifest.layers if layer.made_by]
    if near:
        hint = f"Is it {stems[near[0]]}?"
    elif commands and any(problem.code == "city.E005" for problem in problems):
        hint = f"It may be among the tables that this makes: {' or '.join(commands)}"
    else:
        hint = f"Put {table.name}.csv, .xlsx or .parquet into a layer ({', '.join(x.folder for x in manifest.layers)})"
    return [
        Problem(
            "intake.E021", table.name, message="the city has no such table, and cannot be read without it", hint=hint
        )
    ]


def _unknown_parameters(
    tables: Sequence[Table], files: Sequence[TableFile], categories: Categories | None
) -> list[Problem]:
    """Columns whose categories the rulebook does not know at all: nothing in them could be checked."""
    if categories is None:
        return []
    problems = []
    present = {file.table: file.name for file in reversed(files)}
    for table in tables:
        for column in table.columns:
            if table.name in present and column.of_parameter is not None:
                parameter, axis = column.of_parameter
                if axis not in categories.get(parameter, {}):
                    message = f"holds categories of {parameter} by {axis}, and the rulebook has no such parameter"
                    problems.append(Problem("intake.E022", present[table.name], None, column.name, message=message))
    return problems


def _read_geometry(folder: Path, manifest: Manifest) -> tuple[dict[str, dict[str, Any]], list[Problem]]:
    """The GeoJSON files of ``city.yaml``: feature collections whose features have an identifier and an outline."""
    geometry: dict[str, dict[str, Any]] = {}
    problems = []
    for name, item in manifest.geometry.items():
        try:
            content = json.loads((folder / item.file).read_text(encoding="utf-8-sig"))
            features = content["features"]
            nameless = sum(not (feature.get("properties") or {}).get(item.id_property) for feature in features)
        except FileNotFoundError:
            problems.append(Problem("city.E007", item.file, message=f"the geometry {name} is missing"))
            continue
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            problems.append(Problem("city.E007", item.file, expected="GeoJSON: a feature collection in UTF-8"))
            continue
        geometry[name] = content
        if nameless:
            message = f"{nameless} of {len(features)} features have no property {item.id_property}"
            problems.append(Problem("city.E007", item.file, message=message))
        if shapeless := sum(not _has_outline(feature) for feature in features):
            message = f"{shapeless} of {len(features)} features have no outline (a polygon)"
            problems.append(Problem("city.E007", item.file, message=message))
    return geometry, problems


def _has_outline(feature: Mapping[str, Any]) -> bool:
    import shapely  # only a city with geometry pays for it
    from shapely.geometry import shape

    try:
        return shape(feature["geometry"]).geom_type in ("Polygon", "MultiPolygon")
    except (shapely.errors.ShapelyError, KeyError, TypeError, ValueError, AttributeError, IndexError):
        return False


def _in_order(problems: Sequence[Problem], files: Sequence[TableFile], most: int) -> list[Problem]:
    """Folders first, then file by file as they are read, each from its first line to its last; counts at the end."""
    place = {file.name: index for index, file in enumerate(files)}

    def key(problem: Problem) -> tuple[int, str, bool, int, str, str]:
        of_rows = problem.message.startswith("and ")
        line = problem.line or 0
        return (place.get(problem.file, -1), problem.file, of_rows, line, problem.column or "", problem.code)

    return sorted(shorten(problems, most), key=key)
