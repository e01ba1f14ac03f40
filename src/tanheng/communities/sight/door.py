"""Which studies a reader may see, and by which limits they are judged."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest
from django.utils import timezone

from tanheng.communities.access import access_monitors, access_studies, access_study
from tanheng.communities.models import Study
from tanheng.communities.sight.measured import Compared, compared
from tanheng.communities.sight.shelf import Law
from tanheng.people.models import User
from tanheng.warehouse.manifest import read_manifest

OTHERS = 50


@dataclass(frozen=True)
class Seen:
    """A study that the reader may see."""

    digest: str
    name: str
    folder: Path

    def nothing(self) -> Exception:
        """What is raised where a study has no part of that name."""
        return Http404("nothing of that name in this study")


def studied(request: HttpRequest, digest: str) -> Seen:
    """A study that the reader may see; raises ``NoStudy``."""
    return _seen(access_study(_reader(request), digest))


def others(request: HttpRequest, seen: Seen) -> list[Seen]:
    """Studies to compare it with, the newest first."""
    return [_seen(each) for each in access_studies(_reader(request)).exclude(digest=seen.digest)[:OTHERS]]


def measured_in(request: HttpRequest, seen: Seen) -> Compared:
    """The monitors in the study that the reader may see, beside what is calculated."""
    return compared(seen.folder, law(), access_monitors(_reader(request)))


def _seen(study: Study) -> Seen:
    return Seen(study.digest, study.name, study.folder)


def _reader(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def law() -> Law:
    """The rulebook of the city, as it is in force today."""
    return Law(read_manifest(Path(settings.TANHENG_CITY)).rulebook, timezone.localdate())
