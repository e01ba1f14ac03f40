"""A city's tables on another engine: Polars in this process, or Spark on a cluster.

    city = open_on("spark", "hdfs-or-shared/shenzhen", TABLES, session=session)
    Evaluation(city, rulebook, rules, on=date)     # the same rules; the executors read and compute

The folder is a city folder whose tables all stand as Parquet: ``NAME.parquet`` in a layer is a file or a folder of
parts. ``write_parquet`` makes such a folder of a checked city, with what its traps hold taken out and the column
``held`` beside.

What is checked here: that every table is there and has the declared columns with their types, on opening; and, by
``find_faults``, that what must hold a value does, that categories are known and that bounds are kept, as one
aggregate a table, computed where the rows are. Keys that stand twice, references that lead nowhere and the traps are
the intake's (``City.open``, ``tanheng check``): a folder that did not come from there is taken at its word for them.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal

import narwhals as nw
import yaml

from tanheng.problems import InputRejected, Problem, reject
from tanheng.warehouse.cells import quote, text
from tanheng.warehouse.checks import Categories, allowed_values
from tanheng.warehouse.city import City
from tanheng.warehouse.manifest import MANIFEST_FILE, Manifest, read_manifest
from tanheng.warehouse.schema import Column, Kind, Table

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

Engine = Literal["polars", "spark"]

DTYPES: Mapping[Kind, Any] = {
    "text": nw.String(),
    "integer": nw.Int64(),
    "number": nw.Float64(),
    "date": nw.Date(),
    "boolean": nw.Boolean(),
}
_LAYER = "tables"
_MADE_UP = "made_up.json"  # which tables of the folder hold made-up rows


class EngineCity:
    """The tables of one city on an engine. ``scan`` reads a Parquet file or folder there."""

    def __init__(
        self,
        engine: Engine,
        folder: Path,
        manifest: Manifest,
        tables: Sequence[Table],
        scan: Callable[[Path], nw.LazyFrame[Any]],
        empty: Callable[[Table], nw.LazyFrame[Any]],
        session: SparkSession | None = None,
        scratch: Path | None = None,
    ) -> None:
        self.engine = engine
        self.path = folder
        self.manifest = manifest
        self.tables: Mapping[str, Table] = {table.name: table for table in tables}
        self.session = session
        self.scratch = scratch
        self._empty = empty
        self._frames, problems = self._read(scan)
        if problems:
            raise InputRejected(sorted(problems))
        self._made_up: dict[str, bool] = _made_up_before(folder)
        self.is_checked = False
        self._categories: Categories | None = None

    def frame(self, name: str) -> nw.LazyFrame[Any]:
        """The rows of a table: the declared columns in order, then ``origin``, ``source`` and ``held``."""
        return self._frames.get(name) or self._empty(self._known(name))

    def has(self, name: str) -> bool:
        """Whether the folder holds the table at all."""
        return self._known(name).name in self._frames

    def made_up(self, name: str) -> bool:
        """Whether the table holds made-up rows: what rests on it is demonstration data."""
        if name not in self._made_up:
            counted = self.frame(name).select(n=(nw.col("origin") == "made_up").cast(nw.Int64()).sum())
            self._made_up[name] = bool(_only_row(counted)["n"])
        return self._made_up[name]

    def categories_of(self, table: str, column: str) -> frozenset[str] | None:
        """What a column holds at most, where ``find_faults`` found nothing else in it."""
        known = allowed_values(self.tables[table][column], self._categories) if self.is_checked else None
        return None if known is None else frozenset(known)

    def find_faults(self, categories: Categories | None = None) -> list[Problem]:
        """What breaks the schema, counted on the engine: one aggregate a table, one problem a column and fault."""
        problems = []
        for name, frame in self._frames.items():
            conditions = {
                f"{column.name}|{what}": condition
                for column in self.tables[name].columns
                for what, condition in _faults(column, categories)
            }
            counts = {
                f"fault_{number}": condition.cast(nw.Int64()).sum()
                for number, condition in enumerate(conditions.values())
            }
            found = _only_row(frame.select(**counts))
            for number, place in enumerate(conditions):
                column, _, what = place.partition("|")
                if found[f"fault_{number}"]:
                    said = f"{found[f'fault_{number}']} rows break this"
                    problems.append(Problem("engine.E003", name, None, column, message=said, expected=what))
        self.is_checked = not problems
        self._categories = categories
        return problems

    def close(self) -> None:
        """Let go of what was kept between queries. The session belongs to whoever gave it."""
        if self.scratch is not None and self.scratch.exists():
            shutil.rmtree(self.scratch)

    def __enter__(self) -> EngineCity:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _known(self, name: str) -> Table:
        if name not in self.tables:
            raise KeyError(f"{name} is no table of this city")
        return self.tables[name]

    def _read(self, scan: Callable[[Path], nw.LazyFrame[Any]]) -> tuple[dict[str, nw.LazyFrame[Any]], list[Problem]]:
        frames: dict[str, nw.LazyFrame[Any]] = {}
        problems: list[Problem] = []
        for table in self.tables.values():
            parts = []
            for layer in self.manifest.layers:
                for other in (".csv", ".xlsx"):
                    if (self.path / layer.folder / f"{table.name}{other}").exists():
                        message = "this engine reads Parquet only"
                        hint = "`tanheng check CITY --parquet FOLDER` writes the checked city as Parquet"
                        file = f"{layer.folder}/{table.name}{other}"
                        problems.append(Problem("engine.E001", file, message=message, hint=hint))
                place = self.path / layer.folder / f"{table.name}.parquet"
                if place.exists():
                    frame, faults = _as_declared(scan(place), table, f"{layer.folder}/{place.name}")
                    problems += faults
                    parts.append(frame)
            if parts:
                frames[table.name] = parts[0] if len(parts) == 1 else nw.concat(parts)
            elif not table.optional:
                problems.append(Problem("engine.E001", f"{table.name}.parquet", message="the table is missing"))
        return frames, problems


def open_on(
    engine: Engine,
    folder: str | Path,
    tables: Sequence[Table],
    *,
    session: SparkSession | None = None,
    scratch: Path | None = None,
) -> EngineCity:
    """Open a city folder whose tables are Parquet on an engine. Spark needs its ``session``.

    ``scratch`` is a folder, seen by all executors, for what Spark keeps between queries; without one they keep it.

    Raises
    ------
    InputRejected
        With every table that is missing, is no Parquet, or lacks a column or its type.
    """
    folder = Path(folder)
    manifest = read_manifest(folder)
    if engine == "polars":
        from tanheng.warehouse import polars_tables

        return EngineCity(engine, folder, manifest, tables, polars_tables.scan, polars_tables.empty)
    from tanheng.warehouse import spark_tables

    if session is None:
        raise ValueError("a city on Spark needs a session")
    scan, empty = spark_tables.reader(session)
    return EngineCity(engine, folder, manifest, tables, scan, empty, session, scratch)


def write_parquet(city: City, folder: Path) -> None:
    """Write a checked city as a folder of Parquet for the other engines.

    Raises
    ------
    InputRejected
        When the folder is there already.
    """
    if folder.exists():
        raise reject("engine.E004", folder, "this folder is there already", hint="Name one that is not")
    (folder / _LAYER).mkdir(parents=True)
    about = city.manifest
    head = {
        "name": {"en": about.name.en, "zh": about.name.zh},
        "city_id": about.city_id,
        "rulebook": about.rulebook,
        "years": list(about.years),
        "layers": [{"folder": _LAYER}],
    }
    (folder / MANIFEST_FILE).write_text(yaml.safe_dump(head, allow_unicode=True, sort_keys=False), encoding="utf-8")
    for name in city.tables:
        if city.has(name):
            place = folder / _LAYER / f"{name}.parquet"
            city.connection.execute(f"COPY (SELECT * FROM {quote(name)}) TO {text(str(place))} (FORMAT parquet)")
    made_up = {name: city.made_up(name) for name in city.tables}
    (folder / _MADE_UP).write_text(json.dumps(made_up, indent=1) + "\n", encoding="utf-8")


def _made_up_before(folder: Path) -> dict[str, bool]:
    place = folder / _MADE_UP
    return dict(json.loads(place.read_text(encoding="utf-8"))) if place.is_file() else {}


def _as_declared(frame: nw.LazyFrame[Any], table: Table, file: str) -> tuple[nw.LazyFrame[Any], list[Problem]]:
    """The frame with the declared columns in their types and order, defaults filled in."""
    schema = frame.collect_schema()
    problems = []
    columns: dict[str, nw.Expr] = {}
    for column in table.all_columns:
        wanted = DTYPES[column.kind]
        if column.name in schema:
            if not _fits(schema[column.name], column.kind):
                problems.append(
                    Problem("engine.E002", file, None, column.name, str(schema[column.name]), expected=str(wanted))
                )
                continue
            value = nw.col(column.name).cast(wanted)
        elif column.required and column.default is None:
            problems.append(Problem("engine.E002", file, None, column.name, message="the column is missing"))
            continue
        else:
            value = nw.lit(None, dtype=wanted)
        if column.default is not None and "held" not in schema:  # with it, gaps are what is held
            value = nw.coalesce(value, nw.lit(column.default, dtype=wanted))
        columns[column.name] = value
    held = nw.col("held").cast(nw.String()) if "held" in schema else nw.lit(None, dtype=nw.String())
    return frame.select(**columns, held=held), problems


def _fits(dtype: nw.dtypes.DType, kind: Kind) -> bool:
    match kind:
        case "number":
            return dtype.is_numeric()
        case "integer":
            return dtype.is_integer()
        case "text":
            return isinstance(dtype, nw.String | nw.Categorical | nw.Enum)
        case "date":
            return isinstance(dtype, nw.Date)
        case "boolean":
            return isinstance(dtype, nw.Boolean)


def _faults(column: Column, categories: Categories | None) -> list[tuple[str, nw.Expr]]:
    value = nw.col(column.name)
    found: list[tuple[str, nw.Expr]] = []
    if column.required:
        # What a trap holds is null in a checked city; the row says so.
        found.append(("filled in every row", value.is_null() & nw.col("held").is_null()))
    known = allowed_values(column, categories)
    if known is not None:
        found.append((f"one of {', '.join(sorted(known)[:12])}", ~value.is_null() & ~value.is_in(sorted(known))))
    if column.least is not None:
        found.append((f"{column.least:g} or more", ~value.is_null() & (value < column.least)))
    if column.most is not None:
        found.append((f"{column.most:g} or less", ~value.is_null() & (value > column.most)))
    if column.kind == "number":
        found.append(("a finite number", ~value.is_null() & ~value.is_finite()))
    return [(what, nw.coalesce(condition, nw.lit(False))) for what, condition in found]


def _only_row(frame: nw.LazyFrame[Any]) -> dict[str, Any]:
    return reduce(lambda _, row: row, frame.collect("pyarrow").iter_rows(named=True), {})
