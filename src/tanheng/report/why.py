"""Why a figure is what it is, as nested ``details`` in the page: they open without a script.

Values stand in their own unit, not in Mt or 万吨, so that whoever follows the formula can add them up. A formula names
what it adds by the names that stand at the lines below it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup, escape

from tanheng.measures.assessment import Table
from tanheng.policy.explanation import figure
from tanheng.report.figures import unit_text
from tanheng.report.typography import in_chinese, subscripts
from tanheng.report.words import WORDS
from tanheng.text import Text

Tree = Mapping[str, Any]
_MARKS = {"example": " △", "recalled": " ◇"}
_AGGREGATES = {
    "sum": ("sum", "合计"),
    "known sum": ("sum of what is known", "合计(已知部分)"),
    "count": ("count", "个数"),
    "count if": ("count of those that fit", "符合条件的个数"),
    "mean": ("mean", "平均"),
    "smallest": ("smallest", "最小值"),
    "largest": ("largest", "最大值"),
}


@dataclass(frozen=True)
class Why:
    """An explanation of the page. ``asks`` is what ``tanheng explain`` takes for the same."""

    id: str
    asks: str
    tree: Tree


class Whys:
    """The explanations of a page. Each stands in it once, where it is met first; later figures point there."""

    def __init__(self, trees: Mapping[str, Tree], readable: Callable[[Text], Text]) -> None:
        self._whys = {asks: Why(f"why-{number}", asks, tree) for number, (asks, tree) in enumerate(trees.items(), 1)}
        self._readable = readable
        self._told: set[str] = set()

    def of(self, asks: str | None) -> Why | None:
        return self._whys.get(asks or "")

    def is_told(self, why: Why) -> bool:
        return why.asks in self._told

    def tell(self, why: Why) -> Markup:
        """What lies below the figure, without the figure itself: that stands on the card or in the table."""
        self._told.add(why.asks)
        tree = why.tree
        lines = [_formula(tree)] if tree.get("because") else []
        if "undetermined" in tree:
            lines.append(Markup("<em>{}</em>").format(self._cause(tree)))
        top = Markup("<p>{}</p>").format(Markup(" ").join(lines)) if lines else Markup("")
        return top + Markup("").join(self._node(child, of_total=False) for child in tree.get("because", ()))

    def total(self, why: Why) -> Markup:
        """The figure itself."""
        return self._value(why.tree)

    def of_rows(self, table: Table) -> list[Why | None]:
        """For each row that is shown: its explanation, where the page has it."""
        if table.explain is None:
            return [None] * min(table.show, table.data.num_rows)
        return [self.of(table.explain.format_map(row)) for row in table.data.slice(0, table.show).to_pylist()]

    def _node(self, node: Tree, *, of_total: bool) -> Markup:
        line = self._line(node, of_total=of_total)
        children = node.get("because", ())
        if not children:
            return Markup("<div>{}</div>").format(line)
        parts = Markup("").join(self._node(child, of_total=node["kind"] == "total") for child in children)
        return Markup("<details><summary>{}</summary>{}</details>").format(line, parts)

    def _line(self, node: Tree, *, of_total: bool) -> Markup:
        said = [self._what(node, of_total=of_total), self._value(node)]
        if node["kind"] == "parameter":
            said.append(_whence(node))
        elif node["kind"] == "total":
            shown = len(node.get("because", ()))
            said.append(_small(_counted(node.get("parts", 0), node.get("undetermined_parts", 0), shown)))
        elif node["kind"] == "seen":
            said.append(_small(WORDS["explained_above"]))
        elif node.get("because"):
            said.append(_formula(node))
        return Markup(" ").join(said)

    def _what(self, node: Tree, *, of_total: bool) -> Markup:
        """What the value is of: parts of a total have one title, so the row says which it is."""
        if of_total:
            return Markup("<b>{}</b>").format(" · ".join(filter(None, node["subject"].partition(":")[2].split(","))))
        if node["kind"] == "total":
            return Markup("<b>{}</b> <code>{}</code>").format(_both(_total(node)), node["name"])
        title = Text(node["title"]["en"], node["title"]["zh"])
        return Markup("<b>{}</b> <code>{}</code>").format(_both(title), node["name"])

    def _value(self, node: Tree) -> Markup:
        value = node["value"]
        if value is None:
            word = WORDS["undetermined"]
            return Markup("<em>{} {}</em>").format(_both(Text(f"{word.en}:", f"{word.zh}：")), self._cause(node))
        if isinstance(value, bool):
            return Markup("<var>{}</var>").format(_both(WORDS["yes" if value else "no"]))
        unit = Markup("") if node["unit"] == "1" else Markup(" {}").format(_both(unit_text(node["unit"])))
        mark = _MARKS.get(node.get("trust", ""), "") if node["kind"] != "parameter" else ""
        return Markup("<var>{}{}</var>{}").format(figure(value).replace("-", "−"), unit, mark)

    def _cause(self, node: Tree) -> Markup:
        cause = node.get("undetermined")
        return Markup("") if cause is None else _both(self._readable(Text(cause["en"], cause["zh"])))


def _formula(node: Tree) -> Markup:
    return Markup("<small>= {}</small>").format(_both(Text(**node["formula"])) if "formula" in node else "")


def _whence(node: Tree) -> Markup:
    """The status of a parameter's value, its document and since when it holds."""
    word = "unset" if node["value"] is None else node.get("trust", "unset")
    source = node.get("source", {})
    document = ", ".join(part for part in (source.get("document"), source.get("clause")) if part)
    chip = Markup('<span class="status {}">{}</span>').format(word, _both(WORDS[word]))
    since = node.get("since")
    if since is None:
        return Markup("{} <small>{}</small>").format(chip, document)
    holds = Text(f"in force from {date.fromisoformat(since)}", f"{since} 起生效")
    return Markup("{} <small>{} · {}</small>").format(chip, document, _both(holds))


def _counted(parts: int, undetermined: int, shown: int) -> Text:
    en, zh = (f"{parts:,} part" if parts == 1 else f"{parts:,} parts"), f"共 {parts:,} 项"
    if undetermined:
        en, zh = f"{en}, {undetermined:,} undetermined", f"{zh},{undetermined:,} 项未能确定"
    if 0 < shown < parts:
        first = "the undetermined and the largest first" if undetermined else "the largest first"
        en, zh = f"{en}; {first}", f"{zh};先列{'未能确定及' if undetermined else ''}最大者"
    return Text(en, zh)


def _total(node: Tree) -> Text:
    """``sum of what is known of them: facility in a year`` and ``设施年度合计(已知部分)``."""
    aggregate, _, _ = node["name"].partition(" over ")
    word = aggregate.partition(" of ")[0]
    en, zh = _AGGREGATES.get(word, (word, word))
    return Text(f"{node['title']['en']}: {en}", f"{node['title']['zh']}{zh}")


def _small(text: Text) -> Markup:
    return Markup("<small>{}</small>").format(_both(text))


def _both(text: Text) -> Markup:
    """As the page's own ``both``, in as few bytes as hundreds of lines want."""
    if text.en == text.zh:
        return escape(subscripts(text.en))
    return Markup('<i class="zh" lang="zh-CN">{}</i><i class="en" lang="en">{}</i>').format(
        in_chinese(text.zh), subscripts(text.en)
    )
