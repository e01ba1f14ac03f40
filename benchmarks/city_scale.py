"""A city of one million facilities and one hundred million rows of activity; and the same city on a Spark cluster.

Each size is a process of its own: the folder is opened and checked, inventory and dual control worked out, the results
written. Spark is a standalone master and two workers on the loopback address, on the smallest size.
"""

from __future__ import annotations

import math
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from socket import socket
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyspark

from benchmarks.bars import Bar
from benchmarks.first_run import EXAMPLE, SEED, TANHENG, run_child
from benchmarks.peers.city_copies import write_copies
from tanheng.measures.registry import ALL_TABLES
from tanheng.on_engine import WRITTEN, work_out
from tanheng.policy.rulebook import load_rulebook
from tanheng.warehouse.city import City
from tanheng.warehouse.engines import write_parquet
from tanheng.warehouse.manifest import read_manifest

COPIES = (1, 5, 50)  # of the example city: 20,000 facilities and 2.2 million rows each


def measure() -> Iterator[Bar]:
    """Memory of the largest city, its time a row against the smallest, and Spark against DuckDB."""
    with TemporaryDirectory(prefix="tanheng-bench-") as place:
        base = Path(place) / "base"
        _copy_of_the_example(base)
        a_row: list[float] = []
        for copies in COPIES:
            folder, out = Path(place) / f"city-{copies}", Path(place) / f"out-{copies}"
            rows = write_copies(base, folder, copies)
            module = [sys.executable, "-m", "benchmarks.peers.city_run"]
            seconds, mebibytes = run_child([*module, str(folder), str(out)])
            a_row.append(seconds / rows)
            what = f"{rows:,} rows of activity"
            print(f"  {what}: {seconds:.1f} s, {seconds / rows * 1e6:.2f} us a row, {mebibytes:,.0f} MiB", flush=True)
            if copies == COPIES[0]:
                yield Bar("city_scale.spark_deviation", _deviation_of_spark(folder, out, Path(place)), "at most", 1e-9)
        yield Bar("city_scale.peak_memory_gib", mebibytes / 1024, "at most", 16)
        yield Bar("city_scale.time_a_row_largest_to_smallest", a_row[-1] / a_row[0], "at most", 1)


def _copy_of_the_example(base: Path) -> None:
    shutil.copytree(EXAMPLE, base, ignore=shutil.ignore_patterns("demonstration"))
    run_child([TANHENG, "make-city", str(base), "--seed", SEED])


def _deviation_of_spark(folder: Path, ours: Path, place: Path) -> float:
    """The largest relative difference of any number; infinite where a gap or a text differs."""
    rulebook = load_rulebook("shenzhen")
    on = date(read_manifest(folder).years[1], 12, 31)
    with City.open(folder, ALL_TABLES, categories=rulebook.categories(), today=on) as city:
        write_parquet(city, place / "parquet")
    out = place / "spark"
    with _cluster(place) as master:
        start = time.perf_counter()
        # Of 200 parts of a shuffle, Spark's own default, each would hold next to nothing here.
        settings = {"spark.sql.shuffle.partitions": "2"}
        work_out(place / "parquet", out, engine="spark", master=master, on=on, settings=settings)
        print(f"  the smallest on Spark: {time.perf_counter() - start:.1f} s")
    with duckdb.connect() as connection:
        return max(_deviation(connection, entity, ours, out) for entity in WRITTEN)


def _deviation(connection: duckdb.DuckDBPyConnection, entity: Any, ours: Path, theirs: Path) -> float:
    files = [ours / "results" / f"{entity.name}.parquet", theirs / "results" / f"{entity.name}.parquet" / "*.parquet"]
    left, right = (connection.read_parquet(str(file)).order(", ".join(entity.key)).fetchall() for file in files)
    columns = [connection.read_parquet(str(file)).columns for file in files]
    if columns[0] != columns[1] or len(left) != len(right):
        return math.inf
    return max(
        (_apart(a, b) for ours, theirs in zip(left, right, strict=True) for a, b in zip(ours, theirs, strict=True))
    )


def _apart(ours: object, theirs: object) -> float:
    if isinstance(ours, float) and isinstance(theirs, float):
        return abs(ours - theirs) / max(abs(ours), abs(theirs), 1.0)
    return 0.0 if ours == theirs else math.inf


@contextmanager
def _cluster(place: Path) -> Iterator[str]:
    """A master and two workers of one core and 2 GB each; the address of the master."""
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home = Path(pyspark.__file__).parent
    spark = [str(home / "bin" / "spark-class")]
    environment = {
        **os.environ,
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_WORKER_DIR": str(place / "work"),
        "PYSPARK_PYTHON": sys.executable,
    }
    master = f"spark://127.0.0.1:{port}"
    deploy = "org.apache.spark.deploy"
    at_home = ["--host", "127.0.0.1", "--webui-port", "0"]
    worker = [*spark, f"{deploy}.worker.Worker", *at_home, "--cores", "1", "--memory", "2g", master]
    commands = [[*spark, f"{deploy}.master.Master", *at_home, "--port", str(port)], worker, worker]
    running = []
    try:
        for command in commands:
            running.append(
                subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            )
            time.sleep(4)  # a worker gives up where there is no master yet
        yield master
    finally:
        for process in reversed(running):
            process.terminate()
            process.wait()
