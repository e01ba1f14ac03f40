"""Faults that are found below the pages are told in the reader's language, on pages, beside fields and to programs."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.utils import translation

from tanheng.policy.factor_tables import WANTED
from tanheng.problems import InputRejected, Problem
from tanheng.text import Text
from tanheng.warehouse.schema import Column
from tanheng.web import saying
from tanheng.web.problems import problem_of
from tanheng.web.saying import SENTENCES, all_told, in_chinese, know_columns, outside, told

QUIET = Path(__file__).parents[2] / "src/tanheng/measures/quiet"
FILES = ("study", "transfer/matrix", "transfer/columns", "kept_traffic", "standing", "places/monitors")
FILES_ASSESSING = ("assessment/areas", "assessment/score", "assessment/calibration", "assessment/reading")
BLANK = "17"
FAULT = Problem("intake.E010", "a.csv", 3, "households", "-3", expected="1 or more", hint="It is: how many live there")
COLUMN = Column("households", "integer", Text("how many live there", "户数"), least=1)
FAULTS = ("Problem", "reject", "add", "wrong")
# Names of files, tables and columns, and what follows "is" as a value.
NO_SENTENCE = re.compile(r"[\w.]*|noise\.E\d+|17|17 for 17|\W*")


def said_by(path: Path) -> set[str]:
    """Every text with a blank that a fault of a module may hold, by its syntax."""
    tree = ast.parse(path.read_text("utf-8"))
    named = {"message", "hint", "said", "expected"}
    found: set[str] = set()
    for node in ast.walk(tree):
        values: list[ast.expr] = []
        called = getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""
        if isinstance(node, ast.Call) and called in FAULTS:
            # The value that stands there is told as it is.
            given = node.args[4:] if called == "add" else node.args[1:]
            values = [*given, *(keyword.value for keyword in node.keywords if keyword.arg in named)]
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id in named:
            values = [node.value]
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple):
            names = [each.id for each in node.targets[0].elts if isinstance(each, ast.Name)]
            if named & set(names) and isinstance(node.value, ast.Tuple):
                values = list(node.value.elts)
        for value in values:
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                found.add(value.value)
            elif isinstance(value, ast.JoinedStr):
                parts = [each.value if isinstance(each, ast.Constant) else BLANK for each in value.values]
                found.add("".join(map(str, parts)))
    return {each for each in found if not NO_SENTENCE.fullmatch(each)}


@pytest.mark.parametrize("name", [*FILES, *FILES_ASSESSING])
def test_what_noise_says_has_a_chinese_sentence(name: str):
    found = said_by(QUIET / f"{name}.py")
    assert found, "the module was not read as it is written"
    # Which of two words stands there is chosen within the sentence.
    known = {each.replace("is no 17", "is no point") for each in found}
    known = {re.sub(r"^17 17: its height", "building 17: its height", each) for each in known}
    assert {each for each in known if in_chinese(each) is None} == set()


RULES = (
    "overlays",
    "entry_reading",
    "value_reading",
    "yaml_lines",
    "parameter_reading",
    "rulebook_folder",
    "factor_tables",
)
# Options of commands, and rules of Python, which no form takes.
NO_FORM = re.compile(r"--\w+|tanheng compare|17 = 17")


@pytest.mark.parametrize("name", [*(f"policy/{each}" for each in RULES), "comparison/asked", "comparison/results"])
def test_what_a_reform_is_refused_with_has_a_chinese_sentence(name: str):
    found = said_by(QUIET.parents[1] / f"{name}.py")
    assert found, "the module was not read as it is written"
    known = {each.replace("after 17", "after 2024-07-01") for each in found if not NO_FORM.fullmatch(each)}
    assert {each for each in known if in_chinese(each) is None} == set()


def test_what_a_value_must_be_is_told_within_the_sentence():
    for kind, wanted in WANTED.items():
        said = in_chinese(f"{wanted}, unset or repealed")
        assert said is not None and not re.search(
            "[a-z]", said.replace("unset", "").replace("repealed", "").replace("true", "").replace("false", "")
        ), kind


def test_a_fault_is_a_sentence_in_either_language(monkeypatch: pytest.MonkeyPatch):
    with translation.override("en"):
        assert told(FAULT) == str(FAULT)
    with translation.override("zh-hans"):
        monkeypatch.setattr(saying, "_meanings", {})
        assert "It is: how many live there" in told(FAULT), "what is not known is told as it is"
        know_columns([COLUMN])
        assert told(FAULT) == "a.csv 第 3 行 households 列：现为 -3，应为不小于 1。含义:户数 [intake.E010]"
        assert all_told(InputRejected([FAULT, FAULT])) == [told(FAULT)] * 2


def test_where_a_file_lies_on_this_machine_is_not_told():
    fault = replace(FAULT, file="/srv/tanheng/studies/ab12/study.json")
    for language in ("en", "zh-hans"):
        with translation.override(language):
            answer = problem_of(InputRejected([fault]))
            assert answer is not None
            said = told(fault) + answer.response().content.decode()
        assert "study.json" in said and "srv" not in said
    assert outside(FAULT) is FAULT


def test_a_program_is_told_in_its_language_as_a_problem():
    with translation.override("zh-hans"):
        problem = problem_of(InputRejected([FAULT]))
        assert problem is not None
        answer = problem.response()
    assert answer["Content-Type"] == "application/problem+json" and answer.status_code == 422
    (error,) = json.loads(answer.content)["errors"]
    assert error["code"] == "intake.E010" and "应为不小于 1" in error["detail"]


def test_no_sentence_stands_twice():
    patterns = [pattern for pattern, _chinese in SENTENCES]
    assert len(patterns) == len(set(patterns))


def test_a_key_of_a_reform_is_no_column():
    fault = Problem(
        "rulebook.E004", "a.yaml", 3, "the reform: from", "2024-13-01", expected="a date such as 2024-07-01"
    )
    assert (
        told(fault, "zh")
        == "a.yaml 第 3 行 改革方案: from 项：现为 2024-13-01，应为日期,例如 2024-07-01 [rulebook.E004]"
    )
    hint = replace(fault, expected="", hint="Is it a reform of another rulebook?")
    assert "是否为另一规则库的改革方案?" in told(hint, "zh")
