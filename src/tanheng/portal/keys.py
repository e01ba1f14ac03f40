"""The keys that a house makes for itself: random, made once, readable by its owner alone."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def secret_key(folder: Path) -> str:
    """The key that signs sessions: TANHENG_SECRET_KEY, or one made with the data folder and kept there."""
    if given := os.environ.get("TANHENG_SECRET_KEY"):
        return given
    file = folder / "secret_key"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _write_once(file, secrets.token_urlsafe(64))
    return file.read_text()


def _write_once(file: Path, text: str) -> None:
    """Write a file whole, for its owner; of two processes at once, the first one's stands."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
