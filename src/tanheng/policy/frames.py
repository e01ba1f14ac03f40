"""The frame of each entity: its rows, and the columns that rules add to it.

``extend`` takes rules of one level. It first joins what they need to the frame (look-ups along links
up, aggregates along links down, parameters with open categories), then adds the rules themselves, in
as few steps as they allow. Everything stays lazy until ``keep``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import narwhals as nw

from tanheng.policy.aggregates import column_of, on_parents, over_rows, scaffolding
from tanheng.policy.backend import Backend, Tables
from tanheng.policy.causes import Causes
from tanheng.policy.entities import Entity
from tanheng.policy.expressions import Expr, Lookup, Name, Over, ParameterValue, Window
from tanheng.policy.lowering import DTYPES, Lowering, Made
from tanheng.policy.parameter_tables import Bands, ParameterGroup, bands_of, group_parameters, is_scalar
from tanheng.policy.plan import Plan, PlannedRule
from tanheng.policy.wording import formula

Frame = nw.LazyFrame[Any]
Stored = Mapping[Entity, tuple[Frame, Mapping[str, Made]]]


@dataclass
class State:
    """What is there of an entity: its rows with the columns made so far."""

    lazy: Frame
    made: dict[str, Made] = field(default_factory=dict)
    joined: dict[str, tuple[str, Made]] = field(default_factory=dict)


def as_stored(results: Frame, key: Sequence[str]) -> tuple[Frame, Mapping[str, Made]]:
    """Results that a run wrote (key, rules, and what stands beside each), as ``Frames`` takes them up."""
    columns = results.collect_schema().names()
    rules = [name for name in columns if name not in key and not _is_beside(name, set(columns))]
    made = {name: Made(f"{name}__cause" in columns, None, f"{name}__parts" in columns) for name in rules}
    return results, made


class Frames:
    """The frames of one evaluation. ``stored`` gives results of a run, which are taken up and not made again."""

    def __init__(self, city: Tables, plan: Plan, on: date, causes: Causes, backend: Backend, stored: Stored) -> None:
        self._city = city
        self._plan = plan
        self._on = on
        self._causes = causes
        self._backend = backend
        self._stored = stored
        self._states: dict[Entity, State] = {}

    def __iter__(self) -> Iterator[Entity]:
        return iter(list(self._states))

    def made(self) -> set[tuple[Entity, str]]:
        """Every rule that is there already, stored ones included."""
        there = {(entity, name) for entity, state in self._states.items() for name in state.made}
        return there | {(entity, name) for entity, (_, made) in self._stored.items() for name in made}

    def state(self, entity: Entity) -> State:
        """The frame of an entity as it is now; its bare rows when nothing was added yet."""
        if entity not in self._states:
            rows = self._city.frame(entity.table.name)
            if entity.year_of is not None:
                rows = rows.with_columns(year=nw.col(entity.year_of).dt.year().cast(nw.Int64()))
            made: dict[str, Made] = {}
            if entity in self._stored:
                results, made_before = self._stored[entity]
                rows = rows.join(results, on=list(entity.key), how="inner")
                made = dict(made_before)
            self._states[entity] = State(rows, made)
        return self._states[entity]

    def keep(self, entity: Entity, rules: Iterable[str]) -> None:
        """Compute the frame now, for several later uses, with the columns of its table and ``rules``.

        What was only joined and what no later step takes up is dropped; it can be made again.
        """
        state = self._states[entity]
        state.made = {name: made for name, made in state.made.items() if name in set(rules)}
        there = state.lazy.collect_schema().names()
        wanted = {column.name for column in entity.table} | {"year", "held", *state.made}
        columns = [name for name in there if name in wanted or _is_beside(name, set(state.made))]
        state.lazy = self._backend.keep(state.lazy.select(*columns))
        state.joined = {}

    def extend(self, entity: Entity, rules: Sequence[PlannedRule]) -> None:
        """Add the columns of ``rules``, all of one level, in as few steps as they allow."""
        waiting = {planned.name: planned for planned in rules}
        while waiting:
            ready = [planned for planned in waiting.values() if not self._waits_for(planned, waiting)]
            for planned in ready:
                del waiting[planned.name]
            state = self.state(entity)
            self._join(entity, state, [planned.expr for planned in ready])
            self._add_rules(entity, state, ready)

    def column_of(self, entity: Entity, expr: Expr) -> str:
        """The column with the values of an expression; what it takes up must be there already."""
        state = self.state(entity)
        if formula(expr) not in state.joined:
            self._join(entity, state, [expr])
            column = f"expression_{len(state.joined)}"
            value = self._lowering(entity, state, [expr]).value(expr)
            state.lazy = state.lazy.with_columns(value.alias(column))
            state.joined[formula(expr)] = (column, Made(False, 0))
        return state.joined[formula(expr)][0]

    def _join(self, entity: Entity, state: State, exprs: Sequence[Expr]) -> None:
        """Join what the expressions need beside the columns of the frame."""
        self._join_lookups(entity, state, exprs)
        self._join_aggregates(entity, state, exprs)
        self._join_parameters(entity, state, exprs)
        self._add_windows(entity, state, exprs)

    def _waits_for(self, planned: PlannedRule, waiting: Mapping[str, PlannedRule]) -> bool:
        entity = planned.rule.entity
        needed = self._plan.needs(entity, planned.name)
        return any(owner is entity and name in waiting for owner, name in needed)

    def _lowering(self, entity: Entity, state: State, exprs: Sequence[Expr]) -> Lowering:
        bands: dict[str, Bands] = {}
        for expr in exprs:
            for node in expr.walk():
                if isinstance(node, ParameterValue) and is_scalar(node):
                    bands[formula(node)] = bands_of(self._plan.rulebook[node.name], node, entity.period, self._on)
        return Lowering(
            entity,
            state.made,
            state.joined,
            bands,
            self._causes,
            self._backend.arithmetic,
            lambda expr: self._plan.type_of(entity, expr),
        )

    def _add_rules(self, entity: Entity, state: State, rules: Sequence[PlannedRule]) -> None:
        lowering = self._lowering(entity, state, [planned.expr for planned in rules])
        columns: dict[str, nw.Expr] = {}
        made: dict[str, Made] = {}
        for planned in rules:
            name, expr = planned.name, planned.expr
            value = lowering.value(expr).cast(DTYPES[planned.type.kind])
            columns[name] = value
            cause, trust, parts = lowering.cause(expr), lowering.trust(expr), lowering.parts(expr)
            if cause is not None:
                # A cause speaks only where there is no value: three-valued logic may know the answer all the same.
                columns[f"{name}__cause"] = nw.when(value.is_null()).then(cause)
            if not isinstance(trust, int):
                columns[f"{name}__trust"] = trust
            for suffix in ("parts", "undetermined") if parts else ():
                counts = [nw.col(f"{column}__{suffix}").fill_null(0) for column in parts]
                columns[f"{name}__{suffix}"] = sum(counts[1:], counts[0])
            made[name] = Made(cause is not None, trust if isinstance(trust, int) else None, bool(parts))
        state.lazy = state.lazy.with_columns(**columns)
        state.made.update(made)

    # -- joining -----------------------------------------------------------------------------------

    def _join_lookups(self, entity: Entity, state: State, exprs: Sequence[Expr]) -> None:
        for link_name, nodes in _by_link(exprs, Lookup, state.joined).items():
            link = entity.parents[link_name]
            parent = self.state(link.parent)
            columns: dict[str, nw.Expr] = {f"__{key}": nw.col(key) for key in link.by}
            no_parent = nw.lit(self._causes.no_parent(entity, link_name), dtype=nw.Int32())
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

    def _carry(self, owner: Entity, state: State, name: str, column: str, columns: dict[str, nw.Expr]) -> Made:
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

    def _join_aggregates(self, entity: Entity, state: State, exprs: Sequence[Expr]) -> None:
        empty = self._causes.arithmetic("empty")
        arithmetic = self._backend.arithmetic
        for link_name, nodes in _by_link(exprs, Over, state.joined).items():
            link = entity.children[link_name]
            child = self.state(link.child)
            columns: dict[str, nw.Expr] = {f"__{key}": nw.col(own) for key, own in link.by.items()}
            carried: dict[str, Made] = {"": Made(False, 0)}
            groups: dict[str, nw.Expr] = {}
            finished: dict[str, nw.Expr] = {}
            found: dict[str, tuple[str, Made]] = {}
            for node in nodes:
                if node.name not in carried:
                    carried[node.name] = self._carry(link.child, child, node.name, f"c_{node.name}", columns)
                made = carried[node.name]
                kind = self._plan.type_of(link.child, Name(node.name)).kind if node.name else "integer"
                groups |= over_rows(node, made, kind, arithmetic)
                result, beside = on_parents(node, made, kind, empty, arithmetic)
                finished |= result
                found[formula(node)] = (column_of(node), beside)
            keys = [f"__{key}" for key in link.by]
            grouped = child.lazy.select(**columns).group_by(*keys).agg(**groups)
            state.lazy = state.lazy.join(grouped, left_on=list(link.by), right_on=keys, how="left")
            state.lazy = state.lazy.with_columns(**finished).drop(*scaffolding(groups))
            state.joined |= found

    def _join_parameters(self, entity: Entity, state: State, exprs: Sequence[Expr]) -> None:
        nodes = [node for expr in exprs for node in expr.walk() if isinstance(node, ParameterValue)]
        wanted: dict[str, ParameterValue] = {}
        for node in reversed(nodes):  # a parameter that gives the category of another comes after it
            if not is_scalar(node) and formula(node) not in state.joined:
                wanted.setdefault(formula(node), node)
        for group in group_parameters(
            wanted.values(), self._plan.rulebook, entity.period, self._on, self._causes, taken=len(state.joined)
        ):
            self._join_group(entity, state, group)

    def _join_group(self, entity: Entity, state: State, group: ParameterGroup) -> None:
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
            keys["__band"] = nw.when(~nw.col(entity.period or "").is_null()).then(band)
        table = self._backend.scan(group.table)
        state.lazy = state.lazy.with_columns(**keys).join(
            table, left_on=list(keys), right_on=[f"{name}_of_table" for name in keys], how="left"
        )
        state.lazy = state.lazy.drop(*keys)
        state.joined.update(group.columns)

    def _add_windows(self, entity: Entity, state: State, exprs: Sequence[Expr]) -> None:
        nodes = [node for expr in exprs for node in expr.walk() if isinstance(node, Window)]
        for node in reversed(nodes):  # a window inside another comes after it
            if formula(node) not in state.joined:
                self._add_window(entity, state, node)

    def _add_window(self, entity: Entity, state: State, node: Window) -> None:
        column = f"window_{len(state.joined)}"
        lowering = self._lowering(entity, state, [node])
        groups = {f"{column}__by_{n}": lowering.value(part) for n, part in enumerate(node.within)}
        causes = [lowering.cause(part) for part in node.parts]
        trust = lowering.trust(node.value)
        state.lazy = state.lazy.with_columns(
            nw.lit(0).alias(f"{column}__all"), lowering.value(node.value).alias(f"{column}__value"), **groups
        )
        within = [*groups, f"{column}__all"]
        value = nw.col(f"{column}__value")
        there = ~value.is_null()
        for group in groups:  # rows whose group is not known are no group
            there = there & ~nw.col(group).is_null()
        if node.function == "rank":
            result = value.rank("min", descending=True).over(*within)
        else:
            gaps = value.is_null().cast(nw.Int64()).sum().over(*within)
            parts = self._backend.arithmetic.parts_to_add(value, "number")
            total = self._backend.arithmetic.added_up(parts.sum().over(*within), "number")
            result = value / total
            there = there & (gaps == 0) & (total != 0)
            others = nw.when(gaps > 0).then(nw.lit(self._causes.arithmetic("share"), dtype=nw.Int32()))
            causes += [others, nw.lit(self._causes.arithmetic("/"), dtype=nw.Int32())]
        columns: dict[str, nw.Expr] = {column: nw.when(there).then(result)}
        own = [cause for cause in causes if cause is not None]
        if own:
            columns[f"{column}__cause"] = nw.when(~there).then(nw.coalesce(*own) if len(own) > 1 else own[0])
        if not isinstance(trust, int):
            columns[f"{column}__trust"] = trust.max().over(*within)
        state.lazy = state.lazy.with_columns(**columns).drop(*within, f"{column}__value")
        state.joined[formula(node)] = (column, Made(bool(own), trust if isinstance(trust, int) else None))


def _is_beside(name: str, joined: set[str]) -> bool:
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
