"""Files that are made once, for their owner alone: keys."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_once(file: Path, content: bytes) -> None:
    """Write a file whole, for its owner; of several at once, threads or processes, the first one's stands."""
    file.parent.mkdir(parents=True, exist_ok=True)
    # A name of its own: two threads with one draft would write into each other's.
    handle, draft = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with open(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        os.unlink(draft)
