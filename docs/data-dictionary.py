"""Write docs/data-dictionary.md and docs/data-dictionary.zh.md from the schemas of all tables."""

from __future__ import annotations

from pathlib import Path

from tanheng.measures.quiet.dictionary import noise_dictionary
from tanheng.measures.registry import ALL_TABLES
from tanheng.text import Language
from tanheng.warehouse.dictionary import data_dictionary

FILES: dict[Language, str] = {"en": "data-dictionary.md", "zh": "data-dictionary.zh.md"}


def dictionary(language: Language) -> str:
    """Tables of a city, tables of noise, layers of a quarter."""
    return f"{data_dictionary(ALL_TABLES, language)}\n{noise_dictionary(language)}"


if __name__ == "__main__":
    for language, name in FILES.items():
        (Path(__file__).parent / name).write_text(dictionary(language), encoding="utf-8")
