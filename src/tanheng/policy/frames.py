"""The frame of each entity: its rows, and the columns that rules add to it.

``extend`` takes rules of one level. It first joins what they need to the frame (look-ups along links
up, aggregates along links down, parameters with open categories), then adds the rules themselves, in
as few steps as they allow. Everything stays lazy until ``keep``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

import narwhals as nw

from tanheng.policy.aggregates import on_parents, over_rows
from tanheng.policy.backend import Backend, Tables
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
from tanheng.policy.lowering import DTYPES, PARTS, Joined, Lowering, Made
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
from tanheng.policy.wording import formula

Frame = nw.LazyFrame[Any]
Stored = Mapping[Entity, tuple[Frame, Mapping[str, Made]]]


@dataclass
class State:
    """What is there of an entity: its rows with the columns made so far."""

    lazy: Frame
    made: dict[str, Made] = field(default_factory=dict)
    joined: dict[str, Joined] = field(default_factory=dict)
    columns: set[str] = field(default_factory=set)  # those of its table that are there
    expressions: dict[str, str] = field(default_factory=dict)


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
                rows = rows.join(results, on=list(entity.key), how="inner")
                made = dict(made_before)
            names = {column.name for column in entity.table} | {"held"}
            self._states[entity] = State(rows, made, columns=names | ({"year"} if entity.year_of else set()))
        return self._states[entity]

    def _rows(self, entity: Entity) -> Frame:
        rows = self._city.frame(entity.table.name)
        if entity.year_of is not None:
            rows = rows.with_columns(year=nw.col(entity.year_of).dt.year().cast(nw.Int64()))
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
        state.lazy = self._backend.keep(state.lazy.select(*kept))
        state.joined, state.expressions = {}, {}
        state.columns = {name for name in kept if name in taken_up}

    def bring_back(self, entity: Entity, names: Iterable[str]) -> None:
        """Have these columns of the table in the frame, also where it was kept without them."""
        state = self.state(entity)
        wanted = {name for name in names if (entity, name) not in self._plan}
        wanted |= {"held"} if any(entity.may_be_held(name) for name in wanted) else set()
        lost = sorted(wanted - state.columns - set(entity.key))
        if lost:
            rows = self._rows(entity).select(**{f"__{key}": nw.col(key) for key in entity.key}, **_same(lost))
            state.lazy = state.lazy.join(
                rows, left_on=list(entity.key), right_on=[f"__{key}" for key in entity.key], how="left"
            )
            state.columns |= set(lost)

    def extend(self, entity: Entity, rules: Sequence[PlannedRule]) -> None:
        """Add the columns of ``rules``, all of one level, in as few steps as they allow."""
        waiting = {planned.name: planned for planned in rules}
        state = self.state(entity)
        self.bring_back(entity, {name for planned in rules for name in self._plan.columns(planned, entity)})
        self._join(entity, state, [planned.expr for planned in rules], waiting)
        while waiting:
            ready = [planned for planned in waiting.values() if not self._waits_for(planned, waiting)]
            for planned in ready:
                del waiting[planned.name]
            self._join(entity, state, [planned.expr for planned in ready], {})
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
            state.lazy = state.lazy.with_columns(value.alias(column))
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
            year = nw.col(period)
            rows = self._rows(entity).select(
                first=year.min(), last=year.max(), gaps=year.is_null().cast(nw.Int64()).sum()
            )
            found = next(iter(rows.collect("pyarrow").iter_rows(named=True)))
            there = found["first"] is not None and not found["gaps"]
            self._spans[entity] = (found["first"], found["last"]) if there else None
        return self._spans[entity]

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
            columns: dict[str, nw.Expr] = {f"__{key}": nw.col(key) for key in link.by}
            no_parent = nw.lit(self._causes.no_parent(entity, link_name), dtype=nw.Int32())
            for node in nodes:
                column = f"{link_name}__up__{node.name}"
                made = self._carry(link.parent, parent, node.name, column, columns)
                missing = nw.coalesce(nw.col(f"{column}__cause"), no_parent) if made.cause else no_parent
                state.joined[formula(node)] = Joined(
                    nw.col(column),
                    nw.when(nw.col(column).is_null()).then(missing),
                    nw.col(f"{column}__trust").fill_null(0) if made.trust is None else made.trust,
                    {suffix: nw.col(f"{column}__{suffix}") for suffix in PARTS if made.parts},
                )
            state.lazy = state.lazy.join(
                parent.lazy.select(**columns),
                left_on=list(link.by.values()),
                right_on=[f"__{key}" for key in link.by],
                how="left",
            )

    def _carry(self, owner: Entity, state: State, name: str, column: str, columns: dict[str, nw.Expr]) -> Made:
        """Put a column or rule and what stands beside it into ``columns`` under a new name."""
        columns[column] = nw.col(name)
        cause = self._lowering(owner, state, []).cause_of_column(name)
        if cause is not None:
            columns[f"{column}__cause"] = cause
        made = state.made.get(name, Made(cause is not None, 0))
        if made.trust is None:
            columns[f"{column}__trust"] = nw.col(f"{name}__trust")
        for suffix in PARTS if made.parts else ():
            columns[f"{column}__{suffix}"] = nw.col(f"{name}__{suffix}")
        return Made(cause is not None, made.trust, made.parts)

    def _join_aggregates(self, entity: Entity, state: State, exprs: Sequence[Expr]) -> None:
        empty = self._causes.arithmetic("empty")
        arithmetic = self._backend.arithmetic
        for link_name, nodes in _by_link(exprs, Over, state.joined).items():
            link = entity.children[link_name]
            self.bring_back(link.child, [*link.by.values(), *(node.name for node in nodes if node.name)])
            child = self.state(link.child)
            columns: dict[str, nw.Expr] = {f"__{key}": nw.col(own) for key, own in link.by.items()}
            carried: dict[str, Made] = {"": Made(False, 0)}
            groups: dict[str, nw.Expr] = {}
            for node in nodes:
                if node.name not in carried:
                    carried[node.name] = self._carry(link.child, child, node.name, f"c_{node.name}", columns)
                made = carried[node.name]
                kind = self._plan.type_of(link.child, Name(node.name)).kind if node.name else "integer"
                may_be_null = made.cause or not self._city.is_checked
                groups |= over_rows(node, made, kind, arithmetic, may_be_null)
                state.joined[formula(node)] = on_parents(node, made, kind, empty, arithmetic, may_be_null)
            keys = [f"__{key}" for key in link.by]
            grouped = child.lazy.select(**columns).group_by(*keys).agg(**groups)
            state.lazy = state.lazy.join(grouped, left_on=list(link.by), right_on=keys, how="left")

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
        written: dict[str, nw.Expr] = {}
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
                    unknown = nw.lit(member.code(None), dtype=nw.Int32())
                    if member.has_gaps:
                        unknown = nw.coalesce(nw.col(f"{name}__cause"), unknown)
                trust = nw.col(f"{name}__trust").fill_null(0) if member.trust is None else member.trust
                causes[signature] = Joined(nw.col(name), unknown, trust)
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
        self, entity: Entity, group: ParameterGroup, names: Mapping[str, str], key: nw.Expr
    ) -> dict[str, nw.Expr]:
        """The values as a choice by category and year: cheaper than a join where there are few."""
        found: dict[str, nw.Expr] = {}
        for signature, name in names.items():
            member = group.members[signature]
            dtype = DTYPES[member.parameter.kind]

            def chosen(of: Callable[[Cell | None], Any], dtype: Any, member: Candidate = member) -> nw.Expr:
                result = nw.lit(None, dtype=dtype)
                for (category,), bands in sorted(member.bands.items(), reverse=True):
                    value = nw.lit(of(bands[0][1]), dtype=dtype)
                    for first_year, cell in bands[1:]:
                        here = nw.lit(of(cell), dtype=dtype)
                        value = nw.when(nw.col(entity.period or "") >= first_year).then(here).otherwise(value)
                    result = nw.when(key == category).then(value).otherwise(result)
                return result

            found[name] = chosen(lambda cell: None if cell is None else cell.value, dtype)
            if group.first_years and entity.period is not None:
                found[name] = nw.when(~nw.col(entity.period).is_null()).then(found[name])
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
            period = nw.col(entity.period or "")
            band = nw.lit(0, dtype=nw.Int64())
            for position, first_year in enumerate(group.first_years[1:], start=1):
                band = nw.when(period >= first_year).then(nw.lit(position, dtype=nw.Int64())).otherwise(band)
            keys[f"{number}__band"] = nw.when(~period.is_null()).then(band)
        table = self._backend.scan(group.table(names, f"{number}__table_key", f"{number}__table_band"))
        right = [name.replace("__key", "__table_key").replace("__band", "__table_band") for name in keys]
        plain = [
            key.name for key in group.keys if isinstance(key, Name) and self._plan.type_of(entity, key).kind == "text"
        ]
        if len(plain) == len(keys):
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
        before: dict[str, nw.Expr] = {}
        parts = {f"{column}__by_{n}": part for n, part in enumerate(node.within)}
        within = [part.name if isinstance(part, Name) else name for name, part in parts.items()]
        before |= {name: lowering.value(part) for name, part in parts.items() if not isinstance(part, Name)}
        value = nw.col(node.value.name) if isinstance(node.value, Name) else nw.col(f"{column}__value")
        if not isinstance(node.value, Name):
            before[f"{column}__value"] = lowering.value(node.value)
        there = ~value.is_null()
        for group in within:  # rows whose group is not known are no group
            there = there & ~nw.col(group).is_null()
        if not within:
            before[f"{column}__all"] = nw.lit(0)
            within = [f"{column}__all"]
        if before:
            state.lazy = state.lazy.with_columns(**before)
        if node.function == "rank":
            result = value.rank("min", descending=True).over(*within)
        else:
            gaps = value.is_null().cast(nw.Int64()).sum().over(*within)
            each = self._backend.arithmetic.parts_to_add(value, "number")
            total = self._backend.arithmetic.added_up(each.sum().over(*within), "number")
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
        state.lazy = state.lazy.with_columns(**columns)
        state.joined[formula(node)] = Joined(
            nw.col(column),
            nw.col(f"{column}__cause") if own else None,
            trust if isinstance(trust, int) else nw.col(f"{column}__trust"),
        )


def _same(names: Iterable[str]) -> dict[str, nw.Expr]:
    return {name: nw.col(name) for name in names}


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
