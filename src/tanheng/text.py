"""Text that people read, in the two languages of the house."""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


class Text(NamedTuple):
    """One text in English and in Chinese, e.g. ``Text("allowance", "配额")``."""

    en: str
    zh: str

    def in_language(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en

    def format(self, **values: object) -> Text:
        """Fill ``{name}`` in both languages."""
        return Text(self.en.format(**values), self.zh.format(**values))
