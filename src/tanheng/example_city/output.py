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
        empty = self.codes < 0
        codes = pa.array(np.where(empty, 0, self.codes).astype(np.int32), mask=empty if empty.any() else None)
        return pa.DictionaryArray.from_arrays(codes, pa.array(list(self.texts), pa.string()))


Values = Coded | NDArray[np.generic]


def constant(text: str, count: int) -> Coded:
    return Coded(np.zeros(count, dtype=np.int32), [text])


class TableWriter:
    """Writes the rows of one table, block by block, in the order in which they come.

    A NaN in a column of numbers and a NaT in a column of dates is an empty cell.
    """

    def __init__(self, folder: Path, table: Table, notice: Mapping[str, str], columns: Sequence[str]) -> None:
        self.path = folder / f"{table.name}.parquet"
        self.rows = 0
        self._columns = [table[name] for name in (*columns, "origin", "source")]
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

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _array(column: Column, values: Values) -> pa.Array:
    if isinstance(values, Coded):
        return values.array()
    if column.kind == "text":
        texts = pa.array([None if text is None else str(text) for text in values.tolist()], pa.string())
        return texts.dictionary_encode()
    if column.kind == "date":
        empty = np.isnat(values)  # type: ignore[arg-type]
        return pa.array(values.astype("datetime64[D]"), pa.date32(), mask=empty if empty.any() else None)
    if column.kind == "number":
        return pa.array(np.asarray(values, dtype=np.float64), pa.float64(), from_pandas=True)
    return pa.array(values, _TYPES[column.kind])
