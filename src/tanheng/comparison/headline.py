"""The answer of a comparison in a few sentences."""

from __future__ import annotations

from collections.abc import Sequence

from tanheng.comparison.columns import percent, worded
from tanheng.comparison.compared import Compared
from tanheng.comparison.costs import cost_in_words, costs_of
from tanheng.comparison.differences import Difference, Effect
from tanheng.comparison.effects import CITY_ITSELF
from tanheng.comparison.results import Result
from tanheng.report.figures import figure
from tanheng.report.typography import capital
from tanheng.text import Text


def headline(compared: Compared) -> tuple[Text, ...]:
    """The answer in a few sentences."""
    said: list[Text] = []
    if not compared.moved:
        return (_nothing(compared),)
    city, rows = compared.of_city, compared.of_rows
    if city is not None:
        said.append(_of_city(city))
        said += _by_rules_and_city(compared) if compared.dates is not None else []
    if rows is not None and rows is not city:
        said.append(_of_rows(rows))
    for each in compared.moved:
        if not each.result.is_number and each is not rows and ("gains" in each.counts or "loses" in each.counts):
            said.append(_of_city(each) if len(each.keys) == 1 else _of_rows(each))
    if city is None or not city.result.is_money:
        said += [cost_in_words(each) for each in costs_of(compared) if each.changed]
    if compared.reach.parameters and compared.dates is None:
        titles = compared.titles()
        names = [titles[name] for name in compared.reach.parameters]
        english, chinese = ", ".join(name.en for name in names), "、".join(name.zh for name in names)
        said.append(Text(f"It comes from: {english}.", f"变化来自:{chinese}。"))
    return tuple(said)


def _by_rules_and_city(compared: Compared) -> list[Text]:
    """What rules that changed between two dates did to the city's first figure, and what the city did itself."""
    city = compared.of_city
    effects = next((each for each in compared.effects if city is not None and each.result is city.result), None)
    if effects is None:
        return []
    own = sum(each.part for each in effects.contributions if each.parameter == CITY_ITSELF)
    rules = sum(each.part for each in effects.contributions if each.parameter != CITY_ITSELF)
    by_rules, by_city = (_amount(part, effects.result, effects.whole) for part in (rules, own))
    return [
        Text(
            f"Of this change the rules made {by_rules.en}, the city itself {by_city.en}.",
            f"其中规则变化的作用为 {by_rules.zh},城市自身的变化为 {by_city.zh}。",
        )
    ]


def _nothing(compared: Compared) -> Text:
    if not compared.changes and compared.dates is None:
        return Text("Nothing changes: the rulebooks say the same.", "没有变化:两个规则库内容相同。")
    if not compared.reach.parameters and compared.dates is None:
        return Text(
            "Nothing changes: no rule takes up what is changed, on any day that matters here.",
            "没有变化:所改参数在相关日期未被任何规则采用。",
        )
    return Text("Nothing changes: every result is what it was.", "没有变化:所有结果与变更前相同。")


def _of_city(city: Difference) -> Text:
    result = city.result
    title = Text(capital(result.title.en), result.title.zh)
    before, after = city.before[0], city.after[0]
    by = ""
    if result.is_number and before is not None and after is not None:
        share = percent(float(before), float(after) - float(before))
        by = "" if share is None else f" ({share:+.2f}%)".replace("-", "−")
        was, now = (_amount(float(value), result, float(before)) for value in (before, after))
    else:
        was, now = (
            _amount(float(value), result) if result.is_number and value is not None else worded(value)
            for value in (before, after)
        )
    return Text(
        f"{title.en} of the city: {was.en} before, {now.en} after{by}.",
        f"全市{title.zh}:{was.zh} → {now.zh}{by}。",
    )


def _amount(value: float, result: Result, as_large_as: float | None = None) -> Text:
    unit = "" if result.unit == "1" else result.unit
    return figure(value, unit, 4, as_large_as=as_large_as).text


_SAID: Sequence[tuple[Effect, str, str, str]] = (  # of one, of several, in Chinese
    ("gains", "gains", "gain", "受益"),
    ("loses", "loses", "lose", "受损"),
    ("higher", "rises", "rise", "上升"),
    ("lower", "falls", "fall", "下降"),
    ("other", "is other than before", "are other than before", "与之前不同"),
    ("unchanged", "stays as it is", "stay as they are", "不变"),
    ("newly_determined", "is newly determined", "are newly determined", "新确定"),
    ("newly_undetermined", "is no longer determined", "are no longer determined", "变为未确定"),
    ("undetermined", "stays undetermined", "stay undetermined", "仍未确定"),
    ("appears", "is there only after", "are there only after", "仅后者有"),
    ("gone", "is there only before", "are there only before", "仅前者有"),
)


def _of_rows(rows: Difference) -> Text:
    result = rows.result
    english, chinese = [], []
    for effect, one, several, zh in _SAID:
        count = rows.counts.get(effect)
        if count:
            english.append(f"{count:,} {one if count == 1 else several}")
            chinese.append(f"{count:,} {zh}")
    title = Text(capital(result.title.en), result.title.zh)
    return Text(
        f"{title.en}, {len(rows.keys):,} rows ({result.entity.title.en}): {', '.join(english)}.",
        f"{title.zh},共 {len(rows.keys):,} 个({result.entity.title.zh}):{','.join(chinese)}。",
    )
