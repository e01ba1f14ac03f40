"""The intake: the share of planted faults that it finds, what it asks for nothing, and 2.5 million rows opened."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from benchmarks.bars import Bar
from benchmarks.first_run import EXAMPLE, SEED, TANHENG, run_child
from tanheng.measures.registry import ALL_TABLES
from tanheng.warehouse.city import City
from tanheng.warehouse.scoring import score

ROWS = 2_500_000
LAYER, TRUTH = "demonstration", "demonstration/faults.csv"
TODAY = date(2024, 12, 31)


def measure() -> Iterator[Bar]:
    """First the demonstration layer as it is; then its facilities with more fuel than they burn."""
    with TemporaryDirectory(prefix="tanheng-bench-") as folder:
        city = Path(folder) / "shenzhen"
        shutil.copytree(EXAMPLE, city, ignore=shutil.ignore_patterns(LAYER))
        run_child([TANHENG, "make-city", str(city), "--seed", SEED])
        with City.open(city, ALL_TABLES, today=TODAY) as opened:
            found = score(opened, TRUTH)
        print(found)
        yield Bar("intake.share_of_faults_found", found.recall, "at least", 0.95)
        yield Bar("intake.share_of_questions_for_nothing", found.false_share, "at most", 0.02)
        for ending, options in (("parquet", "FORMAT parquet"), ("csv", "HEADER")):
            write_fuel(city / LAYER, ending, options)
            seconds, mebibytes = run_child([sys.executable, "-m", "benchmarks.intake", str(city)])
            yield Bar(f"intake.seconds_{ending}", seconds, "at most", 6)
            yield Bar(f"intake.peak_memory_mib_{ending}", mebibytes, "at most", 1024)


def write_fuel(layer: Path, ending: str, options: str) -> None:
    """Facilities and fuel alone, 2.5 million rows: five years of months, as many fuels as it takes."""
    for path in layer.iterdir():
        if path.stem not in ("facilities", "annual_reports"):
            path.unlink()
    facilities = f"read_parquet('{layer}/facilities.parquet')"
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT facility_id, CAST(DATE '2020-01-01' + to_months(m) AS DATE) AS month, fuel, "
            f"round(exp(5 + 3 * sin(hash(facility_id, fuel) % 1000)) * (1.2 + sin(m / 2) / 5 + sin(m * k) / 9), 3) "
            f"AS mass_t, 'made_up' AS origin FROM {facilities}, "
            "(SELECT CAST(unnest(range(60)) AS INTEGER) AS m), "
            "(SELECT unnest(['diesel', 'gasoline', 'lpg']) AS fuel, unnest([1, 2, 3]) AS k) "
            f"ORDER BY facility_id, month, fuel LIMIT {ROWS}) TO '{layer}/fuel_use.{ending}' ({options})"
        )


if __name__ == "__main__":
    City.open(sys.argv[1], ALL_TABLES, today=TODAY).close()
