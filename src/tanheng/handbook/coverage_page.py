"""The coverage of the measures as a page: counts, one line a measure, then what each has and lacks."""

from __future__ import annotations

from collections.abc import Iterator

from tanheng.handbook.blocks import Block, Bullets, Heading, Line, Link, Paragraph, Table
from tanheng.handbook.coverage import Coverage, MeasureCovered
from tanheng.text import Language, Text

CONFIRMATIONS = {
    "confirmed": Text("title read", "标题已查到"),
    "content confirmed": Text("content read", "内容已查到"),
    "inferred": Text("inferred", "推断"),
    "not found": Text("not found", "未查到"),
}
COLUMNS = Text(
    "measure|text|values|unset|rules|tried|scenarios|ways|pages|missing",
    "措施|条文|取值|未公布|规则|有情景|情景|分支|页面|缺失",
)
NUMBERS = frozenset({2, 3, 4, 5, 6, 7, 8})

_TITLE = Text("Coverage of the measures: {title}", "措施覆盖情况:{title}")
_MADE = Text("Made by `tanheng docs` from the rulebook, the rules and the scenarios; do not edit.",
             "由 `tanheng docs` 依据规则库、规则与情景生成,请勿手工修改。")  # fmt: skip
_COUNTS = Text(
    "{measures} measures: {read} with their content read, {with_parameters} with parameters, {with_rules} with rules.|"
    "{parameters} parameters: {values} values set, {unset} unset.|"
    "{rules} rules: {tried} with a scenario; {ways} ways through choices in them, {taken} taken by a scenario.|"
    "{scenarios} scenarios.",
    "措施 {measures} 项:内容已查到 {read} 项,有参数 {with_parameters} 项,有规则 {with_rules} 项。|"
    "参数 {parameters} 个:已有取值 {values} 个,未公布 {unset} 个。|"
    "规则 {rules} 条:有情景 {tried} 条;规则中的分支 {ways} 个,情景走过 {taken} 个。|"
    "情景 {scenarios} 个。",
)
_OF_NONE = Text("Parameters of no measure: {names}.", "不属于任何措施的参数:{names}。")
_UNUSED = Text("Packages that no measure names: {names}.", "未被任何措施引用的程序包:{names}。")
_PARAMETERS = Text("parameter|values|unset|weakest status", "参数|取值|未公布|最弱状态")
_LACKS = Text("Missing: {missing}.", "缺失:{missing}。")
_RULES = Text("Rules by {packages}; scenarios:", "规则见 {packages};情景:")
_WAYS = Text("Ways that no scenario takes:", "没有情景走过的分支:")
_UNTRIED = Text("Rules without a scenario:", "没有情景的规则:")


def counts(coverage: Coverage, language: Language) -> list[str]:
    """The sums over all measures, one line each."""
    measures = coverage.measures
    rules = {rule.name: rule for measure in measures for rule in measure.rules}
    parameters = {each.parameter.name: each for measure in measures for each in measure.parameters}
    ways, missed = sum(rule.ways for rule in rules.values()), sum(len(rule.missed) for rule in rules.values())
    said = _COUNTS.format(
        measures=len(measures),
        read=sum(each.measure.confirmation in ("confirmed", "content confirmed") for each in measures),
        with_parameters=sum(bool(each.parameters) for each in measures),
        with_rules=sum(bool(each.rules) for each in measures),
        parameters=len(parameters),
        values=sum(each.values for each in parameters.values()),
        unset=sum(each.unset for each in parameters.values()),
        rules=len(rules),
        tried=sum(rule.expectations > 0 for rule in rules.values()),
        ways=ways,
        taken=ways - missed,
        scenarios=len({id(scenario) for measure in measures for scenario in measure.scenarios}),
    )
    return said.in_language(language).split("|")


