"""Parquet files: scanned in place, with the types they carry."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from tanheng.problems import Problem
from tanheng.warehouse.cells import path_text
from tanheng.warehouse.files import TableFile


@dataclass(frozen=True)
class ParquetHeader:
    """Columns and their types as DuckDB names them."""

    types: dict[str, str]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.types)


def read_schema(connection: duckdb.DuckDBPyConnection, file: TableFile) -> ParquetHeader | Problem:
    """The columns of the file, read from its footer."""
    try:
        found = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({path_text(file.path)})").fetchall()
    except duckdb.Error as error:
        said = str(error).splitlines()[0].replace(path_text(file.path)[1:-1], file.name)
        return Problem(
            "intake.E008", file.name, message=f"cannot be read as Parquet: {said}", hint="Was it copied to its end?"
        )
    return ParquetHeader({row[0]: row[1] for row in found})


def rows_of(file: TableFile) -> str:
    """A query for the cells with ``_row``, the number of the row from 0."""
    source = f"read_parquet({path_text(file.path)}, file_row_number=true)"
    return f"SELECT * EXCLUDE (file_row_number), file_row_number AS _row FROM {source}"
