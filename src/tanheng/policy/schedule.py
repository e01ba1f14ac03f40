"""In which steps rules are worked out: few of them, since each reads the rows of an entity once.

A step adds rules to the frame of one entity. An entity whose rules can all be had is done at once. Where none is, the
first with rules that others wait for gets just these, and the rest of its rules later: a total over activities that
nobody waits for would otherwise be a pass over them of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from tanheng.policy.entities import Entity
from tanheng.policy.expressions import Lookup, Over
from tanheng.policy.plan import Plan, PlannedRule

Item = tuple[Entity, str]
Waits = Mapping[Item, Mapping[Item, bool]]  # what each rule needs, and whether of other rows


@dataclass(frozen=True)
class Step:
    entity: Entity
    rules: tuple[PlannedRule, ...]

    def takes_up(self, entity: Entity) -> bool:
        """Whether the rules read the frame of ``entity`` along a link."""
        for planned in self.rules:
            own = planned.rule.entity
            if any(own.parents[node.link].parent is entity for node in planned.nodes(Lookup)):
                return True
            if any(own.children[node.link].child is entity for node in planned.nodes(Over)):
                return True
        return False


def steps_to(plan: Plan, todo: Collection[Item]) -> list[Step]:
    """The steps to all of ``todo``, which holds every rule that its rules need and that is not there yet."""
    remaining: dict[Entity, list[PlannedRule]] = {}
    for planned in plan:
        if planned.item in todo:
            remaining.setdefault(planned.rule.entity, []).append(planned)
    waits_for = {
        planned.item: {item: crosses for item, crosses in plan.reaches(*planned.item).items() if item in todo}
        for rules in remaining.values()
        for planned in rules
    }
    done: set[Item] = set()
    steps = []
    while remaining:
        ready = {entity: _ready(rules, waits_for, done) for entity, rules in remaining.items()}
        whole = next((entity for entity, rules in remaining.items() if len(ready[entity]) == len(rules)), None)
        step = Step(whole, tuple(ready[whole])) if whole else _first_waited_for(remaining, ready, waits_for)
        steps.append(step)
        done |= {planned.item for planned in step.rules}
        left = [planned for planned in remaining.pop(step.entity) if planned.item not in done]
        if left:
            remaining[step.entity] = left
    return steps


def uses_after(steps: Sequence[Step], position: int) -> int:
    """How many later queries are built on the frame as the step at ``position`` leaves it."""
    entity, uses = steps[position].entity, 0
    for step in steps[position + 1 :]:
        uses += step.takes_up(entity)
        if step.entity is entity:
            return uses + 1
    return uses


def _ready(rules: Sequence[PlannedRule], waits_for: Waits, done: set[Item]) -> list[PlannedRule]:
    """Those that need nothing but what is done, and each other on the same row; ``rules`` are in the plan's order."""
    here: set[Item] = set()
    found = []
    for planned in rules:
        if all(item in done or (item in here and not crosses) for item, crosses in waits_for[planned.item].items()):
            here.add(planned.item)
            found.append(planned)
    return found


def _first_waited_for(
    remaining: dict[Entity, list[PlannedRule]],
    ready: dict[Entity, list[PlannedRule]],
    waits_for: Waits,
) -> Step:
    for entity, rules in ready.items():
        wanted = {
            item
            for other, waiting in remaining.items()
            for planned in waiting
            for item, crosses in waits_for[planned.item].items()
            if other is not entity or crosses
        }
        for planned in reversed(rules):  # what a wanted rule needs is wanted
            if planned.item in wanted:
                wanted |= waits_for[planned.item].keys()
        chosen = tuple(planned for planned in rules if planned.item in wanted)
        if chosen:
            return Step(entity, chosen)
    raise AssertionError("a plan has no circles")
