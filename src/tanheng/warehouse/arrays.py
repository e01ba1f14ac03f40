"""The columns of a city as arrays, for engines that go over the rows themselves.

A text stands as a whole number, the same one for equal texts in any column of the city: texts are compared, grouped
and looked up as fast as numbers. Columns are fetched from DuckDB once and stay as long as the city.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tanheng.warehouse.cells import quote
from tanheng.warehouse.identifiers import Form, numbers_of

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
_NO_CODES = np.empty(0, np.int32)
# Identifiers get a table of their numbers where it has at most so many places, or so many for each text.
LEAST_ROOM, MOST_APART = 1 << 16, 4
_ARROW: Mapping[Kind, pa.DataType] = {
    "f64": pa.float64(),
    "i64": pa.int64(),
    "i32": pa.int32(),
    "i8": pa.int8(),
    "date": pa.date32(),
    "none": pa.int32(),
}


class Vector:
    """One column: ``values`` of the kind's type, and a 1 in ``nulls`` where there is none; no ``nulls``: nowhere."""

    def __init__(self, kind: Kind, values: Array, nulls: Array | None = None) -> None:
        self.kind: Kind = kind
        self.values = values
        self.nulls = nulls

    def __len__(self) -> int:
        return len(self.values)

    def take(self, rows: Array) -> Vector:
        return Vector(self.kind, self.values[rows], None if self.nulls is None else self.nulls[rows])

    def span(self) -> tuple[int, int]:
        """The smallest and the largest of whole numbers; under a null stands one of the values, or 0."""
        return (int(self.values.min()), int(self.values.max())) if len(self.values) else (0, 0)


class Texts(Vector):
    """A column of texts as it was fetched, numbered when it is first compared: many are only handed on."""

    def __init__(self, pool: Pool, column: pa.Array, nulls: Array | None) -> None:
        self.kind = "text"
        self.column = column
        self.nulls = nulls
        self._pool = pool

    def __len__(self) -> int:
        return len(self.column)

    def number(self) -> None:
        """Give each text its number now."""
        assert len(self.values) == len(self)

    @cached_property
    def values(self) -> Array:  # type: ignore[override]
        if (codes := self._pool.identifiers(self.column)) is not None:
            return codes
        column = self.column.dictionary_encode()
        known = self._pool.codes(column.dictionary)
        if not len(known):
            return np.zeros(len(column), np.int32)
        # A null has the first code there is, so that it is in the span of the others.
        found: Array = known[column.indices.fill_null(0).to_numpy(zero_copy_only=False)]
        return found


