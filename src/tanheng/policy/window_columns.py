"""Ranks and shares among the rows of an entity as columns of its frame."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import narwhals as nw

from tanheng.policy.entities import Entity
from tanheng.policy.entity_frame import Lowerings, State, hangs_on
from tanheng.policy.expressions import Expr, Name, ParameterValue, Window
from tanheng.policy.lowering import Joined
from tanheng.policy.parameter_tables import is_scalar
from tanheng.policy.relational import Column
from tanheng.policy.wording import formula


class WindowColumns:
    """Puts the windows that rules take up beside the columns of a frame."""

    def __init__(self, lowerings: Lowerings) -> None:
        self._lowerings = lowerings
        self._words = lowerings.words

    def add(self, entity: Entity, state: State, exprs: Sequence[Expr], waiting: Collection[str]) -> None:
        """All that the expressions need, but for what hangs on ``waiting`` rules."""
        nodes = [node for expr in exprs for node in expr.walk() if isinstance(node, Window)]
        for node in reversed(nodes):  # a window inside another comes after it
            if formula(node) in state.joined or self._not_there(node, waiting, state):
                continue
            self._add_window(entity, state, node)

    def _not_there(self, node: Window, waiting: Collection[str], state: State) -> bool:
        if hangs_on(node, waiting, state):
            return True
        inner = (part for given in node.parts for part in given.walk())
        return any(
            isinstance(part, ParameterValue) and not is_scalar(part) and formula(part) not in state.joined
            for part in inner
        )

    def _add_window(self, entity: Entity, state: State, node: Window) -> None:
        column = f"window_{len(state.joined)}"
        lowering = self._lowerings.of(entity, state, [node])
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
            each = self._lowerings.backend.arithmetic.parts_to_add(value, "number")
            total = self._lowerings.backend.arithmetic.added_up(self._words.over("sum", each, within), "number")
            result = value / total
            there = there & (gaps == 0) & (total != 0)
            others = self._words.choice(
                gaps > 0, self._words.lit(self._lowerings.causes.arithmetic("share"), dtype=nw.Int32())
            )
            causes += [others, self._words.lit(self._lowerings.causes.arithmetic("/"), dtype=nw.Int32())]
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
