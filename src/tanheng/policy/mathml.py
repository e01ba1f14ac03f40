"""Mathematical notation as MathML Core, which browsers show by themselves: no script, no font, no network."""

from __future__ import annotations

from html import escape

from tanheng.policy.latex import IF, OTHERWISE
from tanheng.policy.mathematics import (
    Applied,
    Cases,
    Equation,
    Fenced,
    Figure,
    Fraction,
    Index,
    Math,
    Over,
    Power,
    Root,
    Row,
    Sign,
    Word,
)
from tanheng.text import Language

# The brace before cases is drawn as a line, since it only grows with fonts that few machines have.
STYLE = """\
math[display="block"] { width: max-content; margin: .6em 0 .6em 1.5em }
math .parameter { color: #b45309 }
math .category { font-family: monospace; opacity: .8 }
math mtable mtd { text-align: left; padding: .15em .6em .15em 0 }
math mtable.lines mtd:first-child { text-align: right; padding-right: 0 }
math mtable.cases { border-left: 1.5px solid; padding-left: .4em; margin-left: .3em }
math mtable.cases mtd + mtd { padding-left: 1.2em }
"""
_ROOM = '<mspace width="0.28em"/>'


def mathml(math: Math, language: Language) -> str:
    """A ``<math>`` element on a line of its own. Words have the class of their kind, for colours."""
    return f'<math display="block">{_of(math, language)}</math>'


def _of(math: Math, language: Language) -> str:
    if isinstance(math, Word):
        return f'<mtext class="{math.kind}">{escape(math.text.in_language(language))}</mtext>'
    if isinstance(math, Figure):
        return f"<mn>{math.digits}</mn>"
    if isinstance(math, Sign):
        return _infix(math.sign)
    if isinstance(math, Row):
        return _row(math, language)
    if isinstance(math, Fraction):
        return f"<mfrac>{_one(math.above, language)}{_one(math.below, language)}</mfrac>"
    if isinstance(math, Power):
        return f"<msup>{_one(math.base, language)}{_one(math.exponent, language)}</msup>"
    if isinstance(math, Index):
        return f"<msub>{_one(math.base, language)}{_one(math.foot, language)}</msub>"
    if isinstance(math, Over):
        operator, beneath = f"<mo>{math.operator}</mo>", _one(math.beneath, language)
        if math.above is None:
            sign = f"<munder>{operator}{beneath}</munder>"
        else:
            sign = f"<munderover>{operator}{beneath}{_one(math.above, language)}</munderover>"
        return f"<mrow>{sign}{_ROOM}{_of(math.body, language)}</mrow>"
    if isinstance(math, Fenced):
        left, right = (f'<mo stretchy="true">{escape(sign)}</mo>' for sign in (math.left, math.right))
        return f"<mrow>{left}{_of(math.body, language)}{right}</mrow>"
    if isinstance(math, Root):
        return f"<msqrt>{_of(math.body, language)}</msqrt>"
    if isinstance(math, Applied):
        arguments = "<mo>,</mo>".join(_of(argument, language) for argument in math.arguments)
        return f"<mrow><mtext>{escape(math.name.in_language(language))}</mtext><mo>(</mo>{arguments}<mo>)</mo></mrow>"
    if isinstance(math, Cases):
        return _cases(math, language)
    return _equation(math, language)


def _infix(sign: str) -> str:
    """With room around it: browsers give an operator its own only with fonts that few machines have."""
    return f'{"" if sign == "," else _ROOM}<mo lspace="0" rspace="0">{escape(sign)}</mo>{_ROOM}'


def _one(math: Math, language: Language) -> str:
    """As a single element, where the place of an element has a meaning."""
    return f"<mrow>{_of(math, language)}</mrow>"


def _row(math: Row, language: Language) -> str:
    said: list[str] = []
    for place, part in enumerate(math.parts):
        is_word = isinstance(part, Word) and part.kind == "said"
        if place == 0 and isinstance(part, Sign):
            said.append(f"<mo>{escape(part.sign)}</mo>{'' if part.sign == '−' else _ROOM}")
            continue
        said.append(f"{_ROOM}{_of(part, language)}{_ROOM}" if is_word and len(math.parts) > 1 else _of(part, language))
    return f"<mrow>{''.join(said)}</mrow>"


def _cases(math: Cases, language: Language) -> str:
    rows = []
    for value, condition in math.ways:
        when = f"<mtext>{(OTHERWISE if condition is None else IF).in_language(language)}</mtext>"
        said = "" if condition is None else f"{_ROOM}{_of(condition, language)}"
        rows.append(_table_row(f"<mrow>{_of(value, language)}</mrow>", f"<mrow>{when}{said}</mrow>"))
    return f'<mtable class="cases" displaystyle="true">{"".join(rows)}</mtable>'


def _equation(math: Equation, language: Language) -> str:
    left, (first, *more) = f"<mrow>{_of(math.left, language)}{_infix('=')}</mrow>", math.lines
    if not more:
        return f"<mrow>{left}{_of(first, language)}</mrow>"
    rows = [_table_row(left, _one(first, language)), *(_table_row("", _one(line, language)) for line in more)]
    return f'<mtable class="lines" displaystyle="true">{"".join(rows)}</mtable>'


def _table_row(*cells: str) -> str:
    return f"<mtr>{''.join(f'<mtd>{cell}</mtd>' for cell in cells)}</mtr>"
