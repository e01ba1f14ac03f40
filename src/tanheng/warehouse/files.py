"""What every file of a table has in common, whatever its format: rows, and the lines they stand on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from tanheng.problems import Problem
from tanheng.warehouse.cells import Cell
from tanheng.warehouse.schema import Table

CHUNK_BYTES = 4 << 20


@dataclass(frozen=True)
class InputFile:
    """A file that the city was read from. ``table`` is None for ``city.yaml`` and geometry."""

    table: str | None
    path: str  # relative to the city folder, with "/"
    sha256: str
    rows: int | None


@dataclass(frozen=True)
class TableFile:
    """A file that holds rows of a table. ``name`` is relative to the city folder, with ``/``."""

    table: str
    path: Path
    name: str

    @property
    def format(self) -> str:
        return self.path.suffix.lower()


class Lines(Protocol):
    """Where rows stand in a file, as an editor or a spreadsheet shows it."""

    def of(self, rows: Sequence[int]) -> Mapping[int, int]:
        """The line of each row; rows count from 0, lines from 1."""


@dataclass(frozen=True)
class EvenLines:
    """One row a line, from line ``first`` on. In a Parquet file the line is the number of the row."""

    first: int

    def of(self, rows: Sequence[int]) -> Mapping[int, int]:
        return {row: self.first + row for row in rows}


@dataclass
class Reading:
    """A file as DuckDB sees it.

    ``relation`` is a query for the raw cells, with ``_row`` counting from 0; ``cells`` says how each
    declared column is read from it. ``copy`` is the query whose result is kept as a table because
    the file cannot be scanned in place, and ``finish`` is told how many rows that gave. Without cells
    nothing can be read from the file. Of one fault in one column ``faults_most`` rows are told, the rest counted.
    """

    table: Table
    file: TableFile
    sha256: str = ""
    relation: str = ""
    copy: str | None = None
    finish: Callable[[int], None] = lambda rows: None
    cells: Sequence[Cell] = ()
    lines: Lines = field(default_factory=lambda: EvenLines(1))
    rows: int = 0
    faults_most: int = 20
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, *problems: Problem) -> None:
        """Nothing can be read from the file."""
        self.problems += problems
        self.cells = ()

    @property
    def is_readable(self) -> bool:
        return any(cell.is_present for cell in self.cells)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file of any size."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
