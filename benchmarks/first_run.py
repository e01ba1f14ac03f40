"""The first run: the example city from nothing to its report, and the rules beside plain pandas."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.bars import Bar
from benchmarks.peers import inventory_race

EXAMPLE = Path(__file__).parents[1] / "examples" / "shenzhen"
SEED = "440300"
TANHENG = str(Path(sys.executable).with_name("tanheng"))
KIB_OF_MAXRSS = 1024 if sys.platform == "darwin" else 1  # bytes there, KiB on Linux


def run_child(command: Sequence[str]) -> tuple[float, float]:
    """Run a command; its wall time in seconds and its peak memory in MiB.

    Raises
    ------
    RuntimeError
        When the command fails: a time without a result is no measurement.
    """
    start = time.perf_counter()
    child = os.posix_spawn(command[0], list(command), os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, 2, 1)])
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    return seconds, usage.ru_maxrss / KIB_OF_MAXRSS / 1024


def measure() -> Iterator[Bar]:
    """Generation and report once, as a new user has them; the rules several times, the median counts."""
    with TemporaryDirectory(prefix="tanheng-bench-") as folder:
        city = Path(folder) / "shenzhen"
        shutil.copytree(EXAMPLE, city, ignore=shutil.ignore_patterns("demonstration"))
        made = run_child([TANHENG, "make-city", str(city), "--seed", SEED])
        ran = run_child([TANHENG, "run", str(city), "--out", str(Path(folder) / "runs")])
        yield Bar("first_run.example_city_seconds", made[0] + ran[0], "at most", 60)
        yield Bar("first_run.peak_memory_mib", max(made[1], ran[1]), "at most", 2048)
        yield Bar("first_run.rules_times_faster_than_pandas", inventory_race.ratio(city), "at least", 5)
