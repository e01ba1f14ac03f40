"""A graph as SVG: boxes with a title and small notes, joined by curves. Text stays text; nothing is fetched."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Literal

from tanheng.handbook.layering import Size, lay_out
from tanheng.text import Language, Text

BoxKind = Literal["column", "elsewhere", "rule", "result"]

FONT = "font-family=\"'Noto Sans','Noto Sans CJK SC','PingFang SC','Microsoft YaHei',Arial,sans-serif\""
_TITLE, _NOTE = 13.0, 11.0
_LEADING = 1.3
_BOX_WIDTH = 178.0
_PADDING = 8.0
_MARGIN = 16.0

_LOOKS: dict[BoxKind, tuple[str, str, str, Text]] = {
    "column": ("#f1f5f9", "#94a3b8", "", Text("column of a table", "数据表中的列")),
    "elsewhere": ("#ffffff", "#64748b", ' stroke-dasharray="4 3"', Text("rule of another section", "其他部分的规则")),
    "rule": ("#e0f2fe", "#0284c7", "", Text("rule", "规则")),
    "result": ("#0369a1", "#0c4a6e", "", Text("result: no other rule takes it up", "结果:不再被其他规则引用")),
}
_PARAMETER = Text("parameter of the rulebook", "规则库的参数")
_PARAMETER_INK = {"rule": "#b45309", "result": "#fed7aa", "column": "#b45309", "elsewhere": "#b45309"}


@dataclass(frozen=True)
class Box:
    """``place`` says small under the title where it comes from; ``notes`` are the parameters that go in here."""

    name: str
    title: Text
    kind: BoxKind
    place: Text | None = None
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Graph:
    """Boxes, and edges from what is needed to what needs it."""

    title: Text
    boxes: tuple[Box, ...]
    edges: tuple[tuple[str, str], ...]

    def as_svg(self, language: Language) -> str:
        """The picture with a legend. The same graph gives the same bytes."""
        return _svg(self, language)


def _svg(graph: Graph, language: Language) -> str:
    written = {box.name: _Written.of(box, language) for box in graph.boxes}
    layout = lay_out({name: words.size for name, words in written.items()}, graph.edges)
    legend, legend_width = _legend(graph, language)
    width = max(layout.width, legend_width) + 2 * _MARGIN
    height = layout.height + 2 * _MARGIN + 34
    curves = list(dict.fromkeys(piece for points in layout.lines.values() for piece in _pieces_of(points)))
    boxes = [_box(box, written[box.name], layout.places[box.name]) for box in graph.boxes]
    title = escape(graph.title.in_language(language))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" role="img" lang="{language}" {FONT}>\n<title>{title}</title>\n'
        f'<rect width="100%" height="100%" rx="6" fill="#ffffff"/>\n'
        f'<g transform="translate({_MARGIN:.0f} {_MARGIN:.0f})">\n{legend}</g>\n'
        f'<g transform="translate({_MARGIN:.0f} {_MARGIN + 34:.0f})">\n'
        f'<g fill="none" stroke="#64748b" stroke-width="1.1" stroke-opacity=".7">\n{_joined(curves)}</g>\n'
        f"{_joined(boxes)}</g>\n</svg>\n"
    )


def _joined(parts: Sequence[str]) -> str:
    return "".join(f"{part}\n" for part in parts)


@dataclass(frozen=True)
class _Written:
    """The lines of a box and the room they take."""

    title: tuple[str, ...]
    place: tuple[str, ...]
    notes: tuple[str, ...]

    @staticmethod
    def of(box: Box, language: Language) -> _Written:
        room = _BOX_WIDTH - 2 * _PADDING

        def small(words: Iterable[Text]) -> tuple[str, ...]:
            return tuple(line for said in words for line in wrapped(said.in_language(language), room / _NOTE))

        title = tuple(wrapped(box.title.in_language(language), room / _TITLE))
        return _Written(title, small([box.place] if box.place else []), small(box.notes))

    @property
    def size(self) -> Size:
        lines = len(self.title) * _TITLE + (len(self.place) + len(self.notes)) * _NOTE
        return Size(_BOX_WIDTH, lines * _LEADING + 2 * _PADDING - 2)


def _box(box: Box, words: _Written, place: tuple[float, float]) -> str:
    fill, stroke, dashes, _ = _LOOKS[box.kind]
    (x, y), size = place, words.size
    ink = "#ffffff" if box.kind == "result" else "#0f172a"
    parts = [
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{size.width:.0f}" height="{size.height:.1f}" rx="5" '
        f'fill="{fill}" stroke="{stroke}"{dashes}/>'
    ]
    line = y + _PADDING - 3
    for said in words.title:
        line += _TITLE * _LEADING
        parts.append(f'<text x="{x + _PADDING:.1f}" y="{line:.1f}" font-size="13" fill="{ink}">{escape(said)}</text>')
    small = [(said, "#64748b") for said in words.place] + [(said, _PARAMETER_INK[box.kind]) for said in words.notes]
    for said, ink in small:
        line += _NOTE * _LEADING
        parts.append(f'<text x="{x + _PADDING:.1f}" y="{line:.1f}" font-size="11" fill="{ink}">{escape(said)}</text>')
    return f'<g id="{escape(box.name)}">{"".join(parts)}</g>'


def _pieces_of(points: Sequence[tuple[float, float]]) -> Iterator[str]:
    """A line from box to box in pieces, so that what lines share is drawn once: curves, level at both ends."""
    for number, ((x, y), (to_x, to_y)) in enumerate(pairwise(points)):
        bend = (to_x - x) / 2
        way = f"L{to_x:.1f} {to_y:.1f}"
        if number % 2 == 0:
            way = f"C{x + bend:.1f} {y:.1f} {to_x - bend:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}"
        yield f'<path d="M{x:.1f} {y:.1f}{way}"/>'


def _legend(graph: Graph, language: Language) -> tuple[str, float]:
    kinds = [kind for kind in _LOOKS if any(box.kind == kind for box in graph.boxes)]
    parts: list[str] = []
    x = 0.0
    for kind in kinds:
        fill, stroke, dashes, said = _LOOKS[kind]
        parts.append(f'<rect x="{x:.0f}" y="0" width="14" height="14" rx="3" fill="{fill}" stroke="{stroke}"{dashes}/>')
        words = said.in_language(language)
        parts.append(f'<text x="{x + 20:.0f}" y="12" font-size="12" fill="#334155">{escape(words)}</text>')
        x += 20 + width_of(words) * 12 + 22
    if any(box.notes for box in graph.boxes):
        words = _PARAMETER.in_language(language)
        parts.append(f'<text x="{x:.0f}" y="12" font-size="12" fill="#b45309">{escape(words)}</text>')
        x += width_of(words) * 12 + 22
    return _joined(parts), x


# -- room for words ----------------------------------------------------------------------------------

_CLOSING = frozenset(" ,。;:)、》”,;:)")
_NARROW, _BROAD = frozenset("iljtfr.,;:'|!()[] "), frozenset("mwMW%@")


def width_of(words: str) -> float:
    """About how wide the words are, in heights of a letter: fonts differ, so it is a little more than most need."""
    return sum(map(_width, words))


def _width(letter: str) -> float:
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.0
    if letter in _NARROW:
        return 0.36
    return 0.9 if letter in _BROAD else 0.68 if letter.isupper() else 0.57


def wrapped(words: str, most: float) -> list[str]:
    """Lines of at most that width; broken at blanks, and between Chinese characters."""
    lines: list[str] = [""]
    for piece in _pieces(words):
        if lines[-1] and width_of(lines[-1] + piece.rstrip()) > most:
            lines[-1] = lines[-1].rstrip()
            lines.append("")
        lines[-1] += piece
    return [line.rstrip() for line in lines]


def _pieces(words: str) -> list[str]:
    """What may not be broken: words with the blank after them, a Chinese character with the stop after it."""
    pieces: list[str] = []
    for letter in words:
        wide = unicodedata.east_asian_width(letter) in "WF"
        if not pieces or (letter not in _CLOSING and (wide or pieces[-1].endswith(" ") or _is_wide(pieces[-1]))):
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _is_wide(piece: str) -> bool:
    return unicodedata.east_asian_width(piece[0]) in "WF"
