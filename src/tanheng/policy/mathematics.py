"""Formulas as two-dimensional notation: fractions, powers, sums, cases. ``latex`` and ``mathml`` write them.

Names stand upright and in words, in both languages, as a reader of the policy knows them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tanheng.text import Text

WordKind = Literal["name", "parameter", "said", "category"]


@dataclass(frozen=True)
class Word:
    """A name or a word. ``parameter``: a figure of the rulebook; ``category``: a text that rules compare with."""

    text: Text
    kind: WordKind = "said"


@dataclass(frozen=True)
class Figure:
    """A number as it is written."""

    digits: str


@dataclass(frozen=True)
class Sign:
    """An operator, a relation or a bracket of its own, such as ×, ≤, ∈."""

    sign: str


@dataclass(frozen=True)
class Row:
    parts: tuple[Math, ...]


@dataclass(frozen=True)
class Fraction:
    above: Math
    below: Math


@dataclass(frozen=True)
class Power:
    base: Math
    exponent: Math


@dataclass(frozen=True)
class Index:
    """A name with what stands at its foot: its categories, or whose it is."""

    base: Math
    foot: Math


@dataclass(frozen=True)
class Over:
    """An operator over many: ∑, min or max, with what it runs over beneath it and a remark above."""

    operator: str
    beneath: Math
    body: Math
    above: Math | None = None


@dataclass(frozen=True)
class Fenced:
    """A part in brackets of a kind, as high as it is."""

    left: str
    body: Math
    right: str


@dataclass(frozen=True)
class Root:
    body: Math


@dataclass(frozen=True)
class Applied:
    """A function by its name, with its arguments."""

    name: Text
    arguments: tuple[Math, ...]


@dataclass(frozen=True)
class Cases:
    """Values with their conditions; the last has none: otherwise."""

    ways: tuple[tuple[Math, Math | None], ...]


@dataclass(frozen=True)
class Equation:
    """``left = right``; a long right side is broken into several lines."""

    left: Math
    lines: tuple[Math, ...]


Math = Word | Figure | Sign | Row | Fraction | Power | Index | Over | Fenced | Root | Applied | Cases | Equation
