"""The workers that end with the web processes: started beside them, started again when they die."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time

_log = logging.getLogger("tanheng.portal")
_PROGRAM = "from tanheng.cli import app; app()"

# What runs may go on so long; then it goes back into the queue, and what does not even do that is killed.
GRACE_S = 20.0
KILLED_AFTER_S = 40.0
# One that cannot even start is tried again, but not in a busy loop.
AGAIN_S = 5.0


class WorkerProcesses:
    """So many of them. Not a thread: whoever looks after them calls ``look_after`` now and then."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._owner = os.getpid()
        self._running: list[subprocess.Popen[bytes]] = []
        self._not_before = 0.0

    def look_after(self) -> None:
        """Start those that are missing."""
        if os.getpid() != self._owner:
            return
        gone = [each for each in self._running if each.poll() is not None]
        if gone:
            _log.error("a worker ended by itself; another one is started, and takes up what it left")
            self._running = [each for each in self._running if each not in gone]
        if len(self._running) < self._count and time.monotonic() >= self._not_before:
            self._not_before = time.monotonic() + AGAIN_S
            while len(self._running) < self._count:
                self._running.append(
                    subprocess.Popen([sys.executable, "-c", _PROGRAM, "work", "--beside", str(self._owner)])
                )

    def stop(self) -> None:
        """Have them end; what they leave off goes back into the queue."""
        if os.getpid() != self._owner:
            return
        for each in self._running:
            each.terminate()
        end = time.monotonic() + KILLED_AFTER_S
        for each in self._running:
            try:
                each.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                each.kill()
                each.wait()
        self._running = []

    def pids(self) -> list[int]:
        """Of those that run."""
        return [each.pid for each in self._running]
