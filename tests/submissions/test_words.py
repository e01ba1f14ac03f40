"""What the intake says has a Chinese sentence, each of them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tanheng.submissions.words import TABLES, in_chinese

WAREHOUSE = Path(__file__).parents[2] / "src/tanheng/warehouse"
OURS = Path(__file__).parents[2] / "src/tanheng/submissions"
FILES = [
    *(WAREHOUSE / f"{name}.py" for name in ("checks", "intake", "csv_files", "csv_bytes", "excel_files", "relations")),
    *(WAREHOUSE / f"{name}.py" for name in ("parquet_files", "loading")),
    *(OURS / f"{name}.py" for name in ("desk", "packed", "checking", "receiving")),
]
# What stands where a sentence has a blank: none of it is a word that would have to be translated.
BLANK = "17"
# Parts of other sentences, names of things, and what is about a whole city folder and not about a file in it.
NO_SENTENCE = re.compile(
    r"holds 17|must be|\w*|[\w.]+\.E\d+|Put 17\.csv.*|It may be among.*|Is it 17\?|the geometry .*|GeoJSON.*|"
    r"17 of 17 features.*|"
    r".*(SELECT|CREATE|TABLE|FROM|WHERE) .*|17 (there|here)|\W*"
)


def said_by(path: Path) -> set[str]:
    """The texts of the arguments that people read: message, expected, hint; and of what is returned as one."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            for keyword in node.keywords:
                if keyword.arg in ("message", "expected", "hint"):
                    found |= set(_texts(keyword.value))
        elif isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id in ("message", "expected", "hint", "comma", "HINT", "SAVE_AS")
            for target in node.targets
        ):
            found |= set(_texts(node.value))
        elif isinstance(node, ast.FunctionDef | ast.Lambda) and getattr(node, "name", "").startswith(
            ("hint", "_first_day", "_readable_form", "_bounds", "_listed")
        ):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Return) and inner.value is not None:
                    found |= set(_texts(inner.value))
    return found


def _texts(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.JoinedStr):
        return [
            "".join(str(v.value) if isinstance(v, ast.Constant) else BLANK for v in node.values).replace(
                "cell17", "cells"
            )
        ]
    if isinstance(node, ast.IfExp):
        return [*_texts(node.body), *_texts(node.orelse)]
    if isinstance(node, ast.Tuple):
        return [text for element in node.elts for text in _texts(element)]
    return []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_sentence_of_the_intake_is_translated(path: Path):
    """A clerk who reads no English is else left alone with the very line that says what to do."""
    sentences = {text for text in said_by(path) if not NO_SENTENCE.fullmatch(text)}
    untold = [text for text in sentences if not text.startswith("It is: ") and in_chinese(text) is None]
    assert untold == []


def test_there_are_sentences_to_be_found():
    """Else the test above would say nothing."""
    assert sum(len(said_by(path)) for path in FILES) > 60


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("between 1990 and 2100", "1990 至 2100 之间"),
        ("is an Excel workbook or another zip archive, not CSV", "是Excel 工作簿或其他压缩包,不是 CSV"),
        ("its columns are separated by semicolons, must be commas", "列以分号分隔,应使用逗号"),
        ("Did you mean coal_tar or coal_slime?", "是否应为 coal_tar 或 coal_slime?"),
        ("one of the 77 categories (fuel) of inventory.fuel_name", "inventory.fuel_name 的 77 个类别(fuel)之一"),
        ("of type date", "日期"),
        ("holds several sheets (a, b), and none is named c", "含多个工作表(a, b),没有名为 c 的工作表"),
        ("holds timestamp with time zone", "类型为 timestamp with time zone"),
    ],
)
def test_blanks_keep_their_values(english: str, chinese: str):
    assert in_chinese(english) == chinese


def test_the_meaning_of_a_column_is_told_in_its_own_chinese():
    column = TABLES["fuel_use"]["month"]
    assert in_chinese("It is: month", table="fuel_use", column="month") == f"含义:{column.meaning.zh}"
