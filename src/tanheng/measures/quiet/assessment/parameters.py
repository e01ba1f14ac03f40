"""Values of the rulebook on a day, with how far they can be trusted; what is unset says so and is never guessed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tanheng.measures.quiet.assessment import reads
from tanheng.policy.parameters import Source, Status
from tanheng.policy.rulebook import Rulebook
from tanheng.text import Text

DAY, NIGHT = "day", "night"


@dataclass(frozen=True)
class Given:
    """A value of the rulebook. ``value`` None is unset, and ``why`` says what is missing."""

    name: str
    value: float | None
    status: Status | None = None
    source: Source | None = None
    why: Text | None = None


@dataclass(frozen=True)
class Terms:
    """The rulebook of a city on a day, as an assessment asks it."""

    book: Rulebook
    on: date

    def given(self, name: str, *keys: str) -> Given:
        """The value in force; unset where there is none."""
        shown = f"{name}[{', '.join(keys)}]" if keys else name
        cell = self.book[name].at(self.on, *keys)
        if cell is None or not isinstance(cell.value, int | float):
            why = Text(f"{shown} is not published", f"{shown} 尚未公布")
            return Given(shown, None, None, None if cell is None else cell.source, why)
        return Given(shown, float(cell.value), cell.status, cell.source)

    def value(self, name: str, *keys: str) -> float:
        """The value in force of something that every rulebook has. Raises ``ValueError`` where it is unset."""
        found = self.given(name, *keys)
        if found.value is None:
            raise ValueError(f"{found.name} is unset in the rulebook {self.book.name} on {self.on}")
        return found.value

    def limit(self, area_class: str, period: str) -> Given:
        """The limit of a function area (0, 1, 2, 3, 4a, 4b) by ``day`` or ``night``, dB(A)."""
        return self.given(reads.LIMIT, area_class, period)

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes of function areas that have limits."""
        return tuple(sorted({cell.keys[0] for cell in self.book[reads.LIMIT].in_force(self.on)}))

    @property
    def night(self) -> tuple[int, ...]:
        """The hours of the night, hour 0 the one after midnight."""
        first, hours = int(self.value(reads.NIGHT_FROM)), int(self.value(reads.NIGHT_HOURS))
        return tuple((first + each) % 24 for each in range(hours))

    @property
    def day(self) -> tuple[int, ...]:
        """The hours of the day."""
        return tuple(hour for hour in range(24) if hour not in self.night)


def weakest(of: Iterable[Given | Status | None]) -> Status | None:
    """The trust of what was made of several values: that of the weakest. None of nothing."""
    found = [each.status if isinstance(each, Given) else each for each in of]
    return max((each for each in found if each is not None), default=None)
