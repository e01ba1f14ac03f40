"""A rule that draws random numbers or reads the clock is refused before it is called once."""

from __future__ import annotations

import datetime
import os
import random
import time
import uuid
from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import gauss
from time import time as now_in_seconds
from typing import Any

import numpy as np
import pytest
from tests.policy.engine_city import PLANT_YEAR, a_rule, rulebook

from tanheng.policy import when
from tanheng.policy.plan import Plan
from tanheng.policy.purity import faults_of
from tanheng.problems import InputRejected

DICE = random.Random(1)
GENERATOR = np.random.default_rng(1)
SHARE = 0.5
START = date(2024, 7, 1)


def noise() -> float:
    return random.random()


def half(x: Any) -> Any:
    return x * SHARE


def through_a_function(output_t):
    return output_t * noise()


def local_import(output_t):
    import secrets

    return output_t * secrets.randbelow(3)


def from_a_submodule(output_t):
    from numpy.random import default_rng

    return output_t * default_rng().random()


def in_a_comprehension(output_t):
    return sum(output_t * gauss(0, 1) for _ in range(3))


def under_another_name(output_t):
    clock = datetime.datetime
    return output_t * clock.now().year


def closing_over() -> Callable[..., object]:
    source = random.Random(2)

    def closed(output_t):
        return output_t * source.random()

    return closed


CHANCE_AND_CLOCK = [
    (lambda output_t: output_t * random.random(), "draws random numbers"),
    (lambda output_t: output_t * gauss(0, 1), "draws random numbers"),
    (lambda output_t: output_t * DICE.random(), "draws random numbers"),
    (lambda output_t: output_t * GENERATOR.random(), "draws random numbers"),
    (lambda output_t: output_t * np.random.rand(), "draws random numbers"),
    (lambda output_t: output_t * uuid.uuid4().int, "draws random numbers"),
    (lambda output_t: output_t * time.time(), "reads the clock"),
    (lambda output_t: output_t * now_in_seconds(), "reads the clock"),
    (lambda output_t: output_t * date.today().year, "reads the clock"),
    (lambda output_t: output_t * datetime.datetime.now().year, "reads the clock"),
    (lambda output_t: output_t * float(os.environ["SHARE"]), "reads from outside"),
    (lambda output_t: output_t * float(Path("share.txt").read_text()), "reads from outside"),
    (lambda output_t: output_t * float(open("share.txt").read()), "reads a file"),  # noqa: SIM115
    (lambda output_t: output_t * eval("1 + 1"), "runs code"),
    (lambda output_t: output_t * hash("seed"), "takes a hash"),
    (through_a_function, "draws random numbers"),
    (local_import, "draws random numbers"),
    (from_a_submodule, "draws random numbers"),
    (in_a_comprehension, "draws random numbers"),
    (under_another_name, "reads the clock"),
    (closing_over(), "draws random numbers"),
]


@pytest.mark.parametrize(("function", "says"), CHANCE_AND_CLOCK, ids=[str(n) for n in range(len(CHANCE_AND_CLOCK))])
def test_chance_clock_and_outside_are_found(function: Callable[..., object], says: str) -> None:
    """Whoever has been refused a permit by such a rule could never be shown why."""
    assert any(fault.startswith(says) for fault in faults_of(function)), faults_of(function)


def test_what_a_rule_may_use_is_left_alone() -> None:
    """Constants, dates, the words of rules and functions of one's own are no chance."""

    def plain(output_t, time, random):
        return when(half(output_t) > SHARE).then(output_t).otherwise(min(2, 3) * time.today * random)

    def dated(output_t, day):
        return when(day >= START).then(output_t).otherwise(max(output_t, 0) + date(2024, 1, 1).year)

    assert faults_of(plain) == faults_of(dated) == ()


def test_the_plan_refuses_it_with_place_and_remedy() -> None:
    @a_rule(PLANT_YEAR, "t")
    def drawn(output_t):
        return output_t * random.random()

    @a_rule(PLANT_YEAR, "t")
    def aged(output_t):
        return output_t * time.time()

    with pytest.raises(InputRejected) as rejected:
        Plan([drawn, aged], rulebook())
    problems = rejected.value.problems
    assert [(p.code, p.column) for p in problems] == [("plan.E007", "drawn"), ("plan.E007", "aged")]
    assert "could not be repeated" in problems[0].message and "take it as an argument" in problems[0].hint
    assert problems[0].line == drawn.function.__code__.co_firstlineno
