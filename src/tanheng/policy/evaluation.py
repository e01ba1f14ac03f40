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
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import Any

import narwhals as nw

from tanheng.policy.aggregates import PER_UNIT, column_of, exact, on_parents, over_rows, scaffolding
from tanheng.policy.backend import Backend, DuckDBBackend
from tanheng.policy.causes import Cause, Causes
from tanheng.policy.entities import Entity
from tanheng.policy.expressions import Expr, Lookup, Name, Over, ParameterValue, Window
from tanheng.policy.lowering import DTYPES, Lowering, Made
from tanheng.policy.parameter_tables import ParameterGroup, bands_of, group_parameters, is_scalar
from tanheng.policy.parameters import Cell, Status
from tanheng.policy.plan import Plan, PlannedRule
from tanheng.policy.rulebook import Rulebook
from tanheng.policy.rules import Rule
from tanheng.policy.wording import formula
from tanheng.warehouse.city import City

Frame = nw.LazyFrame[Any]


@dataclass
class _State:
    """What is there of an entity: its rows with the columns made so far."""

    lazy: Frame
    made: dict[str, Made] = field(default_factory=dict)
    joined: dict[str, tuple[str, Made]] = field(default_factory=dict)


class Evaluation:
    """The rules of one rulebook on one city at one date.

    Raises
    ------
    InputRejected
        When the rules cannot stand (see ``Plan``).
    """

    def __init__(
        self,
        city: City,
        rulebook: Rulebook,
        rules: Iterable[Rule],
        *,
        on: date,
        plan: Plan | None = None,
        backend: Backend | None = None,
        restrict: Mapping[Entity, nw.Expr] | None = None,
        stored: Mapping[Entity, tuple[Frame, Mapping[str, Made]]] | None = None,
    ) -> None:
        self.city = city
        self.rulebook = rulebook
        self.on = on
        self.plan = plan or Plan(rules, rulebook)
        self.causes = Causes(rulebook)
        self._backend = backend or DuckDBBackend(city.connection)
        self._restrict = dict(restrict or {})
        self._stored = dict(stored or {})
        self._states: dict[Entity, _State] = {}

    # -- asking ------------------------------------------------------------------------------------

    def table(self, entity: Entity, names: Sequence[str]) -> Frame:
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

    def rows(self, entity: Entity, names: Sequence[str], where: nw.Expr) -> Frame:
        """As ``table``, for a few rows: nothing is kept, and the database reads only what they need."""
        self._compute(self._items({entity: names}), keep=False)
        return self._selected(entity, names, where)

    def _selected(self, entity: Entity, names: Sequence[str], where: nw.Expr | None = None) -> Frame:
        state = self._states[entity]
        columns: dict[str, nw.Expr] = {name: nw.col(name) for name in entity.key}
        for name in names:
            columns[name] = nw.col(name)
            made = state.made.get(name)
            if made is None:
                continue
            if made.cause:
                columns[f"{name}__cause"] = nw.col(f"{name}__cause")
            if made.trust is None:
                columns[f"{name}__trust"] = nw.col(f"{name}__trust")
            else:
                columns[f"{name}__trust"] = nw.lit(made.trust, dtype=nw.Int8())
            if made.parts:
                for suffix in ("parts", "undetermined"):
                    columns[f"{name}__{suffix}"] = nw.col(f"{name}__{suffix}")
        lazy = state.lazy if where is None else state.lazy.filter(where)
        return lazy.select(**columns)

    def compute(self, wanted: Mapping[Entity, Sequence[str]]) -> None:
        """Compute all of it together, so that what is shared is computed once."""
        self._compute(self._items(wanted))

    def _items(self, wanted: Mapping[Entity, Sequence[str]]) -> list[tuple[Entity, str]]:
        items: list[tuple[Entity, str]] = []
        for entity, names in wanted.items():
            self._state(entity)
            for name in names:
                if (entity, name) in self.plan:
                    items.append((entity, name))
                elif entity.column(name) is None:
                    raise KeyError(self._unknown(entity, name))
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
        owners = {entity} | {owner for owner, _ in self.plan.closure(self._rules_behind(entity, name))}
        return any(self.city.made_up(owner.table.name) for owner in owners)

    def parameters_behind(self, wanted: Mapping[Entity, Sequence[str]]) -> tuple[str, ...]:
        """The names of all parameters that the wanted rules take up, sorted."""
        items = [
            item for entity, names in wanted.items() for name in names for item in self._rules_behind(entity, name)
        ]
        nodes = (node for item in self.plan.closure(items) for node in self.plan[item].nodes(ParameterValue))
        return tuple(sorted({node.name for node in nodes}))

    def results(self) -> Iterator[tuple[Entity, Frame]]:
        """Every entity with computed rules: key, rules and companions, sorted by key."""
        for entity, state in self._states.items():
            names = [name for name in state.made if (entity, name) in self.plan]
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

    def _state(self, entity: Entity) -> _State:
        if entity not in self._states:
            rows = self.city.frame(entity.table.name)
            if entity.year_of is not None:
                rows = rows.with_columns(year=nw.col(entity.year_of).dt.year().cast(nw.Int64()))
            if entity in self._restrict:
                rows = rows.filter(self._restrict[entity])
            made: dict[str, Made] = {}
            if entity in self._stored:
                results, made_before = self._stored[entity]
                rows = rows.join(results, on=list(entity.key), how="inner")
                made = dict(made_before)
            self._states[entity] = _State(rows, made)
        return self._states[entity]

    def _compute(self, items: Sequence[tuple[Entity, str]], *, keep: bool = True) -> None:
        there = {(entity, name) for entity, state in self._states.items() for name in state.made}
        for entity in self._stored:
            there |= {(entity, name) for name in self._stored[entity][1]}
        waiting = [item for item in items if item not in there]
        todo: dict[tuple[Entity, str], None] = {}
        while waiting:
            item = waiting.pop()
            if item not in todo and item not in there:
                todo[item] = None
                waiting += self.plan.needs(*item)
        steps: dict[tuple[int, Entity], list[PlannedRule]] = {}
        for planned in self.plan:
            if (planned.rule.entity, planned.name) in todo:
                steps.setdefault((planned.level, planned.rule.entity), []).append(planned)
        order = sorted(steps, key=lambda step: step[0])
        asked = {entity for entity, _ in items}
        for position, (level, entity) in enumerate(order):
            self._extend(entity, steps[(level, entity)])
            later = order[position + 1 :]
            uses = sum(self._uses(steps[step], entity) for step in later)
            is_answer = keep and entity in asked and all(owner is not entity for _, owner in later)
            if uses > 1 or is_answer:
                self._keep(entity)

    def _uses(self, rules: Sequence[PlannedRule], entity: Entity) -> int:
        """How often a later step builds on the frame of ``entity``: as its own, and along links."""
        own = along = False
        for planned in rules:
            owner = planned.rule.entity
            own = own or owner is entity
            links = [owner.parents[node.link].parent for node in planned.nodes(Lookup)]
            links += [owner.children[node.link].child for node in planned.nodes(Over)]
            along = along or entity in links
        return own + along

    def _keep(self, entity: Entity) -> None:
        state = self._states[entity]
        joined = {column for column, _ in state.joined.values()}
        columns = [
            name for name in state.lazy.collect_schema().names() if name not in joined and not _beside(name, joined)
        ]
        state.lazy = self._backend.keep(state.lazy.select(*columns))
        state.joined = {}

    def _extend(self, entity: Entity, rules: Sequence[PlannedRule]) -> None:
        """Add the columns of ``rules``, all of one level, in as few steps as they allow."""
        waiting = {planned.name: planned for planned in rules}
        while waiting:
            ready = [planned for planned in waiting.values() if not self._waits_for(planned, waiting)]
            for planned in ready:
                del waiting[planned.name]
            state = self._state(entity)
            exprs = [planned.expr for planned in ready]
            self._join_lookups(entity, state, exprs)
            self._join_aggregates(entity, state, exprs)
            self._join_parameters(entity, state, exprs)
            self._add_windows(entity, state, exprs)
            self._add_rules(entity, state, ready)

    def _waits_for(self, planned: PlannedRule, waiting: Mapping[str, PlannedRule]) -> bool:
        entity = planned.rule.entity
        needed = self.plan.needs(entity, planned.name)
        return any(owner is entity and name in waiting for owner, name in needed)

    def _lowering(self, entity: Entity, state: _State, exprs: Sequence[Expr]) -> Lowering:
        bands: dict[str, Sequence[tuple[int | None, Cell | None]]] = {}
        for expr in exprs:
            for node in expr.walk():
                if isinstance(node, ParameterValue) and is_scalar(node):
                    bands[formula(node)] = bands_of(self.rulebook[node.name], node, entity.period, self.on)
        return Lowering(
            entity, state.made, state.joined, bands, self.causes, lambda expr: self.plan.type_of(entity, expr)
        )

    def _add_rules(self, entity: Entity, state: _State, rules: Sequence[PlannedRule]) -> None:
        lowering = self._lowering(entity, state, [planned.expr for planned in rules])
        columns: dict[str, nw.Expr] = {}
        made: dict[str, Made] = {}
        for planned in rules:
            name, expr = planned.name, planned.expr
            columns[name] = lowering.value(expr).cast(DTYPES[planned.type.kind])
            cause, trust, parts = lowering.cause(expr), lowering.trust(expr), lowering.parts(expr)
            if cause is not None:
                columns[f"{name}__cause"] = cause
            if not isinstance(trust, int):
                columns[f"{name}__trust"] = trust
            for suffix in ("parts", "undetermined") if parts else ():
                counts = [nw.col(f"{column}__{suffix}") for column in parts]
                columns[f"{name}__{suffix}"] = sum(counts[1:], counts[0])
            made[name] = Made(cause is not None, trust if isinstance(trust, int) else None, bool(parts))
        state.lazy = state.lazy.with_columns(**columns)
        # A cause speaks only where there is no value: three-valued logic may know the answer all the same.
        masked = {
            f"{name}__cause": nw.when(nw.col(name).is_null()).then(nw.col(f"{name}__cause"))
            for name, beside in made.items()
            if beside.cause
        }
        if masked:
            state.lazy = state.lazy.with_columns(**masked)
        state.made.update(made)

    # -- joining -----------------------------------------------------------------------------------

    def _join_lookups(self, entity: Entity, state: _State, exprs: Sequence[Expr]) -> None:
        for link_name, nodes in _by_link(exprs, Lookup, state.joined).items():
            link = entity.parents[link_name]
            parent = self._state(link.parent)
            columns: dict[str, nw.Expr] = {f"__{key}": nw.col(key) for key in link.by}
            no_parent = nw.lit(self.causes.no_parent(entity, link_name), dtype=nw.Int32())
            found: dict[str, tuple[str, Made]] = {}
            for node in nodes:
                column = f"{link_name}__up__{node.name}"
                made = self._carry(link.parent, parent, node.name, column, columns)
                found[formula(node)] = (column, Made(True, made.trust, made.parts))
            state.lazy = state.lazy.join(
                parent.lazy.select(**columns),
                left_on=list(link.by.values()),
                right_on=[f"__{key}" for key in link.by],
                how="left",
            )
            causes = {}
            for column, _ in found.values():
                missing = no_parent
                if f"{column}__cause" in columns:
                    missing = nw.coalesce(nw.col(f"{column}__cause"), no_parent)
                causes[f"{column}__cause"] = nw.when(nw.col(column).is_null()).then(missing)
            state.lazy = state.lazy.with_columns(**causes)
            state.joined.update(found)

    def _carry(self, owner: Entity, state: _State, name: str, column: str, columns: dict[str, nw.Expr]) -> Made:
        """Put a column or rule and what stands beside it into ``columns`` under a new name."""
        columns[column] = nw.col(name)
        cause = self._lowering(owner, state, []).cause_of_column(name)
        if cause is not None:
            columns[f"{column}__cause"] = cause
        made = state.made.get(name, Made(cause is not None, 0))
        if made.trust is None:
            columns[f"{column}__trust"] = nw.col(f"{name}__trust")
        for suffix in ("parts", "undetermined") if made.parts else ():
            columns[f"{column}__{suffix}"] = nw.col(f"{name}__{suffix}")
        return Made(cause is not None, made.trust, made.parts)

    def _join_aggregates(self, entity: Entity, state: _State, exprs: Sequence[Expr]) -> None:
        empty = self.causes.arithmetic("empty")
        for link_name, nodes in _by_link(exprs, Over, state.joined).items():
            link = entity.children[link_name]
            child = self._state(link.child)
            columns: dict[str, nw.Expr] = {f"__{key}": nw.col(own) for key, own in link.by.items()}
            carried: dict[str, Made] = {"": Made(False, 0)}
            groups: dict[str, nw.Expr] = {}
            finished: dict[str, nw.Expr] = {}
            found: dict[str, tuple[str, Made]] = {}
            for node in nodes:
                if node.name not in carried:
                    carried[node.name] = self._carry(link.child, child, node.name, f"c_{node.name}", columns)
                made = carried[node.name]
                kind = self.plan.type_of(link.child, Name(node.name)).kind if node.name else "integer"
                groups |= over_rows(node, made, kind)
                result, beside = on_parents(node, made, kind, empty)
                finished |= result
                found[formula(node)] = (column_of(node), beside)
            keys = [f"__{key}" for key in link.by]
            grouped = child.lazy.select(**columns).group_by(*keys).agg(**groups)
            state.lazy = state.lazy.join(grouped, left_on=list(link.by), right_on=keys, how="left")
            state.lazy = state.lazy.with_columns(**finished).drop(*scaffolding(nodes))
            state.joined |= found

    def _join_parameters(self, entity: Entity, state: _State, exprs: Sequence[Expr]) -> None:
        nodes: dict[str, ParameterValue] = {}
        for expr in exprs:
            for node in expr.walk():
                if isinstance(node, ParameterValue) and not is_scalar(node):
                    nodes.setdefault(formula(node), node)
        wanted = {signature: node for signature, node in nodes.items() if signature not in state.joined}
        for group in group_parameters(wanted.values(), self.rulebook, entity.period, self.on, self.causes):
            self._join_group(entity, state, group)

    def _join_group(self, entity: Entity, state: _State, group: ParameterGroup) -> None:
        lowering = self._lowering(entity, state, group.keys)
        keys = {f"__key_{position}": lowering.value(key).cast(nw.String()) for position, key in enumerate(group.keys)}
        if group.first_years:
            band = nw.lit(0, dtype=nw.Int64())
            for position, first_year in enumerate(group.first_years[1:], start=1):
                band = (
                    nw.when(nw.col(entity.period or "") >= first_year)
                    .then(nw.lit(position, dtype=nw.Int64()))
                    .otherwise(band)
                )
            keys["__band"] = band
        table = self._backend.scan(group.table)
        state.lazy = state.lazy.with_columns(**keys).join(
            table, left_on=list(keys), right_on=[f"{name}_of_table" for name in keys], how="left"
        )
        state.lazy = state.lazy.drop(*keys)
        state.joined.update(group.columns)

    def _add_windows(self, entity: Entity, state: _State, exprs: Sequence[Expr]) -> None:
        nodes: dict[str, Window] = {}
        for expr in exprs:
            for node in expr.walk():
                if isinstance(node, Window) and formula(node) not in state.joined:
                    nodes.setdefault(formula(node), node)
        for signature, node in nodes.items():
            column = f"window_{len(state.joined)}"
            lowering = self._lowering(entity, state, [node])
            parts = {f"{column}__by_{n}": lowering.value(part) for n, part in enumerate(node.within)}
            cause = lowering.cause(node.value)
            trust = lowering.trust(node.value)
            state.lazy = state.lazy.with_columns(
                nw.lit(0).alias(f"{column}__all"), lowering.value(node.value).alias(f"{column}__value"), **parts
            )
            within = [*parts, f"{column}__all"]
            value = nw.col(f"{column}__value")
            unknown = value.is_null().cast(nw.Int64()).sum().over(*within)
            if node.function == "rank":
                result = nw.when(~value.is_null()).then(value.rank("min", descending=True).over(*within))
                own = cause
            else:
                total = exact(value, "number").sum().over(*within).cast(nw.Float64()) / PER_UNIT
                result = nw.when((unknown == 0) & (total != 0)).then(value / total)
                group = nw.lit(self.causes.arithmetic("share"), dtype=nw.Int32())
                own = group if cause is None else nw.coalesce(cause, group)
            columns: dict[str, nw.Expr] = {column: result}
            if own is not None:
                columns[f"{column}__cause"] = own
            if not isinstance(trust, int):
                columns[f"{column}__trust"] = trust
            state.lazy = state.lazy.with_columns(**columns).drop(*within, f"{column}__value")
            made = Made(own is not None, trust if isinstance(trust, int) else None)
            state.joined[signature] = (column, made)


def _beside(name: str, joined: set[str]) -> bool:
    stem, found, suffix = name.rpartition("__")
    return bool(found) and suffix in ("cause", "trust", "parts", "undetermined") and stem in joined


def _by_link(exprs: Sequence[Expr], kind: type[Any], joined: Mapping[str, object]) -> dict[str, list[Any]]:
    """The nodes of a kind that are not joined yet, once each, by link."""
    found: dict[str, dict[str, Any]] = {}
    for expr in exprs:
        for node in expr.walk():
            if isinstance(node, kind) and formula(node) not in joined:
                found.setdefault(node.link, {})[formula(node)] = node
    return {link: list(nodes.values()) for link, nodes in found.items()}
