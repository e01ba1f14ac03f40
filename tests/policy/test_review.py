"""What wants a look: parameters that nobody uses, examples past their day; and that the measures say what they read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from tests.measures.dual_control.small_city import RULEBOOK, city_rows, evaluate

from tanheng.measures.dual_control.assess import assess
from tanheng.measures.registry import ALL_RULES, parameters_used
from tanheng.policy.plan import Plan
from tanheng.policy.review import stale, unused
from tanheng.policy.rulebook import Rulebook, load_rulebook

TEXT = """\
a.used: {title: {en: a, zh: a}, unit: t, values: {2020-01-01: 1}, source: {document: D}, status: reported}
a.spare: {title: {en: a, zh: a}, unit: t, values: {2020-01-01: 1}, source: {document: D}, status: reported}
a.later:
  title: {en: a, zh: a}
  unit: t
  values: {2020-01-01: 1}
  source: {document: D}
  status: reported
  awaits: a measure to come
a.paid: {title: {en: a, zh: a}, unit: t, values: {2020-01-01: 1}, source: {document: D}, status: reported}
a.guess:
  title: {en: a, zh: a}
  unit: t
  values:
    2020-01-01: {value: 1, review_by: 2021-06-30}
    2022-01-01: {value: 2, review_by: 2024-06-30}
  source: {document: us}
  status: example
"""


@pytest.fixture
def book(tmp_path: Path) -> Rulebook:
    folder = tmp_path / "town"
    folder.mkdir()
    (folder / "rulebook.yaml").write_text("title: {en: Town, zh: 镇}\n")
    (folder / "a.yaml").write_text(TEXT)
    pays = SimpleNamespace(money=("a.paid",))
    return replace(load_rulebook(folder), catalogue=cast(Any, (pays,)))


def test_a_parameter_that_nobody_uses_is_told(book: Rulebook) -> None:
    """Mostly its name is misspelt, and a rule goes on with another one."""
    told = [(p.code, p.line, p.column) for p in unused(book, {"a.used", "a.guess"})]
    assert told == [("rulebook.W001", 2, "a.spare")], "what a measure pays, and what says what it awaits, may wait"


def test_a_parameter_that_awaits_what_is_there_is_told(book: Rulebook) -> None:
    told = [(p.code, p.line, p.column) for p in unused(book, {"a.used", "a.guess", "a.spare", "a.later"})]
    assert told == [("rulebook.W002", 3, "a.later")]


@pytest.mark.parametrize(
    ("on", "line"),
    [(date(2021, 6, 30), None), (date(2021, 7, 1), 15), (date(2022, 1, 1), None), (date(2025, 1, 1), 16)],
)
def test_an_example_past_its_day_is_told_by_the_date_of_the_run(book: Rulebook, on: date, line: int | None) -> None:
    """By the clock, the same run would be fine today and not tomorrow."""
    assert [p.line for p in stale(book, on)] == ([] if line is None else [line])


def test_the_packaged_rulebook_has_nothing_unused_and_nothing_stale() -> None:
    shenzhen = load_rulebook("shenzhen")
    assert unused(shenzhen, parameters_used(Plan(ALL_RULES, shenzhen))) == []
    assert stale(shenzhen, date(2026, 12, 31)) == []


def test_the_measures_say_which_parameters_they_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """If a model read a parameter in silence, deleting what looks unused would break it."""
    asked: set[str] = set()
    plain = Rulebook.__getitem__

    def recorded(self: Rulebook, name: str) -> Any:
        asked.add(name)
        return plain(self, name)

    evaluation = evaluate(city_rows(), date(2024, 12, 31))
    monkeypatch.setattr(Rulebook, "__getitem__", recorded)
    assess(evaluation, 2024)
    assert asked and asked <= parameters_used(Plan(ALL_RULES, RULEBOOK))
