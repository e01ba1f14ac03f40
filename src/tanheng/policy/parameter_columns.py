"""Parameters with open categories as columns of a frame: written out as a choice where few, joined as a table else."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import narwhals as nw

from tanheng.policy.entities import Entity
from tanheng.policy.entity_frame import Lowerings, State, hangs_on
from tanheng.policy.expressions import Call, Case, Constant, Expr, Lookup, Name, ParameterValue, Undetermined
from tanheng.policy.lowering import DTYPES, Joined
from tanheng.policy.parameter_tables import FEW, Candidate, ParameterGroup, code_of_gap, group_parameters, is_scalar
from tanheng.policy.parameters import Cell
from tanheng.policy.relational import Column
from tanheng.policy.wording import formula


class ParameterColumns:
    """Puts the parameters that rules take up beside the columns of a frame."""

    def __init__(self, lowerings: Lowerings) -> None:
        self._lowerings = lowerings
        self._words = lowerings.words

    def add(self, entity: Entity, state: State, exprs: Sequence[Expr], waiting: Collection[str]) -> None:
        """All that the expressions need, but for what hangs on ``waiting`` rules."""
        nodes = [node for expr in exprs for node in expr.walk() if isinstance(node, ParameterValue)]
        wanted: dict[str, ParameterValue] = {}
        for node in reversed(nodes):  # a parameter that gives the category of another comes after it
            if is_scalar(node) or formula(node) in state.joined or hangs_on(node, waiting, state):
                continue
            inner = [key for key in node.parts if any(formula(part) in wanted for part in key.walk())]
            if inner:
                self._add_parameters(entity, state, list(wanted.values()))
                wanted = {}
            wanted.setdefault(formula(node), node)
        self._add_parameters(entity, state, list(wanted.values()))

    def _add_parameters(self, entity: Entity, state: State, nodes: Sequence[ParameterValue]) -> None:
        if not nodes:
            return
        rulebook, period = self._lowerings.plan.rulebook, entity.period
        years = self._lowerings.years(entity, state)
        written: dict[str, Column] = {}
        to_join = []
        for group in group_parameters(nodes, rulebook, period, self._lowerings.on, self._lowerings.causes, years):
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
                lowering = self._lowerings.of(entity, state, group.keys)
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
        lowering = self._lowerings.of(entity, state, group.keys)
        keys = {f"{number}__key_{n}": lowering.value(key).cast(nw.String()) for n, key in enumerate(group.keys)}
        if group.first_years:
            period = self._words.col(entity.period or "")
            band = self._words.lit(0, dtype=nw.Int64())
            for position, first_year in enumerate(group.first_years[1:], start=1):
                band = self._words.choice(period >= first_year, self._words.lit(position, dtype=nw.Int64()), band)
            keys[f"{number}__band"] = self._words.choice(~period.is_null(), band)
        table = self._lowerings.backend.scan(group.table(names, f"{number}__table_key", f"{number}__table_band"))
        right = [name.replace("__key", "__table_key").replace("__band", "__table_band") for name in keys]
        plain = [
            key.name
            for key in group.keys
            if isinstance(key, Name) and self._lowerings.plan.type_of(entity, key).kind == "text"
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
            if (entity, expr.name) in self._lowerings.plan:
                return self._domain(entity, self._lowerings.plan[(entity, expr.name)].expr)
            return self._lowerings.city.categories_of(entity.table.name, expr.name)
        if isinstance(expr, Lookup):
            return self._domain(entity.parents[expr.link].parent, Name(expr.name))
        if isinstance(expr, Case):
            return _together(self._domain(entity, value) for value in (*(v for _, v in expr.branches), expr.otherwise))
        if isinstance(expr, Call) and expr.function == "or_else":
            return _together(self._domain(entity, argument) for argument in expr.arguments)
        return None


def _together(domains: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    found: frozenset[str] = frozenset()
    for domain in domains:
        if domain is None:
            return None
        found |= domain
    return found
