"""Which version of a methodology is in force on a day: what everything that credits asks before it does.

version_on("sz_public_transport", date(2025, 3, 1))      ->  PublishedVersion or None
.methodology()                                           ->  the very text that was published, or refused
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from tanheng.credits.filing.folders import open_kept
from tanheng.credits.filing.methodology_cases import HELD, MethodologyCase
from tanheng.measures.credits.methodology import Methodology


@dataclass(frozen=True)
class PublishedVersion:
    """A version that was published: its text by digest, and the days on which it holds, ``until`` not included."""

    case: int
    identifier: str
    version: str
    digest: str
    since: date
    until: date | None
    packaged: bool
    track: str
    scene: str

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on the day."""
        return self.since <= day and (self.until is None or day < self.until)

    def methodology(self) -> Methodology:
        """The text that was published.

        Raises
        ------
        InputRejected
            ``filing.E033`` where its folder is gone, ``filing.E034`` where it says something else now.
        """
        return open_kept(self.digest, self.identifier, self.version, packaged=self.packaged)


def version_on(identifier: str, day: date) -> PublishedVersion | None:
    """The version in force on a day; None where nobody published one for it."""
    found = _holding().filter(_on(day), identifier=identifier).first()
    return None if found is None else _version(found)


def is_published(identifier: str, version: str, day: date) -> bool:
    """Whether this version is in force on the day."""
    return _holding().filter(_on(day), identifier=identifier, version=version).exists()


def versions_between(first: date, last: date, identifiers: Iterable[str] = ()) -> list[PublishedVersion]:
    """Those in force on any day from ``first`` to ``last``, by id and first day; all methodologies if none is named."""
    rows = _holding().filter(Q(in_force_until__isnull=True) | Q(in_force_until__gt=first), in_force_from__lte=last)
    if named := list(identifiers):
        rows = rows.filter(identifier__in=named)
    return [_version(each) for each in rows.order_by("identifier", "in_force_from")]


def _holding() -> QuerySet[MethodologyCase]:
    return MethodologyCase.objects.filter(state__in=HELD).defer("page", "facts")


def _on(day: date) -> Q:
    return Q(in_force_from__lte=day) & (Q(in_force_until__isnull=True) | Q(in_force_until__gt=day))


def _version(case: MethodologyCase) -> PublishedVersion:
    assert case.in_force_from is not None, "the database holds it of what is published"
    return PublishedVersion(
        case.pk,
        case.identifier,
        case.version,
        case.digest,
        case.in_force_from,
        case.in_force_until,
        case.packaged,
        case.track,
        case.scene,
    )
