"""The keys that a house makes for itself: random, made once, readable by its owner alone."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from tanheng.database.once import write_once

FILE = "secret_key"


def secret_key(folder: Path) -> str:
    """The key that signs sessions: TANHENG_SECRET_KEY, or one made with the data folder and kept there."""
    if given := os.environ.get("TANHENG_SECRET_KEY"):
        return given
    file = folder / FILE
    if not file.exists():
        write_once(file, secrets.token_urlsafe(64).encode())
    return file.read_text()
