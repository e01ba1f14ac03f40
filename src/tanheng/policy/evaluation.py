"""Rules on a city: computes only what is asked, in a few queries, and keeps what is shared.

    evaluation = Evaluation(city, rulebook, rules, on=date(2024, 12, 31))
    frame = evaluation.table(FACILITY_YEAR, ["scope1_tco2e"])

Level by level, the frame of an entity gets the parameters, look-ups and aggregates that its rules
need joined to it, then the rules themselves. A frame that several others build on is kept as a
table; one with a single use stays lazy, and the database sees one query for all of it.

Sums are exact: parts are rounded to a millionth of the unit and added as integers, so that neither
the order of rows nor the number of threads can change a result. A single part must be below 9.2e12 units.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any, cast

import narwhals as nw

from tanheng.policy.backend import Backend, Results, Tables, TooLarge, backend_of
from tanheng.policy.causes import Cause, Causes
from tanheng.policy.entities import Entity
from tanheng.policy.expressions import Expr, ParameterValue
from tanheng.policy.frames import Frames, Stored
from tanheng.policy.lowering import PARTS
from tanheng.policy.parameters import Status
from tanheng.policy.plan import Plan, PlannedRule
from tanheng.policy.rulebook import Rulebook
from tanheng.policy.rules import Rule
from tanheng.policy.schedule import steps_to, uses_after
from tanheng.problems import reject
from tanheng.warehouse.city import City


class Evaluation:
    """The rules of one rulebook on one city at one date.

    ``few`` says that only a few rows will be asked for, so that it is not worth compiling the rules for all of them.

    Raises
    ------
    InputRejected
        When the rules cannot stand (see ``Plan``).
    """

    def __init__(
        self,
        city: Tables,
        rulebook: Rulebook,
        rules: Iterable[Rule],
        *,
        on: date,
        plan: Plan | None = None,
        backend: Backend | None = None,
        stored: Stored | None = None,
        few: bool = False,
    ) -> None:
        self.city = cast(City, city)  # what asks it for more than ``Tables`` has is for DuckDB only
        self.rulebook = rulebook
        self.on = on
        if plan is not None and plan.rulebook.digest != rulebook.digest:
            raise ValueError(f"the plan was made for another rulebook than {rulebook.name}: make a new one")
        self.plan = plan or Plan(rules, rulebook)
        self.causes = Causes(self.plan)
        self._backend = backend or backend_of(city, few=few)
        self._asked: set[tuple[Entity, str]] = set()
        self._asked_columns: dict[Entity, set[str]] = {}
        self._frames = Frames(city, self.plan, on, self.causes, self._backend, stored or {})

    # -- asking ------------------------------------------------------------------------------------

    def table(self, entity: Entity, names: Sequence[str]) -> Results:
        """The key columns, then ``names`` (rules or columns), each rule with its companions.

        ``NAME__cause`` stands only where the rule can be undetermined and ``NAME__parts`` and
        ``NAME__undetermined`` only for totals that leave undetermined parts out; ``NAME__trust`` always.

        Raises
        ------
        KeyError
            When the entity has no such rule or column.
        """
        self.compute({entity: names})
        return self._selected(entity, names)

    def rows(self, entity: Entity, names: Sequence[str], where: nw.Expr) -> Results:
        """As ``table``, for a few rows: nothing is kept, and the database reads only what they need."""
        self._compute(self._items({entity: names}), keep=False)
        return self._selected(entity, names, where)

    def values_of(self, entity: Entity, expr: Expr, where: nw.Expr) -> dict[tuple[Any, ...], Any]:
        """The values of a part of a rule that was asked for before, for a few rows, by their keys."""
        column, words = self._frames.column_of(entity, expr), self._backend.arithmetic.words
        names = (*entity.key, column)
        frame = self._frames.state(entity).lazy.select(**{name: words.col(name) for name in names})
        found = self._backend.results(frame).filter(where).collect("pyarrow")
        return {row[:-1]: row[-1] for row in found.select(*names).iter_rows()}

    def _selected(self, entity: Entity, names: Sequence[str], where: nw.Expr | None = None) -> Results:
        self._frames.bring_back(entity, names)
        state = self._frames.state(entity)
        words = self._backend.arithmetic.words
        columns = {name: words.col(name) for name in entity.key}
        for name in names:
            columns[name] = words.col(name)
            made = state.made.get(name)
            if made is None:
                continue
            if made.cause:
                columns[f"{name}__cause"] = words.col(f"{name}__cause")
            if made.trust is None:
                columns[f"{name}__trust"] = words.col(f"{name}__trust")
            else:
                columns[f"{name}__trust"] = words.lit(made.trust, dtype=nw.Int8())
            if made.parts:
                for suffix in PARTS:
                    columns[f"{name}__{suffix}"] = words.col(f"{name}__{suffix}")
        results = self._backend.results(state.lazy.select(**columns))
        return results if where is None else results.filter(where)

    def write(self, entity: Entity, names: Sequence[str], place: Path) -> None:
        """The rows of ``table`` as Parquet: a file, or on a cluster a folder of parts that the executors write."""
        self._backend.write(self.table(entity, names), place)

    def hold(self, results: Results) -> Results:
        """Work results out now, for several later uses."""
        return self._backend.hold(results)

    def compute(self, wanted: Mapping[Entity, Sequence[str]]) -> None:
        """Compute all of it together, so that what is shared is computed once."""
        self._compute(self._items(wanted))

    def _items(self, wanted: Mapping[Entity, Sequence[str]]) -> list[tuple[Entity, str]]:
        items: list[tuple[Entity, str]] = []
        for entity, names in wanted.items():
            for name in names:
                if (entity, name) in self.plan:
                    items.append((entity, name))
                elif entity.column(name) is None:
                    raise KeyError(self._unknown(entity, name))
                else:
                    self._asked_columns.setdefault(entity, set()).add(name)
        return items

    def cause(self, code: int) -> Cause:
        """What a code in a ``__cause`` column stands for."""
        return self.causes[code]

    def weakest(self, entity: Entity, name: str) -> Status:
        """The weakest status of any parameter that can go into a rule, over all rows."""
        statuses = [0]
        for owner, rule in self.plan.closure([(entity, name)]):
            for node in self.plan[(owner, rule)].nodes(ParameterValue):
                cells = self.rulebook[node.name].cells
                statuses += [int(cell.status) for cell in cells if cell.value is not None and cell.start <= self.on]
        return Status(max(statuses))

    def rests_on_made_up(self, entity: Entity, name: str) -> bool:
        """Whether a table with made-up rows went into a rule or column."""
        return any(self.city.made_up(owner.table.name) for owner in self.plan.entities_behind(entity, name))

    def parameters_behind(self, wanted: Mapping[Entity, Sequence[str]]) -> tuple[str, ...]:
        """The names of all parameters that the wanted rules take up, sorted."""
        items = [
            item for entity, names in wanted.items() for name in names for item in self._rules_behind(entity, name)
        ]
        nodes = (node for item in self.plan.closure(items) for node in self.plan[item].nodes(ParameterValue))
        return tuple(sorted({node.name for node in nodes}))

    def results(self) -> Iterator[tuple[Entity, Results]]:
        """Every entity with rules that were asked for: key, those rules and what stands beside, sorted by key."""
        for entity in self._frames:
            names = [planned.name for planned in self.plan.of(entity) if (entity, planned.name) in self._asked]
            if names:
                yield entity, self.table(entity, names).sort(*entity.key)

    def _rules_behind(self, entity: Entity, name: str) -> list[tuple[Entity, str]]:
        return [(entity, name)] if (entity, name) in self.plan else []

    def _unknown(self, entity: Entity, name: str) -> str:
        names = [rule.name for rule in self.plan.of(entity)] + [column.name for column in entity.table]
        near = get_close_matches(name, names, n=3)
        hint = f"; near it are {', '.join(near)}" if near else ""
        return f"{entity.name} has no rule or column {name}{hint}"

    # -- computing ---------------------------------------------------------------------------------

    def _compute(self, items: Sequence[tuple[Entity, str]], *, keep: bool = True) -> None:
        there = self._frames.made()
        waiting = [item for item in items if item not in there]
        todo: dict[tuple[Entity, str], None] = {}
        while waiting:
            item = waiting.pop()
            if item not in todo and item not in there:
                todo[item] = None
                waiting += self.plan.needs(*item)
        steps = steps_to(self.plan, todo)
        asked = {entity for entity, _ in items}
        if keep:
            self._asked.update(items)
        for position, step in enumerate(steps):
            self._frames.extend(step.entity, step.rules)
            later = [planned for each in steps[position + 1 :] for planned in each.rules]
            is_last = all(planned.rule.entity is not step.entity for planned in later)
            if uses_after(steps, position) > 1 or (keep and is_last and step.entity in asked):
                self._keep(step.entity, items, later)

    def _keep(self, entity: Entity, items: Sequence[tuple[Entity, str]], later: Sequence[PlannedRule]) -> None:
        """Keep what of ``entity`` was asked for, now or before, or what a later step needs."""
        needed = {item for planned in later for item in self.plan.needs(*planned.item)}
        rules = {name for owner, name in needed.union(self._asked, items) if owner is entity}
        columns = {name for planned in later for name in self.plan.columns(planned, entity)}
        try:
            self._frames.keep(entity, rules, columns | self._asked_columns.get(entity, set()))
        except TooLarge as error:
            message = f"while it was worked out, {error} turned up, which is too large to be added up exactly"
            hint = "Below 9.2e12 of its unit is exact; more is most likely a mistake of units in a table"
            raise reject("engine.E007", entity.name, message, hint=hint) from error
