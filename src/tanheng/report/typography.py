"""Text as it is set in a report: CO₂ with its subscript, headings, and Chinese with its own punctuation.

Chinese: punctuation beside Chinese characters is of full width. Texts are often typed with the comma
and the brackets of a Latin keyboard; a reader expects U+FF0C, U+FF08 and the like.
"""

from __future__ import annotations

import re

_WIDE = {",": "\uff0c", ":": "\uff1a", ";": "\uff1b", "?": "\uff1f", "!": "\uff01"}
_HAN = "\u3400-\u9fff\u3009\u300b\u3011\u3015\u201d\uff09"
_SIGN = re.compile(rf"(?<=[{_HAN}])([,:;?!]) ?|(?<=[\w)%])([,:;?!]) ?(?=[\u3400-\u9fff\u300a\u201c])")
_CLOSED = re.compile(r"\(([^()]*)\)")
_ANY_HAN = re.compile(r"[\u3400-\u9fff]")


def chinese(text: str) -> str:
    """The text with full-width commas, colons, semicolons, question marks and brackets where they belong."""
    if not _ANY_HAN.search(text):
        return text
    return _SIGN.sub(lambda match: _WIDE[match[1] or match[2]], _CLOSED.sub(_brackets, text))


def _brackets(match: re.Match[str]) -> str:
    before = match.string[: match.start()].rstrip()[-1:]
    if _ANY_HAN.search(match[1]) or (before and _ANY_HAN.match(before)):
        return f"\uff08{match[1]}\uff09"
    return match[0]


_CARBON_DIOXIDE = re.compile(r"(?<![A-Za-z_.])((?:[kMG]?t)?)CO2(e?)(?![A-Za-z0-9_])")


def subscripts(text: str) -> str:
    """``t CO2e`` as ``t CO₂e``; a name such as ``co2_t`` stays as it is."""
    return _CARBON_DIOXIDE.sub("\\1CO₂\\2", text)


def in_chinese(text: str) -> str:
    """A Chinese text as it is set."""
    return chinese(subscripts(text))


def capital(text: str) -> str:
    """An English heading: it begins with a capital letter, unless it begins with a symbol such as kWh."""
    first = text.split(" ", 1)[0].rstrip(",:")
    return text[0].upper() + text[1:] if first.isalpha() and first.islower() else text
