"""Runs the benchmarks named, or all of them: ``python -m benchmarks [NAME ...]``."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

AROUND = {"__init__", "__main__", "bars", "database", "intake_site"}
KNOWN = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem not in AROUND)


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in KNOWN]
    if unknown:
        print(f"no benchmark {', '.join(unknown)}; there are {', '.join(KNOWN)}", file=sys.stderr)
        return 2
    if len(names) != 1:  # each in a process of its own: the memory of one is not told as the next one's
        ends = [subprocess.run([sys.executable, "-m", "benchmarks", name]).returncode for name in names or KNOWN]
        return max(ends)
    short = False
    for name in names:
        for bar in import_module(f"benchmarks.{name}").measure():
            print(bar, flush=True)
            short |= not bar.ok
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
