"""Files that a job made for who asked: below the data folder, under names that nobody guesses, for a week."""

from __future__ import annotations

import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from tanheng.database.place import data_folder

KEPT = timedelta(days=7)
_TOKEN = re.compile(r"[0-9a-f]{32}")
# A file that is longer in the making than this was left by a worker that is dead.
_MAKING = timedelta(days=1)


def folder() -> Path:
    """Where they are."""
    return data_folder() / "exports"


@contextmanager
def new_file() -> Iterator[tuple[Path, str]]:
    """A file to write, and the token under which it is found when the block ends well; else it vanishes."""
    place = folder()
    place.mkdir(parents=True, exist_ok=True)
    place.chmod(0o700)
    token = secrets.token_hex(16)
    draft = place / f".{token}"
    draft.touch(mode=0o600)
    try:
        yield draft, token
        draft.replace(place / token)
    finally:
        draft.unlink(missing_ok=True)


def find(token: object) -> Path | None:
    """The file of a token; None where there is none, or its time is over."""
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        return None
    file = folder() / token
    if not file.is_file() or file.stat().st_mtime < time.time() - KEPT.total_seconds():
        return None
    return file


def clear() -> int:
    """Remove those whose time is over, and what dead workers left; says how many."""
    removed = 0
    if not folder().is_dir():
        return 0
    for file in folder().iterdir():
        kept = _MAKING if file.name.startswith(".") else KEPT
        if file.stat().st_mtime < time.time() - kept.total_seconds():
            file.unlink(missing_ok=True) if file.is_file() else shutil.rmtree(file)
            removed += 1
    return removed
