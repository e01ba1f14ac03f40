"""How far a change goes: the rules that take a changed parameter up, and all that follows from them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from tanheng.comparison.changes import Days, ParameterChange
from tanheng.policy.entities import Entity
from tanheng.policy.expressions import Over, ParameterValue
from tanheng.policy.plan import Plan

Item = tuple[Entity, str]


@dataclass(frozen=True, eq=False)
class Reach:
    """``direct`` holds the rules that take up each changed parameter where it differs, ``items`` everything
    downstream of those, by parameter. A parameter that no rule sees is in neither."""

    direct: Mapping[str, tuple[Item, ...]]
    items: Mapping[str, frozenset[Item]]

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(self.items)

    def affected(self, parameters: Iterable[str] | None = None) -> frozenset[Item]:
        """What can come out otherwise when these parameters change, all of them by default."""
        names = self.items if parameters is None else parameters
        return frozenset().union(*(self.items[name] for name in names))

    def behind(self, item: Item) -> tuple[str, ...]:
        """The changed parameters that can change a result."""
        return tuple(name for name, items in self.items.items() if item in items)


def reach_of(plan: Plan, changes: Mapping[str, ParameterChange], days: Callable[[Entity], Days]) -> Reach:
    """What the changes reach in the rules of the plan."""
    direct: dict[str, dict[Item, None]] = {}
    for planned in plan:
        for node in planned.nodes(ParameterValue):
            if node.name in changes and changes[node.name].touches(node, days(planned.rule.entity)):
                direct.setdefault(node.name, {})[planned.item] = None
    needs = {planned.item: plan.needs(*planned.item) for planned in plan}
    items = {name: _downstream(needs, direct[name]) for name in sorted(direct)}
    return Reach({name: tuple(direct[name]) for name in items}, items)


def _downstream(needs: Mapping[Item, Sequence[Item]], direct: Collection[Item]) -> frozenset[Item]:
    found = set(direct)
    for item, needed in needs.items():  # in the order of the plan: what a rule needs comes before it
        if not found.isdisjoint(needed):
            found.add(item)
    return frozenset(found)


def frontier(plan: Plan, wanted: Iterable[Item], affected: Collection[Item]) -> Mapping[Entity, tuple[str, ...]]:
    """The unaffected rules from which the affected ones among ``wanted`` can be made again.

    Taken from entities that add up others only: for those without parts it is cheaper to read their rows again than
    to keep results of each row.
    """
    adds_up = {planned.rule.entity for planned in plan if any(True for _ in planned.nodes(Over))}
    found: dict[Entity, dict[str, None]] = {}
    seen: set[Item] = set()
    waiting = [item for item in wanted if item in affected]
    while waiting:
        item = waiting.pop()
        if item in seen:
            continue
        seen.add(item)
        entity, name = item
        if item not in affected and entity in adds_up:
            found.setdefault(entity, {})[name] = None
        else:
            waiting += plan.needs(entity, name)
    return {entity: tuple(sorted(names)) for entity, names in sorted(found.items(), key=lambda pair: pair[0].name)}
