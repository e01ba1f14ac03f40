"""Pages as Markdown, as GitHub and GitLab show it: formulas in fences, pictures as files beside the page."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tanheng.handbook.blocks import (
    Block,
    Bullets,
    Formula,
    Heading,
    Line,
    Link,
    Paragraph,
    Preformatted,
    Table,
)
from tanheng.policy.latex import latex
from tanheng.text import Language

_CODE = re.compile(r"(`[^`]*`)")


def markdown(blocks: Iterable[Block], language: Language) -> str:
    """The page, ending with a line feed."""
    return "\n\n".join(_of(block, language) for block in blocks) + "\n"


def _of(block: Block, language: Language) -> str:
    if isinstance(block, Heading):
        anchor = f'<a id="{block.anchor}"></a>\n\n' if block.anchor else ""
        return f"{anchor}{'#' * block.level} {_said(block.words)}"
    if isinstance(block, Paragraph):
        return _said(block.line)
    if isinstance(block, Preformatted):
        return f"```text\n{block.words}\n```"
    if isinstance(block, Bullets):
        return "\n".join(f"- {_said(line)}" for line in block.lines)
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Formula):
        return f"```math\n{latex(block.math, language)}\n```"
    return f"![{block.graph.title.in_language(language)}]({block.file})"


def _table(table: Table) -> str:
    rules = ["---:" if place in table.numbers else "---" for place in range(len(table.head))]
    rows = [table.head, rules, *([_said(cell).replace("|", "\\|") for cell in row] for row in table.rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _said(line: Line) -> str:
    if isinstance(line, Link):
        return f"[{_said(line.words)}]({line.target})"
    if isinstance(line, tuple):
        return "".join(_said(part) for part in line)
    parts = _CODE.split(line)
    return "".join(part if part.startswith("`") else _escaped(part) for part in parts)


def _escaped(words: str) -> str:
    return re.sub(r"([*_<>\[\]$])", r"\\\1", words)
