"""Static files without a build step: a name carries the hash of its content, so a browser keeps it for a year.

    {% static "site/site.css" %}  ->  /static/site/site.3f1c9a2b4d5e.css

Nothing has to be collected first. A file is read once a process and kept with its compressed form; all of them
together are below 5 MB.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

HASH_LENGTH = 12
FOR_EVER = "public, max-age=31536000, immutable"
FOR_A_WHILE = "public, max-age=300"
_WORTH_PACKING = ("text/", "application/javascript", "application/json", "image/svg")


@dataclass(frozen=True)
class Held:
    """A file as it goes out. ``packed`` is None where packing makes it no smaller."""

    content: bytes
    packed: bytes | None
    kind: str
    digest: str


class HashedStorage(StaticFilesStorage):
    """Gives addresses that change with the content."""

    def url(self, name: str | None, *args: Any, **options: Any) -> str:
        """The address of a file; without a hash for one that does not exist."""
        plain = super().url(name, *args, **options)
        held = _held(name) if name else None
        if held is None:
            return plain
        stem, dot, ending = plain.rpartition(".")
        return f"{stem}.{held.digest}{dot}{ending}"


@require_safe
def static_file(request: HttpRequest, path: str) -> HttpResponse:
    """One file: for ever by the name with its hash, for a while by its plain name."""
    held, lasting = _held(path), False
    if held is None:
        stem, _, ending = path.rpartition(".")
        plain, _, digest = stem.rpartition(".")
        held, lasting = _held(f"{plain}.{ending}"), True
        if held is None or held.digest != digest:
            raise Http404
    packed = held.packed if "gzip" in request.headers.get("Accept-Encoding", "") else None
    response = HttpResponse(packed or held.content, content_type=held.kind)
    response["Cache-Control"] = FOR_EVER if lasting else FOR_A_WHILE
    response["Vary"] = "Accept-Encoding"
    if packed is not None:
        response["Content-Encoding"] = "gzip"
    return response


def _held(name: str) -> Held | None:
    # What is edited at a developer's desk is read each time.
    return _read(name) if settings.DEBUG else _kept(name)


@cache
def _known() -> frozenset[str]:
    return frozenset(
        "/".join(part for part in (getattr(storage, "prefix", None), path) if part)
        for finder in finders.get_finders()
        for path, storage in finder.list([])
    )


def _kept(name: str) -> Held | None:
    # Asked first, so that made-up names fill no memory.
    return _read_once(name) if name in _known() else None


@cache
def _read_once(name: str) -> Held | None:
    return _read(name)


def _read(name: str) -> Held | None:
    found = finders.find(name)
    if not isinstance(found, str) or not Path(found).is_file():
        return None
    content = Path(found).read_bytes()
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    kind = "text/javascript" if kind == "application/javascript" else kind
    packed = gzip.compress(content, 9, mtime=0) if kind.startswith(_WORTH_PACKING) else None
    if packed is not None and len(packed) >= len(content):
        packed = None
    return Held(content, packed, kind, hashlib.sha256(content).hexdigest()[:HASH_LENGTH])
