"""From each measure of the catalogue to its parameters, rules, scenarios and pages, and what is missing.

What belongs to a measure stands in one place, the catalogue of the rulebook: its ``parameters`` and, under
``served_by``, the packages whose rules, scenarios and pages are the measure's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tanheng.measures.registry import MEASURES, Measure
from tanheng.policy.catalogue import CatalogueMeasure
from tanheng.policy.parameters import Parameter, Status
from tanheng.policy.plan import Plan, PlannedRule
from tanheng.policy.scenarios import Scenario, Ways, likely
from tanheng.problems import InputRejected, Problem
from tanheng.text import Text


@dataclass(frozen=True)
class ParameterCovered:
    """``values`` and ``unset`` count over all dates and categories; ``weakest`` is the weakest status of a value."""

    parameter: Parameter
    values: int
    unset: int
    weakest: Status | None


@dataclass(frozen=True)
class RuleCovered:
    """``expectations`` counts the expected results in scenarios. ``missed`` says the ways that none of them takes."""

    planned: PlannedRule
    expectations: int
    ways: int
    missed: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.planned.rule.entity.name}.{self.planned.name}"


@dataclass(frozen=True)
class MeasureCovered:
    """A measure with all that is there for it."""

    measure: CatalogueMeasure
    parameters: tuple[ParameterCovered, ...]
    rules: tuple[RuleCovered, ...]
    scenarios: tuple[Scenario, ...]
    pages: tuple[str, ...]

    @property
    def values(self) -> int:
        return sum(each.values for each in self.parameters)

    @property
    def unset(self) -> int:
        return sum(each.unset for each in self.parameters)

    @property
    def tried(self) -> int:
        """How many of its rules have a scenario."""
        return sum(rule.expectations > 0 for rule in self.rules)

    @property
    def ways(self) -> int:
        return sum(rule.ways for rule in self.rules)

    @property
    def missed(self) -> int:
        return sum(len(rule.missed) for rule in self.rules)

    @property
    def missing(self) -> tuple[Text, ...]:
        """What the measure lacks, from its text to its pages."""
        return tuple(_missing(self))


@dataclass(frozen=True)
class Coverage:
    """All measures of a rulebook. ``unclaimed`` are parameters of no measure, ``unused`` packages that none names."""

    title: Text
    measures: tuple[MeasureCovered, ...]
    unclaimed: tuple[str, ...]
    unused: tuple[str, ...]


def coverage_of(
    plan: Plan, scenarios: Sequence[Scenario], ways: Ways, packages: Sequence[Measure] = MEASURES
) -> Coverage:
    """What there is for each measure. ``ways`` are those through the rules that the scenarios take.

    Raises
    ------
    InputRejected
        With ``coverage.E001`` where the catalogue names a package that does not exist.
    """
    book = plan.rulebook
    by_name = {package.name: package for package in packages}
    problems = [
        Problem(
            "coverage.E001",
            measure.file,
            measure.line,
            measure.key,
            name,
            "is no package under measures/",
            hint=likely(name, by_name),
        )
        for measure in book.catalogue
        for name in measure.served_by
        if name not in by_name
    ]
    if problems:
        raise InputRejected(problems)
    rules = _rules(plan, scenarios, ways)
    covered = []
    for measure in book.catalogue:
        own = [by_name[name] for name in measure.served_by]
        named = [parameter for name, parameter in sorted(book.parameters.items()) if measure.has(name)]
        folders = [package.scenarios for package in own]
        covered.append(
            MeasureCovered(
                measure,
                tuple(_parameter(parameter) for parameter in named),
                tuple(rules[id(rule)] for package in own for rule in package.rules),
                tuple(scenario for scenario in scenarios if scenario.path.parent in folders),
                tuple(page for package in own for page in package.pages),
            )
        )
    unclaimed = [name for name in sorted(book.parameters) if not any(each.has(name) for each in book.catalogue)]
    named_packages = {name for measure in book.catalogue for name in measure.served_by}
    unused = tuple(name for name in by_name if name not in named_packages)
    return Coverage(book.title, tuple(covered), tuple(unclaimed), unused)


def _parameter(parameter: Parameter) -> ParameterCovered:
    statuses = [cell.status for cell in parameter.cells if cell.value is not None]
    unset = len(parameter.cells) - len(statuses)
    return ParameterCovered(parameter, len(statuses), unset, max(statuses, default=None))


def _rules(plan: Plan, scenarios: Sequence[Scenario], taken_ways: Ways) -> dict[int, RuleCovered]:
    """By the identity of the rule as written."""
    counts: dict[tuple[str, str], int] = {}
    for scenario in scenarios:
        for expected in scenario.expected:
            place = (expected.entity, expected.rule)
            counts[place] = counts.get(place, 0) + 1
    ways: dict[int, int] = {}
    missed: dict[int, list[str]] = {}
    for choice, taken in taken_ways:
        rule = id(choice.planned.rule)
        ways[rule] = ways.get(rule, 0) + len(choice.ways)
        missed.setdefault(rule, []).extend(way for number, way in enumerate(choice.ways) if number not in taken)
    return {
        id(planned.rule): RuleCovered(
            planned,
            counts.get((planned.rule.entity.name, planned.name), 0),
            ways.get(id(planned.rule), 0),
            tuple(missed.get(id(planned.rule), ())),
        )
        for planned in plan
    }


def _missing(covered: MeasureCovered) -> list[Text]:
    measure, found = covered.measure, []
    if measure.confirmation == "not found":
        return [Text("its content was not found", "内容未查到")]
    if measure.confirmation == "inferred":
        found.append(Text("an article of its own is only inferred", "是否单独成条仅为推断"))
    if not covered.parameters:
        found.append(Text("no parameters", "无参数"))
    elif covered.unset:
        count = sum(each.unset > 0 for each in covered.parameters)
        said = "1 parameter" if count == 1 else f"{count} parameters"
        found.append(Text(f"{said} with unset values", f"{count} 个参数有未公布的取值"))
    if not covered.rules:
        return [*found, Text("no rules, scenarios or pages", "无规则、情景和页面")]
    untried = len(covered.rules) - covered.tried
    if untried:
        said = "1 rule" if untried == 1 else f"{untried} rules"
        found.append(Text(f"{said} without a scenario", f"{untried} 条规则无情景"))
    if covered.missed:
        said = "1 way" if covered.missed == 1 else f"{covered.missed} ways"
        found.append(Text(f"{said} through rules that no scenario takes", f"规则中 {covered.missed} 个分支无情景"))
    return found
