"""The results of a measure that somebody would ask for first when a rule changes.

A comparison shows them before all others, and says of each whether more of it is better for whom it is about.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tanheng.policy.entities import Entity

Better = Literal["more", "less"]


@dataclass(frozen=True, eq=False)
class KeyResult:
    """A rule of ``entity``. ``better`` None: neither more nor less of it is better.

    ``best_first`` orders the words of a text result, e.g. green, yellow, red.
    """

    entity: Entity
    name: str
    better: Better | None = None
    best_first: tuple[str, ...] = ()
