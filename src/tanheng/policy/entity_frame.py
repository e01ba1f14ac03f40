"""What there is of an entity while its rules are worked out, and how rules are lowered over it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

import narwhals as nw

from tanheng.policy.backend import Backend, Tables
from tanheng.policy.causes import Causes
from tanheng.policy.entities import Entity
from tanheng.policy.expressions import Expr, Lookup, Name, ParameterValue, Window
from tanheng.policy.lowering import Joined, Lowering, Made
from tanheng.policy.parameter_tables import Bands, bands_of, is_scalar, within
from tanheng.policy.plan import Plan
from tanheng.policy.relational import Column, Frame
from tanheng.policy.wording import formula


@dataclass
class State:
    """What is there of an entity: its rows with the columns made so far."""

    lazy: Frame
    made: dict[str, Made] = field(default_factory=dict)
    joined: dict[str, Joined] = field(default_factory=dict)
    columns: set[str] = field(default_factory=set)  # those of its table that are there
    expressions: dict[str, str] = field(default_factory=dict)


def hangs_on(node: Expr, waiting: Collection[str], state: State) -> bool:
    """Whether a part of the node is not there yet."""
    for part in (inner for given in node.parts for inner in given.walk()):
        if isinstance(part, Name) and part.name in waiting:
            return True
        if isinstance(part, Lookup | Window) and formula(part) not in state.joined:
            return True
    return False


class Lowerings:
    """Lowers rules over the frames of one evaluation."""

    def __init__(self, city: Tables, plan: Plan, on: date, causes: Causes, backend: Backend) -> None:
        self.city = city
        self.plan = plan
        self.on = on
        self.causes = causes
        self.backend = backend
        self.words = backend.arithmetic.words
        self._spans: dict[Entity, tuple[int, int] | None] = {}

    def rows(self, entity: Entity) -> Frame:
        rows = self.backend.rows(self.city, entity.table.name)
        if entity.year_of is not None:
            rows = rows.with_columns(year=self.words.year(self.words.col(entity.year_of)))
        return rows

    def of(self, entity: Entity, state: State, exprs: Sequence[Expr]) -> Lowering:
        bands: dict[str, Bands] = {}
        for expr in exprs:
            for node in expr.walk():
                if isinstance(node, ParameterValue) and is_scalar(node):
                    given = bands_of(self.plan.rulebook[node.name], node, entity.period, self.on)
                    bands[formula(node)] = within(given, self.years(entity, state) if len(given) > 1 else None)
        return Lowering(
            entity,
            state.made,
            state.joined,
            bands,
            self.causes,
            self.backend.arithmetic,
            lambda expr: self.plan.type_of(entity, expr),
        )

    def years(self, entity: Entity, state: State) -> tuple[int, int] | None:
        """The first and the last year of any row, where every row has one and it stands in the table."""
        period = entity.period
        if period is None or (entity, period) in self.plan or entity.column(period) is None:
            return None
        if self.of(entity, state, []).cause_of_column(period) is not None:
            return None
        if entity not in self._spans:
            year = self.words.col(period)
            rows = self.rows(entity).select(
                first=year.min(), last=year.max(), gaps=year.is_null().cast(nw.Int64()).sum()
            )
            found = self.backend.fetch(rows).to_pylist()[0]
            there = found["first"] is not None and not found["gaps"]
            self._spans[entity] = (found["first"], found["last"]) if there else None
        return self._spans[entity]

    def same(self, names: Iterable[str]) -> dict[str, Column]:
        """Columns under their own names."""
        return {name: self.words.col(name) for name in names}
