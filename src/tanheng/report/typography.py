"""Chinese text as it is set: punctuation beside Chinese characters is of full width.

Texts are often typed with the comma and the brackets of a Latin keyboard; a reader expects U+FF0C, U+FF08 and the like.
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
