"""Problems: what a person who has to mend an input reads."""

from __future__ import annotations

import pytest

from tanheng.problems import InputRejected, Problem, reject


@pytest.mark.parametrize(
    ("problem", "reads"),
    [
        (
            Problem("intake.E010", "activity.csv", 14, "quantity", "-3", expected="0 or more"),
            "activity.csv line 14, column quantity: is -3, must be 0 or more [intake.E010]",
        ),
        (
            Problem("intake.E001", "city", message="is no folder"),
            "city: is no folder [intake.E001]",
        ),
        (
            Problem("rulebook.E003", "fuels.yaml", 7, message="unknown key statsu", hint="Did you mean status?"),
            "fuels.yaml line 7: unknown key statsu. Did you mean status? [rulebook.E003]",
        ),
    ],
)
def test_a_problem_reads_as_a_sentence_with_its_place(problem: Problem, reads: str) -> None:
    """Without file, line and column nobody finds the cell; without the code nobody finds the documentation."""
    assert str(problem) == reads


def test_every_problem_is_told_and_in_order() -> None:
    """Whoever mends a file wants the whole list, not the first fault."""
    problems = [Problem("a.E1", "b.csv", line, message=f"fault {line}") for line in (3, 1, 2)]
    rejected = InputRejected(iter(problems))
    assert rejected.problems == tuple(problems)
    assert str(rejected).splitlines() == [str(problem) for problem in problems]


def test_reject_is_one_problem_about_a_whole_file() -> None:
    rejected = reject("intake.E002", "x.csv", "is empty", hint="It needs a header line")
    assert [str(problem) for problem in rejected.problems] == ["x.csv: is empty. It needs a header line [intake.E002]"]


def test_problems_of_one_file_sort_by_line_and_those_about_the_whole_file_come_first() -> None:
    """Sorting a list in which some problems have no line must not fail while it reports a failure."""
    whole = Problem("z.E9", "a.csv", message="has no header")
    early = Problem("b.E1", "a.csv", 2, "quantity")
    late = Problem("a.E1", "a.csv", 10)
    other = Problem("a.E1", "b.csv")
    assert sorted([other, late, early, whole]) == [whole, early, late, other]
