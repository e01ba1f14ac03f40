"""Dividing a change among those who made it: nothing is lost, nobody who did nothing gets a part."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from tanheng.comparison.effects import TOGETHER_MOST, coalitions, one_after_another, shapley

NAMES = ("a", "b", "c", "d")


@st.composite
def games(draw: st.DrawFn) -> tuple[tuple[str, ...], dict[frozenset[str], int]]:
    players = NAMES[: draw(st.integers(1, len(NAMES)))]
    worth = {frozenset[str](): 0}
    for size in range(1, len(players) + 1):
        for each in combinations(players, size):
            worth[frozenset(each)] = draw(st.integers(-(10**15), 10**15))
    return players, worth


@given(games())
def test_the_parts_add_up_to_the_last_millionth(game: tuple[tuple[str, ...], dict[frozenset[str], int]]) -> None:
    players, worth = game
    whole = worth[frozenset(players)]
    assert sum(shapley(players, worth).values()) == whole
    assert sum(one_after_another(players, worth).values()) == whole


@given(games())
def test_who_adds_nothing_gets_nothing(game: tuple[tuple[str, ...], dict[frozenset[str], int]]) -> None:
    players, worth = game
    idle = {**worth, **{each | {"idle"}: value for each, value in worth.items()}}
    parts = shapley((*players, "idle"), idle)
    assert abs(parts["idle"]) <= 1, "at most a millionth by rounding"
    alone = shapley(players, worth)
    assert all(abs(parts[player] - alone[player]) <= 1 for player in players)


def test_by_hand() -> None:
    """Two players: half of what each adds first and half of what it adds last."""
    worth = {frozenset[str](): 0, frozenset("a"): 10, frozenset("b"): 20, frozenset("ab"): 36}
    assert shapley("ab", worth) == {"a": 13, "b": 23}
    assert one_after_another("ba", worth) == {"a": 10, "b": 26}


def test_how_many_evaluations_it_takes() -> None:
    assert coalitions(["a"]) == ()
    assert len(coalitions(NAMES)) == 2**TOGETHER_MOST - 2
    many = [f"p{number}" for number in range(9)]
    assert len(coalitions(many)) == 9 + 7, "each alone, and one after another; the first alone is both"
