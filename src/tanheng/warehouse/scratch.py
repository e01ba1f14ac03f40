"""A folder for what does not fit into memory: it goes with its process, and what a killed one left goes with the next.

It stands in the system's temporary folder (``TMPDIR``) as ``tanheng-PID-...``. Its process holds a lock on it, which
the system lets go of however the process ends. A folder of ours without a lock is therefore nobody's: the number of a
process would not tell, since numbers are given out again, and containers that share a disk do not share them.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import tempfile
import weakref
from pathlib import Path

_NAME = re.compile(r"tanheng-\d+-")
_SHARE_OF_FREE_ROOM = 2  # a half: others work on the disk too, and the run has yet to be written


class Scratch:
    """A temporary folder of this process. Close it, or let it go with the process."""

    def __init__(self) -> None:
        remove_abandoned()
        while True:
            self._folder = tempfile.TemporaryDirectory(prefix=f"tanheng-{os.getpid()}-", ignore_cleanup_errors=True)
            lock = _locked(self.path)
            if lock is not None:
                break
            self._folder.cleanup()  # another process took it for abandoned before the lock was on it
        self._unlock = weakref.finalize(self, os.close, lock)

    @property
    def path(self) -> Path:
        return Path(self._folder.name)

    @property
    def room(self) -> str:
        """How much may be written into it, as DuckDB is told."""
        return f"{shutil.disk_usage(self.path).free // _SHARE_OF_FREE_ROOM >> 20}MiB"

    def close(self) -> None:
        """Remove the folder."""
        self._folder.cleanup()
        self._unlock()


def remove_abandoned() -> tuple[Path, ...]:
    """Remove the folders that killed processes of this user left behind."""
    removed = []
    for path in sorted(Path(tempfile.gettempdir()).glob("tanheng-*")):
        if not _NAME.match(path.name) or not _is_ours(path):
            continue
        lock = _locked(path)
        if lock is not None:
            # What cannot be removed takes room and does no other harm: no reason to stop a run.
            shutil.rmtree(path, ignore_errors=True)
            os.close(lock)
            removed.append(path)
    return tuple(removed)


def _is_ours(path: Path) -> bool:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return False
    return found.st_uid == os.getuid() and path.is_dir() and not path.is_symlink()


def _locked(path: Path) -> int | None:
    """A descriptor that holds the lock on a folder; None where another process holds it or has removed the folder."""
    try:
        lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if path.exists() and os.path.samestat(os.fstat(lock), path.stat()):
            return lock
    except (BlockingIOError, FileNotFoundError):
        pass
    os.close(lock)
    return None
