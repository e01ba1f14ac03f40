"""A comparison as one self-contained page in Chinese and English, of the look of a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from jinja2 import ChoiceLoader, PackageLoader

from tanheng.comparison.columns import worded
from tanheng.comparison.working import Explained
from tanheng.policy.explanation import Explanation
from tanheng.report import Contents
from tanheng.report.figures import unit_text
from tanheng.report.html import chapter_of, document, environment
from tanheng.text import Text

PAGE = "comparison.html"


@dataclass(frozen=True)
class Head:
    """What stands at the top of the page: what is compared with what."""

    title: Text
    lines: tuple[tuple[Text, Text], ...]
    command: str


def page(
    contents: Contents, head: Head, explained: Mapping[str, Sequence[Explained]], titles: Mapping[str, Text]
) -> str:
    """The whole page. ``explained`` holds the explanations of each variant, ``titles`` those of parameters."""
    chapters = tuple(chapter_of(contents, assessment) for assessment in contents.assessments)
    base = environment()
    assert base.loader is not None
    templates = base.overlay(loader=ChoiceLoader([PackageLoader("tanheng.comparison"), base.loader]))
    return document(
        templates.get_template("comparison.html"),
        chapters,
        contents,
        titles=titles,
        style=files("tanheng.comparison").joinpath("templates", "comparison.css").read_text("utf-8"),
        head=head,
        words=WORDS,
        explained=explained,
        shown=shown,
    )


def shown(node: Explanation | None) -> Text:
    """A figure of an explanation as people read it; nothing on a side that does not have it."""
    if node is None:
        return Text("–", "–")
    if node.value is None:
        why = node.cause or Text("", "")
        return Text(f"undetermined: {why.en}".rstrip(": "), f"未确定:{why.zh}".rstrip(":"))
    said = worded(node.value)
    if node.unit == "%":
        return Text(f"{said.en}%", f"{said.zh}%")
    unit = unit_text(node.unit) if node.unit != "1" else Text("", "")
    return Text(f"{said.en} {unit.en}".rstrip(), f"{said.zh} {unit.zh}".rstrip())


WORDS: Mapping[str, Text] = {
    "kicker": Text("Comparison", "政策方案比较"),
    "base": Text("Compared with", "比较基准"),
    "why": Text("Two explanations side by side", "两侧解释对照"),
    "why_lead": Text(
        "The rows that stand out, each with its explanation before and after. What differs is marked and opened.",
        "变化突出的对象,逐项列出变更前后的解释。不同之处已标出并展开。",
    ),
    "any": Text("Any other row or result:", "其他任何对象或结果:"),
    "before": Text("before", "变更前"),
    "after": Text("after", "变更后"),
    "about": Text("About this comparison", "关于本次比较"),
    "about_lead": Text(
        "This comparison was computed once and is not changed afterwards. Its number stands for the city's tables, the "
        "rulebooks and the program: the same give the same comparison, byte for byte.",
        "本比较一次计算生成,此后不再改动。编号由城市数据、规则库与程序共同决定:三者相同,则比较结果逐字节相同。",
    ),
    "number": Text("Comparison", "比较编号"),
    "files": Text(
        "Every row of every result stands in the folder differences/ as Parquet, every table in tables.xlsx.",
        "各结果的全部明细见 differences/ 文件夹(Parquet),全部表格见 tables.xlsx。",
    ),
}
