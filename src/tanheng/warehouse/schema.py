"""What a table of a city looks like: columns with type, unit, default and meaning.

One description feeds four things: the checks of the intake, the units that the policy engine
multiplies, the data dictionary in docs/, and the example city. Every table has two further columns
that need not be declared: ``origin`` (real, derived or made_up; default real) and ``source`` (where
a row comes from; optional).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from tanheng.text import Text
from tanheng.units import Unit

Kind = Literal["text", "integer", "number", "date", "boolean"]
TrapKind = Literal[
    "duplicate_rows",
    "in_the_future",
    "factor_of_history",
    "same_series",
    "part_exceeds_whole",
    "ratio_outside",
    "outside_district",
]

ORIGINS = ("real", "derived", "made_up")


@dataclass(frozen=True)
class Column:
    """One column.

    ``required`` columns hold a value in every row. A column that is not required may be empty:
    empty is unknown, never zero, unless ``default`` says what an empty cell means. ``months`` marks
    a date that is always the first of a month. ``least`` and ``most`` are inclusive bounds;
    ``one_of`` lists the values allowed; ``refers_to`` names a table whose single key column holds
    the value. ``of_parameter`` names a rulebook parameter and the category axis whose categories are allowed,
    e.g. ``("inventory.fuel_name", "fuel")``.
    """

    name: str
    kind: Kind
    meaning: Text
    unit: str = "1"
    required: bool = True
    default: str | float | bool | None = None
    least: float | None = None
    most: float | None = None
    one_of: tuple[str, ...] = ()
    refers_to: str | None = None
    of_parameter: tuple[str, str] | None = None
    months: bool = False

    def __post_init__(self) -> None:
        Unit.parse(self.unit)
        if self.kind in ("text", "date", "boolean") and self.unit != "1":
            raise ValueError(f"column {self.name}: a {self.kind} has no unit, not {self.unit}")

    @property
    def may_be_null(self) -> bool:
        return not self.required and self.default is None


@dataclass(frozen=True)
class Trap:
    """A known way in which the rows of a table go wrong without breaking the schema.

    ``kind`` names a check of ``tanheng.warehouse.traps``; ``columns`` and ``options`` are its
    arguments. A row caught in a trap raises a question and is held: see ``traps``.
    """

    kind: TrapKind
    columns: tuple[str, ...]
    options: tuple[tuple[str, object], ...] = ()

    def option(self, name: str, default: object = None) -> object:
        return dict(self.options).get(name, default)


@dataclass(frozen=True)
class Table:
    """A table of the city folder, found as ``NAME.csv``, ``NAME.xlsx`` or ``NAME.parquet``."""

    name: str
    title: Text
    meaning: Text
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    one_filled: tuple[tuple[str, ...], ...] = ()  # groups of columns of which exactly one is filled
    traps: tuple[Trap, ...] = ()
    optional: bool = True  # a city without this table can still be opened

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        if len(set(names)) != len(names):
            raise ValueError(f"table {self.name}: a column is declared twice")
        for name in self.key + tuple(n for group in self.one_filled for n in group):
            if name not in names:
                raise ValueError(f"table {self.name}: {name} is not a column")
        for trap in self.traps:
            for name in trap.columns:
                if name not in names:
                    raise ValueError(f"table {self.name}: trap {trap.kind} names {name}, which is not a column")

    def __iter__(self) -> Iterator[Column]:
        return iter(self.all_columns)

    def __getitem__(self, name: str) -> Column:
        for column in self.all_columns:
            if column.name == name:
                return column
        raise KeyError(f"table {self.name} has no column {name}")

    def held_by(self, trap: Trap) -> tuple[str, ...]:
        """The columns whose value a trap takes out of a row that it caught.

        Never a key column: what names a row stays, and the key tells the row's own period from a
        date that it merely mentions. A position shared by two rows is no amount counted twice, so
        duplicates hold no degrees.
        """
        columns = tuple(name for name in trap.columns if name not in self.key)
        if trap.kind == "outside_district":
            return tuple(name for name in columns[:2])
        if trap.kind == "duplicate_rows":
            return tuple(
                name for name in columns if self[name].kind in ("number", "integer") and self[name].unit != "degree"
            )
        return columns

    def may_be_null(self, name: str) -> bool:
        """Whether the column can be empty in the city's frame: by its schema, or because a trap held it."""
        return self[name].may_be_null or any(name in self.held_by(trap) for trap in self.traps)

    @property
    def all_columns(self) -> Sequence[Column]:
        return (*self.columns, ORIGIN, SOURCE)


ORIGIN = Column(
    "origin",
    "text",
    Text(
        "real: as published or measured; derived: computed from real data; made_up: from the generator",
        "real:公布或实测;derived:由真实数据推算;made_up:由生成器编造",
    ),
    required=False,
    default="real",
    one_of=ORIGINS,
)
SOURCE = Column("source", "text", Text("where the row comes from", "数据来源"), required=False)
