"""Parquet files: scanned in place, with the types they carry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from tanheng.problems import Problem
from tanheng.warehouse.cells import BLANKS, path_text, quote
from tanheng.warehouse.files import TableFile
from tanheng.warehouse.queries import first_row


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


def untidy_texts(connection: duckdb.DuckDBPyConnection, relation: str, names: Sequence[str]) -> frozenset[str]:
    """Which text columns hold a text that is not what it says: empty, or with blanks around it.

    The statistics of a file mostly tell that no text begins so; what they leave open is looked at in one pass.
    """
    if not names:
        return frozenset()
    asked = ", ".join(f"min({quote(name)}), max({quote(name)})" for name in names)
    ends = first_row(connection, f"SELECT {asked} FROM ({relation})") or ()
    blanks = ", ".join(str(blank) for blank in BLANKS)
    open_: dict[str, str] = {}
    for name, least, most in zip(names, ends[0::2], ends[1::2], strict=True):
        if least is None:
            continue
        odd = f"ascii(right({quote(name)}, 1)) IN ({blanks})"
        if not (least >= "!" and most < "\x7f"):
            odd += f" OR {quote(name)} = '' OR ascii({quote(name)}) IN ({blanks})"
        open_[name] = odd
    if not open_:
        return frozenset()
    found = first_row(connection, f"SELECT {', '.join(f'bool_or({odd})' for odd in open_.values())} FROM ({relation})")
    return frozenset(name for name, is_odd in zip(open_, found or (), strict=True) if is_odd)
