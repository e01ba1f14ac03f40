"""Queries as SQL text for DuckDB, in the words of ``relational``.

A frame is a tree of what was asked of it (table, columns added, columns picked, join, groups). ``statement`` makes one
SELECT of it: a level reads only the columns that the levels above take up, and what can stand in one SELECT does.
Names of columns stand between two marks in the text of an expression until it is known where they come from.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any, Literal, NamedTuple

import narwhals as nw

from tanheng.warehouse.cells import quote, text

_NAME = re.compile("\x01([^\x02]*)\x02")
SQL_TYPES = {
    nw.Float64(): "DOUBLE",
    nw.Int64(): "BIGINT",
    nw.Int32(): "INTEGER",
    nw.Int8(): "TINYINT",
    nw.String(): "VARCHAR",
    nw.Boolean(): "BOOLEAN",
    nw.Date(): "DATE",
}


class SqlColumn:
    """An expression as text."""

    __slots__ = ("sql",)

    def __init__(self, sql: str) -> None:
        self.sql = sql

    @property
    def names(self) -> set[str]:
        """The columns that it takes up."""
        return set(_NAME.findall(self.sql))

    def _with(self, operator: str, other: Any) -> SqlColumn:
        return SqlColumn(f"({self.sql} {operator} {_column(other).sql})")

    def __add__(self, other: Any) -> SqlColumn:
        return self._with("+", other)

    def __sub__(self, other: Any) -> SqlColumn:
        return self._with("-", other)

    def __mul__(self, other: Any) -> SqlColumn:
        return self._with("*", other)

    def __truediv__(self, other: Any) -> SqlColumn:
        return self._with("/", other)

    def __pow__(self, other: Any) -> SqlColumn:
        return self._with("**", other)

    def __lt__(self, other: Any) -> SqlColumn:
        return self._with("<", other)

    def __le__(self, other: Any) -> SqlColumn:
        return self._with("<=", other)

    def __gt__(self, other: Any) -> SqlColumn:
        return self._with(">", other)

    def __ge__(self, other: Any) -> SqlColumn:
        return self._with(">=", other)

    def __and__(self, other: Any) -> SqlColumn:
        return self._with("AND", other)

    def __or__(self, other: Any) -> SqlColumn:
        return self._with("OR", other)

    def __eq__(self, other: Any) -> SqlColumn:  # type: ignore[override]
        return self._with("=", other)

    def __ne__(self, other: Any) -> SqlColumn:  # type: ignore[override]
        return self._with("<>", other)

    __hash__ = object.__hash__

    def __invert__(self) -> SqlColumn:
        return SqlColumn(f"(NOT {self.sql})")

    def __neg__(self) -> SqlColumn:
        return SqlColumn(f"(- {self.sql})")

    def _call(self, function: str) -> SqlColumn:
        return SqlColumn(f"{function}({self.sql})")

    def abs(self) -> SqlColumn:
        return self._call("abs")

    def floor(self) -> SqlColumn:
        return self._call("floor")

    def ceil(self) -> SqlColumn:
        return self._call("ceil")

    def round(self) -> SqlColumn:
        return self._call("round")

    def sqrt(self) -> SqlColumn:
        return self._call("sqrt")

    def exp(self) -> SqlColumn:
        return self._call("exp")

    def log(self) -> SqlColumn:
        return self._call("ln")

    def is_null(self) -> SqlColumn:
        return SqlColumn(f"({self.sql} IS NULL)")

    def is_in(self, values: Sequence[Any]) -> SqlColumn:
        return SqlColumn(f"({self.sql} IN ({', '.join(_literal(value) for value in values)}))")

    def fill_null(self, value: Any) -> SqlColumn:
        return SqlColumn(f"coalesce({self.sql}, {_column(value).sql})")

    def cast(self, dtype: Any) -> SqlColumn:
        return SqlColumn(f"CAST({self.sql} AS {SQL_TYPES[dtype]})")

    def sum(self) -> SqlColumn:
        return self._call("sum")

    def min(self) -> SqlColumn:
        return self._call("min")

    def max(self) -> SqlColumn:
        return self._call("max")


class SqlWords:
    """How columns are named, made and chosen between, in SQL."""

    def col(self, name: str) -> SqlColumn:
        return SqlColumn(f"\x01{name}\x02")

    def lit(self, value: Any, dtype: Any = None) -> SqlColumn:
        column = SqlColumn(_literal(value))
        return column if dtype is None else column.cast(dtype)

    def choice(self, condition: Any, value: Any, otherwise: Any = None) -> SqlColumn:
        rest = "" if otherwise is None else f" ELSE {otherwise.sql}"
        if rest.startswith(" ELSE CASE WHEN "):  # what begins so is one CASE to its end, and can go on here
            return SqlColumn(f"CASE WHEN {condition.sql} THEN {value.sql}{otherwise.sql[4:]}")
        return SqlColumn(f"CASE WHEN {condition.sql} THEN {value.sql}{rest} END")

    def coalesce(self, *columns: Any) -> SqlColumn:
        return SqlColumn(f"coalesce({_listed(columns)})")

    def greatest(self, *columns: Any) -> SqlColumn:
        return SqlColumn(f"greatest({_listed(columns)})")

    def least(self, *columns: Any) -> SqlColumn:
        return SqlColumn(f"least({_listed(columns)})")

    def year(self, date: Any) -> SqlColumn:
        return SqlColumn(f"year({date.sql})")

    def month(self, date: Any) -> SqlColumn:
        return SqlColumn(f"month({date.sql})")

    def rows(self) -> SqlColumn:
        return SqlColumn("count(*)")

    def rank(self, value: Any, within: Sequence[str]) -> SqlColumn:
        return SqlColumn(f"rank() OVER ({_partition(within)} ORDER BY {value.sql} DESC NULLS LAST)")

    def over(self, total: Literal["sum", "max"], value: Any, within: Sequence[str]) -> SqlColumn:
        return SqlColumn(f"{total}({value.sql}) OVER ({_partition(within)})")


def _partition(within: Sequence[str]) -> str:
    return "PARTITION BY " + ", ".join(f"\x01{name}\x02" for name in within)


def _listed(columns: Iterable[SqlColumn]) -> str:
    return ", ".join(column.sql for column in columns)


def _column(value: Any) -> SqlColumn:
    return value if isinstance(value, SqlColumn) else SqlColumn(_literal(value))


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value) if value >= 0 else f"({value})"
    if isinstance(value, float):
        if not math.isfinite(value):
            return f"CAST('{value}' AS DOUBLE)"
        written = repr(value)  # with an exponent it is a DOUBLE, without one DuckDB reads a DECIMAL
        written = written if "e" in written else f"{written}e0"
        return written if value >= 0 else f"({written})"
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    assert isinstance(value, str), type(value).__name__
    return text(value)


# -- frames --------------------------------------------------------------------------------------------


class _Names(NamedTuple):
    of: tuple[str, ...]

    def names(self) -> list[str]:
        return list(self.of)


@dataclass
class _Select:
    """A SELECT in the making: ``columns`` are texts over ``source``; those in ``plain`` can be put in anywhere."""

    source: str
    columns: dict[str, str]
    plain: set[str]
    grouping: str = ""
    joins: bool = False

    def text(self) -> str:
        columns = ", ".join(f"{sql} AS {quote(name)}" for name, sql in self.columns.items()) or "1 AS nothing"
        return f"SELECT {columns} FROM {self.source}{self.grouping}"

    def wrapped(self, numbers: count[int]) -> _Select:
        """The same rows, with every column a plain one."""
        alias = f"q{next(numbers)}"
        columns = {name: f"{alias}.{quote(name)}" for name in self.columns}
        return _Select(f"({self.text()}) AS {alias}", columns, set(columns))

    def ready_for(self, names: Iterable[str], numbers: count[int]) -> _Select:
        """One in which ``names`` can be put in anywhere."""
        return self if not self.grouping and self.plain.issuperset(names) else self.wrapped(numbers)

    def put_in(self, column: SqlColumn) -> str:
        return _NAME.sub(lambda found: self.columns[found[1]], column.sql)


class SqlFrame:
    """Rows that are not worked out yet."""

    columns: tuple[str, ...]

    def collect_schema(self) -> _Names:
        return _Names(self.columns)

    def select(self, **columns: SqlColumn) -> SqlFrame:
        return _Columns(self, columns, tuple(columns))

    def with_columns(self, **columns: SqlColumn) -> SqlFrame:
        return _Columns(self, columns, tuple(dict.fromkeys((*self.columns, *columns))))

    def join(
        self, other: SqlFrame, *, left_on: Sequence[str], right_on: Sequence[str], how: Literal["left", "inner"]
    ) -> SqlFrame:
        return _Joined(self, other, tuple(left_on), tuple(right_on), how)

    def group_by(self, *keys: str) -> _Groups:
        return _Groups(self, keys)

    def statement(self) -> str:
        """The SELECT that gives the rows."""
        return self._select(set(self.columns), count(1)).text()

    def _select(self, needed: set[str], numbers: count[int]) -> _Select:
        raise NotImplementedError


@dataclass(frozen=True)
class SqlTable(SqlFrame):
    """The rows of a table, view or subquery; ``source`` as it stands after FROM."""

    source: str
    columns: tuple[str, ...]

    def _select(self, needed: set[str], numbers: count[int]) -> _Select:
        alias = f"q{next(numbers)}"
        columns = {name: f"{alias}.{quote(name)}" for name in self.columns if name in needed}
        return _Select(f"{self.source} AS {alias}", columns, set(columns))


@dataclass(frozen=True)
class _Columns(SqlFrame):
    """Other columns over the same rows; those that ``made`` does not make are the child's."""

    child: SqlFrame
    made: Mapping[str, SqlColumn]
    columns: tuple[str, ...]

    def _select(self, needed: set[str], numbers: count[int]) -> _Select:
        made = {name: column for name, column in self.made.items() if name in needed}
        taken_up = set().union(*(column.names for column in made.values())) if made else set()
        kept = needed - made.keys()
        below = self.child._select(kept | taken_up, numbers).ready_for(taken_up, numbers)
        columns = {name: below.columns[name] for name in self.columns if name in kept}
        columns |= {name: below.put_in(column) for name, column in made.items()}
        plain = {name for name in kept if name in below.plain}
        plain |= {name for name, column in made.items() if _NAME.fullmatch(column.sql)}
        return _Select(below.source, columns, plain, joins=below.joins)


