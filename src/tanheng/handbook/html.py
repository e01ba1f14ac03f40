"""Pages as one HTML file that needs nothing else: formulas as MathML, pictures as SVG inside."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

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
from tanheng.policy.mathml import STYLE, mathml
from tanheng.text import Language

_LOOK = (
    """\
:root { color-scheme: light }
body { font: 16px/1.55 'Noto Sans', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', Arial, sans-serif;
  color: #0f172a; background: #fff; max-width: 60rem; margin: 2rem auto; padding: 0 1.2rem }
h1, h2, h3 { line-height: 1.25; margin: 2em 0 .5em }
h1 { margin-top: 0 }
h2 { border-bottom: 1px solid #cbd5e1; padding-bottom: .2em }
h3 { font-size: 1.05rem }
code { font-size: .88em; background: #f1f5f9; padding: .1em .3em; border-radius: 3px }
pre { background: #f8fafc; padding: .8em 1em; overflow-x: auto }
table { border-collapse: collapse; font-size: .9rem }
th, td { border: 1px solid #cbd5e1; padding: .3em .6em; text-align: left; vertical-align: top }
th { background: #f1f5f9 }
td.number, th.number { text-align: right }
.wide { overflow-x: auto; margin: 1em 0 }
.wide svg { display: block; border: 1px solid #e2e8f0; border-radius: 6px }
math { font-size: 1.05rem }
@media print { body { max-width: none } .wide { overflow: visible } .wide svg { max-width: 100%; height: auto } }
"""
    + STYLE
)
_CODE = re.compile(r"`([^`]*)`")


def html(blocks: Iterable[Block], language: Language) -> str:
    """The page. The same blocks give the same bytes."""
    listed = list(blocks)
    title = next((block.words for block in listed if isinstance(block, Heading)), "")
    tag = "zh-Hans" if language == "zh" else "en"
    return (
        f'<!doctype html>\n<html lang="{tag}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{_LOOK}</style>\n</head>\n<body>\n"
        + "".join(f"{_of(block, language)}\n" for block in listed)
        + "</body>\n</html>\n"
    )


def _of(block: Block, language: Language) -> str:
    if isinstance(block, Heading):
        anchor = f' id="{block.anchor}"' if block.anchor else ""
        return f"<h{block.level}{anchor}>{_said(block.words)}</h{block.level}>"
    if isinstance(block, Paragraph):
        return f"<p>{_said(block.line)}</p>"
    if isinstance(block, Preformatted):
        return f"<pre>{escape(block.words)}</pre>"
    if isinstance(block, Bullets):
        return f"<ul>{''.join(f'<li>{_said(line)}</li>' for line in block.lines)}</ul>"
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Formula):
        return f'<div class="wide">{mathml(block.math, language)}</div>'
    return f'<div class="wide">{block.graph.as_svg(language)}</div>'


def _table(table: Table) -> str:
    def row(cells: Iterable[Line], tag: str) -> str:
        kinds = (' class="number"' if place in table.numbers else "" for place in range(len(table.head)))
        return "".join(f"<{tag}{kind}>{_said(cell)}</{tag}>" for cell, kind in zip(cells, kinds, strict=True))

    body = "".join(f"<tr>{row(cells, 'td')}</tr>" for cells in table.rows)
    return (
        f'<div class="wide"><table><thead><tr>{row(table.head, "th")}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _said(line: Line) -> str:
    if isinstance(line, Link):
        return f'<a href="{escape(line.target)}">{_said(line.words)}</a>'
    if isinstance(line, tuple):
        return "".join(_said(part) for part in line)
    return _CODE.sub(r"<code>\1</code>", escape(line))
