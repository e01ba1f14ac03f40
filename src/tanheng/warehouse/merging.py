"""A city put together: a base folder, and tables that came in later.

A row that came in stands in the place of the row with the same key; a row with a new key is added. The base is only
read. In what is put together each table that came in is a layer of its own, byte for byte; where rows of a file were
superseded, CSV keeps its lines (those of superseded rows are empty), so that a message still names the right line.
"""

from __future__ import annotations

import csv
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import yaml

from tanheng.warehouse.cells import path_text, quote
from tanheng.warehouse.csv_files import Header, read_header
from tanheng.warehouse.excel_files import Sheet, read_sheet
from tanheng.warehouse.files import Reading, TableFile, sha256_of
from tanheng.warehouse.intake import read_table_file
from tanheng.warehouse.manifest import MANIFEST_FILE, Manifest, find_tables, read_manifest
from tanheng.warehouse.schema import Table

PARTIAL = ".partial-"


@dataclass(frozen=True)
class CameIn:
    """A table that came in: the layer that it becomes, and the file with its rows in any format of a city."""

    layer: str
    table: str
    file: Path


def put_together(
    base: Path,
    came_in: Sequence[CameIn],
    place: Path,
    tables: Sequence[Table],
    *,
    notes: Mapping[str, str] | None = None,
    memory_limit: str = "1GB",
) -> Path:
    """Make ``place`` the city of ``base`` with what came in, in its order; with files of ``tables`` only.

    It stands whole or not at all; where it stands already it is left. ``notes`` are further files (name: text).

    Raises
    ------
    InputRejected
        When ``city.yaml`` of the base cannot be read. Faults of tables are left for whoever opens the city.
    """
    if place.exists():
        return place
    place.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=PARTIAL, dir=place.parent))
    try:
        _fill(partial, base, came_in, tables, memory_limit)
        for name, text in (notes or {}).items():
            (partial / name).write_text(text, encoding="utf-8")
        partial.chmod(0o755)
        partial.rename(place)
    except OSError:
        if not place.exists():  # else another was faster, and wrote the same
            raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return place


def fingerprint(base: Path) -> str:
    """One hash of every file of a city folder that counts."""
    manifest = read_manifest(base)
    files = [MANIFEST_FILE, *(item.file for item in manifest.geometry.values())]
    for layer in manifest.layers:
        folder = base / layer.folder
        if folder.is_dir():
            files += [f"{layer.folder}/{path.name}" for path in folder.iterdir() if path.is_file()]
    digest = hashlib.sha256()
    for name in sorted(set(files)):
        path = base / name
        if path.is_file():
            about = path.stat()
            digest.update(f"{name}\0{_sha256(path, about.st_size, about.st_mtime_ns)}\n".encode())
    return digest.hexdigest()


@lru_cache(maxsize=4096)
def _sha256(path: Path, size: int, changed: int) -> str:
    return sha256_of(path)


def _fill(folder: Path, base: Path, came_in: Sequence[CameIn], tables: Sequence[Table], memory_limit: str) -> None:
    manifest = read_manifest(base)
    known = {table.name: table for table in tables}
    files, _, _ = find_tables(base, manifest, list(known))
    for item in manifest.geometry.values():
        if (base / item.file).is_file():
            _copy(base / item.file, folder / item.file)
    for layer in manifest.layers:
        if (base / layer.folder).is_dir():
            (folder / layer.folder).mkdir(parents=True, exist_ok=True)
    layers: list[str] = []
    for name, table in known.items():
        own = [file for file in files if file.table == name]
        later = [
            TableFile(name, each.file, f"{each.layer}/{name}{each.file.suffix}")
            for each in came_in
            if each.table == name
        ]
        if not later:
            for file in own:
                _copy(file.path, folder / file.name)
            continue
        written = _superseded(table, own, later, folder, memory_limit)
        layers += [file.name.rpartition("/")[0] for file in later if file.name in written]
    order = [each.layer for each in came_in if each.layer in layers]
    text = yaml.safe_dump(_as_plain(manifest, order), allow_unicode=True, sort_keys=False)
    (folder / MANIFEST_FILE).write_text(text, encoding="utf-8")


def _as_plain(manifest: Manifest, layers: Iterable[str]) -> dict[str, Any]:
    given: list[dict[str, str]] = [
        {"folder": layer.folder, **({"made_by": layer.made_by} if layer.made_by else {})} for layer in manifest.layers
    ]
    said: dict[str, Any] = {
        "name": {"en": manifest.name.en, "zh": manifest.name.zh},
        "city_id": manifest.city_id,
        "rulebook": manifest.rulebook,
        "years": list(manifest.years),
        "layers": [*given, *({"folder": layer} for layer in layers)],
    }
    if manifest.geometry:
        said["geometry"] = {
            name: {"file": item.file, "id_property": item.id_property} for name, item in manifest.geometry.items()
        }
    return said


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _superseded(
    table: Table, own: Sequence[TableFile], later: Sequence[TableFile], folder: Path, memory_limit: str
) -> set[str]:
    """Write every file of a table without the rows that a later one brings; says which were written."""
    written = set()
    with tempfile.TemporaryDirectory(prefix="tanheng-merge-") as scratch:
        config: dict[str, Any] = {"memory_limit": memory_limit, "temp_directory": scratch}
        with duckdb.connect(config=config) as connection:
            connection.execute("SET enable_progress_bar = false")
            connection.execute("CREATE SCHEMA files")
            readings = [
                read_table_file(connection, table, file, number, categories=None, scratch=Path(scratch))
                for number, file in enumerate((*own, *later))
            ]
            for number, reading in enumerate(readings):
                is_base = number < len(own)
                after = range(len(own) if is_base else number + 1, len(readings))
                rows = _rows_that_others_bring(connection, table, readings, number, after)
                if rows and len(rows) == reading.rows and not is_base:
                    continue  # nothing of it counts any more
                _write_without(connection, reading, rows, folder / reading.file.name)
                written.add(reading.file.name)
    return written


