"""A page as blocks, which ``markdown`` and ``html`` write. Words between ` are set as code in both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tanheng.handbook.drawing import Graph
from tanheng.policy.mathematics import Math


@dataclass(frozen=True)
class Link:
    words: str
    target: str


Line = str | Link | tuple[str | Link, ...]


@dataclass(frozen=True)
class Heading:
    """``level`` 1 is the title of the page. ``anchor`` is what links point to."""

    words: str
    level: int = 2
    anchor: str = ""


@dataclass(frozen=True)
class Paragraph:
    line: Line


@dataclass(frozen=True)
class Preformatted:
    words: str


@dataclass(frozen=True)
class Bullets:
    lines: Sequence[Line]


@dataclass(frozen=True)
class Table:
    """``numbers`` are the places of the columns that are set to the right."""

    head: Sequence[str]
    rows: Sequence[Sequence[Line]]
    numbers: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Formula:
    math: Math


@dataclass(frozen=True)
class Picture:
    """``file`` is its name beside the page."""

    graph: Graph
    file: str


Block = Heading | Paragraph | Preformatted | Bullets | Table | Formula | Picture
