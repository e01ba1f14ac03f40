"""The frame of each entity: its rows, and the columns that rules add to it.

``extend`` takes rules of one level. It first joins what they need to the frame (look-ups along links
up, aggregates along links down, parameters with open categories), then adds the rules themselves, in
as few steps as they allow. Everything stays lazy until ``keep``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import reduce
from typing import Any

import narwhals as nw

from tanheng.policy.aggregates import Parts, on_parents, over_rows
from tanheng.policy.backend import Backend, Results, Tables
from tanheng.policy.causes import Causes
from tanheng.policy.entities import Entity
from tanheng.policy.entity_frame import Lowerings, State
from tanheng.policy.expressions import (
    Expr,
    Lookup,
    Name,
    Over,
)
from tanheng.policy.lowering import DTYPES, PARTS, Joined, Made, first_of
from tanheng.policy.parameter_columns import ParameterColumns
from tanheng.policy.plan import Plan, PlannedRule
from tanheng.policy.relational import Column, Frame
from tanheng.policy.window_columns import WindowColumns
from tanheng.policy.wording import formula

Stored = Mapping[Entity, tuple[Results, Mapping[str, Made]]]


def as_stored(results: Results, key: Sequence[str]) -> tuple[Results, Mapping[str, Made]]:
    """Results that a run wrote (key, rules, and what stands beside each), as ``Frames`` takes them up."""
    columns = results.collect_schema().names()
    rules = [name for name in columns if name not in key and not _is_beside(name, set(columns))]
    made = {name: Made(f"{name}__cause" in columns, None, f"{name}__parts" in columns) for name in rules}
    return results, made


class Frames:
    """The frames of one evaluation. ``stored`` gives results of a run, which are taken up and not made again."""

    def __init__(self, city: Tables, plan: Plan, on: date, causes: Causes, backend: Backend, stored: Stored) -> None:
        self._lowerings = Lowerings(city, plan, on, causes, backend)
        self._parameters = ParameterColumns(self._lowerings)
        self._windows = WindowColumns(self._lowerings)
        self._city = city
        self._plan = plan
        self._causes = causes
        self._backend = backend
        self._words = backend.arithmetic.words
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
            rows = self._lowerings.rows(entity)
            made: dict[str, Made] = {}
            if entity in self._stored:
                results, made_before = self._stored[entity]
                taken_up = self._backend.take(results)
                others = (name for name in taken_up.collect_schema().names() if name not in entity.key)
                taken_up = taken_up.select(
                    **{f"__{key}": self._words.col(key) for key in entity.key}, **self._lowerings.same(others)
                )
                keys = list(entity.key)
                rows = rows.join(taken_up, left_on=keys, right_on=[f"__{key}" for key in keys], how="inner")
                made = dict(made_before)
            names = {column.name for column in entity.table} | {"held"}
            self._states[entity] = State(rows, made, columns=names | ({"year"} if entity.year_of else set()))
        return self._states[entity]

    def keep(self, entity: Entity, rules: Iterable[str], columns: Iterable[str]) -> None:
        """Compute the frame now, for several later uses, with ``rules`` and those ``columns`` of the table.

        What was only joined and what no later step takes up is dropped; it can be made again. What was stored
        stays: to make it anew is what it was stored to spare.
        """
        state = self._states[entity]
        stored = self._stored[entity][1] if entity in self._stored else ()
        wanted, taken_up = {*rules, *stored}, {*entity.key, *columns}
        state.made = {name: made for name, made in state.made.items() if name in wanted}
        kept = [
            name
            for name in state.lazy.collect_schema().names()
            if name in state.made or _is_beside(name, state.made) or (name in taken_up and name not in state.made)
        ]
        state.lazy = self._backend.keep(state.lazy.select(**self._lowerings.same(kept)))
        state.joined, state.expressions = {}, {}
        state.columns = {name for name in kept if name in taken_up}

    def bring_back(self, entity: Entity, names: Iterable[str]) -> None:
        """Have these columns of the table in the frame, also where it was kept without them."""
        state = self.state(entity)
        wanted = {name for name in names if (entity, name) not in self._plan}
        wanted |= {"held"} if any(entity.may_be_held(name) for name in wanted) else set()
        lost = sorted(wanted - state.columns - set(entity.key))
        if lost:
            rows = self._lowerings.rows(entity).select(
                **{f"__{key}": self._words.col(key) for key in entity.key}, **self._lowerings.same(lost)
            )
            state.lazy = state.lazy.join(
                rows, left_on=list(entity.key), right_on=[f"__{key}" for key in entity.key], how="left"
            )
            state.columns |= set(lost)

    def extend(self, entity: Entity, rules: Sequence[PlannedRule]) -> None:
        """Add the columns of ``rules``, all of one level, in as few steps as they allow."""
        waiting = {planned.name: planned for planned in rules}
        state = self.state(entity)
        self.bring_back(entity, {name for planned in rules for name in self._plan.columns(planned, entity)})
        while waiting:
            # Joined for all that wait, as far as it can be yet: what has the same keys then is one join.
            self._join(entity, state, [planned.expr for planned in waiting.values()], waiting)
            ready = [planned for planned in waiting.values() if not self._waits_for(planned, waiting)]
            for planned in ready:
                del waiting[planned.name]
            self._add_rules(entity, state, ready)

    def column_of(self, entity: Entity, expr: Expr) -> str:
        """The column with the values of an expression; what it takes up must be there already."""
        state = self.state(entity)
        signature = formula(expr)
        if signature not in state.expressions:
            self.bring_back(entity, [node.name for node in expr.walk() if isinstance(node, Name)])
            self._join(entity, state, [expr], {})
            column = f"expression_{len(state.expressions)}"
            value = self._lowerings.of(entity, state, [expr]).value(expr)
            state.lazy = state.lazy.with_columns(**{column: value})
            state.expressions[signature] = column
        return state.expressions[signature]

    def _join(self, entity: Entity, state: State, exprs: Sequence[Expr], waiting: Collection[str]) -> None:
        """Join what the expressions need beside the columns of the frame, but for what hangs on ``waiting`` rules."""
        self._join_lookups(entity, state, exprs, waiting)
        self._join_aggregates(entity, state, exprs)
        self._parameters.add(entity, state, exprs, waiting)
        self._windows.add(entity, state, exprs, waiting)

    def _waits_for(self, planned: PlannedRule, waiting: Mapping[str, PlannedRule]) -> bool:
        entity = planned.rule.entity
        needed = self._plan.needs(entity, planned.name)
        return any(owner is entity and name in waiting for owner, name in needed)

    def _add_rules(self, entity: Entity, state: State, rules: Sequence[PlannedRule]) -> None:
        lowering = self._lowerings.of(entity, state, [planned.expr for planned in rules])
        columns: dict[str, Column] = {}
        made: dict[str, Made] = {}
        for planned in rules:
            name, expr = planned.name, planned.expr
            value = lowering.value(expr).cast(DTYPES[planned.type.kind])
            columns[name] = value
            cause, trust, parts = lowering.cause(expr), lowering.trust(expr), lowering.parts(expr)
            if cause is not None:
                # A cause speaks only where there is no value: three-valued logic may know the answer all the same.
                columns[f"{name}__cause"] = self._words.choice(value.is_null(), cause)
            if not isinstance(trust, int):
                columns[f"{name}__trust"] = trust
            for suffix in PARTS if parts else ():
                counts = [each[suffix].fill_null(0) for each in parts]
                columns[f"{name}__{suffix}"] = sum(counts[1:], counts[0])
            made[name] = Made(cause is not None, trust if isinstance(trust, int) else None, bool(parts))
        state.lazy = state.lazy.with_columns(**columns)
        state.made.update(made)

    # -- joining -----------------------------------------------------------------------------------

    def _join_lookups(self, entity: Entity, state: State, exprs: Sequence[Expr], waiting: Collection[str]) -> None:
        for link_name, nodes in _by_link(exprs, Lookup, state.joined).items():
            link = entity.parents[link_name]
            if any(own in waiting for own in link.by.values()):
                continue
            self.bring_back(link.parent, [node.name for node in nodes])
            parent = self.state(link.parent)
            columns: dict[str, Column] = {f"__{key}": self._words.col(key) for key in link.by}
            no_parent = self._words.lit(self._causes.no_parent(entity, link_name), dtype=nw.Int32())
            for node in nodes:
                column = f"{link_name}__up__{node.name}"
                made = self._carry(link.parent, parent, node.name, column, columns)
                missing = (
                    self._words.coalesce(self._words.col(f"{column}__cause"), no_parent) if made.cause else no_parent
                )
                state.joined[formula(node)] = Joined(
                    self._words.col(column),
                    self._words.choice(self._words.col(column).is_null(), missing),
                    self._words.col(f"{column}__trust").fill_null(0) if made.trust is None else made.trust,
                    {suffix: self._words.col(f"{column}__{suffix}") for suffix in PARTS if made.parts},
                )
            state.lazy = state.lazy.join(
                parent.lazy.select(**columns),
                left_on=list(link.by.values()),
                right_on=[f"__{key}" for key in link.by],
                how="left",
            )

    def _carry(self, owner: Entity, state: State, name: str, column: str, columns: dict[str, Column]) -> Made:
        """Put a column or rule and what stands beside it into ``columns`` under a new name."""
        columns[column] = self._words.col(name)
        cause = self._lowerings.of(owner, state, []).cause_of_column(name)
        if cause is not None:
            columns[f"{column}__cause"] = cause
        made = state.made.get(name, Made(cause is not None, 0))
        if made.trust is None:
            columns[f"{column}__trust"] = self._words.col(f"{name}__trust")
        for suffix in PARTS if made.parts else ():
            columns[f"{column}__{suffix}"] = self._words.col(f"{name}__{suffix}")
        return Made(cause is not None, made.trust, made.parts)

    def _join_aggregates(self, entity: Entity, state: State, exprs: Sequence[Expr]) -> None:
        empty = self._causes.arithmetic("empty")
        arithmetic = self._backend.arithmetic
        for link_name, nodes in _by_link(exprs, Over, state.joined).items():
            link = entity.children[link_name]
            self.bring_back(link.child, [*link.by.values(), *(node.name for node in nodes if node.name)])
            child = self.state(link.child)
            columns = {f"__{key}": self._words.col(own) for key, own in link.by.items()}
            carried: dict[str, Parts] = {"": Parts(Made(False, 0), "integer", False, True)}
            groups: dict[str, Column] = {}
            for node in nodes:
                if node.name not in carried:
                    made = self._carry(link.child, child, node.name, f"c_{node.name}", columns)
                    if made.trust:  # every part has it; a total of no parts has not
                        columns[f"c_{node.name}__trust"] = self._words.lit(made.trust, dtype=nw.Int8())
                        made = replace(made, trust=None)
                    kind = self._plan.type_of(link.child, Name(node.name)).kind
                    checked = self._city.is_checked
                    carried[node.name] = Parts(made, kind, made.cause or not checked, says_why=checked)
                groups |= over_rows(node, carried[node.name], arithmetic)
            keys = [f"__{key}" for key in link.by]
            lowering = self._lowerings.of(link.child, child, [])
            causes = {f"__{key}": lowering.cause_of_column(own) for key, own in link.by.items()}
            unknown = {key: cause for key, cause in causes.items() if cause is not None}
            if unknown:
                columns["__why"] = first_of(unknown.values(), self._words)
                groups |= {"__rows": self._words.rows(), "__why": self._words.col("__why").min()}
            grouped = child.lazy.select(**columns).group_by(*keys).agg(**groups)
            unplaced = None
            if unknown:
                grouped = self._backend.keep(grouped)
                unplaced = self._join_unplaced(state, link_name, grouped, keys, list(unknown))
                grouped = grouped.select(
                    **self._lowerings.same((*keys, *(name for name in groups if not name.startswith("__"))))
                )
            for node in nodes:
                parts = replace(carried[node.name], unplaced=unplaced)
                state.joined[formula(node)] = on_parents(node, parts, empty, arithmetic)
            state.lazy = state.lazy.join(grouped, left_on=list(link.by), right_on=keys, how="left")

    def _join_unplaced(
        self, state: State, link: str, grouped: Frame, keys: Sequence[str], unknown: Sequence[str]
    ) -> tuple[Column, Column] | None:
        """Count on each row the children that may belong to it: a part of their link is not known, the rest fits.

        ``grouped`` has a row for each combination of the ``keys``, of which the ``unknown`` may be null.
        """
        words = self._words
        flags = {f"{key}_gap": words.col(key).is_null() for key in unknown}
        patterns = self._backend.fetch(grouped.select(**flags).group_by(*flags).agg(rows=words.rows())).to_pylist()
        found: list[tuple[Column, Column]] = []
        for number, pattern in enumerate(sorted(patterns, key=str)):
            gaps = [key for key in unknown if pattern[f"{key}_gap"]]
            if not gaps:
                continue
            column = f"{link}__unplaced_{number}"
            here = words.lit(True)
            for key in unknown:
                is_gap = words.col(key).is_null()
                here = here & (is_gap if key in gaps else ~is_gap)
            fits = {key: words.col(key) for key in keys if key not in gaps} or {"__any": words.lit(0)}
            rows = grouped.select(
                **fits,
                **{column: words.choice(here, words.col("__rows")), f"{column}__why": words.col("__why")},
            )
            counted = {column: words.col(column).sum(), f"{column}__why": words.col(f"{column}__why").min()}
            own = [key.removeprefix("__") for key in fits]
            if own == ["any"]:
                own = [f"{link}__any"]
                state.lazy = state.lazy.with_columns(**{own[0]: words.lit(0)})
            state.lazy = state.lazy.join(
                rows.group_by(*fits).agg(**counted), left_on=own, right_on=list(fits), how="left"
            )
            count = words.col(column).fill_null(0).cast(nw.Int64())
            found.append((count, words.choice(count > 0, words.col(f"{column}__why"))))
        if not found:
            return None
        return reduce(lambda a, b: a + b, (count for count, _ in found)), first_of((why for _, why in found), words)


def _is_beside(name: str, joined: Collection[str]) -> bool:
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
