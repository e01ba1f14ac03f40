"""One run of every rule over a city, as a process of its own, so that its memory can be told: FOLDER OUT."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from tanheng.measures.registry import ALL_RULES, ALL_TABLES
from tanheng.on_engine import WRITTEN
from tanheng.policy.evaluation import Evaluation
from tanheng.policy.rulebook import load_rulebook
from tanheng.warehouse.city import City
from tanheng.warehouse.manifest import read_manifest

MEMORY_LIMIT = "8GB"  # DuckDB's part; what is above it goes to disk


def main(folder: Path, out: Path) -> None:
    """Open and check the city, work out every measure's rules, write the results as Parquet."""
    rulebook = load_rulebook("shenzhen")
    on = date(read_manifest(folder).years[1], 12, 31)
    with City.open(folder, ALL_TABLES, categories=rulebook.categories(), today=on, memory_limit=MEMORY_LIMIT) as city:
        evaluation = Evaluation(city, rulebook, ALL_RULES, on=on)
        wanted = {entity: [planned.name for planned in evaluation.plan.of(entity)] for entity in WRITTEN}
        evaluation.compute(wanted)
        for entity, names in wanted.items():
            evaluation.write(entity, names, out / "results" / f"{entity.name}.parquet")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
