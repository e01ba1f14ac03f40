"""The seven-day rule on any week of any homes, held against a reading of the rule row by row."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from math import floor
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.measures.credits.events import Event, credited, readings, with_examples

from tanheng.measures.credits.event_files import Span

FIRST = date(2025, 3, 1)
CITY_MEAN, FACTOR = 1000, 500  # of the example values
SPAN = Span(with_examples("sz_home_electricity"), FIRST, date(2025, 12, 31))

kwh = st.one_of(st.none(), st.integers(0, 20_000).map(lambda watts: watts / 1000))
weeks = st.lists(kwh, min_size=1, max_size=16)
persons = st.integers(1, 4)


def by_the_rule(days: list[float | None], persons: int) -> list[int | None]:
    """The rule as it is written, in fractions, a day at a time; None where it says nothing."""
    found: list[int | None] = []
    for number, today in enumerate(days):
        before = days[max(0, number - 7) : number]
        if today is None:
            found.append(None)
            continue
        emissions, share = FACTOR * Fraction(str(today)), Fraction(CITY_MEAN * persons)
        known = [Fraction(str(day)) for day in before if day is not None]
        if emissions < share:
            found.append(floor(share - emissions))
        elif len(known) == 7:
            found.append(floor(max(Fraction(0), FACTOR * sum(known) / 7 - emissions)))
        else:
            found.append(None)
    return found


def by_the_engine(homes: dict[str, tuple[list[float | None], int]], shift: int = 0) -> dict[str, list[int | None]]:
    events: list[Event] = []
    for home, (days, people) in homes.items():
        events += readings(home, days, people, FIRST)
    events = events[shift:] + events[:shift]
    with TemporaryDirectory() as folder:
        answer = credited(Path(folder), SPAN, files=[events[::2], events[1::2]])
    return {
        home: [answer.rows[home, FIRST + timedelta(number)]["reduction_g"] for number in range(len(days))]
        for home, (days, _) in homes.items()
    }


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(weeks, persons), min_size=1, max_size=5), st.integers(0, 10))
def test_as_the_rule_is_written_in_any_order(homes: list[tuple[list[float | None], int]], shift: int) -> None:
    named = {f"H{number}": home for number, home in enumerate(homes)}
    expected = {home: by_the_rule(days, people) for home, (days, people) in named.items()}
    assert by_the_engine(named, shift) == expected


eight_days = st.lists(st.integers(0, 20_000).map(lambda watts: watts / 1000), min_size=8, max_size=8)


@settings(max_examples=15, deadline=None)
@given(eight_days, persons, st.integers(1, 5000))
def test_never_negative_and_no_credit_for_using_more(days: list[float | None], people: int, more: int) -> None:
    """Using more earns nothing: on the same side of the city's mean the credit shrinks, above both means it is zero."""
    today = days[-1] or 0.0
    thirsty: list[float | None] = [*days[:-1], today + more / 1000]
    found = by_the_engine({"A": (days, people), "B": (thirsty, people)})
    assert all(amount is None or amount >= 0 for amounts in found.values() for amount in amounts)
    less, greater = found["A"][-1], found["B"][-1]
    assert less is not None and greater is not None
    mean = CITY_MEAN * people / FACTOR
    if (today < mean) == (today + more / 1000 < mean):
        assert greater <= less
    if today + more / 1000 >= max(mean, sum(day or 0.0 for day in days[:-1]) / 7):
        assert greater == 0


def test_the_rule_jumps_at_the_citys_mean() -> None:
    """As published, a home with a thirsty week gets more just above the mean than just below. Known, and not ours."""
    below, above = [10.0] * 7 + [3.998], [10.0] * 7 + [4.002]
    found = by_the_engine({"A": ([*below], 2), "B": ([*above], 2)})
    assert (found["A"][-1], found["B"][-1]) == (1, 2999)
