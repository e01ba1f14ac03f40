"""Mathematical notation as LaTeX, in the part of it that MathJax and KaTeX share: what GitHub and GitLab show."""

from __future__ import annotations

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
from tanheng.text import Language, Text

_SIGNS = {
    "−": "-",
    "×": r"\times",
    "≠": r"\ne",
    "≤": r"\le",
    "≥": r"\ge",
    "∈": r"\in",
    ":": r"\mid",
    "e": r"\mathrm{e}",
}
_BRACKETS = {"⌊": r"\lfloor", "⌋": r"\rfloor", "⌈": r"\lceil", "⌉": r"\rceil", "{": r"\{", "}": r"\}"}
_OPERATORS = {"∑": r"\sum", "min": r"\min", "max": r"\max", "mean": r"\operatorname*{mean}"}
_ESCAPED = {
    "\\": r"\backslash ",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "%": r"\%",
    "#": r"\#",
    "&": r"\&",
    "_": r"\_",
    "^": r"\hat{}",
    "~": r"\sim ",
}
IF, OTHERWISE = Text("if ", "若 "), Text("otherwise", "其他情况")


def latex(math: Math, language: Language) -> str:
    """The notation without dollar signs around it."""
    if isinstance(math, Word):
        said = _escaped(math.text.in_language(language))
        font = {"category": "texttt", "parameter": "textit"}.get(math.kind, "text")
        return rf"\{font}{{{said}}}"
    if isinstance(math, Figure):
        return math.digits.replace("−", "-").replace(",", "{,}")
    if isinstance(math, Sign):
        return _SIGNS.get(math.sign, math.sign)
    if isinstance(math, Row):
        return _row(math, language)
    if isinstance(math, Fraction):
        return rf"\frac{{{latex(math.above, language)}}}{{{latex(math.below, language)}}}"
    if isinstance(math, Power):
        return rf"{{{latex(math.base, language)}}}^{{{latex(math.exponent, language)}}}"
    if isinstance(math, Index):
        return rf"{{{latex(math.base, language)}}}_{{{latex(math.foot, language)}}}"
    if isinstance(math, Over):
        above = "" if math.above is None else rf"^{{{latex(math.above, language)}}}"
        beneath = latex(math.beneath, language)
        return rf"{_OPERATORS[math.operator]}_{{{beneath}}}{above} {latex(math.body, language)}"
    if isinstance(math, Fenced):
        left, right = (_BRACKETS.get(sign, sign) for sign in (math.left, math.right))
        return rf"\left{left} {latex(math.body, language)} \right{right}"
    if isinstance(math, Root):
        return rf"\sqrt{{{latex(math.body, language)}}}"
    if isinstance(math, Applied):
        arguments = ", ".join(latex(argument, language) for argument in math.arguments)
        return rf"\text{{{_escaped(math.name.in_language(language))}}}\left( {arguments} \right)"
    if isinstance(math, Cases):
        return _cases(math, language)
    return _equation(math, language)


def _row(math: Row, language: Language) -> str:
    """The parts; words between names get room, which text in formulas does not give them."""
    said: list[str] = []
    for part in math.parts:
        is_word = isinstance(part, Word) and part.kind == "said"
        said.append(rf"\ {latex(part, language)}\ " if is_word and len(math.parts) > 1 else latex(part, language))
    return " ".join(said).removeprefix(r"\ ").removesuffix(r"\ ")


def _cases(math: Cases, language: Language) -> str:
    rows = []
    for value, condition in math.ways:
        when = OTHERWISE.in_language(language) if condition is None else IF.in_language(language)
        said = "" if condition is None else latex(condition, language)
        rows.append(rf"{latex(value, language)} & \text{{{when}}}{said}")
    return r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}"


def _equation(math: Equation, language: Language) -> str:
    left, (first, *more) = latex(math.left, language), math.lines
    if not more:
        return f"{left} = {latex(first, language)}"
    lines = [rf"{left} ={{}}& {latex(first, language)}", *(rf"& {latex(line, language)}" for line in more)]
    return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"


def _escaped(words: str) -> str:
    return "".join(_ESCAPED.get(letter, letter) for letter in words)
