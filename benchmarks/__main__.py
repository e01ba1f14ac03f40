"""Runs the benchmarks named, or all of them: ``python -m benchmarks [NAME ...]``."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

AROUND = {"__init__", "__main__", "bars"}
KNOWN = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem not in AROUND)


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in KNOWN]
    if unknown:
        print(f"no benchmark {', '.join(unknown)}; there are {', '.join(KNOWN)}", file=sys.stderr)
        return 2
    short = False
    for name in names or KNOWN:
        for bar in import_module(f"benchmarks.{name}").measure():
            print(bar, flush=True)
            short |= not bar.ok
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