@dataclass(frozen=True)
class _Joined(SqlFrame):
    left: SqlFrame
    right: SqlFrame
    left_on: tuple[str, ...]
    right_on: tuple[str, ...]
    how: Literal["left", "inner"]
    columns: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        right = tuple(name for name in self.right.columns if name not in self.right_on)
        assert not set(right) & set(self.left.columns), "a column has one name"
        object.__setattr__(self, "columns", (*self.left.columns, *right))

    def _select(self, needed: set[str], numbers: count[int]) -> _Select:
        left = self.left._select({*(needed & set(self.left.columns)), *self.left_on}, numbers)
        left = left.ready_for(self.left_on, numbers)
        right = self.right._select({*(needed & set(self.right.columns)), *self.right_on}, numbers)
        if right.joins or right.grouping or len(right.plain) < len(right.columns):
            right = right.wrapped(numbers)
        keys = zip(self.left_on, self.right_on, strict=True)
        on = " AND ".join(f"{left.columns[own]} = {right.columns[other]}" for own, other in keys)
        columns = {name: left.columns[name] for name in self.left.columns if name in needed}
        columns |= {name: right.columns[name] for name in self.columns[len(self.left.columns) :] if name in needed}
        plain = {name for name in columns if name in left.plain or name in right.columns}
        return _Select(f"{left.source} {self.how.upper()} JOIN {right.source} ON {on}", columns, plain, joins=True)


@dataclass(frozen=True)
class _Groups:
    child: SqlFrame
    keys: tuple[str, ...]

    def agg(self, **columns: SqlColumn) -> SqlFrame:
        return _Grouped(self.child, self.keys, columns, (*self.keys, *columns))


@dataclass(frozen=True)
class _Grouped(SqlFrame):
    child: SqlFrame
    keys: tuple[str, ...]
    totals: Mapping[str, SqlColumn]
    columns: tuple[str, ...]

    def _select(self, needed: set[str], numbers: count[int]) -> _Select:
        totals = {name: column for name, column in self.totals.items() if name in needed}
        taken_up = set(self.keys).union(*(column.names for column in totals.values()))
        below = self.child._select(taken_up, numbers).ready_for(taken_up, numbers)
        columns = {key: below.columns[key] for key in self.keys}
        grouping = " GROUP BY " + ", ".join(columns.values())
        columns |= {name: below.put_in(column) for name, column in totals.items()}
        return _Select(below.source, columns, set(), grouping)
