"""A worker as a process of its own on the tests' database; run as a program by ``started``."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
# A worker that was killed is missed within seconds, not half a minute; a busy machine must not look like a dead one.
QUICKLY = {"heartbeat_s": 0.3, "silence_s": 3.0, "look_s": 0.3, "poll_s": 0.5, "grace_s": 0.5}


@contextmanager
def started(**environment: str) -> Iterator[subprocess.Popen[str]]:
    """One that is ready to work; it is killed in the end if it still runs."""
    from django.db import connection

    with subprocess.Popen(
        [sys.executable, str(Path(__file__)), str(connection.settings_dict["NAME"])],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]),
            "DJANGO_SETTINGS_MODULE": "tanheng.portal.settings",
            **environment,
        },
        stdout=subprocess.PIPE,
        text=True,
    ) as worker:
        try:
            assert worker.stdout is not None and worker.stdout.readline() == "ready\n"
            yield worker
        finally:
            worker.kill()


def comes_to(what: Callable[[], Any], within_s: float = 60.0) -> Any:
    """What a condition says once it holds."""
    end = time.monotonic() + within_s
    while not (said := what()):
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.05)
    return said


def _main(database: str) -> None:
    import threading

    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    django.setup()
    from tests.jobs import patient

    from tanheng.jobs.kinds import register
    from tanheng.jobs.worker import Pace, Worker

    for kind in patient.KINDS:
        register(kind)
    worker = Worker(Pace(**QUICKLY))

    def say() -> None:
        if worker.wait_ready(60):
            print("ready", flush=True)

    threading.Thread(target=say, daemon=True).start()
    worker.run()


if __name__ == "__main__":
    _main(sys.argv[1])
