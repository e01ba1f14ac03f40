"""Kinds of jobs that go on until a file says that they may end."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from tanheng.jobs.kinds import QUICK, Kind
from tanheng.jobs.progress import JobContext
from tanheng.text import Text


def wait(context: JobContext, given: dict[str, Any]) -> dict[str, Any]:
    """Tell that it waits, until it may end; each try leaves its trace."""
    folder = Path(given["folder"])
    with (folder / "tries").open("a") as file:
        file.write(f"{context.attempt}\n")
    while not (folder / "go").exists():
        context.tell(Text("Waiting for the test", "等待测试"), 0.4)
        time.sleep(0.05)
    return {"tries": (folder / "tries").read_text().split()}


def at_once(context: JobContext, given: dict[str, Any]) -> dict[str, Any]:
    """Quickly done."""
    return {"done": True}


KINDS = (
    Kind("patient", "Patient", wait),
    Kind("frail", "Frail", wait, attempts=2),
    Kind("at_once", "At once", at_once, queue=QUICK),
)
