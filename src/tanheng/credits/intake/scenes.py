"""Which scenes there are, what their events look like, and by which methodologies they are credited on which days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from tanheng.credits.filing.published import versions_between
from tanheng.credits.intake import limits
from tanheng.measures.credits.event_files import LARGEST_QUANTITY, Span
from tanheng.measures.credits.library import methodologies
from tanheng.measures.credits.methodology import Methodology

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
    for methodology in _of_persons():
        if methodology.track != "persons" or methodology.scene is None:
            continue
        for event in methodology.events:
            key = (methodology.scene, event.mode, event.unit)
            bound = LARGEST_QUANTITY if event.at_most is None else event.at_most
            found[key] = max(found.get(key, 0.0), bound)
    return tuple(Known(*key, bound) for key, bound in sorted(found.items()))


def _of_persons() -> Iterator[Methodology]:
    """Those that come with the program, published or not: events of the days before are kept; and what came since."""
    yield from _packaged()
    published = versions_between(date.min, limits.today())
    yield from (version.methodology() for version in published if not version.packaged and version.track == "persons")


@lru_cache(maxsize=1)
def _packaged() -> tuple[Methodology, ...]:
    """Read once: they come with the program."""
    return methodologies()


def known_scenes() -> tuple[str, ...]:
    """The scenes that applications can register for."""
    return tuple(sorted({each.scene for each in known_events()}))


def group_of(scene: str) -> str:
    """What a person can do only once at a time."""
    return "travel" if scene in TRAVEL else scene


def spans_of(scenes: Iterable[str], first: date, last: date) -> list[Span]:
    """The published methodologies of persons for these scenes, each with those of the days on which it is in force.

    Raises
    ------
    InputRejected
        Where the text of one is not the one that was published any more.
    """
    wanted, spans = set(scenes), []
    for version in versions_between(first, last):
        if version.track != "persons" or version.scene not in wanted:
            continue
        end = last if version.until is None else min(last, version.until - timedelta(days=1))
        spans.append(Span(version.methodology(), max(first, version.since), end))
    return spans
