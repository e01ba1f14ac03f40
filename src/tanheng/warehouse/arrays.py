"""The columns of a city as arrays, for engines that go over the rows themselves.

A text stands as a whole number, the same one for equal texts in any column of the city: texts are compared, grouped
and looked up as fast as numbers. Columns are fetched from DuckDB once and stay as long as the city.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tanheng.warehouse.cells import quote

Kind = Literal["f64", "i64", "i32", "i8", "bool", "text", "date", "none"]
Array = npt.NDArray[Any]

STORED: Mapping[Kind, npt.DTypeLike] = {
    "f64": np.float64,
    "i64": np.int64,
    "i32": np.int32,
    "i8": np.int8,
    "bool": np.uint8,
    "text": np.int32,
    "date": np.int32,  # days since 1970
    "none": np.int32,
}
_ARROW: Mapping[Kind, pa.DataType] = {
    "f64": pa.float64(),
    "i64": pa.int64(),
    "i32": pa.int32(),
    "i8": pa.int8(),
    "date": pa.date32(),
    "none": pa.int32(),
}


@dataclass(frozen=True, eq=False)
class Vector:
    """One column: ``values`` of the kind's type, and a 1 in ``nulls`` where there is none; no ``nulls``: nowhere."""

    kind: Kind
    values: Array
    nulls: Array | None = None

    def __len__(self) -> int:
        return len(self.values)

    def take(self, rows: Array) -> Vector:
        return Vector(self.kind, self.values[rows], None if self.nulls is None else self.nulls[rows])

    def span(self) -> tuple[int, int]:
        """The smallest and the largest of whole numbers; what stands under a null counts, and is 0 where fetched."""
        return (int(self.values.min()), int(self.values.max())) if len(self.values) else (0, 0)


class Pool:
    """The texts of a city, and the number of each."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}
        self._texts: list[str] = []
        self._arrow = pa.array([], pa.string())
        self._places: Array = np.empty(0, np.int32)

    def code(self, text: str) -> int:
        found = self._codes.get(text)
        if found is None:
            found = self._codes[text] = len(self._texts)
            self._texts.append(text)
        return found

    def codes(self, texts: Iterable[str]) -> Array:
        return np.fromiter((self.code(text) for text in texts), np.int32)

    @property
    def arrow(self) -> pa.Array:
        """The texts in the order of their codes."""
        if len(self._arrow) != len(self._texts):
            self._arrow = pa.array(self._texts, pa.string())
        return self._arrow

    @property
    def places(self) -> Array:
        """The place of each text in their order, which is that of their bytes in UTF-8."""
        if len(self._places) != len(self._texts):
            order = sorted(range(len(self._texts)), key=lambda code: self._texts[code].encode())
            self._places = np.empty(len(order), np.int32)
            self._places[order] = np.arange(len(order), dtype=np.int32)
        return self._places

    def taken_in(self, column: pa.Array | pa.ChunkedArray) -> Vector:
        """A column of Arrow, with its texts in this pool."""
        if isinstance(column, pa.ChunkedArray):
            column = column.combine_chunks()
        if isinstance(column, pa.ChunkedArray):  # what combine_chunks leaves of no chunk at all
            column = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
        nulls = column.is_null().to_numpy(zero_copy_only=False).astype(np.uint8) if column.null_count else None
        kind = _kind_of(column.type)
        if kind == "text":
            if not pa.types.is_dictionary(column.type):
                column = column.dictionary_encode()
            known = self.codes(column.dictionary.to_pylist())
            codes = column.indices.fill_null(0).to_numpy(zero_copy_only=False)
            values = known[codes] if len(known) else np.zeros(len(codes), np.int32)
            if nulls is not None:
                values = np.where(nulls, np.int32(values.min(initial=0)), values).astype(np.int32)
        elif kind == "bool":
            values = column.fill_null(False).to_numpy(zero_copy_only=False).astype(np.uint8)
        elif kind == "date":
            values = column.cast(pa.int32()).fill_null(0).to_numpy(zero_copy_only=False)
        elif kind == "none":
            values = np.zeros(len(column), np.int32)
        else:
            values = column.fill_null(0).to_numpy(zero_copy_only=False).astype(STORED[kind], copy=False)
        return Vector(kind, values, nulls)

    def given_back(self, vector: Vector) -> pa.Array:
        """The column as Arrow has it."""
        mask = None if vector.nulls is None else vector.nulls.view(np.bool_)
        if vector.kind == "text":
            return pa.DictionaryArray.from_arrays(pa.array(vector.values, pa.int32(), mask=mask), self.arrow)
        if vector.kind == "bool":
            return pa.array(vector.values.view(np.bool_), pa.bool_(), mask=mask)
        return pa.array(vector.values, _ARROW[vector.kind], mask=mask)


def _kind_of(type_: pa.DataType) -> Kind:
    if pa.types.is_dictionary(type_) or pa.types.is_string(type_) or pa.types.is_large_string(type_):
        return "text"
    for kind, arrow in _ARROW.items():
        if kind != "none" and type_ == arrow:
            return kind
    if pa.types.is_boolean(type_):
        return "bool"
    if pa.types.is_null(type_):
        return "none"
    if pa.types.is_integer(type_):
        return "i64"
    if pa.types.is_floating(type_):
        return "f64"
    raise TypeError(f"no column of a table is of the kind {type_}")


class Connection(Protocol):
    def sql(self, query: str) -> Any: ...


class Arrays:
    """The columns of a city's tables, each fetched when it is first asked for.

    Rows of a table stand in one order for all its columns: what is fetched later is put into the order of what was
    fetched first, by the key.
    """

    def __init__(self, connection: Connection) -> None:
        self.pool = Pool()
        self._connection = connection
        self._fetched: dict[str, dict[str, Vector]] = {}

    def columns(self, table: str, key: Sequence[str], names: Iterable[str]) -> dict[str, Vector]:
        """Those columns of a table whose rows ``key`` tells apart; the columns of the key among them."""
        there = self._fetched.setdefault(table, {})
        wanted = dict.fromkeys((*key, *names))
        missing = [name for name in wanted if name not in there]
        if missing and not there:
            there |= self._fetch(table, list(wanted))
        elif missing:
            found = self._fetch(table, [*key, *missing])
            order = _order(found, there, key)
            there |= {name: found[name] if order is None else found[name].take(order) for name in missing}
        return {name: there[name] for name in wanted}

    def _fetch(self, table: str, names: Sequence[str]) -> dict[str, Vector]:
        columns = ", ".join(quote(name) for name in names)
        rows: pa.Table = self._connection.sql(f"SELECT {columns} FROM {quote(table)}").to_arrow_table()
        return {name: _widened(self.pool.taken_in(rows.column(name))) for name in names}


def _widened(vector: Vector) -> Vector:
    """Whole numbers of a table are of one width, whatever the file had."""
    if vector.kind in ("i8", "i32"):
        return Vector("i64", vector.values.astype(np.int64), vector.nulls)
    return vector


def _order(found: Mapping[str, Vector], there: Mapping[str, Vector], key: Sequence[str]) -> Array | None:
    """Where the rows of ``there`` are among those found; None where they stand alike."""
    if all(np.array_equal(found[name].values, there[name].values) for name in key):
        return None
    ours = np.lexsort([there[name].values for name in key])
    theirs = np.lexsort([found[name].values for name in key])
    order = np.empty(len(ours), np.intp)
    order[ours] = theirs
    return order