def row(covered: MeasureCovered, language: Language) -> list[str]:
    """The line of a measure, by ``COLUMNS``; what does not apply is empty."""
    measure = covered.measure
    number = "" if measure.official_number is None else f"{measure.official_number} "
    has_parameters, has_rules = bool(covered.parameters), bool(covered.rules)
    missing = Text("; ", ";").in_language(language).join(each.in_language(language) for each in covered.missing)
    return [
        f"{number}{measure.title.in_language(language)}",
        CONFIRMATIONS[measure.confirmation].in_language(language),
        str(covered.values) if has_parameters else "",
        str(covered.unset) if has_parameters else "",
        str(len(covered.rules)) if has_rules else "",
        str(covered.tried) if has_rules else "",
        str(len(covered.scenarios)) if has_rules else "",
        f"{covered.ways - covered.missed}/{covered.ways}" if has_rules else "",
        str(len(covered.pages)) if has_rules else "",
        missing or "–",
    ]


def remarks(coverage: Coverage, language: Language) -> list[str]:
    """What belongs to no measure."""
    found = [(_OF_NONE, coverage.unclaimed), (_UNUSED, coverage.unused)]
    return [said.format(names=", ".join(names)).in_language(language) for said, names in found if names]


def coverage_page(coverage: Coverage, language: Language) -> Iterator[Block]:
    """The page in one language, as it lies in ``docs/``."""
    other = {"en": Link("中文", "coverage.zh.md"), "zh": Link("English", "coverage.md")}
    title = coverage.title.in_language(language)
    yield Heading(_TITLE.format(title=title).in_language(language), 1)
    yield Paragraph(other[language])
    yield Paragraph(_MADE.in_language(language))
    yield Bullets([*counts(coverage, language), *remarks(coverage, language)])
    head = COLUMNS.in_language(language).split("|")
    rows: list[list[Line]] = []
    for covered in coverage.measures:
        first, *others = row(covered, language)
        detailed = covered.parameters or covered.rules
        rows.append([Link(first, f"#{covered.measure.key}") if detailed else first, *others])
    yield Table(head, rows, NUMBERS)
    for covered in coverage.measures:
        if covered.parameters or covered.rules:
            yield from measure_blocks(covered, language)


def measure_blocks(covered: MeasureCovered, language: Language) -> Iterator[Block]:
    """What there is for one measure and what it lacks, in full."""
    measure = covered.measure
    yield Heading(f"{measure.title.in_language(language)} · `{measure.key}`", 2, measure.key)
    if covered.missing:
        missing = Text("; ", ";").in_language(language).join(each.in_language(language) for each in covered.missing)
        yield Paragraph(_LACKS.format(missing=missing).in_language(language))
    if covered.rules:
        yield from _of_rules(covered, language)
    rows: list[list[Line]] = [
        [
            f"`{each.parameter.name}` {each.parameter.title.in_language(language)}",
            str(each.values),
            str(each.unset or ""),
            "" if each.weakest is None else each.weakest.text.in_language(language),
        ]
        for each in covered.parameters
    ]
    if rows:
        yield Table(_PARAMETERS.in_language(language).split("|"), rows, frozenset({1, 2}))


def _of_rules(covered: MeasureCovered, language: Language) -> Iterator[Block]:
    pages = [page if language == "en" else page.replace(".md", ".zh.md") for page in covered.pages]
    links: list[str | Link] = []
    for page in pages:
        links += [*([", "] if links else []), Link(page.removeprefix("measures/"), page)]
    before, after = _RULES.in_language(language).split("{packages}")
    yield Paragraph((before, *links, after))
    yield Bullets(
        [f"{each.name} (`{each.path.parent.parent.name}/scenarios/{each.path.name}`)" for each in covered.scenarios]
    )
    untried = [f"`{rule.name}`" for rule in covered.rules if not rule.expectations]
    if untried:
        yield Paragraph(_UNTRIED.in_language(language))
        yield Bullets(untried)
    missed = [f"`{rule.name}`: `{way}`" for rule in covered.rules for way in rule.missed]
    if missed:
        yield Paragraph(_WAYS.in_language(language))
        yield Bullets(missed)
