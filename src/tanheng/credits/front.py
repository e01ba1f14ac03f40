"""What the front page of carbon inclusion leads to; each part tells of its own pages when it starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tanheng.people.rights import Actor
from tanheng.text import Text


def _anybody(user: Actor | None) -> bool:
    return True


@dataclass(frozen=True)
class Entry:
    """A page that is worth a card: its route, what it is called, what one finds there, who is led there."""

    route: str
    title: Text
    words: Text
    icon: str = "proof"
    may: Callable[[Actor | None], bool] = _anybody

    @property
    def public(self) -> bool:
        """Whether anybody is led there."""
        return self.may is _anybody


ENTRIES: dict[str, Entry] = {}


def who_may(right: str) -> Callable[[Actor | None], bool]:
    """For an entry that only those are led to who have a right in some organisation."""

    def may_see(user: Actor | None) -> bool:
        # Late, since apps tell of their pages before there are records.
        from tanheng.people.models import User
        from tanheng.people.standing import anywhere

        return isinstance(user, User) and anywhere(user, right)

    return may_see


def declare_entry(*entries: Entry) -> None:
    """A part tells of its pages, when it starts. The list page of a kind of case needs none: it is called by its slug.

    Raises
    ------
    ValueError
        When another has told of the route.
    """
    for each in entries:
        if ENTRIES.setdefault(each.route, each) != each:
            raise ValueError(f"{each.route} stands on the front page already")