def _rows_that_others_bring(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    readings: Sequence[Reading],
    number: int,
    after: Iterable[int],
) -> list[int]:
    own = readings[number]
    if not own.is_readable or not _has_key(own, table):
        return []
    rows: set[int] = set()
    name = quote(f"{table.name}#{number}")
    for other in after:
        if not readings[other].is_readable or not _has_key(readings[other], table):
            continue
        same = " AND ".join(f"here.{quote(part)} = there.{quote(part)}" for part in table.key)
        found = connection.execute(
            f"SELECT _row FROM files.{name} AS here WHERE EXISTS "
            f"(SELECT 1 FROM files.{quote(f'{table.name}#{other}')} AS there WHERE {same})"
        ).fetchall()
        rows |= {row for (row,) in found}
    return sorted(rows)


def _has_key(reading: Reading, table: Table) -> bool:
    known = {cell.column.name for cell in reading.cells if cell.is_present or cell.column.default is not None}
    return all(part in known for part in table.key)


def _write_without(connection: duckdb.DuckDBPyConnection, reading: Reading, rows: Sequence[int], target: Path) -> None:
    source = reading.file.path
    target.parent.mkdir(parents=True, exist_ok=True)
    if not rows:
        return _copy(source, target)
    if reading.file.format == ".parquet":
        connection.execute("CREATE OR REPLACE TEMP TABLE gone AS SELECT unnest($1::BIGINT[]) AS _row", [list(rows)])
        connection.execute(
            f"COPY (SELECT * EXCLUDE (file_row_number) FROM read_parquet({path_text(source)}, file_row_number=true) "
            f"WHERE file_row_number NOT IN (SELECT _row FROM gone)) TO {path_text(target)} (FORMAT parquet)"
        )
        return None
    lines = set(reading.lines.of(rows).values())
    if reading.file.format == ".xlsx":
        sheet = read_sheet(reading.file)
        assert isinstance(sheet, Sheet), "what was read before can be read again"
        return _sheet_as_csv(sheet, lines, target.with_suffix(".csv"))
    header = read_header(reading.file)
    assert isinstance(header, Header), "what was read before can be read again"
    return _csv_without(source, header, lines, target)


def _csv_without(source: Path, header: Header, lines: set[int], target: Path) -> None:
    """The same lines, with nothing on those of the rows that begin on ``lines``."""
    with source.open(encoding="utf-8-sig", newline="") as stream:
        text = list(stream)
    reader = csv.reader(text[header.line :])
    first = header.line
    for _ in reader:
        last = header.line + reader.line_num
        if first + 1 in lines:
            text[first:last] = ["\n"] * (last - first)
        first = last
    target.write_text("".join(text), encoding="utf-8", newline="")


def _sheet_as_csv(sheet: Sheet, lines: set[int], target: Path) -> None:
    """A sheet as CSV on the lines that its rows had."""
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        stream.write("\n" * (sheet.line - 1))
        writer.writerow(sheet.names)
        at = sheet.line
        for place, number in enumerate(sheet.lines.numbers):
            if number in lines:
                continue
            stream.write("\n" * (number - at - 1))
            writer.writerow([values[place] for _, values in sheet.cells.values()])
            at = number


def clear_partial(folder: Path, older_than: float) -> None:
    """Remove what somebody began and did not end; ``older_than`` is a time of the system's clock."""
    for partial in folder.glob(f"{PARTIAL}*"):
        if os.stat(partial).st_mtime < older_than:
            shutil.rmtree(partial, ignore_errors=True)


def rows_that_stood(base: Path, came_in: Sequence[CameIn], table: Table) -> int:
    """How many rows of the last table that came in stand in the place of one that was there before."""
    files, _, _ = find_tables(base, read_manifest(base), [table.name])
    given = [each for each in came_in if each.table == table.name]
    files += [TableFile(table.name, each.file, f"{each.layer}/{table.name}{each.file.suffix}") for each in given]
    with tempfile.TemporaryDirectory(prefix="tanheng-merge-") as scratch, duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.execute("CREATE SCHEMA files")
        readings = [
            read_table_file(connection, table, file, number, categories=None, scratch=Path(scratch))
            for number, file in enumerate(files)
        ]
        return len(_rows_that_others_bring(connection, table, readings, len(files) - 1, range(len(files) - 1)))
