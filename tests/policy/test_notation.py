"""A rule as a formula says what is computed: a bracket or a condition lost in print is another law."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest
from tests.policy.engine_city import DISTRICT_ID, PLANT_YEAR, YEAR_BEFORE, a_rule, cell, parameter, rulebook

from tanheng.measures.registry import ALL_RULES
from tanheng.policy import largest, quantity, rank, share, smallest, undetermined, when
from tanheng.policy.latex import latex
from tanheng.policy.mathematics import Equation
from tanheng.policy.mathml import mathml
from tanheng.policy.notation import equation, short_title
from tanheng.policy.plan import Plan
from tanheng.policy.rulebook import load_rulebook
from tanheng.text import LANGUAGES, Text

BOOK = rulebook(
    parameter("demo.ncv", cell(20.0, "coal"), unit="GJ/t", by=("fuel",)),
    parameter("demo.limit", cell(50.0), unit="t"),
)
TITLE = Text("the result", "结果")


def shown(function: Callable[..., Any], unit: str = "1", kind: Any = "number") -> str:
    """The right side, without the upright letters around names."""
    written = latex(of(function, unit, kind), "en")
    assert written.startswith(r"\text{the result} = ")
    return written.removeprefix(r"\text{the result} = ").replace(r"\text", "")


def of(function: Callable[..., Any], unit: str = "1", kind: Any = "number") -> Equation:
    rule = a_rule(PLANT_YEAR, unit, kind, title=TITLE)(function)
    plan = Plan((DISTRICT_ID, YEAR_BEFORE, rule), BOOK)
    return equation(plan[(PLANT_YEAR, rule.name)], plan)


FORMULAS: list[tuple[Callable[..., Any], str, str, str]] = [
    (lambda output_t, extra_t: output_t + extra_t - 2 * extra_t, "t", "number",
     r"{output_t} + {extra} - 2 \times {extra}"),
    (lambda output_t, extra_t: output_t - (extra_t - output_t), "t", "number",
     r"{output_t} - \left( {extra} - {output_t} \right)"),
    (lambda output_t, extra_t: 2 * (output_t + extra_t), "t", "number",
     r"2 \times \left( {output_t} + {extra} \right)"),
    (lambda output_t, extra_t: output_t / extra_t, "1", "number", r"\frac{{output_t}}{{extra}}"),
    (lambda output_t, extra_t: output_t / extra_t / (1 + output_t / extra_t), "1", "number",
     r"\frac{{output_t}}{{extra} \times \left( 1 + \frac{{output_t}}{{extra}} \right)}"),
    (lambda output_t, extra_t: output_t / (extra_t / 2), "1", "number", r"\frac{{output_t}}{\frac{{extra}}{2}}"),
    (lambda output_t, extra_t: (1 - output_t / extra_t) ** 2, "1", "number",
     r"{\left( 1 - \frac{{output_t}}{{extra}} \right)}^{2}"),
    (lambda output_t: -output_t, "t", "number", r"- {output_t}"),
    (lambda output_t, extra_t: output_t * -extra_t, "t^2", "number", r"{output_t} \times \left( - {extra} \right)"),
    (lambda output_t: output_t.to("kg"), "kg", "number", r"{output_t}"),
    (lambda output_t: output_t / quantity(1, "t"), "1", "number", r"\frac{{output_t}}{1 \ {t}}"),
    (lambda output_t: output_t * quantity(1, "1") + 0, "t", "number", r"{output_t}"),
    (lambda output_t, limit: output_t >= limit, "1", "boolean", r"{output_t} \ge it{demo.limit}"),
    (lambda output_t, extra_t: (output_t > 0) & ~(extra_t.is_known() | (output_t == 0)), "1", "boolean",
     r"{output_t} > 0 \ {and}\  {not}\  \left( {extra} \ {is known} \ {or}\  {output_t} = 0 \right)"),
    (lambda output_t: when(output_t > 0).then(output_t).otherwise(undetermined("a report", "t")), "t", "number",
     r"\begin{cases} {output_t} & {if }{output_t} > 0 \\ {undetermined: a report} & {otherwise} \end{cases}"),
    (lambda output_t, extra_t: output_t.or_else(extra_t), "t", "number",
     r"\begin{cases} {output_t} & {if }{output_t} \ {is known} \\ {extra} & {otherwise} \end{cases}"),
    (lambda ncv: ncv["coal"], "GJ/t", "number", r"{it{demo.ncv}}_{tt{coal}}"),
    (lambda plant: plant.capacity_t, "t", "number", r"{{capacity_t}}_{{plant}}"),
    (lambda deliveries: deliveries.sum("mass_t"), "t", "number", r"\sum_{{delivery}} {mass_t}"),
    (lambda deliveries: deliveries.known_sum("mass_t"), "t", "number", r"\sum_{{delivery}}^{{determined}} {mass_t}"),
    (lambda deliveries: deliveries.count(), "1", "integer", r"{number of}\left( {delivery} \right)"),
    (lambda deliveries: deliveries.largest("mass_t"), "t", "number", r"\max_{{delivery}} {mass_t}"),
    (lambda output_t, year: share(output_t, within=(year,)), "1", "number",
     r"\frac{{output_t}}{\sum_{{same}\  {year}} {output_t}}"),
    (lambda output_t: rank(output_t), "1", "integer",
     r"{{rank}\left( {output_t} \right)}_{{plant in a year}}"),
    (lambda output_t, extra_t: smallest(output_t, largest(extra_t, 0)), "t", "number",
     r"{min}\left( {output_t}, {max}\left( {extra}, 0 \right) \right)"),
    (lambda output_t: output_t.floor() + output_t.abs(), "t", "number",
     r"\left\lfloor {output_t} \right\rfloor + \left| {output_t} \right|"),
    (lambda plant: plant.sector.is_in("26", "30"), "1", "boolean",
     r"{{sector}}_{{plant}} \in \left\{ tt{26} , tt{30} \right\}"),
]  # fmt: skip


@pytest.mark.parametrize(("function", "unit", "kind", "formula"), FORMULAS)
def test_a_formula_says_what_is_computed(function: Callable[..., Any], unit: str, kind: Any, formula: str) -> None:
    function.__name__ = "result"
    assert shown(function, unit, kind).replace(r"\_", "_") == formula


def test_a_long_sum_is_broken_before_its_signs() -> None:
    """A formula that runs out of the page is read to the margin and no further."""

    def result(output_t: Any, extra_t: Any) -> Any:
        total = output_t
        for _ in range(12):
            total = total + extra_t
        return total - output_t

    lines = of(result, "t").lines
    assert len(lines) > 1
    written = latex(of(result, "t"), "en")
    assert written.count(r"\\") == len(lines) - 1 and written.count(r"\text{extra}") == 12
    assert all(line.lstrip("& ").startswith(("+", "-")) for line in written.split("\\\\\n")[1:])


@pytest.mark.parametrize(
    ("title", "name", "unit", "short"),
    [
        (Text("fuel, by its code in the factor tables", "燃料代码"), "fuel", "1", ("fuel", "燃料代码")),
        (Text("coal, oil, gas, waste; electricity for a row of bought power", "煤、油、气;电力行"), "fuel_group", "1",
         ("fuel group", "煤")),
        (Text("part of the electricity bought that comes with green certificates", "其中:绿证绿电"),
         "green_electricity_mwh", "MWh", ("green electricity", "其中:绿证绿电")),
    ],
)  # fmt: skip
def test_a_title_that_explains_is_cut_to_a_name(title: Text, name: str, unit: str, short: tuple[str, str]) -> None:
    assert short_title(title, name, unit) == short


def test_every_rule_has_a_notation_in_both_languages() -> None:
    """MathML is markup: one unescaped sign, and the page breaks off there."""
    plan = Plan(ALL_RULES, load_rulebook("shenzhen"))
    for planned in plan:
        written = equation(planned, plan)
        for language in LANGUAGES:
            ElementTree.fromstring(mathml(written, language))
            formula = latex(written, language)
            assert formula.count("{") == formula.count("}"), formula
            assert planned.rule.title.in_language(language).split("(")[0].split("%")[0] in formula
