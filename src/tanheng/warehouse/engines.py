"""A city's tables on another engine: Polars in this process, or Spark on a cluster.

    city = open_on("spark", "hdfs-or-shared/shenzhen", TABLES, session=session)
    Evaluation(city, rulebook, rules, on=date)     # the same rules; the executors read and compute

The folder is a city folder whose tables all stand as Parquet: ``NAME.parquet`` in a layer is a file or a folder of
parts. ``write_parquet`` makes such a folder of a checked city, with what its traps hold taken out and the column
``held`` beside.

What is checked here: that every table is there and has the declared columns with their types, on opening; and, by
``find_faults``, that what must hold a value does, that categories are known and that bounds are kept, as one
aggregate a file, computed where the rows are. Keys that stand twice, references that lead nowhere and the traps are
the intake's (``City.open``, ``tanheng check``): a folder that did not come from there is taken at its word for them.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal

import narwhals as nw
import yaml

from tanheng.problems import InputRejected, Problem
from tanheng.warehouse.cells import quote, text
from tanheng.warehouse.checks import Categories, allowed_values
from tanheng.warehouse.city import City
from tanheng.warehouse.engine_columns import as_declared, row_faults
from tanheng.warehouse.manifest import MANIFEST_FILE, Manifest, read_manifest
from tanheng.warehouse.schema import Table
from tanheng.warehouse.whole_folder import whole_folder

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

Engine = Literal["polars", "spark"]

_LAYER = "tables"
_MADE_UP = "made_up.json"  # which tables of the folder hold made-up rows


class EngineCity:
    """The tables of one city on an engine. ``scan`` reads a Parquet file or folder there, or raises ``unreadable``."""

    def __init__(
        self,
        engine: Engine,
        folder: Path,
        manifest: Manifest,
        tables: Sequence[Table],
        scan: Callable[[Path], nw.LazyFrame[Any]],
        empty: Callable[[Table], nw.LazyFrame[Any]],
        unreadable: tuple[type[Exception], ...],
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
        self._parts, problems = self._read(scan, unreadable)
        written, faults = _made_up_before(folder)
        # Of a table to which a layer was added, what was written about it says nothing any more.
        self._made_up = {n: said for n, said in written.items() if self._parts.get(n, {}).keys() <= {_place_of(n)}}
        if problems or faults:
            raise InputRejected(sorted([*problems, *faults]))
        self._frames = {name: nw.concat(list(parts.values())) for name, parts in self._parts.items()}
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
        """What breaks the schema, counted on the engine: one aggregate a file, one problem a column and fault."""
        problems = _unknown_parameters(self.tables, self._parts, categories)
        for name, parts in self._parts.items():
            table = self.tables[name]
            faults = row_faults(table, categories)
            counts = {f"fault_{n}": condition.cast(nw.Int64()).sum() for n, (_, _, condition) in enumerate(faults)}
            rows = 0
            for file, part in parts.items():
                found = _only_row(part.select(rows=nw.len(), **counts))
                rows += found["rows"]
                for n, (column, expected, _) in enumerate(faults):
                    if count := found[f"fault_{n}"]:
                        said = "1 row breaks this" if count == 1 else f"{count:,} rows break this"
                        problems.append(Problem("engine.E003", file, None, column, message=said, expected=expected))
            if not rows and not table.optional:
                problems.append(Problem("engine.E003", ", ".join(parts), message="has no rows", expected="filled"))
        self.is_checked = not problems
        self._categories = categories
        return sorted(problems)

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

    def _read(
        self, scan: Callable[[Path], nw.LazyFrame[Any]], unreadable: tuple[type[Exception], ...]
    ) -> tuple[dict[str, dict[str, nw.LazyFrame[Any]]], list[Problem]]:
        """By table and file the rows as declared, and everything that stands against it."""
        read: dict[str, dict[str, nw.LazyFrame[Any]]] = {}
        problems: list[Problem] = []
        for layer in self.manifest.layers:
            if not (self.path / layer.folder).is_dir():
                hint = "Put it back, or take it out of city.yaml"
                problems.append(
                    Problem("engine.E001", layer.folder, message="this layer's folder is missing", hint=hint)
                )
        for table in self.tables.values():
            is_there = False
            for layer in self.manifest.layers:
                for other in (".csv", ".xlsx"):
                    if (self.path / layer.folder / f"{table.name}{other}").exists():
                        is_there = True
                        message = "this engine reads Parquet only"
                        hint = "`tanheng check CITY --parquet FOLDER` writes the checked city as Parquet"
                        file = f"{layer.folder}/{table.name}{other}"
                        problems.append(Problem("engine.E001", file, message=message, hint=hint))
                place = self.path / layer.folder / f"{table.name}.parquet"
                file = f"{layer.folder}/{place.name}"
                if place.exists():
                    is_there = True
                    try:
                        frame, faults = as_declared(scan(place), table, file)
                    except unreadable as error:
                        said = str(error).partition("\n")[0]
                        problems.append(Problem("engine.E001", file, message=f"cannot be read as Parquet: {said}"))
                        continue
                    problems += faults
                    read.setdefault(table.name, {})[file] = frame
            if not is_there and not table.optional:
                problems.append(Problem("engine.E001", f"{table.name}.parquet", message="the table is missing"))
        return read, problems


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

        return EngineCity(
            engine, folder, manifest, tables, polars_tables.scan, polars_tables.empty, polars_tables.UNREADABLE
        )
    from tanheng.warehouse import spark_tables

    if session is None:
        raise ValueError("a city on Spark needs a session")
    scan, empty = spark_tables.reader(session)
    return EngineCity(engine, folder, manifest, tables, scan, empty, spark_tables.UNREADABLE, session, scratch)


def write_parquet(city: City, folder: Path) -> None:
    """Write a checked city as a folder of Parquet for the other engines.

    Raises
    ------
    InputRejected
        When the folder is there already.
    """
    about = city.manifest
    head = {
        "name": {"en": about.name.en, "zh": about.name.zh},
        "city_id": about.city_id,
        "rulebook": about.rulebook,
        "years": list(about.years),
        "layers": [{"folder": _LAYER}],
    }
    made_up = {name: city.made_up(name) for name in city.tables}
    with whole_folder(folder) as partial:
        (partial / _LAYER).mkdir()
        for name in city.tables:
            if city.has(name):
                place = partial / _place_of(name)
                city.connection.execute(f"COPY (SELECT * FROM {quote(name)}) TO {text(str(place))} (FORMAT parquet)")
        (partial / _MADE_UP).write_text(json.dumps(made_up, indent=1) + "\n", encoding="utf-8")
        (partial / MANIFEST_FILE).write_text(
            yaml.safe_dump(head, allow_unicode=True, sort_keys=False), encoding="utf-8"
        )


def _place_of(name: str) -> str:
    """Where ``write_parquet`` puts a table."""
    return f"{_LAYER}/{name}.parquet"


def _made_up_before(folder: Path) -> tuple[dict[str, bool], list[Problem]]:
    """What the folder says of its tables: whether each holds made-up rows, which saves looking at all of them."""
    place = folder / _MADE_UP
    if not place.is_file():
        return {}, []
    expected = "a JSON object of true and false by table; without the file the rows are looked at"
    try:
        said = json.loads(place.read_text(encoding="utf-8"))
    except ValueError:
        return {}, [Problem("engine.E001", _MADE_UP, expected=expected)]
    if not isinstance(said, dict) or not all(isinstance(value, bool) for value in said.values()):
        return {}, [Problem("engine.E001", _MADE_UP, expected=expected)]
    return said, []


def _unknown_parameters(
    tables: Mapping[str, Table], parts: Mapping[str, Mapping[str, Any]], categories: Categories | None
) -> list[Problem]:
    """Columns whose categories the rulebook does not know at all: nothing in them could be checked."""
    problems = []
    for name in parts if categories is not None else ():
        for column in tables[name].columns:
            if column.of_parameter is not None:
                parameter, axis = column.of_parameter
                if axis not in (categories or {}).get(parameter, {}):
                    message = f"holds categories of {parameter} by {axis}, and the rulebook has no such parameter"
                    problems.append(Problem("engine.E003", next(iter(parts[name])), None, column.name, message=message))
    return problems


def _only_row(frame: nw.LazyFrame[Any]) -> dict[str, Any]:
    return next(frame.collect("pyarrow").iter_rows(named=True))
