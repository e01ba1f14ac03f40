"""The words in which queries are made: what a column and a frame can do, whatever the engine.

The engine writes every rule in these few words. Narwhals speaks them for Polars and Spark; for DuckDB they become
SQL text (``sql``), one statement for many rules, because building a query object by object takes longer there than
running it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, Self

import narwhals as nw
import pyarrow as pa


@dataclass(frozen=True)
class SmallTable:
    """A few rows of our own, as lists by column, in the order of ``types``."""

    columns: Mapping[str, Sequence[Any]]
    types: Mapping[str, nw.dtypes.DType]

    def arrow(self) -> pa.Table:
        fields = [(name, _ARROW[type_]) for name, type_ in self.types.items()]
        return pa.table(dict(self.columns), schema=pa.schema(fields))


_ARROW: Mapping[nw.dtypes.DType, pa.DataType] = {
    nw.Float64(): pa.float64(),
    nw.Int64(): pa.int64(),
    nw.Int32(): pa.int32(),
    nw.Int8(): pa.int8(),
    nw.String(): pa.string(),
    nw.Boolean(): pa.bool_(),
    nw.Date(): pa.date32(),
}


class Column(Protocol):
    """An expression over the columns of a frame. Nulls go through, as in SQL."""

    def __add__(self, other: Any, /) -> Self: ...
    def __sub__(self, other: Any, /) -> Self: ...
    def __mul__(self, other: Any, /) -> Self: ...
    def __truediv__(self, other: Any, /) -> Self: ...
    def __pow__(self, other: Any, /) -> Self: ...
    def __lt__(self, other: Any, /) -> Self: ...
    def __le__(self, other: Any, /) -> Self: ...
    def __gt__(self, other: Any, /) -> Self: ...
    def __ge__(self, other: Any, /) -> Self: ...
    def __and__(self, other: Any, /) -> Self: ...
    def __or__(self, other: Any, /) -> Self: ...
    def __eq__(self, other: Any, /) -> Self: ...  # type: ignore[override]
    def __ne__(self, other: Any, /) -> Self: ...  # type: ignore[override]
    def __invert__(self) -> Self: ...
    def __neg__(self) -> Self: ...
    def abs(self) -> Self: ...
    def floor(self) -> Self: ...
    def ceil(self) -> Self: ...
    def round(self) -> Self:
        """The nearest whole number; which way halves go differs (see ``arithmetic``)."""
        ...

    def sqrt(self) -> Self: ...
    def exp(self) -> Self: ...
    def log(self) -> Self: ...
    def is_null(self) -> Self: ...
    def is_in(self, values: Sequence[Any]) -> Self: ...
    def fill_null(self, value: Any) -> Self: ...
    def cast(self, dtype: Any) -> Self: ...
    # over the rows of a group
    def sum(self) -> Self: ...
    def min(self) -> Self: ...
    def max(self) -> Self: ...


class Words(Protocol):
    """How columns are named, made and chosen between."""

    def col(self, name: str) -> Column: ...
    def lit(self, value: Any, dtype: Any = None) -> Column: ...
    def choice(self, condition: Column, value: Column, otherwise: Column | None = None) -> Column:
        """``value`` where the condition holds; else, and where it is null, ``otherwise`` (or null)."""
        ...

    def coalesce(self, *columns: Column) -> Column: ...
    def greatest(self, *columns: Column) -> Column:
        """The largest of those that are not null."""
        ...

    def least(self, *columns: Column) -> Column: ...
    def year(self, date: Column) -> Column: ...
    def month(self, date: Column) -> Column: ...
    def rows(self) -> Column:
        """How many rows a group has."""
        ...

    def rank(self, value: Column, within: Sequence[str]) -> Column:
        """The place of each value among the rows with equal ``within``: 1 is the largest, equals share a place."""
        ...

    def over(self, total: Literal["sum", "max"], value: Column, within: Sequence[str]) -> Column:
        """A total of the rows with equal ``within``, on each of them."""
        ...


class Grouped(Protocol):
    def agg(self, **columns: Any) -> Any: ...


class Frame(Protocol):
    """Rows that are not worked out yet."""

    def collect_schema(self) -> Any:
        """Something with ``names()``, the columns in order."""
        ...

    def select(self, **columns: Any) -> Any: ...
    def with_columns(self, **columns: Any) -> Any: ...
    def join(self, other: Any, *, left_on: Any, right_on: Any, how: Literal["left", "inner"]) -> Any:
        """Columns of both but for the ``right_on`` ones, whose values are unique in ``other``."""
        ...

    def group_by(self, *keys: Any) -> Any: ...


class NarwhalsWords:
    """The words of Narwhals."""

    def col(self, name: str) -> nw.Expr:
        return nw.col(name)

    def lit(self, value: Any, dtype: Any = None) -> nw.Expr:
        return nw.lit(value, dtype=dtype)

    def choice(self, condition: Any, value: Any, otherwise: Any = None) -> nw.Expr:
        chosen = nw.when(condition).then(value)
        return chosen if otherwise is None else chosen.otherwise(otherwise)

    def coalesce(self, *columns: Any) -> nw.Expr:
        return nw.coalesce(*columns)

    def greatest(self, *columns: Any) -> nw.Expr:
        return nw.max_horizontal(*columns)

    def least(self, *columns: Any) -> nw.Expr:
        return nw.min_horizontal(*columns)

    def year(self, date: Any) -> nw.Expr:
        year: nw.Expr = date.dt.year().cast(nw.Int64())
        return year

    def month(self, date: Any) -> nw.Expr:
        month: nw.Expr = date.dt.month().cast(nw.Int64())
        return month

    def rows(self) -> nw.Expr:
        return nw.len()

    def rank(self, value: Any, within: Sequence[str]) -> nw.Expr:
        rank: nw.Expr = value.rank("min", descending=True).over(*within).cast(nw.Int64())
        return rank

    def over(self, total: Literal["sum", "max"], value: Any, within: Sequence[str]) -> nw.Expr:
        added: nw.Expr = (value.sum() if total == "sum" else value.max()).over(*within)
        return added
