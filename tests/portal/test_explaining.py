"""What a run did not write down is worked out from it when somebody asks, and kept."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.portal.shelf import LATEST, WHY

from tanheng.perform import perform
from tanheng.portal.explaining import NotNow, tree_of
from tanheng.runs.store import Run

EXAMPLE = Path(__file__).parents[2] / "examples" / "shenzhen"
pytestmark = [pytest.mark.django_db]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A fiftieth of the example city."""
    from tanheng.example_city import make_city

    folder = tmp_path_factory.mktemp("city") / "shenzhen"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("demonstration"))
    make_city(folder, scale=0.02)
    return perform(folder, runs=tmp_path_factory.mktemp("runs"))


@pytest.mark.city
def test_any_figure_of_any_facility_is_explained_as_the_run_has_it(run: Run, settings: Any, monkeypatch: Any):
    import pyarrow.parquet as pq

    settings.TANHENG_RUNS = str(run.folder.parent)
    rows = pq.read_table(run.folder / "results" / "facility_year.parquet", filters=[("year", "=", 2024)]).to_pylist()
    row = next(each for each in reversed(rows) if each["energy_tce"])
    asks = f"facility_year:{row['facility_id']},2024 energy_tce"
    tree = tree_of(run.manifest.address, asks)
    assert tree is not None and tree["value"] == pytest.approx(row["energy_tce"]) and tree["because"]
    # Kept: the city is not opened again.
    monkeypatch.setattr("tanheng.portal.explaining.reopened", lambda run: pytest.fail("opened again"))
    assert tree_of(run.manifest.address, asks) == tree


@pytest.mark.city
def test_what_the_run_has_no_figure_of_is_not_there(run: Run, settings: Any):
    settings.TANHENG_RUNS = str(run.folder.parent)
    assert tree_of(run.manifest.address, "facility_year:NOBODY,2024 energy_tce") is None


def test_a_word_that_is_no_figure_opens_no_city(settings: Any, shelf: Path, monkeypatch: Any):
    settings.TANHENG_RUNS = str(shelf)
    monkeypatch.setattr("tanheng.portal.explaining.reopened", lambda run: pytest.fail("opened"))
    for asks in (
        "x y",
        "",
        "facility_year:F1,2024 nothing",
        "city_year:x;y z",
        "facility_year:" + "x" * 200 + " energy_tce",
    ):
        assert tree_of(LATEST, asks) is None
    assert tree_of(LATEST, WHY) is not None, "what the run wrote down is at hand"


def test_a_run_whose_city_is_another_one_now_says_so(settings: Any, shelf: Path):
    settings.TANHENG_RUNS = str(shelf)
    with pytest.raises(NotNow):
        tree_of(LATEST, "facility_year:F00001,2024 energy_tce")
