"""One seed, one city: the same bytes each time, a whole layer or none, and clear refusals."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import duckdb
import pytest

from tanheng.example_city import fuel_use, make_city
from tanheng.problems import InputRejected

from .conftest import CITY, Layer, make_layer


def hashes(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def test_the_same_seed_gives_the_same_bytes(small: Layer, tmp_path: Path) -> None:
    again = make_layer(tmp_path / "again", scale=0.02)
    assert hashes(again.folder) == hashes(small.folder)
    assert len(hashes(small.folder)) == 11


def test_another_seed_changes_what_is_made_up_and_nothing_else(small: Layer, tmp_path: Path) -> None:
    real = hashes(CITY / "real" / "reference")
    other = make_layer(tmp_path / "other", seed=7, scale=0.02)
    mine, theirs = hashes(small.folder), hashes(other.folder)
    assert {name for name in mine if mine[name] != theirs[name]} == set(mine)
    numbers = "SELECT * EXCLUDE (source) FROM @area_sources ORDER BY ALL"
    assert small.query(numbers) == other.query(numbers)
    assert hashes(CITY / "real" / "reference") == real


def test_every_file_says_that_it_is_demonstration_data_and_how_it_was_made(small: Layer) -> None:
    for path in small.folder.iterdir():
        if path.suffix == ".parquet":
            said = dict(
                duckdb.execute(f"SELECT decode(key), decode(value) FROM parquet_kv_metadata('{path}')").fetchall()
            )
            assert said["notice"].startswith("demonstration data")
            assert (said["seed"], said["scale"], said["generator"]) == ("440300", "0.02", "1")
            assert len(said["inputs_sha256"]) == 64
            assert duckdb.execute(
                f"SELECT count(*) FROM '{path}' WHERE origin NOT IN ('made_up', 'derived')"
            ).fetchall() == [(0,)]
        else:
            assert "demonstration data" in path.read_text(encoding="utf-8")


def test_rows_stand_in_the_order_of_their_keys(small: Layer) -> None:
    for table, key in (("fuel_use", "facility_id, month, fuel, meter"), ("purchased_energy", "facility_id, month")):
        assert small.query(f"SELECT {key} FROM @{table}") == small.query(f"SELECT {key} FROM @{table} ORDER BY {key}")


def test_a_larger_city_has_more_enterprises_and_more_of_their_emissions(small: Layer, tmp_path: Path) -> None:
    twice = make_layer(tmp_path / "twice", scale=0.04)
    assert small.query("SELECT count(DISTINCT facility_id) FROM @purchased_energy") == [(400,)]
    assert twice.query("SELECT count(DISTINCT facility_id) FROM @purchased_energy") == [(800,)]
    here, there = ({c.name: c.reached for c in s.summary.checks} for s in (small, twice))
    name = "CO2 of the enterprises 2022, scope 1"
    assert there[name] == pytest.approx(2 * here[name], rel=1e-3)


def test_a_run_that_dies_leaves_the_old_layer_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layer = make_layer(tmp_path / "demonstration", scale=0.02)
    before = hashes(layer.folder)

    def die(*_args: object, **_kwargs: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(fuel_use, "write", die)
    with pytest.raises(KeyboardInterrupt):
        make_city(CITY, 7, 0.02, out=layer.folder)
    assert hashes(layer.folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["demonstration"]


def test_a_layer_is_replaced_as_a_whole(tmp_path: Path) -> None:
    layer = make_layer(tmp_path / "demonstration", scale=0.02)
    (layer.folder / "left_over.parquet").write_bytes(b"")
    make_city(CITY, 440_300, 0.02, out=layer.folder)
    assert not (layer.folder / "left_over.parquet").exists()


def test_a_folder_with_other_files_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("mine")
    with pytest.raises(InputRejected, match="holds something else than a made-up layer"):
        make_city(CITY, scale=0.02, out=tmp_path)
    assert (tmp_path / "thesis.docx").read_text() == "mine"


def test_a_folder_without_its_real_layer_is_refused_with_every_file_that_is_missing(tmp_path: Path) -> None:
    shutil.copytree(CITY / "real", tmp_path / "real")
    (tmp_path / "real" / "districts.csv").unlink()
    (tmp_path / "real" / "reference" / "registry_sizes_2022.csv").unlink()
    with pytest.raises(InputRejected) as refused:
        make_city(tmp_path, scale=0.02)
    assert [Path(problem.file).name for problem in refused.value.problems] == [
        "districts.csv",
        "registry_sizes_2022.csv",
    ]


@pytest.mark.parametrize(
    ("seed", "scale"), [(440_300, 0.0), (440_300, -1.0), (440_300, 1e6), (-1, 1.0), (1, float("nan"))]
)
def test_impossible_wishes_are_refused(seed: int, scale: float, tmp_path: Path) -> None:
    with pytest.raises(InputRejected, match="must be"):
        make_city(CITY, seed, scale, out=tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_progress_is_told_from_nothing_to_done(tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    make_city(CITY, scale=0.02, progress=lambda what, share: told.append((what, share)), out=tmp_path / "layer")
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
