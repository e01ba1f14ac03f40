"""A compare of two rulebooks beside one run: the example city, each command as somebody types it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.bars import Bar
from benchmarks.first_run import EXAMPLE, SEED, TANHENG, run_child

# A factor of electricity: it reaches every facility, district and sector, and so most rules of the inventory.
REFORM = EXAMPLE.parent / "reforms" / "cleaner-power.yaml"


def measure() -> Iterator[Bar]:
    """The time of ``tanheng compare`` with one overlay over that of ``tanheng run``, and its memory."""
    with TemporaryDirectory(prefix="tanheng-bench-") as folder:
        city = Path(folder) / "shenzhen"
        shutil.copytree(EXAMPLE, city, ignore=shutil.ignore_patterns("demonstration"))
        run_child([TANHENG, "make-city", str(city), "--seed", SEED])
        ran = run_child([TANHENG, "run", str(city), "--out", str(Path(folder) / "runs")])
        out = str(Path(folder) / "comparisons")
        compared = run_child([TANHENG, "compare", str(city), "--with", str(REFORM), "--out", out])
        yield Bar("compare.times_of_one_run", compared[0] / ran[0], "at most", 1.3)
        yield Bar("compare.peak_memory_mib", compared[1], "at most", 2048)
