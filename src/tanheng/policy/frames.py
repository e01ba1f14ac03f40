"""The frame of each entity: its rows, and the columns that rules add to it.

``extend`` takes rules of one level. It first joins what they need to the frame (look-ups along links
up, aggregates along links down, parameters with open categories), then adds the rules themselves, in
as few steps as they allow. Everything stays lazy until ``keep``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial, reduce
from typing import Any

import narwhals as nw

from tanheng.policy.aggregates import Parts, on_parents, over_rows
from tanheng.policy.backend import Backend, Results, Tables
from tanheng.policy.causes import Causes
from tanheng.policy.entities import Entity
from tanheng.policy.expressions import (
    Call,
    Case,
    Constant,
    Expr,
    Lookup,
    Name,
    Over,
    ParameterValue,
    Undetermined,
    Window,
)
from tanheng.policy.lowering import DTYPES, PARTS, Joined, Lowering, Made, first_of
from tanheng.policy.parameter_tables import (
    FEW,
    Bands,
    Candidate,
    ParameterGroup,
    bands_of,
    code_of_gap,
    group_parameters,
    is_scalar,
    within,
)
from tanheng.policy.parameters import Cell
from tanheng.policy.plan import Plan, PlannedRule
from tanheng.policy.relational import Column, Frame
from tanheng.policy.wording import formula

Stored = Mapping[Entity, tuple[Results, Mapping[str, Made]]]


@dataclass
class State:
    """What is there of an entity: its rows with the columns made so far."""

    lazy: Frame
    made: dict[str, Made] = field(default_factory=dict)
    joined: dict[str, Joined] = field(default_factory=dict)
    columns: set[str] = field(default_factory=set)  # those of its table that are there
    expressions: dict[str, str] = field(default_factory=dict)


def as_stored(results: Results, key: Sequence[str]) -> tuple[Results, Mapping[str, Made]]:
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
        self._words = backend.arithmetic.words
        self._stored = stored
        self._states: dict[Entity, State] = {}
        self._spans: dict[Entity, tuple[int, int] | None] = {}

    def __iter__(self) -> Iterator[Entity]:
        return iter(list(self._states))

    def made(self) -> set[tuple[Entity, str]]:
        """Every rule that is there already, stored ones included."""
        there = {(entity, name) for entity, state in self._states.items() for name in state.made}
        return there | {(entity, name) for entity, (_, made) in self._stored.items() for name in made}

    def state(self, entity: Entity) -> State:
        """The frame of an entity as it is now; its bare rows when nothing was added yet."""
        if entity not in self._states:
            rows = self._rows(entity)
            made: dict[str, Made] = {}
            if entity in self._stored:
                results, made_before = self._stored[entity]
                taken_up = self._backend.take(results)
                others = (name for name in taken_up.collect_schema().names() if name not in entity.key)
                taken_up = taken_up.select(
                    **{f"__{key}": self._words.col(key) for key in entity.key}, **self._same(others)
                )
                keys = list(entity.key)
                rows = rows.join(taken_up, left_on=keys, right_on=[f"__{key}" for key in keys], how="inner")
                made = dict(made_before)
            names = {column.name for column in entity.table} | {"held"}
            self._states[entity] = State(rows, made, columns=names | ({"year"} if entity.year_of else set()))
        return self._states[entity]

    def _rows(self, entity: Entity) -> Frame:
        rows = self._backend.rows(self._city, entity.table.name)
        if entity.year_of is not None:
            rows = rows.with_columns(year=self._words.year(self._words.col(entity.year_of)))
        return rows

    def keep(self, entity: Entity, rules: Iterable[str], columns: Iterable[str]) -> None:
        """Compute the frame now, for several later uses, with ``rules`` and those ``columns`` of the table.

        What was only joined and what no later step takes up is dropped; it can be made again.
        """
        state = self._states[entity]
        wanted, taken_up = set(rules), {*entity.key, *columns}
        state.made = {name: made for name, made in state.made.items() if name in wanted}
        kept = [
            name
            for name in state.lazy.collect_schema().names()
            if name in state.made or _is_beside(name, state.made) or (name in taken_up and name not in state.made)
        ]
        state.lazy = self._backend.keep(state.lazy.select(**self._same(kept)))
        state.joined, state.expressions = {}, {}
        state.columns = {name for name in kept if name in taken_up}

    def bring_back(self, entity: Entity, names: Iterable[str]) -> None:
        """Have these columns of the table in the frame, also where it was kept without them."""
        state = self.state(entity)
        wanted = {name for name in names if (entity, name) not in self._plan}
        wanted |= {"held"} if any(entity.may_be_held(name) for name in wanted) else set()
        lost = sorted(wanted - state.columns - set(entity.key))
        if lost:
            rows = self._rows(entity).select(
                **{f"__{key}": self._words.col(key) for key in entity.key}, **self._same(lost)
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
            value = self._lowering(entity, state, [expr]).value(expr)
            state.lazy = state.lazy.with_columns(**{column: value})
            state.expressions[signature] = column
        return state.expressions[signature]

    def _join(self, entity: Entity, state: State, exprs: Sequence[Expr], waiting: Collection[str]) -> None:
        """Join what the expressions need beside the columns of the frame, but for what hangs on ``waiting`` rules."""
        self._join_lookups(entity, state, exprs, waiting)
        self._join_aggregates(entity, state, exprs)
        self._join_parameters(entity, state, exprs, waiting)
        self._add_windows(entity, state, exprs, waiting)

    def _waits_for(self, planned: PlannedRule, waiting: Mapping[str, PlannedRule]) -> bool:
        entity = planned.rule.entity
        needed = self._plan.needs(entity, planned.name)
        return any(owner is entity and name in waiting for owner, name in needed)

    def _lowering(self, entity: Entity, state: State, exprs: Sequence[Expr]) -> Lowering:
        bands: dict[str, Bands] = {}
        for expr in exprs:
            for node in expr.walk():
                if isinstance(node, ParameterValue) and is_scalar(node):
                    given = bands_of(self._plan.rulebook[node.name], node, entity.period, self._on)
                    bands[formula(node)] = within(given, self._years(entity, state) if len(given) > 1 else None)
        return Lowering(
            entity,
            state.made,
            state.joined,
            bands,
            self._causes,
            self._backend.arithmetic,
            lambda expr: self._plan.type_of(entity, expr),
        )

    def _years(self, entity: Entity, state: State) -> tuple[int, int] | None:
        """The first and the last year of any row, where every row has one and it stands in the table."""
        period = entity.period
        if period is None or (entity, period) in self._plan or entity.column(period) is None:
            return None
        if self._lowering(entity, state, []).cause_of_column(period) is not None:
            return None
        if entity not in self._spans:
            year = self._words.col(period)
            rows = self._rows(entity).select(
                first=year.min(), last=year.max(), gaps=year.is_null().cast(nw.Int64()).sum()
            )
            found = self._backend.fetch(rows).to_pylist()[0]
            there = found["first"] is not None and not found["gaps"]
            self._spans[entity] = (found["first"], found["last"]) if there else None
        return self._spans[entity]

    def _add_rules(self, entity: Entity, state: State, rules: Sequence[PlannedRule]) -> None:
        lowering = self._lowering(entity, state, [planned.expr for planned in rules])
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
        cause = self._lowering(owner, state, []).cause_of_column(name)
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
                    kind = self._plan.type_of(link.child, Name(node.name)).kind
                    checked = self._city.is_checked
                    carried[node.name] = Parts(made, kind, made.cause or not checked, says_why=checked)
                groups |= over_rows(node, carried[node.name], arithmetic)
            keys = [f"__{key}" for key in link.by]
            lowering = self._lowering(link.child, child, [])
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
                grouped = grouped.select(**self._same((*keys, *(name for name in groups if not name.startswith("__")))))
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

    def _join_parameters(self, entity: Entity, state: State, exprs: Sequence[Expr], waiting: Collection[str]) -> None:
        nodes = [node for expr in exprs for node in expr.walk() if isinstance(node, ParameterValue)]
        wanted: dict[str, ParameterValue] = {}
        for node in reversed(nodes):  # a parameter that gives the category of another comes after it
            if is_scalar(node) or formula(node) in state.joined or self._hangs_on(node, waiting, state):
                continue
            inner = [key for key in node.parts if any(formula(part) in wanted for part in key.walk())]
            if inner:
                self._add_parameters(entity, state, list(wanted.values()))
                wanted = {}
            wanted.setdefault(formula(node), node)
        self._add_parameters(entity, state, list(wanted.values()))

    def _hangs_on(self, node: Expr, waiting: Collection[str], state: State) -> bool:
        """Whether a part of the node is not there yet."""
        for part in (inner for given in node.parts for inner in given.walk()):
            if isinstance(part, Name) and part.name in waiting:
                return True
            if isinstance(part, Lookup | Window) and formula(part) not in state.joined:
                return True
        return False

    def _add_parameters(self, entity: Entity, state: State, nodes: Sequence[ParameterValue]) -> None:
        if not nodes:
            return
        rulebook, period = self._plan.rulebook, entity.period
        years = self._years(entity, state)
        written: dict[str, Column] = {}
        to_join = []
        for group in group_parameters(nodes, rulebook, period, self._on, self._causes, years):
            domains = [self._domain(entity, key) for key in group.keys]
            names = {signature: f"parameter_{len(state.joined) + n}" for n, signature in enumerate(group.members)}
            few = len(group.keys) == 1 and len(group.categories) * max(len(group.first_years), 1) <= FEW
            causes = {}
            for signature, name in names.items():
                member = group.members[signature]
                unknown = None
                if not group.knows_all(domains, signature):
                    unknown = self._words.lit(member.code(None), dtype=nw.Int32())
                    if member.has_gaps:
                        unknown = self._words.coalesce(self._words.col(f"{name}__cause"), unknown)
                trust = self._words.col(f"{name}__trust").fill_null(0) if member.trust is None else member.trust
                causes[signature] = Joined(self._words.col(name), unknown, trust)
            if few:
                lowering = self._lowering(entity, state, group.keys)
                written |= self._written_out(entity, group, names, lowering.value(group.keys[0]).cast(nw.String()))
            else:
                to_join.append((group, names))
            state.joined |= causes
        if written:
            state.lazy = state.lazy.with_columns(**written)
        for group, names in to_join:
            self._join_group(entity, state, group, names)

    def _written_out(
        self, entity: Entity, group: ParameterGroup, names: Mapping[str, str], key: Column
    ) -> dict[str, Column]:
        """The values as a choice by category and year: cheaper than a join where there are few."""
        found: dict[str, Column] = {}
        for signature, name in names.items():
            member = group.members[signature]
            dtype = DTYPES[member.parameter.kind]

            def chosen(of: Callable[[Cell | None], Any], dtype: Any, member: Candidate = member) -> Column:
                result = self._words.lit(None, dtype=dtype)
                for (category,), bands in sorted(member.bands.items(), reverse=True):
                    value = self._words.lit(of(bands[0][1]), dtype=dtype)
                    for first_year, cell in bands[1:]:
                        here = self._words.lit(of(cell), dtype=dtype)
                        value = self._words.choice(self._words.col(entity.period or "") >= first_year, here, value)
                    result = self._words.choice(key == category, value, result)
                return result

            found[name] = chosen(lambda cell: None if cell is None else cell.value, dtype)
            if group.first_years and entity.period is not None:
                found[name] = self._words.choice(~self._words.col(entity.period).is_null(), found[name])
            if member.has_gaps:
                found[f"{name}__cause"] = chosen(partial(code_of_gap, member=member), nw.Int32())
            if member.trust is None:
                found[f"{name}__trust"] = chosen(lambda cell: 0 if cell is None else int(cell.status), nw.Int8())
        return found

    def _join_group(self, entity: Entity, state: State, group: ParameterGroup, names: Mapping[str, str]) -> None:
        number = min(names.values())
        lowering = self._lowering(entity, state, group.keys)
        keys = {f"{number}__key_{n}": lowering.value(key).cast(nw.String()) for n, key in enumerate(group.keys)}
        if group.first_years:
            period = self._words.col(entity.period or "")
            band = self._words.lit(0, dtype=nw.Int64())
            for position, first_year in enumerate(group.first_years[1:], start=1):
                band = self._words.choice(period >= first_year, self._words.lit(position, dtype=nw.Int64()), band)
            keys[f"{number}__band"] = self._words.choice(~period.is_null(), band)
        table = self._backend.scan(group.table(names, f"{number}__table_key", f"{number}__table_band"))
        right = [name.replace("__key", "__table_key").replace("__band", "__table_band") for name in keys]
        plain = [
            key.name for key in group.keys if isinstance(key, Name) and self._plan.type_of(entity, key).kind == "text"
        ]
        if len(set(plain)) == len(keys):
            state.lazy = state.lazy.join(table, left_on=plain, right_on=right, how="left")
        else:
            state.lazy = state.lazy.with_columns(**keys).join(table, left_on=list(keys), right_on=right, how="left")

    def _domain(self, entity: Entity, expr: Expr) -> frozenset[str] | None:
        """What a category can be where it is there, or None where that is not known."""
        if isinstance(expr, Constant):
            return frozenset({str(expr.value)})
        if isinstance(expr, Undetermined):
            return frozenset()
        if isinstance(expr, Name):
            if (entity, expr.name) in self._plan:
                return self._domain(entity, self._plan[(entity, expr.name)].expr)
            return self._city.categories_of(entity.table.name, expr.name)
        if isinstance(expr, Lookup):
            return self._domain(entity.parents[expr.link].parent, Name(expr.name))
        if isinstance(expr, Case):
            return _together(self._domain(entity, value) for value in (*(v for _, v in expr.branches), expr.otherwise))
        if isinstance(expr, Call) and expr.function == "or_else":
            return _together(self._domain(entity, argument) for argument in expr.arguments)
        return None

    def _add_windows(self, entity: Entity, state: State, exprs: Sequence[Expr], waiting: Collection[str]) -> None:
        nodes = [node for expr in exprs for node in expr.walk() if isinstance(node, Window)]
        for node in reversed(nodes):  # a window inside another comes after it
            if formula(node) in state.joined or self._not_there(node, waiting, state):
                continue
            self._add_window(entity, state, node)

    def _same(self, names: Iterable[str]) -> dict[str, Column]:
        return {name: self._words.col(name) for name in names}

    def _not_there(self, node: Window, waiting: Collection[str], state: State) -> bool:
        if self._hangs_on(node, waiting, state):
            return True
        inner = (part for given in node.parts for part in given.walk())
        return any(
            isinstance(part, ParameterValue) and not is_scalar(part) and formula(part) not in state.joined
            for part in inner
        )

    def _add_window(self, entity: Entity, state: State, node: Window) -> None:
        column = f"window_{len(state.joined)}"
        lowering = self._lowering(entity, state, [node])
        causes = [lowering.cause(part) for part in node.parts]
        trust = lowering.trust(node.value)
        before: dict[str, Column] = {}
        parts = {f"{column}__by_{n}": part for n, part in enumerate(node.within)}
        within = [part.name if isinstance(part, Name) else name for name, part in parts.items()]
        before |= {name: lowering.value(part) for name, part in parts.items() if not isinstance(part, Name)}
        value = (
            self._words.col(node.value.name) if isinstance(node.value, Name) else self._words.col(f"{column}__value")
        )
        if not isinstance(node.value, Name):
            before[f"{column}__value"] = lowering.value(node.value)
        there = ~value.is_null()
        for group in within:  # rows whose group is not known are no group
            there = there & ~self._words.col(group).is_null()
        if not within:
            before[f"{column}__all"] = self._words.lit(0)
            within = [f"{column}__all"]
        if before:
            state.lazy = state.lazy.with_columns(**before)
        if node.function == "rank":
            result = self._words.rank(value, within)
        else:
            gaps = self._words.over("sum", value.is_null().cast(nw.Int64()), within)
            each = self._backend.arithmetic.parts_to_add(value, "number")
            total = self._backend.arithmetic.added_up(self._words.over("sum", each, within), "number")
            result = value / total
            there = there & (gaps == 0) & (total != 0)
            others = self._words.choice(gaps > 0, self._words.lit(self._causes.arithmetic("share"), dtype=nw.Int32()))
            causes += [others, self._words.lit(self._causes.arithmetic("/"), dtype=nw.Int32())]
        columns: dict[str, Column] = {column: self._words.choice(there, result)}
        own = [cause for cause in causes if cause is not None]
        if own:
            columns[f"{column}__cause"] = self._words.choice(
                ~there, self._words.coalesce(*own) if len(own) > 1 else own[0]
            )
        if not isinstance(trust, int):
            columns[f"{column}__trust"] = self._words.over("max", trust, within)
        state.lazy = state.lazy.with_columns(**columns)
        state.joined[formula(node)] = Joined(
            self._words.col(column),
            self._words.col(f"{column}__cause") if own else None,
            trust if isinstance(trust, int) else self._words.col(f"{column}__trust"),
        )


def _together(domains: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    found: frozenset[str] = frozenset()
    for domain in domains:
        if domain is None:
            return None
        found |= domain
    return found


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