class Pool:
    """The texts of a city, and the number of each."""

    def __init__(self) -> None:
        self._texts = pa.array([], pa.string())  # in the order of their codes
        self._codes: dict[str, int] = {}  # of those asked for one by one
        self._of_form: dict[Form, Array] = {}  # the codes of identifiers by their numbers, -1 where there is none
        self._of_no_form = self._texts  # that were not taken in as identifiers
        self._places: Array = np.empty(0, np.int32)

    def __len__(self) -> int:
        return len(self._texts)

    def code(self, text: str) -> int:
        found = self._codes.get(text)
        if found is None:
            found = self._codes[text] = int(self.codes(pa.array([text], pa.string()))[0])
        return found

    def codes(self, texts: pa.Array) -> Array:
        """Of texts that are all different; those not known yet are taken in."""
        texts = texts.cast(pa.string())
        found: Array = np.full(len(texts), -1, np.int32)
        if len(texts) * 16 < len(self):  # the smaller side is the one to make a table of
            places = pc.index_in(self._texts, value_set=texts)
            codes = pc.indices_nonzero(places.is_valid()).to_numpy().astype(np.int32)
            found[places.drop_null().to_numpy()] = codes
        else:
            known = pc.index_in(texts, value_set=self._texts)
            found = known.fill_null(-1).to_numpy(zero_copy_only=False).copy()
        new = np.flatnonzero(found < 0)
        if len(new):
            found[new] = np.arange(len(self), len(self) + len(new))
            taken = texts.take(pa.array(new))
            self._texts = pa.concat_arrays([self._texts, taken])
            self._of_no_form = pa.concat_arrays([self._of_no_form, taken])
        return found

    def identifiers(self, column: pa.Array) -> Array | None:
        """Of a column whose texts are of one form; None where they are not, or their numbers far apart."""
        read = numbers_of(column) if pa.types.is_string(column.type) else None
        if read is None:
            return None
        form, numbers = read
        size = int(numbers.max()) + 1
        known = self._of_form.get(form, _NO_CODES)
        if size > max(LEAST_ROOM, MOST_APART * len(column), len(known)):
            return None
        if size > len(known):
            known = self._of_form[form] = np.concatenate([known, np.full(size - len(known), -1, np.int32)])
        codes = known[numbers]
        if len(new := np.flatnonzero(codes < 0)):
            rows = np.full(size, -1, np.int32)
            rows[numbers[new]] = new  # one that has it
            fresh = np.flatnonzero(rows >= 0)
            texts = column.take(pa.array(rows[fresh]))
            there = pc.index_in(texts, value_set=self._of_no_form)
            if there.null_count < len(there):
                return None  # some have codes already: the careful way finds them
            known[fresh] = np.arange(len(self), len(self) + len(fresh))
            self._texts = pa.concat_arrays([self._texts, texts])
            codes = known[numbers]
        return codes

    @property
    def places(self) -> Array:
        """The place of each text in their order, which is that of their bytes in UTF-8."""
        if len(self._places) != len(self):
            order = pc.sort_indices(self._texts).to_numpy()
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
            if pa.types.is_dictionary(column.type):
                column = column.dictionary_decode()
            return Texts(self, column, nulls)
        if kind == "none":
            return Vector(kind, np.zeros(len(column), np.int32), nulls)
        if kind == "date":
            column = column.cast(pa.int32())
        if nulls is not None:
            column = column.fill_null(False if kind == "bool" else 0)
        values = column.to_numpy(zero_copy_only=False).astype(STORED[kind], copy=False)
        return Vector(kind, values, nulls)

    def given_back(self, vector: Vector) -> pa.Array:
        """The column as Arrow has it."""
        if isinstance(vector, Texts):
            return vector.column
        mask = None if vector.nulls is None else vector.nulls.view(np.bool_)
        if vector.kind == "text":
            return self._texts.take(pa.array(vector.values, pa.int32(), mask=mask))
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
    def execute(self, query: str) -> Any: ...


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
        rows: pa.Table = self._ordered(f"SELECT {columns} FROM {quote(table)}")
        return {name: _widened(self.pool.taken_in(rows.column(name))) for name in names}

    def _ordered(self, query: str) -> pa.Table:
        """Rows as they stand where that can be had: what is fetched later seldom has to be put in order then."""
        setting = "preserve_insertion_order"
        before = self._connection.sql(f"SELECT current_setting('{setting}')").fetchall()[0][0]
        self._connection.execute(f"SET {setting} = true")
        try:
            return self._connection.sql(query).to_arrow_table()
        finally:
            self._connection.execute(f"SET {setting} = {before}")


def _widened(vector: Vector) -> Vector:
    """Whole numbers of a table are of one width, whatever the file had."""
    if vector.kind in ("i8", "i32"):
        return Vector("i64", vector.values.astype(np.int64), vector.nulls)
    return vector


def _are_equal(one: Vector, other: Vector) -> bool:
    if isinstance(one, Texts) and isinstance(other, Texts):
        return bool(one.column.equals(other.column))
    return np.array_equal(one.values, other.values)


def _order(found: Mapping[str, Vector], there: Mapping[str, Vector], key: Sequence[str]) -> Array | None:
    """Where the rows of ``there`` are among those found; None where they stand alike."""
    if all(_are_equal(found[name], there[name]) for name in key):
        return None
    ours = np.lexsort([there[name].values for name in key])
    theirs = np.lexsort([found[name].values for name in key])
    order = np.empty(len(ours), np.intp)
    order[ours] = theirs
    return order
