"""Both languages are complete: a word missing in one shows as English in the Chinese page, or as nothing."""

from __future__ import annotations

import re
from importlib.resources import files

from tanheng.report.typography import chinese
from tanheng.report.words import WORDS

HAN = re.compile(r"[\u4e00-\u9fff]")


def test_every_word_stands_in_both_languages() -> None:
    for name, text in WORDS.items():
        assert text.en and not HAN.search(text.en), name
        assert HAN.search(text.zh), name


def test_placeholders_are_the_same_in_both_languages() -> None:
    for name, text in WORDS.items():
        assert set(re.findall(r"{\w+}", text.en)) == set(re.findall(r"{\w+}", text.zh)), name


def test_chinese_is_set_with_its_own_punctuation() -> None:
    for name, text in WORDS.items():
        assert not re.search(r"[\u4e00-\u9fff][,;:?!]", chinese(text.zh)), name


def test_every_word_is_used_and_every_word_used_is_there() -> None:
    """A template with an unknown word fails when it is drawn; a word that nobody uses is clutter."""
    report = files("tanheng.report")
    source = "".join(path.read_text("utf-8") for path in report.joinpath("templates").iterdir())
    code = "".join(
        path.read_text("utf-8") for path in report.iterdir() if path.name.endswith(".py") and path.name != "words.py"
    )
    used = set(re.findall(r"\bw\.(\w+)", source)) | set(re.findall(r'"([\w ]+)"', source + code))
    derived = {f"{word}_means" for word in ("official", "reported", "recalled", "example", "unset")}
    derived |= {"rests_on_example", "rests_on_recalled", "good", "watch", "bad", "neutral"}
    derived |= {"confirmed", "content confirmed", "inferred", "not found", "yes", "no"}
    assert set(re.findall(r"\bw\.(\w+)", source)) <= WORDS.keys()
    assert WORDS.keys() - used - derived == set()
