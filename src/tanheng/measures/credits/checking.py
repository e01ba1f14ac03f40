"""Whether the parts of a methodology fit each other: text, table, rules, parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tanheng.measures.credits.reading import Head
from tanheng.policy import Entity
from tanheng.policy.entry_reading import near
from tanheng.policy.expressions import ParameterValue
from tanheng.policy.plan import Plan
from tanheng.policy.rulebook import Rulebook
from tanheng.problems import Problem

OF_PERSONS = "reduction_g", "gCO2e"


def faults_of_parts(head: Head, entity: Entity, plan: Plan, book: Rulebook, file: str) -> Iterator[Problem]:
    """What does not fit.

    Codes: ``methodology.E012`` a step of the calculation that is no rule, ``E013`` a reduction in another unit,
    ``E014`` a monitoring plan and a table with different columns or units, ``E015`` an event or a mean that leads to no
    column, ``E016`` a parameter that no rule uses, ``E017`` a condition whose rule does not exist.
    """
    names = [planned.name for planned in plan.of(entity)]

    def fault(code: str, key: str, **said: str) -> Problem:
        return Problem(f"methodology.{code}", file, head.lines.get(key), key, **said)

    for step, name in head.calculation.items():
        if name not in names:
            yield fault("E012", "calculation", value=f"{step}: {name}", message="is no rule", hint=near(name, names))
    reduction = head.calculation["reduction"]
    if reduction in names:
        unit = str(plan[(entity, reduction)].rule.unit)
        if unit != head.unit:
            yield fault("E013", "unit", value=head.unit, expected=f"{unit}, in which {reduction} is")
        if head.track == "persons" and (reduction, head.unit) != OF_PERSONS:
            wanted = "reduction_g in gCO2e: what persons save is counted in whole grams"
            yield fault("E013", "calculation", value=f"{reduction} in {head.unit}", expected=wanted)
    yield from _of_columns(head, entity, fault)
    used = {node.name for planned in plan for node in planned.nodes(ParameterValue)}
    for name, parameter in book.parameters.items():
        if name.startswith(f"{head.id}.") and name not in used and parameter.awaits is None:
            hint = "Delete it, or say `awaits:` what will use it"
            said = "is used by no rule"
            yield Problem("methodology.E016", parameter.file, parameter.line, name, message=said, hint=hint)
    for condition in head.applicability:
        if condition.rule is not None and condition.rule not in names:
            yield fault(
                "E017", "applicability", value=condition.rule, message="is no rule", hint=near(condition.rule, names)
            )


def _of_columns(head: Head, entity: Entity, fault: Callable[..., Problem]) -> Iterator[Problem]:
    columns = {column.name: column for column in entity.table.columns if column.name not in entity.key}
    monitored = {each.column: each for each in head.monitoring}
    for name in sorted(columns.keys() - monitored.keys()):
        yield fault("E014", "monitoring", message=f"does not name {name}, a column of the table")
    for name, each in monitored.items():
        if name not in columns:
            yield fault("E014", "monitoring", value=name, message="is no column", hint=near(name, columns))
        elif columns[name].unit != each.unit:
            yield fault("E014", "monitoring", value=f"{name} in {each.unit}", expected=f"in {columns[name].unit}")
    made = [(event.column, "events") for event in head.events] + [(mean.column, "means") for mean in head.means]
    for name, key in made:
        if name not in columns:
            yield fault("E015", key, value=name, message="is no column", hint=near(name, columns))
        elif [other for other, _ in made].count(name) > 1:
            yield fault("E015", key, value=name, message="is made twice")
    of_events = {event.column: event.unit for event in head.events}
    for event in head.events:
        if event.column in columns and columns[event.column].unit != event.unit:
            yield fault(
                "E015", "events", value=f"{event.mode} in {event.unit}", expected=f"in {columns[event.column].unit}"
            )
    for mean in head.means:
        if mean.of not in of_events:
            yield fault("E015", "means", value=mean.of, message="is no column of events", hint=near(mean.of, of_events))
    if head.track == "persons":
        for name in sorted(columns.keys() - {name for name, _ in made}):
            yield fault("E015", "events", message=f"make no {name}, a column of the table")
