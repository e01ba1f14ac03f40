"""The page of a methodology: what it is for, what is monitored, how it computes, and from where its figures are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tanheng.handbook.blocks import Block, Bullets, Formula, Heading, Line, Link, Paragraph, Table
from tanheng.handbook.parameter_lines import parameter_rows
from tanheng.measures.credits.methodology import SCHEME_WORDS, STANDING_WORDS, Methodology
from tanheng.policy.expressions import ParameterValue
from tanheng.policy.notation import equation
from tanheng.policy.parameters import Status
from tanheng.text import Language, Text

_MADE = Text(
    "Made from the folder of the methodology by `tanheng docs`; do not edit. What was not found is said to be so: "
    "then a reduction is undetermined, never zero.",
    "由 `tanheng docs` 依据方法学文件夹生成,请勿手工修改。凡未找到的均予注明:此时减排量为未确定,绝不记为零。",
)
_NOT_FOUND = Text("not found", "未找到")
_OTHER = {"en": ("中文", "{id}.zh.md"), "zh": ("English", "{id}.md")}
_ABOUT = Text("About", "概况")
_FACTS = {
    "scheme": Text("scheme", "机制"),
    "number": Text("number", "编号"),
    "standing": Text("standing", "状态"),
    "published": Text("published", "公布"),
    "since": Text("in force", "生效"),
    "retired": Text("retired", "废止"),
    "track": Text("credits", "核证对象"),
    "period": Text("crediting period", "计入期"),
    "additionality": Text("additionality", "额外性"),
    "unit": Text("result", "结果"),
}
_TRACKS = {"persons": Text("persons, in points", "个人(碳积分)"), "projects": Text("projects", "项目(核证减排量)")}
_ROUNDED = Text("whole {unit}, rounded down", "整 {unit},向下取整")
_SCOPE = Text("Scope and conditions", "适用范围与条件")
_MONITORING = Text("Monitoring plan", "监测计划")
_MONITORING_HEAD = Text("what|unit|measured|how often|quality", "参数|单位|测量方式|频次|质量控制")
_EVENTS = Text("Events", "行为事件")
_EVENTS_HEAD = Text("mode|unit|of a day", "行为方式|单位|当日取值")
_OF_DAY = {"sum": Text("sum", "合计"), "smallest": Text("smallest", "最小"), "largest": Text("largest", "最大")}
_CALCULATION = Text("Calculation", "计算方法")
_PARAMETERS = Text("Parameters", "参数")
_PARAMETERS_HEAD = Text("parameter|value|unit|status|source", "参数|取值|单位|状态|来源")
_SOURCES = Text("Sources", "资料来源")
_NOT_SEEN = Text("not seen", "未见原文")
_REMARKS = Text("Remarks", "说明")
_INDEX = Text("Methodologies", "方法学")
_INDEX_HEAD = Text(
    "methodology|scheme|credits|standing|in force|not found", "方法学|机制|核证对象|状态|生效|未找到的参数"
)


def methodology_page(methodology: Methodology, language: Language, *, links: bool = True) -> Iterator[Block]:
    """The page in one language. ``links``: with one to the other language."""
    yield Heading(methodology.names.in_language(language), 1)
    if links:
        words, target = _OTHER[language]
        yield Paragraph(Link(words, target.format(id=methodology.id)))
    yield Paragraph(_MADE.in_language(language))
    yield Heading(_ABOUT.in_language(language))
    yield Table(("", ""), [[_FACTS[key].in_language(language), said] for key, said in _facts(methodology, language)])
    yield Heading(_SCOPE.in_language(language))
    yield Paragraph(methodology.scope.in_language(language))
    conditions = [condition.words.in_language(language) for condition in methodology.applicability]
    if conditions:
        yield Bullets(conditions)
    yield Heading(_MONITORING.in_language(language))
    yield Table(_MONITORING_HEAD.in_language(language).split("|"), _monitoring(methodology, language))
    if methodology.events:
        yield Heading(_EVENTS.in_language(language), 3)
        rows = [
            [f"`{event.mode}`", event.unit, f"{_OF_DAY[event.of_day].in_language(language)}: `{event.column}`"]
            for event in methodology.events
        ]
        yield Table(_EVENTS_HEAD.in_language(language).split("|"), rows)
    yield from _calculation(methodology, language)
    used = {node.name for planned in methodology.plan for node in planned.nodes(ParameterValue)}
    yield Heading(_PARAMETERS.in_language(language))
    parameters = [methodology.rulebook[name] for name in sorted(used)]
    yield Table(_PARAMETERS_HEAD.in_language(language).split("|"), parameter_rows(parameters, language))
    yield Heading(_SOURCES.in_language(language))
    yield Bullets([_source(methodology, name, language) for name in methodology.sources])
    notes = [*([methodology.since.note] if methodology.since.note else []), *methodology.notes]
    if notes:
        yield Heading(_REMARKS.in_language(language))
        yield Bullets([note.in_language(language) for note in notes])


def methodologies_page(methodologies: Iterable[Methodology], language: Language) -> Iterator[Block]:
    """The list of all of them, each with its page."""
    suffix = "" if language == "en" else ".zh"
    yield Heading(_INDEX.in_language(language), 1)
    yield Paragraph(Link(_OTHER[language][0], "README.zh.md" if language == "en" else "README.md"))
    yield Paragraph(_MADE.in_language(language))
    rows: list[list[Line]] = []
    for each in methodologies:
        unset = ", ".join(f"`{name.partition('.')[2]}`" for name in each.unset)
        facts = dict(_facts(each, language))
        link = Link(each.names.in_language(language), f"{each.id}{suffix}.md")
        rows.append([link, facts["scheme"], facts["track"], facts["standing"], facts["since"], unset])
    yield Table(_INDEX_HEAD.in_language(language).split("|"), rows)


def _facts(methodology: Methodology, language: Language) -> Iterator[tuple[str, str]]:
    def found(text: Text | str | None) -> str:
        if text is None:
            return _NOT_FOUND.in_language(language)
        return text if isinstance(text, str) else text.in_language(language)

    since = methodology.since
    yield "scheme", SCHEME_WORDS[methodology.scheme].in_language(language)
    yield "number", found(methodology.number)
    yield "standing", STANDING_WORDS[methodology.standing].in_language(language)
    yield "published", found(methodology.published)
    sure = f" ({since.status.text.in_language(language)})" if isinstance(since.status, Status) else ""
    yield "since", found(None if since.day is None else f"{since.day}{sure}")
    if methodology.retired is not None:
        yield "retired", str(methodology.retired)
    yield "track", _TRACKS[methodology.track].in_language(language)
    yield "period", found(methodology.crediting_period)
    yield "additionality", found(methodology.additionality)
    yield "unit", _ROUNDED.format(unit=methodology.unit).in_language(language)


def _monitoring(methodology: Methodology, language: Language) -> list[list[Line]]:
    missing = _NOT_FOUND.in_language(language)
    rows: list[list[Line]] = []
    for each in methodology.monitoring:
        meaning = methodology.entity.table[each.column].meaning.in_language(language)
        said = [missing if text is None else text.in_language(language) for text in (each.measured, each.frequency)]
        quality = missing if each.quality is None else each.quality.in_language(language)
        rows.append([f"{meaning} `{each.column}`", "" if each.unit == "1" else each.unit, *said, quality])
    return rows


def _calculation(methodology: Methodology, language: Language) -> Iterator[Block]:
    yield Heading(_CALCULATION.in_language(language))
    for planned in methodology.plan.of(methodology.entity):
        rule = planned.rule
        yield Heading(f"{rule.title.in_language(language)} · `{rule.name}`", 3)
        words = rule.words.in_language(language) or rule.words.en
        yield Paragraph(" ".join(line.strip() for line in words.split("\n")))
        yield Formula(equation(planned, methodology.plan))


def _source(methodology: Methodology, name: str, language: Language) -> Line:
    source = methodology.sources[name]
    read = source.read or _NOT_SEEN.in_language(language)
    said = f"{source.document} ({read})"
    note = f" {source.note}" if source.note else ""
    return (said, " ", Link(source.address, source.address), note) if source.address else said + note
