"""Rules: functions whose name is the column they make and whose arguments are what they need.

    @rule(FACILITY_YEAR, unit="tCO2e/10k CNY", title=Text("carbon intensity", "碳强度"), cites="...")
    def carbon_intensity(emissions, value_added_10k_cny):
        '''Emissions of the year per unit of value added.'''
        return emissions / value_added_10k_cny

An argument names, in this order: a column of the entity's table, another rule of the entity, a
link, or a parameter of the rulebook. The parameter ``x`` of a rule in ``measures/inventory/rules.py``
is ``inventory.x``; ``parameters={"x": "gwp.ar5"}`` names another one. A name that fits two things is
refused, so that a new column or parameter never changes what a rule says; ``columns=("x",)`` means the column.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType
from typing import Any, Literal, Required, TypedDict, TypeGuard, Unpack, overload

from tanheng.policy.entities import Entity
from tanheng.policy.expressions import RuleError
from tanheng.policy.purity import faults_of
from tanheng.text import Text
from tanheng.units import Unit

RuleKind = Literal["number", "text", "boolean", "integer", "date"]


@dataclass(frozen=True, eq=False)
class Rule:
    """A rule as written. ``namespace`` is where its parameters are looked for first."""

    entity: Entity
    name: str
    function: Callable[..., Any]
    arguments: tuple[str, ...]
    kind: RuleKind
    unit: Unit
    title: Text
    cites: tuple[str, ...]
    namespace: str
    parameters: Mapping[str, str]
    columns: tuple[str, ...] = ()

    @property
    def words(self) -> Text:
        """The docstring: what the rule says, in words. The Chinese is empty where there is none."""
        return in_both_languages(inspect.getdoc(self.function) or "")

    @cached_property
    def impurities(self) -> tuple[str, ...]:
        """What its result hangs on besides its arguments: nothing, in a rule that can stand."""
        return faults_of(self.function)

    @property
    def place(self) -> str:
        """``rules.py line 14``, for messages."""
        code = self.function.__code__
        return f"{code.co_filename} line {code.co_firstlineno}"

    def __repr__(self) -> str:
        return f"Rule({self.entity.name}.{self.name})"


class _Said(TypedDict, total=False):
    """What ``rule`` is told besides the entity."""

    title: Required[Text]
    unit: str
    kind: RuleKind
    cites: str | tuple[str, ...]
    parameters: Mapping[str, str] | None
    columns: tuple[str, ...]


@overload
def rule(entity: Entity, **said: Unpack[_Said]) -> Callable[[Callable[..., Any]], Rule]: ...
@overload
def rule(entity: tuple[Entity, ...], **said: Unpack[_Said]) -> Callable[[Callable[..., Any]], tuple[Rule, ...]]: ...
def rule(
    entity: Entity | tuple[Entity, ...],
    *,
    title: Text,
    unit: str = "1",
    kind: RuleKind = "number",
    cites: str | tuple[str, ...] = (),
    parameters: Mapping[str, str] | None = None,
    columns: tuple[str, ...] = (),
) -> Callable[[Callable[..., Any]], Rule | tuple[Rule, ...]]:
    """Make a rule of a function. ``cites`` names the documents and clauses it comes from.

    With several entities the function is a rule of each: what holds for a district and for a city is written once.
    """

    def make(function: Callable[..., Any]) -> Rule | tuple[Rule, ...]:
        return _made(function, entity) if isinstance(entity, Entity) else tuple(_made(function, one) for one in entity)

    def _made(function: Callable[..., Any], entity: Entity) -> Rule:
        signature = inspect.signature(function)
        for argument in signature.parameters.values():
            if argument.kind is not argument.POSITIONAL_OR_KEYWORD or argument.default is not argument.empty:
                raise RuleError(f"rule {function.__name__}: argument {argument.name} must be a plain name")
        package = function.__module__.split(".")
        if "rules" in package[:-1]:  # a measure with many rules keeps them in a folder rules/
            package = package[: package.index("rules") + 1]
        return Rule(
            entity=entity,
            name=function.__name__,
            function=function,
            arguments=tuple(signature.parameters),
            kind=kind,
            unit=Unit.parse(unit),
            title=title,
            cites=(cites,) if isinstance(cites, str) else cites,
            namespace=package[-2] if len(package) > 1 else package[-1],
            parameters=dict(parameters or {}),
            columns=columns,
        )

    return make


def in_both_languages(docstring: str) -> Text:
    """The English and the Chinese paragraphs of a docstring."""
    paragraphs = [paragraph.strip("\n") for paragraph in docstring.split("\n\n") if paragraph.strip()]
    chinese = [paragraph for paragraph in paragraphs if _is_chinese(paragraph)]
    return Text("\n\n".join(each for each in paragraphs if each not in chinese), "\n\n".join(chinese))


def _is_chinese(paragraph: str) -> bool:
    """Whether at least as many letters are Chinese as a third of all: formulas and units stay Latin."""
    letters = [letter for letter in paragraph if letter.isalpha()]
    return 3 * sum("\u4e00" <= letter <= "\u9fff" for letter in letters) >= len(letters) > 0


def rules_of(*modules: ModuleType) -> tuple[Rule, ...]:
    """The rules written in the modules, in the order of the source."""
    written = (value for module in modules for value in vars(module).values())
    return tuple(rule for value in written for rule in (value if isinstance(value, tuple) else (value,)) if _is(rule))


def _is(value: object) -> TypeGuard[Rule]:
    return isinstance(value, Rule)
