"""Head-room: room given twice is room that is not there."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tanheng.measures.dual_control.headroom import Application, Room, fit, room
from tanheng.text import Text

MISSING = {name: Text(f"{name} is not known", f"{name}未知") for name in ("budget", "forecast", "approved")}


def test_room_is_budget_less_forecast_less_approved() -> None:
    found = room("a", budget=1000.0, forecast=900.0, forecast_high=950.0, approved=30.0, missing=MISSING)
    assert (found.left, found.sure) == (70.0, 20.0)


def test_an_unpublished_budget_leaves_room_undetermined_and_says_so() -> None:
    found = room("a", budget=None, forecast=900.0, forecast_high=950.0, approved=30.0, missing=MISSING)
    assert found.left is None and found.missing == MISSING["budget"]
    (fitted,) = fit([Application("P", "a", 10.0, 1.0)], {"a": found})
    assert fitted.verdict == "undetermined" and fitted.because == MISSING["budget"]


def test_a_place_that_is_over_its_budget_has_negative_room_and_takes_nobody() -> None:
    over = room("a", budget=900.0, forecast=950.0, forecast_high=None, approved=0.0, missing=MISSING)
    assert over.left == -50.0
    assert fit([Application("P", "a", 0.1, 1.0)], {"a": over})[0].verdict == "does_not_fit"


def test_who_makes_most_of_a_tonne_goes_first() -> None:
    rooms = {"a": Room("a", 100.0, 60.0)}
    poor, rich = Application("poor", "a", 60.0, 10.0), Application("rich", "a", 60.0, 1000.0)
    found = {one.application.project: one for one in fit([poor, rich], rooms)}
    assert found["rich"].verdict == "fits"
    assert found["poor"].verdict == "does_not_fit" and found["poor"].before == 40.0


def test_fits_only_if_emissions_come_out_as_forecast() -> None:
    (found,) = fit([Application("P", "a", 80.0, 10.0)], {"a": Room("a", 100.0, 60.0)})
    assert found.verdict == "fits_at_median"
    assert "not if they come out high" in found.because.en


def test_a_refused_project_takes_no_room_from_the_next() -> None:
    rooms = {"a": Room("a", 50.0, 50.0)}
    found = fit([Application("big", "a", 60.0, 1000.0), Application("small", "a", 40.0, 10.0)], rooms)
    assert [one.verdict for one in found] == ["does_not_fit", "fits"]


def test_a_project_that_states_nothing_is_not_taken_for_nothing() -> None:
    (found,) = fit([Application("P", "a", None, 10.0)], {"a": Room("a", 100.0, 60.0)})
    assert found.verdict == "undetermined"


def test_a_project_in_a_place_without_figures_is_undetermined() -> None:
    assert fit([Application("P", "z", 1.0, 1.0)], {})[0].verdict == "undetermined"


applications = st.lists(
    st.builds(
        Application,
        st.uuids().map(str),
        st.sampled_from(["a", "b"]),
        st.one_of(st.none(), st.floats(0, 500)),
        st.one_of(st.none(), st.floats(0, 100)),
    ),
    max_size=20,
    unique_by=lambda one: one.project,
)


@given(applications, st.floats(-100, 1000), st.floats(0, 300))
def test_what_is_let_in_never_exceeds_the_room(wanted: list[Application], left: float, margin: float) -> None:
    rooms = {"a": Room("a", left, left - margin), "b": Room("b", left / 2, left / 2 - margin)}
    found = fit(wanted, rooms)
    assert {one.application.project for one in found} == {one.project for one in wanted}
    for place, there in rooms.items():
        assert there.left is not None
        taken = sum(
            one.application.emissions or 0.0
            for one in found
            if one.application.place == place and one.verdict in ("fits", "fits_at_median")
        )
        assert taken <= max(there.left, 0.0) + 1e-6
