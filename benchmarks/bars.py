"""A bar: a measured value and the limit that it must keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Bar:
    """``Bar("example_city_seconds", 41.3, "at most", 60)``."""

    name: str
    value: float
    must_be: Literal["at least", "at most"]
    limit: float

    @property
    def ok(self) -> bool:
        return self.value >= self.limit if self.must_be == "at least" else self.value <= self.limit

    def __str__(self) -> str:
        value = f"{self.value:.2f}" if self.limit >= 0.01 or not self.limit else f"{self.value:.1e}"
        return f"{self.name:<40} {value:>10}  {self.must_be}  {self.limit:>8g}  {'ok' if self.ok else 'SHORT'}"
