"""What somebody may ask to sweep, and what is said to the rest."""

from __future__ import annotations

from datetime import date

import pytest

from tanheng.comparison.sweep import read_sweep
from tanheng.comparison.variants import frozen, mixed, with_value
from tanheng.policy.rulebook import Rulebook, load_rulebook
from tanheng.problems import InputRejected

ON = date(2024, 12, 31)


@pytest.fixture(scope="module")
def shenzhen() -> Rulebook:
    return load_rulebook("shenzhen")


def test_a_sweep(shenzhen: Rulebook) -> None:
    sweep = read_sweep("dual_control.warning_progress[yellow]=0.5:1.1:4", shenzhen, ON)
    assert sweep.values == (0.5, 0.7, 0.9, 1.1) and sweep.now == 0.8
    assert sweep.shown == "dual_control.warning_progress[yellow]"
    falling = read_sweep("inventory.grid_factor[provincial_same_year, Guangdong]=0.6:0.2:3", shenzhen, ON)
    assert falling.values == (0.6, 0.4, 0.2) and falling.keys == ("provincial_same_year", "Guangdong")
    assert read_sweep("dual_control.target_year=2024:2026:3", shenzhen, ON).values == (2024, 2025, 2026)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("", "PARAMETER"),
        ("dual_control.warning_progress[yellow]", "FROM:TO:STEPS"),
        ("dual_control.warning_progress[yellow]=0.5:1", "FROM:TO:STEPS"),
        ("dual_control.warning_progress[yellow]=low:high:3", "FROM:TO:STEPS"),
        ("dual_control.warning_progress[yellow]=nan:1:3", "two different numbers"),
        ("dual_control.warning_progress[yellow]=1:1:3", "two different numbers"),
        ("dual_control.warning_progress[yellow]=0:1:1", "2 to 101"),
        ("dual_control.warning_progress[yellow]=0:1:1000", "2 to 101"),
        ("dual_control.warning_progres[yellow]=0:1:3", "dual_control.warning_progress"),
        ("dual_control.warning_progress=0:1:3", "[colour]"),
        ("dual_control.target_year[2025]=2024:2026:3", "without categories"),
        ("dual_control.warning_progress[purple]=0:1:3", "[green], [yellow]"),
        ("dual_control.target_year=2024:2026:4", "whole numbers"),
        ("inventory.grid_factor_method[city]=0:1:3", "is a text"),
    ],
)
def test_what_is_refused(asked: str, said: str, shenzhen: Rulebook) -> None:
    with pytest.raises(InputRejected) as rejected:
        read_sweep(asked, shenzhen, ON)
    assert said in str(rejected.value)


def test_a_value_that_is_tried_leaves_the_rulebook_as_it_was(shenzhen: Rulebook) -> None:
    before = shenzhen["dual_control.warning_progress"].at(ON, "yellow")
    tried = with_value(shenzhen, "dual_control.warning_progress", ("yellow",), 0.9, ON)
    found = tried["dual_control.warning_progress"].at(ON, "yellow")
    assert found is not None and found.value == 0.9 and found.status.word == "example"
    assert shenzhen["dual_control.warning_progress"].at(ON, "yellow") is before
    assert len({book.digest for book in (shenzhen, tried, mixed(shenzhen, tried, []), frozen(shenzhen, ON))}) == 4


def test_rules_as_they_stood(shenzhen: Rulebook) -> None:
    """On an earlier day a later value is not there yet, and what ran out since was still in force."""
    then = frozen(shenzhen, date(2022, 6, 30))
    for name, parameter in then.parameters.items():
        assert all(cell.start <= date(2022, 6, 30) for cell in parameter.cells), name
    cap = then["allowances.yearly_cap"].at(date(2024, 12, 31))
    assert cap is not None and cap.value == 26_000_000
