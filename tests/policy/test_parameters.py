"""A parameter holds from its date until the next, for each category by itself."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanheng.policy.parameters import Cell, Parameter, Source, Status
from tanheng.text import Text
from tanheng.units import Unit

SOURCE = Source("D")
DAYS = st.dates(date(2000, 1, 1), date(2040, 12, 31))


def cell(keys: tuple[str, ...], start: date, value: float | None, status: Status = Status.REPORTED) -> Cell:
    return Cell(keys, start, value, status, SOURCE, None, None, None, "x.yaml", 1)


def parameter(cells: list[Cell], by: tuple[str, ...], valid_until: date | None = None) -> Parameter:
    in_order = tuple(sorted(cells, key=lambda c: (c.keys, c.start)))
    title, unit = Text("p", "p"), Unit.parse("t")
    return Parameter(
        "a.p", title, "number", unit, by, in_order, SOURCE, Status.REPORTED, None, "x.yaml", 1, valid_until
    )


@given(
    st.dictionaries(st.tuples(st.sampled_from("abc"), DAYS), st.none() | st.floats(0, 1e6)),
    DAYS,
    st.sampled_from("abcd"),
)
def test_the_latest_value_that_has_begun_is_in_force(
    written: dict[tuple[str, date], float | None], on: date, key: str
) -> None:
    """A run at a date must take what was law on that date, neither yesterday's repealed rate nor tomorrow's."""
    found = parameter([cell((k,), start, value) for (k, start), value in written.items()], ("k",)).at(on, key)
    begun = [start for k, start in written if k == key and start <= on]
    if begun:
        assert found is not None
        assert (found.start, found.value) == (max(begun), written[key, max(begun)])
    else:
        assert found is None


def test_a_value_holds_on_its_first_day_and_not_the_day_before() -> None:
    first = date(2024, 7, 1)
    grant = parameter([cell((), first, 5.0)], ())
    assert grant.at(first - timedelta(days=1)) is None
    found = grant.at(first)
    assert found is not None and found.value == 5.0


def test_unset_is_a_cell_and_not_nothing() -> None:
    """'Exists, not published' and 'there is no such class' are two answers that an applicant gets."""
    grant = parameter([cell(("building",), date(2024, 7, 1), None)], ("category",))
    found = grant.at(date(2024, 8, 1), "building")
    assert found is not None and found.value is None
    assert grant.at(date(2024, 8, 1), "castle") is None


def test_what_has_run_out_is_no_longer_in_force() -> None:
    """The guides of 2022 were valid for three years; a run in 2026 must not apply them."""
    rule = parameter([cell((), date(2022, 1, 24), 1.0)], (), valid_until=date(2025, 1, 23))
    assert rule.at(date(2025, 1, 23)) is not None
    assert rule.at(date(2025, 1, 24)) is None
    assert rule.in_force(date(2026, 1, 1)) == ()


@pytest.mark.parametrize("keys", [(), ("a",), ("a", "b", "c")])
def test_a_look_up_with_the_wrong_number_of_categories_is_refused(keys: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="has the axes fuel_set, fuel"):
        parameter([cell(("a", "b"), date(2020, 1, 1), 1.0)], ("fuel_set", "fuel")).at(date(2024, 1, 1), *keys)


def test_categories_are_those_of_all_dates() -> None:
    """A class that begins next year must already be a known word in the tables of a city."""
    found = parameter([cell(("a", "x"), date(2020, 1, 1), 1.0), cell(("b", "x"), date(2030, 1, 1), 1.0)], ("k", "l"))
    assert found.categories == {"k": frozenset("ab"), "l": frozenset("x")}
    assert [c.keys for c in found.in_force(date(2024, 1, 1))] == [("a", "x")]


def test_the_weakest_status_is_the_largest() -> None:
    """Trust is the maximum of what went in; were the order turned, an assumption would be shown as official."""
    assert max(Status.OFFICIAL, Status.EXAMPLE) is Status.EXAMPLE
    assert [status.word for status in sorted(Status)] == ["official", "reported", "recalled", "example"]
