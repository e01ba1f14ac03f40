"""The rules of a measure in sections, one for each module, each with the graph of what goes into what.

A rule that is written once for several kinds of thing (a district, a sector, a city) is told once.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tanheng.handbook.drawing import Box, BoxKind, Graph
from tanheng.measures.registry import MEASURES, Measure
from tanheng.policy.entities import Entity
from tanheng.policy.expressions import Expr, Lookup, Name, Over, ParameterValue, Window
from tanheng.policy.notation import short_title
from tanheng.policy.plan import Plan, PlannedRule
from tanheng.policy.rules import in_both_languages
from tanheng.text import Text


@dataclass(frozen=True)
class WrittenRule:
    """A rule as it is written, with the rules that it makes: one for each kind of thing."""

    of_entities: tuple[PlannedRule, ...]

    @property
    def first(self) -> PlannedRule:
        return self.of_entities[0]

    @property
    def name(self) -> str:
        return self.first.name


@dataclass(frozen=True)
class Section:
    """The rules of one module. ``words`` is its docstring, of which the first line is the heading."""

    name: str
    words: Text
    rules: tuple[WrittenRule, ...]

    @property
    def heading(self) -> Text:
        en, zh = (words.split("\n")[0].rstrip(".。") for words in self.words)
        en = en.split(". ")[0].replace("``", "")
        subject = en.removeprefix("Of ").removeprefix("a ")
        return Text(subject[:1].upper() + subject[1:], zh or en)


def sections_of(measure: Measure, plan: Plan) -> tuple[Section, ...]:
    """The sections in the order in which the measure lists its rules."""
    written: dict[str, dict[object, list[PlannedRule]]] = {}
    for rule in measure.rules:
        of_module = written.setdefault(rule.function.__module__, {})
        of_module.setdefault(rule.function, []).append(plan[(rule.entity, rule.name)])
    return tuple(
        Section(
            module.rsplit(".", 1)[1],
            in_both_languages(sys.modules[module].__doc__ or ""),
            tuple(WrittenRule(tuple(rules)) for rules in of_module.values()),
        )
        for module, of_module in written.items()
    )


def graph_of(section: Section, plan: Plan) -> Graph:
    """What goes into the rules of a section. Parameters stand in the box of the rule that takes them up."""
    drawing = _Drawing(plan, section.rules)
    for rule in section.rules:
        drawing.add(rule)
    return Graph(section.heading, tuple(drawing.boxes.values()), tuple(drawing.edges))


class _Drawing:
    def __init__(self, plan: Plan, rules: Iterable[WrittenRule]) -> None:
        self._plan = plan
        self._here = {planned.item: rule.first for rule in rules for planned in rule.of_entities}
        self._taken = {item for planned in plan for item in plan.needs(*planned.item)}
        self.boxes: dict[str, Box] = {}
        self.edges: dict[tuple[str, str], None] = {}

    def add(self, written: WrittenRule) -> None:
        planned, entity = written.first, written.first.rule.entity
        parameters = {node.name: None for node in planned.nodes(ParameterValue)}
        titles = tuple(short_title(self._plan.rulebook[name].title, name.split(".")[1]) for name in parameters)
        kind: BoxKind = "rule" if any(each.item in self._taken for each in written.of_entities) else "result"
        own = self._name(planned)
        self.boxes[own] = Box(own, planned.rule.title, kind, notes=titles)
        for node in _drawn(planned.expr):
            needed = self._needed(entity, node)
            if needed is not None and needed.name != own:
                self.boxes.setdefault(needed.name, needed)
                self.edges[(needed.name, own)] = None

    def _needed(self, entity: Entity, node: Expr) -> Box | None:
        if isinstance(node, Name):
            return None if node.name == entity.period else self._thing(entity, node.name, None)
        if isinstance(node, Lookup):
            link = entity.parents[node.link]
            return self._thing(link.parent, node.name, link.parent_title)
        if isinstance(node, Over):
            child = entity.children[node.link].child
            if not node.name:
                return Box(f"{child.name}.count", Text("number of rows", "行数"), "column", child.title)
            return self._thing(child, node.name, child.title, total=node.aggregate.endswith("sum"))
        return None

    def _thing(self, entity: Entity, name: str, place: Text | None, *, total: bool = False) -> Box:
        """A rule of this section where it is the row's own, else a box for what is taken from elsewhere."""
        planned = self._here.get((entity, name))
        if planned is not None and place is None:
            own = self._name(planned)
            return self.boxes.get(own) or Box(own, planned.rule.title, "rule")
        rule = self._plan.rules.get((entity, name))
        column = entity.column(name)
        if rule is not None:
            title: Text = rule.title
        else:
            assert column is not None
            title = short_title(column.meaning, name, column.unit)
        if total:
            title = Text(f"∑ {title.en}", f"∑ {title.zh}")
        key = f"{entity.name}.{name}" if place is None else f"{place.en}: {entity.name}.{name}"
        return Box(key, title, "column" if rule is None else "elsewhere", place)

    def _name(self, planned: PlannedRule) -> str:
        return f"{planned.rule.entity.name}.{planned.name}"


def _drawn(expr: Expr) -> Iterable[Expr]:
    """The nodes that are drawn: not what merely says among whom a rank or share is taken."""
    yield expr
    parts: Sequence[Expr] = (expr.value,) if isinstance(expr, Window) else expr.parts
    for part in parts:
        yield from _drawn(part)


def overview_of(measure: Measure, sections: Sequence[Section], plan: Plan) -> Graph:
    """Which section builds on which, other measures included; where two build on each other, one way is drawn."""
    titles = {each.name: each.title for each in MEASURES}
    owner = {
        planned.item: section.name for section in sections for rule in section.rules for planned in rule.of_entities
    }
    boxes: dict[str, Box] = {}
    edges: dict[tuple[str, str], None] = {}
    for section in sections:
        count = sum(len(rule.of_entities) for rule in section.rules)
        said = Text("1 rule" if count == 1 else f"{count} rules", f"{count} 条规则")
        boxes[section.name] = Box(section.name, section.heading, "rule", said)
    for section in sections:
        for rule in section.rules:
            for planned in rule.of_entities:
                for item in plan.needs(*planned.item):
                    other = owner.get(item)
                    if other is None:
                        package = plan.rules[item].namespace
                        boxes.setdefault(package, Box(package, titles[package], "elsewhere"))
                        edges[(package, section.name)] = None
                    elif not _leads(edges, section.name, other):
                        edges[(other, section.name)] = None
    return Graph(measure.title, tuple(boxes.values()), tuple(edges))


def _leads(edges: Iterable[tuple[str, str]], start: str, end: str) -> bool:
    """Whether a way of edges leads from the one to the other."""
    found, more = {start}, True
    while more and end not in found:
        reached = {to for origin, to in edges if origin in found} - found
        found, more = found | reached, bool(reached)
    return end in found
