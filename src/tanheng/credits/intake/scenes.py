"""Which scenes there are, what their events look like, and by which methodologies they are credited on which days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tanheng.measures.credits.crediting import in_force
from tanheng.measures.credits.event_files import LARGEST_QUANTITY, Span
from tanheng.measures.credits.library import methodologies
from tanheng.problems import InputRejected

# A person is in one vehicle at a time: trips of these scenes exclude each other. All others exclude their own kind.
TRAVEL = frozenset({"public_transport", "shared_bicycle"})


@dataclass(frozen=True)
class Known:
    """What an event of a scene may be: by some version of some methodology of persons, whenever it holds."""

    scene: str
    mode: str
    unit: str
    at_most: float


def known_events() -> tuple[Known, ...]:
    """Every mode of every scene of the track of persons; where versions bound it differently, the widest bound."""
    found: dict[tuple[str, str, str], float] = {}
    for methodology in methodologies():
        if methodology.track != "persons" or methodology.scene is None:
            continue
        for event in methodology.events:
            key = (methodology.scene, event.mode, event.unit)
            bound = LARGEST_QUANTITY if event.at_most is None else event.at_most
            found[key] = max(found.get(key, 0.0), bound)
    return tuple(Known(*key, bound) for key, bound in sorted(found.items()))


def known_scenes() -> tuple[str, ...]:
    """The scenes that applications can register for."""
    return tuple(sorted({each.scene for each in known_events()}))


def group_of(scene: str) -> str:
    """What a person can do only once at a time."""
    return "travel" if scene in TRAVEL else scene


def spans_of(scenes: Iterable[str], first: date, last: date) -> tuple[list[Span], dict[str, str]]:
    """The methodologies that hold for these scenes on some of the days, and why others do not."""
    wanted, spans, why_not = set(scenes), [], {}
    names = sorted({m.id for m in methodologies() if m.track == "persons" and m.scene in wanted})
    for name in names:
        try:
            spans += in_force([name], first, last)
        except InputRejected as rejected:
            why_not[name] = "; ".join(problem.message or "" for problem in rejected.problems)
    return spans, why_not
