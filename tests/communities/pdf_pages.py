"""What stands on the pages of a PDF file: its words, by the fonts' own tables, and the strokes that are drawn.

It reads what WeasyPrint writes: object streams, deflated contents, hexadecimal strings with ``ToUnicode`` tables.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

_OBJECT = re.compile(rb"(?:^|\s)(\d+) 0 obj\s(.*?)endobj", re.DOTALL)
_SHOWN = re.compile(rb"/(\S+) [\d.]+ Tf|<([0-9A-Fa-f]+)>|(BT)\b")
_PAIR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_STROKE = re.compile(rb"([\d.]+) ([\d.]+) ([\d.]+) RG\b")
_LINE = re.compile(rb"[\d.-]+ [\d.-]+ l\b")


@dataclass(frozen=True)
class Page:
    """``words`` in the order in which they are written; ``strokes``: colours of lines as ``#rrggbb``; ``lines``: how
    many straight lines are drawn."""

    words: str
    strokes: frozenset[str]
    lines: int


def pages_of(file: bytes) -> list[Page]:
    """The pages in their order."""
    objects = {int(number): body for number, body in _OBJECT.findall(file)}
    for body in list(objects.values()):
        if b"/ObjStm" in body.split(b"stream")[0]:
            objects |= _packed(body)
    tables = _tables(objects)
    (tree,) = (body for body in objects.values() if re.search(rb"/Type\s*/Pages\b", body))
    kids = re.search(rb"/Kids\s*\[(.*?)\]", tree, re.DOTALL)
    assert kids is not None
    found = []
    for number in re.findall(rb"(\d+) 0 R", kids[1]):
        content = re.search(rb"/Contents\s*(\d+) 0 R", objects[int(number)])
        assert content is not None
        drawn = _content(objects[int(content[1])])
        strokes = {"#" + "".join(f"{round(255 * float(each)):02x}" for each in one) for one in _STROKE.findall(drawn)}
        found.append(Page(_words(drawn, tables), frozenset(strokes), len(_LINE.findall(drawn))))
    return found


def _content(body: bytes) -> bytes:
    head, data = body.split(b"stream", 1)
    data = data.lstrip(b"\r\n")
    return zlib.decompressobj().decompress(data) if b"/FlateDecode" in head else data.rsplit(b"endstream", 1)[0]


def _packed(body: bytes) -> dict[int, bytes]:
    first = re.search(rb"/First (\d+)", body)
    assert first is not None
    text = _content(body)
    numbers = [int(each) for each in text[: int(first[1])].split()]
    starts = [*numbers[1::2], len(text)]
    after = int(first[1])
    return {
        number: text[after + begin : after + end]
        for number, begin, end in zip(numbers[::2], starts[:-1], starts[1:], strict=True)
    }


def _tables(objects: dict[int, bytes]) -> dict[bytes, dict[int, str]]:
    """Of each font by its name in the contents: which glyph is which letter."""
    found = {}
    for body in objects.values():
        for name, number in re.findall(rb"/([A-Z]{6})\s+(\d+) 0 R", body):
            table = re.search(rb"/ToUnicode\s*(\d+) 0 R", objects[int(number)])
            if table is not None:
                pairs = _PAIR.findall(_content(objects[int(table[1])]))
                found[name] = {int(one, 16): bytes.fromhex(other.decode()).decode("utf-16-be") for one, other in pairs}
    return found


def _words(drawn: bytes, tables: dict[bytes, dict[int, str]]) -> str:
    letters: list[str] = []
    table: dict[int, str] = {}
    for font, glyphs, begins in _SHOWN.findall(drawn):
        if begins:
            letters.append("\n")
        elif font:
            table = tables[font]
        else:
            letters += [table.get(int(glyphs[at : at + 4], 16), "") for at in range(0, len(glyphs), 4)]
    return "".join(letters)
