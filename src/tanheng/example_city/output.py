"""Parquet files that are the same bytes for the same seed, each saying that it is demonstration data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from tanheng.warehouse.schema import Column, Table

_TYPES = {
    "text": pa.string(),
    "number": pa.float64(),
    "integer": pa.int64(),
    "date": pa.date32(),
    "boolean": pa.bool_(),
}


class Coded:
    """A text column of few values: codes into ``texts``; code -1 is empty."""

    def __init__(self, codes: NDArray[np.integer], texts: Sequence[str]) -> None:
        self.codes = codes
        self.texts = texts

    def __len__(self) -> int:
        return len(self.codes)

    def array(self) -> pa.Array:
        codes = _filled(pa.int32(), self.codes.astype(np.int32), self.codes < 0)
        return pa.DictionaryArray.from_arrays(codes, _texts(self.texts))


Values = Coded | NDArray[np.generic]


def from_rows(table: Table, names: Sequence[str], rows: Sequence[Sequence[object]]) -> dict[str, Values]:
    """Columns from rows of Python values; the kinds are those of the table."""
    kinds: dict[str, object] = {
        "text": object,
        "number": np.float64,
        "integer": np.int64,
        "date": "datetime64[D]",
        "boolean": np.bool_,
    }
    return {
        name: np.array([row[place] for row in rows], dtype=kinds[table[name].kind])  # type: ignore[call-overload]
        for place, name in enumerate(names)
    }


def constant(text: str, count: int) -> Coded:
    return Coded(np.zeros(count, dtype=np.int32), [text])


class TableWriter:
    """Writes the rows of one table, block by block, in the order in which they come.

    A NaN in a column of numbers, a NaT in a column of dates and a code of -1 is an empty cell.
    """

    def __init__(self, folder: Path, table: Table, notice: Mapping[str, str]) -> None:
        self.table = table
        self.path = folder / f"{table.name}.parquet"
        self.rows = 0
        self._columns = list(table.all_columns)
        fields = []
        for column in self._columns:
            kind = _TYPES[column.kind]
            fields.append(pa.field(column.name, pa.dictionary(pa.int32(), kind) if column.kind == "text" else kind))
        self._schema = pa.schema(fields)
        # Without the Arrow schema a dictionary is plain text to whoever reads the file.
        self._writer = pq.ParquetWriter(
            self.path, self._schema, compression="zstd", store_schema=False, write_statistics=True, version="2.6"
        )
        self._writer.add_key_value_metadata(dict(notice))

    def write(self, values: Mapping[str, Values]) -> None:
        arrays = [_array(column, values[column.name]) for column in self._columns]
        if len(arrays[0]):
            self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema), row_group_size=131_072)
        self.rows += len(arrays[0])

    def close(self) -> None:
        self._writer.close()

    def __enter__(self) -> TableWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _array(column: Column, values: Values) -> pa.Array:
    if isinstance(values, Coded):
        return values.array()
    if column.kind == "text":
        return _texts([str(text) for text in values.tolist()]).dictionary_encode()
    if column.kind == "date":
        days = values.astype("datetime64[D]")
        return _filled(pa.date32(), days.astype(np.int64).astype(np.int32), np.isnat(days))
    if column.kind == "number":
        numbers = np.asarray(values, dtype=np.float64)
        return _filled(pa.float64(), numbers, np.isnan(numbers))
    if column.kind == "integer":
        return _filled(pa.int64(), values.astype(np.int64), np.zeros(len(values), dtype=np.bool_))
    raise NotImplementedError(f"no table of the example city has a column of kind {column.kind}")


# Arrow arrays over the memory at hand: pa.array would import pandas first, which takes longer than the whole table.


def _texts(texts: Sequence[str]) -> pa.Array:
    cells = [text.encode() for text in texts]
    ends = np.cumsum([0, *map(len, cells)]).astype(np.int32)
    return pa.Array.from_buffers(pa.string(), len(cells), [None, pa.py_buffer(ends), pa.py_buffer(b"".join(cells))])


def _filled(kind: pa.DataType, values: NDArray[np.generic], empty: NDArray[np.bool_]) -> pa.Array:
    valid = pa.py_buffer(np.packbits(~empty, bitorder="little")) if empty.any() else None
    return pa.Array.from_buffers(kind, len(values), [valid, pa.py_buffer(np.ascontiguousarray(values))])
