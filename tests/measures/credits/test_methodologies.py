"""Every methodology says what its scenarios expect, and nothing where a figure was not found."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tanheng.measures.credits.library import folders, methodologies, open_folder, open_methodology
from tanheng.measures.credits.scenarios import run_scenarios_of
from tanheng.policy.evaluation import Evaluation
from tanheng.problems import InputRejected
from tanheng.warehouse.city import City

FOLDERS = tuple(folders())
READY = {
    *("sz_public_transport", "sz_home_electricity", "sz_shared_bicycle", "sz_milk_cartons", "sz_distributed_pv"),
    *("sz_paperless_banking", "gd_bicycle", "gd_distributed_pv", "gd_forest"),
    *("ccer_afforestation", "ccer_offshore_wind", "ccer_mangrove"),
}
# What can be worked out with published figures alone. Whoever adds one here has found a figure.
WITHOUT_GAPS = {"sz_public_transport", "sz_milk_cartons", "ccer_offshore_wind"}


def test_the_methodologies_are_there() -> None:
    assert {methodology.id for methodology in methodologies()} == READY


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_scenarios(folder: Path) -> None:
    tried = run_scenarios_of(folder)
    said = [f"{o.scenario.name}: {d.expected.rule} {d.result('en')}" for o in tried.outcomes for d in o.differences]
    assert said == []
    assert tried.untried == (), "a rule that nobody has worked out by hand decides about credits"
    assert [outcome.scenario.name for outcome in tried.outcomes if not outcome.scenario.source] == []


def test_which_methodologies_lack_figures() -> None:
    assert {methodology.id for methodology in methodologies() if not methodology.unset} == WITHOUT_GAPS


def test_no_methodology_rests_on_an_example() -> None:
    """An example is for scenarios; in the parameters of a methodology it would be credited."""
    words = {
        (name, cell.status.word)
        for methodology in methodologies()
        for name in methodology.own_parameters
        for cell in methodology.rulebook[name].cells
    }
    assert {name for name, word in words if word == "example"} == set()


@pytest.mark.parametrize(
    "folder", [each for each in FOLDERS if each.parent.name not in WITHOUT_GAPS], ids=lambda folder: folder.parent.name
)
def test_unset_is_undetermined_and_never_zero(folder: Path) -> None:
    """Whatever was monitored: a number would be credited."""
    methodology = open_folder(folder)
    filled = {"text": "any", "number": 1.0}  # and what makes every methodology apply
    table = methodology.entity.table
    row = {column.name: filled.get(column.kind) for column in table.columns}
    row |= {"years_without_forest": 5.0} if "years_without_forest" in row else {}
    row |= (
        {"person": "P", "day": date(2025, 7, 1)} if methodology.track == "persons" else {"project": "P", "year": 2025}
    )
    with City.from_rows((table,), {table.name: [row]}) as city:
        evaluation = Evaluation(city, methodology.rulebook, methodology.rules, on=date(2025, 12, 31))
        (found,) = (
            evaluation.table(methodology.entity, [methodology.reduction]).collect("pyarrow").iter_rows(named=True)
        )
        assert found[methodology.reduction] is None
        cause = evaluation.cause(found[f"{methodology.reduction}__cause"])
    assert methodology.id in cause.text.en and "not published" in cause.text.en


class TestVersionInForce:
    def test_on_the_day_it_begins(self) -> None:
        assert open_methodology("sz_home_electricity", on=date(2022, 6, 21)).version == "v1"

    def test_not_the_day_before(self) -> None:
        with pytest.raises(InputRejected, match="v1 begins on 2022-06-21"):
            open_methodology("sz_home_electricity", on=date(2022, 6, 20))

    def test_none_where_nobody_knows_since_when(self) -> None:
        with pytest.raises(InputRejected, match="the first day of v1 was not found"):
            open_methodology("gd_distributed_pv", on=date(2025, 1, 1))
        assert open_methodology("gd_distributed_pv", version="v1").scheme == "guangdong"

    def test_a_name_that_is_nearly_right(self) -> None:
        with pytest.raises(InputRejected, match="Did you mean sz_public_transport"):
            open_methodology("sz_public_transprt", on=date(2025, 1, 1))

    def test_opened_twice_it_is_the_same(self) -> None:
        """A second reading would double the time of every request."""
        first = open_methodology("sz_public_transport", version="v1")
        assert open_methodology("sz_public_transport", on=date(2025, 1, 1)) is first


def test_the_factor_agrees_with_the_published_total() -> None:
    """Five million metro trips of 8.6 km are about 2,000 t a day, as was reported: units are not off by a thousand."""
    factor = open_methodology("sz_public_transport", version="v1").rulebook["sz_public_transport.avoided_per_km"]
    cell = factor.at(date(2025, 1, 1), "metro")
    assert cell is not None and isinstance(cell.value, float)
    tonnes = 5_000_000 * 8.6 * cell.value / 1e6
    assert tonnes == pytest.approx(2000, rel=0.01)
