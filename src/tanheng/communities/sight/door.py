"""Which studies a reader may see, and by which limits they are judged."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest
from django.utils import timezone

from tanheng.communities.sight.shelf import Law
from tanheng.database.place import data_folder
from tanheng.warehouse.manifest import read_manifest


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
    folder = data_folder() / "noise" / digest
    if not (folder / "study.json").exists():
        raise Http404(digest)
    return Seen(digest, digest[:8], folder)


def others(request: HttpRequest, seen: Seen) -> list[Seen]:
    return [Seen(f.name, f.name[:8], f) for f in sorted((data_folder() / "noise").iterdir()) if f.name != seen.digest]


def law() -> Law:
    """The rulebook of the city, as it is in force today."""
    return Law(read_manifest(Path(settings.TANHENG_CITY)).rulebook, timezone.localdate())
