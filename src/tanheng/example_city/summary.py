"""What came out of the generator, beside what was wanted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Check:
    """One statistic of the made-up layer.

    ``planned`` is None for a figure that is only reported; ``gap_most``, the gap allowed, is relative.
    """

    name: str
    unit: str
    reached: float
    planned: float | None = None
    gap_most: float | None = None

    @property
    def gap(self) -> float | None:
        """Relative gap to what was planned."""
        if self.planned is None:
            return None
        return abs(self.reached - self.planned) / abs(self.planned) if self.planned else abs(self.reached)

    @property
    def met(self) -> bool:
        return self.gap is None or self.gap_most is None or self.gap <= self.gap_most

    def __str__(self) -> str:
        said = f"{self.name}: {_number(self.reached)} {self.unit}".rstrip()
        if self.planned is None or self.gap is None:
            return said
        allowed = "" if self.gap_most is None else f", at most {self.gap_most:.1%} allowed"
        return f"{said} (planned {_number(self.planned)}, gap {self.gap:.3%}{allowed}){'' if self.met else '  MISSED'}"


@dataclass(frozen=True)
class Summary:
    """The made-up layer that was written: where, with what seed, how many rows, and its checks."""

    folder: Path
    seed: int
    scale: float
    rows: dict[str, int]  # table -> rows
    faults: int  # planted faults; the truth file has a line for each cell they touch
    fault_lines: int
    checks: tuple[Check, ...]

    @property
    def met(self) -> bool:
        return all(check.met for check in self.checks)

    def lines(self) -> list[str]:
        """The summary as lines of text, without a path: the same for the same seed."""
        said = [f"Demonstration data, seed {self.seed}, scale {self.scale:g}"]
        said += [f"  {name}: {count:,} rows" for name, count in sorted(self.rows.items())]
        said.append(f"  faults.csv: {self.faults:,} planted faults in {self.fault_lines:,} cells and rows")
        said += [f"  {check}" for check in self.checks]
        return said

    def __str__(self) -> str:
        return "\n".join(self.lines())


def _number(value: float) -> str:
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:,.4g}" if abs(value) < 100 else f"{value:,.1f}"
