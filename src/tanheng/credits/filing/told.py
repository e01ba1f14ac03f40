"""The text of a methodology as a part of a page, in both languages; made when its folder is taken in.

What experts and the public read is made once and kept with the case, so that a page never runs the code of a draft.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape

from tanheng.handbook.blocks import Block, Bullets, Formula, Heading, Line, Link, Paragraph, Preformatted, Table
from tanheng.handbook.methodology_page import methodology_page
from tanheng.measures.credits.methodology import STANDING_WORDS, Methodology
from tanheng.policy.mathml import mathml
from tanheng.text import Language

_CODE = re.compile(r"`([^`]*)`")


def pages_of(methodology: Methodology) -> dict[str, str]:
    """Scope, conditions, monitoring, formulas, parameters and sources, as HTML by language."""
    languages: tuple[Language, ...] = ("en", "zh")
    return {each: "\n".join(_written(methodology, each)) for each in languages}


def facts_of(methodology: Methodology) -> dict[str, object]:
    """What lists show of it, in plain values."""
    standing = STANDING_WORDS[methodology.standing]
    return {
        "standing": {"en": standing.en, "zh": standing.zh},
        "scope": {"en": methodology.scope.en, "zh": methodology.scope.zh},
        "since": methodology.since.day.isoformat() if methodology.since.day else None,
        "published": methodology.published,
        "number": methodology.number,
        "unit": methodology.unit,
        "unset": [name.partition(".")[2] for name in methodology.unset],
        "program_digest": methodology.digest,
    }


def _written(methodology: Methodology, language: Language) -> Iterator[str]:
    heading = ""
    for block in methodology_page(methodology, language, links=False):
        if isinstance(block, Heading):
            heading = block.words if block.level > 1 else ""
        # What stands before the first heading is of the printed page: its title, and how it is made.
        if heading:
            yield _of(block, language, escape(heading.replace("`", "")))


def _of(block: Block, language: Language, heading: str) -> str:
    if isinstance(block, Heading):
        return f"<h{block.level}>{_said(block.words)}</h{block.level}>"
    if isinstance(block, Paragraph):
        return f"<p>{_said(block.line)}</p>"
    if isinstance(block, Preformatted):
        return f"<pre>{escape(block.words)}</pre>"
    if isinstance(block, Bullets):
        return f"<ul>{''.join(f'<li>{_said(line)}</li>' for line in block.lines)}</ul>"
    region = f'<div class="scroll" tabindex="0" role="region" aria-label="{heading}">'
    if isinstance(block, Formula):
        return f"{region}{mathml(block.math, language)}</div>"
    if isinstance(block, Table):
        return f"{region}{_table(block)}</div>"
    raise TypeError(f"the page of a methodology has no {type(block).__name__}")


def _table(table: Table) -> str:
    def row(cells: Iterable[Line], tag: str) -> str:
        return "".join(f"<{tag}>{_said(cell)}</{tag}>" for cell in cells)

    head = f"<thead><tr>{row(table.head, 'th')}</tr></thead>" if any(table.head) else ""
    body = "".join(f"<tr>{row(cells, 'td')}</tr>" for cells in table.rows)
    return f'<table class="table">{head}<tbody>{body}</tbody></table>'


def _said(line: Line) -> str:
    if isinstance(line, Link):
        words = _said(line.words)
        # An address that a draft gives leads to a page and never into a script.
        safe = line.target.startswith(("https://", "http://"))
        return f'<a href="{escape(line.target)}" rel="noreferrer nofollow">{words}</a>' if safe else words
    if isinstance(line, tuple):
        return "".join(_said(part) for part in line)
    return _CODE.sub(r"<code>\1</code>", escape(line))
