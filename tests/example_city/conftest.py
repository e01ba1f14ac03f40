"""One made-up layer of full size for all tests that look at it, and the truth about it."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest

from tanheng.example_city import Summary, make_city

CITY = Path(__file__).parents[2] / "examples" / "shenzhen"


class Layer(NamedTuple):
    """A made-up layer: its folder, its summary, its truth file."""

    folder: Path
    summary: Summary
    truth: list[dict[str, str]]

    def query(self, sql: str) -> list[tuple[object, ...]]:
        """Rows of an SQL query in which ``@name`` is a table of the layer."""
        for path in self.folder.glob("*.parquet"):
            sql = sql.replace(f"@{path.stem}", f"read_parquet('{path}')")
        return duckdb.execute(sql).fetchall()


def make_layer(folder: Path, *, seed: int = 440_300, scale: float) -> Layer:
    summary = make_city(CITY, seed, scale, out=folder)
    lines = (folder / "faults.csv").read_text(encoding="utf-8").splitlines()
    truth = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    return Layer(folder, summary, truth)


@pytest.fixture(scope="session")
def full(tmp_path_factory: pytest.TempPathFactory) -> Layer:
    """Scale 1, the seed of the example."""
    return make_layer(tmp_path_factory.mktemp("full") / "demonstration", scale=1.0)


@pytest.fixture(scope="session")
def fifth(tmp_path_factory: pytest.TempPathFactory) -> Layer:
    """A fifth of the city: enough of each sector to compare an enterprise with its peers."""
    return make_layer(tmp_path_factory.mktemp("fifth") / "demonstration", scale=0.2)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Layer:
    """The smallest scale."""
    return make_layer(tmp_path_factory.mktemp("small") / "demonstration", scale=0.02)
