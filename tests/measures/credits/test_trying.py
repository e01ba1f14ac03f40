"""A draft on data: what it comes to, who gains, who loses, and what cannot be told."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest
from tests.measures.credits.events import Event, write
from typer.testing import CliRunner

from tanheng.cli import app
from tanheng.measures.credits.library import PACKAGED, open_folder
from tanheng.measures.credits.trying import Change, compare, try_methodology
from tanheng.measures.credits.versions import Difference, differences
from tanheng.problems import InputRejected

TRANSIT, CARTONS = PACKAGED / "sz_public_transport" / "v1", PACKAGED / "sz_milk_cartons" / "v1"


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """Less for the metro, more for the bus."""
    folder = shutil.copytree(TRANSIT, tmp_path / "draft", ignore=shutil.ignore_patterns("__pycache__"))
    file = folder / "parameters.yaml"
    file.write_text(file.read_text("utf-8").replace("46.7", "45").replace("26.9", "30"), encoding="utf-8")
    return folder


@pytest.fixture
def trips(tmp_path: Path) -> Path:
    events = [
        Event("metro", event_id="1"),
        Event("bus", event_id="2", mode="electric_bus"),
        Event("both", event_id="3"),
        Event("both", event_id="4", mode="electric_bus"),
        Event("early", event_id="5", at="2021-05-05 12:00:00"),
        Event("still", event_id="6", quantity=0),
    ]
    write(tmp_path / "trips" / "e.csv", events)
    return tmp_path / "trips"


def test_who_gains_and_who_loses(draft: Path, trips: Path) -> None:
    found = compare(open_folder(TRANSIT), open_folder(draft), trips)
    assert (found.before.reduction, found.after.reduction) == (467 + 269 + 736, 450 + 300 + 750)
    assert (found.gain, found.lose, found.same, found.unknown) == (2, 1, 1, 1)
    assert found.most == (Change("bus", 269, 300), Change("metro", 467, 450), Change("both", 736, 750))


def test_a_day_before_the_values_hold_is_unknown_and_not_nothing(trips: Path) -> None:
    side = try_methodology(open_folder(TRANSIT), trips)
    assert side.undetermined == {"sz_public_transport.avoided_per_km[metro] is not published": 1}


def test_in_what_two_versions_differ(draft: Path) -> None:
    rules = draft / "rules.py"
    text = rules.read_text("utf-8").replace("metro_g + electric_bus_g)", "metro_g)")
    rules.write_text(
        text.replace("def reduction_g(metro_g: Expr, electric_bus_g: Expr)", "def reduction_g(metro_g: Expr)")
    )
    assert differences(open_folder(TRANSIT), open_folder(draft)) == (
        Difference("value", "avoided_per_km[electric_bus] from 2022-01-01", "26.9 gCO2/km", "30 gCO2/km"),
        Difference("value", "avoided_per_km[metro] from 2022-01-01", "46.7 gCO2/km", "45 gCO2/km"),
        Difference(
            "formula",
            "reduction_g",
            "floor(round((metro_g + electric_bus_g) × 1 gCO2e/gCO2, 6))",
            "floor(round(metro_g × 1 gCO2e/gCO2, 6))",
        ),
    )


def test_projects_of_a_draft(tmp_path: Path) -> None:
    (tmp_path / "project_years.csv").write_text("project,year,cartons_t\nA,2025,1000\nB,2025,\n", encoding="utf-8")
    side = try_methodology(open_folder(CARTONS), tmp_path)
    assert (side.reduction, side.determined) == (1615, 1)
    assert side.undetermined == {"project_years.cartons_t was not reported": 1}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("project,year,carton_t\nA,2025,1\n", "Did you mean cartons_t"),
        ("project,year,cartons_t\nA,2025,many\n", "line 2, column cartons_t: is many, must be a number of 0 or more"),
        ("project,year,cartons_t\nA,2025,-1\n", "is -1"),
        ("project,year,cartons_t\nA,2025,1\nA,2025,2\n", "line 3: A, 2025 stands on line 2 already"),
        (None, "is not there"),
    ],
)
def test_faulty_projects_are_told(tmp_path: Path, content: str | None, said: str) -> None:
    if content is not None:
        (tmp_path / "project_years.csv").write_text(content, encoding="utf-8")
    with pytest.raises(InputRejected, match=said) as told:
        try_methodology(open_folder(CARTONS), tmp_path)
    assert {problem.code.split(".")[0] for problem in told.value.problems} == {"monitoring"}


def test_what_cannot_be_compared(trips: Path) -> None:
    with pytest.raises(InputRejected, match="another track, scene or unit"):
        compare(open_folder(TRANSIT), open_folder(CARTONS), trips)
    with pytest.raises(InputRejected, match="no events of the scene home_electricity"):
        try_methodology(open_folder(PACKAGED / "sz_home_electricity" / "v1"), trips)


class TestCommand:
    @staticmethod
    def said(*arguments: object, code: int = 0) -> str:
        result = CliRunner().invoke(app, ["methodology", *map(str, arguments)])
        assert result.exit_code == code, result.output
        return result.output

    def test_list(self) -> None:
        assert "sz_milk_cartons v1  Recycling of milk cartons  (in force; since 2024-12-01; complete)" in self.said(
            "list"
        )
        assert "sz_milk_cartons" not in self.said("list", "--date", "2024-11-30")
        assert "未找到:city_mean" in self.said("list", "--chinese")

    def test_show(self) -> None:
        assert "46.7" in self.said("show", "sz_public_transport/v1")
        assert "监测计划" in self.said("show", "sz_public_transport", "--chinese")

    def test_try(self, draft: Path, trips: Path) -> None:
        said = self.said("try", draft, trips, "--against", "sz_public_transport", "--from", "2022-01-01")
        assert "2 gain, 1 lose, 1 stay, 0 cannot be told" in said
        assert "change +28 gCO2e (+1.90%)" in said

    def test_scenarios_that_differ(self, draft: Path) -> None:
        assert "reduction_g: expected 401 gCO2e, found 387 gCO2e" in self.said("test", draft, code=1)
        assert "5 of 5 scenarios as expected" in self.said("test", TRANSIT)

    def test_a_name_that_is_none(self) -> None:
        assert "Did you mean sz_milk_cartons" in self.said("show", "sz_milk_carton", code=2)


def test_the_command_credits_all_scenes_and_says_what_it_refused(trips: Path, tmp_path: Path) -> None:
    ride = Event("both", event_id="7", scene="shared_bicycle", mode="bicycle", quantity=2)
    write(trips / "more.csv", [ride, ride, Event(event_id="8", scene="walking")])
    arguments = ["credit", str(trips), "--out", str(tmp_path / "out.parquet"), "--from", "2025-01-01"]
    result = CliRunner().invoke(app, [*arguments, "--to", "2025-03-31"])
    assert result.exit_code == 0, result.output
    assert "9 events: 6 count, 1 are copies" in result.output
    assert "refused 1: is of a scene without methodology here, e.g. A 8" in result.output
    assert "sz_public_transport v1: 1,472 gCO2e in 4 results" in result.output
    assert "points undetermined 4: credits.points_per_kg is not published" in result.output
    assert (
        "sz_shared_bicycle v1: no result\n  undetermined 1: sz_shared_bicycle.base_per_km is not published"
        in result.output
    )
    rows = (
        duckdb.connect()
        .execute(f"SELECT person, methodology, reduction_g FROM '{tmp_path / 'out.parquet'}'")
        .fetchall()
    )
    assert ("both", "sz_public_transport", 736) in rows and ("both", "sz_shared_bicycle", None) in rows
    assert CliRunner().invoke(app, [*arguments, "--to", "2025-03-31"]).exit_code == 2, "results are never overwritten"
