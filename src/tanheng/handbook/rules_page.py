"""The page of a measure's rules: each in words and in notation, with its parameters, and the graphs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from tanheng.handbook.blocks import Block, Formula, Heading, Link, Paragraph, Picture, Preformatted, Table
from tanheng.handbook.parameter_lines import parameter_rows
from tanheng.handbook.sections import Section, WrittenRule, graph_of, overview_of, sections_of
from tanheng.measures.registry import Measure
from tanheng.policy.expressions import ParameterValue
from tanheng.policy.notation import equation
from tanheng.policy.plan import Plan
from tanheng.text import Language, Text

OTHER_PAGE: Mapping[Language, tuple[str, str]] = {"en": ("中文", "rules.zh.md"), "zh": ("English", "rules.md")}

_TITLE = Text("Rules: {title}", "规则:{title}")
_INTRODUCTION = Text(
    "Made from the rules and the rulebook by `tanheng docs`; do not edit. {rules} rules, {parameters} parameters, "
    "rulebook {rulebook}. In formulas, names of parameters are set apart (slanted or coloured), what stands at the "
    "foot of a name is its category or whose it is, and a sum marked “determined” leaves out what is undetermined and "
    "says how much. Conversions of units are left out.",
    "由 `tanheng docs` 依据规则与规则库生成,请勿手工修改。规则 {rules} 条,参数 {parameters} 个,规则库为{rulebook}。"
    "公式中参数名以斜体或颜色区分;名称的下标为其类别或所属对象;标有“已确定”的求和不含未确定的部分,并注明其数量。单位换算从略。",
)
_MAP = Text("How the sections build on each other", "各部分之间的关系")
_NEEDS = Text("What goes into what", "引用关系")
_FOR = Text("For each {entities}.", "适用于:{entities}。")
_UNIT = Text("Unit: {unit}.", "单位:{unit}。")
_CITES = Text("Source: {cites}.", "依据:{cites}。")
_TAKES = Text("Parameters: ", "参数:")
_PARAMETERS = Text("Parameters", "参数")
_HEAD = Text("parameter|value|unit|status|source", "参数|取值|单位|状态|来源")


def rules_page(measure: Measure, plan: Plan, language: Language, *, links: bool = True) -> Iterator[Block]:
    """The page in one language. ``links``: with a link to the other language, for pages that lie beside each other."""
    sections = sections_of(measure, plan)
    parameters = parameters_of(sections)
    title = _TITLE.format(title=measure.title.in_language(language)).in_language(language)
    yield Heading(title, 1)
    if links:
        yield Paragraph(Link(*OTHER_PAGE[language]))
    count = sum(len(rule.of_entities) for section in sections for rule in section.rules)
    book = plan.rulebook.title.in_language(language)
    said = _INTRODUCTION.format(rules=count, parameters=len(parameters), rulebook=book).in_language(language)
    yield Paragraph(said)
    yield Heading(_MAP.in_language(language))
    yield Picture(overview_of(measure, sections, plan), picture("graph", language))
    for section in sections:
        yield from _section(section, plan, language)
    yield Heading(_PARAMETERS.in_language(language), anchor="parameters")
    rows = parameter_rows([plan.rulebook[name] for name in parameters], language)
    yield Table(_HEAD.in_language(language).split("|"), rows)


def picture(name: str, language: Language) -> str:
    return f"{name}.svg" if language == "en" else f"{name}.zh.svg"


def parameters_of(sections: Sequence[Section]) -> tuple[str, ...]:
    """The parameters that the rules take up, sorted."""
    return tuple(
        sorted(
            {
                node.name
                for section in sections
                for rule in section.rules
                for planned in rule.of_entities
                for node in planned.nodes(ParameterValue)
            }
        )
    )


def _section(section: Section, plan: Plan, language: Language) -> Iterator[Block]:
    yield Heading(section.heading.in_language(language), anchor=section.name)
    words = section.words.in_language(language) or section.words.en
    for paragraph in words.split("\n\n")[1:]:
        yield Preformatted(_outdented(paragraph)) if paragraph.startswith("    ") else Paragraph(_flowed(paragraph))
    yield Picture(graph_of(section, plan), picture(section.name, language))
    several = len({planned.rule.entity for rule in section.rules for planned in rule.of_entities}) > 1
    for rule in section.rules:
        yield from _rule(rule, plan, language, say_whose=several)


def _rule(written: WrittenRule, plan: Plan, language: Language, *, say_whose: bool) -> Iterator[Block]:
    planned = written.first
    rule = planned.rule
    yield Heading(f"{rule.title.in_language(language)} · `{rule.name}`", 3)
    words = rule.words.in_language(language) or rule.words.en
    for paragraph in words.split("\n\n"):
        yield Paragraph(_flowed(paragraph))
    yield Formula(equation(planned, plan))
    said = []
    if say_whose:
        entities = [each.rule.entity.title.in_language(language) for each in written.of_entities]
        said.append(_FOR.format(entities=Text(", ", "、").in_language(language).join(entities)).in_language(language))
    if not rule.unit.is_one:
        said.append(_UNIT.format(unit=rule.unit).in_language(language))
    if rule.cites:
        said.append(_CITES.format(cites="; ".join(rule.cites)).in_language(language))
    if said:
        yield Paragraph(Text(" ", "").in_language(language).join(said))
    names = sorted({node.name for node in planned.nodes(ParameterValue)})
    if names:
        links: list[str | Link] = [_TAKES.in_language(language)]
        for name in names:
            links += [*([", "] if len(links) > 1 else []), Link(f"`{name}`", "#parameters")]
        yield Paragraph(tuple(links))


def _flowed(paragraph: str) -> str:
    """One line; double backticks of docstrings become the single ones of pages."""
    lines = paragraph.split("\n")
    flowed = lines[0]
    for line in lines[1:]:
        between = "" if flowed[-1:] > "\u2e80" and line.strip()[:1] > "\u2e80" else " "
        flowed += between + line.strip()
    return re.sub(r"``", "`", flowed)


def _outdented(paragraph: str) -> str:
    return "\n".join(line.removeprefix("    ") for line in paragraph.split("\n"))
