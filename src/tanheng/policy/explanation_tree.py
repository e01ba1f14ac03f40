"""An explanation as a tree, and how it is shown: in words, as HTML and as JSON.

carbon_intensity            0.171 tCO2e/10k CNY     emissions_tco2e ÷ value_added_10k_cny
├─ emissions_tco2e          2,431.5 tCO2e           scope1_tco2e + scope2_tco2e
│  └─ ...
└─ value_added_10k_cny      14,203 10k CNY          annual_reports.value_added_10k_cny
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any, Literal

from tanheng.policy.parameters import Source, Status
from tanheng.text import Language, Text

Value = float | int | str | bool | date | None
_NOTHING = Text("", "")
NodeKind = Literal["rule", "column", "parameter", "total", "looked_up", "seen"]


@dataclass(frozen=True)
class Explanation:
    """One figure and what it is made of.

    ``value`` None is undetermined, and ``cause`` says why. ``parts`` counts the children of a total, of which
    ``children`` shows the weightiest.
    """

    kind: NodeKind
    subject: str
    name: str
    title: Text
    value: Value
    unit: str = "1"
    formula: Text = _NOTHING
    words: str = ""
    cites: tuple[str, ...] = ()
    trust: Status | None = None
    cause: Text | None = None
    source: Source | None = None
    confidence: str | None = None
    note: str | None = None
    since: date | None = None
    parts: int | None = None
    undetermined_parts: int | None = None
    children: tuple[Explanation, ...] = ()

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Explanation]]:
        """Every node with its depth, top first."""
        yield depth, self
        for child in self.children:
            yield from child.walk(depth + 1)

    def label(self, language: Language = "en") -> str:
        """The name; for a rule also whose it is, for a total what is added up."""
        if self.kind == "total":
            return self.formula.in_language(language)
        return f"{self.name} ({self.subject})" if self.kind in ("rule", "seen") else self.name

    def result(self, language: Language = "en") -> str:
        """``2,431.5 tCO2e``, ``yes``, ``undetermined: mass_t is held ...``."""
        return _shown(self, language)

    def remark(self, language: Language = "en") -> str:
        """The formula or the source, in one line."""
        return _remark(self).in_language(language)

    def as_text(self, language: Language = "en") -> str:
        """An indented tree for a terminal or a mail."""
        lines = (
            f"{'   ' * depth}{node.label(language)}  {node.result(language)}  {node.remark(language)}"
            for depth, node in self.walk()
        )
        return "\n".join(line.rstrip() for line in lines)

    def as_plain(self) -> dict[str, Any]:
        """The tree as JSON values."""
        return _plain(self)

    def as_json(self) -> str:
        return json.dumps(self.as_plain(), ensure_ascii=False, indent=2)

    def as_html(self, language: Language = "en") -> str:
        """Nested ``<details>``, without style or script."""
        return _html(self, language, is_open=True)


def figure(value: Value) -> str:
    """A value for reading: thousands separated, six significant digits."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1e6 else f"{value:,.6g}" if abs(value) < 1e5 else f"{value:,.1f}"
    if isinstance(value, int):
        return str(value) if 1900 <= value <= 2100 else f"{value:,}"
    return str(value)


_MISSING = Text(", {missing} undetermined", ",其中 {missing} 项未确定")
_COUNTED = Text(" ({missing} of {parts} parts undetermined)", "({parts} 项中 {missing} 项未确定)")


def _shown(node: Explanation, language: Language) -> str:
    if node.value is None:
        why = node.cause.in_language(language) if node.cause else ""
        word = "未确定" if language == "zh" else "undetermined"
        return f"{word}: {why}" if why else word
    if isinstance(node.value, bool) and language == "zh":
        return "是" if node.value else "否"
    unit = "" if node.unit == "1" else f" {node.unit}"
    return f"{figure(node.value)}{unit}"


def _remark(node: Explanation) -> Text:
    if node.kind == "total":
        missing = _MISSING.format(missing=node.undetermined_parts) if node.undetermined_parts else _NOTHING
        return Text(f"{node.parts} part(s){missing.en}", f"共 {node.parts} 项{missing.zh}")
    if node.kind == "parameter":
        said = [Text(part, part) for part in (node.source.document, node.source.clause) if part] if node.source else []
        said += [Text(f"in force from {node.since}", f"自 {node.since} 起施行")] if node.since else []
        said += [node.trust.text] if node.trust is not None else []
        said += [Text(node.confidence, node.confidence)] if node.confidence else []
        return Text("; ".join(part.en for part in said), ";".join(part.zh for part in said))
    parts = {"missing": node.undetermined_parts, "parts": node.parts}
    counted = _COUNTED.format(**parts) if node.undetermined_parts else _NOTHING
    again = Text(" (explained above)", "(见上文)") if node.kind == "seen" else _NOTHING
    return Text(f"{node.formula.en}{counted.en}{again.en}", f"{node.formula.zh}{counted.zh}{again.zh}")


def _plain(node: Explanation) -> dict[str, Any]:
    found: dict[str, Any] = {
        "kind": node.kind,
        "subject": node.subject,
        "name": node.name,
        "title": {"en": node.title.en, "zh": node.title.zh},
        "value": node.value.isoformat() if isinstance(node.value, date) else node.value,
        "unit": node.unit,
    }
    if node.cause is not None:
        found["undetermined"] = {"en": node.cause.en, "zh": node.cause.zh}
    if node.formula.en and node.kind != "total":  # which has it for a name
        found["formula"] = node.formula._asdict()
    for name in ("words", "confidence", "note", "parts", "undetermined_parts"):
        if getattr(node, name):
            found[name] = getattr(node, name)
    if node.cites:
        found["cites"] = list(node.cites)
    if node.trust is not None:
        found["trust"] = node.trust.word
    if node.since is not None:
        found["since"] = node.since.isoformat()
    if node.source is not None:
        parts = ("document", "clause", "read", "address", "note")
        found["source"] = {part: getattr(node.source, part) for part in parts if getattr(node.source, part)}
    if node.children:
        found["because"] = [_plain(child) for child in node.children]
    return found


def _html(node: Explanation, language: Language, *, is_open: bool = False) -> str:
    line = (
        f"<b>{escape(node.title.in_language(language))}</b> <code>{escape(node.name)}</code> "
        f"<span>{escape(node.result(language))}</span> <small>{escape(node.remark(language))}</small>"
    )
    if not node.children:
        return f"<div>{line}</div>"
    inside = "".join(_html(child, language) for child in node.children)
    return f"<details{' open' if is_open else ''}><summary>{line}</summary>{inside}</details>"
